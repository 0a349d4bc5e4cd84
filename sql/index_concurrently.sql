-- create_partial_index_concurrently(), with nobody else about: see also test/build.
SET client_min_messages = notice;
CREATE TABLE items (id int, state text, email varchar(100));
INSERT INTO items SELECT i, CASE WHEN i % 10 = 0 THEN 'open' ELSE 'done' END, 'user' || i FROM generate_series(1, 1000) i;

-- What it would run, in a transaction block too; then it does, and again it need not.
BEGIN;
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''', dry_run => true);
COMMIT;
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''', progress => false);
CALL tenancy.create_partial_index_concurrently('items', '{(id)}', '(state = ''open'')', index_name => 'other', progress => false);
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''', dry_run => true);
-- All that create_partial_index() takes.
CALL tenancy.create_partial_index_concurrently('items', '{lower(email) DESC,id}', 'state = ''open'' -- comment', index_name => 'It''s "mine"',
  is_unique => true, include => '{state}', progress => false);
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index WHERE indrelid = 'items'::regclass ORDER BY indexrelid::regclass::text;

-- What a build left behind invalid is dropped and built.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_items_id_state_open'::regclass;
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''', dry_run => true);
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''', progress => false);
-- So is what DROP INDEX CONCURRENTLY left, which no table shows among its indexes any more.
UPDATE pg_index SET indisvalid = false, indisready = false, indislive = false WHERE indexrelid = 'ix_items_id_state_open'::regclass;
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''', progress => false);
SELECT indisvalid, indisready, indislive FROM pg_index WHERE indexrelid = 'ix_items_id_state_open'::regclass;

-- From a procedure, or a block, with what it did.
DO $$
DECLARE
  action text;
  statement text;
  on_conflict text;
BEGIN
  CALL tenancy.create_partial_index_concurrently('items', '{id}', 'id > 7', progress => false, action => action, statement => statement, on_conflict => on_conflict);
  RAISE NOTICE '%: %', action, statement;
END $$;

-- Partitions of every level; those that have such an index, under whatever name, keep it.
CREATE TABLE parted (id int, kind text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20) PARTITION BY LIST (kind);
CREATE TABLE parted_2_a PARTITION OF parted_2 FOR VALUES IN ('a');
CREATE TABLE parted_2_rest PARTITION OF parted_2 DEFAULT;
CREATE INDEX old_index ON parted_2_a (id) WHERE kind <> 'x';
CREATE INDEX ix_parted_1_id_kind_not_x ON parted_1 (kind);
SELECT * FROM tenancy.concurrent_index_statements('parted', '{id}', 'kind <> ''x''');
CALL tenancy.create_partial_index_concurrently('parted', '{id}', 'kind <> ''x''', progress => false);
SELECT c.indexrelid::regclass, c.indisvalid, i.inhparent::regclass FROM pg_index c LEFT JOIN pg_inherits i ON inhrelid = indexrelid
WHERE indrelid::regclass::text LIKE 'parted%' ORDER BY c.indexrelid::regclass::text;
CALL tenancy.create_partial_index_concurrently('parted', '{id}', 'kind <> ''x''', progress => false);
SELECT * FROM tenancy.concurrent_index_statements('parted', '{id}', 'kind <> ''x''');
-- Partitions made later have it.
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (20) TO (30);
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'parted_3'::regclass;
-- Half of it is there: made valid. create_partial_index() says how.
CREATE INDEX half ON ONLY parted (id) WHERE id > 5;
CREATE INDEX half_1 ON parted_1 (id) WHERE id > 5;
ALTER INDEX half ATTACH PARTITION half_1;
SELECT error_of($$SELECT tenancy.create_partial_index('parted', '{id}', 'id > 5')$$);
CALL tenancy.create_partial_index_concurrently('parted', '{id}', 'id > 5', progress => false);
SELECT indisvalid FROM pg_index WHERE indexrelid = 'half'::regclass;
-- What it refuses, before there is a worker.
CREATE TEMP TABLE mine (id int);
SELECT error_of($$CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''open''')$$);
CALL tenancy.create_partial_index_concurrently('mine', '{id}', 'id > 0');
CALL tenancy.create_partial_index_concurrently('pg_class', '{relname}', 'relhasindex');
CALL tenancy.create_partial_index_concurrently('items', '{nothing}', 'true');
CALL tenancy.create_partial_index_concurrently('items', '{}', 'true');
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'now() > ''2026-01-01''');
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''closed''', index_name => 'items');
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''closed''', lock_timeout => '1 month');
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''closed''', lock_timeout => '-1 s');
CALL tenancy.create_partial_index_concurrently('items', '{id}', 'state = ''closed''', attempts => 0);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE parted_4 PARTITION OF parted FOR VALUES FROM (30) TO (40) SERVER nowhere;
CALL tenancy.create_partial_index_concurrently('parted', '{id}', 'id > 6');
-- A function whose commit would end its caller's transaction.
CREATE FUNCTION calls() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  action text;
  statement text;
  on_conflict text;
BEGIN
  CALL tenancy.create_partial_index_concurrently('items', '{id}', 'id > 8', action => action, statement => statement, on_conflict => on_conflict);
END $$;
SELECT error_of('SELECT calls()');
-- An error of the build arrives whole, and nothing is left.
CALL tenancy.create_partial_index_concurrently('items', '{state}', 'id = 1 OR id = 2', is_unique => true, progress => false);
\set VERBOSITY sqlstate
CALL tenancy.create_partial_index_concurrently('items', '{state}', 'id = 1 OR id = 2', is_unique => true, progress => false);
\set VERBOSITY default
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'items'::regclass ORDER BY indexrelid::regclass::text;

-- Nothing is being built; whoever asks.
SET ROLE regress_stranger;
SELECT * FROM tenancy.index_progress;
RESET ROLE;

DROP FUNCTION calls();
DROP TABLE items, parted;
DROP SERVER nowhere;
DROP FOREIGN DATA WRAPPER nowhere;
