-- What create_partial_index() refuses.
CREATE TABLE users (id int PRIMARY KEY, email text, is_active boolean, twice int GENERATED ALWAYS AS (id * 2) STORED, document json);
CREATE VIEW users_seen AS SELECT * FROM users;

-- The relation.
SELECT error_of($$SELECT tenancy.create_partial_index('no_such_table', '{id}', 'true')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users_seen', '{id}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('users_pkey', '{id}', 'is_active')$$);
SELECT error_of($$SELECT tenancy.create_partial_index('pg_class', '{relname}', 'relhasindex')$$);
SET ROLE regress_stranger;
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active')$$);
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

-- What is not there yet says so.
SELECT error_of($$SELECT tenancy.create_partial_index('users', '{id}', 'is_active', tenant_leading => true)$$);

SELECT count(*) AS still_there FROM pg_class WHERE relname = 'users';
DROP TABLE users CASCADE;
