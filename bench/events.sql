-- What enforcing event schemas costs, measured side by side in one session: see bench/events.
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;
ALTER DATABASE bench_events SET synchronous_commit = off;
CREATE EXTENSION pg_tenancy;

-- Events of an order: eleven properties, a nested object, an array of three, five patterns.
CREATE TABLE payloads (id int, type text, payload jsonb NOT NULL);
INSERT INTO payloads
SELECT i, 'order.created', jsonb_build_object(
  'id', overlay(overlay(overlay(overlay(md5(i::text) placing '-' from 9 for 0) placing '-' from 14 for 0) placing '-' from 19 for 0) placing '-' from 24 for 0),
  'type', 'order.created',
  'occurred_at', to_char(timestamp '2024-01-01' + i * interval '7 seconds', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'order_number', format('ORD-2024-%s', lpad((i % 1000000)::text, 6, '0')),
  'currency', (ARRAY['EUR', 'USD', 'GBP'])[i % 3 + 1],
  'status', (ARRAY['pending', 'paid', 'shipped', 'cancelled'])[i % 4 + 1],
  'total', round((i % 90000)::numeric / 100 + 1, 2),
  'gift', i % 5 = 0,
  'note', CASE WHEN i % 2 = 0 THEN 'Please leave the parcel with the neighbours on the left.' END,
  'customer', jsonb_build_object('id', i, 'name', format('Customer Number %s', i),
    'email', format('customer.%s@mail.example.com', i), 'tier', (ARRAY['basic', 'silver', 'gold'])[i % 3 + 1]),
  'items', (SELECT jsonb_agg(jsonb_build_object('sku', format('SKU-%s-%s', i % 1000, j), 'quantity', j + i % 7,
    'price', round(((i + j) % 5000)::numeric / 100 + 0.5, 2))) FROM generate_series(1, 3) j))
FROM generate_series(1, :rows) i;
CREATE TABLE free (id bigint GENERATED ALWAYS AS IDENTITY, type text NOT NULL, payload jsonb NOT NULL);
CREATE TABLE enforced (LIKE free INCLUDING ALL);
SELECT tenancy.register_event_schema('order.created', :'schema') AS version \gset
SELECT count(*) AS statements FROM tenancy.enforce_event_schemas('enforced') \gset

SELECT current_setting('data_directory') || '/events.copy' AS file, current_setting('data_directory') || '/types.copy' AS types_file \gset
COPY (SELECT type, payload FROM payloads) TO :'file';
CREATE FUNCTION compare(statements text[], before text, rows float8, rounds int) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
  best float8[] := array_fill('infinity'::float8, ARRAY[cardinality(statements)]);
  began timestamptz;
BEGIN
  FOR round IN 1..rounds LOOP
    FOR i IN 1..cardinality(statements) LOOP
      EXECUTE before;
      began := clock_timestamp();
      EXECUTE statements[i];
      best[i] := least(best[i], extract(epoch FROM clock_timestamp() - began) * 1e9 / rows);
    END LOOP;
  END LOOP;
  RETURN best;
END $$;
SELECT compare(ARRAY[format('COPY free (type, payload) FROM %L', :'file'), format('COPY enforced (type, payload) FROM %L', :'file')],
  'TRUNCATE free, enforced', :rows, :rounds) AS t \gset
SELECT name, round((:'t'::float8[])[i]::numeric) AS "ns a row", round((1e9 / (:'t'::float8[])[i])::numeric) AS "rows a second",
  round(((:'t'::float8[])[1] / (:'t'::float8[])[i])::numeric, 2) AS "rate to that without"
FROM (VALUES ('free', 1), ('enforced', 2)) AS v(name, i)
\pset title 'COPY'
\g

-- Many types, each with a schema of its own, events of all of them in turn.
SELECT count(tenancy.register_event_schema('type.' || i, jsonb_set(:'schema'::jsonb, '{title}', to_jsonb('type.' || i)))) AS registered FROM generate_series(1, :types) i \gset
COPY (SELECT 'type.' || id % :types + 1, payload FROM payloads WHERE id <= 200000) TO :'types_file';
COPY (SELECT type, payload FROM payloads WHERE id <= 200000) TO :'file';
SELECT compare(ARRAY[format('COPY enforced (type, payload) FROM %L', :'file'), format('COPY enforced (type, payload) FROM %L', :'types_file')],
  'TRUNCATE enforced', 200000, :rounds) AS t \gset
SELECT name, round((:'t'::float8[])[i]::numeric) AS "ns a row", round(((:'t'::float8[])[1] / (:'t'::float8[])[i])::numeric, 2) AS "rate to that of one"
FROM (VALUES ('one type', 1), (:types || ' types', 2)) AS v(name, i)
\pset title 'COPY, enforced'
\g
SELECT pg_size_pretty(bytes) AS "schemas in the cache", entries FROM tenancy.schema_cache_totals
\pset title 'The cache'
\g
