-- The tables as they were; each statement may be run again after a kill in the middle.
DROP TABLE IF EXISTS day_visitors;

DROP TABLE IF EXISTS day_values;

ALTER TABLE days
    MODIFY COLUMN visitors CODEC(NONE),
    MODIFY COLUMN new_users CODEC(NONE),
    MODIFY COLUMN sharers CODEC(NONE),
    MODIFY COLUMN timed_visitors CODEC(NONE),
    MODIFY COLUMN timed_apart CODEC(NONE),
    MODIFY COLUMN launched_apart CODEC(NONE);
