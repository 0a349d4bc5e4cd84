-- suggest_event_indexes(): what it proposes is made as it stands, and serves a tenant's queries.
SET client_min_messages = notice;
CREATE TABLE events (id int PRIMARY KEY, tenant_id int NOT NULL, type varchar(50) NOT NULL, payload jsonb NOT NULL);
INSERT INTO events SELECT i, i % 10, 'order.' || (ARRAY['created', 'paid', 'shipped', 'noted'])[i % 4 + 1],
  jsonb_build_object('order_id', 'o' || i / 2, 'number', i, 'status', 's' || i / 2, 'customer', jsonb_build_object('id', 'c' || i / 2), 'it''s "a', 'q' || i / 2,
    'items', jsonb_build_array(jsonb_build_object('sku', 'k' || i / 2)), 'padding', repeat('x', 100))
FROM generate_series(1, 20000) i;
CREATE INDEX events_tenant ON events (tenant_id);
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation('events', roles => '{regress_app}');
GRANT SELECT ON events TO regress_app;
SELECT * FROM tenancy.suggest_event_indexes('events');

-- Marked in one type, nested, by reference, with signs in its name; marked in some of the types that have it; identifiers of several;
-- what is in arrays, is an array or an object; identifiers of one type; versions that are not the newest, or retired.
SELECT tenancy.register_event_schema('order.created', '{"properties": {"old_id": {"x-index": true}, "order_id": {}}}');
SELECT tenancy.register_event_schema('order.created', '{"allOf": [{"$ref": "#/$defs/order"}], "properties": {"number": {"type": "integer", "x-index": true}, "it''s \"a": {"x-index": true, "maxLength": 20},
  "status": {"x-index": true, "enum": ["new", "done"]}, "only_id": {}, "items": {"type": "array", "items": {"properties": {"sku": {"x-index": true}}}}},
  "$defs": {"order": {"properties": {"order_id": {"type": "string", "maxLength": 40}, "customer": {"type": "object", "x-index": true, "properties": {"id": {"type": "string", "x-index": true}}}}}}}');
SELECT tenancy.register_event_schema('order.paid', '{"properties": {"order_id": {"type": "string", "format": "uuid"}, "number": {"type": "integer"}, "status": {"x-index": true, "maxLength": 20}}}', assert_format => false);
SELECT tenancy.register_event_schema('order.shipped', '{"properties": {"order_id": {"maxLength": 40}, "status": {"maxLength": 20}}}');
SELECT tenancy.register_event_schema('order.gone', '{"properties": {"order_id": {}, "gone_id": {"x-index": true}}}');
SELECT tenancy.retire_event_schema('order.gone');
SELECT kind, event_type, property, existing_index, statement, reason FROM tenancy.suggest_event_indexes('events') \gx

-- Every statement runs as it stands; then there is nothing left to do.
SELECT statement FROM tenancy.suggest_event_indexes('events') WHERE statement IS NOT NULL \gexec
VACUUM ANALYZE events;
SELECT kind, event_type, property, existing_index, statement FROM tenancy.suggest_event_indexes('events');

-- And each index is used, as a tenant.
CREATE FUNCTION indexes_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
  RETURN coalesce((SELECT string_agg(DISTINCT i #>> '{}', ', ' ORDER BY i #>> '{}') FROM jsonb_path_query(plan::jsonb, 'strict $.**."Index Name"') i WHERE i #>> '{}' <> 'events_tenant'), 'none');
END $$;
SET ROLE regress_app;
SET tenancy.tenant_id = '7';
SELECT condition, indexes_of('SELECT id FROM events WHERE ' || condition) AS indexes FROM (VALUES
  (1, $$tenancy.text_at(payload, 'order_id') = 'o3503'$$),
  (2, $$type = 'order.paid' AND tenancy.text_at(payload, 'order_id') = 'o3508'$$),
  (3, $$tenancy.text_at(payload, 'order_id') IN ('o3503', 'o3508')$$),
  (4, $$type = 'order.created' AND tenancy.text_at(payload, 'number') = '7007'$$),
  (5, $$tenancy.text_at(payload, 'number') = '7007'$$),
  (6, $$type = 'order.created' AND tenancy.text_at(payload, 'customer', 'id') = 'c3503'$$),
  (7, $$type = 'order.created' AND tenancy.text_at(payload, 'it''s "a') = 'q3503'$$),
  (8, $$type = 'order.paid' AND tenancy.text_at(payload, 'status') = 's3508'$$),
  (9, $$type = 'order.shipped' AND tenancy.text_at(payload, 'status') = 's3508'$$),
  (10, $$tenancy.contains(payload, '{"items": [{"sku": "k3503"}]}')$$)
) AS v(number, condition) ORDER BY number;
SELECT id FROM events WHERE tenancy.text_at(payload, 'order_id') = 'o3503';
-- The one of several types serves plans for any parameter.
SET plan_cache_mode = force_generic_plan;
PREPARE by_order(text, text) AS SELECT id FROM events WHERE type = $1 AND tenancy.text_at(payload, 'order_id') = $2;
SELECT indexes_of('EXECUTE by_order(''order.paid'', ''o3503'')');
DEALLOCATE ALL;
RESET plan_cache_mode;
RESET tenancy.tenant_id;
RESET ROLE;

-- Whatever serves is found, and what does not is not: of all rows, without the tenant, hash; another predicate, an order that is not the text's.
CREATE TABLE plain (type text, payload jsonb);
CREATE FUNCTION answer(definition text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'CREATE INDEX made ON plain ' || definition;
  RETURN QUERY SELECT format('%s: %s', property, coalesce(existing_index, 'none')) FROM tenancy.suggest_event_indexes('plain') WHERE property IN ('/order_id', '/number');
  DROP INDEX made;
END $$;
SELECT definition, answer(definition) FROM (VALUES
  (1, $$((tenancy.text_at(payload, 'order_id')))$$), (2, $$USING hash (tenancy.text_at(payload, VARIADIC '{order_id}'))$$), (3, $$(tenancy.text_at(payload, 'order_id') DESC, type)$$),
  (4, $$(tenancy.text_at(payload, 'order_id')) WHERE tenancy.text_at(payload, 'order_id') IS NOT NULL$$),
  (5, $$(type, tenancy.text_at(payload, 'order_id'))$$), (6, $$(tenancy.text_at(payload, 'order_id') COLLATE "C")$$), (7, $$((payload ->> 'order_id'))$$),
  (8, $$(tenancy.text_at(payload, 'order_id')) WHERE type = 'order.created'$$), (9, $$(tenancy.text_at(payload, 'number')) WHERE type = 'order.created'$$),
  (10, $$(tenancy.text_at(payload, 'number')) WHERE type IN ('order.created', 'order.paid')$$), (11, $$(tenancy.text_at(payload, 'number')) WHERE type = 'order.paid'$$)
) AS v(number, definition) ORDER BY number;
-- A name that is taken, or too long, or given twice.
CREATE TABLE ix_plain_order_id ();
SELECT statement FROM tenancy.suggest_event_indexes('plain') WHERE property = '/order_id';
SELECT tenancy.register_event_schema('t', jsonb_build_object('properties', jsonb_object_agg(repeat('é', 40) || i, '{"x-index": true, "maxLength": 5}'::jsonb))) FROM generate_series(1, 2) i;
SELECT tenancy.register_event_schema('u', '{"properties": {"a b": {"x-index": true, "maxLength": 5}, "a-b": {"x-index": true, "maxLength": 5}, "a": {"properties": {"b": {"x-index": true, "maxLength": 5}}}}}');
SELECT property, statement FROM tenancy.suggest_event_indexes('plain') WHERE event_type IN ('t', 'u');
SELECT count(DISTINCT substring(statement FROM 'INDEX (\S+) ')) AS names, count(*), max(octet_length(substring(statement FROM 'INDEX (\S+) '))) FROM tenancy.suggest_event_indexes('plain') WHERE statement IS NOT NULL;
-- Whatever the names of the columns.
CREATE TABLE "Odd; table" ("Ty""pe" text, "Pay load" jsonb);
SELECT statement FROM tenancy.suggest_event_indexes('"Odd; table"', 'Ty"pe', 'Pay load') WHERE kind = 'payload' OR event_type = 'u' \gexec
SELECT indexdef FROM pg_indexes WHERE tablename = 'Odd; table' ORDER BY 1;
-- A partitioned table's are made on its partitions too.
CREATE TABLE parted (type text, payload jsonb) PARTITION BY LIST (type);
CREATE TABLE parted_u PARTITION OF parted FOR VALUES IN ('u');
SELECT statement FROM tenancy.suggest_event_indexes('parted') WHERE property = '/a/b' \gexec
SELECT existing_index FROM tenancy.suggest_event_indexes('parted') WHERE property = '/a/b';
SELECT existing_index FROM tenancy.suggest_event_indexes('parted_u') WHERE property = '/a/b';
DROP TABLE parted;
-- A schema within itself, and one that cannot be followed to its end.
SELECT tenancy.register_event_schema('tree', '{"properties": {"child": {"$ref": "#"}, "tree_key": {"x-index": true, "maxLength": 5}}}');
SELECT tenancy.register_event_schema('ways', (SELECT jsonb_build_object('$ref', '#/$defs/d0', '$defs', jsonb_object_agg('d' || i, CASE WHEN i = 20 THEN '{}' ELSE
  jsonb_build_object('properties', jsonb_build_object('a', jsonb_build_object('$ref', '#/$defs/d' || i + 1), 'b', jsonb_build_object('$ref', '#/$defs/d' || i + 1))) END)) FROM generate_series(0, 20) i));
SELECT property FROM tenancy.suggest_event_indexes('plain') WHERE event_type IN ('tree', 'ways');

-- What it refuses. To read the registry takes the right to.
SELECT error_of($$SELECT tenancy.suggest_event_indexes('plain', 'payload')$$);
SELECT error_of($$SELECT tenancy.suggest_event_indexes('plain', 'type', 'type')$$);
SELECT error_of($$SELECT tenancy.suggest_event_indexes('plain', NULL)$$);
SELECT error_of($$SELECT tenancy.suggest_event_indexes(0)$$);
ALTER TABLE plain OWNER TO regress_owner;
SET ROLE regress_app;
SELECT error_of($$SELECT tenancy.suggest_event_indexes('plain')$$);
SET ROLE regress_owner;
SELECT error_of($$SELECT tenancy.suggest_event_indexes('plain')$$);
RESET ROLE;

DROP FUNCTION indexes_of(text), answer(text);
DROP TABLE events, plain, ix_plain_order_id, "Odd; table";
DELETE FROM tenancy.event_schema;
