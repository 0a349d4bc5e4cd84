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
SELECT tenancy.enable_isolation('"Tä""ble; DROP TABLE users"', 'Mandant''s "id"', setting => 'app.mändant$1', policy_name => 'Pol"icy; --');
SELECT tenancy.enable_isolation('"Tä""ble; DROP TABLE users"', 'Mandant''s "id"', setting => 'app.mändant$1', policy_name => 'Pol"icy; --');
SELECT tenancy.disable_isolation('"Tä""ble; DROP TABLE users"');
SELECT tenancy.enable_isolation('a234567890123456789012345678901234567890123456789012345678901é',
  'ü234567890123456789012345678901234567890123456789012345678901', policy_name => 'p23456789012345678901234567890123456789012345678901234567890123');
SELECT tenancy.disable_isolation('a234567890123456789012345678901234567890123456789012345678901é');
RESET search_path;
DROP SCHEMA "Sché ma" CASCADE;

-- Nothing in the caller's search_path gets into what is run: not an operator, a function or a type.
CREATE SCHEMA trap;
CREATE FUNCTION trap.always(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR trap.= (LEFTARG = int, RIGHTARG = int, FUNCTION = trap.always);
CREATE FUNCTION trap.current_tenant(anyelement, text) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TYPE trap.anyelement AS (a int);
CREATE TYPE trap.text AS (a int);
SET search_path = trap, pg_catalog, public;
SELECT count(*) FROM tenancy.enable_isolation('public.posts', 'author_id', '{regress_app}');
RESET search_path;
SELECT state_of('posts') LIMIT 2;
SET search_path = trap, pg_catalog, public;
SELECT count(*) FROM tenancy.enable_isolation('public.posts', 'author_id', '{regress_app}');
SELECT count(*) FROM tenancy.disable_isolation('public.posts');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA trap CASCADE;
SET client_min_messages = notice;

-- A policy whose record was lost: what is not known to be ours stays.
SELECT count(*) FROM tenancy.enable_isolation('users', 'id', create_index => false);
COMMENT ON POLICY tenant_isolation ON users IS NULL;
SELECT tenancy.disable_isolation('users');
SELECT state_of('users');
-- What enabling makes again, it takes back again.
DROP POLICY tenant_isolation ON users;
SELECT tenancy.disable_isolation('users');
SELECT tenancy.enable_isolation('users', 'id');
SELECT tenancy.disable_isolation('users');
ALTER TABLE users NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, ALTER id DROP DEFAULT;

-- A table with more policies and defaults that name the tenant: those are its owner's. A restrictive
-- policy is neither a conflict nor a warning, a permissive one is the warning that any other is.
CREATE TABLE notes (tenant_id int, created_by int DEFAULT tenancy.current_tenant(NULL::int, 'app.user'), shared boolean, body text);
CREATE TABLE notes_before AS SELECT state_of('notes');
SELECT count(*) FROM tenancy.enable_isolation('notes');
CREATE POLICY narrow ON notes AS RESTRICTIVE USING (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'))
  WITH CHECK (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'));
CREATE POLICY readable ON notes FOR SELECT USING (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'));
CREATE POLICY wider ON notes USING (shared OR tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'))
  WITH CHECK (shared OR tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'));
CREATE POLICY lopsided ON notes USING (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id')) WITH CHECK (true);
CREATE POLICY others ON notes USING (tenant_id <> tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'))
  WITH CHECK (tenant_id <> tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'));
SELECT tenancy.enable_isolation('notes');
SELECT tenancy.disable_isolation('notes');
SELECT polname FROM pg_policy WHERE polrelid = 'notes'::regclass ORDER BY 1;
TABLE notes_before EXCEPT SELECT state_of('notes');
SELECT tenancy.disable_isolation('notes');
-- A restrictive policy of the same name is a conflict.
ALTER POLICY narrow ON notes RENAME TO tenant_isolation;
SELECT error_of($$SELECT tenancy.enable_isolation('notes')$$);
DROP TABLE notes, notes_before;

-- Two policies that isolate, one without a record: that one is the owner's.
CREATE TABLE notes (tenant_id int, body text);
CREATE TABLE notes_before AS SELECT state_of('notes');
SELECT count(*) FROM tenancy.enable_isolation('notes');
CREATE POLICY second ON notes TO regress_app USING (tenant_id = tenancy.current_tenant(NULL::int, 'app.second'))
  WITH CHECK (tenant_id = tenancy.current_tenant(NULL::int, 'app.second'));
SELECT error_of($$SELECT tenancy.enable_isolation('notes')$$) LIMIT 1;
SELECT tenancy.disable_isolation('notes');
TABLE notes_before EXCEPT SELECT state_of('notes');
SELECT state_of('notes') EXCEPT TABLE notes_before;
DROP POLICY second ON notes;

-- The default that is dropped is found whatever the column is called now, and only if it is still ours.
SELECT count(*) FROM tenancy.enable_isolation('notes');
ALTER TABLE notes RENAME tenant_id TO owner_id;
ALTER TABLE notes RENAME body TO tenant_id;
ALTER TABLE notes ALTER tenant_id SET DEFAULT tenancy.current_tenant(NULL::text, 'tenancy.tenant_id');
SELECT tenancy.disable_isolation('notes');
SELECT count(*) FROM tenancy.enable_isolation('notes', 'owner_id');
ALTER TABLE notes ALTER owner_id SET DEFAULT tenancy.current_tenant(NULL::int, 'app.other');
SELECT tenancy.enable_isolation('notes', 'owner_id');
SELECT tenancy.disable_isolation('notes');
DROP TABLE notes, notes_before;

-- A policy made by hand, just as enabling would make it, stays, and so does its comment.
CREATE TABLE notes (tenant_id int, body text);
CREATE POLICY tenant_isolation ON notes USING (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'))
  WITH CHECK (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'));
CREATE TABLE notes_before AS SELECT state_of('notes');
SELECT tenancy.enable_isolation('notes');
SELECT tenancy.enable_isolation('notes');
SELECT tenancy.disable_isolation('notes');
SELECT obj_description(oid, 'pg_policy') IS NULL AS uncommented FROM pg_policy WHERE polrelid = 'notes'::regclass;
SELECT tenancy.disable_isolation('notes');
COMMENT ON POLICY tenant_isolation ON notes IS E'agreed with Ann,\nin May';
SELECT count(*) FROM tenancy.enable_isolation('notes', create_index => false, set_default => false);
SELECT obj_description(oid, 'pg_policy') FROM pg_policy WHERE polrelid = 'notes'::regclass;
-- What enabling adds later is recorded too, and what is written below the record is kept.
COMMENT ON POLICY tenant_isolation ON notes IS E'agreed with Ann,\nin May\npg_tenancy isolation; disabling it does: KEEP POLICY, NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY\nand in June';
SELECT tenancy.enable_isolation('notes');
SELECT tenancy.disable_isolation('notes');
SELECT obj_description(oid, 'pg_policy') FROM pg_policy WHERE polrelid = 'notes'::regclass;
TABLE notes_before EXCEPT SELECT state_of('notes');
SELECT state_of('notes') EXCEPT TABLE notes_before;
-- An index alone is a change, too; and a default of the same kind that was there before stays.
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE notes ALTER tenant_id SET DEFAULT tenancy.current_tenant(NULL::int, 'tenancy.tenant_id');
SELECT tenancy.enable_isolation('notes');
SELECT tenancy.disable_isolation('notes');
SELECT state_of('notes');
-- A line that is no record of ours takes nothing back, and a policy without one stays.
COMMENT ON POLICY tenant_isolation ON notes IS 'pg_tenancy isolation; disabling it does: DROP POLICY, DROP DEFAULT, DROP TABLE';
SELECT tenancy.disable_isolation('notes');
SELECT state_of('notes');
DROP TABLE notes, notes_before;

-- A policy that lost its record is known by its form, casts as a dump writes them included.
CREATE TABLE notes (a varchar(20), b char(5), c bit(3));
SELECT tenancy.enable_isolation('notes', 'a', create_index => false, dry_run => true);
CREATE POLICY a ON notes USING (((a)::text = (tenancy.current_tenant(NULL::character varying, 'app.a'::text))::text))
  WITH CHECK (((a)::text = (tenancy.current_tenant(NULL::character varying, 'app.a'::text))::text));
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
SELECT error_of($$SELECT tenancy.enable_isolation('notes', 'a')$$) LIMIT 1;
SELECT tenancy.disable_isolation('notes');
DROP POLICY a ON notes;
ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
-- NULL is of the column's type and not of character(1) or bit(1).
SELECT count(*) FROM tenancy.enable_isolation('notes', 'b', create_index => false);
SELECT state_of('notes');
SELECT count(*) FROM tenancy.disable_isolation('notes');
SELECT count(*) FROM tenancy.enable_isolation('notes', 'c', create_index => false);
SELECT state_of('notes');
SELECT count(*) FROM tenancy.disable_isolation('notes');
DROP TABLE notes;

-- Tenant columns of a domain: its constraints are for rows, not for tenants.
CREATE DOMAIN tenantno AS int NOT NULL;
CREATE DOMAIN bigtenantno AS tenantno CHECK (VALUE > 100);
CREATE DOMAIN tenantname AS varchar(10) CHECK (VALUE <> 'nobody');
CREATE TABLE domained (no tenantno, big bigtenantno, name tenantname);
INSERT INTO domained VALUES (1, 101, 'ann'), (2, 102, 'bob');
GRANT SELECT, INSERT ON domained TO regress_app;
CREATE TABLE domained_before AS SELECT state_of('domained');
SELECT tenancy.enable_isolation('domained', 'no');
SELECT tenancy.enable_isolation('domained', 'no');
SET ROLE regress_app;
SELECT no FROM domained;
SELECT error_of('INSERT INTO domained (big) VALUES (103)');
BEGIN;
SET LOCAL tenancy.tenant_id = '2';
SELECT no FROM domained;
INSERT INTO domained (big) VALUES (103) RETURNING no;
SET LOCAL enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT FROM domained;
ROLLBACK;
RESET ROLE;
SELECT count(*) FROM tenancy.disable_isolation('domained');
SELECT count(*) FROM tenancy.enable_isolation('domained', 'big', create_index => false);
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '5';
SELECT big FROM domained;
SELECT error_of('INSERT INTO domained (no) VALUES (5)');
ROLLBACK;
RESET ROLE;
-- Without its record, it is known all the same.
COMMENT ON POLICY tenant_isolation ON domained IS NULL;
ALTER TABLE domained ALTER big DROP DEFAULT, NO FORCE ROW LEVEL SECURITY;
SELECT tenancy.disable_isolation('domained');
DROP POLICY tenant_isolation ON domained;
ALTER TABLE domained DISABLE ROW LEVEL SECURITY;
SELECT count(*) FROM tenancy.enable_isolation('domained', 'name');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = 'nobody';
SELECT name FROM domained;
SET LOCAL tenancy.tenant_id = 'bob';
SELECT name FROM domained;
ROLLBACK;
RESET ROLE;
SELECT count(*) FROM tenancy.disable_isolation('domained');
TABLE domained_before EXCEPT SELECT state_of('domained');
SELECT state_of('domained') EXCEPT TABLE domained_before;

-- PUBLIC is everybody, and a role is named once.
CREATE TABLE notes (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('notes', roles => '{regress_app,public}');
SELECT tenancy.enable_isolation('notes', roles => '{regress_app,public}');
SELECT tenancy.enable_isolation('notes', roles => '{public,public}');
SELECT polroles FROM pg_policy WHERE polrelid = 'notes'::regclass;
SELECT count(*) FROM tenancy.disable_isolation('notes');
SELECT count(*) FROM tenancy.enable_isolation('notes', roles => '{regress_owner,regress_app,regress_owner}');
SELECT tenancy.enable_isolation('notes', roles => '{regress_app,regress_owner}');
SELECT cardinality(polroles) FROM pg_policy WHERE polrelid = 'notes'::regclass;
DROP TABLE notes;

-- A child that is made later inherits the default of the table: that one is ours too.
SELECT count(*) FROM tenancy.enable_isolation('measures');
CREATE TABLE measures_2027 PARTITION OF measures FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE measures_2028 (LIKE measures);
ALTER TABLE measures_2028 ALTER tenant_id SET DEFAULT 5;
ALTER TABLE measures ATTACH PARTITION measures_2028 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
SELECT tenancy.enable_isolation('measures');
SELECT count(*) FROM tenancy.disable_isolation('measures');
SELECT c, state_of(c) FROM unnest('{measures,measures_2025,measures_2025_1,measures_rest,measures_2027,measures_2028}'::regclass[]) c;
SELECT count(*) FROM tenancy.enable_isolation('animals');
CREATE TABLE cats () INHERITS (animals);
SELECT tenancy.enable_isolation('animals', set_default => false);
SELECT count(*) FROM tenancy.disable_isolation('animals');
SELECT c, state_of(c) FROM unnest('{animals,dogs,cats}'::regclass[]) c;
-- Unless the table had it before, and keeps it.
ALTER TABLE animals ALTER tenant_id SET DEFAULT tenancy.current_tenant(NULL::int, 'tenancy.tenant_id');
SELECT count(*) FROM tenancy.enable_isolation('animals');
SELECT count(*) FROM tenancy.disable_isolation('animals');
SELECT c, state_of(c) FROM unnest('{animals,dogs,cats}'::regclass[]) c;

-- An index on a partition that has become part of its parent's goes with that.
SELECT tenancy.enable_isolation('measures_rest', set_default => false);
SELECT count(*) FROM tenancy.enable_isolation('measures');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'measures_rest'::regclass;
SELECT count(*) FROM tenancy.disable_isolation('measures');
SELECT c, state_of(c) FROM unnest('{measures,measures_2025,measures_2025_1,measures_rest,measures_2027,measures_2028}'::regclass[]) c;

-- Indexes whose names are cut to the same one.
CREATE TABLE a2345678901234567890123456789012345678901234567890123456789_b (tenant_id int);
CREATE TABLE a2345678901234567890123456789012345678901234567890123456789_c () INHERITS (a2345678901234567890123456789012345678901234567890123456789_b);
CREATE TABLE a2345678901234567890123456789012345678901234567890123456789_d () INHERITS (a2345678901234567890123456789012345678901234567890123456789_b);
SELECT count(*) FROM tenancy.enable_isolation('a2345678901234567890123456789012345678901234567890123456789_b');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid::regclass::text LIKE 'a2345678901234567890123456789%' ORDER BY indrelid;
SELECT tenancy.enable_isolation('a2345678901234567890123456789012345678901234567890123456789_b');
SELECT count(*) FROM tenancy.disable_isolation('a2345678901234567890123456789012345678901234567890123456789_b');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid::regclass::text LIKE 'a2345678901234567890123456789%' ORDER BY indrelid;

SET client_min_messages = warning;
-- A partition's own index is not taken in, and so not taken along.
CREATE TABLE taken (tenant_id int, id int) PARTITION BY LIST (id);
CREATE TABLE taken_1 (tenant_id int, id int);
CREATE INDEX my_own_index ON taken_1 (tenant_id);
ALTER TABLE taken ATTACH PARTITION taken_1 FOR VALUES IN (1);
CREATE TABLE taken_2 PARTITION OF taken FOR VALUES IN (2);
SELECT count(*) FROM tenancy.enable_isolation('taken');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid IN ('taken'::regclass, 'taken_1'::regclass, 'taken_2'::regclass) ORDER BY 1;
SELECT count(*) FROM tenancy.enable_isolation('taken');
SELECT count(*) FROM tenancy.disable_isolation('taken');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid IN ('taken'::regclass, 'taken_1'::regclass, 'taken_2'::regclass) ORDER BY 1;
DROP TABLE taken;

DROP TABLE posts, users, measures, animals, typed, domained, state_before, domained_before,
  a2345678901234567890123456789012345678901234567890123456789_b CASCADE;
DROP FUNCTION state_of(regclass), seen_as(text, name);
DROP TYPE plan;
DROP DOMAIN tenantname, bigtenantno, tenantno;
