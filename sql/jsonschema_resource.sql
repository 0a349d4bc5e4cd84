-- Schemas that others name by their URIs: registering them.
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/address.json", "type": "object", "required": ["street"]}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/money.json#", "$schema": "http://json-schema.org/draft-07/schema#", "type": "number"}');
SELECT tenancy.register_schema_resource('{"id": "https://example.com/old.json#", "$schema": "http://json-schema.org/draft-04/schema#", "type": "number"}');
SELECT tenancy.register_schema_resource('{"$id": "name.json", "type": "string"}', 'https://example.com/names/name.json');
SELECT tenancy.register_schema_resource('true', uri => 'urn:example:anything#');
SELECT uri, schema, registered_at = now() AS now, registered_by = current_user AS me FROM tenancy.schema_resource ORDER BY uri;
-- The same again is nothing new; another content replaces what was there.
SELECT tenancy.register_schema_resource('{"type": "object", "required": ["street"], "$id": "https://example.com/address.json"}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/address.json", "type": "object", "required": ["street", "town"]}');
SELECT count(*), max(schema ->> 'required') FILTER (WHERE uri ~ 'address') FROM tenancy.schema_resource;
-- Its references need not name anything yet.
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/a.json", "$ref": "b.json"}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/b.json", "items": {"$ref": "a.json"}}');

-- What is no schema, or has no name, is refused.
SELECT error_of($$SELECT tenancy.register_schema_resource('{"$id": "https://example.com/c.json", "type": "strin"}')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('[]', 'https://example.com/c.json')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('{"type": "string"}')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('{"$id": "c.json"}')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('{"$id": 5}')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('{"id": "https://example.com/c.json"}')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('true')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('true', 'c.json')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('true', '')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('true', 'https://example.com/c.json#/$defs/c')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('true', 'https://example.com/a b.json')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource(NULL, 'https://example.com/c.json')$$);

-- Everybody reads them; the owner of the extension writes, and those whom it lets.
SET ROLE regress_app;
SELECT count(*) FROM tenancy.schema_resource;
SELECT error_of($$SELECT tenancy.register_schema_resource('true', 'urn:example:mine')$$);
SELECT error_of($$SELECT tenancy.unregister_schema_resource('urn:example:anything')$$);
SELECT tenancy.jsonschema_bundle('{"type": "string"}');
RESET ROLE;
GRANT INSERT, UPDATE ON tenancy.schema_resource TO regress_app;
SET ROLE regress_app;
SELECT tenancy.register_schema_resource('true', 'urn:example:mine');
RESET ROLE;
SELECT registered_by FROM tenancy.schema_resource WHERE uri = 'urn:example:mine';
REVOKE INSERT, UPDATE ON tenancy.schema_resource FROM regress_app;
SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE table_name = 'schema_resource' AND grantee <> current_user ORDER BY 1, 2;

SELECT tenancy.unregister_schema_resource('urn:example:mine#') AS was_there, tenancy.unregister_schema_resource('urn:example:nobodys') AS never_was;
SELECT error_of($$SELECT tenancy.unregister_schema_resource(NULL)$$);
-- Whatever the search_path says.
CREATE SCHEMA misleading;
CREATE FUNCTION misleading.never(text, text) RETURNS bool LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR misleading.= (LEFTARG = text, RIGHTARG = text, FUNCTION = misleading.never);
SET search_path = misleading, pg_catalog;
SELECT tenancy.unregister_schema_resource('urn:example:anything');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA misleading CASCADE;
RESET client_min_messages;

-- Bundling what needs nothing; and arguments that are none.
SELECT tenancy.jsonschema_bundle('{"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}');
SELECT pg_typeof(tenancy.jsonschema_bundle('true', '{"$id": "urn:example:unused"}', '{"$id": "urn:example:unused-too"}'));
SELECT tenancy.jsonschema_bundle(NULL) IS NULL AS a;
SELECT error_of($$SELECT tenancy.jsonschema_bundle('{"type": 1}')$$);
SELECT error_of($$SELECT tenancy.jsonschema_bundle('true', '{"$id": "urn:example:a"}', '{"type": "null"}')$$);
SELECT error_of($$SELECT tenancy.jsonschema_bundle('true', '{"$id": "relative.json"}')$$);
SELECT error_of($$SELECT tenancy.jsonschema_bundle('true', NULL)$$);
SELECT error_of($$SELECT tenancy.jsonschema_bundle('true', VARIADIC NULL)$$);
SELECT error_of($$SELECT tenancy.jsonschema_bundle('true', '{"$id": "urn:example:a"}', '{"$id": "urn:example:a#"}')$$);
SELECT tenancy.jsonschema_bundle('true', VARIADIC '{}');
DELETE FROM tenancy.schema_resource;
