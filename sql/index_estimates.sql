-- What suggest_indexes() estimates of an index, beside what the index has once it is built: within
-- a factor of 2, for whatever distribution of keys.
SET client_min_messages = warning;
SET default_statistics_target = 100;
CREATE SCHEMA estimated;
SET search_path = estimated, public;
-- What is referred to; no row is needed, since no constraint is validated.
CREATE TABLE ints (a int PRIMARY KEY);
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE triples (a text, b int, c timestamptz, PRIMARY KEY (a, b, c));
CREATE TABLE texts (a text PRIMARY KEY);
CREATE TABLE numbers (a numeric PRIMARY KEY);
CREATE TABLE uuids (a uuid PRIMARY KEY);
CREATE TABLE times (a timestamptz PRIMARY KEY);
CREATE TABLE bigs (a bigint PRIMARY KEY);

-- A table of 25000 rows, few enough for ANALYZE to read all of them; the advice on it, carried out,
-- and how far off that was. The columns are named a, b, c; `keys`: foreign keys to add; `later`:
-- what is done once the table was analyzed.
CREATE FUNCTION distribution(name text, columns text, keys text[], indexes text[] DEFAULT '{}', later text DEFAULT NULL)
RETURNS TABLE(distribution text, kind text, statement text, rows_within_2 boolean, bytes_within_2 boolean) LANGUAGE plpgsql AS $$
DECLARE
  part text;
  advice record;
  built regclass;
  built_rows float8;
  built_bytes float8;
BEGIN
  EXECUTE format('CREATE TABLE t AS SELECT %s FROM generate_series(1, 25000) i', columns);
  FOREACH part IN ARRAY keys LOOP EXECUTE 'ALTER TABLE t ADD FOREIGN KEY ' || part || ' NOT VALID'; END LOOP;
  FOREACH part IN ARRAY indexes LOOP EXECUTE part; END LOOP;
  ANALYZE t;
  IF later IS NOT NULL THEN EXECUTE later; END IF;
  distribution := name;
  FOR advice IN SELECT * FROM tenancy.suggest_indexes('t') s WHERE s.statement LIKE 'CREATE%' ORDER BY s.statement LOOP
    EXECUTE advice.statement;
    SELECT c.oid, reltuples, pg_relation_size(c.oid) INTO built, built_rows, built_bytes
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 't'::regclass ORDER BY c.oid DESC LIMIT 1;
    kind := advice.kind;
    statement := substr(advice.statement, strpos(advice.statement, 'USING btree ') + 12);
    rows_within_2 := advice.estimated_rows BETWEEN built_rows / 2 AND built_rows * 2;
    bytes_within_2 := advice.estimated_bytes BETWEEN built_bytes / 2 AND built_bytes * 2;
    IF current_setting('estimated.show', true) = 'on' THEN
      statement := format('%s %s=%s %s=%s %s', statement, advice.estimated_rows, built_rows, advice.estimated_bytes, built_bytes, round((advice.estimated_bytes/built_bytes)::numeric, 2));
    END IF;
    RETURN NEXT;
  END LOOP;
  DROP TABLE t;
END $$;

SELECT * FROM distribution('distinct ints', 'i AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('distinct bigints', 'i::bigint * 1000000007 % 999999999989 AS a', '{(a) REFERENCES bigs}');
SELECT * FROM distribution('uniform ints, 2000 values', 'i * 7919 % 2000 AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('ints, nearly distinct', 'i * 7919 % 20000 AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('heavy duplicates', 'i % 5 AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('one value', '7 AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('skewed ints', '(25000 / i) AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('numerics', 'i / 7.0 AS a', '{(a) REFERENCES numbers}');
SELECT * FROM distribution('numerics, 100 values', '(i % 100)::numeric AS a', '{(a) REFERENCES numbers}');
SELECT * FROM distribution('text of varying width', 'repeat(md5(i::text), 1 + i % 3) || i AS a', '{(a) REFERENCES texts}');
SELECT * FROM distribution('short text', 'chr(97 + i % 26) || i AS a', '{(a) REFERENCES texts}');
SELECT * FROM distribution('long text', 'md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text) || md5((i + 3)::text) || md5((i + 4)::text) AS a', '{(a) REFERENCES texts}');
SELECT * FROM distribution('text, 300 values', 'md5((i % 300)::text) AS a', '{(a) REFERENCES texts}');
SELECT * FROM distribution('uuid', 'md5(i::text)::uuid AS a', '{(a) REFERENCES uuids}');
SELECT * FROM distribution('uuid, 3 rows each', 'md5((i / 3)::text)::uuid AS a', '{(a) REFERENCES uuids}');
SELECT * FROM distribution('timestamps', 'timestamptz ''2026-01-01'' + i * interval ''37 seconds'' AS a', '{(a) REFERENCES times}');
SELECT * FROM distribution('timestamps of days', 'timestamptz ''2026-01-01'' + i / 100 * interval ''1 day'' AS a', '{(a) REFERENCES times}');
SELECT * FROM distribution('some null', 'CASE WHEN i % 3 = 0 THEN i END AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('mostly null', 'CASE WHEN i % 20 = 0 THEN i END AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('mostly null, duplicates', 'CASE WHEN i % 20 = 0 THEN i % 100 END AS a, i AS b', '{}', '{CREATE INDEX ON t (a)}');
SELECT * FROM distribution('mostly null text', 'CASE WHEN i % 7 = 0 THEN ''user'' || i || ''@example.com'' END AS a, i AS b', '{}', ARRAY['CREATE INDEX ON t (a, b)']);
SELECT * FROM distribution('composite, independent', 'i % 500 AS a, i / 500 AS b', ARRAY['(a, b) REFERENCES pairs']);
SELECT * FROM distribution('composite, correlated', 'i % 500 AS a, i % 500 * 3 AS b', ARRAY['(a, b) REFERENCES pairs']);
SELECT * FROM distribution('composite, correlated, extended statistics', 'i % 500 AS a, i % 500 * 3 AS b', ARRAY['(a, b) REFERENCES pairs'],
  ARRAY['CREATE STATISTICS s (ndistinct) ON a, b FROM t']);
SELECT * FROM distribution('composite of three types', 'md5((i % 50)::text) AS a, i AS b, timestamptz ''2026-01-01'' + i * interval ''1 hour'' AS c', ARRAY['(a, b, c) REFERENCES triples']);
SELECT * FROM distribution('composite, some null', 'CASE WHEN i % 2 = 0 THEN i % 100 END AS a, CASE WHEN i % 3 = 0 THEN i END AS b', ARRAY['(a, b) REFERENCES pairs']);
SELECT * FROM distribution('skewed boolean', 'i AS id, i % 50 = 0 AS done', '{}');
SELECT * FROM distribution('skewed boolean, half of them unknown', 'i AS id, CASE WHEN i % 2 = 0 THEN i % 40 <> 0 END AS done', '{}');
SELECT * FROM distribution('status', 'i AS id, CASE WHEN i % 20 = 0 THEN ''open'' WHEN i % 20 = 1 THEN ''failed'' ELSE ''done'' END AS status', '{}');
SELECT * FROM distribution('status, several common ones', 'i AS id, CASE WHEN i % 100 = 0 THEN ''open'' WHEN i % 100 = 1 THEN ''failed'' WHEN i % 2 = 0 THEN ''done'' ELSE ''gone'' END AS status', '{}');
SELECT * FROM distribution('status as a number', 'i AS id, CASE WHEN i % 10 = 0 THEN i % 7 ELSE 9 END AS status', '{}');
SELECT * FROM distribution('tiny fraction', 'i AS id, i % 5000 = 0 AS broken, CASE WHEN i % 2500 <> 0 THEN timestamptz ''2026-01-01'' END AS sent_at', '{}');
SELECT * FROM distribution('soft-deleted', 'i AS id, ''user'' || i || ''@example.com'' AS email, CASE WHEN i % 5 <> 0 THEN timestamptz ''2026-01-01'' + i * interval ''1 minute'' END AS deleted_at', '{}',
  '{CREATE UNIQUE INDEX ON t (email),CREATE INDEX ON t (lower(email)),CREATE INDEX ON t (id) INCLUDE (email)}');
SELECT * FROM distribution('soft-deleted, duplicates', 'i % 300 AS id, i % 2 = 0 AS is_deleted', '{}', '{CREATE INDEX ON t (id)}');
SELECT * FROM distribution('half one value, half distinct', 'CASE WHEN i % 2 = 0 THEN 0 ELSE i END AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('nearly all null', 'CASE WHEN i % 1000 = 0 THEN i END AS a', '{(a) REFERENCES ints}');
SELECT * FROM distribution('floats, no two as one', '(i % 10)::float8 AS a, i % 3 = 0 AS is_deleted', '{}', '{CREATE INDEX ON t (a)}');
-- Some minor releases deduplicate character(n), and some do not: worth it on either.
SELECT * FROM distribution('padded text', 'md5((i % 400)::text)::char(60) AS a, i % 7 < 5 AS is_deleted', '{}', '{CREATE INDEX ON t (a)}');
SELECT * FROM distribution('jsonb and arrays', 'jsonb_build_object(''a'', i, ''b'', md5(i::text)) AS a, ARRAY[i, i + 1, i % 7] AS b, i % 3 = 0 AS is_deleted', '{}',
  '{CREATE INDEX ON t (a),CREATE INDEX ON t (b)}');
SELECT * FROM distribution('wide text', 'repeat(md5(i::text), 10) AS a, i % 3 = 0 AS is_deleted', '{}', '{CREATE INDEX ON t (a)}');
SELECT * FROM distribution('fillfactor', 'i AS a, i % 3 = 0 AS is_deleted', '{}', '{CREATE INDEX ON t (a) WITH (fillfactor = 10)}');
SELECT * FROM distribution('duplicates, each kept as its own', 'i % 7 AS a, i % 3 = 0 AS is_deleted', '{}', '{CREATE INDEX ON t (a) WITH (deduplicate_items = off)}');
-- The table is ten times as large by then.
SELECT * FROM distribution('grown', 'i AS a, i % 100 = 0 AS done, i % 3 = 0 AS is_deleted', '{}', '{CREATE INDEX ON t (a)}',
  'INSERT INTO t SELECT i, i % 100 = 0, i % 3 = 0 FROM generate_series(25001, 250000) i');

RESET search_path;
DROP SCHEMA estimated CASCADE;
RESET default_statistics_target;
