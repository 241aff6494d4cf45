-- One wave: where it stands. The mark moves in the transaction that tells the people before it.
-- lint: not person data: one row a wave
CREATE TABLE campaign (
  name TEXT NOT NULL,
  last_person INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  told INTEGER NOT NULL,
  by_email INTEGER NOT NULL,
  by_letter INTEGER NOT NULL,
  passed_over INTEGER NOT NULL,
  done INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  PRIMARY KEY (name)
) WITHOUT ROWID;
