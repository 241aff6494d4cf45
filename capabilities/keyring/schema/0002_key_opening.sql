-- How many receipts opened a key, by the day of their trace (UTC, since 1970) and a 1,024th of the spaces: what an auditor
-- compares with the traces.
-- lint: not person data: counts of a day, over many spaces
CREATE TABLE key_opening (
  day INTEGER NOT NULL,
  part INTEGER NOT NULL,
  durable INTEGER NOT NULL,         -- openings against a durable trace: readings
  in_transaction INTEGER NOT NULL,  -- against a trace that committed, or not, with what was written
  PRIMARY KEY (day, part)
) WITHOUT ROWID;
