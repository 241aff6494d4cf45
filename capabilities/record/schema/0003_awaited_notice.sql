-- Of what is kept from the person until an announcement visit (INVISIBLE_PATIENT): by when they are told that their record
-- was updated, and nothing more. The row goes when they are told, or when it is announced or removed before.
CREATE TABLE awaited_notice (
  space_id INTEGER NOT NULL,
  local_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (space_id, local_id)
) WITHOUT ROWID;
CREATE INDEX awaited_notice_due ON awaited_notice (due_at);
