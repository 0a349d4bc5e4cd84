-- set_tenant(), current_tenant(), clear_tenant() and the settings behind them.

-- No tenant.
SELECT tenancy.current_tenant() IS NULL AS text, tenancy.current_tenant(NULL::int) IS NULL AS int,
       tenancy.current_tenant(NULL::int, 'app.never_set') IS NULL AS other;

-- For a transaction.
BEGIN;
SELECT tenancy.set_tenant('42');
SELECT tenancy.current_tenant(), tenancy.current_tenant(NULL::int) + 1 AS next, current_setting('tenancy.tenant_id');
COMMIT;
SELECT tenancy.current_tenant() IS NULL AS gone;
-- The setting is the same thing.
BEGIN;
SET LOCAL tenancy.tenant_id = '43';
SELECT tenancy.current_tenant();
SAVEPOINT inner_one;
SELECT tenancy.set_tenant('44');
SELECT tenancy.current_tenant();
ROLLBACK TO inner_one;
SELECT tenancy.current_tenant();
SELECT tenancy.clear_tenant();
SELECT tenancy.current_tenant() IS NULL AS cleared;
ROLLBACK;
-- For the session.
SELECT tenancy.set_tenant('45', is_local => false);
SELECT tenancy.current_tenant();
BEGIN;
SELECT tenancy.set_tenant('46');
ROLLBACK;
SELECT tenancy.current_tenant();
SELECT tenancy.clear_tenant();
SELECT tenancy.current_tenant() IS NULL AS cleared;
SET tenancy.tenant_id = '47';
RESET tenancy.tenant_id;
SELECT tenancy.current_tenant() IS NULL AS reset;
SET tenancy.tenant_id = '';
SELECT tenancy.current_tenant() IS NULL AS empty, tenancy.current_tenant(NULL::int) IS NULL AS empty_int;

-- Any other setting, also after its transaction has left it behind empty.
BEGIN;
SET LOCAL app.user_id = '7';
SELECT tenancy.current_tenant(NULL::int, 'app.user_id'), tenancy.current_tenant(NULL::text, 'app.user_id');
COMMIT;
SELECT current_setting('app.user_id') = '' AS is_empty, tenancy.current_tenant(NULL::int, 'app.user_id') IS NULL AS gone;
SELECT tenancy.set_tenant('8', 'app.user_id', false);
SELECT tenancy.current_tenant(NULL::bigint, 'app.user_id');
SELECT tenancy.clear_tenant('app.user_id');
SELECT tenancy.current_tenant(NULL::bigint, 'app.user_id') IS NULL AS cleared;

-- As a value of any type.
CREATE TYPE tier AS ENUM ('free', 'paid');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
BEGIN;
SET LOCAL tenancy.tenant_id = '12';
SELECT tenancy.current_tenant(NULL::smallint) AS smallint, tenancy.current_tenant(NULL::int) AS int,
       tenancy.current_tenant(NULL::bigint) AS bigint, tenancy.current_tenant(NULL::numeric) AS numeric,
       tenancy.current_tenant(NULL::text) AS text, tenancy.current_tenant(NULL::varchar) AS varchar,
       tenancy.current_tenant(NULL::char(4)) AS char, tenancy.current_tenant(NULL::name) AS name,
       tenancy.current_tenant(NULL::positive) AS positive;
SET LOCAL tenancy.tenant_id = '-9223372036854775808';
SELECT tenancy.current_tenant(NULL::bigint);
SET LOCAL tenancy.tenant_id = 'paid';
SELECT tenancy.current_tenant(NULL::tier);
SET LOCAL tenancy.tenant_id = '{A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11}';
SELECT tenancy.current_tenant(NULL::uuid);
SET LOCAL tenancy.tenant_id = 'a0ee-bc999c0b-4ef8-bb6d6bb9-bd380a11';
SELECT tenancy.current_tenant(NULL::uuid), pg_typeof(tenancy.current_tenant(NULL::uuid));
SET LOCAL tenancy.tenant_id = 'Zoë "O''Neil" 🙂';
SELECT tenancy.current_tenant();
ROLLBACK;

-- A value that its type refuses names the setting, the value and the type.
CREATE FUNCTION tenant_error(value text, type text) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT error_of(format('SELECT set_config(''tenancy.tenant_id'', %L, true), tenancy.current_tenant(NULL::%s)', value, type))
$$;
SELECT tenant_error('abc', 'int');
SELECT tenant_error('2147483648', 'int');
SELECT tenant_error('32768', 'smallint');
SELECT tenant_error('9223372036854775808', 'bigint');
SELECT tenant_error('1.5', 'bigint');
SELECT tenant_error('12; DROP TABLE x', 'int');
SELECT tenant_error('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1', 'uuid');
SELECT tenant_error('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111', 'uuid');
SELECT tenant_error('{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'uuid');
SELECT tenant_error('gratis', 'tier');
SELECT tenant_error('0', 'positive');
-- Types that would cut a long value, and so take one tenant for another.
SELECT tenant_error('ab', '"char"');
SELECT tenant_error(repeat('a', 64), 'name');
SELECT tenant_error(repeat('a', 63), 'name');
-- What other types' own input functions say comes with the setting as its context.
\set VERBOSITY default
SET tenancy.tenant_id = 'x';
SELECT tenancy.current_tenant(NULL::date);
RESET tenancy.tenant_id;

-- What cannot be set, and where.
SELECT error_of('SELECT tenancy.set_tenant(NULL)');
SELECT error_of('SELECT tenancy.set_tenant('''')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', ''role'')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', ''tenancy.tenant'')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', NULL)');
SELECT error_of('SELECT tenancy.clear_tenant(''search_path'')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', ''TENANCY.other'')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', ''app.a b'')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', ''app.'')');
SELECT error_of('SELECT tenancy.set_tenant(''1'', ''.app'')');
BEGIN;
SELECT tenancy.set_tenant('6', 'Tenancy.Tenant_ID'), tenancy.set_tenant('7', 'app.ünï_1$.x');
SELECT tenancy.current_tenant(), tenancy.current_tenant(NULL::int, 'TENANCY.TENANT_ID'), tenancy.current_tenant(NULL::int, 'app.ünï_1$.x');
ROLLBACK;
SELECT error_of('SET tenancy.no_such_setting = 1');
SELECT error_of('SELECT tenancy.current_tenant(NULL)');

-- Plans that outlive the tenant. Each of these fails if current_tenant() is made IMMUTABLE.
CREATE TABLE rows (tenant_id int, value text);
INSERT INTO rows SELECT i % 3, i::text FROM generate_series(1, 30) i;
PREPARE mine AS SELECT count(*), min(tenant_id) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int);
SET plan_cache_mode = force_generic_plan;
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
EXECUTE mine;
SET LOCAL tenancy.tenant_id = '2';
EXECUTE mine;
COMMIT;
EXECUTE mine;
RESET plan_cache_mode;
CREATE FUNCTION mine() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN RETURN (SELECT sum(tenant_id) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int)); END $$;
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SELECT mine();
SAVEPOINT s;
SET LOCAL tenancy.tenant_id = '2';
SELECT mine();
ROLLBACK TO s;
SELECT mine();
COMMIT;
SELECT mine();
-- A setting that changes from row to row.
BEGIN;
SELECT tenancy.set_tenant(i::text), tenancy.current_tenant(NULL::int) FROM generate_series(1, 3) i;
SET LOCAL app.a = '1';
SET LOCAL app.b = '2';
SELECT setting, tenancy.current_tenant(NULL::int, setting)
FROM (VALUES ('app.a'), ('app.b'), ('tenancy.tenant_id'), ('app.never_set'), ('app.a'), (NULL)) AS s(setting);
ROLLBACK;

-- In PL/pgSQL, whose expressions live for a transaction, too.
DO $$
DECLARE name text;
BEGIN
  PERFORM set_config('app.one', '1', true), set_config('app.two', '2', true);
  FOREACH name IN ARRAY '{app.one,app.two,app.one,tenancy.tenant_id}'::text[] LOOP
    RAISE NOTICE '% is %', name, tenancy.current_tenant(NULL::text, name);
  END LOOP;
END $$;

-- A type whose input sets the setting anew while it reads it.
CREATE FUNCTION set_anew(value text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF value = 'go' THEN
    PERFORM set_config('app.anew', repeat('c', length(current_setting('app.anew'))), false);
    PERFORM set_config('app.other', repeat('S', length(current_setting('app.anew')) - 9) || ',SECRET)', false);
  END IF;
  RETURN true;
END $$;
CREATE DOMAIN setter AS text CHECK (set_anew(VALUE));
CREATE TYPE pair AS (a setter, b text, c text);
SELECT set_config('app.anew', '(go,' || repeat('b', 20) || ',b)', false);
SELECT tenancy.current_tenant(NULL::pair, 'app.anew');
DROP TYPE pair;
DROP DOMAIN setter;
DROP FUNCTION set_anew(text);

-- A name that comes from a row says nothing of rows that a policy hides.
CREATE TABLE guarded (tenant_id int, name text);
INSERT INTO guarded VALUES (1, 'app.mine'), (2, 'app.theirs'), (2, 'data_directory');
GRANT SELECT ON guarded TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('guarded');
BEGIN;
SET LOCAL ROLE regress_app;
SET LOCAL tenancy.tenant_id = '1';
SET LOCAL app.theirs = 'seen';
SELECT * FROM guarded WHERE tenancy.current_tenant(NULL::int, name) IS NULL;
ROLLBACK;
DROP TABLE guarded;

-- Parallel workers see the tenant, from the extension's own setting and from any other.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
ALTER TABLE rows SET (parallel_workers = 2);
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SET LOCAL app.user_id = '2';
EXPLAIN (COSTS OFF) SELECT count(*) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int);
SELECT count(*), min(tenant_id), max(tenant_id) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int);
SELECT count(*), min(tenant_id), max(tenant_id) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int, 'app.user_id');
COMMIT;
SELECT count(*) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int);
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
RESET parallel_leader_participation;

-- A setting that only superusers may read is not read for others.
SET ROLE regress_app;
SELECT left(e, 5) AS sqlstate FROM error_of('SELECT tenancy.current_tenant(NULL::text, ''data_directory'')') e LIMIT 1;
-- Anybody can set a tenant; who may is the business of the seal.
BEGIN;
SELECT tenancy.set_tenant('5');
SELECT tenancy.current_tenant(NULL::int);
ROLLBACK;
RESET ROLE;

-- Further settings with the fast path. They are what they were in every other way.
SELECT error_of('SET tenancy.settings = ''role''');
SELECT error_of('SET tenancy.settings = ''app.user_id,''');
SELECT error_of('SET tenancy.settings = ''tenancy.other''');
DO 'BEGIN END';
SELECT error_of('SET tenancy.settings = ''plpgsql.variable_conflict''');
SELECT right(e, 60) FROM error_of(format('SET tenancy.settings = %L', (SELECT string_agg('app.s' || i, ',') FROM generate_series(1, 65) i))) e;
SET app.chosen = '31';
SET tenancy.settings = ' app.chosen, App.Fresh ';
SET tenancy.settings = 'app.chosen', 'App.Fresh', 'app.chosen';
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen, tenancy.current_tenant(NULL::int, 'app.fresh') IS NULL AS other;
BEGIN;
SET LOCAL app.chosen = '32';
SET LOCAL app.fresh = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen, tenancy.current_tenant(NULL::uuid, 'app.fresh') AS other;
SAVEPOINT s;
SET LOCAL app.chosen = '33';
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen;
ROLLBACK TO s;
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen;
COMMIT;
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen, current_setting('app.chosen');
SELECT name, context FROM pg_settings WHERE name IN ('tenancy.tenant_id', 'tenancy.settings', 'tenancy.seal', 'tenancy.on_missing_tenant', 'tenancy.plan_per_tenant', 'app.chosen', 'App.Fresh') ORDER BY name COLLATE "C";
-- One that is no longer named has the slow path again.
SET app.chosen = '34';
SET tenancy.settings = 'app.fresh';
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen;
SET tenancy.settings = 'app.fresh,app.chosen';
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') AS chosen;
RESET app.chosen;
SELECT tenancy.current_tenant(NULL::int, 'app.chosen') IS NULL AS reset;
-- Parallel workers know the settings of a database from the beginning.
SELECT current_database() AS database \gset
ALTER DATABASE :"database" SET tenancy.settings = 'app.of_database';
\c
SET client_min_messages = warning;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET app.of_database = '2';
SELECT count(*), min(tenant_id), max(tenant_id) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int, 'app.of_database');
ALTER DATABASE :"database" RESET tenancy.settings;
-- A worker that is the first to load the module reads what the leader has set.
CREATE FUNCTION is_mine(id int) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN RETURN id = tenancy.current_tenant(NULL::int); END $$;
\c
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET tenancy.tenant_id = '1';
EXPLAIN (COSTS OFF) SELECT count(*) FROM rows WHERE is_mine(tenant_id);
SELECT count(*), min(tenant_id), max(tenant_id) FROM rows WHERE is_mine(tenant_id);
-- If there might be a seal, it must be loaded before.
\c
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET tenancy.seal = off;
\set VERBOSITY terse
SELECT count(*) FROM rows WHERE is_mine(tenant_id);
\set VERBOSITY default
\c
SET client_min_messages = warning;

-- tenancy.on_missing_tenant
SET tenancy.on_missing_tenant = error;
SELECT error_of('SELECT tenancy.current_tenant(NULL::int)');
SELECT error_of('SELECT tenancy.current_tenant(NULL::int, ''app.never_set'')');
SELECT tenancy.current_tenant() IS NULL AS for_looking;
SELECT error_of('SELECT * FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int)');
BEGIN;
SELECT tenancy.set_tenant('2');
SELECT count(*) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int);
ROLLBACK;
RESET tenancy.on_missing_tenant;
SELECT count(*) FROM rows WHERE tenant_id = tenancy.current_tenant(NULL::int);

DROP FUNCTION mine(), tenant_error(text, text), is_mine(int);
DROP TABLE rows;
DROP DOMAIN positive;
DROP TYPE tier;
