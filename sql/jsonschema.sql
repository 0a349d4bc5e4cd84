-- The type jsonschema, jsonb_matches_schema() and jsonschema_validation_errors().

-- The type keeps the text that it was given, and takes json and jsonb.
SELECT ' { "type" : "object" } '::tenancy.jsonschema;
SELECT 'true'::tenancy.jsonschema, 'false'::tenancy.jsonschema;
SELECT pg_typeof('{"type": "string"}'::json::tenancy.jsonschema), '{"type": "string"}'::jsonb::tenancy.jsonschema;
SELECT ('{"type": "string"}'::tenancy.jsonschema)::jsonb ->> 'type', ('{"type": "string"}'::tenancy.jsonschema)::json ->> 'type';
CREATE TEMP TABLE stored (schema tenancy.jsonschema);
INSERT INTO stored VALUES ('{"minimum": 3}');
SELECT schema, tenancy.jsonb_matches_schema(schema, '2'), tenancy.jsonb_matches_schema(schema, '3') FROM stored;
-- A call of pg_jsonschema's works unchanged.
SET search_path = public, tenancy;
SELECT jsonb_matches_schema('{"type": "object"}', '{}'), jsonb_matches_schema('{"type": "object"}'::json, '[]');
RESET search_path;

-- One keyword a line: an instance that satisfies it, one that does not.
CREATE FUNCTION tried(schema tenancy.jsonschema, good jsonb, bad jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN tenancy.jsonb_matches_schema(schema, good) AND NOT tenancy.jsonb_matches_schema(schema, bad)
    THEN 'ok: ' || (SELECT string_agg(format('%s at "%s": %s', keyword_location, instance_location, message), '; ')
                    FROM tenancy.jsonschema_validation_errors(schema, bad))
    ELSE format('WRONG: good %s, bad %s', tenancy.jsonb_matches_schema(schema, good), tenancy.jsonb_matches_schema(schema, bad)) END
$$;
SELECT tried('{"type": "null"}', 'null', 'false');
SELECT tried('{"type": "boolean"}', 'false', '0');
SELECT tried('{"type": "integer"}', '1.0', '1.5');
SELECT tried('{"type": "integer"}', '1e300', '1e-300');
SELECT tried('{"type": "number"}', '1.5', '"1.5"');
SELECT tried('{"type": "string"}', '"x"', '["x"]');
SELECT tried('{"type": "array"}', '[]', '{}');
SELECT tried('{"type": "object"}', '{}', '[]');
SELECT tried('{"type": ["string", "null"]}', 'null', '1');
SELECT tried('{"const": {"a": [1, 2.0]}}', '{"a": [1.0, 2]}', '{"a": [2, 1]}');
SELECT tried('{"enum": ["red", 1, null]}', '1.0', '"blue"');
SELECT tried('{"minimum": 3}', '3', '2.99999999999999999999999999');
SELECT tried('{"maximum": 10}', '10', '17');
SELECT tried('{"exclusiveMinimum": 3}', '3.0000000000000000000000000001', '3');
SELECT tried('{"exclusiveMaximum": 3}', '-1e1000', '3');
SELECT tried('{"maximum": 1e400}', '1e400', '1.0000000000000000000000001e400');
SELECT tried('{"maximum": 12345678901234567890}', '12345678901234567890', '12345678901234567891');
SELECT tried('{"minLength": 2}', '"🙂🙂"', '"🙂"');
SELECT tried('{"maxLength": 2}', '"🙂🙂"', '"🙂🙂🙂"');
SELECT tried('{"pattern": "^a+$"}', '"aaa"', '"aab"');
SELECT tried('{"pattern": "b"}', '"abc"', '"ac"');
SELECT tried('{"items": {"type": "integer"}}', '[1, 2]', '[1, "2", 3.5]');
SELECT tried('{"minItems": 1}', '[1]', '[]');
SELECT tried('{"maxItems": 1}', '[1]', '[1, 2]');
SELECT tried('{"minProperties": 1}', '{"a": 1}', '{}');
SELECT tried('{"maxProperties": 1}', '{"a": 1}', '{"a": 1, "b": 2}');
SELECT tried('{"required": ["email", "name"]}', '{"email": 1, "name": 1}', '{"id": 1}');
SELECT tried('{"properties": {"a": {"type": "string"}}}', '{"a": "x", "b": 1}', '{"a": 1}');
SELECT tried('{"properties": {"a": true}, "additionalProperties": false}', '{"a": 1}', '{"a": 1, "b": 2, "c": 3}');
SELECT tried('{"additionalProperties": {"type": "string"}}', '{"a": "x"}', '{"a": 1}');
SELECT tried('{"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}}', '{"a": 1}', '{"a": "x"}');
SELECT tried('{"properties": {"child": {"$ref": "#"}}, "additionalProperties": false}', '{"child": {"child": {}}}', '{"child": {"child": {"x": 1}}}');
SELECT tried('{"definitions": {"a/b~c%": {"type": "null"}}, "items": {"$ref": "#/definitions/a~1b~0c%25"}}', '[null]', '[1]');
SELECT tenancy.jsonb_matches_schema('true', 'null') AS anything, tenancy.jsonb_matches_schema('false', 'null') AS nothing;
-- Keywords of other types are satisfied.
SELECT tenancy.jsonb_matches_schema('{"minimum": 3, "minLength": 2, "minItems": 2, "required": ["a"], "pattern": "x"}', 'null');
-- Empty containers, many members, keys in the order of length.
SELECT tenancy.jsonb_matches_schema('{"type": "object", "additionalProperties": {"type": "integer"}, "required": ["k1", "k99", "k100"]}',
  (SELECT jsonb_object_agg('k' || i, i) FROM generate_series(1, 100) i)) AS hundred,
  tenancy.jsonb_matches_schema('{"additionalProperties": {"maximum": 99}}',
  (SELECT jsonb_object_agg('k' || i, i) FROM generate_series(1, 100) i)) AS one_too_large,
  tenancy.jsonb_matches_schema('{"items": {"type": "integer"}, "minItems": 1000}', (SELECT jsonb_agg(i) FROM generate_series(1, 1000) i)) AS thousand;
-- Toasted, compressed values.
CREATE TEMP TABLE big AS SELECT jsonb_build_object('text', repeat('x', 100000), 'list', (SELECT jsonb_agg(i::text) FROM generate_series(1, 50000) i)) AS document;
SELECT tenancy.jsonb_matches_schema('{"properties": {"text": {"maxLength": 100000}, "list": {"items": {"pattern": "^[0-9]+$"}}}}', document),
       tenancy.jsonb_matches_schema('{"properties": {"text": {"maxLength": 99999}}}', document) FROM big;

-- All errors, in the order of the document.
SELECT * FROM tenancy.jsonschema_validation_errors(
  '{"type": "object", "required": ["id"], "properties": {"a": {"type": "array", "items": {"minimum": 2}}, "b~/c": {"$ref": "#/$defs/s"}}, "$defs": {"s": {"type": "string"}}}',
  '{"a": [1, 2, 0], "b~/c": 5}');
SELECT count(*) FROM tenancy.jsonschema_validation_errors('{"items": false}', (SELECT jsonb_agg(i) FROM generate_series(1, 5000) i));
SELECT count(*) FROM tenancy.jsonschema_validation_errors('{"items": true}', '[1]');

-- What is no schema, and where.
CREATE FUNCTION schema_error(schema text) RETURNS SETOF text LANGUAGE sql AS
  $$ SELECT error_of(format('SELECT %L::tenancy.jsonschema', schema)) $$;
SELECT schema_error('{');
SELECT schema_error('');
SELECT schema_error('[1]');
SELECT schema_error('{"type": "strin"}');
SELECT schema_error('{"properties": {"age": {"minimum": "18"}}}');
SELECT schema_error('{"properties": {"a/b": {"~x": 1, "maxLength": -1}}}');
SELECT schema_error('{"required": "id"}');
SELECT schema_error('{"required": [1]}');
SELECT schema_error('{"enum": 1}');
SELECT schema_error('{"items": 3}');
SELECT schema_error('{"$defs": {"unused": {"type": 3}}}');
SELECT schema_error('{"pattern": "("}');
SELECT schema_error('{"properties": {"a": {"$ref": "#/$defs/missing"}}}');
SELECT schema_error('{"$ref": "https://example.com/other.json"}');
SELECT schema_error('{"$ref": "#"}');
SELECT schema_error('{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}');
SELECT schema_error('{"$schema": "https://example.com/dialect"}');
SELECT schema_error('{"properties": {"a": {"unevaluatedProperties": false}}}');
SELECT schema_error('{"maximum": 1e999999999}');
SELECT schema_error(repeat('{"items":', 5000) || 'true' || repeat('}', 5000));

-- NULL in, NULL out.
SELECT tenancy.jsonb_matches_schema(NULL, '1') IS NULL AS a, tenancy.jsonb_matches_schema('true', NULL) IS NULL AS b;

-- A schema that differs from row to row, and one that comes as a parameter.
SELECT s, tenancy.jsonb_matches_schema(s::tenancy.jsonschema, '5') FROM (VALUES ('{"minimum": 4}'), ('{"minimum": 6}'), ('{"minimum": 4}'), ('{"type": "null"}')) AS v(s);
PREPARE matching(tenancy.jsonschema, jsonb) AS SELECT tenancy.jsonb_matches_schema($1, $2);
EXECUTE matching('{"minimum": 4}', '5');
EXECUTE matching('{"minimum": 6}', '5');
DEALLOCATE matching;

-- In PL/pgSQL, whose expressions live for a transaction.
DO $$
DECLARE s tenancy.jsonschema; f boolean;
BEGIN
  FOREACH s IN ARRAY ARRAY['{"type": "string"}', '{"type": "number"}', '{"type": "string"}']::tenancy.jsonschema[] LOOP
    RAISE NOTICE '% %', s, tenancy.jsonb_matches_schema(s, '1');
  END LOOP;
  FOREACH f IN ARRAY ARRAY[true, false] LOOP
    RAISE NOTICE '% %', f, tenancy.jsonb_matches_schema('{"format": "date"}', '"x"', f);
  END LOOP;
END $$;

-- A CHECK constraint.
CREATE TABLE checked (payload jsonb CHECK (tenancy.jsonb_matches_schema('{"type": "object", "required": ["id"]}', payload)));
INSERT INTO checked VALUES ('{"id": 1}');
SELECT error_of($$INSERT INTO checked VALUES ('{}')$$);

-- Neither a pattern that backtracks for ever, nor deep data, nor a loop holds or ends a backend.
SET statement_timeout = '10s';
SELECT error_of($$SELECT tenancy.jsonb_matches_schema('{"pattern": "(a+)+(?!a)$"}', to_jsonb(repeat('a', 10000) || 'b'))$$);
SELECT error_of($$SELECT tenancy.jsonb_matches_schema('{"format": "regex"}', to_jsonb(repeat('a', 1000001)), assert_format => true)$$);
CREATE TABLE deep AS SELECT (repeat('[', 3000) || repeat(']', 3000))::jsonb AS document;
SELECT tenancy.jsonb_matches_schema('{"items": {"$ref": "#"}}', document) FROM deep;
SET max_stack_depth = '100kB';
SELECT error_of($$SELECT tenancy.jsonb_matches_schema('{"items": {"$ref": "#"}}', document) FROM deep$$);
SELECT error_of($$SELECT * FROM deep, tenancy.jsonschema_validation_errors('{"items": {"$ref": "#"}}', document)$$);
RESET max_stack_depth;
RESET statement_timeout;
-- A cancel stops a long validation: here one value, which a hundred million steps would check.
CREATE TEMP TABLE long AS SELECT jsonb_agg('aaaaaaaaaaaaaaaaaaaa'::text) AS document FROM generate_series(1, 100000);
CREATE TEMP TABLE schemas AS
SELECT format('{"items": {"allOf": [%s]}}', string_agg('{"pattern": "(' || i || ')*"}', ',')) AS many_patterns,
       ''::text AS long
FROM generate_series(1, 1000) i;
SET statement_timeout = '100ms';
SELECT tenancy.jsonb_matches_schema(many_patterns::tenancy.jsonschema, document) FROM schemas, long;
-- Or a long compilation.
RESET statement_timeout;
UPDATE schemas SET long = (SELECT format('{"$defs": {%s}}', string_agg('"' || i || '": {"pattern": "^(a|b)*' || i || '"}', ',')) FROM generate_series(1, 100000) i);
SET statement_timeout = '100ms';
SELECT long::tenancy.jsonschema FROM schemas;
RESET statement_timeout;

DROP FUNCTION tried(tenancy.jsonschema, jsonb, jsonb), schema_error(text);
DROP TABLE stored, big, checked, deep, long, schemas;
