-- The property names of each app, as they first came; what was left out once an app had its most.
CREATE TABLE property_names (app UInt32, name String)
ENGINE = MergeTree ORDER BY (app, name)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;
CREATE TABLE left_out_properties
(
    app UInt32,
    at DateTime64(3, 'UTC'),
    events UInt64,
    example String
)
ENGINE = MergeTree ORDER BY (app, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60, non_replicated_deduplication_window = 10000;
