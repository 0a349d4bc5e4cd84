-- An index of a partition that is attached and invalid cannot be dropped: it is reindexed, and attached once more,
-- which makes that of the partitioned table valid. Servers older than 15.18, 16.14, 17.10 and 18.4 do not look
-- again (index_reattached_1.out): then the call says so.
SET client_min_messages = warning;
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
CREATE INDEX half ON parted (id) WHERE id > 5;
ALTER INDEX parted_1_id_idx RENAME TO half_1;
ALTER INDEX parted_2_id_idx RENAME TO half_2;

-- What the server does.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half'::regclass;
ALTER INDEX half ATTACH PARTITION half_1;
SELECT indisvalid AS looks_again FROM pg_index WHERE indexrelid = 'half'::regclass;

UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('half'::regclass, 'half_1'::regclass);
CALL tenancy.create_partial_index_concurrently('parted', '{id}', 'id > 5', progress => false);
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indexrelid IN ('half'::regclass, 'half_1'::regclass) ORDER BY 1;

-- Nor is another attached beside it, as REINDEX CONCURRENTLY leaves one that fails.
CREATE INDEX half_1_ccnew ON parted_1 (id) WHERE id > 5;
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('half'::regclass, 'half_1'::regclass, 'half_1_ccnew'::regclass);
CALL tenancy.create_partial_index_concurrently('parted', '{id}', 'id > 5', progress => false);
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indexrelid IN ('half'::regclass, 'half_1'::regclass) ORDER BY 1;

DROP TABLE parted;
