-- Conditions on payloads under row level security, measured side by side in one session: see bench/payload.
--   psql -v rows=200000 -v rounds=7
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION pg_tenancy;
CREATE ROLE bench_payload;
\i common.sql

-- Ten tenants. The tenant's index is there, as is each index that could serve a condition.
CREATE TABLE events (id int, tenant_id int NOT NULL, type text, payload jsonb);
INSERT INTO events SELECT i, i % 10, 'order.created', payload_of(i) FROM generate_series(1, :rows) i;
SELECT count(*) AS statements FROM tenancy.enable_isolation('events') \gset
SELECT statement AS without_tenant FROM tenancy.create_payload_index('events', tenant_leading => false) AS statement \gset
CREATE INDEX ON events ((payload ->> 'id'));
CREATE INDEX ON events (tenant_id, tenancy.text_at(payload, 'id'));
GRANT SELECT ON events TO bench_payload;
VACUUM (ANALYZE, FREEZE) events;

-- Every condition picks one row. The planning of the query is part of the time.
SELECT payload ->> 'id' AS id FROM events WHERE id = :rows / 2 / 10 * 10 + 7 \gset
SET tenancy.tenant_id = '7';
SET ROLE bench_payload;
SELECT format('SELECT count(*) FROM events WHERE payload @> %L', jsonb_build_object('id', :'id')) AS operator,
  format('SELECT count(*) FROM events WHERE tenancy.contains(payload, %L)', jsonb_build_object('id', :'id')) AS contains,
  format('SELECT count(*) FROM events WHERE payload ->> ''id'' = %L', :'id') AS arrow,
  format('SELECT count(*) FROM events WHERE tenancy.text_at(payload, ''id'') = %L', :'id') AS text_at \gset
-- Each by itself: a scan of the whole table leaves nothing in the processor's caches.
SELECT (compare(ARRAY[:'operator'], 'SELECT', 1000, :rounds))[1] AS operator_us, (compare(ARRAY[:'contains'], 'SELECT', 1000, :rounds * 10))[1] AS contains_us,
  (compare(ARRAY[:'arrow'], 'SELECT', 1000, :rounds))[1] AS arrow_us, (compare(ARRAY[:'text_at'], 'SELECT', 1000, :rounds * 10))[1] AS text_at_us \gset
-- With the tenant in the same index, for which GIN needs an extension that comes with PostgreSQL.
RESET ROLE;
CREATE EXTENSION btree_gin;
DROP INDEX ix_events_payload_gin;
SELECT statement AS with_tenant FROM tenancy.create_payload_index('events') AS statement \gset
SET ROLE bench_payload;
SELECT (compare(ARRAY[:'contains'], 'SELECT', 1000, :rounds * 10))[1] AS tenant_us \gset
SELECT name, round(us::numeric, 1) AS "us a query", round((base / us)::numeric, 1) AS "times faster" FROM (VALUES
  ('payload @> ...', :operator_us, :operator_us), ('tenancy.contains(payload, ...)', :contains_us, :operator_us),
  ('tenancy.contains(payload, ...), btree_gin installed', :tenant_us, :operator_us),
  ('payload ->> ''id'' = ...', :arrow_us, :arrow_us), ('tenancy.text_at(payload, ''id'') = ...', :text_at_us, :arrow_us)) AS v(name, us, base)
\pset title 'One event among those of a tenant, under its policy'
\g

-- What a call costs where no index helps.
RESET ROLE;
SET enable_bitmapscan = off;
SET enable_indexscan = off;
SELECT compare(ARRAY['SELECT count(*) FROM events WHERE payload @> ''{"note": "x"}''', 'SELECT count(*) FROM events WHERE tenancy.contains(payload, ''{"note": "x"}'')',
  'SELECT count(*) FROM events WHERE payload #>> ''{id}'' = ''x''', 'SELECT count(*) FROM events WHERE tenancy.text_at(payload, ''id'') = ''x'''], 'SELECT', :rows, :rounds) AS t \gset
SELECT name, times.* FROM (VALUES ('payload @> ...', 1, 1), ('tenancy.contains(payload, ...)', 2, 1),
  ('payload #>> ''{id}'' = ...', 3, 3), ('tenancy.text_at(payload, ''id'') = ...', 4, 3)) AS v(name, i, base)
CROSS JOIN LATERAL (SELECT round((:'t'::float8[])[i]::numeric) AS "ns a row",
  round(((:'t'::float8[])[i] / (:'t'::float8[])[base])::numeric, 2) AS ratio) AS times
\pset title 'Sequential scan without a policy'
\g
