-- enable_isolation() and disable_isolation().
SET client_min_messages = notice;
CREATE TABLE users (id int PRIMARY KEY, email varchar(255), is_active boolean);
CREATE TABLE posts (id int PRIMARY KEY, author_id int NOT NULL REFERENCES users, title text);
INSERT INTO users SELECT i, 'u' || i, i % 2 = 0 FROM generate_series(1, 20) i;
INSERT INTO posts SELECT i, i % 20 + 1, 'post ' || i FROM generate_series(1, 1000) i;
GRANT SELECT, INSERT, UPDATE, DELETE ON posts TO regress_app;

-- What says all about a table that isolation can change.
CREATE FUNCTION state_of(relation regclass) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('row security %s, forced %s', relrowsecurity, relforcerowsecurity) FROM pg_class WHERE oid = relation
  UNION ALL
  SELECT format('policy %s: %s %s TO %s USING %s WITH CHECK %s', polname, polpermissive, polcmd, polroles::regrole[],
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polrelid = relation
  UNION ALL
  SELECT format('default of %s: %s', attname, pg_get_expr(adbin, adrelid)) FROM pg_attrdef
  JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE adrelid = relation
  UNION ALL
  SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = relation
$$;
SELECT state_of('posts');
CREATE TABLE state_before AS SELECT state_of('posts');

-- The seed policy: what it would run, then running it, then running it again.
SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', roles => '{regress_app}',
  setting => 'app.user_id', policy_name => 'user_isolation', dry_run => true);
SELECT count(*) FROM (SELECT state_of('posts') EXCEPT TABLE state_before) AS changed;
SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', roles => '{regress_app}',
  setting => 'app.user_id', policy_name => 'user_isolation');
SELECT state_of('posts');
SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', roles => '{regress_app}',
  setting => 'app.user_id', policy_name => 'user_isolation');

-- The tenant sees its own rows, and no tenant sees none.
SELECT count(*) AS true_count FROM posts WHERE author_id = 7;
SET ROLE regress_app;
SELECT count(*) AS never_set FROM posts;
BEGIN;
SET LOCAL app.user_id = '7';
SELECT count(*), min(author_id), max(author_id) FROM posts;
-- The other one's rows cannot be read, written, changed, taken over or given away.
SELECT count(*) FROM posts WHERE author_id = 8;
UPDATE posts SET title = 'taken' WHERE author_id = 8;
DELETE FROM posts WHERE author_id = 8;
SAVEPOINT s;
INSERT INTO posts VALUES (2000, 8, 'foreign');
ROLLBACK TO s;
UPDATE posts SET author_id = 8;
ROLLBACK TO s;
INSERT INTO posts VALUES (7, 7, 'existing') ON CONFLICT (id) DO UPDATE SET title = 'taken';
ROLLBACK TO s;
-- The tenant is the default.
INSERT INTO posts (id, title) VALUES (2000, 'mine') RETURNING author_id;
ROLLBACK;
SELECT count(*) AS empty FROM posts;
BEGIN;
SET LOCAL app.user_id = '';
SELECT count(*) AS set_empty FROM posts;
ROLLBACK;
BEGIN;
SET LOCAL app.user_id = '7';
SAVEPOINT s;
SET LOCAL app.user_id = '8';
SELECT min(author_id) FROM posts;
ROLLBACK TO s;
SELECT min(author_id) FROM posts;
ROLLBACK;
SELECT error_of($$SELECT set_config('app.user_id', '7 OR true', true), (SELECT count(*) FROM posts)$$);
RESET ROLE;

-- The policy's index is used.
BEGIN;
SET LOCAL enable_seqscan = off;
SET LOCAL ROLE regress_app;
EXPLAIN (COSTS OFF) SELECT * FROM posts;
ROLLBACK;

-- A conflicting request shows both definitions.
SELECT error_of($$SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', policy_name => 'user_isolation')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', roles => '{regress_app}', setting => 'app.user_id')$$);

-- What somebody switched off by hand is mended, and nothing else is done.
ALTER TABLE posts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE posts ALTER author_id DROP DEFAULT;
SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', roles => '{regress_app}',
  setting => 'app.user_id', policy_name => 'user_isolation');

-- Disabling takes all of it back; a second time there is nothing to do.
SELECT tenancy.disable_isolation('posts', dry_run => true);
SELECT tenancy.disable_isolation('posts');
TABLE state_before EXCEPT SELECT state_of('posts');
SELECT state_of('posts') EXCEPT TABLE state_before;
SELECT tenancy.disable_isolation('posts');

-- What was there before is kept and not taken back: row level security, an index, a default.
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts ALTER author_id SET DEFAULT 1;
CREATE INDEX posts_by_author ON posts (author_id, id);
CREATE POLICY everything ON posts FOR SELECT TO regress_owner USING (true);
DROP TABLE state_before;
CREATE TABLE state_before AS SELECT state_of('posts');
SELECT tenancy.enable_isolation('posts', 'author_id');
SELECT tenancy.disable_isolation('posts');
TABLE state_before EXCEPT SELECT state_of('posts');
SELECT state_of('posts') EXCEPT TABLE state_before;
DROP POLICY everything ON posts;
ALTER TABLE posts DISABLE ROW LEVEL SECURITY;

-- Default and index are optional.
SELECT tenancy.enable_isolation('users', 'id', set_default => false, create_index => false);
SELECT tenancy.disable_isolation('users');

-- Enabling is transactional.
BEGIN;
SELECT count(*) FROM tenancy.enable_isolation('users', 'id');
ROLLBACK;
SELECT state_of('users');

-- Partitions and inheritance children, of every level.
CREATE TABLE measures (tenant_id bigint, at date, value int) PARTITION BY RANGE (at);
CREATE TABLE measures_2025 PARTITION OF measures FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (tenant_id);
CREATE TABLE measures_2025_1 PARTITION OF measures_2025 FOR VALUES IN (1);
CREATE TABLE measures_rest PARTITION OF measures DEFAULT;
INSERT INTO measures VALUES (1, '2025-05-05', 1), (2, '2026-05-05', 2);
GRANT SELECT ON measures, measures_2025, measures_2025_1, measures_rest TO regress_app;
SELECT tenancy.enable_isolation('measures');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '2';
SELECT * FROM measures;
SELECT * FROM measures_2025_1;
SELECT * FROM measures_rest;
ROLLBACK;
RESET ROLE;
SELECT tenancy.enable_isolation('measures');
SELECT tenancy.disable_isolation('measures');
SELECT state_of(c) FROM unnest('{measures,measures_2025,measures_2025_1,measures_rest}'::regclass[]) c;
CREATE TABLE animals (tenant_id int, name text);
CREATE TABLE dogs (breed text) INHERITS (animals);
INSERT INTO dogs VALUES (1, 'Rex', 'spaniel'), (2, 'Fido', 'poodle');
GRANT SELECT ON animals, dogs TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('animals');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '2';
SELECT * FROM animals;
SELECT * FROM dogs;
ROLLBACK;
RESET ROLE;
SELECT count(*) FROM tenancy.disable_isolation('animals');
SELECT state_of(c) FROM unnest('{animals,dogs}'::regclass[]) c;

-- Types of tenant columns, an equality operator outside pg_catalog's implicit ones included.
CREATE TYPE plan AS ENUM ('free', 'paid');
CREATE TABLE typed (a uuid, b varchar(20), c plan, d numeric, e text COLLATE "C");
INSERT INTO typed VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'b', 'paid', 1.50, 'e');
GRANT SELECT ON typed TO regress_app;
CREATE FUNCTION seen_as(tenant text, tenant_column name) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE result bigint;
BEGIN
  PERFORM tenancy.enable_isolation('typed', tenant_column);
  PERFORM tenancy.set_tenant(tenant);
  SET LOCAL ROLE regress_app;
  SELECT count(*) INTO result FROM typed;
  RESET ROLE;
  PERFORM tenancy.disable_isolation('typed');
  RETURN result;
END $$;
SELECT seen_as('{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}', 'a'), seen_as('b', 'b'), seen_as('c', 'b'),
       seen_as('paid', 'c'), seen_as('1.5', 'd'), seen_as('e', 'e');

-- Names that need quoting, of 63 bytes, and not ASCII.
CREATE SCHEMA "Sché ma";
SET search_path = "Sché ma", public;
CREATE TABLE "Tä""ble; DROP TABLE users" ("Mandant's ""id""" int, "select" int);
CREATE TABLE a234567890123456789012345678901234567890123456789012345678901é ("ü234567890123456789012345678901234567890123456789012345678901" int);
SELECT tenancy.enable_isolation('"Tä""ble; DROP TABLE users"', 'Mandant''s "id"', setting => 'app.it''s', policy_name => 'Pol"icy; --');
SELECT tenancy.enable_isolation('"Tä""ble; DROP TABLE users"', 'Mandant''s "id"', setting => 'app.it''s', policy_name => 'Pol"icy; --');
SELECT tenancy.disable_isolation('"Tä""ble; DROP TABLE users"');
SELECT tenancy.enable_isolation('a234567890123456789012345678901234567890123456789012345678901é',
  'ü234567890123456789012345678901234567890123456789012345678901', policy_name => 'p23456789012345678901234567890123456789012345678901234567890123');
SELECT tenancy.disable_isolation('a234567890123456789012345678901234567890123456789012345678901é');
RESET search_path;
DROP SCHEMA "Sché ma" CASCADE;

-- Nothing in the caller's search_path gets into what is run: not an operator, not a function.
CREATE SCHEMA trap;
CREATE FUNCTION trap.always(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR trap.= (LEFTARG = int, RIGHTARG = int, FUNCTION = trap.always);
CREATE FUNCTION trap.current_tenant(anyelement, text) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1';
SET search_path = trap, pg_catalog, public;
SELECT count(*) FROM tenancy.enable_isolation('public.posts', 'author_id', '{regress_app}');
RESET search_path;
SELECT state_of('posts') LIMIT 2;
SET search_path = trap, pg_catalog, public;
SELECT count(*) FROM tenancy.enable_isolation('public.posts', 'author_id', '{regress_app}');
SELECT count(*) FROM tenancy.disable_isolation('public.posts');
RESET search_path;
DROP SCHEMA trap CASCADE;

-- A policy whose record was lost: what is not known to be ours stays.
SELECT count(*) FROM tenancy.enable_isolation('users', 'id', create_index => false);
COMMENT ON POLICY tenant_isolation ON users IS NULL;
SELECT tenancy.disable_isolation('users');
SELECT state_of('users');

DROP TABLE posts, users, measures, dogs, animals, typed, state_before;
DROP FUNCTION state_of(regclass), seen_as(text, name);
DROP TYPE plan;
