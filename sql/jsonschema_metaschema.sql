-- A metaschema of one's own: what is no schema by it is no schema.
CREATE TABLE metaschema AS SELECT '{"$id": "https://example.com/documented", "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$dynamicAnchor": "meta", "$ref": "https://json-schema.org/draft/2020-12/schema",
  "type": "object", "required": ["description"], "properties": {"owner": {"pattern": "^team-"}, "limit": {"maximum": 12345678901234567890.5}}}'::jsonb AS document;
SELECT error_of($$SELECT '{"$schema": "https://example.com/documented", "description": "a number"}'::tenancy.jsonschema$$);
SELECT tenancy.register_schema_resource(document) FROM metaschema;
-- Embedded under a whole and under a relative identifier.
CREATE FUNCTION embedded(members jsonb, id text DEFAULT 'documented') RETURNS jsonb LANGUAGE sql AS $$
  SELECT '{"$id": "https://example.com/s", "$schema": "https://example.com/documented"}' || members ||
    jsonb_build_object('$defs', jsonb_build_object('m', document || jsonb_build_object('$id', id))) FROM metaschema $$;
SELECT tenancy.jsonb_matches_schema(embedded('{"description": "a number", "type": "number"}'), '1'),
  tenancy.jsonb_matches_schema(embedded('{"description": "a number", "type": "number"}', 'https://example.com/documented'), '"1"');
SELECT error_of($$SELECT embedded('{"type": "number"}')::tenancy.jsonschema$$);
SELECT error_of($$SELECT embedded('{"description": "a list", "items": {"description": "a number", "owner": "somebody"}}')::tenancy.jsonschema$$);
SELECT error_of($$SELECT embedded('{"description": "a list", "items": true}')::tenancy.jsonschema$$);
SELECT error_of($$SELECT embedded('{"description": "a number", "limit": 12345678901234567890.6}')::tenancy.jsonschema$$);
SELECT error_of($$SELECT embedded('{"description": "a number", "limit": 12345678901234567890.4}')::tenancy.jsonschema$$);
-- What every metaschema demands comes first.
SELECT error_of($$SELECT embedded('{"type": "numbr"}')::tenancy.jsonschema$$);
-- Asked whether it is one.
SELECT schema, tenancy.jsonschema_is_valid(embedded(schema)) FROM (VALUES ('{}'::jsonb), ('{"description": "all"}'), ('{"description": 1}')) AS v(schema);
-- Bundled: the metaschema itself, which has no description, is not held against itself.
CREATE TABLE bundled AS SELECT tenancy.jsonschema_bundle('{"$schema": "https://example.com/documented", "description": "a number", "type": "number"}') AS schema;
SELECT i, tenancy.jsonb_matches_schema(schema, i) FROM bundled, (VALUES ('1'::jsonb), ('"1"')) AS v(i);
SELECT tenancy.jsonschema_bundle(schema::jsonb)::jsonb = schema::jsonb AS the_same FROM bundled;
SELECT error_of($$SELECT tenancy.jsonschema_bundle('{"$schema": "https://example.com/documented"}')$$);
SELECT error_of($$SELECT tenancy.jsonschema_bundle('{"$ref": "https://example.com/other"}', '{"$id": "https://example.com/other", "$schema": "https://example.com/documented"}')$$);
-- One that describes itself says by its vocabularies what its keywords mean.
SELECT error_of($$SELECT '{"$id": "https://example.com/self", "$schema": "https://example.com/self"}'::tenancy.jsonschema$$);
SELECT error_of($$SELECT '{"$id": "https://example.com/self", "$schema": "https://example.com/self", "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true, "https://json-schema.org/draft/2020-12/vocab/validation": true}, "required": ["title"]}'::tenancy.jsonschema$$);
SELECT tenancy.jsonb_matches_schema('{"$id": "https://example.com/self", "$schema": "https://example.com/self", "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true, "https://json-schema.org/draft/2020-12/vocab/validation": true}, "title": "self", "required": ["title"]}', '{}');
-- What jsonb cannot hold cannot be told.
SELECT error_of($$SELECT '{"$schema": "https://json-schema.org/draft/2020-12/meta/core", "default": "\u0000"}'::tenancy.jsonschema$$);
SELECT error_of($$SELECT '{"$schema": "https://json-schema.org/draft/2020-12/meta/core", "default": "a"}'::tenancy.jsonschema$$);
-- A pattern of the metaschema that takes too long, and a schema nested too deeply.
SELECT split_part(error_of(format($$SELECT '{"$id": "https://example.com/s", "$schema": "https://example.com/slow", "x": "%sb", "$defs": {"m": {"$id": "slow", "$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"x": {"pattern": "(a+)+(?!a)$"}}}}}'::tenancy.jsonschema$$, repeat('a', 10000))), ' against ', 1);
CREATE FUNCTION nested(innermost text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"$schema": "https://example.com/documented", "description": "deep", "$defs": {"m": %s}, "allOf": %s[%s]%s}', document,
    repeat('[{"description": "a", "not": {"description": "b", "allOf":', 100), innermost, repeat('}}]', 100)) FROM metaschema $$;
SELECT tenancy.jsonschema_is_valid(nested('{"description": "c"}')), tenancy.jsonschema_is_valid(nested('{}'));
SET max_stack_depth = '100kB';
SELECT error_of(format('SELECT %L::tenancy.jsonschema', nested('{}')));
RESET max_stack_depth;
SELECT tenancy.unregister_schema_resource('https://example.com/documented');
DROP TABLE bundled, metaschema;
DROP FUNCTION embedded, nested;
