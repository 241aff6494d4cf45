-- How far the ordinary traces have been read for those who are told of accesses.
-- lint: not person data: one row that says how far the journal has been read
CREATE TABLE alert_feed (
  feed INTEGER NOT NULL,  -- always 1
  position INTEGER NOT NULL,
  PRIMARY KEY (feed)
) WITHOUT ROWID;

-- Who has read a space, by its ordinary traces: reader is an RPPS or p<person>; times: on that day.
CREATE TABLE alert_reader (
  person_id INTEGER NOT NULL,
  reader TEXT NOT NULL,
  day TEXT NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (person_id, reader)
) WITHOUT ROWID;

-- What a hearer is to be told, or was: one line per day and reader. kind: alerts.hpp.
CREATE TABLE alert_line (
  person_id INTEGER NOT NULL,
  hearer_id INTEGER NOT NULL,
  day TEXT NOT NULL,
  reader TEXT NOT NULL,
  kind INTEGER NOT NULL,
  times INTEGER NOT NULL,
  told INTEGER NOT NULL,
  PRIMARY KEY (person_id, hearer_id, day, reader)
) WITHOUT ROWID;

-- When a hearer is told next, and when a letter left last.
CREATE TABLE alert_hearer (
  person_id INTEGER NOT NULL,
  hearer_id INTEGER NOT NULL,
  due_at INTEGER,
  letter_at INTEGER,
  PRIMARY KEY (person_id, hearer_id)
) WITHOUT ROWID;
CREATE INDEX alert_hearer_due ON alert_hearer (due_at);
