-- The type jsonschema: casts, equality, order, binary form; and the calls that its casts allow.

-- Kept as it was given, byte by byte.
SELECT E' {\n"b" : 1.0,\t"a":[ ]}\n'::tenancy.jsonschema;
SELECT '{"b": 1.0, "a": []}'::json::tenancy.jsonschema, '{"b": 1.0, "a": []}'::jsonb::tenancy.jsonschema;
-- As a part of a document it is a document.
SELECT to_jsonb(s), to_json(s), row_to_json(r), jsonb_build_object('schema', s) FROM (SELECT '{"b": 1.0,  "a": []}'::tenancy.jsonschema AS s) AS r;
SELECT '{"b": 1.0,  "a": []}'::tenancy.jsonschema::text, '{"b": 1.0,  "a": []}'::tenancy.jsonschema::json, '{"b": 1.0,  "a": []}'::tenancy.jsonschema::jsonb;
SELECT format('%s to %s: %s', castsource::regtype, casttarget::regtype, castcontext) FROM pg_cast
WHERE 'tenancy.jsonschema'::regtype IN (castsource, casttarget) ORDER BY 1;
CREATE TEMP TABLE taken (a json, b jsonb, c text, d tenancy.jsonschema);
INSERT INTO taken SELECT s, s, s, s FROM (SELECT '{"b": 1.0,  "a": []}'::tenancy.jsonschema) AS v(s);
INSERT INTO taken SELECT a, b, c, a FROM taken;
SELECT * FROM taken;
-- Not from text, which would let any function take any text for a schema.
SELECT error_of($$SELECT tenancy.jsonb_matches_schema('{}'::text, '1')$$);
SELECT '{"type": "null"}'::text::tenancy.jsonschema;
SELECT error_of($$SELECT '{"type": "nul"}'::text::tenancy.jsonschema$$);

-- Equality is that of the text; documents are compared as jsonb.
SET search_path = public, tenancy;
CREATE TABLE schemas (id int, schema jsonschema);
INSERT INTO schemas VALUES (1, '{"type": "object"}'), (2, '{"type":"object"}'), (3, 'true'), (4, '{"type": "object"}'), (5, NULL), (6, 'false'), (7, '{"title": "é"}');
SELECT a.id, b.id, a.schema = b.schema AS eq, a.schema <> b.schema AS ne, a.schema < b.schema AS lt, a.schema <= b.schema AS le,
  a.schema > b.schema AS gt, a.schema >= b.schema AS ge, sign(jsonschema_cmp(a.schema, b.schema)) AS cmp, a.schema::jsonb = b.schema::jsonb AS document
FROM schemas a, schemas b WHERE a.id = 1 AND b.id IN (2, 3, 4) OR a.id = 6 AND b.id = 3 ORDER BY 1, 2;
RESET search_path;
SELECT DISTINCT schema FROM schemas ORDER BY schema;
SELECT schema, count(*) FROM schemas GROUP BY schema ORDER BY schema DESC;
SELECT schema FROM schemas UNION SELECT 'true' ORDER BY 1;
-- By hashing, by sorting and by merging alike.
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT schema FROM schemas GROUP BY schema;
SELECT count(*) FROM (SELECT schema FROM schemas GROUP BY schema) AS g;
RESET enable_sort;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT schema FROM schemas GROUP BY schema) AS g;
RESET enable_hashagg;
SET enable_nestloop = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM schemas a JOIN schemas b ON a.schema OPERATOR(tenancy.=) b.schema;
SELECT count(*) FROM schemas a JOIN schemas b ON a.schema OPERATOR(tenancy.=) b.schema;
RESET enable_mergejoin;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM schemas a JOIN schemas b ON a.schema OPERATOR(tenancy.=) b.schema;
SELECT count(*) FROM schemas a JOIN schemas b ON a.schema OPERATOR(tenancy.=) b.schema;
RESET enable_nestloop;
RESET enable_hashjoin;
-- Indexes, also on values that are stored compressed.
INSERT INTO schemas SELECT i, ('{"title": "' || repeat('x', 5000) || i % 2 || '"}')::tenancy.jsonschema FROM generate_series(8, 11) i;
SELECT count(*), count(DISTINCT schema) FROM schemas WHERE id > 7;
CREATE INDEX by_hash ON schemas USING hash (schema);
CREATE UNIQUE INDEX by_bytes ON schemas (schema) WHERE id < 4;
SELECT error_of($$INSERT INTO schemas VALUES (0, 'true')$$);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM schemas WHERE schema OPERATOR(tenancy.=) '{"type": "object"}';
SELECT id FROM schemas WHERE schema OPERATOR(tenancy.=) '{"type": "object"}' ORDER BY id;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT tenancy.jsonschema_hash('true') = hashtext('true') AS hash, tenancy.jsonschema_hash_extended('true', 1) = hashtextextended('true', 1) AS extended;
SELECT amname, amvalidate(o.oid) FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod WHERE opcintype = 'tenancy.jsonschema'::regtype ORDER BY 1;

-- json has no equality of its own.
SET search_path = public, tenancy;
SELECT '{"a": 1}'::json = '{"a": 1}'::json AS same_text, '{"a": 1}'::json = '{"a":1}'::json AS other_text, '{"a": 1}'::jsonb = '{"a":1}' AS jsonb;
RESET search_path;

-- The binary form is the text's.
SELECT tenancy.jsonschema_send('{"title": "é"}') = textsend('{"title": "é"}') AS the_same;
CREATE TABLE sent (schema tenancy.jsonschema);
CREATE TABLE sent_text (schema text);
INSERT INTO sent VALUES ('{ "title": "é" }');
INSERT INTO sent_text VALUES ('{"type": 1}');
COPY sent TO PROGRAM 'cat > regress_jsonschema_type' (FORMAT binary);
COPY sent FROM PROGRAM 'cat regress_jsonschema_type' (FORMAT binary);
COPY sent_text FROM PROGRAM 'cat regress_jsonschema_type' (FORMAT binary);
SELECT schema, (SELECT count(*) FROM sent_text t WHERE t.schema = s.schema::text) FROM sent s;
DELETE FROM sent_text WHERE schema ~ 'title';
COPY sent_text TO PROGRAM 'cat > regress_jsonschema_type' (FORMAT binary);
SELECT error_of($$COPY sent FROM PROGRAM 'cat regress_jsonschema_type; rm regress_jsonschema_type' (FORMAT binary)$$);

-- Asked whether a text is one, from PostgreSQL 16 on, it answers.
CREATE FUNCTION is_valid_input(t text, wanted bool) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE answer bool;
BEGIN
  IF current_setting('server_version_num')::int < 160000 THEN RETURN wanted; END IF;
  EXECUTE 'SELECT pg_input_is_valid($1, ''tenancy.jsonschema'')' INTO answer USING t;
  RETURN answer;
END $$;
SELECT t, is_valid_input(t, wanted) = wanted AS right FROM (VALUES ('{}', true), ('{', false), ('{"type": 1}', false), ('{"$ref": "#/x"}', false)) AS v(t, wanted);

-- pg_jsonschema's calls, with literals, casts and columns of each type.
SET search_path = public, tenancy;
SELECT jsonb_matches_schema('{"type": "object"}', '{}') AS a, jsonb_matches_schema('{"type": "object"}'::json, '[]') AS b,
  jsonb_matches_schema('{"type": "object"}'::json, '{}'::jsonb) AS c, jsonb_matches_schema(schema := '{"maxLength": 4}', instance := '"12345"') AS d;
SELECT json_matches_schema('{"type": "object"}', '{}') AS a, json_matches_schema('{"type": "object"}'::json, '[]') AS b,
  json_matches_schema('{"type": "object"}'::json, '{}'::json) AS c, json_matches_schema(schema := '{"maxLength": 4}', instance := '"12345"') AS d;
SELECT jsonschema_is_valid('{"type": "object"}') AS a, jsonschema_is_valid('{"type": "objec"}') AS b, jsonschema_is_valid('{"type": "object"}'::json) AS c,
  jsonschema_is_valid('{"type": "objec"}'::json) AS d, jsonschema_is_valid(schema := '{"type": 1}'::jsonb) AS e, jsonschema_is_valid('true'::jsonb) AS f;
CREATE TEMP TABLE both_types (s json, sb jsonb, i json, ib jsonb);
INSERT INTO both_types SELECT s, s::jsonb, i, i::jsonb FROM (VALUES ('{"type": "integer"}'::json, '1'::json), ('{"type": "integer"}', '"x"'), ('{"minimum": 2.5}', '2.50')) AS v(s, i);
SELECT jsonb_matches_schema(s, ib), jsonb_matches_schema(sb, ib), json_matches_schema(s, i), json_matches_schema(sb, i), jsonschema_is_valid(s), jsonschema_is_valid(sb) FROM both_types;
PREPARE matching(json, jsonb) AS SELECT jsonb_matches_schema($1, $2), jsonschema_is_valid($1);
EXECUTE matching('{"type": "integer"}', '1');
EXECUTE matching('{"type": "integer"}', '1.5');
CREATE TABLE customers (metadata json, settings jsonb,
  CHECK (json_matches_schema('{"properties": {"tags": {"items": {"maxLength": 16}}}}', metadata)),
  CHECK (jsonb_matches_schema('{"type": "object"}'::json, settings)));
RESET search_path;
INSERT INTO customers VALUES ('{"tags": ["vip", "darkmode-ui"]}', '{}'), (NULL, NULL);
SELECT error_of($$INSERT INTO customers VALUES ('{"tags": ["a tag that is far too long"]}', '{}')$$);
SELECT error_of($$INSERT INTO customers VALUES ('{"tags": [1, 3]}', '[]')$$);

-- json is read as its cast to jsonb reads it.
SELECT tenancy.json_matches_schema('{"properties": {"a": {"const": 2}}, "maxProperties": 1}', ' {"a" : 1, "a": 2.0} ');
SELECT error_of($$SELECT tenancy.json_matches_schema('true', '"\u0000"')$$);
SELECT error_of($$SELECT tenancy.json_matches_schema('true', '1e999999')$$);
SELECT tenancy.json_matches_schema(NULL, '1') IS NULL AS a, tenancy.json_matches_schema('true', NULL) IS NULL AS b;
SELECT tenancy.json_matches_schema('{"format": "date"}', '"x"') AS a, tenancy.json_matches_schema('{"format": "date"}', '"x"', true) AS b,
  tenancy.json_matches_schema('{"format": "date"}', '"x"', assert_format => false) AS c;
SELECT count(*) FILTER (WHERE tenancy.json_matches_schema('{"minimum": 500}', i::text::json)) FROM generate_series(1, 1000) i;

-- A schema by its metaschema: whatever is asked, an answer.
SELECT schema, tenancy.jsonschema_is_valid(schema) FROM (VALUES ('{}'), ('true'), ('1'), ('[]'), ('{'), (''), ('{"type": "strin"}'), ('{"minLength": -1}'),
  ('{"$ref": "#/nowhere"}'), ('{"$ref": "https://example.com/unknown.json"}'), ('{"pattern": "^a"}'), ('{"pattern": "("}'), ('{"$schema": "https://example.com/unknown"}'), ('{"properties": {"a": {"required": 1}}}'),
  ('{"required": ["a"]}'), ('{"$schema": "http://json-schema.org/draft-04/schema#", "required": []}')) AS v(schema);
SELECT tenancy.jsonschema_is_valid(NULL::jsonb) IS NULL AS a, tenancy.jsonschema_is_valid(NULL::json) IS NULL AS b, tenancy.jsonschema_is_valid(NULL) IS NULL AS c;

-- Short values, which are stored unaligned, as they stand and in rows; and as the server's own operators read them.
CREATE TEMP TABLE short (one "char", document jsonb);
INSERT INTO short SELECT 'x', ('{"a": ' || i || '.5, "b": [' || i || ', {"c": "' || i || '"}]}')::jsonb FROM generate_series(1, 100) i;
SELECT count(*) AS short, count(*) FILTER (WHERE tenancy.jsonb_matches_schema('{"properties": {"a": {"minimum": 50.5}, "b": {"prefixItems": [{"type": "integer"}, {"properties": {"c": {"pattern": "^[0-9]+$"}}}]}}}', document)) AS half,
  count(*) FILTER (WHERE (document ->> 'a')::numeric >= 50.5) AS the_same
FROM short WHERE pg_column_size(document) < 126;
SELECT string_agg(message, '; ' ORDER BY message) FROM short, tenancy.jsonschema_validation_errors('{"properties": {"a": {"minimum": 3}}}', document);

-- What a schema was compiled to.
SELECT count(*) > 0 AS listed, bool_and(line <> '') AS none_empty FROM tenancy.jsonschema_program('{"properties": {"a": {"pattern": "^x+y$"}}}') AS line;
SELECT count(*) FROM tenancy.jsonschema_program('{"format": "date"}') AS line WHERE line ~ 'format';
SELECT count(*) > 0 AS asserted FROM tenancy.jsonschema_program('{"format": "date"}', assert_format => true) AS line WHERE line ~ 'format';
SELECT count(*) FROM tenancy.jsonschema_program(NULL);
SELECT error_of($$SELECT * FROM tenancy.jsonschema_program('{"type": 1}')$$);

DROP TABLE sent, sent_text, customers, taken, schemas, both_types, short;
DROP FUNCTION is_valid_input(text, bool);
DEALLOCATE matching;
