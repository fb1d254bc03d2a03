-- One event of a server beside a tracker's made every new identity of both "verified". A first assignment stays so
-- only where an event that is kept proves it: a server or an import names the two together, or no tracker names
-- the identity at all. What can no longer be proved is claimed: to be trusted too little costs one more event of
-- the server, to be trusted too much lets whoever knows the public key keep a person for good.
-- The map is append-only: of two rows of the same version the later one has the grade.
INSERT INTO person_map (app, actor, version, person, kind, cause, grade, at)
SELECT app, actor, 0, max(person), max(kind), 'regraded', 'claimed', max(at) + toIntervalMillisecond(1)
FROM
(
    SELECT app, actor, person, toString(kind) AS kind, grade = 'verified' AS verified, cause = 'regraded' AS done,
        at, 0 AS proved, 0 AS said, 0 AS claimed
    FROM person_map WHERE version = 0
    UNION ALL
    SELECT app, actor, 0, '', 0, 0, toDateTime64(0, 3, 'UTC'), via != 'tracker' AND device NOT IN (0, actor),
        via != 'tracker', via = 'tracker'
    FROM events
    WHERE app IN (SELECT app FROM person_map WHERE version = 0 AND grade = 'verified')
    UNION ALL
    SELECT app, device, 0, '', 0, 0, toDateTime64(0, 3, 'UTC'), via != 'tracker', via != 'tracker', via = 'tracker'
    FROM events
    WHERE device NOT IN (0, actor) AND app IN (SELECT app FROM person_map WHERE version = 0 AND grade = 'verified')
)
GROUP BY app, actor
HAVING max(verified) AND NOT max(done) AND NOT (max(proved) OR (max(said) AND NOT max(claimed)))
SETTINGS max_bytes_before_external_group_by = 134217728, max_partitions_per_insert_block = 0;
