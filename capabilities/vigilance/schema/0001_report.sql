-- What people report, without who they are. A report's text lives for hours, sealed; a group keeps what is needed to know
-- its like again.
-- lint: not person data: nobody's name, number or account stands here
CREATE TABLE report (
  report_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (report_id)
) WITHOUT ROWID;

-- lint: not person data: likeness of messages
-- state: 0 waits for the operator, 1 confirmed, 2 dismissed. hosts, numbers: one per line.
CREATE TABLE report_group (
  group_id INTEGER NOT NULL,
  print INTEGER NOT NULL,
  kind TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  reports INTEGER NOT NULL,
  state INTEGER NOT NULL,
  name TEXT NOT NULL,
  hosts TEXT NOT NULL,
  numbers TEXT NOT NULL,
  PRIMARY KEY (group_id)
) WITHOUT ROWID;

-- lint: not person data: how many reports a week, by kind
CREATE TABLE report_week (
  week TEXT NOT NULL,
  kind TEXT NOT NULL,
  reports INTEGER NOT NULL,
  PRIMARY KEY (week, kind)
) WITHOUT ROWID;
