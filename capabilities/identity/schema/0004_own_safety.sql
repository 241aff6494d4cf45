-- What the person's browser was when the session began, in two words: "firefox/android". Empty: not known.
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';

-- Another contact, asked for by its owner. Nothing is changed in place: what holds follows from these instants and now; 0 is
-- "not yet". number: 1, 2, ... per person. told_at: when its taking over was told, or when there was nothing to tell any more.
-- body, sealed: channel, address, and the contact it replaces.
CREATE TABLE contact_change (
  person_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  cancelled_at INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (person_id, number)
) WITHOUT ROWID;
CREATE INDEX contact_change_untold ON contact_change (told_at, effective_at);

-- From the short code that was told to the contacts on file to the change it cancels.
-- lint: not person data: a look-up by keyed index, whose key cannot begin with the person it finds
CREATE TABLE contact_cancel (
  code_index BLOB NOT NULL,
  person_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (code_index)
) WITHOUT ROWID;
CREATE INDEX contact_cancel_end ON contact_cancel (expires_at);

-- The codes of the last sheet that was posted: keyed hashes of 32 bytes, one after the other; a spent one is zeros.
CREATE TABLE code_sheet (
  person_id INTEGER NOT NULL,
  posted_at INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (person_id)
) WITHOUT ROWID;

-- Where an account was signed in to: a keyed index over name and network.
-- lint: not person data: a keyed index that names nobody
CREATE TABLE sign_in_place (
  place_index BLOB NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (place_index)
) WITHOUT ROWID;
CREATE INDEX sign_in_place_seen ON sign_in_place (seen_at);
