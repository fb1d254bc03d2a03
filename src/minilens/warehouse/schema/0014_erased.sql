-- Identities that were erased, by a keyed hash: nothing of them from before `until` comes in again. The row with key 0
-- is written last: what the erasure of that number deletes is deleted.
CREATE TABLE erased
(
    app UInt32,
    key UInt64,
    until DateTime64(3, 'UTC'),
    erasure String
)
ENGINE = MergeTree
ORDER BY (app, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;
