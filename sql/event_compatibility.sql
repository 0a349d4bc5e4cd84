-- What a new version of an event type's schema would change, before it is registered.
CREATE TABLE events (id int PRIMARY KEY, type varchar(50), payload jsonb, version int);
CREATE TABLE plain_events (type text, payload jsonb);
SELECT tenancy.register_event_schema('order.created', '{"type": "object", "required": ["id"],
  "properties": {"id": {"type": "integer"}, "note": {"type": "string", "maxLength": 10}, "tier": {"enum": ["gold", "silver"]},
    "customer": {"$ref": "#/$defs/customer"}, "items": {"type": "array", "items": {"properties": {"price": {"type": "number", "minimum": 0}}}}},
  "additionalProperties": false, "$defs": {"customer": {"type": "object", "properties": {"name": {"type": "string"}}}}}');
SELECT count(*) FROM tenancy.enforce_event_schemas('events', version_column => 'version');
SELECT count(*) FROM tenancy.enforce_event_schemas('plain_events', on_unknown => 'allow');
INSERT INTO events SELECT i, 'order.created', jsonb_build_object('id', i, 'items', jsonb_build_array(jsonb_build_object('price', i * 0.5))) FROM generate_series(1, 100) AS i;
INSERT INTO events VALUES (101, 'order.created', '{"id": 101, "tier": "silver"}', 1), (102, 'order.created', '{"id": 102, "tier": "gold"}', NULL);
INSERT INTO plain_events VALUES ('order.created', '{"id": 1}'), ('unknown', '{"id": 1}');

-- The same again; a wider one; one that breaks.
SELECT * FROM tenancy.check_event_schema('order.created', '{"additionalProperties": false, "type": "object", "required": ["id"],
  "properties": {"id": {"type": "integer"}, "note": {"type": "string", "maxLength": 10}, "tier": {"enum": ["gold", "silver"]},
    "customer": {"$ref": "#/$defs/customer"}, "items": {"type": "array", "items": {"properties": {"price": {"type": "number", "minimum": 0}}}}},
  "$defs": {"customer": {"type": "object", "properties": {"name": {"type": "string"}}}}}');
SELECT * FROM tenancy.check_event_schema('order.created', '{"type": "object", "required": ["id"],
  "properties": {"id": {"type": "integer"}, "note": {"type": ["string", "null"], "maxLength": 20}, "tier": {"enum": ["gold", "silver", "bronze"]},
    "customer": {"type": "object", "properties": {"name": {"type": "string"}}}, "coupon": {"type": "string"},
    "items": {"items": {"properties": {"price": {"minimum": -1, "type": "number"}}}, "type": "array"}}, "additionalProperties": false}');
SELECT change, location, before, after, is_breaking FROM tenancy.check_event_schema('order.created', '{"type": "object", "required": ["id", "tier"],
  "properties": {"id": {"type": "string"}, "tier": {"const": "gold"}, "customer": {"type": "object", "required": ["name"]},
    "items": {"type": "array", "minItems": 1, "items": {"properties": {"price": {"type": "integer", "exclusiveMinimum": 0}}}}}, "additionalProperties": false}');
SELECT change, location, stored_in, checked, failing, example, message, is_breaking FROM tenancy.check_event_schema('order.created', '{"properties": {"items": {"items": {"properties": {"price": {"maximum": 49}}}}}}')
WHERE change = 'stored events';
-- Other ways to give the schema.
SELECT 'json', checked, failing FROM tenancy.check_event_schema('order.created', 'false'::json, 'plain_events') WHERE change = 'stored events'
UNION ALL SELECT 'jsonb', checked, failing FROM tenancy.check_event_schema('order.created', 'false'::jsonb, 'plain_events') WHERE change = 'stored events'
UNION ALL SELECT 'jsonschema', checked, failing FROM tenancy.check_event_schema('order.created', 'false'::tenancy.jsonschema, 'plain_events') WHERE change = 'stored events';
-- Formats are asserted unless told otherwise; that changes too.
SELECT tenancy.register_event_schema('dated', '{"properties": {"at": {"format": "date"}}}', assert_format => false);
INSERT INTO plain_events VALUES ('dated', '{"at": "yesterday"}');
SELECT * FROM tenancy.check_event_schema('dated', '{"properties": {"at": {"format": "date"}}}');
SELECT * FROM tenancy.check_event_schema('dated', '{"properties": {"at": {"format": "date"}}}', assert_format => false);

-- Nothing was registered.
SELECT event_type, version FROM tenancy.event_schema ORDER BY 1, 2;

-- Events in an older version of their own stay in it.
SELECT tenancy.register_event_schema('order.created', '{"type": "object"}');
SELECT checked, failing, example FROM tenancy.check_event_schema('order.created', '{"not": {"required": ["tier"]}}', 'events') WHERE change = 'stored events';
-- A type that is not registered, and one that is not in use.
SELECT * FROM tenancy.check_event_schema('unknown', '{"required": ["name"]}', 'plain_events');
SELECT tenancy.retire_event_schema('dated');
SELECT * FROM tenancy.check_event_schema('dated', 'true', 'plain_events');
-- Registered resources are followed.
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/at.json", "type": "integer"}');
SELECT change, failing, message FROM tenancy.check_event_schema('dated', '{"properties": {"at": {"$ref": "https://example.com/at.json"}}}', 'plain_events');
SELECT tenancy.unregister_schema_resource('https://example.com/at.json');

-- Relations of other kinds: columns by other names, json, views, partitions, children; null payloads.
CREATE TABLE log (kind text, body json);
INSERT INTO log VALUES ('order.created', '{"id": 1}'), ('order.created', NULL), ('order.created', '[]');
CREATE VIEW log_seen AS SELECT kind AS type, body AS payload FROM log;
CREATE TABLE parted (type text, payload jsonb) PARTITION BY LIST (type);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN ('order.created');
CREATE TABLE heirs (more int) INHERITS (plain_events);
ALTER TABLE heirs DISABLE TRIGGER USER;
INSERT INTO parted VALUES ('order.created', '1');
INSERT INTO heirs VALUES ('order.created', '2');
SELECT stored_in, checked, failing, example, location, message FROM tenancy.check_event_schema('order.created', '{"type": "object"}', 'log', type_column => 'kind', payload_column => 'body') WHERE change = 'stored events';
DELETE FROM log WHERE body IS NULL;
SELECT stored_in, checked, failing, example, location, message FROM tenancy.check_event_schema('order.created', '{"type": "object"}', 'log_seen') WHERE change = 'stored events';
SELECT stored_in, checked, failing, example, location, message FROM tenancy.check_event_schema('order.created', '{"type": "object"}', 'parted') WHERE change = 'stored events';
SELECT stored_in, checked, failing, example, location, message FROM tenancy.check_event_schema('order.created', '{"type": "object"}', 'plain_events') WHERE change = 'stored events';
-- All tables on which schemas are enforced, each with its own rows; a column that is gone is told.
SELECT count(*) FROM tenancy.unenforce_event_schemas('plain_events');
SELECT count(*) FROM tenancy.enforce_event_schemas('plain_events');
SELECT count(*) FROM tenancy.enforce_event_schemas('parted');
CREATE TABLE broken (type text, payload jsonb);
SELECT count(*) FROM tenancy.enforce_event_schemas('broken');
ALTER TABLE broken RENAME payload TO body;
SELECT stored_in, checked, failing, example, message, is_breaking FROM tenancy.check_event_schema('order.created', '{"type": "object"}') WHERE change = 'stored events';

-- A sample is of some rows, and the same ones each time.
INSERT INTO parted SELECT 'order.created', jsonb_build_object('id', i) FROM generate_series(1, 20000) AS i;
SELECT checked BETWEEN 1 AND 15000 AS some, failing = checked AS all_fail, example IS NOT NULL AS shown, checked =
  (SELECT checked FROM tenancy.check_event_schema('order.created', 'false', 'parted', sample_percent => 30) WHERE change = 'stored events') AS same
FROM tenancy.check_event_schema('order.created', 'false', 'parted', sample_percent => 30) WHERE change = 'stored events';

-- As the caller: with its privileges, and its policies.
GRANT SELECT ON plain_events TO regress_app;
GRANT SELECT (type, payload, version) ON events TO regress_app;
GRANT SELECT ON tenancy.event_schema TO regress_app;
CREATE POLICY few ON plain_events USING (payload ->> 'id' <> '1');
ALTER TABLE plain_events ENABLE ROW LEVEL SECURITY;
SET ROLE regress_app;
SELECT stored_in, checked, failing, example, message FROM tenancy.check_event_schema('order.created', 'false') WHERE change = 'stored events';
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('order.created', 'false', 'parted')$$);
RESET ROLE;
REVOKE SELECT ON tenancy.event_schema FROM regress_app;
SET ROLE regress_app;
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('order.created', 'false', 'plain_events')$$);
RESET ROLE;

-- No name in the search_path counts.
CREATE SCHEMA evil;
CREATE FUNCTION evil.raise(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''evil''; END';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.raise);
CREATE AGGREGATE evil.count(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '1000');
SET search_path = evil, public, pg_catalog;
SELECT tenancy.check_event_schema('order.created', 'false', 'events');
RESET search_path;
DROP SCHEMA evil CASCADE;

-- A parallel plan, where the table is large enough for one.
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT checked, failing FROM tenancy.check_event_schema('order.created', 'false', 'parted') WHERE change = 'stored events';
RESET ALL;

-- Events of other types are not looked at: with this schema, that one would be an error.
CREATE TABLE mixed (type text, payload jsonb);
INSERT INTO mixed VALUES ('other', to_jsonb(repeat('a', 10000) || 'b')), ('mine', '{}');
SELECT checked, failing, message FROM tenancy.check_event_schema('mine', '{"pattern": "(a+)+(?!a)$", "required": ["id"]}', 'mixed') WHERE change = 'stored events';
SELECT split_part(error_of, 'DETAIL', 1) FROM error_of($$SELECT * FROM tenancy.check_event_schema('other', '{"pattern": "(a+)+(?!a)$", "required": ["id"]}', 'mixed')$$) LIMIT 1;
DROP TABLE mixed;

-- What is refused.
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', '{"type": "strin"}')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'no json')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', '{"$ref": "urn:not:registered"}')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('', 'true')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema(NULL, 'true')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', NULL::text)$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', assert_format => NULL)$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', sample_percent => NULL)$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', sample_percent => 0)$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', sample_percent => 100.1)$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', sample_percent => 'NaN')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', 'log_seen', sample_percent => 1)$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', 'events_pkey')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', 'log')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', 'events', type_column => 'id')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', 'events', payload_column => 'type')$$);
SELECT error_of($$SELECT * FROM tenancy.check_event_schema('x', 'true', 'events', version_column => 'type')$$);
DROP TABLE events, plain_events, log, parted, broken CASCADE;
SELECT tenancy.check_event_schema('order.created', 'true');
DELETE FROM tenancy.event_schema;
