-- Everything that the extension makes, made by the owner of the database.
SET SESSION AUTHORIZATION dump_owner;
SET client_min_messages = warning;
CREATE EXTENSION pg_tenancy;
CREATE TABLE things (tenant_id int NOT NULL, name text);
INSERT INTO things VALUES (1, 'one'), (2, 'two');
SELECT tenancy.enable_isolation('things');
SELECT tenancy.create_partial_index('things', '{name}', 'tenant_id > 1');
CREATE TABLE measures (tenant_id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE measures_2026 PARTITION OF measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
SELECT tenancy.enable_isolation('measures');
SELECT tenancy.register_event_schema('ping', '{"required": ["id"]}');
SELECT tenancy.register_event_schema('ping', '{"required": ["id", "by"]}', assert_format => false);
CREATE TABLE events (type text, payload jsonb CHECK (tenancy.jsonb_matches_schema('{"type": "object"}', payload)));
SELECT tenancy.enforce_event_schemas('events');
INSERT INTO events VALUES ('ping', '{"id": 1, "by": 2}');
CREATE TABLE schemas (schema tenancy.jsonschema);
INSERT INTO schemas VALUES ('{ "kept": "as given" }');
INSERT INTO tenancy.signing_key (kid, algorithm, key, not_after)
VALUES ('2026-01', 'HS256', 'a secret of thirty-two bytes, say', '2099-12-31 00:00:00+00');
GRANT SELECT, INSERT ON tenancy.event_schema TO dump_writer;
-- Isolated as they are made: a dump has their policies, and the rule that would make them again.
CREATE SCHEMA automatic;
SELECT tenancy.auto_isolate('automatic', shared_rows => true, guard => true, roles => '{dump_writer}', on_missing => 'refuse');
CREATE TABLE automatic.orders (id int PRIMARY KEY, tenant_id int) PARTITION BY RANGE (id);
CREATE TABLE automatic.orders_1 PARTITION OF automatic.orders FOR VALUES FROM (1) TO (10) PARTITION BY LIST (id);
CREATE TABLE automatic.orders_1_1 PARTITION OF automatic.orders_1 FOR VALUES IN (1);
CREATE TABLE automatic.orders_2 (id int NOT NULL, tenant_id int);
ALTER TABLE automatic.orders ATTACH PARTITION automatic.orders_2 DEFAULT;
CREATE TABLE automatic.plain AS SELECT 1 AS tenant_id;
CREATE TABLE heir () INHERITS (things);
GRANT SELECT ON automatic.orders TO dump_writer;
CREATE TABLE items (order_id int REFERENCES automatic.orders);
SELECT tenancy.enable_isolation_through('items');
