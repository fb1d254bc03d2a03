-- Members are computed again when the program that has cohorts comes back.
DROP TABLE IF EXISTS cohort_members SYNC;
