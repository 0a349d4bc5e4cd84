-- Tables whose payloads all have one schema: CHECK constraints.
CREATE TABLE orders (id int PRIMARY KEY, payload jsonb);
INSERT INTO orders VALUES (1, '{"total": 10}'), (2, '{"total": "ten"}'), (3, NULL);

-- Shown, then run; then it is there.
SELECT tenancy.add_schema_constraint('orders', '{"required": ["total"], "properties": {"total": {"type": "number"}}}', dry_run => true);
SELECT count(*) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'c';
SELECT tenancy.add_schema_constraint('orders', '{"required": ["total"], "properties": {"total": {"type": "number"}}}');
SELECT conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'c';
SELECT tenancy.add_schema_constraint('orders', '{ "properties": {"total": {"type": "number"}}, "required": ["total"] }');
SELECT tenancy.add_schema_constraint('orders', '{"required": ["total"], "properties": {"total": {"type": "number"}}}'::jsonb, dry_run => true);
SELECT error_of($$SELECT tenancy.add_schema_constraint('orders', '{"required": ["total"]}')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('orders', '{"required": ["total"], "properties": {"total": {"type": "number"}}}', assert_format => false, constraint_name => 'orders_payload_schema')$$);

-- New rows are checked, those that were there are not. NULL is no payload.
SELECT error_of($$INSERT INTO orders VALUES (4, '{}')$$);
SELECT error_of($$UPDATE orders SET payload = '{"total": null}' WHERE id = 1$$);
INSERT INTO orders VALUES (5, '{"total": 5}'), (6, NULL);
-- They are, by a step of its own; and what is wrong with them is found before.
SELECT tenancy.validate_schema_constraint('orders', dry_run => true);
SELECT error_of($$SELECT tenancy.validate_schema_constraint('orders')$$);
SELECT id, e.* FROM orders, tenancy.jsonschema_validation_errors('{"required": ["total"], "properties": {"total": {"type": "number"}}}', payload, true) AS e;
DELETE FROM orders WHERE id = 2;
SELECT tenancy.validate_schema_constraint('orders');
SELECT tenancy.validate_schema_constraint('orders');
SELECT tenancy.add_schema_constraint('orders', '{"required": ["total"], "properties": {"total": {"type": "number"}}}');
SELECT tenancy.drop_schema_constraint('orders', dry_run => true);
SELECT tenancy.drop_schema_constraint('orders');
SELECT tenancy.drop_schema_constraint('orders');
SELECT tenancy.drop_schema_constraint('orders', constraint_name => 'orders_payload_schema');
SELECT error_of($$SELECT tenancy.validate_schema_constraint('orders')$$);
SELECT error_of($$SELECT tenancy.validate_schema_constraint('orders', constraint_name => 'none')$$);

-- Both steps in one transaction: possible, and said to lock others out.
BEGIN;
SELECT count(*) FROM tenancy.add_schema_constraint('orders', '{"type": "object"}');
SELECT tenancy.validate_schema_constraint('orders');
ROLLBACK;
SELECT count(*) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'c';

-- Written by hand, in whatever way: known for what it is, and found without its name.
SET search_path = tenancy, public;
ALTER TABLE orders ADD CONSTRAINT by_hand CHECK (jsonb_matches_schema(instance => payload, schema => '{"type" : "object"}'::json));
RESET search_path;
SELECT tenancy.add_schema_constraint('orders', '{"type": "object"}', assert_format => false);
SELECT tenancy.validate_schema_constraint('orders');
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE purchases RENAME payload TO "Pay load";
SELECT tenancy.add_schema_constraint('purchases', '{"maxProperties": 9}', 'Pay load', 'less''s "than" nine');
SELECT error_of($$SELECT tenancy.drop_schema_constraint('purchases', 'Pay load')$$);
SELECT tenancy.drop_schema_constraint('purchases', constraint_name => 'by_hand');
SELECT tenancy.validate_schema_constraint('purchases', 'Pay load');
SELECT tenancy.drop_schema_constraint('purchases', 'Pay load');
-- What is more than that call is another constraint.
ALTER TABLE purchases ADD CONSTRAINT "purchases_Pay load_schema" CHECK ("Pay load" IS NULL OR tenancy.jsonb_matches_schema('true', "Pay load")),
  ADD CONSTRAINT folds_to_an_error CHECK (id > 1 / 0) NOT VALID;
SELECT error_of($$SELECT tenancy.add_schema_constraint('purchases', 'true', 'Pay load')$$);
SELECT tenancy.drop_schema_constraint('purchases', 'Pay load');
SELECT error_of($$SELECT tenancy.drop_schema_constraint('purchases', constraint_name => 'purchases_Pay load_schema')$$);
SELECT error_of($$SELECT tenancy.validate_schema_constraint('purchases', constraint_name => 'purchases_pkey')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('purchases', 'true', 'Pay load', 'orders_pkey')$$);
DROP TABLE purchases;

-- Columns of json and of domains; formats; a schema with quotes and a backslash; registered resources.
CREATE DOMAIN document AS jsonb;
CREATE TABLE texts (raw json, kept document);
SELECT tenancy.add_schema_constraint('texts', '{"format": "date"}', 'raw');
SELECT tenancy.add_schema_constraint('texts', '{"pattern": "^it''s\\.$"}', 'kept');
SELECT tenancy.add_schema_constraint('texts', '{"pattern": "^it''s\\.$"}', 'kept');
SELECT error_of($$INSERT INTO texts (raw) VALUES ('"2026-02-30"')$$);
SELECT error_of($$INSERT INTO texts (kept) VALUES ('"it''s"')$$);
INSERT INTO texts VALUES ('"2026-02-28"', '"it''s."');
SELECT tenancy.drop_schema_constraint('texts', 'raw'), tenancy.drop_schema_constraint('texts', 'kept');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/whole.json", "type": "integer"}');
SELECT tenancy.add_schema_constraint('texts', '{"$ref": "https://example.com/whole.json"}', 'kept');
-- What is registered anew later is another schema.
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/whole.json", "type": "number"}');
SELECT error_of($$SELECT tenancy.add_schema_constraint('texts', '{"$ref": "https://example.com/whole.json"}', 'kept')$$);
SELECT tenancy.unregister_schema_resource('https://example.com/whole.json');
DROP TABLE texts;
DROP DOMAIN document;

-- Partitions and inheritance children get the constraint with the table, and lose it with it.
CREATE TABLE parted (id int, payload jsonb) PARTITION BY RANGE (id);
CREATE TABLE parted_1 (payload jsonb, id int);
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES FROM (1) TO (10);
SELECT tenancy.add_schema_constraint('parted_1', '{"type": "object"}', constraint_name => 'whole');
SELECT tenancy.add_schema_constraint('parted', '{"type": "object"}', constraint_name => 'whole');
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
SELECT error_of($$INSERT INTO parted VALUES (1, '1')$$);
SELECT error_of($$INSERT INTO parted_2 VALUES (10, '1')$$);
SELECT error_of($$SELECT tenancy.drop_schema_constraint('parted_2')$$);
SELECT tenancy.validate_schema_constraint('parted_1');
SELECT tenancy.validate_schema_constraint('parted');
SELECT conrelid::regclass, conname, convalidated, conislocal, coninhcount FROM pg_constraint WHERE conname = 'whole' ORDER BY conrelid::regclass::text;
SELECT tenancy.drop_schema_constraint('parted');
SELECT tenancy.drop_schema_constraint('parted_1');
SELECT tenancy.add_schema_constraint('parted_1', '{"type": "array"}', constraint_name => 'whole');
SELECT error_of($$SELECT tenancy.add_schema_constraint('parted', '{"type": "object"}', constraint_name => 'whole')$$);
CREATE TABLE parent (payload jsonb);
CREATE TABLE child (more int) INHERITS (parent);
SELECT tenancy.add_schema_constraint('parent', '{"type": "object"}');
SELECT error_of($$INSERT INTO child VALUES ('1')$$);
DROP TABLE parted, parent CASCADE;

-- Names that are too long end in "_schema" all the same.
CREATE TABLE "äääääääääääääääääääääääääääääää" (payload jsonb, "öööööööööööööööööööööööööööööö" jsonb);
SELECT tenancy.add_schema_constraint('äääääääääääääääääääääääääääääää', 'true', dry_run => true);
SELECT tenancy.add_schema_constraint('äääääääääääääääääääääääääääääää', 'true', 'öööööööööööööööööööööööööööööö');
SELECT tenancy.add_schema_constraint('äääääääääääääääääääääääääääääää', 'true', 'öööööööööööööööööööööööööööööö');
SELECT octet_length(conname) FROM pg_constraint WHERE conname LIKE '%\_schema' AND conrelid = 'äääääääääääääääääääääääääääääää'::regclass;
DROP TABLE "äääääääääääääääääääääääääääääää";

-- No name in the search_path counts.
CREATE TABLE things (payload jsonb, number int, copied jsonb GENERATED ALWAYS AS (payload) STORED);
CREATE SCHEMA evil;
CREATE FUNCTION evil.jsonb_matches_schema(text, jsonb, boolean) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE DOMAIN evil.jsonschema AS text;
CREATE DOMAIN evil.jsonb AS pg_catalog.jsonb CHECK (false);
CREATE DOMAIN evil.json AS pg_catalog.json CHECK (false);
CREATE DOMAIN evil.bool AS pg_catalog.bool CHECK (false);
SET search_path = evil, public, pg_catalog;
SELECT count(*) FROM tenancy.add_schema_constraint('things', '{"type": "object"}'::pg_catalog.text, 'copied');
SELECT tenancy.add_schema_constraint('things', '{"type": "object"}'::pg_catalog.text, 'copied');
SELECT tenancy.validate_schema_constraint('things', 'copied');
RESET search_path;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'things'::regclass AND contype = 'c';
SELECT error_of($$INSERT INTO things VALUES ('1')$$);
DROP FUNCTION evil.jsonb_matches_schema(text, pg_catalog.jsonb, boolean);
DROP DOMAIN evil.jsonschema, evil.jsonb, evil.json, evil.bool;
DROP SCHEMA evil;

-- What is refused.
CREATE VIEW seen AS SELECT * FROM things;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE away (payload jsonb) SERVER nowhere;
SELECT error_of($$SELECT tenancy.add_schema_constraint('seen', 'true')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('away', 'true')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('pg_class', 'true')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true', 'nothing')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true', 'number')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true', 'ctid')$$);
SELECT error_of($$SELECT tenancy.drop_schema_constraint('things', 'nothing')$$);
SELECT error_of($$SELECT tenancy.validate_schema_constraint('things', 'number')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', '{"type": "objekt"}')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'no json')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', '{"$ref": "urn:none"}')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint(NULL, 'true')$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', NULL::text)$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true', NULL)$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true', assert_format => NULL)$$);
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true', dry_run => NULL)$$);
SET ROLE regress_stranger;
SELECT error_of($$SELECT tenancy.add_schema_constraint('things', 'true')$$);
SELECT error_of($$SELECT tenancy.validate_schema_constraint('things')$$);
SELECT error_of($$SELECT tenancy.drop_schema_constraint('things')$$);
RESET ROLE;
DROP TABLE things CASCADE;
DROP FOREIGN DATA WRAPPER nowhere CASCADE;
