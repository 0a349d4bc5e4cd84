-- Everything that the extension makes, made by the owner of the database.
SET SESSION AUTHORIZATION regress_dump_owner;
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
SELECT tenancy.create_payload_index('events');
CREATE INDEX ON events (tenancy.text_at(payload, 'id'));
CREATE TABLE schemas (schema tenancy.jsonschema);
INSERT INTO schemas VALUES ('{ "kept": "as given" }');
CREATE INDEX ON schemas USING hash (schema);
CREATE UNIQUE INDEX ON schemas (schema);
-- Events that are older than what enforces them: a version that the newest would refuse, one that all would, an unknown
-- type, nulls. And events that are held to their own versions.
CREATE TABLE history (id int, type text, payload jsonb);
INSERT INTO history VALUES (1, 'ping', '{"id": 1}'), (2, 'ping', '{}'), (3, 'never', '{}'), (4, NULL, NULL), (5, 'ping', '{"id": 1, "by": 2}');
SELECT tenancy.enforce_event_schemas('history');
CREATE TABLE versioned (type text, payload jsonb, version int);
INSERT INTO versioned VALUES ('counted', '{}', 2);
SELECT tenancy.enforce_event_schemas('versioned', version_column => 'version', on_unknown => 'allow');
INSERT INTO versioned VALUES ('ping', '{"id": 1}', 1), ('ping', '{"id": 1, "by": 2}', NULL), ('never', '{}', NULL);
-- Quarantine: of an isolated table, and of a partitioned one whose names are to be quoted.
CREATE TABLE deliveries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int, type text, payload jsonb);
GRANT SELECT, INSERT ON deliveries TO regress_dump_writer;
SELECT tenancy.enable_isolation('deliveries', guard => true, roles => '{regress_dump_writer}');
SELECT tenancy.enforce_event_schemas('deliveries', mode => 'quarantine');
GRANT SELECT ON deliveries_quarantine TO regress_dump_writer;
CREATE SCHEMA "it's";
CREATE TABLE "it's"."in \two" (at date, "pay load" jsonb, "Type" varchar(20)) PARTITION BY RANGE (at);
CREATE TABLE "it's".half PARTITION OF "it's"."in \two" FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
SELECT tenancy.enforce_event_schemas('"it''s"."in \two"', 'Type', 'pay load', mode => 'quarantine');
INSERT INTO "it's"."in \two" VALUES ('2026-01-01', '{"id": 1, "by": 2}', 'ping'), ('2026-01-02', '{"id": 2}', 'ping');
INSERT INTO "it's".half VALUES ('2026-01-03', '{"by": 3}', 'ping');
CREATE TABLE texts (document json CHECK (tenancy.json_matches_schema('{"maxLength": 5}', document, assert_format => true)));
INSERT INTO texts VALUES ('"short"');
-- One constraint that has been validated and one that has not, which a dump restores after the rows.
CREATE TABLE readings (id int, payload jsonb, raw json) PARTITION BY RANGE (id);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM (1) TO (10);
INSERT INTO readings VALUES (1, '{"value": "2026-01-31"}', '"long before"');
SELECT tenancy.add_schema_constraint('readings', '{"required": ["value"], "properties": {"value": {"format": "date", "pattern": "^[^\\\\'']*$"}}}');
SELECT tenancy.validate_schema_constraint('readings');
SELECT tenancy.add_schema_constraint('readings', '{"maxLength": 5}', 'raw');
-- The same of tables by themselves, and of one that inherits.
CREATE TABLE samples (id int, payload jsonb);
INSERT INTO samples VALUES (1, '{"value": 1}');
SELECT tenancy.add_schema_constraint('samples', '{"required": ["value"]}');
SELECT tenancy.validate_schema_constraint('samples');
CREATE TABLE specimens () INHERITS (samples);
CREATE TABLE letters (id int, payload jsonb);
INSERT INTO letters VALUES (1, '"not an object"');
SELECT tenancy.add_schema_constraint('letters', '{"type": "object"}', constraint_name => 'are "objects"');
SELECT tenancy.register_schema_resource('{"$id": "https://example.com/whole.json", "type": "integer"}');
SELECT tenancy.register_event_schema('counted', '{"properties": {"n": {"$ref": "https://example.com/whole.json"}}}');
SELECT tenancy.register_event_schema('counted', 'false');
SELECT tenancy.retire_event_schema('counted', 2);
GRANT INSERT, UPDATE ON tenancy.schema_resource TO regress_dump_writer;
INSERT INTO tenancy.signing_key (kid, algorithm, key, not_after)
VALUES ('2026-01', 'HS256', 'a secret of thirty-two bytes, say', '2099-12-31 00:00:00+00');
GRANT SELECT, INSERT ON tenancy.event_schema TO regress_dump_writer;
-- Isolated as they are made: a dump has their policies, and the rule that would make them again.
CREATE SCHEMA automatic;
SELECT tenancy.auto_isolate('automatic', shared_rows => true, guard => true, roles => '{regress_dump_writer}', on_missing => 'refuse');
CREATE TABLE automatic.orders (id int PRIMARY KEY, tenant_id int) PARTITION BY RANGE (id);
CREATE TABLE automatic.orders_1 PARTITION OF automatic.orders FOR VALUES FROM (1) TO (10) PARTITION BY LIST (id);
CREATE TABLE automatic.orders_1_1 PARTITION OF automatic.orders_1 FOR VALUES IN (1);
CREATE TABLE automatic.orders_2 (id int NOT NULL, tenant_id int);
ALTER TABLE automatic.orders ATTACH PARTITION automatic.orders_2 DEFAULT;
CREATE TABLE automatic.plain AS SELECT 1 AS tenant_id;
CREATE TABLE heir () INHERITS (things);
GRANT SELECT ON automatic.orders TO regress_dump_writer;
CREATE TABLE items (order_id int REFERENCES automatic.orders);
SELECT tenancy.enable_isolation_through('items');
-- What its writer has put into quarantine, for two tenants.
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_dump_writer;
SET tenancy.tenant_id = '7';
INSERT INTO deliveries (tenant_id, type, payload) VALUES (7, 'ping', '{"id": 1, "by": 2}'), (7, 'ping', '{"id": 7}'), (7, 'pong', '{"id": 7}');
SET tenancy.tenant_id = '8';
INSERT INTO deliveries (tenant_id, type, payload) VALUES (8, 'ping', '{"id": 8}');
