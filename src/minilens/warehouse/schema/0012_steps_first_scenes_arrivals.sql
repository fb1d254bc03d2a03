-- Visits of launches that began on a day, each with the next one: a launch is entered before its first and left after its
-- last, and of more pages than are kept it is not known what came next.
CREATE TABLE page_steps
(
    app UInt32,
    day Date,
    build UInt64 CODEC(ZSTD(1)),
    traffic LowCardinality(String) CODEC(ZSTD(1)),
    page LowCardinality(String) CODEC(ZSTD(1)),
    next LowCardinality(String) CODEC(ZSTD(1)),
    visits UInt64 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (app, toYYYYMM(day))
ORDER BY (app, day, build, traffic, page, next)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

TRUNCATE TABLE page_steps;

INSERT INTO page_steps (app, day, build, traffic, page, next, visits)
SELECT app, day, build, traffic, step.1, step.2, count()
FROM
(
    SELECT app, day, build, traffic, arrayJoin(arrayZip(arrayPushFront(pages, '(entry)'),
        arrayPushBack(pages, if(visits > length(pages), '(more)', '(exit)')))) AS step
    FROM sessions WHERE notEmpty(pages)
)
GROUP BY app, day, build, traffic, step
SETTINGS max_partitions_per_insert_block = 0;

-- Rows of days for what was read from first touches and events: new users by the first scene (`new_count`), and events as they arrived,
-- whatever their traffic: by tracker, by the names that trackers sent, and by when they were received (seconds; 0 is
-- before any zone has closed the day). All of it is known of days that are made, so that none has to be made again.
ALTER TABLE days
    ADD COLUMN IF NOT EXISTS sent UInt64 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS late UInt64 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS day_late UInt64 CODEC(ZSTD(1));

DELETE FROM days WHERE dimension IN ('first_scene', 'tracker', 'event', 'received');

INSERT INTO days (app, dimension, day, build, traffic, value, page, new_count)
SELECT n.app, 'first_scene', n.day, n.build, n.traffic, toString(t.scene), '', toUInt32(count())
FROM
(
    SELECT app, day, build, traffic, arrayJoin(bitmapToArray(new_users)) AS person FROM days
    WHERE dimension = '' AND (app, day, build) IN (SELECT app, day, max(build) FROM builds GROUP BY app, day)
) AS n
LEFT ANY JOIN
(
    SELECT app, person, argMax(first_touches.day, version) AS day, argMax(first_touches.scene, version) AS scene
    FROM first_touches GROUP BY app, person
) AS t ON n.app = t.app AND n.person = t.person AND n.day = t.day
GROUP BY n.app, n.day, n.build, n.traffic, t.scene
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO days (app, dimension, day, build, traffic, value, page, sent, late, day_late)
SELECT app, to.1, day, build, '', to.2, '', sum(n), sum(minutes_late), sum(days_late)
FROM
(
    SELECT app, day, build, n, minutes_late, days_late, arrayJoin(arrayConcat([('received', toString(slot), '')],
            if(by_itself, [('tracker', tracker, '')], []), if(named, [('event', called, '')], []))) AS to
    FROM
    (
        SELECT e.app AS app, e.day AS day, b.build AS build, via != 'import' AS by_itself,
            if(by_itself, toString(lib), '') AS tracker, via = 'tracker' AND kind = 'track' AS named,
            if(named, toString(name), '') AS called,
            if(received < toDateTime(day, 'UTC') + 39600, 0, least(
                toUnixTimestamp(toStartOfFifteenMinutes(received)), toUnixTimestamp(toDateTime(day, 'UTC')) + 136800)) AS slot,
            count() AS n, countIf(received > ts + INTERVAL 10 MINUTE) AS minutes_late,
            countIf(received > ts + INTERVAL 1 DAY) AS days_late
        FROM events AS e
        INNER JOIN
        (
            SELECT app, day, max(build) AS build, argMax(through, builds.build) AS through FROM builds GROUP BY app, day
        ) AS b ON e.app = b.app AND e.day = b.day
        WHERE e.load <= b.through
        GROUP BY app, day, build, by_itself, tracker, named, called, slot
    )
)
GROUP BY app, day, build, to
SETTINGS max_partitions_per_insert_block = 0;
