-- One row per person who has a fact: when time will next change something for them (null: never), so that it can be moved.
CREATE TABLE space (
  person_id INTEGER NOT NULL,
  due_at INTEGER,
  PRIMARY KEY (person_id)
) WITHOUT ROWID;

-- The life of a space: append-only. What each kind and member of data means: fold.hpp.
CREATE TABLE life_fact (
  person_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (person_id, seq)
) WITHOUT ROWID;

-- One live code per person and kind, as a keyed hash over person, campaign and code.
CREATE TABLE code (
  person_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  fact_seq INTEGER NOT NULL,
  campaign TEXT NOT NULL,
  code_hash BLOB NOT NULL,
  PRIMARY KEY (person_id, kind)
) WITHOUT ROWID;

-- Tries of a person whose number and serial matched.
CREATE TABLE code_counter (
  person_id INTEGER NOT NULL,
  campaign TEXT NOT NULL,
  kind INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  last_miss_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, campaign, kind)
) WITHOUT ROWID;

-- Tries of a source, or of a pair of number and serial that nobody has: a keyed hash.
-- lint: not person data: hashes of addresses and of what belongs to nobody, forgotten after hours or weeks
CREATE TABLE source_counter (
  source BLOB NOT NULL,
  tries INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  last_miss_at INTEGER NOT NULL,
  forget_at INTEGER NOT NULL,
  PRIMARY KEY (source)
) WITHOUT ROWID;
CREATE INDEX source_counter_end ON source_counter (forget_at);

-- An opening or objection under way. body, sealed: the evidence judged so far; never the code.
CREATE TABLE activation_flow (
  person_id INTEGER NOT NULL,
  cookie_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (person_id, cookie_hash)
) WITHOUT ROWID;
CREATE INDEX activation_flow_end ON activation_flow (expires_at);

-- Signed texts, sealed.
CREATE TABLE receipt (
  person_id INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (person_id, ordinal)
) WITHOUT ROWID;

-- lint: not person data: the service's own signing key, sealed
CREATE TABLE receipt_key (
  key_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  sealed_pem BLOB NOT NULL,
  public_pem TEXT NOT NULL,
  PRIMARY KEY (key_id)
) WITHOUT ROWID;

-- What time changes, in the order of time: a sweep of a country touches only what is due.
-- lint: not person data: an agenda of numbers, rebuilt from the facts
CREATE TABLE due (
  due_at INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  PRIMARY KEY (due_at, person_id)
) WITHOUT ROWID;

-- Spaces erased whose key still waits to be destroyed.
CREATE TABLE key_to_destroy (
  person_id INTEGER NOT NULL,
  space_id INTEGER NOT NULL,
  PRIMARY KEY (person_id, space_id)
) WITHOUT ROWID;
