-- Which forwarded messages have been answered: each once, and a sender a few times an hour. Keyed prints only, for hours.
-- lint: not person data: no address stands here, only its keyed print, deleted within three days
CREATE TABLE mail_answer (
  print TEXT NOT NULL,
  sender TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (print)
) WITHOUT ROWID;

CREATE INDEX mail_answer_sender ON mail_answer (sender, at_ms);
