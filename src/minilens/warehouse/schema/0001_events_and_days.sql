-- Events are the only truth. Sorted by actor inside a day: a person's events lie together, which makes
-- the columns that hardly change for one phone almost free. Level 3 finds the time that ids of trackers begin
-- with; level 1 does not. Each column of a wide part is some files of at least 4 KiB: only large parts are wide.
CREATE TABLE events
(
    app UInt32,
    day Date,
    hour UInt8 CODEC(ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    name LowCardinality(String) CODEC(ZSTD(1)),
    raw_name LowCardinality(String) CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    id UUID CODEC(ZSTD(3)),
    actor UInt64 CODEC(ZSTD(1)),
    device UInt64 CODEC(ZSTD(1)),
    person UInt32 CODEC(ZSTD(1)),
    session UInt64 CODEC(ZSTD(1)),
    seq UInt32 CODEC(Delta(4), ZSTD(1)),
    page LowCardinality(String) CODEC(ZSTD(1)),
    query String CODEC(ZSTD(3)),
    referrer LowCardinality(String) CODEC(ZSTD(1)),
    target_name LowCardinality(String) CODEC(ZSTD(1)),
    target_id String CODEC(ZSTD(3)),
    duration Nullable(UInt32) CODEC(ZSTD(1)),
    scene Int32 CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    campaign LowCardinality(String) CODEC(ZSTD(1)),
    link LowCardinality(String) CODEC(ZSTD(1)),
    utm_source LowCardinality(String) CODEC(ZSTD(1)),
    utm_medium LowCardinality(String) CODEC(ZSTD(1)),
    utm_campaign LowCardinality(String) CODEC(ZSTD(1)),
    utm_term LowCardinality(String) CODEC(ZSTD(1)),
    utm_content LowCardinality(String) CODEC(ZSTD(1)),
    via LowCardinality(String) CODEC(ZSTD(1)),
    traffic LowCardinality(String) CODEC(ZSTD(1)),
    robot LowCardinality(String) CODEC(ZSTD(1)),
    country LowCardinality(String) CODEC(ZSTD(1)),
    province LowCardinality(String) CODEC(ZSTD(1)),
    city LowCardinality(String) CODEC(ZSTD(1)),
    brand LowCardinality(String) CODEC(ZSTD(1)),
    model LowCardinality(String) CODEC(ZSTD(1)),
    os LowCardinality(String) CODEC(ZSTD(1)),
    os_version LowCardinality(String) CODEC(ZSTD(1)),
    platform LowCardinality(String) CODEC(ZSTD(1)),
    wx_version LowCardinality(String) CODEC(ZSTD(1)),
    sdk_version LowCardinality(String) CODEC(ZSTD(1)),
    app_version LowCardinality(String) CODEC(ZSTD(1)),
    lib LowCardinality(String) CODEC(ZSTD(1)),
    language LowCardinality(String) CODEC(ZSTD(1)),
    network LowCardinality(String) CODEC(ZSTD(1)),
    width UInt16 CODEC(ZSTD(1)),
    height UInt16 CODEC(ZSTD(1)),
    value Nullable(Decimal(18, 4)) CODEC(ZSTD(1)),
    currency LowCardinality(String) CODEC(ZSTD(1)),
    late Bool CODEC(ZSTD(1)),
    props JSON(max_dynamic_paths = 64) CODEC(ZSTD(1)),
    received DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    load UInt64 CODEC(ZSTD(1)),
    segment LowCardinality(String) CODEC(ZSTD(1)),
    record UInt32 CODEC(ZSTD(1)),
    i UInt16 CODEC(ZSTD(1)),
    INDEX load_range load TYPE minmax GRANULARITY 64
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, day, actor, ts)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60, min_bytes_for_wide_part = 134217728;

-- Ids of received events, so that a retry counts once. Partitioned by the day of receipt: days older than
-- the memory are dropped whole.
CREATE TABLE ids
(
    app UInt32,
    id UInt128 CODEC(ZSTD(3)),
    origin UInt64 CODEC(ZSTD(1)),
    received Date
)
ENGINE = MergeTree
PARTITION BY received
ORDER BY (app, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Which person an actor is. Append-only: the highest version holds; merge and undo add one.
CREATE TABLE person_map
(
    app UInt32,
    actor UInt64 CODEC(ZSTD(1)),
    version UInt64 CODEC(ZSTD(1)),
    person UInt32 CODEC(ZSTD(1)),
    kind LowCardinality(String),
    cause LowCardinality(String),
    grade LowCardinality(String),
    at DateTime64(3, 'UTC') CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (app, actor, version)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- The rows of the map above version 0 once more: what a reader of events needs to know, and never many.
CREATE TABLE person_moves
(
    app UInt32,
    actor UInt64 CODEC(ZSTD(1)),
    version UInt64 CODEC(ZSTD(1)),
    person UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (app, actor, version)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- First visit ever. Outlives raw events, or everyone would be new again. The sentinel 2149-06-06 means
-- that no visit is left.
CREATE TABLE persons
(
    app UInt32,
    person UInt32,
    first_day Date,
    version UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY app
ORDER BY (app, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- What a day's events say, written whole. `build` is joined on by readers through `builds`.
CREATE TABLE sessions
(
    app UInt32,
    day Date,
    build UInt64,
    traffic LowCardinality(String),
    person UInt32,
    session UInt64 CODEC(ZSTD(1)),
    start DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    scene Int32 CODEC(ZSTD(1)),
    source LowCardinality(String),
    campaign LowCardinality(String),
    link LowCardinality(String),
    province LowCardinality(String),
    app_version LowCardinality(String),
    is_new Bool,
    entry LowCardinality(String),
    exit LowCardinality(String),
    visits UInt32 CODEC(ZSTD(1)),
    depth UInt32 CODEC(ZSTD(1)),
    duration Nullable(UInt64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, day, build, traffic, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Who saw what on a day, and where they came from: what several filters at once are counted from. Sorted by
-- page and person, because sets of persons are made several times as fast in order.
CREATE TABLE visits
(
    app UInt32,
    day Date,
    build UInt64,
    traffic LowCardinality(String),
    page LowCardinality(String),
    person UInt32 CODEC(Delta(4), ZSTD(1)),
    scene Int32 CODEC(ZSTD(1)),
    source LowCardinality(String),
    campaign LowCardinality(String),
    link LowCardinality(String),
    province LowCardinality(String),
    app_version LowCardinality(String),
    is_new Bool CODEC(ZSTD(1)),
    views UInt32 CODEC(ZSTD(1)),
    sent UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, day, build, traffic, page, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Sums and bitmaps of persons, per day ('' in dimension) and per day and one dimension's value.
CREATE TABLE days
(
    app UInt32,
    dimension LowCardinality(String),
    day Date,
    build UInt64,
    traffic LowCardinality(String),
    value String CODEC(ZSTD(1)),
    launches UInt64 CODEC(ZSTD(1)),
    visits UInt64 CODEC(ZSTD(1)),
    shares UInt64 CODEC(ZSTD(1)),
    bounces UInt64 CODEC(ZSTD(1)),
    entries UInt64 CODEC(ZSTD(1)),
    exits UInt64 CODEC(ZSTD(1)),
    depth UInt64 CODEC(ZSTD(1)),
    duration UInt64 CODEC(ZSTD(1)),
    timed_launches UInt64 CODEC(ZSTD(1)),
    visitors AggregateFunction(groupBitmap, UInt32),
    new_users AggregateFunction(groupBitmap, UInt32),
    sharers AggregateFunction(groupBitmap, UInt32),
    timed_visitors AggregateFunction(groupBitmap, UInt32),
    new_count UInt32 CODEC(ZSTD(1)),
    visitors_count UInt32 CODEC(ZSTD(1)),
    sharers_count UInt32 CODEC(ZSTD(1)),
    timed_visitors_count UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYear(day))
ORDER BY (app, dimension, day, build, traffic, value)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60, index_granularity = 256;

-- The build of a day that holds is the highest here; a row is written after everything else of it.
CREATE TABLE builds
(
    app UInt32,
    day Date,
    build UInt64,
    through UInt64,
    cause LowCardinality(String),
    events UInt64,
    milliseconds UInt32,
    at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (app, day, build)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Days to make again for another reason than new events: merge, undo, erasure, new definition.
CREATE TABLE dirty
(
    app UInt32,
    day Date,
    mark UInt64,
    cause LowCardinality(String),
    at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (app, day, mark)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Accepted but not counted: the event as it came, and why.
CREATE TABLE quarantine
(
    app UInt32,
    reason LowCardinality(String),
    name LowCardinality(String),
    at DateTime64(3, 'UTC'),
    segment LowCardinality(String),
    record UInt32,
    i UInt16,
    line String CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (app, reason, name, at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- received = refused + accepted; accepted = loaded + duplicate + quarantined. One row a chunk, key and hour.
CREATE TABLE ledger
(
    app UInt32,
    key UInt32,
    via LowCardinality(String),
    hour DateTime('UTC'),
    received UInt64,
    refused UInt64,
    accepted UInt64,
    loaded UInt64,
    duplicate UInt64,
    quarantined UInt64,
    lost UInt64,
    reasons Map(LowCardinality(String), UInt64),
    segment LowCardinality(String),
    load UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (app, key, hour)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;
