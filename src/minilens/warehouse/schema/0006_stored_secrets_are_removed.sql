-- What was removed of secrets that earlier versions stored: how many rows of which table and app. `list` says by which
-- names they were known; the row without a table is written last, and with another list all is looked at again.
CREATE TABLE removed_secrets
(
    list UInt64,
    app UInt32,
    from_table LowCardinality(String),
    rows UInt64,
    at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (list, app, from_table)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;
