-- An older program does not know that a warehouse may have been left.
DROP TABLE IF EXISTS moves SYNC;
