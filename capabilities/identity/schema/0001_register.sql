-- The register. Everything that says who a person is lies sealed in body; numbers and serials are keyed indexes.
CREATE TABLE person (
  person_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  line_index BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (person_id)
) WITHOUT ROWID;

-- Earlier versions, as they were.
CREATE TABLE person_before (
  person_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  line_index BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (person_id, version)
) WITHOUT ROWID;

-- From a number, current or former, to the person.
-- lint: not person data: a look-up by keyed index, whose key cannot begin with the person it finds
CREATE TABLE matricule (
  number_index BLOB NOT NULL,
  person_id INTEGER NOT NULL,
  is_current INTEGER NOT NULL,
  PRIMARY KEY (number_index)
) WITHOUT ROWID;

CREATE TABLE card (
  person_id INTEGER NOT NULL,
  serial_index BLOB NOT NULL,
  lost INTEGER NOT NULL,
  PRIMARY KEY (person_id, serial_index)
) WITHOUT ROWID;

-- Both directions. side 1: person_id is the child, other_id the parent (0 until the parent is in the register), rank 1 the
-- one who declared the child; other_index is the number by which the line named the parent. side 2: person_id is the
-- parent, other_id the child, other_index empty.
CREATE TABLE parentage (
  person_id INTEGER NOT NULL,
  side INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  other_id INTEGER NOT NULL,
  other_index BLOB NOT NULL,
  PRIMARY KEY (person_id, side, rank, other_id)
) WITHOUT ROWID;

-- Parents named by a child's line and not yet in the register, by their number's index.
-- lint: not person data: a look-up by keyed index of somebody who is not known yet
CREATE TABLE parent_awaited (
  parent_index BLOB NOT NULL,
  child_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  PRIMARY KEY (parent_index, child_id)
) WITHOUT ROWID;

-- Imports, by a fingerprint of the file. done_bytes, done_lines and chain say how far, durable with the rows themselves;
-- touched orders the runs, so that the latest is known. A run is over when done_bytes is the size of the file.
-- lint: not person data: files, not persons
CREATE TABLE import_run (
  fingerprint BLOB NOT NULL,
  touched INTEGER NOT NULL,
  done_bytes INTEGER NOT NULL,
  done_lines INTEGER NOT NULL,
  chain BLOB NOT NULL,
  added INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  set_aside INTEGER NOT NULL,
  set_aside_bytes INTEGER NOT NULL,
  PRIMARY KEY (fingerprint)
) WITHOUT ROWID;
