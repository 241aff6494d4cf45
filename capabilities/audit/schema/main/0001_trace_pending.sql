-- Traces that committed with a command and have not moved to the journal yet: nearly always empty.
-- lint: not person data: a short queue that is drained in the order of its time-ordered ids, never kept
CREATE TABLE trace_pending (
  entry_id BLOB NOT NULL,     -- 16 bytes, time-ordered
  space_id INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  body BLOB NOT NULL,         -- sealed, bound to the four columns above
  PRIMARY KEY (entry_id)
) WITHOUT ROWID;
CREATE INDEX trace_pending_space ON trace_pending (space_id, entry_id);
