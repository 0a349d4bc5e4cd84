-- The view tenancy.isolation.
SET client_min_messages = warning;
CREATE SCHEMA seen;
SET search_path = seen, public;
CREATE TABLE plain (id int);
CREATE TABLE accounts (id int PRIMARY KEY, tenant_id int);
CREATE TABLE orders (id int PRIMARY KEY, account_id int CONSTRAINT of_account REFERENCES accounts);
CREATE TABLE shared (tenant_id int);
CREATE TABLE unindexed (tenant_id int);
CREATE TABLE parted (tenant_id int, at int) PARTITION BY LIST (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
CREATE TABLE base (tenant_id int);
CREATE TABLE heir () INHERITS (base);
CREATE VIEW a_view AS SELECT * FROM accounts;
CREATE FUNCTION problems() RETURNS TABLE(relation regclass, isolated boolean, problem text) LANGUAGE sql AS $$
  SELECT relation, isolated, problem FROM tenancy.isolation WHERE problem IS NOT NULL ORDER BY relation::text COLLATE "C"
$$;
SELECT count(*) FROM tenancy.isolation WHERE isolated;
SELECT count(*) FROM tenancy.enable_isolation('accounts', roles => '{regress_app,regress_owner}', setting => 'App.Tenant');
GRANT SELECT ON accounts TO regress_app, regress_owner;
SELECT count(*) FROM tenancy.enable_isolation_through('orders');
SELECT count(*) FROM tenancy.enable_isolation('shared', shared_rows => true, guard => true, roles => '{regress_app}', bypass_roles => '{regress_owner}', policy_name => 'Own');
SELECT count(*) FROM tenancy.enable_isolation('unindexed', create_index => false);
SELECT count(*) FROM tenancy.enable_isolation('parted');
SELECT count(*) FROM tenancy.enable_isolation('base');
\x on
SELECT * FROM tenancy.isolation WHERE relation::text IN ('plain', 'accounts', 'orders', 'shared', 'unindexed', 'parted', 'parted_1', 'base') ORDER BY relation::text COLLATE "C";
\x off
SELECT * FROM problems();
-- Everybody may look, the schemas of the system and of extensions are not in it.
SET ROLE regress_stranger;
SELECT DISTINCT nspname FROM tenancy.isolation JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace;
SELECT count(*) FROM tenancy.isolation WHERE relation::text LIKE '%event_schema';
RESET ROLE;

-- What is amiss.
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY;
DROP POLICY "Own_guard_delete" ON shared;
CREATE POLICY wide ON unindexed USING (true);
ALTER POLICY tenant_isolation ON base USING (true);
SET session_replication_role = replica;
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES IN (3);
RESET session_replication_role;
SELECT * FROM problems();
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
DO $$ BEGIN EXECUTE format('ALTER POLICY tenant_isolation ON orders USING (%s OR true)',
  (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'orders'::regclass)); END $$;
DROP POLICY "Own_guard" ON shared;
SELECT * FROM problems() WHERE relation::text IN ('orders', 'shared');
-- A policy that was made by hand isolates, too.
CREATE TABLE by_hand (tenant_id int);
CREATE POLICY p ON by_hand TO regress_app USING (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id')) WITH CHECK (tenant_id = tenancy.current_tenant(NULL::int, 'tenancy.tenant_id'));
ALTER TABLE by_hand ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT relation, isolated, policy_name, roles, has_index, problem FROM tenancy.isolation WHERE relation = 'by_hand'::regclass;
-- What stands beside the tenant's policy, altered; what a table is isolated through, and by which type.
CREATE TABLE owners (id int PRIMARY KEY, tenant_id varchar(20));
CREATE TABLE things (id int PRIMARY KEY, owner_id int CONSTRAINT of_owner REFERENCES owners);
CREATE TABLE parts (id int, thing_id int CONSTRAINT of_thing REFERENCES things);
CREATE TABLE guarded (tenant_id int);
CREATE TABLE bypassed (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('owners', shared_rows => true, guard => true, setting => 'App.Tenant', roles => '{regress_app}', bypass_roles => '{regress_owner}');
GRANT SELECT ON owners, things TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation_through('things');
SELECT count(*) FROM tenancy.enable_isolation_through('parts');
SELECT count(*) FROM tenancy.enable_isolation('guarded', guard => true);
SELECT count(*) FROM tenancy.enable_isolation('bypassed');
CREATE POLICY wide ON guarded USING (true);
CREATE VIEW changed AS SELECT * FROM problems() WHERE relation::text ~ '^(owners|things|parts|guarded|bypassed|branch)$';
SELECT * FROM changed;
ALTER TABLE owners RENAME COLUMN tenant_id TO tenant;
SELECT * FROM changed;
ALTER POLICY tenant_isolation_shared ON owners USING (true);
ALTER POLICY tenant_isolation_shared ON things USING (true);
ALTER POLICY tenant_isolation_guard_update ON parts TO regress_stranger;
ALTER POLICY tenant_isolation_guard_insert ON parts WITH CHECK (thing_id IS NULL);
ALTER POLICY tenant_isolation_bypass ON parts TO public;
ALTER POLICY tenant_isolation_guard ON guarded USING (true) WITH CHECK (true);
CREATE POLICY tenant_isolation_bypass ON bypassed TO public USING (true);
SELECT * FROM changed;
ALTER POLICY tenant_isolation_guard ON owners USING (tenant IS NULL);
ALTER POLICY tenant_isolation_guard ON guarded RENAME TO unguarded;
ALTER POLICY tenant_isolation_bypass ON bypassed TO regress_owner WITH CHECK (true);
SELECT * FROM changed WHERE relation::text ~ 'owners|guarded|bypassed';
-- The condition by foreign keys, with a way around it.
CREATE FUNCTION alter_condition(relation regclass, wanted text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('ALTER POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%2$s)', relation, wanted); END $$;
SELECT alter_condition('things', 'EXISTS (SELECT FROM owners p1 WHERE p1.id = things.owner_id AND p1.tenant = tenancy.current_tenant(NULL::text, ''app.tenant'') OR true)');
SELECT relation, isolated FROM changed WHERE relation = 'things'::regclass;
SELECT alter_condition('things', 'EXISTS (SELECT count(*) FROM owners p1 WHERE p1.id = things.owner_id AND p1.tenant = tenancy.current_tenant(NULL::text, ''app.tenant''))');
SELECT relation, isolated FROM changed WHERE relation = 'things'::regclass;
SELECT alter_condition('things', 'EXISTS (SELECT FROM owners p1 WHERE p1.id = p1.id AND p1.tenant = tenancy.current_tenant(NULL::text, ''app.tenant''))');
SELECT relation, isolated FROM changed WHERE relation = 'things'::regclass;
SELECT alter_condition('things', 'EXISTS (SELECT FROM ONLY owners p1 WHERE p1.id = things.owner_id AND p1.tenant = tenancy.current_tenant(NULL::text, ''app.tenant''))');
SELECT relation, isolated FROM changed WHERE relation = 'things'::regclass;
-- A table whose rows are read through another.
CREATE TABLE stem (tenant_id int);
CREATE TABLE branch () INHERITS (stem);
SELECT count(*) FROM tenancy.enable_isolation('branch');
SELECT * FROM changed WHERE relation = 'branch'::regclass;
RESET search_path;
DROP SCHEMA seen CASCADE;
