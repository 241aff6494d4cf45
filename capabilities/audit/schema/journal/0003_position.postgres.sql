-- The order of writing, as the embedded engine has it: 1, 2, 3 ... over the whole journal, so that who must be told of new
-- traces reads on from where they were. A place that is taken makes the later batch begin again.
ALTER TABLE trace ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE trace SET position = placed.place FROM (
  SELECT space_id, entry_id, ROW_NUMBER() OVER (ORDER BY entry_id) AS place FROM trace
) AS placed WHERE trace.space_id = placed.space_id AND trace.entry_id = placed.entry_id;
-- lint: not person data: one place for each trace of the whole journal
CREATE UNIQUE INDEX trace_position ON trace (position) WHERE position > 0;
