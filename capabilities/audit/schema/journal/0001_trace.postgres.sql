-- The journal on PostgreSQL: clustered by space and sequence; the head of a chain is its last row.
CREATE TABLE trace (
  space_id INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  sequence INTEGER NOT NULL,  -- 1, 2, 3 ... without gap in the space's lane
  at_ms INTEGER NOT NULL,
  entry_id BLOB NOT NULL,     -- 16 bytes, time-ordered
  previous BLOB NOT NULL,     -- hash of sequence - 1; 32 zero bytes for the first
  hash BLOB NOT NULL,
  body BLOB NOT NULL,         -- sealed
  PRIMARY KEY (space_id, lane, sequence)
);
CREATE UNIQUE INDEX trace_entry ON trace (space_id, entry_id);
