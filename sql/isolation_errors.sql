-- What enable_isolation() and disable_isolation() refuse.
CREATE TABLE things (
  id int PRIMARY KEY,
  tenant_id int,
  twice int GENERATED ALWAYS AS (tenant_id * 2) STORED,
  shape point);
CREATE VIEW things_seen AS SELECT * FROM things;
CREATE MATERIALIZED VIEW things_kept AS SELECT * FROM things;
CREATE SEQUENCE things_counted;
CREATE TYPE thing_row AS (a int);

-- The relation.
SELECT error_of($$SELECT tenancy.enable_isolation('no_such_table')$$);
SELECT error_of($$SELECT tenancy.enable_isolation(4294967295)$$);
SELECT error_of($$SELECT tenancy.enable_isolation(NULL)$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things_seen')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things_kept')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things_pkey')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things_counted')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('thing_row')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('pg_class', 'relname')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('information_schema.sql_features', 'feature_id')$$);
SELECT error_of($$SELECT tenancy.disable_isolation('things_seen')$$);
SELECT error_of($$SELECT tenancy.disable_isolation('pg_class')$$);

-- The column.
SELECT error_of($$SELECT tenancy.enable_isolation('things', 'no_such_column')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', 'twice')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', 'ctid')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', 'shape')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', NULL)$$);

-- The roles.
SELECT error_of($$SELECT tenancy.enable_isolation('things', roles => '{no_such_role}')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', roles => '{}')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', roles => '{public,no_such_role}')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', roles => '{NULL}')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', roles => NULL)$$);

-- The setting.
SELECT error_of($$SELECT tenancy.enable_isolation('things', setting => 'search_path')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', setting => 'tenancy.settings')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', policy_name => NULL)$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', dry_run => NULL)$$);

-- The policies beside the tenant's: their names, and whom they may be for.
SELECT error_of($$SELECT tenancy.enable_isolation('things', bypass_roles => '{no_such_role}')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', bypass_roles => '{public}')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', bypass_roles => NULL)$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', guard => true, bypass_roles => '{regress_owner}')$$);
GRANT regress_app TO regress_owner;
SELECT error_of($$SELECT tenancy.enable_isolation('things', roles => '{regress_app}', guard => true, bypass_roles => '{regress_owner}')$$);
REVOKE regress_app FROM regress_owner;
SELECT error_of($$SELECT tenancy.enable_isolation('things', policy_name => '')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', guard => true, policy_name => 'p2345678901234567890123456789012345678901234567890123456_8')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', guard => true, shared_rows => true, policy_name => 'p23456789012345678901234567890123456789012345678901')$$);

-- The caller: not its owner; the owner of a table but not of its child.
SET ROLE regress_stranger;
SELECT error_of($$SELECT tenancy.enable_isolation('things')$$);
SELECT error_of($$SELECT tenancy.enable_isolation('things', dry_run => true)$$);
SELECT error_of($$SELECT tenancy.disable_isolation('things')$$);
RESET ROLE;
CREATE TABLE family (tenant_id int);
ALTER TABLE family OWNER TO regress_owner;
CREATE TABLE child () INHERITS (family);
SET ROLE regress_owner;
SELECT error_of($$SELECT tenancy.enable_isolation('family')$$);
RESET ROLE;
-- It is refused at once: the child is not locked, nor waited for, on behalf of who may not change it.
\setenv PGDATABASE :DBNAME
BEGIN;
LOCK TABLE child IN ACCESS SHARE MODE;
\set outcome `psql -X -q -c "SET lock_timeout = '5s'" -c 'SET ROLE regress_owner' -c "SELECT tenancy.enable_isolation('family')" 2>&1`
\echo :outcome
\set outcome `psql -X -q -c "SET lock_timeout = '5s'" -c 'SET ROLE regress_owner' -c "SELECT tenancy.disable_isolation('family')" 2>&1`
\echo :outcome
COMMIT;
-- Who owns all of it may.
ALTER TABLE child OWNER TO regress_owner;
SET ROLE regress_owner;
SELECT count(*) FROM tenancy.enable_isolation('family');
SELECT count(*) FROM tenancy.disable_isolation('family');
RESET ROLE;

-- Warnings: roles to which no policy applies, and policies that let others in.
CREATE ROLE regress_bypass BYPASSRLS;
CREATE POLICY open_door ON things FOR SELECT USING (true);
SELECT count(*) FROM tenancy.enable_isolation('things', roles => '{regress_bypass,regress_app,regress_bypass}', dry_run => true);
DROP ROLE regress_bypass;

SELECT relrowsecurity FROM pg_class WHERE oid IN ('things'::regclass, 'family'::regclass);
DROP TABLE things, family CASCADE;
DROP SEQUENCE things_counted;
DROP TYPE thing_row;
