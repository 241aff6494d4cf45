-- The health record. One row per version of an item, a space's rows side by side; the highest version is in force.
-- Everything that says something of the person is under the space's key; the object in the packs holds, one after the
-- other and each sealed, the resource as it came, the content, and the submission with which it came.
CREATE TABLE item (
  space_id INTEGER NOT NULL,
  local_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  pack INTEGER NOT NULL,
  pack_offset INTEGER NOT NULL,
  resource_length INTEGER NOT NULL,
  content_length INTEGER NOT NULL,
  submission_length INTEGER NOT NULL,
  PRIMARY KEY (space_id, local_id, version)
) WITHOUT ROWID;

-- Keyed indexes of a document's uniqueId and of its content: the same document is stored once.
CREATE TABLE document_unique (
  space_id INTEGER NOT NULL,
  unique_index BLOB NOT NULL,
  local_id INTEGER NOT NULL,
  content_index BLOB NOT NULL,
  PRIMARY KEY (space_id, unique_index)
) WITHOUT ROWID;

-- When a person last listed the documents of a space.
CREATE TABLE seen (
  space_id INTEGER NOT NULL,
  reader_id INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (space_id, reader_id)
) WITHOUT ROWID;
