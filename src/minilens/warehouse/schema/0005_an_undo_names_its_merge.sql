-- Which merge an undo takes back: one that was taken back is not what an actor was before another.
ALTER TABLE person_map ADD COLUMN IF NOT EXISTS undoes UInt64 CODEC(ZSTD(1));
