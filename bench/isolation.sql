-- What isolation costs, measured side by side in one session: see bench/isolation.
--   psql -v rows=1000000 -v tenants=1000 -v rounds=15
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION pg_tenancy;
CREATE ROLE bench;

-- The same rows four times: no policy, ours, and two that people write by hand.
CREATE TABLE plain (id int, tenant_id int NOT NULL, note text);
INSERT INTO plain SELECT i, i % :tenants, 'note ' || i FROM generate_series(1, :rows) i;
CREATE TABLE isolated (LIKE plain);
CREATE TABLE by_setting (LIKE plain);
CREATE TABLE by_subquery (LIKE plain);
INSERT INTO isolated TABLE plain;
INSERT INTO by_setting TABLE plain;
INSERT INTO by_subquery TABLE plain;
CREATE INDEX ON plain (tenant_id, id);
CREATE INDEX ON isolated (tenant_id, id);
CREATE INDEX ON by_setting (tenant_id, id);
CREATE INDEX ON by_subquery (tenant_id, id);
SELECT count(*) AS statements FROM tenancy.enable_isolation('isolated') \gset
ALTER TABLE by_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON by_setting USING (tenant_id = current_setting('app.tenant_id')::int);
ALTER TABLE by_subquery ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON by_subquery USING (tenant_id = (SELECT current_setting('app.tenant_id')::int));
-- 200 partitions.
CREATE TABLE many (id int, tenant_id int NOT NULL, note text) PARTITION BY LIST (tenant_id);
SELECT format('CREATE TABLE many_%s PARTITION OF many FOR VALUES IN (%s)', i, i) FROM generate_series(0, 199) i \gexec
INSERT INTO many SELECT i, i % 200, 'note' FROM generate_series(1, 20000) i;
SELECT count(*) AS statements FROM tenancy.enable_isolation('many') \gset
GRANT SELECT ON plain, isolated, by_setting, by_subquery, many TO bench;
VACUUM (ANALYZE, FREEZE) plain, isolated, by_setting, by_subquery;
ANALYZE many;

-- The best time of a statement in microseconds a run, each measured in turn, so that whatever else
-- the machine does hits all of them alike.
CREATE FUNCTION compare(statements text[], runs int, rounds int) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
  best float8[] := array_fill('infinity'::float8, ARRAY[cardinality(statements)]);
  began timestamptz;
  took float8;
BEGIN
  FOR round IN 1..rounds LOOP
    FOR i IN 1..cardinality(statements) LOOP
      began := clock_timestamp();
      FOR run IN 1..runs LOOP EXECUTE statements[i]; END LOOP;
      took := extract(epoch FROM clock_timestamp() - began) * 1e6 / runs;
      best[i] := least(best[i], took);
    END LOOP;
  END LOOP;
  RETURN best;
END $$;

SET tenancy.tenant_id = '7';
SET app.tenant_id = '7';
SET ROLE bench;

SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SELECT compare(ARRAY['SELECT count(note) FROM plain WHERE tenant_id = 7', 'SELECT count(note) FROM isolated',
  'SELECT count(note) FROM by_setting', 'SELECT count(note) FROM by_subquery'], 1, :rounds) AS t \gset
SELECT name, times.* FROM (VALUES ('WHERE tenant_id = 7, no policy', 1), ('enable_isolation()', 2),
  ('policy with current_setting(...)::int', 3), ('policy with (SELECT current_setting(...)::int)', 4)) AS v(name, i)
CROSS JOIN LATERAL (SELECT round((:'t'::float8[])[i]::numeric * 1000 / :rows, 1) AS "ns a row",
  round(((:'t'::float8[])[i] / (:'t'::float8[])[1])::numeric, 2) AS ratio) AS times
\pset title 'Sequential scan'
\g
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;

-- As applications send it, with parameters; and with constants, which nobody sends a thousand times.
PREPARE plain(int, int) AS SELECT note FROM plain WHERE tenant_id = $1 AND id = $2;
PREPARE isolated(int) AS SELECT note FROM isolated WHERE id = $1;
PREPARE by_setting(int) AS SELECT note FROM by_setting WHERE id = $1;
PREPARE by_subquery(int) AS SELECT note FROM by_subquery WHERE id = $1;
SELECT compare(ARRAY['EXECUTE plain(7, 5007)', 'EXECUTE isolated(5007)', 'EXECUTE by_setting(5007)', 'EXECUTE by_subquery(5007)'], 5000, :rounds) AS t \gset
SELECT name, times.* FROM (VALUES ('WHERE tenant_id = $1 AND id = $2, no policy', 1), ('enable_isolation()', 2),
  ('policy with current_setting(...)::int', 3), ('policy with (SELECT current_setting(...)::int)', 4)) AS v(name, i)
CROSS JOIN LATERAL (SELECT round((:'t'::float8[])[i]::numeric, 2) AS "us a query",
  round(((:'t'::float8[])[i] / (:'t'::float8[])[1])::numeric, 2) AS ratio) AS times
\pset title 'Index lookup, prepared, with parameters'
\g
PREPARE plain_constant AS SELECT note FROM plain WHERE tenant_id = 7 AND id = 5007;
PREPARE isolated_constant AS SELECT note FROM isolated WHERE id = 5007;
SELECT compare(ARRAY['EXECUTE plain_constant', 'EXECUTE isolated_constant'], 5000, :rounds) AS t \gset
SELECT name, times.* FROM (VALUES ('WHERE tenant_id = 7 AND id = 5007, no policy', 1), ('enable_isolation()', 2)) AS v(name, i)
CROSS JOIN LATERAL (SELECT round((:'t'::float8[])[i]::numeric, 2) AS "us a query",
  round(((:'t'::float8[])[i] / (:'t'::float8[])[1])::numeric, 2) AS ratio) AS times
\pset title 'Index lookup, prepared, with constants'
\g

PREPARE many AS SELECT count(*) FROM many WHERE id = 407;
SET tenancy.plan_per_tenant = off;
EXECUTE many \g /dev/null
SELECT compare(ARRAY['SELECT count(*) FROM many WHERE id = 407', 'EXECUTE many'], 100, :rounds) AS t \gset off_
SET tenancy.plan_per_tenant = on;
SELECT compare(ARRAY['SELECT count(*) FROM many WHERE id = 407', 'EXECUTE many'], 100, :rounds) AS t \gset on_
SELECT query, times.* FROM (VALUES ('planned each time', 1), ('prepared', 2)) AS v(query, i)
CROSS JOIN LATERAL (SELECT round((:'off_t'::float8[])[i]::numeric, 1) AS "us, plan_per_tenant off",
  round((:'on_t'::float8[])[i]::numeric, 1) AS "us, on",
  round(((:'off_t'::float8[])[i] / (:'on_t'::float8[])[i])::numeric, 1) AS "times faster") AS times
\pset title '200 list partitions'
\g
