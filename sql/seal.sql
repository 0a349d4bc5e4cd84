-- tenancy.seal: who may change the tenant of a transaction.
CREATE TABLE sealed (tenant_id int, value text);
INSERT INTO sealed SELECT i % 5, i FROM generate_series(1, 100) i;
GRANT SELECT ON sealed TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('sealed');
CREATE FUNCTION seen() RETURNS text LANGUAGE sql AS $$ SELECT format('%s row(s) of tenant %s', count(*), min(tenant_id)) FROM sealed $$;

-- Only superusers touch it.
SET ROLE regress_app;
SELECT error_of('SET tenancy.seal = transaction');
SELECT error_of('ALTER ROLE regress_app SET tenancy.seal = off');
SELECT error_of('SET tenancy.settings = ''app.user_id''');
SELECT error_of('SET tenancy.on_missing_tenant = ''error''');
RESET ROLE;
SELECT error_of('SET tenancy.seal = ''maybe''');

SET tenancy.settings = 'app.sealed_one, app.sealed_two';
SET tenancy.seal = transaction;
SET ROLE regress_app;
SELECT error_of('SET tenancy.seal = off');
SELECT error_of('RESET tenancy.seal');
SELECT error_of('RESET ALL');  -- nothing is sealed now; and the seal stays
SHOW tenancy.seal;

-- The first tenant of a transaction stays to its end, whatever is tried.
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SELECT seen();
SELECT error_of('SET LOCAL tenancy.tenant_id = ''2''');
SELECT error_of('SET tenancy.tenant_id = ''2''');
SELECT error_of('SELECT set_config(''tenancy.tenant_id'', ''2'', true)');
SELECT error_of('SELECT set_config(''tenancy.tenant_id'', '''', false)');
SELECT error_of('SELECT set_config(''tenancy.tenant_id'', NULL, false)');
SELECT error_of('UPDATE pg_settings SET setting = ''2'' WHERE name = ''tenancy.tenant_id''');
SELECT error_of('UPDATE pg_settings SET setting = NULL WHERE name = ''tenancy.tenant_id''');
SELECT error_of('RESET tenancy.tenant_id');
SELECT error_of('RESET ALL');
SELECT error_of('SET tenancy.tenant_id TO DEFAULT');
SELECT error_of('SET LOCAL tenancy.tenant_id TO DEFAULT');
SELECT error_of('SELECT tenancy.set_tenant(''2'')');
SELECT error_of('SELECT tenancy.clear_tenant()');
SELECT error_of('ALTER ROLE regress_app SET tenancy.tenant_id = ''2''');
SELECT error_of('CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE sql SET tenancy.tenant_id = ''2'' AS ''SELECT seen()''');
SELECT seen(), current_setting('tenancy.tenant_id');
-- The same tenant again is no change.
SELECT tenancy.set_tenant('1'), tenancy.set_tenant('1', is_local => false), set_config('tenancy.tenant_id', '1', true);
COMMIT;
-- It ends with its transaction, also one that was set for the session.
SELECT seen(), current_setting('tenancy.tenant_id') = '' AS unset;
SET tenancy.tenant_id = '1';
SELECT seen();
-- Outside of a transaction block it ends with its statement.
SELECT tenancy.set_tenant('1');
SELECT seen();
-- After an error, too.
BEGIN;
SELECT tenancy.set_tenant('1');
SELECT 1 / 0;
ROLLBACK;
BEGIN;
SELECT tenancy.set_tenant('2'), seen();
SELECT seen();
COMMIT AND CHAIN;
SELECT seen();
SELECT tenancy.set_tenant('3');
SELECT seen();
ROLLBACK AND CHAIN;
SELECT seen();
ROLLBACK;

-- A savepoint that is rolled back takes neither the tenant nor the seal along.
BEGIN;
SAVEPOINT s;
SELECT tenancy.set_tenant('3');
ROLLBACK TO s;
SELECT seen(), current_setting('tenancy.tenant_id');
SELECT error_of('SELECT tenancy.set_tenant(''4'')');
SAVEPOINT s;
SELECT tenancy.set_tenant('3');
RELEASE s;
SELECT seen();
COMMIT;
-- Nor does a function that has it set for itself, or PL/pgSQL's exceptions.
RESET ROLE;
SET tenancy.seal = off;
CREATE FUNCTION seen_by_2() RETURNS text LANGUAGE sql SET tenancy.tenant_id = '2' AS 'SELECT seen()';
SET tenancy.seal = transaction;
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('1');
SELECT error_of('SELECT seen_by_2()');
SELECT seen();
COMMIT;
BEGIN;
SELECT seen_by_2();
SELECT seen();
SELECT error_of('SELECT tenancy.set_tenant(''1'')');
COMMIT;
DO $$
BEGIN
  BEGIN
    PERFORM tenancy.set_tenant('4');
    RAISE EXCEPTION 'back';
  EXCEPTION WHEN raise_exception THEN
    RAISE NOTICE '%', seen();
  END;
  EXECUTE 'RESET ALL';
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE '%: %', SQLERRM, seen();
END $$;
-- The end of such a function is no reset, and nothing that follows is refused.
BEGIN; SELECT seen_by_2(); COMMIT;
BEGIN; SELECT seen_by_2(); SAVEPOINT s; RELEASE s; SHOW tenancy.tenant_id; ROLLBACK;
BEGIN; SAVEPOINT s; SELECT seen_by_2(); ROLLBACK TO s; SELECT seen(); COMMIT;
BEGIN; SELECT seen_by_2(), current_setting('tenancy.tenant_id'), set_config('tenancy.tenant_id', '2', true); COMMIT;
-- A procedure that commits begins another transaction.
DO $$
BEGIN
  PERFORM tenancy.set_tenant('1');
  RAISE NOTICE '%', seen();
  COMMIT;
  RAISE NOTICE '%', seen();
  PERFORM tenancy.set_tenant('2');
  RAISE NOTICE '%', seen();
END $$;

-- Further settings are sealed each for itself; others cannot be, and are refused.
BEGIN;
SET LOCAL app.sealed_one = '1';
SELECT error_of('SET LOCAL app.sealed_one = ''2''');
SET LOCAL app.sealed_two = '2';
SELECT tenancy.current_tenant(NULL::int, 'app.sealed_one') AS one, tenancy.current_tenant(NULL::int, 'APP.SEALED_TWO') AS two;
SELECT error_of('SELECT tenancy.set_tenant(''2'', ''app.unsealed'')');
SET LOCAL app.unsealed = '1';
SELECT error_of('SELECT tenancy.current_tenant(NULL::int, ''app.unsealed'')');
COMMIT;

-- Parallel workers have the tenant in force, not what the setting says.
RESET ROLE;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
ALTER TABLE sealed SET (parallel_workers = 2);
SET ROLE regress_app;
EXPLAIN (COSTS OFF) SELECT count(*) FROM sealed;
SET tenancy.tenant_id = '4';  -- left behind, and not in force
BEGIN;
SELECT count(*), min(tenant_id) FROM sealed;
SAVEPOINT s;
SELECT tenancy.set_tenant('3');
SELECT count(*), min(tenant_id) FROM sealed;
ROLLBACK TO s;
SELECT count(*), min(tenant_id) FROM sealed;
COMMIT;
RESET ROLE;
SET tenancy.seal = off;
CREATE FUNCTION is_tenant_2() RETURNS boolean LANGUAGE plpgsql SET tenancy.tenant_id = '2' PARALLEL SAFE AS $$
BEGIN RETURN tenancy.current_tenant() = '2'; END $$;
SET tenancy.seal = transaction;
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('3');
SELECT error_of('SELECT count(*) FROM sealed WHERE is_tenant_2()');
SELECT seen();
COMMIT;
-- Workers that no query has started have no tenant, whatever was left behind.
RESET ROLE;
CREATE FUNCTION require_no_tenant(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF tenancy.current_tenant() IS NOT NULL THEN RAISE 'tenant %', tenancy.current_tenant(); END IF;
  RETURN value;
END $$;
SET tenancy.tenant_id = '4';
SET max_parallel_maintenance_workers = 2;
SET maintenance_work_mem = '256MB';
CREATE INDEX built ON sealed (require_no_tenant(value));
DROP INDEX built;
DROP FUNCTION require_no_tenant(text);
RESET max_parallel_maintenance_workers;
RESET maintenance_work_mem;
-- One that tenancy.settings has ceased to name is as little sealed in a worker as in the leader.
SET tenancy.settings = 'app.sealed_one';
BEGIN;
SELECT tenancy.set_tenant('3', 'app.sealed_one');
SELECT count(*) FROM sealed WHERE tenant_id = tenancy.current_tenant(NULL::int, 'app.sealed_one');
SELECT error_of($$SELECT count(*) FROM sealed WHERE tenant_id = tenancy.current_tenant(NULL::int, 'app.sealed_two')$$);
COMMIT;
SET tenancy.settings = 'app.sealed_one, app.sealed_two';
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;
-- A superuser may configure a tenant: it does not count.
ALTER ROLE regress_app SET tenancy.tenant_id = '1';
ALTER ROLE regress_app RESET tenancy.tenant_id;
SELECT error_of($$SET tenancy.in_force = 'tenancy.tenant_id=1:1;'$$);
SET ROLE regress_app;
SELECT error_of($$SET tenancy.in_force = 'tenancy.tenant_id=1:1;'$$);
RESET ROLE;

-- token: only authenticate() sets a tenant.
SET tenancy.seal = token;
SET ROLE regress_app;
BEGIN;
SELECT error_of('SELECT tenancy.set_tenant(''1'')');
SELECT error_of('SET LOCAL tenancy.tenant_id = ''1''');
SELECT error_of('SET app.sealed_one = ''1''');
SELECT error_of('SET tenancy.tenant_id = ''''');
SELECT seen();
COMMIT;
RESET ROLE;
SET tenancy.seal = off;
RESET tenancy.tenant_id;

-- What is configured, or comes with the connection, does not count under a seal; nor does what was
-- set before the module was loaded.
SELECT current_database() AS database \gset
ALTER DATABASE :"database" SET tenancy.tenant_id = '1';
ALTER DATABASE :"database" SET tenancy.settings = 'app.sealed_one';
\c
SELECT tenancy.current_tenant();
ALTER DATABASE :"database" SET tenancy.seal = transaction;
\c
SET ROLE regress_app;
SELECT tenancy.current_tenant(), seen(), current_setting('tenancy.tenant_id') = '' AS unset;
RESET tenancy.tenant_id;
RESET ALL;
SELECT seen();
BEGIN;
SELECT tenancy.set_tenant('2'), tenancy.set_tenant('3', 'app.sealed_one');
SELECT seen(), tenancy.current_tenant(NULL::int, 'app.sealed_one');
SELECT error_of('RESET tenancy.tenant_id');
COMMIT;
RESET ROLE;
\set connection 'dbname=' :database ' options=\'-c tenancy.tenant_id=2 -c app.sealed_one=3\''
\c -reuse-previous=on :connection
SELECT tenancy.current_tenant(), tenancy.current_tenant(NULL::int, 'app.sealed_one');
\c
SET client_min_messages = error;
SET tenancy.tenant_id = '2';
SET app.sealed_one = '3';
SELECT tenancy.current_tenant(), tenancy.current_tenant(NULL::int, 'app.sealed_one');
\c
SET client_min_messages = error;
BEGIN;
SET LOCAL tenancy.tenant_id = '2';
SELECT tenancy.current_tenant();
SELECT tenancy.set_tenant('3');
SELECT tenancy.current_tenant();
COMMIT;

ALTER DATABASE :"database" RESET tenancy.tenant_id;
ALTER DATABASE :"database" RESET tenancy.settings;
ALTER DATABASE :"database" RESET tenancy.seal;
\c
SET client_min_messages = warning;
DROP FUNCTION is_tenant_2(), seen_by_2(), seen();
DROP TABLE sealed;
