-- Seals: at intervals, a tree over all spaces, whose root is a leaf of one log. Nothing here says who did what: heads of
-- chains, and hashes.

-- The heads of a space's two lanes as the last seal took them; a space is here from its first trace on.
CREATE TABLE seal_head (
  space_id INTEGER NOT NULL,
  slot INTEGER NOT NULL,  -- its leaf in every tree: 0, 1, 2 ... in the order in which spaces came
  ordinary_sequence INTEGER NOT NULL,
  ordinary_hash BLOB NOT NULL,
  reserved_sequence INTEGER NOT NULL,
  reserved_hash BLOB NOT NULL,
  PRIMARY KEY (space_id)
) WITHOUT ROWID;
-- lint: not person data: a tree is built in the order of its leaves
CREATE UNIQUE INDEX seal_head_slot ON seal_head (slot);

-- Where a space's lanes stood at the seals at which one of them had grown; at the others they stood as before.
CREATE TABLE seal_change (
  space_id INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  ordinary_sequence INTEGER NOT NULL,
  reserved_sequence INTEGER NOT NULL,
  PRIMARY KEY (space_id, seal)
) WITHOUT ROWID;

-- lint: not person data: one row per seal, 1, 2, 3 ...; `root` is NULL while its tree is being built
CREATE TABLE seal (
  seal INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  position INTEGER NOT NULL,  -- of the journal's last trace in it; embedded engine only, else 0
  spaces INTEGER NOT NULL,
  root BLOB,
  PRIMARY KEY (seal)
) WITHOUT ROWID;

-- lint: not person data: hashes of trees, 256 to a tile (C2SP tlog-tiles); tree 0 is the log, tree n the spaces at seal n
CREATE TABLE seal_tile (
  tree INTEGER NOT NULL,
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (tree, level, tile)
) WITHOUT ROWID;

-- lint: not person data: the log's signed checkpoints, with what witnesses added
CREATE TABLE seal_checkpoint (
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (size)
) WITHOUT ROWID;

-- lint: not person data: the key that signs checkpoints, sealed
CREATE TABLE seal_key (
  id INTEGER NOT NULL,
  sealed_pem BLOB NOT NULL,
  PRIMARY KEY (id)
) WITHOUT ROWID;
