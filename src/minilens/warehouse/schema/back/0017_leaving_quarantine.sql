-- Sums stay right: what is below zero goes around the end of the numbers, and comes back in the sum.
ALTER TABLE ledger MODIFY COLUMN accepted UInt64, MODIFY COLUMN quarantined UInt64;

DROP TABLE IF EXISTS left_quarantine;

ALTER TABLE quarantine DROP COLUMN IF EXISTS batch;
