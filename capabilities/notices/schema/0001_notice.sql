-- One official message. sealed holds recipient, words' parameters and code until the channel has taken it; then it is emptied
-- (kept in demonstration, where the outbox page is the channel). person_id tells enrollment whom a bounce concerns.
-- lint: not person data: an outbox ordered by time, whose rows leave; nothing in clear says who the person is
CREATE TABLE notice (
  notice_id INTEGER NOT NULL,
  reference TEXT NOT NULL,
  person_id INTEGER NOT NULL,
  template INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  state INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  ended_at INTEGER,
  attempts INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (notice_id)
) WITHOUT ROWID;

-- lint: not person data: finds a message by the reference printed on it
CREATE TABLE notice_reference (
  reference TEXT NOT NULL,
  notice_id INTEGER NOT NULL,
  PRIMARY KEY (reference)
) WITHOUT ROWID;

-- What is to be sent, by the moment it is due.
-- lint: not person data: a queue of message numbers
CREATE TABLE notice_due (
  due_at INTEGER NOT NULL,
  notice_id INTEGER NOT NULL,
  PRIMARY KEY (due_at, notice_id)
) WITHOUT ROWID;
