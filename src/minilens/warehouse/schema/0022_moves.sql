-- Whether this warehouse holds what counts: the row of the highest number says so, and none is as good as 'holds'.
-- 'filling': a move copies into it; 'left': all of it was moved to another one. `other` is the one at the other end.
CREATE TABLE moves
(
    number UInt32,
    move String,
    state LowCardinality(String),
    other String,
    at DateTime64(3, 'UTC')
)
ENGINE = MergeTree ORDER BY number
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 60;
