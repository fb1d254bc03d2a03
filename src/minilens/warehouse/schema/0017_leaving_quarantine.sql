-- What a quarantined event came with, its batch without the events, so that it can be let in again; empty of those that
-- were received before.
ALTER TABLE quarantine ADD COLUMN IF NOT EXISTS batch String CODEC(ZSTD(3));

-- Events that left the quarantine, written before anything else is done: loaded, duplicate (of one that counts already)
-- or dropped. What was dropped is dropped again by a replay.
CREATE TABLE left_quarantine
(
    app UInt32,
    segment LowCardinality(String),
    record UInt32,
    i UInt16,
    fate LowCardinality(String),
    key UInt32,
    via LowCardinality(String),
    hour DateTime('UTC'),
    number UInt64
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (segment, record, i)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- A row of the ledger that says what left the quarantine takes away there what it adds elsewhere.
ALTER TABLE ledger MODIFY COLUMN accepted Int64, MODIFY COLUMN quarantined Int64;
