-- Who stands in which relation to a person's record. Versions are added, never changed: the past can be judged as it was.
CREATE TABLE care_team (
  person_id INTEGER NOT NULL,
  rpps TEXT NOT NULL,
  structure_id TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, rpps, structure_id, recorded_at)
) WITHOUT ROWID;

-- Professionals in whose name a document was filed for the person.
CREATE TABLE author (
  person_id INTEGER NOT NULL,
  rpps TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, rpps)
) WITHOUT ROWID;

-- The last row by recorded_at holds: blocked 1 or 0.
CREATE TABLE blocked (
  person_id INTEGER NOT NULL,
  rpps TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  PRIMARY KEY (person_id, rpps, recorded_at)
) WITHOUT ROWID;

-- mode: 1 bris_de_glace, 2 centre_15. The last row by recorded_at holds; no row: allowed.
CREATE TABLE emergency_refusal (
  person_id INTEGER NOT NULL,
  mode INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (person_id, mode, recorded_at)
) WITHOUT ROWID;
