-- An auditor reads the journal by time, which is in the entry ids; rows lie in the order in which they were written.
-- lint: not person data: a few bytes for each stretch of the table
CREATE INDEX trace_time ON trace USING brin (entry_id);
