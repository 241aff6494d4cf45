-- How far a space's record has come: changed by every transaction that writes an item, so that whoever holds the record
-- opened knows whether it is still the one in force. last_local is the highest local id ever given.
CREATE TABLE record_head (
  space_id INTEGER NOT NULL,
  change_number INTEGER NOT NULL,
  last_local INTEGER NOT NULL,
  PRIMARY KEY (space_id)
) WITHOUT ROWID;

INSERT INTO record_head (space_id, change_number, last_local)
SELECT space_id, COUNT(*), MAX(local_id) FROM item GROUP BY space_id;

-- Writes that their caller may send again (Idempotency-Key): a keyed index of who and which key, another of the request,
-- and which items and versions it made.
CREATE TABLE write_once (
  space_id INTEGER NOT NULL,
  key_index BLOB NOT NULL,
  request_index BLOB NOT NULL,
  written_at INTEGER NOT NULL,
  outcome BLOB NOT NULL,
  PRIMARY KEY (space_id, key_index)
) WITHOUT ROWID;
