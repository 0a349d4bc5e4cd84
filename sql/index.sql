-- create_partial_index().
SET client_min_messages = notice;
CREATE TABLE users (id int PRIMARY KEY, email varchar(255), is_active boolean, deleted_at timestamptz, "Sp ace" text);
INSERT INTO users SELECT i, 'u' || i, i % 10 = 0 FROM generate_series(1, 1000) i;
ANALYZE users;

SELECT * FROM tenancy.create_partial_index('users', '{email}', 'is_active', index_name => 'idx_active_users_email', dry_run => true);
SELECT to_regclass('idx_active_users_email') IS NULL AS not_made;
SELECT * FROM tenancy.create_partial_index('users', '{email}', 'is_active', index_name => 'idx_active_users_email');
SELECT pg_get_indexdef('idx_active_users_email'::regclass);
EXPLAIN (COSTS OFF) SELECT id FROM users WHERE is_active AND email = 'u10';

-- Again: the same tree, however it is written and whatever name is asked for.
SELECT * FROM tenancy.create_partial_index('users', '{email}', 'is_active', index_name => 'idx_active_users_email');
SELECT * FROM tenancy.create_partial_index('users', '{email}', '(is_active = true)', index_name => 'another_name');
SELECT * FROM tenancy.create_partial_index('users', '{(email)}', 'is_active -- comment');
-- Another: another key, order, opclass, collation, uniqueness, method, INCLUDE or predicate.
SELECT action, index_name FROM tenancy.create_partial_index('users', '{id}', 'is_active', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email DESC}', 'is_active', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email NULLS FIRST}', 'is_active', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email varchar_pattern_ops}', 'is_active', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', ARRAY['email COLLATE "C"'], 'is_active', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email}', 'is_active', is_unique => true, dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email}', 'is_active', method => 'hash', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email}', 'is_active', include => '{id}', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email,id}', 'is_active', dry_run => true);
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email}', 'NOT is_active', dry_run => true);
SET client_min_messages = warning;
SELECT action, index_name FROM tenancy.create_partial_index('users', '{email}', 'is_active IS TRUE', dry_run => true);
SET client_min_messages = notice;
-- Each of those, made and asked for again, exists.
CREATE FUNCTION twice(columns text[], predicate text, is_unique bool DEFAULT false, method name DEFAULT 'btree', include name[] DEFAULT '{}')
RETURNS TABLE(name name, first text, second text) LANGUAGE plpgsql AS $$
BEGIN
  SELECT i.index_name, i.action INTO name, first FROM tenancy.create_partial_index('users', $1, $2, is_unique => $3, method => $4, include => $5) i;
  SELECT i.action INTO second FROM tenancy.create_partial_index('users', $1, $2, is_unique => $3, method => $4, include => $5) i;
  RETURN NEXT;
END $$;
SET client_min_messages = warning;
SELECT * FROM twice('{email DESC NULLS LAST}', 'is_active');
SELECT * FROM twice('{email varchar_pattern_ops}', 'is_active AND id > 1');
SELECT * FROM twice(ARRAY['email COLLATE "C"'], 'is_active AND id > 2');
SELECT * FROM twice(ARRAY['(email COLLATE "C")'], 'is_active AND id > 2');
SELECT * FROM twice(ARRAY['(lower(email) COLLATE "C") DESC', '((id))'], 'is_active');
SELECT * FROM twice('{email}', 'is_active', is_unique => true);
SELECT * FROM twice('{email}', 'is_active AND id > 4', method => 'hash');
SELECT * FROM twice('{email}', 'is_active AND id > 3', include => '{id,deleted_at}');
SELECT * FROM twice('{lower(email),id DESC}', 'deleted_at IS NULL');
SELECT * FROM twice(ARRAY['lower(email) -- comment'], 'is_active -- comment');
SELECT * FROM twice('{Sp ace}', '"Sp ace" <> ''x''');
SELECT * FROM twice('{email}', 'length(email) > 5 AND email LIKE ''%@%''');
RESET client_min_messages;

-- Parameters of an opclass count.
CREATE TABLE texts (v tsvector);
SELECT action FROM tenancy.create_partial_index('texts', '{v tsvector_ops(siglen=100)}', 'v IS NOT NULL', method => 'gist', index_name => 'texts_100');
SELECT action FROM tenancy.create_partial_index('texts', '{v tsvector_ops(siglen=200)}', 'v IS NOT NULL', method => 'gist', index_name => 'texts_200');
SELECT action FROM tenancy.create_partial_index('texts', '{v tsvector_ops(siglen=100)}', 'v IS NOT NULL', method => 'gist', index_name => 'texts_300');
DROP TABLE texts;

-- A name that is too long is cut at a character and ends in a hash; 63 bytes are kept.
SELECT index_name, octet_length(index_name::text) FROM tenancy.create_partial_index('users', '{email}',
  'email IN (''éééééééééééééééééééé'', ''another rather long value'')', dry_run => true);
SELECT index_name, octet_length(index_name::text) FROM tenancy.create_partial_index('users', '{email}', 'id > 7',
  index_name => 'i23456789012345678901234567890123456789012345678901234567890123');
SELECT index_name, octet_length(index_name::text) FROM tenancy.create_partial_index('users', '{email}', 'id > 6', index_name => repeat('é', 32));
SELECT index_name FROM tenancy.create_partial_index('users', '{email}', 'id > 6', index_name => repeat('é', 31));
SELECT index_name, action FROM tenancy.create_partial_index('users', '{id}', 'id > 8', index_name => 'In"dex; é');

-- The name that nobody asked for may be another's: a number makes it free.
SELECT index_name, action FROM tenancy.create_partial_index('users', '{id}', 'id + 20 > 7');
SELECT index_name, action FROM tenancy.create_partial_index('users', '{id}', 'id - 20 > 7', dry_run => true);
SELECT index_name, action FROM tenancy.create_partial_index('users', '{id}', 'id - 20 > 7');
SELECT index_name, action FROM tenancy.create_partial_index('users', '{id}', 'id - 20 > 7');
SELECT index_name, action FROM tenancy.create_partial_index('users', '{id}', 'id * 20 > 7');
-- Comparisons are words of the name.
SELECT predicate, index_name FROM unnest(ARRAY['id = 1', 'id <> 1', 'id != 1', 'id<-1', 'id <= 1', 'id > 1', 'id>=1', 'NOT id = 1', $$email ~ '<'$$]) predicate,
  LATERAL tenancy.create_partial_index('users', '{id}', predicate, dry_run => true);

-- An index that a failed build left behind invalid is built anew.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_active_users_email'::regclass;
SELECT * FROM tenancy.create_partial_index('users', '{email}', 'is_active', index_name => 'idx_active_users_email');
SELECT indisvalid FROM pg_index WHERE indexrelid = 'idx_active_users_email'::regclass;

-- On a partitioned table, its partitions too.
CREATE TABLE orders (id int, state text) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (1) TO (100);
SELECT * FROM tenancy.create_partial_index('orders', '{id}', 'state = ''open''');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'orders_1'::regclass;
SELECT action FROM tenancy.create_partial_index('orders', '{id}', '''open'' = state');
SELECT action FROM tenancy.create_partial_index('orders', '{id}', 'state = ''open''');

-- A materialized view has indexes as a table has, and a temporary table too.
CREATE MATERIALIZED VIEW users_seen AS SELECT * FROM users;
SELECT index_name, action FROM tenancy.create_partial_index('users_seen', '{email}', 'is_active');
CREATE TEMPORARY TABLE passing (id int, is_open boolean);
SELECT index_name, action, regexp_replace(statement, 'pg_temp_\d+', 'pg_temp') FROM tenancy.create_partial_index('passing', '{id}', 'is_open');
DROP TABLE passing;
DROP MATERIALIZED VIEW users_seen;

-- The expressions are read in the caller's search_path, and the statement is the whole of it.
BEGIN;
SELECT action FROM tenancy.create_partial_index('users', '{email}', 'id > 9');
ROLLBACK;
SELECT count(*) FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relname = 'ix_users_email_id_9';

DROP FUNCTION twice(text[], text, bool, name, name[]);
DROP TABLE users, orders;
