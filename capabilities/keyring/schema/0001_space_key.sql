-- The key of each space, wrapped. A destroyed key leaves its row, empty: the space never gets a second key.
CREATE TABLE space_key (
  space_id INTEGER NOT NULL,
  destroyed INTEGER NOT NULL,  -- 0 or 1
  wrapped BLOB NOT NULL,       -- AES-256-GCM of 32 random bytes, bound to space_id; empty once destroyed
  PRIMARY KEY (space_id)
) WITHOUT ROWID;
