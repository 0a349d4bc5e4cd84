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
  (4, tenancy.jsonschema_bundle('{"items": {"$ref": "https://example.com/names.json#/definitions/short"}}')),
  (5, tenancy.jsonschema_bundle('{"$ref": "https://example.com/country.json"}', '{"$id": "https://example.com/country.json", "const": "given"}')),
  (6, tenancy.jsonschema_bundle('{"$ref": "https://json-schema.org/draft/2020-12/schema"}'));
-- What is registered later changes nothing, nor does what is taken away.
SELECT tenancy.register_schema_resource('{"enum": ["es"]}', 'https://example.com/country.json');
DELETE FROM tenancy.schema_resource;
SELECT b.id, i.instance, first_error(schema, i.instance) FROM bundled b JOIN (VALUES
  (1, '{"street": "a", "country": "de"}'::jsonb), (1, '{"street": "a", "country": "es"}'), (1, '{}'),
  (2, '{"home": {"street": "a", "country": "fr"}}'), (2, '{"home": {"country": "fr"}}'),
  (3, '["short"]'), (3, '["longer"]'), (4, '["short"]'), (4, '["longer"]'), (5, '"given"'), (5, '"de"'), (6, '{"type": "null"}'), (6, '{"type": 1}')) AS i(id, instance) USING (id)
ORDER BY b.id, i.instance;
-- Good in a CHECK constraint, and its text is a schema again.
SELECT count(*) FROM bundled WHERE schema::text::tenancy.jsonschema OPERATOR(tenancy.=) schema;
-- A bundle of a bundle is itself.
SELECT id, tenancy.jsonschema_bundle(schema::jsonb)::jsonb = schema::jsonb AS the_same FROM bundled ORDER BY id;
SELECT left(error_of($$SELECT tenancy.jsonschema_bundle('{"$ref": "https://example.com/nobody.json"}')$$), 5);
DROP TABLE bundled;
DROP FUNCTION first_error(tenancy.jsonschema, jsonb);
