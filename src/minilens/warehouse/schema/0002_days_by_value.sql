-- Days by value before day: a list reads the sets of the values it shows and no others. So that they can be
-- read by themselves a granule is a few rows, and sets are not compressed: they hardly get smaller by it.
-- `page`: of each value of another dimension ('scene+page' …), what was seen of one page.
DROP TABLE IF EXISTS days_by_value;

CREATE TABLE days_by_value
(
    app UInt32,
    dimension LowCardinality(String),
    day Date,
    build UInt64,
    traffic LowCardinality(String),
    value String CODEC(ZSTD(1)),
    page LowCardinality(String),
    launches UInt64 CODEC(ZSTD(1)),
    visits UInt64 CODEC(ZSTD(1)),
    shares UInt64 CODEC(ZSTD(1)),
    bounces UInt64 CODEC(ZSTD(1)),
    entries UInt64 CODEC(ZSTD(1)),
    exits UInt64 CODEC(ZSTD(1)),
    depth UInt64 CODEC(ZSTD(1)),
    duration UInt64 CODEC(ZSTD(1)),
    timed_launches UInt64 CODEC(ZSTD(1)),
    visitors AggregateFunction(groupBitmap, UInt32) CODEC(NONE),
    new_users AggregateFunction(groupBitmap, UInt32) CODEC(NONE),
    sharers AggregateFunction(groupBitmap, UInt32) CODEC(NONE),
    timed_visitors AggregateFunction(groupBitmap, UInt32) CODEC(NONE),
    new_count UInt32 CODEC(ZSTD(1)),
    visitors_count UInt32 CODEC(ZSTD(1)),
    sharers_count UInt32 CODEC(ZSTD(1)),
    timed_visitors_count UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYear(day))
ORDER BY (app, dimension, value, page, day, build, traffic)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60, index_granularity = 16;

INSERT INTO days_by_value
SELECT app, dimension, day, build, traffic, value, '', launches, visits, shares, bounces, entries, exits, depth,
    duration, timed_launches, visitors, new_users, sharers, timed_visitors, new_count, visitors_count,
    sharers_count, timed_visitors_count
FROM days
WHERE dimension NOT LIKE '%+page'
SETTINGS max_partitions_per_insert_block = 0;

-- Pairs of days that are made already. In the order of the tables, so that a year fits into memory; entries and exits
-- are rows of their own here, which readers add up.

INSERT INTO days_by_value
(
    app, dimension, day, build, traffic, value, page, visits, shares, visitors, new_users, sharers, new_count,
    visitors_count, sharers_count
)
SELECT app, 'scene+page', day, build, traffic, toString(scene), page, sum(views), sum(sent),
    groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, views > 0 AND is_new) AS news,
    groupBitmapStateIf(person, sent > 0) AS senders,
    toUInt32(finalizeAggregation(news)), toUInt32(finalizeAggregation(came)), toUInt32(finalizeAggregation(senders))
FROM visits
GROUP BY app, day, build, traffic, page, scene
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value
(
    app, dimension, day, build, traffic, value, page, visits, shares, visitors, new_users, sharers, new_count,
    visitors_count, sharers_count
)
SELECT app, 'province+page', day, build, traffic, province, page, sum(views), sum(sent),
    groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, views > 0 AND is_new) AS news,
    groupBitmapStateIf(person, sent > 0) AS senders,
    toUInt32(finalizeAggregation(news)), toUInt32(finalizeAggregation(came)), toUInt32(finalizeAggregation(senders))
FROM visits
GROUP BY app, day, build, traffic, page, province
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value
(
    app, dimension, day, build, traffic, value, page, visits, shares, visitors, new_users, sharers, new_count,
    visitors_count, sharers_count
)
SELECT app, 'app_version+page', day, build, traffic, app_version, page, sum(views), sum(sent),
    groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, views > 0 AND is_new) AS news,
    groupBitmapStateIf(person, sent > 0) AS senders,
    toUInt32(finalizeAggregation(news)), toUInt32(finalizeAggregation(came)), toUInt32(finalizeAggregation(senders))
FROM visits
GROUP BY app, day, build, traffic, page, app_version
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value
(
    app, dimension, day, build, traffic, value, page, visits, shares, visitors, new_users, sharers, new_count,
    visitors_count, sharers_count
)
SELECT app, 'newness+page', day, build, traffic, if(is_new, 'new', 'returning'), page, sum(views), sum(sent),
    groupBitmapStateIf(person, views > 0) AS came, groupBitmapStateIf(person, views > 0 AND is_new) AS news,
    groupBitmapStateIf(person, sent > 0) AS senders,
    toUInt32(finalizeAggregation(news)), toUInt32(finalizeAggregation(came)), toUInt32(finalizeAggregation(senders))
FROM visits
GROUP BY app, day, build, traffic, page, is_new
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value (app, dimension, day, build, traffic, value, page, bounces, entries, exits)
SELECT app, 'scene+page', day, build, traffic, toString(scene), d.1, sum(d.2 AND s.visits = 1), sum(d.2), sum(d.3)
FROM sessions AS s ARRAY JOIN [(entry, 1, 0), (exit, 0, 1)] AS d
WHERE s.visits > 0
GROUP BY app, day, build, traffic, d.1, scene
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value (app, dimension, day, build, traffic, value, page, bounces, entries, exits)
SELECT app, 'province+page', day, build, traffic, province, d.1, sum(d.2 AND s.visits = 1), sum(d.2), sum(d.3)
FROM sessions AS s ARRAY JOIN [(entry, 1, 0), (exit, 0, 1)] AS d
WHERE s.visits > 0
GROUP BY app, day, build, traffic, d.1, province
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value (app, dimension, day, build, traffic, value, page, bounces, entries, exits)
SELECT app, 'app_version+page', day, build, traffic, app_version, d.1, sum(d.2 AND s.visits = 1), sum(d.2), sum(d.3)
FROM sessions AS s ARRAY JOIN [(entry, 1, 0), (exit, 0, 1)] AS d
WHERE s.visits > 0
GROUP BY app, day, build, traffic, d.1, app_version
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

INSERT INTO days_by_value (app, dimension, day, build, traffic, value, page, bounces, entries, exits)
SELECT app, 'newness+page', day, build, traffic, if(s.is_new, 'new', 'returning'), d.1, sum(d.2 AND s.visits = 1), sum(d.2), sum(d.3)
FROM sessions AS s ARRAY JOIN [(entry, 1, 0), (exit, 0, 1)] AS d
WHERE s.visits > 0
GROUP BY app, day, build, traffic, d.1, is_new
SETTINGS optimize_aggregation_in_order = 1, max_partitions_per_insert_block = 0;

EXCHANGE TABLES days AND days_by_value;

DROP TABLE days_by_value;
