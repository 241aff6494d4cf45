-- Every relation to a person's space and every setting of its holder, as versions that are added and never changed: of one
-- (subject, kind, place), the last that was recorded says what holds, from valid_from until before valid_to, if state is 1.
-- subject: an RPPS, p<person> or empty (the space itself); place: a structure, p<person> or empty; kinds: versions.hpp.
CREATE TABLE access_version (
  person_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  kind INTEGER NOT NULL,
  place TEXT NOT NULL,
  version INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  recorded_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (person_id, subject, kind, place, version)
) WITHOUT ROWID;
-- Whose guardian or carer a person is.
CREATE INDEX access_version_person ON access_version (subject, kind) WHERE kind >= 10;

INSERT INTO access_version (person_id, subject, kind, place, version, valid_from, valid_to, recorded_at, state, detail)
SELECT person_id, rpps, 1, structure_id, ROW_NUMBER() OVER (PARTITION BY person_id, rpps, structure_id ORDER BY recorded_at),
       valid_from, valid_to, recorded_at, 1, '' FROM care_team;
INSERT INTO access_version (person_id, subject, kind, place, version, valid_from, valid_to, recorded_at, state, detail)
SELECT person_id, rpps, 2, '', 1, recorded_at, NULL, recorded_at, 1, '' FROM author;
INSERT INTO access_version (person_id, subject, kind, place, version, valid_from, valid_to, recorded_at, state, detail)
SELECT person_id, rpps, 3, '', ROW_NUMBER() OVER (PARTITION BY person_id, rpps ORDER BY recorded_at),
       recorded_at, NULL, recorded_at, blocked, '' FROM blocked;
INSERT INTO access_version (person_id, subject, kind, place, version, valid_from, valid_to, recorded_at, state, detail)
SELECT person_id, '', 19 + mode, '', ROW_NUMBER() OVER (PARTITION BY person_id, mode ORDER BY recorded_at),
       recorded_at, NULL, recorded_at, refused, '' FROM emergency_refusal;
DROP TABLE care_team;
DROP TABLE author;
DROP TABLE blocked;
DROP TABLE emergency_refusal;

-- One event of emergency: the first access of a professional in a mode, and when the holder contested it.
CREATE TABLE emergency_access (
  person_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  rpps TEXT NOT NULL,
  structure_id TEXT NOT NULL,
  mode INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  contested_at INTEGER,
  PRIMARY KEY (person_id, number)
) WITHOUT ROWID;

-- One live code per person for a consultation, as a keyed hash.
CREATE TABLE consultation_code (
  person_id INTEGER NOT NULL,
  code_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  PRIMARY KEY (person_id)
) WITHOUT ROWID;

-- Invitations that wait for a carer, by the keyed hash of their code.
CREATE TABLE carer_invitation (
  person_id INTEGER NOT NULL,
  code_hash BLOB NOT NULL,
  classes INTEGER NOT NULL,
  until INTEGER NOT NULL,
  giver_id INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, code_hash)
) WITHOUT ROWID;
CREATE INDEX carer_invitation_code ON carer_invitation (code_hash);
