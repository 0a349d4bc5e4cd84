-- Advice on all tables of a database: see bench/index_advice, which makes them.
--   psql -v rounds=5
\set ON_ERROR_STOP 1
\pset footer off
SET client_min_messages = warning;
SET jit = off;
-- So many that an index which no query used is unused.
SET synchronous_commit = off;
DO $$ BEGIN FOR i IN 1..10000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$;
VACUUM (ANALYZE);

-- The best time of a statement in milliseconds, and how many rows it gives.
CREATE FUNCTION measure(statement text, rounds int, OUT rows bigint, OUT ms numeric) LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz;
  best float8 := 'infinity';
BEGIN
  FOR round IN 1..rounds LOOP
    began := clock_timestamp();
    EXECUTE statement INTO rows;
    best := least(best, extract(epoch FROM clock_timestamp() - began) * 1000);
  END LOOP;
  ms := round(best::numeric);
END $$;

SELECT count(*) AS tables FROM pg_class WHERE relnamespace = 'many'::regnamespace AND relkind = 'r' AND relname <> 'parents' \gset
SELECT 'empty tables, suggest_indexes()' AS what, m.* FROM measure('SELECT count(*) FROM tenancy.suggest_indexes()', :rounds) m
UNION ALL
SELECT 'empty tables, index_foreign_keys()', m.* FROM measure('SELECT count(*) FROM tenancy.index_foreign_keys()', :rounds) m
\set title :tables ' tables, two indexes each'
\pset title :title
\g

-- The same tables with the statistics of a large one, which are worth looking at, and advice on each.
CREATE TABLE model (id int PRIMARY KEY, parent_id int, status text, done boolean, deleted_at timestamptz, note text);
INSERT INTO model SELECT i, i % 1000, CASE WHEN i % 100 = 0 THEN 'open' ELSE 'done' END, i % 200 = 0, NULL, 'note ' || md5(i::text) FROM generate_series(1, 30000) i;
ANALYZE model;
SET allow_system_table_mods = on;
DELETE FROM pg_statistic s USING pg_class c WHERE c.oid = s.starelid AND c.relnamespace = 'many'::regnamespace;
SELECT format('INSERT INTO pg_statistic (starelid, %1$s) SELECT c.oid, %1$s FROM pg_class c, pg_statistic s
    WHERE c.relnamespace = ''many''::regnamespace AND c.relkind = ''r'' AND c.relname <> ''parents'' AND s.starelid = ''model''::regclass',
  string_agg(quote_ident(attname), ', ')) FROM pg_attribute WHERE attrelid = 'pg_statistic'::regclass AND attnum > 0 AND attname <> 'starelid' \gexec
UPDATE pg_class c SET reltuples = m.reltuples, relpages = m.relpages FROM pg_class m
WHERE m.oid = 'model'::regclass AND c.relnamespace = 'many'::regnamespace AND c.relkind = 'r';
RESET allow_system_table_mods;
VACUUM pg_class, pg_statistic;
SELECT 'large tables, suggest_indexes()' AS what, m.* FROM measure('SELECT count(*) FROM tenancy.suggest_indexes()', :rounds) m
UNION ALL
SELECT 'large tables, advice on one of them', m.* FROM measure('SELECT count(*) FROM tenancy.suggest_indexes(''many.t1'')', :rounds) m
\set title :tables ' tables with statistics of 30,000 rows each'
\pset title :title
\g
