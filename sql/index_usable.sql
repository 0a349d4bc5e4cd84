-- index_usable(), beside what the planner does.
SET client_min_messages = warning;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE items (id int, flag boolean, flag_nn boolean NOT NULL, status text, code varchar(10), a int, b bigint, n numeric,
  nn int NOT NULL, payload jsonb, created timestamptz, day date, email text, mood mood, checked int CHECK (checked > 0));
INSERT INTO items SELECT i, CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END, i % 2 = 0, (ARRAY['open', 'done', 'x', 'y', NULL])[1 + i % 5], 'c' || i % 4,
  nullif(i % 13, 12), i % 11, i % 7 + 0.5, i % 10, jsonb_build_object('type', (ARRAY['x', 'y'])[1 + i % 2], 'k', i % 3), '2024-01-01'::timestamptz + i * interval '1 day',
  '2024-01-01'::date + i, (ARRAY['A', 'a', 'b', NULL, 'abc'])[1 + i % 5], (ARRAY['sad', 'ok', NULL]::mood[])[1 + i % 3], nullif(1 + i % 4, 4)
FROM generate_series(1, 400) i;
ANALYZE items;

-- What can be asked of an index with a predicate. What depends on the server's version is compared with
-- the planner, and not shown.
CREATE TABLE cases (no int GENERATED ALWAYS AS IDENTITY, predicate text, condition text, shown boolean DEFAULT true);
CREATE FUNCTION ask(predicate text, VARIADIC conditions text[]) RETURNS void LANGUAGE sql AS
  'INSERT INTO cases (predicate, condition) SELECT predicate, c FROM unnest(conditions) c';
SELECT ask('flag', 'flag', 'flag = true', 'true = flag', 'flag AND a = 1', 'NOT flag', 'flag IS NOT NULL', 'flag OR a = 1', 'flag <> false', 'NOT NOT flag');
SELECT ask('NOT flag', 'NOT flag', 'flag = false', 'flag <> true', 'flag');
SELECT ask('flag IS TRUE', 'flag IS TRUE');
SELECT ask('flag IS NOT NULL', 'flag', 'NOT flag', 'flag = true', 'flag IS NOT NULL', 'flag IS NULL');
SELECT ask('status = ''open''', 'status = ''open''', '''open'' = status', 'status IN (''open'')', 'status = ANY (''{open}'')', 'status IN (''open'', ''x'')', 'status = ''x''',
  'status LIKE ''open''', 'status LIKE ''ope%''', 'status = $1', 'status = ''open'' AND a = $1', 'status = ''open'' OR status = ''open''', 'status = ''open'' OR a = 1',
  'status = ''open'' AND (a = 1 OR b = 2)', 'upper(status) = ''OPEN''', 'status || '''' = ''open''', 'status = ''o'' || ''pen''', 'status = ''open''::varchar',
  'status = ''open'' COLLATE "C"', 'status IS NOT DISTINCT FROM ''open''', 'NOT status <> ''open''', 'status BETWEEN ''open'' AND ''open''', 'coalesce(status, '''') = ''open''');
SELECT ask('status <> ''done''', 'status <> ''done''', 'status = ''open''', 'status IN (''open'', ''x'')', 'status IN (''open'', ''done'')', 'status > ''done''', 'status < ''done''',
  'status = $1', 'status IS NOT NULL', 'status NOT IN (''done'')', 'status NOT IN (''done'', ''x'')', 'NOT status = ''done''', 'status IN (''open'', $1)');
SELECT ask('status IN (''open'', ''x'')', 'status = ''open''', 'status IN (''x'', ''open'')', 'status = ''open'' OR status = ''x''', 'status IN (''open'', ''x'', ''y'')', 'status <> ''done''');
SELECT ask('status = ''open'' OR status = ''x''', 'status = ''open''', 'status IN (''open'', ''x'')', 'status = ''open'' OR status = ''x'' OR a = 1', 'status = ''x'' AND a = 1');
SELECT ask('status = ''open'' AND a > 5', 'status = ''open'' AND a = 6', 'a = 6 AND id = 1 AND status = ''open''', 'status = ''open''', '(status = ''open'' AND a = 6) OR (status = ''open'' AND a = 7)');
SELECT ask('status NOT IN (''done'', ''x'')', 'status = ''open''', 'status NOT IN (''done'', ''x'')', 'status <> ''done'' AND status <> ''x''', 'status NOT IN (''done'', ''x'', ''y'')');
SELECT ask('a > 5', 'a > 5', 'a >= 6', 'a >= 5', 'a = 6', '5 < a', 'a > 5::bigint', 'a > 6::smallint', 'a > 10.0', 'a > 10::float8', 'a > $1', 'a = 6 OR a = 7', 'a IN (6, 7)', 'a IN (5, 6)',
  'a BETWEEN 6 AND 9', 'a > 3 AND a > 6', 'a + 0 > 6', 'a > 2 + 4', 'abs(a) > 6', 'a = ANY (ARRAY[6, 7])', 'a > b', 'a > b AND b > 6', 'NOT a <= 6', 'a::bigint > 6', 'a > 6 AND random() < 2');
SELECT ask('a < 5', 'a = 4', 'a IS NULL', 'a < 5 OR a IS NULL', 'a <= 4', 'a <= 5');
SELECT ask('n > 1.5', 'n > 2', 'n > 2::int', 'n = 1.6', 'n > 1.5', 'n > 1.5::float8');
SELECT ask('a IS NOT NULL', 'a = NULL', 'a IS NOT NULL AND b = NULL', 'a IS NOT NULL', 'a = 5', 'a <> 5', 'a > 1', 'a = $1', 'a IN (1, 2)', 'a = ANY ($1)', 'NOT a = 5', 'a + 1 = 5', 'a = b', 'coalesce(a, 0) = 5', 'a IS DISTINCT FROM 5', 'a IS NULL', 'a = 5 OR b = 5',
  'a = 5 OR a IS NOT NULL', 'CASE WHEN a = 5 THEN true END', 'abs(a) = 5', 'a BETWEEN 1 AND 2', 'a NOT IN (1, 2)', 'greatest(a, 1) = 5', 'a::text = ''5''', 'nullif(a, 1) = 5', '(a = 5) IS TRUE');
SELECT ask('a IS NULL', 'a IS NULL', 'a IS NOT DISTINCT FROM NULL', 'coalesce(a, -1) = -1', 'b = 1');
SELECT ask('email IS NOT NULL', 'email = ''a''', 'email LIKE ''a%''', 'email ~ ''a''', 'lower(email) = ''a''', 'email || ''x'' = ''ax''', 'concat(email) = ''a''', 'length(email) > 1');
SELECT ask('email LIKE ''a%''', 'email LIKE ''a%''', 'email LIKE ''ab%''', 'email = ''abc''', 'email ~~ ''a%''', 'starts_with(email, ''a'')');
SELECT ask('lower(email) = ''a''', 'lower(email) = ''a''', 'email = ''a''', 'lower(email) IN (''a'')', 'lower(email::text) = ''a''::text', 'lower(email) LIKE ''a''');
SELECT ask('code = ''c1''', 'code = ''c1''', 'code::text = ''c1''', 'code = ''c1''::varchar', 'code IN (''c1'')', 'code = ''c1''::bpchar');
SELECT ask('payload ->> ''type'' = ''x''', 'payload ->> ''type'' = ''x''', 'payload @> ''{"type": "x"}''', 'payload ->> ''type'' IN (''x'')', 'payload #>> ''{type}'' = ''x''', 'payload -> ''type'' = ''"x"''');
SELECT ask('payload @> ''{"type": "x"}''', 'payload @> ''{"type": "x"}''', 'payload @> ''{"type": "x", "k": 1}''', 'payload = ''{"type": "x"}''');
SELECT ask('payload ? ''k''', 'payload ? ''k''', 'payload ? ''k'' AND a = 1', 'payload ->> ''k'' = ''1''');
SELECT ask('created > ''2024-06-01 00:00+00''', 'created > ''2024-07-01 00:00+00''', 'created > ''2024-07-01''::timestamptz', 'created > ''2024-07-01''::date', 'created > ''2024-07-01''::timestamp', 'created > now()', 'created > $1',
  'created = ''2024-07-01 00:00+00''', 'created >= ''2024-06-01 00:00:01+00''');
SELECT ask('day > ''2024-06-01''', 'day > ''2024-07-01''', 'day > ''2024-07-01''::timestamp', 'day = current_date');
SELECT ask('mood = ''sad''', 'mood = ''sad''', 'mood IN (''sad'')', 'mood::text = ''sad''', 'mood <> ''ok''');
SELECT ask('mood <> ''sad''', 'mood = ''ok''', 'mood > ''sad''', 'mood IS NOT NULL');
SELECT ask('checked > 0', 'checked = 1', 'checked IS NOT NULL', 'id = 1');
SELECT ask('a > 5', 'a = nn AND nn = 7', 'a = b AND b = 7', 'a = b AND b = $1', 'a = b AND b = $1 AND a = 7', 'a = b AND a = 7', 'a = b AND b > 6', 'a = b AND b = nn AND nn = 7', 'nn = 7 AND a = b AND nn = b');
SELECT ask('a = nn', 'a = nn', 'nn = a', 'a = nn AND b = 1', 'a = nn AND nn = 7', 'a = nn AND a = b', 'a = b AND b = nn', 'a = nn OR a = nn AND b = 1', 'a = nn AND nn > 7', 'a = nn AND id = b', 'a = nn AND nn = $1');
SELECT ask('a IS NOT NULL', 'a = nn AND nn = 7', 'a = b AND b = nn', 'a = a');
SELECT ask('lower(email) = ''a''', 'lower(email) = status AND status = ''a''', 'lower(email) = lower(status) AND lower(status) = ''a''');
SELECT ask('a = a', 'a = a', 'a = a AND b = 1', 'a = 1');
SELECT ask('flag', 'flag AND false', 'flag AND NULL', 'flag AND a = NULL', 'flag AND 1 = 1');
SELECT ask('status IN (''open'', ''x'')', 'status IN (''open'', ''x'') OR status = ''open''', 'a = 1 AND (status IN (''open'', ''x'') OR b = 2 AND (status = ''x'' OR status IN (''open'', ''x'')))',
  'status IN (''open'', ''x'') OR status = ''y''');
SELECT ask('a = 1 OR b = 2', '(a = 1 OR b = 2) AND nn = 3 OR a = 1', '(a = 1 OR b = 2) AND nn = 3 OR nn = 1');
SELECT ask('nn >= 0', 'nn = 1', 'id = 1', 'nn = $1');
SELECT ask(format('a IN (%s)', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 100) i)), 'a = 7', 'a IN (7, 8)', 'a = 101');
SELECT ask(format('a IN (%s)', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 101) i)), 'a = 7', format('a IN (%s)', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 101) i)));
SELECT ask('a > 0', format('a IN (%s)', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 100) i)), format('a IN (%s)', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 101) i)),
  format('a IN (%s) OR a = 101', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 100) i)));
SELECT ask('a IS NOT NULL', format('a IN (%s)', (SELECT string_agg(i::text, ', ') FROM generate_series(1, 101) i)));
UPDATE cases SET shown = true;
INSERT INTO cases (predicate, condition, shown) VALUES
  ('flag', 'flag IS TRUE', false), ('flag', 'flag IS NOT FALSE', false), ('flag IS TRUE', 'flag', false), ('flag IS TRUE', 'flag = true', false), ('NOT flag', 'flag IS FALSE', false),
  ('NOT flag', 'flag IS NOT TRUE', false), ('flag IS FALSE', 'NOT flag', false), ('flag IS NOT TRUE', 'NOT flag', false), ('flag IS NOT FALSE', 'flag', false), ('flag IS NOT FALSE', 'flag IS TRUE', false),
  ('flag_nn', 'flag_nn IS TRUE', false), ('flag_nn', 'flag_nn IS NOT FALSE', false), ('flag IS NOT NULL', 'flag IS TRUE', false), ('flag IS NOT NULL', 'flag IS NOT UNKNOWN', false),
  ('nn IS NOT NULL', 'nn IS NOT NULL', false), ('nn IS NOT NULL', 'nn = 1', false), ('nn IS NOT NULL', 'id = 1', false), ('nn IS NOT NULL', 'nn = 1 AND nn IS NOT NULL', false),
  ('nn IS NOT NULL', 'nn IS NOT NULL OR id = 1', false), ('nn IS NOT NULL', 'nn IS NOT NULL OR nn = 1', false), ('nn IS NOT NULL', 'nn = 2 OR nn = 1', false);

-- The planner's answer: an index with nothing for its key, so that the predicate alone makes it worth it.
CREATE FUNCTION planned(condition text, relation text DEFAULT 'items', index text DEFAULT 'the_index') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  -- The statement is not planned for the values given: a parameter stays one.
  EXECUTE format('PREPARE query AS SELECT * FROM %I WHERE ', relation) || condition;
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) EXECUTE query' || CASE WHEN condition LIKE '%$1%' THEN '(NULL)' ELSE '' END LOOP
    IF line LIKE '%on ' || index || '%' OR line LIKE '%using ' || index || '%' THEN
      DEALLOCATE query;
      RETURN true;
    END IF;
  END LOOP;
  DEALLOCATE query;
  RETURN false;
END $$;
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET jit = off;
CREATE TABLE answers (no int, usable boolean, planned boolean, explained boolean, mended boolean, wrong_rows bigint);
CREATE FUNCTION answer_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  asked text;
  c record;
  e record;
  answer answers;
BEGIN
  FOR asked IN SELECT DISTINCT cases.predicate FROM cases LOOP
    EXECUTE format('CREATE INDEX the_index ON items (id) WHERE %s', asked);
    FOR c IN SELECT * FROM cases WHERE cases.predicate = asked LOOP
      answer := (c.no, tenancy.index_usable('the_index', c.condition), planned(c.condition), true, NULL, 0);
      FOR e IN SELECT * FROM tenancy.explain_index('the_index', c.condition) WHERE part <> 'key' LOOP
        answer.explained := answer.explained AND e.met;
        CONTINUE WHEN e.met;
        -- What the last rewriting promises.
        answer.mended := e.rewriting IS NOT NULL AND tenancy.index_usable('the_index', e.rewriting);
        CONTINUE WHEN c.condition LIKE '%$1%' OR c.condition LIKE '%random%' OR e.rewriting IS NULL;
        EXECUTE format('SELECT $1 + count(*) FROM items WHERE (%1$s) IS NOT TRUE AND (%2$s) OR %3$L AND (%1$s) AND (%2$s) IS NOT TRUE', c.condition, e.rewriting, e.same_rows)
          INTO answer.wrong_rows USING answer.wrong_rows;
      END LOOP;
      INSERT INTO answers VALUES (answer.*);
    END LOOP;
    DROP INDEX the_index;
  END LOOP;
END $$;
SELECT answer_all();

-- The matrix.
SELECT CASE WHEN length(predicate) > 60 THEN left(predicate, 50) || '...' || right(predicate, 6) ELSE predicate END AS predicate,
  CASE WHEN length(condition) > 80 THEN left(condition, 50) || '...' || right(condition, 14) ELSE condition END AS condition, usable
FROM cases JOIN answers USING (no) WHERE shown ORDER BY no;
-- The function and the planner agree; the explanation agrees; what it proposes is usable, and is of the
-- rows that it says. None of these has a row.
SELECT predicate, condition, usable, planned FROM cases JOIN answers USING (no) WHERE usable IS DISTINCT FROM planned ORDER BY no;
SELECT predicate, condition, usable, explained FROM cases JOIN answers USING (no) WHERE usable IS DISTINCT FROM explained ORDER BY no;
SELECT predicate, condition, wrong_rows FROM cases JOIN answers USING (no) WHERE wrong_rows > 0 ORDER BY no;
-- For these there is nothing to propose: they exclude the rows of the index, or are merged with others.
SELECT left(predicate, 30) AS predicate, condition FROM cases JOIN answers USING (no) WHERE NOT mended AND predicate <> 'nn IS NOT NULL' ORDER BY no;

-- An index without a predicate, and those that cannot be used yet.
CREATE INDEX whole ON items (id);
SELECT tenancy.index_usable('whole', 'a = 1'), tenancy.index_usable('whole', 'true');
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'whole'::regclass;
SELECT tenancy.index_usable('whole', 'a = 1');
UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'whole'::regclass;
SELECT tenancy.index_usable(NULL, 'a = 1') IS NULL AS no_index, tenancy.index_usable('whole', NULL) IS NULL AS no_condition;

-- What does not help: constraints of the table.
CREATE INDEX the_index ON items (id) WHERE checked > 0;
SELECT tenancy.index_usable('the_index', 'checked IS NOT NULL'), planned('checked IS NOT NULL');
DROP INDEX the_index;

-- What does: the policies for the current role, a condition that is not LEAKPROOF notwithstanding.
CREATE INDEX the_index ON items (id) WHERE status = 'open' AND a > 5;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY open_only ON items USING (status = 'open');
GRANT SELECT ON items TO regress_app;
SELECT tenancy.index_usable('the_index', 'a > 7'), planned('a > 7');
SET ROLE regress_app;
SELECT tenancy.index_usable('the_index', 'a > 7'), planned('a > 7');
SELECT tenancy.index_usable('the_index', 'a > 4'), planned('a > 4');
SELECT tenancy.index_usable('the_index', 'a > 7 AND email ~ ''a'''), planned('a > 7 AND email ~ ''a''');
SET row_security = off;
SELECT error_of($$SELECT tenancy.index_usable('the_index', 'a > 7')$$);
RESET row_security;
RESET ROLE;
-- A policy with a subquery.
CREATE POLICY looked_up ON items AS RESTRICTIVE USING (a IN (SELECT 7));
SET ROLE regress_app;
SELECT tenancy.index_usable('the_index', 'a > 7'), tenancy.index_usable('the_index', 'b > 7');
RESET ROLE;
DROP POLICY open_only ON items;
DROP POLICY looked_up ON items;
ALTER TABLE items DISABLE ROW LEVEL SECURITY;
DROP INDEX the_index;

-- Under row level security an equality that is not LEAKPROOF is not merged with others.
CREATE TABLE amounts (id int, n int[], m int[], a int, b int);
CREATE INDEX amounts_n ON amounts (id) WHERE n = m;
CREATE INDEX amounts_a ON amounts (id) WHERE a = b;
ALTER TABLE amounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY amounts_policy ON amounts USING (id > 0);
GRANT SELECT ON amounts TO regress_app;
SELECT tenancy.index_usable('amounts_n', 'n = m AND m = ''{7}'''), tenancy.index_usable('amounts_a', 'a = b AND b = 7');
SET ROLE regress_app;
SELECT tenancy.index_usable('amounts_n', 'n = m AND m = ''{7}'''), tenancy.index_usable('amounts_a', 'a = b AND b = 7');
SELECT planned('n = m AND m = ''{7}''', 'amounts', 'amounts_n'), planned('a = b AND b = 7', 'amounts', 'amounts_a');
RESET ROLE;
DROP TABLE amounts;

-- A column that is computed as it is read, from PostgreSQL 18 on, is what it is computed from.
DO $$ BEGIN
  EXECUTE 'CREATE TABLE computed (id int, a int, twice int GENERATED ALWAYS AS (a * 2) ' ||
    CASE WHEN current_setting('server_version_num')::int < 180000 THEN 'STORED)' ELSE 'VIRTUAL)' END;
END $$;
CREATE INDEX computed_index ON computed (id) WHERE a * 2 > 10;
SELECT tenancy.index_usable('computed_index', 'twice > 12') = planned('twice > 12', 'computed', 'computed_index') AS as_planned;
DROP TABLE computed;

-- One alternative of an OR by this index, the other by another index: of that alternative it is asked.
CREATE INDEX the_index ON items (id) WHERE flag;
CREATE INDEX other_index ON items (nn);
SELECT tenancy.index_usable('the_index', 'flag AND id = 3 OR nn = 5'), tenancy.index_usable('the_index', 'flag AND id = 3'), planned('flag AND id = 3 OR nn = 5');
DROP INDEX the_index, other_index;

-- Partitions: the condition is about the columns of the index's own table.
CREATE TABLE parts (id int, state text) PARTITION BY LIST (state);
CREATE TABLE parts_open PARTITION OF parts FOR VALUES IN ('open');
CREATE INDEX parts_index ON parts (id) WHERE id > 5;
SELECT indexrelid::regclass, tenancy.index_usable(indexrelid::regclass, 'id = 6'), tenancy.index_usable(indexrelid::regclass, 'id = 5')
FROM pg_index WHERE indrelid IN ('parts'::regclass, 'parts_open'::regclass) ORDER BY 1;
DROP TABLE parts;

-- Errors.
SELECT error_of($$SELECT tenancy.index_usable('items', 'a = 1')$$);
SELECT error_of($$SELECT tenancy.index_usable(0, 'a = 1')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', '')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', 'a')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', 'a = 1; DROP TABLE items')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', 'a = (SELECT 1)')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', 'count(*) = 1')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', 'generate_series(1, a) = 1')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', '$1 IS NULL')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', '$0 = 1')$$);
SELECT error_of($$SELECT tenancy.index_usable('whole', 'excluded.a = 1')$$);
SELECT tenancy.index_usable('whole', 'a = 1 AND nothing = 2');
-- Who may read no column of the table is told nothing of its indexes; who may read one is.
SET ROLE regress_stranger;
SELECT error_of($$SELECT tenancy.index_usable('whole', 'a = 1')$$);
SELECT error_of($$SELECT tenancy.explain_index('whole', 'a = 1')$$);
RESET ROLE;
GRANT SELECT (a) ON items TO regress_stranger;
SET ROLE regress_stranger;
SELECT tenancy.index_usable('whole', 'a = 1');
RESET ROLE;

RESET plan_cache_mode;
RESET enable_seqscan;
RESET jit;
DROP TABLE items, cases, answers;
DROP FUNCTION ask(text, text[]), planned(text, text, text), answer_all();
DROP TYPE mood;
