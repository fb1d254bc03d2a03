-- Who is in a cohort as it was computed: the person of then, and one identity of theirs, so that merges and undos count.
CREATE TABLE cohort_members
(
    app UInt32,
    cohort UInt32,
    version UInt64,
    person UInt32 CODEC(Delta(4), LZ4),
    actor UInt64 CODEC(NONE)
)
ENGINE = MergeTree
PARTITION BY app
ORDER BY (app, cohort, version, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;
