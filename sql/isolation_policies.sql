-- The policies beside the tenant's: shared rows, guard, bypass roles; TRUNCATE; and taking it back.
SET client_min_messages = notice;
CREATE FUNCTION policies_of(relation regclass) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('%s: %s %s TO %s USING %s CHECK %s -- %s', polname, CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
    polcmd, (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ',') FROM unnest(polroles) r),
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy'))
  FROM pg_policy WHERE polrelid = relation ORDER BY polname COLLATE "C"
$$;
CREATE ROLE regress_admin;
CREATE TABLE templates (id int PRIMARY KEY, tenant_id int, name text);
INSERT INTO templates VALUES (1, 1, 'mine'), (2, 2, 'theirs'), (3, NULL, 'everybody''s');
GRANT SELECT, INSERT, UPDATE, DELETE ON templates TO regress_app, regress_admin;

-- Shared rows: all tenants read them, none writes them. Without a tenant there is still something to read.
SELECT tenancy.enable_isolation('templates', shared_rows => true, roles => '{regress_app}');
SELECT tenancy.enable_isolation('templates', shared_rows => true, roles => '{regress_app}');
SET ROLE regress_app;
SELECT name FROM templates ORDER BY id;
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SELECT name FROM templates ORDER BY id;
UPDATE templates SET name = name || '!';
DELETE FROM templates WHERE id > 1;
SELECT id FROM templates ORDER BY id FOR UPDATE;
SAVEPOINT s;
INSERT INTO templates VALUES (4, NULL, 'for all');
ROLLBACK TO s;
UPDATE templates SET tenant_id = NULL;
ROLLBACK TO s;
INSERT INTO templates VALUES (3, 1, 'over it') ON CONFLICT (id) DO UPDATE SET name = 'taken';
ROLLBACK TO s;
MERGE INTO templates t USING (VALUES (3)) v(id) ON t.id = v.id WHEN MATCHED THEN UPDATE SET name = 'taken';
ROLLBACK TO s;
INSERT INTO templates (id, name) VALUES (4, 'mine') RETURNING tenant_id;
ROLLBACK;
RESET ROLE;
SELECT * FROM templates ORDER BY id;
-- Less than there is, is another definition; more is added.
SELECT error_of($$SELECT tenancy.enable_isolation('templates', roles => '{regress_app}')$$);
SELECT tenancy.enable_isolation('templates', shared_rows => true, guard => true, bypass_roles => '{regress_admin}', roles => '{regress_app}');
SELECT policies_of('templates');
SELECT tenancy.enable_isolation('templates', shared_rows => true, guard => true, bypass_roles => '{regress_admin}', roles => '{regress_app}');

-- The guard: whatever other permissive policies say. Nothing warns of them, then.
CREATE POLICY open_door ON templates USING (true) WITH CHECK (true);
SELECT tenancy.enable_isolation('templates', shared_rows => true, guard => true, bypass_roles => '{regress_admin}', roles => '{regress_app}');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SELECT name FROM templates ORDER BY id;
UPDATE templates SET name = name || '!' RETURNING id;
DELETE FROM templates WHERE id > 1 RETURNING id;
SAVEPOINT s;
INSERT INTO templates VALUES (4, NULL, 'for all');
ROLLBACK TO s;
INSERT INTO templates VALUES (4, 2, 'for them');
ROLLBACK TO s;
UPDATE templates SET tenant_id = 2;
ROLLBACK;
RESET ROLE;
-- A bypass role sees and writes everything, by a policy of its own.
SET ROLE regress_admin;
SELECT count(*) FROM templates;
BEGIN;
INSERT INTO templates VALUES (5, 2, 'placed') RETURNING tenant_id;
ROLLBACK;
RESET ROLE;
-- A policy that is missing is made again. All of it is taken back.
DROP POLICY tenant_isolation_guard_update ON templates;
SELECT tenancy.enable_isolation('templates', shared_rows => true, guard => true, bypass_roles => '{regress_admin}', roles => '{regress_app}');
SELECT tenancy.disable_isolation('templates');
SELECT policies_of('templates');
DROP POLICY open_door ON templates;

-- The guard says what the policy says, and costs nothing: the condition is there once.
SELECT count(*) FROM tenancy.enable_isolation('templates', guard => true, create_index => false);
SELECT policies_of('templates');
BEGIN;
SET LOCAL ROLE regress_app;
EXPLAIN (COSTS OFF) SELECT FROM templates;
ROLLBACK;
-- An altered policy is not ours any more, and is dropped with the rest.
ALTER POLICY tenant_isolation_guard ON templates USING (true);
SELECT error_of($$SELECT tenancy.enable_isolation('templates', guard => true)$$) LIMIT 1;
SELECT count(*) FROM tenancy.disable_isolation('templates');
SELECT policies_of('templates');

-- Policies made by hand, just as enabling would make them, are kept.
CREATE POLICY tenant_isolation_bypass ON templates TO regress_admin USING (true) WITH CHECK (true);
COMMENT ON POLICY tenant_isolation_bypass ON templates IS 'by hand';
SELECT tenancy.enable_isolation('templates', bypass_roles => '{regress_admin}');
SELECT tenancy.disable_isolation('templates');
SELECT policies_of('templates');
DROP POLICY tenant_isolation_bypass ON templates;

-- Notices: what cannot be shared, who needs no policy.
CREATE ROLE regress_bypass BYPASSRLS;
ALTER TABLE templates ADD COLUMN owner int NOT NULL DEFAULT 1;
SELECT count(*) FROM tenancy.enable_isolation('templates', 'owner', shared_rows => true, bypass_roles => '{regress_bypass,regress_bypass}', dry_run => true);
DROP ROLE regress_bypass;

-- A setting is the same whatever the case of its letters; also where a policy was made by hand.
SELECT tenancy.enable_isolation('templates', setting => 'App.Tenant', create_index => false);
SELECT tenancy.enable_isolation('templates', setting => 'app.TENANT');
SELECT count(*) FROM tenancy.disable_isolation('templates');
CREATE POLICY tenant_isolation ON templates USING (tenant_id = tenancy.current_tenant(NULL::int, 'App.Tenant'))
  WITH CHECK (tenant_id = tenancy.current_tenant(NULL::int, 'APP.Tenant'));
SELECT tenancy.enable_isolation('templates', setting => 'app.tenant', create_index => false, set_default => false);
SELECT count(*) FROM tenancy.disable_isolation('templates');
DROP TABLE templates;

-- TRUNCATE is revoked from the roles of the policy, and granted again. Who else has it is named.
CREATE TABLE t (tenant_id int);
ALTER TABLE t OWNER TO regress_owner;
CREATE FUNCTION grants() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('%s %s%s', CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END, privilege_type, CASE WHEN is_grantable THEN '*' END)
  FROM pg_class, aclexplode(relacl) WHERE oid = 't'::regclass AND privilege_type IN ('SELECT', 'TRUNCATE')
$$;
SELECT tenancy.enable_isolation('t', roles => '{regress_owner}', create_index => false, set_default => false);
SELECT grants();
SELECT tenancy.disable_isolation('t');
CREATE ROLE "regress 1,
PUBLIC\";
GRANT SELECT, TRUNCATE ON t TO regress_app;
GRANT SELECT, TRUNCATE ON t TO "regress 1,
PUBLIC\" WITH GRANT OPTION;
SELECT grants();
SELECT tenancy.enable_isolation('t', roles => '{regress_app,"regress 1,
PUBLIC\\"}', create_index => false, set_default => false);
SELECT grants();
SELECT tenancy.enable_isolation('t', roles => '{regress_app,"regress 1,
PUBLIC\\"}', create_index => false, set_default => false);
SELECT tenancy.disable_isolation('t');
SELECT grants();
-- Granted on: that is the grantor's to take back.
SET ROLE "regress 1,
PUBLIC\";
GRANT TRUNCATE ON t TO regress_stranger;
RESET ROLE;
SELECT count(*) FROM tenancy.enable_isolation('t', roles => '{"regress 1,
PUBLIC\\",regress_stranger}', dry_run => true);
-- By membership, and by PUBLIC.
GRANT regress_app TO regress_stranger;
REVOKE TRUNCATE ON t FROM "regress 1,
PUBLIC\" CASCADE;
SELECT count(*) FROM tenancy.enable_isolation('t', roles => '{regress_stranger}', dry_run => true);
REVOKE regress_app FROM regress_stranger;
SELECT count(*) FROM tenancy.enable_isolation('t', roles => '{regress_stranger}', dry_run => true);
GRANT TRUNCATE ON t TO PUBLIC;
SELECT count(*) FROM tenancy.enable_isolation('t', roles => '{regress_stranger}', dry_run => true);
-- For PUBLIC every grant of the owner is revoked, but not those to bypass roles.
GRANT TRUNCATE ON t TO regress_admin;
SELECT count(*) FROM tenancy.enable_isolation('t', bypass_roles => '{regress_admin}', create_index => false, set_default => false);
SELECT grants();
-- A role that is gone does not stop the others.
COMMENT ON POLICY tenant_isolation ON t IS 'pg_tenancy isolation; disabling it does: DROP POLICY, NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, GRANT TRUNCATE TO "no such", GRANT TRUNCATE TO PUBLIC';
SELECT tenancy.disable_isolation('t');
SELECT grants();
-- Half a record is none.
SELECT count(*) FROM tenancy.enable_isolation('t', create_index => false, set_default => false);
COMMENT ON POLICY tenant_isolation ON t IS 'pg_tenancy isolation; disabling it does: DROP POLICY, GRANT TRUNCATE TO "PUBLIC';
SELECT tenancy.disable_isolation('t');
DROP TABLE t;
DROP ROLE "regress 1,
PUBLIC\";
DROP FUNCTION grants();

-- A child of two isolated parents stays isolated until the last of them is not.
SET client_min_messages = notice;
CREATE TABLE one (tenant_id int);
CREATE TABLE two (tenant_id int);
CREATE TABLE both_of_them () INHERITS (one, two);
CREATE TABLE below () INHERITS (both_of_them);
SELECT count(*) FROM tenancy.enable_isolation('one');
SELECT count(*) FROM tenancy.enable_isolation('two');
SELECT tenancy.disable_isolation('one');
SELECT c, policies_of(c) FROM unnest('{one,two,both_of_them,below}'::regclass[]) c;
SELECT count(*) FROM tenancy.disable_isolation('two');
SELECT relname FROM pg_class WHERE relrowsecurity AND relname IN ('one', 'two', 'both_of_them', 'below');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid IN ('one'::regclass, 'two'::regclass, 'both_of_them'::regclass, 'below'::regclass);
DROP TABLE one, two CASCADE;

-- An index is dropped only if the record says so and the mark is on it. A copy of a table has the
-- mark, and loses nothing; nor does a table of which somebody dropped the policy.
CREATE TABLE a (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('a');
CREATE TABLE b (LIKE a INCLUDING ALL);
SELECT tenancy.disable_isolation('b');
SELECT count(*) FROM tenancy.enable_isolation('b');
SELECT count(*) FROM tenancy.disable_isolation('b');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'b'::regclass;
COMMENT ON INDEX a_tenant_id_idx IS 'mine now';
SELECT tenancy.disable_isolation('a');
DROP TABLE a, b;
CREATE TABLE a (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('a', bypass_roles => '{regress_admin}');
DROP POLICY tenant_isolation ON a;
SELECT tenancy.disable_isolation('a');
-- A policy that was altered is dropped; which default was ours is not known any more.
CREATE TABLE c (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('c');
ALTER POLICY tenant_isolation ON c USING (true);
SELECT error_of($$SELECT tenancy.enable_isolation('c')$$) LIMIT 1;
SELECT tenancy.disable_isolation('c');
DROP TABLE a, c;

-- A partition's own index that is attached later stays when isolation is taken back.
CREATE TABLE parted (tenant_id int, id int) PARTITION BY LIST (id);
SELECT count(*) FROM tenancy.enable_isolation('parted');
CREATE TABLE parted_1 (tenant_id int, id int);
CREATE INDEX parted_1_own ON parted_1 (tenant_id);
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES IN (1);
SELECT count(*) FROM tenancy.disable_isolation('parted');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'parted_1'::regclass;
DROP TABLE parted;

-- Tenants of types that no index, or only a hash index, knows.
CREATE TABLE odd (x xid, y int);
SELECT count(*) FROM tenancy.enable_isolation('odd', 'x', set_default => false);
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'odd'::regclass;
SELECT tenancy.enable_isolation('odd', 'x', set_default => false);
SELECT count(*) FROM tenancy.disable_isolation('odd');
SELECT count(*) FROM pg_index WHERE indrelid = 'odd'::regclass;
DROP TABLE odd;
DROP FUNCTION policies_of(regclass);
DROP ROLE regress_admin;

-- A role cannot be isolated and not.
SET client_min_messages = warning;
CREATE TABLE torn (tenant_id int);
SELECT error_of($$SELECT tenancy.enable_isolation('torn', roles => '{regress_app}', bypass_roles => '{regress_app}')$$);
GRANT regress_stranger TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('torn', roles => '{regress_app}', bypass_roles => '{regress_stranger}');
REVOKE regress_stranger FROM regress_app;
DROP TABLE torn;
