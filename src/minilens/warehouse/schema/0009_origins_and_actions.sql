-- What the reports to come read. Columns that are added are empty until a day is made again, which happens in the
-- background; days whose events have expired keep them empty. The table is renamed, no column is.
RENAME TABLE IF EXISTS visits TO day_page_views;

ALTER TABLE day_page_views
    ADD COLUMN IF NOT EXISTS utm_source LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_medium LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_campaign LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_term LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_content LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS country LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS city LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS model LowCardinality(String) CODEC(ZSTD(1));

-- `pages`: its pages in the order they were visited, the first 200.
ALTER TABLE sessions
    ADD COLUMN IF NOT EXISTS utm_source LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_medium LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_campaign LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_term LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_content LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS country LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS city LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS brand LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS model LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS os LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS language LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS network LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS pages Array(LowCardinality(String)) CODEC(ZSTD(1));

-- What brought a person on the day of the first visit: the first event of that day that opens or views, and the first
-- page. The row of the highest version holds while its day is the person's `first_day` in `persons`. In a table of
-- its own: versions in `persons` say who is new to a reader of the newest events.
CREATE TABLE first_touches
(
    app UInt32,
    person UInt32,
    day Date CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    page LowCardinality(String) CODEC(ZSTD(1)),
    scene Int32 CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    campaign LowCardinality(String) CODEC(ZSTD(1)),
    link LowCardinality(String) CODEC(ZSTD(1)),
    utm_source LowCardinality(String) CODEC(ZSTD(1)),
    utm_medium LowCardinality(String) CODEC(ZSTD(1)),
    utm_campaign LowCardinality(String) CODEC(ZSTD(1)),
    utm_term LowCardinality(String) CODEC(ZSTD(1)),
    utm_content LowCardinality(String) CODEC(ZSTD(1)),
    country LowCardinality(String) CODEC(ZSTD(1)),
    province LowCardinality(String) CODEC(ZSTD(1)),
    city LowCardinality(String) CODEC(ZSTD(1)),
    version UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY app
ORDER BY (app, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- What events of the kind `profile` said of a person on a day, the last of each name. Of all days the newest holds.
CREATE TABLE profile_values
(
    app UInt32,
    name LowCardinality(String) CODEC(ZSTD(1)),
    day Date,
    build UInt64 CODEC(ZSTD(1)),
    person UInt32 CODEC(ZSTD(1)),
    value String CODEC(ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, name, day, build, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Events that reports of events, funnels and paths read, by name and person. All but page_leave, app_hide and profiles.
-- Order of a person's rows: ts, then seq (0, which is a server's, last), then arrival, which only rows without seq have.
CREATE TABLE actions
(
    app UInt32,
    name LowCardinality(String) CODEC(ZSTD(1)),
    day Date CODEC(ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    traffic LowCardinality(String) CODEC(ZSTD(1)),
    person UInt32 CODEC(Delta(4), ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    seq UInt16 CODEC(ZSTD(1)),
    arrival UInt64 CODEC(ZSTD(1)),
    session UInt64 CODEC(ZSTD(1)),
    page LowCardinality(String) CODEC(ZSTD(1)),
    target_name LowCardinality(String) CODEC(ZSTD(1)),
    target_id String CODEC(ZSTD(1)),
    value Nullable(Decimal(18, 4)) CODEC(ZSTD(1)),
    currency LowCardinality(String) CODEC(ZSTD(1)),
    scene Int32 CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    campaign LowCardinality(String) CODEC(ZSTD(1)),
    link LowCardinality(String) CODEC(ZSTD(1)),
    province LowCardinality(String) CODEC(ZSTD(1)),
    city LowCardinality(String) CODEC(ZSTD(1)),
    app_version LowCardinality(String) CODEC(ZSTD(1)),
    props JSON(max_dynamic_paths = 64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, name, day, build, traffic, person, ts)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60, min_bytes_for_wide_part = 134217728, object_shared_data_serialization_version = 'map_with_buckets';

-- What sessions know of first touches, for days whose events have expired; version 0, so that a build knows better.
INSERT INTO first_touches (app, person, day, at, page, scene, source, campaign, link, province, version)
SELECT app, person, t.1, t.2, t.3, t.4, t.5, t.6, t.7, t.8, 0
FROM
(
    SELECT app, person, argMin(tuple(day, start, entry, scene, source, campaign, link, province), start) AS t
    FROM sessions
    WHERE is_new AND visits > 0 AND (app, day, build) IN (SELECT app, day, max(build) FROM builds GROUP BY app, day)
    GROUP BY app, person
)
SETTINGS max_bytes_before_external_group_by = 134217728, max_partitions_per_insert_block = 0;

-- Every day that has events is made again.
INSERT INTO dirty (app, day, mark, cause, at)
SELECT app, day, (SELECT greatest(
        (SELECT max(load) FROM events), (SELECT max(through) FROM builds), (SELECT max(build) FROM builds),
        (SELECT max(mark) FROM dirty), (SELECT max(version) FROM person_map), (SELECT max(version) FROM persons)) + 1),
    'columns', now64(3, 'UTC')
FROM (SELECT DISTINCT app, day FROM events)
SETTINGS max_partitions_per_insert_block = 0;
