-- Who came on a day and what they came with, however many pages they saw: what visits are counted from under several
-- filters where no page is asked about. About a third of the rows of `day_page_views`, and sorted by person.
CREATE TABLE day_visitors
(
    app UInt32,
    day Date,
    build UInt64 CODEC(ZSTD(1)),
    traffic LowCardinality(String) CODEC(ZSTD(1)),
    person UInt32 CODEC(Delta(4), ZSTD(1)),
    scene Int32 CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    campaign LowCardinality(String) CODEC(ZSTD(1)),
    link LowCardinality(String) CODEC(ZSTD(1)),
    province LowCardinality(String) CODEC(ZSTD(1)),
    city LowCardinality(String) CODEC(ZSTD(1)),
    phone LowCardinality(String) CODEC(ZSTD(1)),
    client LowCardinality(String) CODEC(ZSTD(1)),
    app_version LowCardinality(String) CODEC(ZSTD(1)),
    is_new Bool CODEC(ZSTD(1)),
    views UInt32 CODEC(ZSTD(1)),
    sent UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, day, build, traffic, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

TRUNCATE TABLE day_visitors;

INSERT INTO day_visitors
(
    app, day, build, traffic, person, scene, source, campaign, link, province, city, phone, client, app_version, is_new,
    views, sent
)
SELECT app, day, build, traffic, person, scene, source, campaign, link, province, city, phone, client, app_version, is_new,
    sum(day_page_views.views), sum(day_page_views.sent)
FROM day_page_views
WHERE views > 0 OR sent > 0
GROUP BY app, day, build, traffic, person, scene, source, campaign, link, province, city, phone, client, app_version, is_new
SETTINGS max_bytes_before_external_group_by = 134217728, max_partitions_per_insert_block = 0;

-- Days by values of which there may be as many as visits, with the few columns that are asked for: the code that a
-- launch was opened by (`code`), and the parameters that a page was visited with (`query`, of each page). A list reads the
-- sets of the values it shows, so that rows lie by value within a month.
CREATE TABLE day_values
(
    app UInt32,
    dimension LowCardinality(String) CODEC(ZSTD(1)),
    page LowCardinality(String) CODEC(ZSTD(1)),
    value String CODEC(ZSTD(1)),
    day Date CODEC(ZSTD(1)),
    build UInt64 CODEC(ZSTD(1)),
    traffic LowCardinality(String) CODEC(ZSTD(1)),
    launches UInt64 CODEC(ZSTD(1)),
    visits UInt64 CODEC(ZSTD(1)),
    continued UInt64 CODEC(ZSTD(1)),
    visitors AggregateFunction(groupBitmap, UInt32) CODEC(ZSTD(1)),
    new_users AggregateFunction(groupBitmap, UInt32) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, dimension, page, value, day, build, traffic)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60, index_granularity = 1024;

TRUNCATE TABLE day_values;

INSERT INTO day_values (app, dimension, page, value, day, build, traffic, launches, continued, visitors, new_users)
SELECT app, 'code', '', code, day, build, traffic, count(), countIf(visits > 1), groupBitmapState(person),
    groupBitmapStateIf(person, is_new)
FROM sessions WHERE code != ''
GROUP BY app, day, build, traffic, code
SETTINGS max_bytes_before_external_group_by = 134217728, max_partitions_per_insert_block = 0;

INSERT INTO day_values (app, dimension, page, value, day, build, traffic, visits, visitors)
SELECT app, 'query', page, query, day, build, traffic, count(), groupBitmapState(who)
FROM
(
    SELECT e.app AS app, e.day AS day, b.build AS build, e.traffic AS traffic, e.page AS page, e.query AS query,
        if(m.person != 0, m.person, e.person) AS who
    FROM events AS e
    INNER JOIN
    (
        SELECT app, day, max(build) AS build, argMax(through, builds.build) AS through FROM builds GROUP BY app, day
    ) AS b ON e.app = b.app AND e.day = b.day
    LEFT ANY JOIN
    (
        SELECT app, actor, argMax(person, version) AS person FROM person_moves GROUP BY app, actor
    ) AS m ON e.app = m.app AND e.actor = m.actor
    WHERE e.name = 'page_view' AND e.load <= b.through
)
GROUP BY app, day, build, traffic, page, query
SETTINGS max_bytes_before_external_group_by = 134217728, max_partitions_per_insert_block = 0;

-- Sets of days were not compressed. Those that are nearly always empty take a tenth of it when they are, those of a small
-- app a fifth less, and unpacking them is not seen in any question. Parts that are there follow as they are merged.
ALTER TABLE days
    MODIFY COLUMN visitors CODEC(ZSTD(1)),
    MODIFY COLUMN new_users CODEC(ZSTD(1)),
    MODIFY COLUMN sharers CODEC(ZSTD(1)),
    MODIFY COLUMN timed_visitors CODEC(ZSTD(1)),
    MODIFY COLUMN timed_apart CODEC(ZSTD(1)),
    MODIFY COLUMN launched_apart CODEC(ZSTD(1));
