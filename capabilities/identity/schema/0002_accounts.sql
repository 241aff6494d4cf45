-- Sign-in. body: identifier, password hash and contact, sealed.
CREATE TABLE account (
  person_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (person_id)
) WITHOUT ROWID;

-- From a sign-in name to the person.
-- lint: not person data: a look-up by keyed index, whose key cannot begin with the person it finds
CREATE TABLE account_identifier (
  identifier_index BLOB NOT NULL,
  person_id INTEGER NOT NULL,
  PRIMARY KEY (identifier_index)
) WITHOUT ROWID;

-- The cookie is kept as its SHA-256.
CREATE TABLE session (
  person_id INTEGER NOT NULL,
  cookie_hash BLOB NOT NULL,
  started_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  reauthenticated_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, cookie_hash)
) WITHOUT ROWID;
CREATE INDEX session_seen ON session (last_seen_at);

-- Half signed in: the password was right, the one-time code is awaited.
CREATE TABLE signin_flow (
  person_id INTEGER NOT NULL,
  cookie_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, cookie_hash)
) WITHOUT ROWID;
CREATE INDEX signin_flow_end ON signin_flow (expires_at);

-- The live code of a person for one use, as a keyed hash over person, use and code.
CREATE TABLE one_time_code (
  person_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  code_hash BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  PRIMARY KEY (person_id, subject)
) WITHOUT ROWID;
CREATE INDEX one_time_code_end ON one_time_code (expires_at);

-- Misses of a subject, by its keyed index; no attempt is judged before next_at.
-- lint: not person data: a subject may be a name or number that nobody has
CREATE TABLE counter (
  subject_index BLOB NOT NULL,
  misses INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  PRIMARY KEY (subject_index)
) WITHOUT ROWID;
CREATE INDEX counter_touched ON counter (touched_at);
