-- The journal on the embedded engine: append-only in the order of writing. A space's chain is followed backwards through
-- previous_position, so that no index by space has to be kept up with every trace.
-- lint: not person data: time-ordered on purpose (clustered by person, commits are ten times slower)
CREATE TABLE trace (
  position INTEGER PRIMARY KEY,        -- 1, 2, 3 ... without gap over the whole journal
  space_id INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  sequence INTEGER NOT NULL,           -- 1, 2, 3 ... without gap in the space's lane
  at_ms INTEGER NOT NULL,
  entry_id BLOB NOT NULL,              -- 16 bytes, time-ordered
  previous_position INTEGER NOT NULL,  -- of sequence - 1; 0 for the first
  previous BLOB NOT NULL,              -- its hash; 32 zero bytes for the first
  hash BLOB NOT NULL,
  body BLOB NOT NULL                   -- sealed
);
-- lint: not person data: a trace enters once, whichever space it is of; ids are time-ordered
CREATE UNIQUE INDEX trace_entry ON trace (entry_id);

-- The head of each chain, written lazily: right up to trace_mark, later heads are found by reading on from there.
CREATE TABLE trace_lane (
  space_id INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (space_id, lane)
) WITHOUT ROWID;
-- lint: not person data: one row that says how far trace_lane reaches
CREATE TABLE trace_mark (
  mark INTEGER PRIMARY KEY,            -- always 1
  position INTEGER NOT NULL
);
