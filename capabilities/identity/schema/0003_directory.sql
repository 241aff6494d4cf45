-- The public directory of professionals and structures, and the software that deposits for them.
-- lint: not person data: the public directory
CREATE TABLE professional (
  rpps TEXT NOT NULL,
  name TEXT NOT NULL,
  profession TEXT NOT NULL,
  specialty TEXT NOT NULL,
  PRIMARY KEY (rpps)
) WITHOUT ROWID;

-- lint: not person data: the public directory
CREATE TABLE structure (
  finess TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (finess)
) WITHOUT ROWID;

-- structures and scopes: words separated by spaces.
-- lint: not person data: the software of producers
CREATE TABLE client (
  client_id TEXT NOT NULL,
  name TEXT NOT NULL,
  structures TEXT NOT NULL,
  scopes TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (client_id)
) WITHOUT ROWID;

-- lint: not person data: the software of producers
CREATE TABLE client_key (
  client_id TEXT NOT NULL,
  kid TEXT NOT NULL,
  jwk TEXT NOT NULL,
  PRIMARY KEY (client_id, kid)
) WITHOUT ROWID;

-- The token is kept as its SHA-256; body, sealed: whom the software speaks for, and why.
-- lint: not person data: the software of producers, for minutes
CREATE TABLE access_token (
  token_hash BLOB NOT NULL,
  client_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (token_hash)
) WITHOUT ROWID;
CREATE INDEX access_token_end ON access_token (expires_at);

-- Assertions already used: each serves once.
-- lint: not person data: the software of producers, for minutes
CREATE TABLE assertion_seen (
  client_id TEXT NOT NULL,
  jti_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
) WITHOUT ROWID;
CREATE INDEX assertion_seen_end ON assertion_seen (expires_at);
