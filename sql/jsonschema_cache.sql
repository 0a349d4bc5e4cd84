-- The cache of compiled schemas: tenancy.schema_cache_size, and the views that show it.
-- What is set before the module is loaded counts.
SET tenancy.schema_cache_size = '1MB';
SELECT * FROM tenancy.schema_cache;
SHOW tenancy.schema_cache_size;
RESET tenancy.schema_cache_size;
SHOW tenancy.schema_cache_size;
SELECT name, setting, unit, context, vartype, min_val FROM pg_settings WHERE name = 'tenancy.schema_cache_size';
SELECT * FROM tenancy.schema_cache_totals;

-- A statement looks once, however many rows it has; the type's input has looked before.
SELECT count(*) FROM generate_series(1, 1000) i WHERE tenancy.jsonb_matches_schema('{"minimum": 900}', to_jsonb(i));
SELECT entries, misses, compilations, evictions FROM tenancy.schema_cache_totals;
SELECT hits FROM tenancy.schema_cache_totals \gset before_
SELECT count(*) FROM generate_series(1, 1000) i WHERE tenancy.jsonb_matches_schema('{"minimum": 900}', to_jsonb(i));
SELECT entries, hits - :before_hits BETWEEN 1 AND 9 AS few_hits, misses, compilations, evictions FROM tenancy.schema_cache_totals;
-- With formats asserted, and for reports, it is compiled once more; for reports only if there is something to report.
SELECT tenancy.jsonb_matches_schema('{"minimum": 900}', '1', assert_format => true);
SELECT count(*) FROM tenancy.jsonschema_validation_errors('{"minimum": 900}', '900');
SELECT recency, schema, assert_format, purpose, hits > 0 AS hits, bytes > 100 AS bytes, compile_time > 0 AS compile_time FROM tenancy.schema_cache ORDER BY recency;
SELECT count(*) FROM tenancy.jsonschema_validation_errors('{"minimum": 900}', '1');
SELECT recency, schema, assert_format, purpose, hits > 0 AS hits FROM tenancy.schema_cache ORDER BY recency;
SELECT t.entries = c.entries AND t.bytes = c.bytes AND t.limit_bytes = 65536 * 1024 AND t.compile_time >= c.compile_time AND t.compilations = t.misses AS consistent
FROM tenancy.schema_cache_totals t, (SELECT count(*) AS entries, sum(bytes) AS bytes, sum(compile_time) - 0.001 AS compile_time FROM tenancy.schema_cache) c;

-- The text of a schema is for those who may read everybody's statistics: a session compiles for others, too.
SET ROLE regress_app;
SELECT recency, schema, purpose FROM tenancy.schema_cache ORDER BY recency;
RESET ROLE;
GRANT pg_read_all_stats TO regress_app;
SET ROLE regress_app;
SELECT recency, schema, purpose FROM tenancy.schema_cache ORDER BY recency;
SET tenancy.schema_cache_size = '32MB';
RESET tenancy.schema_cache_size;
RESET ROLE;
REVOKE pg_read_all_stats FROM regress_app;

-- Bounded: the least recently used go first.
CREATE FUNCTION compiles(schema text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE before bigint;
BEGIN
  SELECT compilations INTO before FROM tenancy.schema_cache_totals;
  PERFORM schema::tenancy.jsonschema;
  RETURN (SELECT compilations - before FROM tenancy.schema_cache_totals);
END $$;
SET tenancy.schema_cache_size = '100kB';
SELECT sum(compiles(format('{"title": "%s", "minimum": %s}', repeat('x', 1000), i))) FROM generate_series(1, 1000) i;
SELECT entries BETWEEN 10 AND 100 AS entries, bytes BETWEEN 90000 AND limit_bytes AS bytes, limit_bytes, evictions + entries = compilations AS consistent FROM tenancy.schema_cache_totals;
SELECT recency, right(schema, 18) FROM tenancy.schema_cache WHERE recency <= 3;
SELECT compiles(format('{"title": "%s", "minimum": 1000}', repeat('x', 1000))) AS newest, compiles(format('{"title": "%s", "minimum": 1}', repeat('x', 1000))) AS oldest;
-- Whoever is used again stays.
SELECT sum(compiles('{"title": "used"}') + 0 * compiles(format('{"title": "%s", "maximum": %s}', repeat('x', 1000), i))) AS once FROM generate_series(1, 1000) i;
-- One that is larger than the cache is used, but not kept, and costs no other its place.
SELECT entries, evictions FROM tenancy.schema_cache_totals \gset before_
SELECT count(*) FROM generate_series(1, 3) i WHERE tenancy.jsonb_matches_schema(('{"title": "' || repeat('x', 200000) || '", "minimum": 2}')::tenancy.jsonschema, to_jsonb(i));
SELECT entries - :before_entries AS entries, evictions - :before_evictions AS evictions FROM tenancy.schema_cache_totals;
-- None at all: what a statement holds it keeps.
SET tenancy.schema_cache_size = 0;
SELECT entries, bytes, limit_bytes FROM tenancy.schema_cache_totals;
SELECT count(*) FROM generate_series(1, 1000) i WHERE tenancy.jsonb_matches_schema('{"minimum": 900}', to_jsonb(i));
SELECT compiles('true') AS each_time, compiles('true') AS each_other_time;
SELECT entries, bytes FROM tenancy.schema_cache_totals;
-- It can be set for a transaction; what has gone does not come back.
RESET tenancy.schema_cache_size;
SELECT compiles('{"minimum": 1}') AS first, compiles('{"minimum": 1}') AS again;
BEGIN;
SET LOCAL tenancy.schema_cache_size = 0;
ROLLBACK;
SHOW tenancy.schema_cache_size;
SELECT entries FROM tenancy.schema_cache_totals;
SELECT left(error_of($$SET tenancy.schema_cache_size = -1$$), 5);
-- A cursor keeps what the cache lets go.
BEGIN;
DECLARE held CURSOR FOR SELECT i, tenancy.jsonb_matches_schema('{"multipleOf": 2}', to_jsonb(i)) FROM generate_series(1, 4) i;
FETCH 2 FROM held;
SET LOCAL tenancy.schema_cache_size = 0;
FETCH 2 FROM held;
COMMIT;

-- A program in use grows, where a pattern turns out to need more; it is counted again.
SET tenancy.schema_cache_size = 0;
RESET tenancy.schema_cache_size;
CREATE FUNCTION padded(padding int) RETURNS tenancy.jsonschema LANGUAGE sql AS $$ SELECT format('{"title": "%s", "pattern": "(a+)+(?!a)$"}', repeat('x', padding))::tenancy.jsonschema $$;
SELECT padded(0) IS NOT NULL AS compiled;
SELECT 1014 - bytes % 1024 + 1024 AS padding FROM tenancy.schema_cache \gset
SELECT padded(:padding) IS NOT NULL AS compiled;
SELECT bytes, bytes % 1024 AS rest, bytes / 1024 + 1 AS kilobytes FROM tenancy.schema_cache WHERE recency = 1 \gset before_
SELECT :before_rest BETWEEN 1000 AND 1020 AS hardly_fits;
SELECT set_config('tenancy.schema_cache_size', :'before_kilobytes' || 'kB', false) IS NOT NULL AS is_set;
SELECT entries, bytes = :before_bytes AS fits, evictions AS evictions FROM tenancy.schema_cache_totals \gset before_
SELECT :before_entries AS entries, :'before_fits' AS fits;
SELECT tenancy.jsonb_matches_schema(padded(:padding), to_jsonb(repeat('a', 12) || 'b'));
SELECT c.bytes > :before_bytes AS grown, c.bytes = t.bytes AS consistent, t.bytes > t.limit_bytes AS too_large FROM tenancy.schema_cache c, tenancy.schema_cache_totals t;
SELECT padded(:padding) IS NOT NULL AS used_again;
SELECT entries, evictions - :before_evictions AS evictions FROM tenancy.schema_cache_totals;
RESET tenancy.schema_cache_size;
DROP FUNCTION padded(int);

-- A savepoint that is rolled back takes nothing along: what is compiled depends on nothing but its text.
BEGIN;
SAVEPOINT s;
SELECT compiles('{"title": "in a savepoint"}');
SELECT tenancy.jsonb_matches_schema('{"title": "in a savepoint"}', (1 / 0)::text::jsonb);
ROLLBACK TO s;
SELECT compiles('{"title": "in a savepoint"}');
COMMIT;

-- Workers have the setting, and a cache each.
CREATE TABLE numbers AS SELECT i FROM generate_series(1, 20000) i;
ANALYZE numbers;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SET tenancy.schema_cache_size = '123kB';
EXPLAIN (COSTS OFF) SELECT count(*), min(current_setting('tenancy.schema_cache_size')), max(current_setting('tenancy.schema_cache_size'))
FROM numbers WHERE tenancy.jsonb_matches_schema('{"multipleOf": 5}', to_jsonb(i));
SELECT count(*), min(current_setting('tenancy.schema_cache_size')), max(current_setting('tenancy.schema_cache_size'))
FROM numbers WHERE tenancy.jsonb_matches_schema('{"multipleOf": 5}', to_jsonb(i));
RESET parallel_leader_participation;
RESET max_parallel_workers_per_gather;
RESET min_parallel_table_scan_size;
RESET parallel_tuple_cost;
RESET parallel_setup_cost;
RESET tenancy.schema_cache_size;
DROP TABLE numbers;

-- Errors leave nothing behind: no entry, and no memory, of which the kernel says how much this process has.
CREATE FUNCTION resident_kilobytes() RETURNS bigint LANGUAGE sql AS
  $$ SELECT substring(pg_read_file('/proc/self/status') FROM 'VmRSS:\s+(\d+)')::bigint $$;
CREATE FUNCTION refuse(times int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE refused int := 0;
BEGIN
  FOR i IN 1..times LOOP
    BEGIN
      PERFORM format('{"title": "%s", "pattern": "^[a-z]+x*$", "enum": ["a", 1, {"b": [1e400]}], "minimum": "%s"}', repeat('x', 5000), i)::tenancy.jsonschema;
    EXCEPTION WHEN invalid_parameter_value THEN refused := refused + 1;
    END;
    BEGIN
      PERFORM tenancy.jsonb_matches_schema('{"type": "object", "pattern": "^(a+)+(?!a)$"}', to_jsonb(repeat('a', 100) || i::text)) OR 1 / 0 = 1;
    EXCEPTION WHEN division_by_zero THEN refused := refused + 1;
    END;
  END LOOP;
  RETURN refused;
END $$;
SELECT refuse(500);
SELECT entries, bytes, compilations FROM tenancy.schema_cache_totals \gset before_
SELECT resident_kilobytes() AS kilobytes \gset before_
SELECT refuse(5000);
SELECT entries - :before_entries AS entries, bytes - :before_bytes AS bytes, compilations - :before_compilations AS compilations FROM tenancy.schema_cache_totals;
SELECT resident_kilobytes() - :before_kilobytes < 4000 AS no_growth;

-- Nor does a compilation that is cancelled.
CREATE TABLE large AS SELECT format('{"properties": {%s}}', string_agg(format('"%s": {"pattern": "^(a|b)*%s", "enum": [%s, "%s"]}', i, i, i, i), ',')) AS schema FROM generate_series(1, 50000) i;
SET tenancy.schema_cache_size = 0;
SELECT compiles(schema) FROM large;
SELECT entries, compilations, misses FROM tenancy.schema_cache_totals \gset before_
SELECT resident_kilobytes() AS kilobytes \gset before_
SET statement_timeout = '20ms';
SELECT schema::tenancy.jsonschema FROM large;
SELECT schema::tenancy.jsonschema FROM large;
SELECT schema::tenancy.jsonschema FROM large;
SELECT schema::tenancy.jsonschema FROM large;
SELECT schema::tenancy.jsonschema FROM large;
RESET statement_timeout;
SELECT resident_kilobytes() - :before_kilobytes < 4000 AS no_growth;
SELECT entries - :before_entries AS entries, compilations - :before_compilations AS compilations, misses - :before_misses AS misses FROM tenancy.schema_cache_totals;
-- Nor does one that finds no more memory, once the allocator has what it keeps: a limit is set for this process by a child of it. Then the same one runs to its end.
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; prlimit --pid $PPID --as=$(( $(sed -n "s/VmSize:[^0-9]*\([0-9]*\).*/\1/p" /proc/$PPID/status) * 1024 + 8000000 )):';
SELECT e FROM generate_series(1, 5), error_of('SELECT schema::tenancy.jsonschema FROM large') e WHERE e !~ '^DETAIL';
SELECT resident_kilobytes() AS kilobytes \gset before_
SELECT count(e) FROM generate_series(1, 30), error_of('SELECT schema::tenancy.jsonschema FROM large') e WHERE e ~ '^53200';
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; prlimit --pid $PPID --as=unlimited:';
SELECT resident_kilobytes() - :before_kilobytes < 4000 AS no_growth;
SELECT compiles(schema) FROM large;
RESET tenancy.schema_cache_size;

DROP TABLE large;
DROP FUNCTION compiles(text), refuse(int), resident_kilobytes();
