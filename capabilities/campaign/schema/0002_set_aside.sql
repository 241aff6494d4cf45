-- People whose notice failed for a fault of ours, and its code.
CREATE TABLE campaign_set_aside (
  person_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (person_id, name)
) WITHOUT ROWID;
