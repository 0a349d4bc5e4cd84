-- What validation costs, measured side by side in one session: see bench/validation.
--   psql -v rows=100000 -v rounds=15 -v schema="$(cat order.schema.json)"
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION pg_tenancy;
\ir common.sql
CREATE FUNCTION walk_jentries(jsonb) RETURNS bigint AS '$libdir/pg_tenancy_walk' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION walk_iterator(jsonb) RETURNS bigint AS '$libdir/pg_tenancy_walk' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TABLE events (payload jsonb NOT NULL);
INSERT INTO events
SELECT payload_of(i) FROM generate_series(1, :rows) i;
VACUUM (ANALYZE, FREEZE) events;

-- What is measured does what it says, for every row.
SELECT 1 / (count(*) = :rows)::int AS ok FROM events
WHERE walk_jentries(payload) = walk_iterator(payload) AND tenancy.jsonb_matches_schema(:'schema', payload) \gset
SELECT round(avg(length(payload::text))) AS "bytes of text", round(avg(pg_column_size(payload))) AS "of jsonb",
  round(avg(walk_jentries(payload))) AS "JEntries"
FROM events
\pset title 'A payload'
\g

-- `net` is the time above that of counting the column, which reads the rows and calls nothing.
SELECT compare(ARRAY[
  'SELECT count(*) FROM events',
  'SELECT count(payload) FROM events',
  'SELECT count(payload ? ''x'') FROM events',
  'SELECT count(walk_jentries(payload)) FROM events',
  'SELECT count(walk_iterator(payload)) FROM events',
  format('SELECT count(tenancy.jsonb_matches_schema(%L, payload)) FROM events', :'schema'),
  'SELECT count(payload::text) FROM events'], 'SELECT', :rows, :rounds) AS t \gset
SELECT name, figures.* FROM (VALUES ('count(*)', 1), ('count(payload)', 2), ('payload ? ''x''', 3),
  ('walk_jentries(payload)', 4), ('walk_iterator(payload)', 5), ('jsonb_matches_schema(schema, payload)', 6),
  ('payload::text', 7)) AS v(name, i)
CROSS JOIN LATERAL (SELECT (:'t'::float8[])[i] AS gross, (:'t'::float8[])[i] - (:'t'::float8[])[2] AS net,
  (:'t'::float8[])[4] AS walk, (:'t'::float8[])[4] - (:'t'::float8[])[2] AS net_walk) AS times
CROSS JOIN LATERAL (SELECT round(gross::numeric, 1) AS "ns a row", round(net::numeric, 1) AS net,
  round((gross / walk)::numeric, 2) AS "ratio to the walk", round((net / net_walk)::numeric, 2) AS "of net") AS figures
\pset title 'Reading'
\g

-- No WAL, no index: a check could hardly show more.
CREATE UNLOGGED TABLE free (payload jsonb NOT NULL);
CREATE UNLOGGED TABLE checked (payload jsonb NOT NULL);
SELECT format('ALTER TABLE checked ADD CHECK (tenancy.jsonb_matches_schema(%L, payload))', :'schema') \gexec
SELECT compare(ARRAY['INSERT INTO free SELECT payload FROM events', 'INSERT INTO checked SELECT payload FROM events'],
  'TRUNCATE free, checked', :rows, :rounds) AS t \gset
SELECT name, round((:'t'::float8[])[i]::numeric, 1) AS "ns a row", round((1e9 / (:'t'::float8[])[i])::numeric) AS "rows a second",
  round(((:'t'::float8[])[i] / (:'t'::float8[])[1])::numeric, 2) AS ratio
FROM (VALUES ('no constraint', 1), ('CHECK (jsonb_matches_schema(schema, payload))', 2)) AS v(name, i)
\pset title 'INSERT'
\g
