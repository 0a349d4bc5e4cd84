-- What enforcing event schemas costs, measured side by side in one session: see bench/events.
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;
ALTER DATABASE bench_events SET synchronous_commit = off;
CREATE EXTENSION pg_tenancy;
\ir common.sql

CREATE TABLE payloads (id int, type text, payload jsonb NOT NULL);
INSERT INTO payloads
SELECT i, 'order.created', payload_of(i) FROM generate_series(1, :rows) i;
CREATE TABLE free (id bigint GENERATED ALWAYS AS IDENTITY, type text NOT NULL, payload jsonb NOT NULL);
CREATE TABLE enforced (LIKE free INCLUDING ALL);
SELECT tenancy.register_event_schema('order.created', :'schema') AS version \gset
SELECT count(*) AS statements FROM tenancy.enforce_event_schemas('enforced') \gset
CREATE TABLE constrained (LIKE free INCLUDING ALL);
SELECT count(*) AS statements FROM tenancy.add_schema_constraint('constrained', :'schema') \gset

SELECT current_setting('data_directory') || '/events.copy' AS file, current_setting('data_directory') || '/types.copy' AS types_file \gset
COPY (SELECT type, payload FROM payloads) TO :'file';
SELECT array_agg(format('COPY %I (type, payload) FROM %L', name, :'file')) AS loads FROM unnest('{free,enforced,constrained}'::text[]) AS name \gset
CALL compare_loads(:'loads', 'TRUNCATE free, enforced, constrained', :rows, :rounds) \gset
SELECT name, round((:'best'::float8[])[i]::numeric) AS "ns a row", round((1e9 / (:'best'::float8[])[i])::numeric) AS "rows a second",
  round(((:'best'::float8[])[1] / (:'best'::float8[])[i])::numeric, 2) AS "rate to that without"
FROM (VALUES ('free', 1), ('enforce_event_schemas()', 2), ('add_schema_constraint()', 3)) AS v(name, i)
\pset title 'COPY'
\g

-- Many types, each with a schema of its own, events of all of them in turn.
SELECT count(tenancy.register_event_schema('type.' || i, jsonb_set(:'schema'::jsonb, '{title}', to_jsonb('type.' || i)))) AS registered FROM generate_series(1, :types) i \gset
COPY (SELECT 'type.' || id % :types + 1, payload FROM payloads WHERE id <= 200000) TO :'types_file';
COPY (SELECT type, payload FROM payloads WHERE id <= 200000) TO :'file';
SELECT array_agg(format('COPY enforced (type, payload) FROM %L', file)) AS loads FROM unnest(ARRAY[:'file', :'types_file']) AS file \gset
CALL compare_loads(:'loads', 'TRUNCATE enforced', 200000, :rounds) \gset
SELECT name, round((:'best'::float8[])[i]::numeric) AS "ns a row", round(((:'best'::float8[])[1] / (:'best'::float8[])[i])::numeric, 2) AS "rate to that of one"
FROM (VALUES ('one type', 1), (:types || ' types', 2)) AS v(name, i)
\pset title 'COPY, enforced'
\g
SELECT pg_size_pretty(bytes) AS "schemas in the cache", entries FROM tenancy.schema_cache_totals
\pset title 'The cache'
\g
