-- Partial indexes, measured side by side in one session: see bench/partial_index.
--   psql -v rows=10000000 -v rounds=5
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET jit = off;
CREATE EXTENSION pg_tenancy;
\ir common.sql
CREATE TABLE orders (id int NOT NULL, status text NOT NULL, total numeric);
INSERT INTO orders SELECT i, CASE WHEN i % 10 = 0 THEN 'open' ELSE 'done' END, i % 1000 FROM generate_series(1, :rows) i;
VACUUM (ANALYZE, FREEZE) orders;

-- Each index is made as the other is, where there is none.
SELECT ARRAY['CREATE INDEX orders_open ON orders (id) WHERE status = ''open''',
  'SELECT tenancy.create_partial_index(''orders'', ''{id}'', ''status = ''''open'''''', index_name => ''orders_open'')'] AS builds \gset
CALL compare_loads(:'builds', 'DROP INDEX IF EXISTS orders_open', 1e6, :rounds) \gset
SELECT name, round((:'best'::float8[])[i]::numeric) AS "ms", round(((:'best'::float8[])[i] / (:'best'::float8[])[1])::numeric, 4) AS ratio
FROM (VALUES ('CREATE INDEX', 1), ('create_partial_index()', 2)) AS v(name, i)
\set title 'An index of a tenth of ' :rows ' rows'
\pset title :title
\g

-- A condition each call, none seen before.
CREATE INDEX orders_large ON orders (id) WHERE status = 'open' AND total > 500;
SELECT ARRAY['SELECT count(format(''status = ''''open'''' AND id = %s'', i)) FROM generate_series(1, 20000) i',
  'SELECT count(tenancy.index_usable(''orders_open'', format(''status = ''''open'''' AND id = %s'', i))) FROM generate_series(1, 20000) i',
  'SELECT count(tenancy.index_usable(''orders_large'', format(''status IN (''''open'''', ''''x'''') AND total > %s AND id < 7'', i))) FROM generate_series(1, 20000) i'] AS calls \gset
SELECT compare(:'calls', 'SELECT', 20000, :rounds) AS t \gset
SELECT name, round((((:'t'::float8[])[i] - (:'t'::float8[])[1]) / 1000)::numeric, 1) AS "us a call"
FROM (VALUES ('one clause in the predicate, two in the condition', 2), ('two and three', 3)) AS v(name, i)
\pset title 'index_usable()'
\g
