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
