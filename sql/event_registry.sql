-- The registry of event schemas: what refers to what, and which versions are in use.
SET client_min_messages = notice;
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/street.json", "type": "string", "minLength": 3}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/address.json", "type": "object", "required": ["street"],
  "properties": {"street": {"$ref": "street.json"}}, "$defs": {"zip": {"type": "string", "pattern": "^[0-9]{5}$"}}}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/alone.json", "type": "integer"}');

-- A schema refers to what is registered, whatever type it comes as, and is self-contained then.
SELECT tenancy.register_event_schema('moved', '{"properties": {"to": {"$ref": "https://example.com/address.json"}}}') AS "text",
  tenancy.register_event_schema('moved', '{"properties": {"to": {"$ref": "https://example.com/address.json"}}}'::json) AS "json",
  tenancy.register_event_schema('moved', '{"properties": {"to": {"$ref": "https://example.com/address.json"}}}'::jsonb) AS "jsonb",
  tenancy.register_event_schema('zipped', '{"$ref": "https://example.com/address.json#/$defs/zip"}') AS part,
  tenancy.register_event_schema('still', '{"type": "null"}'::tenancy.jsonschema) AS "jsonschema";
SELECT event_type, version, resources, source IS NOT NULL AS refers, jsonb_array_length(jsonb_path_query_array(schema, '$."$defs".*')) AS embedded
FROM (SELECT event_type, version, resources, source, schema::jsonb AS schema FROM tenancy.event_schema) AS s ORDER BY 1, 2;
SELECT tenancy.validate_event('moved', '{"to": {"street": "Main"}}') AS good, tenancy.validate_event('moved', '{"to": {"street": "M"}}') AS bad,
  tenancy.validate_event('zipped', '"12345"') AS good, tenancy.validate_event('zipped', '"1234"') AS bad;
SELECT error_of($$SELECT tenancy.register_event_schema('lost', '{"$ref": "https://example.com/nowhere.json"}')$$);
SELECT error_of($$SELECT tenancy.register_event_schema('lost', '{"$ref": "https://example.com/address.json#/$defs/none"}')$$);
SELECT error_of($$SELECT tenancy.register_event_schema('lost', 'no json')$$);

-- A resource in use is not dropped, however that is tried; one that is not is.
SELECT error_of($$SELECT tenancy.unregister_schema_resource('https://example.com/address.json')$$);
SELECT error_of($$SELECT tenancy.unregister_schema_resource('https://example.com/street.json')$$);
SELECT error_of($$DELETE FROM tenancy.schema_resource$$);
SELECT error_of($$UPDATE tenancy.schema_resource SET uri = 'urn:other' WHERE uri ~ 'street'$$);
SELECT error_of($$TRUNCATE tenancy.schema_resource$$);
SELECT tenancy.unregister_schema_resource('https://example.com/alone.json');
-- What only another resource refers to is in use too.
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/a.json", "$ref": "b.json"}');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/b.json", "type": "integer"}');
SELECT error_of($$SELECT tenancy.unregister_schema_resource('https://example.com/b.json')$$);
SELECT tenancy.unregister_schema_resource('https://example.com/a.json'), tenancy.unregister_schema_resource('https://example.com/b.json');

-- A changed resource counts for what refers to it, from the next statement on.
CREATE TABLE events (type text, payload jsonb, version int);
SELECT count(*) FROM tenancy.enforce_event_schemas('events', version_column => 'version');
INSERT INTO events VALUES ('moved', '{"to": {"street": "Main"}}', 1);
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/street.json", "type": "string", "minLength": 5}');
SELECT error_of($$INSERT INTO events VALUES ('moved', '{"to": {"street": "Main"}}', 1)$$);
SELECT tenancy.register_event_schema('moved', '{"properties": {"to": {"$ref": "https://example.com/address.json"}}}');
-- But not into one with which that is no schema.
SELECT error_of($$SELECT tenancy.register_schema_resource('{"$id": "https://example.com/address.json", "type": "object"}')$$);
SELECT error_of($$SELECT tenancy.register_schema_resource('{"$id": "https://example.com/street.json", "$ref": "gone.json"}')$$);
SELECT error_of($$UPDATE tenancy.schema_resource SET schema = '{"$id": "https://example.com/street.json", "type": "strin"}' WHERE uri ~ 'street'$$);
SELECT uri, schema ->> 'minLength' AS "minLength" FROM tenancy.schema_resource ORDER BY uri;
BEGIN;
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/street.json", "type": "string", "minLength": 1}');
INSERT INTO events VALUES ('moved', '{"to": {"street": "M"}}', 1);
ROLLBACK;
SELECT error_of($$INSERT INTO events VALUES ('moved', '{"to": {"street": "M"}}', 1)$$);

-- Who changes a resource changes what refers to it, and must be able to.
GRANT INSERT, UPDATE, DELETE ON tenancy.schema_resource TO regress_app;
SET ROLE regress_app;
SELECT error_of($$SELECT tenancy.register_schema_resource('{"$id": "https://example.com/street.json", "type": "string", "minLength": 3}')$$);
SELECT error_of($$SELECT tenancy.unregister_schema_resource('https://example.com/street.json')$$);
SELECT error_of($$SELECT tenancy.retire_event_schema('moved')$$);
SELECT error_of($$SELECT tenancy.register_event_schema('moved', 'true')$$);
RESET ROLE;
GRANT SELECT, UPDATE ON tenancy.event_schema TO regress_app;
SET ROLE regress_app;
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/street.json", "type": "string", "minLength": 3}');
RESET ROLE;
REVOKE INSERT, UPDATE, DELETE ON tenancy.schema_resource FROM regress_app;
REVOKE SELECT, UPDATE ON tenancy.event_schema FROM regress_app;
SELECT tenancy.validate_event('moved', '{"to": {"street": "Main"}}');

-- Retiring: no new events in that version.
SELECT tenancy.register_event_schema('moved', '{"type": "object", "required": ["to"]}');
SELECT tenancy.retire_event_schema('moved', 1);
SELECT tenancy.retire_event_schema('moved', 1);
SELECT event_type, version, retired_at = now() AS retired FROM tenancy.event_schema ORDER BY 1, 2;
SELECT error_of($$INSERT INTO events VALUES ('moved', '{"to": {"street": "Main Street"}}', 1)$$);
INSERT INTO events VALUES ('moved', '{"to": 1}', 2), ('moved', '{"to": 1}', NULL);
-- An event that is there keeps its version, and is checked against it.
UPDATE events SET payload = '{"to": {"street": "Main Street"}}' WHERE version = 1;
SELECT error_of($$UPDATE events SET payload = '{"to": {"street": "M"}}' WHERE version = 1$$);
SELECT error_of($$UPDATE events SET version = 1 WHERE version = 2$$);
SELECT tenancy.validate_event('moved', '{"to": {"street": "Main"}}', 1);
-- The newest is the newest in use; the same schema again is that.
SELECT tenancy.register_event_schema('moved', '{"type": "object", "required": ["to", "at"]}');
SELECT tenancy.retire_event_schema('moved', 3);
SELECT tenancy.validate_event('moved', '{"to": 1}'), tenancy.register_event_schema('moved', '{"type": "object", "required": ["to"]}');
SELECT tenancy.register_event_schema('moved', '{"type": "object", "required": ["to", "at"]}') AS never_a_number_twice;
-- All of them: the type is known, and retired, also where unknown ones are allowed.
SELECT tenancy.retire_event_schema('moved');
SELECT error_of($$INSERT INTO events VALUES ('moved', '{"to": 1}')$$);
SELECT error_of($$SELECT tenancy.validate_event('moved', '{"to": 1}')$$);
SELECT count(*) FROM tenancy.unenforce_event_schemas('events');
SELECT count(*) FROM tenancy.enforce_event_schemas('events', on_unknown => 'allow');
INSERT INTO events VALUES ('unknown', '1');
SELECT error_of($$INSERT INTO events VALUES ('moved', '{"to": 1}')$$);
SELECT error_of($$SELECT tenancy.retire_event_schema('unknown')$$);
SELECT error_of($$SELECT tenancy.retire_event_schema('moved', 9)$$);
SELECT error_of($$SELECT tenancy.retire_event_schema(NULL)$$);
SELECT tenancy.retire_event_schema('moved');
-- What is retired is back in use when its owner says so.
UPDATE tenancy.event_schema SET retired_at = NULL WHERE event_type = 'moved' AND version = 2;
INSERT INTO events VALUES ('moved', '{"to": 1}');

DROP TABLE events;
DELETE FROM tenancy.event_schema;
DELETE FROM tenancy.schema_resource;
