-- What the engine said of an event that it could not read.
ALTER TABLE quarantine ADD COLUMN IF NOT EXISTS detail String CODEC(ZSTD(3));
