-- tenancy.plan_per_tenant: the tenant as a constant in the plan, and never another's.
CREATE TABLE planned (tenant_id int, value int) PARTITION BY LIST (tenant_id);
CREATE TABLE planned_1 PARTITION OF planned FOR VALUES IN (1);
CREATE TABLE planned_2 PARTITION OF planned FOR VALUES IN (2);
CREATE TABLE planned_3 PARTITION OF planned FOR VALUES IN (3);
INSERT INTO planned SELECT 1 + i % 3, i FROM generate_series(1, 300) i;
GRANT SELECT ON planned TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('planned', create_index => false);
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END $$;
CREATE FUNCTION seen_sql() RETURNS text LANGUAGE sql AS $$ SELECT format('%s row(s) of %s', count(*), min(tenant_id)) FROM planned $$;
CREATE FUNCTION seen_plpgsql() RETURNS text LANGUAGE plpgsql AS $$
DECLARE seen text;
BEGIN
  SELECT format('%s row(s) of %s', count(*), min(tenant_id)) INTO seen FROM planned;
  RETURN seen;
END $$;

CREATE FUNCTION fetched_after_a_change() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  c refcursor; first planned; again planned;
BEGIN
  PERFORM tenancy.set_tenant('1');
  OPEN c FOR SELECT * FROM planned ORDER BY value;
  FETCH c INTO first;
  RETURN NEXT first.tenant_id::text;
  PERFORM tenancy.set_tenant('2');
  PERFORM tenancy.set_tenant('1');
  FETCH c INTO again;
  RETURN NEXT again.tenant_id::text;
  PERFORM tenancy.set_tenant('2');
  FETCH c INTO again;
  RETURN NEXT 'leaked';
END $$;

SET ROLE regress_app;
SELECT plan_of('SELECT * FROM planned');
SET tenancy.plan_per_tenant = on;
SET tenancy.tenant_id = '2';
SELECT plan_of('SELECT * FROM planned');
-- Of any type whose value cannot be an error, and of any setting whose changes are known of.
CREATE TEMPORARY TABLE forms (s smallint, i int, b bigint, u uuid, t text, v varchar, n numeric);
SELECT plan_of('SELECT * FROM forms WHERE ' || column_name || ' = tenancy.current_tenant(NULL::' || data_type || ')')
FROM information_schema.columns WHERE table_name = 'forms' AND column_name <> 'u' ORDER BY ordinal_position;
SET tenancy.tenant_id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
SELECT plan_of('SELECT * FROM forms WHERE u = tenancy.current_tenant(NULL::uuid)');
SELECT error_of('SELECT * FROM planned');
SET tenancy.tenant_id = '99999999999';
SELECT error_of('SELECT * FROM planned');
SET app.user_id = '2';
SELECT plan_of('SELECT * FROM forms WHERE i = tenancy.current_tenant(NULL::int, ''app.user_id'')');
RESET app.user_id;

-- Prepared statements, functions and cached plans, across changes of all kinds. Each of these shows
-- another tenant's rows, or is refused, if the plans are not made anew.
SET plan_cache_mode = force_generic_plan;
SET tenancy.tenant_id = '2';
PREPARE seen AS SELECT count(*), min(tenant_id), max(tenant_id) FROM planned;
EXECUTE seen;
EXPLAIN (COSTS OFF) EXECUTE seen;
SELECT seen_sql(), seen_plpgsql();
SET tenancy.tenant_id = '3';
EXECUTE seen;
SELECT seen_sql(), seen_plpgsql();
BEGIN;
SELECT tenancy.set_tenant('1');
EXECUTE seen;
SELECT seen_sql(), seen_plpgsql();
SAVEPOINT s;
SET LOCAL tenancy.tenant_id = '2';
EXECUTE seen;
SELECT seen_sql(), seen_plpgsql();
ROLLBACK TO s;
EXECUTE seen;
SELECT seen_sql(), seen_plpgsql();
SELECT tenancy.clear_tenant();
EXECUTE seen;
EXPLAIN (COSTS OFF) EXECUTE seen;
COMMIT;
EXECUTE seen;
SET tenancy.tenant_id = '3';
EXECUTE seen;
RESET ALL;
SET tenancy.plan_per_tenant = on;
EXECUTE seen;
SET tenancy.tenant_id = '1';
EXECUTE seen;
EXPLAIN (COSTS OFF) EXECUTE seen;
-- Another role.
RESET ROLE;
EXECUTE seen;
SET ROLE regress_app;
EXECUTE seen;
-- The setting itself.
SET tenancy.plan_per_tenant = off;
EXPLAIN (COSTS OFF) EXECUTE seen;
SET tenancy.plan_per_tenant = on;
EXPLAIN (COSTS OFF) EXECUTE seen;
-- In PL/pgSQL, statements and expressions alike.
DO $$
DECLARE one text; two text;
BEGIN
  FOR i IN 1..3 LOOP
    PERFORM tenancy.set_tenant(i::text);
    one := seen_sql();
    SELECT seen_sql() INTO two;
    RAISE NOTICE 'tenant %: %, %, %', i, one, two, seen_plpgsql();
  END LOOP;
END $$;
-- A query that changes the tenant while a function's plans live is refused, never wrong: 18 makes
-- the plans of a function in SQL anew.
SELECT e = '55000: the tenant has changed since this query was planned' OR e = 'no error' AS is_safe
FROM error_of($$DO 'DECLARE wrong text; BEGIN
  SELECT string_agg(i || seen, '';'') INTO wrong
  FROM (SELECT i, tenancy.set_tenant(i::text), seen_sql() AS seen FROM generate_series(1, 3) i) s
  WHERE seen NOT LIKE ''% of '' || i;
  IF wrong <> '''' THEN RAISE ''wrong: %'', wrong; END IF;
END'$$) e LIMIT 1;
-- One that sets the tenant for itself, and sets it back, changes nothing.
CREATE FUNCTION pg_temp.by_another() RETURNS bigint LANGUAGE sql SET tenancy.tenant_id = '2' AS 'SELECT count(*) FROM planned';
BEGIN;
SELECT tenancy.set_tenant('1');
SELECT i, pg_temp.by_another(), seen_sql() FROM generate_series(1, 2) i;
COMMIT;
-- Expressions that outlive the tenant are not folded: defaults, checks.
RESET ROLE;
CREATE TABLE outlives (tenant_id int DEFAULT tenancy.current_tenant(NULL::int), CHECK (tenant_id = tenancy.current_tenant(NULL::int)));
SET tenancy.tenant_id = '1';
INSERT INTO outlives DEFAULT VALUES;
SET tenancy.tenant_id = '2';
INSERT INTO outlives DEFAULT VALUES;
COPY outlives FROM stdin;
2
\.
SELECT error_of('INSERT INTO outlives VALUES (1)');
TABLE outlives;
-- Nor checks as the planner reads them, to exclude tables: each was true for the tenant of its row.
SELECT count(*) FROM outlives WHERE tenant_id = 1;
SELECT count(*) FROM outlives WHERE tenant_id = 2;
CREATE TABLE outlives_too () INHERITS (outlives);
INSERT INTO outlives_too VALUES (2);
SET tenancy.tenant_id = '1';
SELECT count(*) FROM outlives WHERE tenant_id = 2;
SET constraint_exclusion = on;
SELECT count(*) FROM outlives WHERE tenant_id = 2;
SELECT count(*) FROM (SELECT * FROM outlives UNION ALL SELECT * FROM outlives_too) u WHERE tenant_id = 2;
RESET constraint_exclusion;
SET tenancy.tenant_id = '2';
DROP TABLE outlives, outlives_too;

-- An open query goes on for the tenant that began it, with and without folding.
SET ROLE regress_app;
SELECT error_of('SELECT * FROM fetched_after_a_change()');
SET tenancy.plan_per_tenant = off;
SELECT error_of('SELECT * FROM fetched_after_a_change()');
BEGIN;
SELECT tenancy.set_tenant('1');
DECLARE c CURSOR FOR SELECT * FROM planned ORDER BY value;
FETCH 1 FROM c;
SAVEPOINT s;
SELECT tenancy.set_tenant('2');
ROLLBACK TO s;
FETCH 1 FROM c;
SELECT tenancy.clear_tenant();
FETCH 1 FROM c;
ROLLBACK;
-- It begins where it is opened: partitions are pruned there.
BEGIN;
SELECT tenancy.set_tenant('1');
DECLARE c CURSOR FOR SELECT * FROM planned ORDER BY value;
SELECT tenancy.set_tenant('2');
FETCH 1 FROM c;
ROLLBACK;
-- Also of a setting without the fast path, whose changes are told to nobody.
RESET ROLE;
CREATE TABLE slow (tenant_id int, value int);
INSERT INTO slow SELECT 1 + i % 3, i FROM generate_series(1, 300) i;
CREATE INDEX ON slow (tenant_id);
GRANT SELECT ON slow TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('slow', setting => 'app.slow');
SET ROLE regress_app;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
BEGIN;
SET LOCAL app.slow = '1';
DECLARE c CURSOR FOR SELECT tenant_id FROM slow;
FETCH 1 FROM c;
SAVEPOINT s;
SET LOCAL app.slow = '2';
ROLLBACK TO s;
FETCH 1 FROM c;
SET LOCAL app.slow = '2';
FETCH 1 FROM c;
ROLLBACK;
RESET enable_seqscan;
RESET enable_bitmapscan;
-- One that does not depend on the tenant goes on for all of them.
DO $$
DECLARE i int; total int := 0;
BEGIN
  FOR i IN SELECT generate_series(1, 3) LOOP
    PERFORM tenancy.set_tenant(i::text);
    total := total + (SELECT count(*) FROM planned);
  END LOOP;
  RAISE NOTICE '% rows', total;
END $$;
RESET ROLE;
DO $$
DECLARE r planned; total int := 0;
BEGIN
  FOR r IN SELECT * FROM planned LOOP
    PERFORM tenancy.set_tenant(r.tenant_id::text);
    total := total + 1;
  END LOOP;
  RAISE NOTICE '% rows, as a superuser', total;
END $$;

RESET tenancy.tenant_id;
RESET plan_cache_mode;
DEALLOCATE seen;
DROP FUNCTION fetched_after_a_change(), seen_sql(), seen_plpgsql(), plan_of(text);
DROP TABLE planned, forms, slow;
