-- Which identities are one: a link for each pair, written in both directions so that all of one identity lie together.
-- The row of the highest version holds. `first` and `last` are when the pair was seen, `last` to within a week; where a
-- device signed out, `cause` 'episode' names the stretches of one device, which joins nothing by itself.
CREATE TABLE links
(
    app UInt32,
    node UInt64 CODEC(ZSTD(1)),
    other UInt64 CODEC(ZSTD(1)),
    node_kind LowCardinality(String) CODEC(ZSTD(1)),
    other_kind LowCardinality(String) CODEC(ZSTD(1)),
    cause LowCardinality(String) CODEC(ZSTD(1)),
    verified Bool CODEC(ZSTD(1)),
    first DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    last DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    state LowCardinality(String) CODEC(ZSTD(1)),
    merge UInt64 CODEC(ZSTD(1)),
    version UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY app
ORDER BY (app, node, other)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- Identities that must not become one person, in both directions; `lifted` where that no longer holds.
CREATE TABLE keep_apart
(
    app UInt32,
    node UInt64,
    other UInt64,
    version UInt64,
    lifted Bool,
    by String,
    why String,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY app
ORDER BY (app, node, other)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;

-- From when on an actor is that person: 1970 where it always was.
ALTER TABLE person_map ADD COLUMN IF NOT EXISTS since DateTime64(3, 'UTC') CODEC(ZSTD(1));

ALTER TABLE person_moves ADD COLUMN IF NOT EXISTS since DateTime64(3, 'UTC') CODEC(ZSTD(1));

TRUNCATE TABLE links;

TRUNCATE TABLE keep_apart;

-- What is joined today stays joined: a star of links around the first identity of each person's first assignment, and a
-- link for each merge that holds. What was undone, and is two persons now, is kept apart.
INSERT INTO links (app, node, other, node_kind, other_kind, cause, verified, first, last, state, version)
SELECT app, to.1, to.2, to.3, to.4, 'kept', verified, at, at, 'live', 0
FROM
(
    SELECT app, one.3 AS verified, one.4 AS at,
        arrayJoin([(one.1, founder.1, one.2, founder.2), (founder.1, one.1, founder.2, one.2)]) AS to
    FROM
    (
        SELECT app, argMin((actor, kind), (seen, kind = 'device', actor)) AS founder,
            arrayJoin(groupArray((actor, kind, verified, seen))) AS one
        FROM
        (
            SELECT app, actor, any(m.person) AS person, toString(any(m.kind)) AS kind,
                argMax(grade, at) = 'verified' AS verified, min(at) AS seen
            FROM person_map AS m WHERE version = 0 GROUP BY app, actor
        )
        GROUP BY app, person HAVING count() > 1
    )
    WHERE one.1 != founder.1
)
SETTINGS max_partitions_per_insert_block = 0, max_bytes_before_external_group_by = 134217728;

INSERT INTO links (app, node, other, node_kind, other_kind, cause, verified, first, last, state, merge, version)
SELECT app, to.1, to.2, to.3, to.4, 'hand', true, seen, seen, 'live', version, 0
FROM
(
    SELECT m.app AS app, m.version AS version, m.seen AS seen,
        arrayJoin([(m.one.1, f.founder.1, m.one.2, f.founder.2), (f.founder.1, m.one.1, f.founder.2, m.one.2)]) AS to
    FROM
    (
        SELECT app, version, any(person) AS target, max(at) AS seen,
            argMin((actor, toString(kind)), (home = person, kind = 'device', actor)) AS one
        FROM person_map
        INNER JOIN
        (
            SELECT app, actor, any(person) AS home FROM person_map
            WHERE version = 0 AND (app, actor) IN (SELECT app, actor FROM person_map WHERE version > 0)
            GROUP BY app, actor
        ) AS h USING (app, actor)
        WHERE version > 0 AND undoes = 0
            AND (app, version) NOT IN (SELECT app, undoes FROM person_map WHERE undoes > 0)
        GROUP BY app, version
    ) AS m
    INNER JOIN
    (
        SELECT app, person, argMin((actor, toString(kind)), (at, kind = 'device', actor)) AS founder FROM person_map
        WHERE version = 0 AND (app, person) IN (SELECT app, person FROM person_map WHERE version > 0)
        GROUP BY app, person
    ) AS f ON m.app = f.app AND m.target = f.person
    WHERE m.one.1 != f.founder.1
)
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO keep_apart (app, node, other, version, lifted, by, why, at)
WITH current AS
(
    SELECT app, actor, argMax(person, version) AS now FROM person_map
    WHERE (app, person) IN (SELECT app, person FROM person_map WHERE version > 0)
        OR (app, actor) IN (SELECT app, actor FROM person_map WHERE version > 0)
    GROUP BY app, actor
)
SELECT app, to.1, to.2, 0, false, '', 'undo', seen
FROM
(
    SELECT m.app AS app, m.seen AS seen, arrayJoin([(m.one, f.founder), (f.founder, m.one)]) AS to
    FROM
    (
        SELECT app, version, any(person) AS target, max(at) AS seen, argMin(actor, (kind = 'device', actor)) AS one
        FROM person_map
        WHERE version > 0 AND undoes = 0 AND (app, version) IN (SELECT app, undoes FROM person_map WHERE undoes > 0)
        GROUP BY app, version
    ) AS m
    INNER JOIN
    (
        SELECT app, person, argMin(actor, (at, kind = 'device', actor)) AS founder FROM person_map
        WHERE version = 0 AND (app, person) IN (SELECT app, person FROM person_map WHERE version > 0)
        GROUP BY app, person
    ) AS f ON m.app = f.app AND m.target = f.person
    INNER JOIN current AS a ON m.app = a.app AND m.one = a.actor
    INNER JOIN current AS b ON m.app = b.app AND f.founder = b.actor
    WHERE a.now != b.now
)
SETTINGS max_partitions_per_insert_block = 0;
