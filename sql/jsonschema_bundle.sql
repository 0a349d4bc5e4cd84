-- Bundling: a schema that others are embedded in, which then needs nobody.
CREATE FUNCTION first_error(schema tenancy.jsonschema, instance jsonb) RETURNS text LANGUAGE sql AS
  $$ SELECT coalesce((SELECT format('"%s": %s', instance_location, message) FROM tenancy.jsonschema_validation_errors(schema, instance) LIMIT 1), 'valid') $$;
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/address.json", "type": "object", "required": ["street"], "properties": {"country": {"$ref": "country.json"}}}');
SELECT tenancy.register_schema_resource('{"enum": ["de", "fr"]}', 'https://example.com/country.json');
-- Known by the name that it was registered under, and by its own.
SELECT tenancy.register_schema_resource('{"$id": "https://elsewhere.example/names#", "$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"short": {"$id": "#short", "maxLength": 5}}}', 'https://example.com/names.json');
SELECT error_of($$SELECT '{"$ref": "https://example.com/address.json"}'::tenancy.jsonschema$$);
CREATE TABLE bundled (id int, schema tenancy.jsonschema);
INSERT INTO bundled VALUES
  (1, tenancy.jsonschema_bundle('{"$ref": "https://example.com/address.json"}')),
  (2, tenancy.jsonschema_bundle('{"$id": "https://example.com/customer.json", "properties": {"home": {"$ref": "address.json"}}}')),
  (3, tenancy.jsonschema_bundle('{"items": {"$ref": "https://elsewhere.example/names#short"}}')),
  (4, tenancy.jsonschema_bundle('{"items": {"$ref": "https://example.com/names.json"}, "maxItems": 1}')),
  (5, tenancy.jsonschema_bundle('{"$ref": "https://example.com/country.json"}', '{"$id": "https://example.com/country.json", "const": "given"}')),
  (6, tenancy.jsonschema_bundle('{"$ref": "https://json-schema.org/draft/2020-12/schema"}'));
-- Its places by its own.
SELECT tenancy.jsonschema_bundle('{"$ref": "https://example.com/names.json#/definitions/short"}')::jsonb ->> '$ref' AS reference;
INSERT INTO bundled VALUES (10, tenancy.jsonschema_bundle('{"$ref": "https://example.com/names.json#short"}'));
-- Draft 4.
SELECT tenancy.register_schema_resource('{"id": "https://example.com/early.json", "$schema": "http://json-schema.org/draft-04/schema#", "definitions": {"few": {"maximum": 3, "exclusiveMaximum": true}}}');
INSERT INTO bundled VALUES
  (7, tenancy.jsonschema_bundle('{"$schema": "http://json-schema.org/draft-04/schema#", "$ref": "https://example.com/early.json#/definitions/few"}')),
  (8, tenancy.jsonschema_bundle('{"$ref": "https://example.com/early.json#/definitions/few"}'));
-- Two that refer to each other.
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/tree.json", "properties": {"left": {"$ref": "leaf.json"}}}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/leaf.json", "type": "object", "properties": {"tree": {"$ref": "tree.json"}}}');
INSERT INTO bundled VALUES (9, tenancy.jsonschema_bundle('{"$ref": "https://example.com/tree.json"}'));
-- Whatever the search_path says.
CREATE SCHEMA misleading;
CREATE FUNCTION misleading.never(text, text) RETURNS bool LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR misleading.= (LEFTARG = text, RIGHTARG = text, FUNCTION = misleading.never);
CREATE OPERATOR misleading.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = misleading.never);
CREATE OPERATOR misleading.~ (LEFTARG = text, RIGHTARG = text, FUNCTION = misleading.never);
SET search_path = misleading, pg_catalog;
SELECT pg_typeof(tenancy.jsonschema_bundle('{"$ref": "https://example.com/early.json", "allOf": [{"$ref": "https://elsewhere.example/names"}]}'));
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA misleading CASCADE;
RESET client_min_messages;
-- What is registered later changes nothing, nor does what is taken away.
SELECT tenancy.register_schema_resource('{"enum": ["es"]}', 'https://example.com/country.json');
DELETE FROM tenancy.schema_resource;
SELECT b.id, i.instance, first_error(schema, i.instance) FROM bundled b JOIN (VALUES
  (1, '{"street": "a", "country": "de"}'::jsonb), (1, '{"street": "a", "country": "es"}'), (1, '{}'),
  (2, '{"home": {"street": "a", "country": "fr"}}'), (2, '{"home": {"country": "fr"}}'),
  (3, '["short"]'), (3, '["longer"]'), (4, '["longer"]'), (4, '["a", "b"]'), (5, '"given"'), (5, '"de"'), (6, '{"type": "null"}'), (6, '{"type": 1}'),
  (7, '2'), (7, '3'), (8, '2'), (8, '3'), (9, '{"left": {"tree": {"left": {}}}}'), (9, '{"left": {"tree": {"left": 1}}}'),
  (10, '"short"'), (10, '"longer"')) AS i(id, instance) USING (id)
ORDER BY b.id, i.instance;
-- Its text is a schema again.
SELECT count(*) FROM bundled WHERE schema::text::tenancy.jsonschema OPERATOR(tenancy.=) schema;
-- A bundle of a bundle is itself.
SELECT id, tenancy.jsonschema_bundle(schema::jsonb)::jsonb = schema::jsonb AS the_same FROM bundled ORDER BY id;
SELECT error_of($$SELECT tenancy.jsonschema_bundle('{"$ref": "https://example.com/nobody.json"}')$$);
DROP TABLE bundled;
DROP FUNCTION first_error(tenancy.jsonschema, jsonb);
