-- What create_partial_index() refuses.
CREATE TABLE users (id int PRIMARY KEY, email text, is_active boolean, twice int GENERATED ALWAYS AS (id * 2) STORED, document json);
CREATE VIEW users_seen AS SELECT * FROM users;

-- The relation.
SELECT error_of($$SELECT tenancy.create_partial_index('no_such_table', '{id}', 'true')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users_seen', '{id}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users_pkey', '{id}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('pg_class', '{relname}', 'relhasindex')$$);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE users_elsewhere (id int, is_active boolean) SERVER elsewhere;
SELECT error_of($$SELECT tenancy.create_partial_index('users_elsewhere', '{id}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('information_schema.sql_features', '{feature_id}', 'true')$$);
SELECT error_of($$SELECT tenancy.create_partial_index(0, '{id}', 'is_active')$$);
SET ROLE regress_stranger;
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', dry_run => true)$$);
RESET ROLE;

-- The columns. A generated one is a column like another here.
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{nothing}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', NULL, 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{ctid}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{document}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{email}', 'is_active', include => '{nothing}')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', ARRAY['email, id'], 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', ARRAY['email) INCLUDE (id'], 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', ARRAY['email) WHERE true; DROP TABLE users; --'], 'is_active')$$);
SELECT action FROM tenancy.create_partial_index('users', '{twice}', 'is_active', dry_run => true);

-- An expression with a comma: two elements of '{...}'.
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{coalesce(id, 1)}', 'is_active')$$);

-- The predicate.
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', NULL)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', '')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'email')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'nothing')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active AND')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active); DROP TABLE users; SELECT (true')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active) TABLESPACE (x')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'id IN (SELECT 1)')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'count(*) > 1')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'now() > ''2026-01-01''')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'id = current_setting(''app.user_id'')::int')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'id = tenancy.current_tenant(NULL::int)')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'random() > 0.5', dry_run => true)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'generate_series(1, 2) = 1')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active) OR (true')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', '*')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active FROM users')$$);
-- Where in the predicate it is.
SELECT tenancy.create_partial_index('users', '{id}', 'is_active AND nothing > 1');

-- The method and the name.
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', method => 'no_such_method')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', method => 'hash', is_unique => true)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', method => 'hash', include => '{email}')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', index_name => 'users')$$);
SELECT count(*) FROM tenancy.create_partial_index('users', '{id}', 'is_active', index_name => 'taken');
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{email}', 'is_active', index_name => 'taken')$$);

-- More than an index holds, also where nothing is run.
SELECT error_of($$SELECT tenancy.create_partial_index('users', array_fill('id'::text, '{33}'), 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', array_fill('id'::text, '{1000}'), 'is_active', dry_run => true)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', include => array_fill('id'::name, '{32}'), dry_run => true)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', include => '{nothing}', dry_run => true)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{ctid}', 'is_active', dry_run => true)$$);
-- A predicate that a comment would take out of the statement.
SELECT error_of($$SELECT tenancy.create_partial_index('users', ARRAY['id) WHERE ((false) /*'], 'is_active AND email <> ''*/ --''', dry_run => true)$$);
-- An invalid index of a partitioned table.
CREATE TABLE parted (id int) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE INDEX parted_only ON ONLY parted (id) WHERE id > 0;
SELECT error_of($$SELECT tenancy.create_partial_index('parted', '{id}', 'id > 0')$$);
DROP TABLE parted;

-- Not isolated by a column.
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', tenant_leading => true)$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', index_name => '')$$);

-- A dry run refuses what the real one does, with the same words.
CREATE TABLE parted (id int, region int, email text) PARTITION BY LIST (region);
CREATE TABLE halved (id int, email text) PARTITION BY LIST ((id % 2));
CREATE TABLE named (id int, name text) PARTITION BY LIST (name);
CREATE TABLE regions (id int, region int) PARTITION BY LIST (region);
CREATE FOREIGN TABLE regions_1 PARTITION OF regions FOR VALUES IN (1) SERVER elsewhere;
CREATE SCHEMA closed;
CREATE TABLE closed.users (id int, is_active boolean);
ALTER TABLE closed.users OWNER TO regress_owner;
GRANT USAGE ON SCHEMA closed TO regress_owner;
CREATE FUNCTION both_errors(arguments text, OUT refused text, OUT same boolean) LANGUAGE plpgsql AS $$
BEGIN
  refused := (SELECT string_agg(line, ' | ') FROM error_of(format('SELECT tenancy.create_partial_index(%s)', arguments)) line);
  same := refused = (SELECT string_agg(line, ' | ') FROM error_of(format('SELECT tenancy.create_partial_index(%s, dry_run => true)', arguments)) line);
END $$;
SELECT refused, same FROM (VALUES
  ($$'users', '{id}', 'is_active', method => 'hash', is_unique => true$$),
  ($$'users', '{id}', 'is_active', method => 'hash', include => '{email}'$$),
  ($$'users', '{id,email}', 'is_active', method => 'hash'$$),
  ($$'users', '{id DESC}', 'is_active', method => 'hash'$$),
  ($$'users', '{id NULLS FIRST}', 'is_active', method => 'brin'$$),
  ($$'users', '{document}', 'is_active', method => 'gin'$$),
  ($$'users', '{id text_ops}', 'is_active'$$),
  ($$'users', '{id no_such_ops}', 'is_active'$$),
  ($$'users', ARRAY['id COLLATE "C"'], 'is_active'$$),
  ($$'users', ARRAY['id COLLATE "C" DESC'], 'is_active', method => 'hash'$$),
  ($$'users', ARRAY['(ctid)', 'id COLLATE "C"'], 'is_active'$$),
  ($$'users', ARRAY['email COLLATE no_such'], 'is_active'$$),
  ($$'users', ARRAY['(now() > ''2026-01-01'')'], 'is_active'$$),
  ($$'users', ARRAY['random()'], 'is_active'$$),
  ($$'users', ARRAY['(tableoid::int)'], 'is_active'$$),
  ($$'users', '{id}', 'tableoid > 1'$$),
  ($$'users', '{id}', 'is_active', method => 'no_such'$$),
  ($$'parted', '{id}', 'email IS NULL', is_unique => true$$),
  ($$'named', ARRAY['name COLLATE "C"'], 'id > 0', is_unique => true$$),
  ($$'halved', '{id}', 'email IS NULL', is_unique => true$$),
  ($$'regions', '{region}', 'id > 0', is_unique => true$$)) AS call (arguments), both_errors(arguments);
SELECT action FROM tenancy.create_partial_index('parted', '{(region)}', 'email IS NULL', is_unique => true, dry_run => true);
-- A column that is computed as it is read, from PostgreSQL 18 on.
DO $$ BEGIN
  EXECUTE 'CREATE TABLE computed (id int, a int, twice int GENERATED ALWAYS AS (a * 2) ' ||
    CASE WHEN current_setting('server_version_num')::int < 180000 THEN 'STORED)' ELSE 'VIRTUAL)' END;
END $$;
SET client_min_messages = warning;
SELECT arguments, refused = CASE WHEN current_setting('server_version_num')::int < 180000 THEN 'no error' ELSE '0A000: indexes on virtual generated columns are not supported' END AS refused, same FROM (VALUES
  ($$'computed', '{twice}', 'a > 0'$$),
  ($$'computed', '{a}', 'twice > 0'$$),
  ($$'computed', '{(twice + 1)}', 'a > 0'$$),
  ($$'computed', '{id}', 'a > 0', include => '{twice}'$$)) AS call (arguments), both_errors(arguments);
RESET client_min_messages;
DROP TABLE computed;
SET ROLE regress_owner;
SELECT refused, same FROM both_errors($$'closed.users', '{id}', 'is_active'$$);
RESET ROLE;
DROP FUNCTION both_errors(text);
DROP TABLE parted, halved, named, regions, closed.users;
DROP SCHEMA closed;
DROP SERVER elsewhere CASCADE;
DROP FOREIGN DATA WRAPPER nowhere;

SELECT count(*) AS still_there FROM pg_class WHERE relname = 'users';
DROP TABLE users CASCADE;
