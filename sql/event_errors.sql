-- What the functions for events refuse.
CREATE TABLE events (id int PRIMARY KEY, type text, payload jsonb, number int, document json,
  copied jsonb GENERATED ALWAYS AS (payload) STORED);
CREATE VIEW events_seen AS SELECT * FROM events;

SELECT error_of($$SELECT tenancy.register_event_schema('', 'true')$$);
SELECT error_of($$SELECT tenancy.register_event_schema(NULL, 'true')$$);
SELECT error_of($$SELECT tenancy.register_event_schema('x', NULL)$$);
SELECT error_of($$SELECT tenancy.register_event_schema('x', '{"type": 1}')$$);
SELECT error_of($$SELECT tenancy.register_event_schema('x', '{"properties": {"a": {"$ref": "#/$defs/none"}}}')$$);
SELECT error_of($$SELECT tenancy.register_event_schema('x', '{"$ref": "urn:not:registered"}')$$);
SELECT error_of($$SELECT tenancy.validate_event('never.registered', '{}')$$);
SELECT error_of($$SELECT * FROM tenancy.event_errors('never.registered', '{}')$$);
SELECT tenancy.register_event_schema('x', 'true');
SELECT error_of($$SELECT tenancy.validate_event('x', '{}', 2)$$);
SELECT error_of($$SELECT tenancy.validate_event('x', '{}', -1)$$);
SELECT error_of($$SELECT * FROM tenancy.event_errors('x', '{}', 0)$$);

SELECT error_of($$SELECT tenancy.enforce_event_schemas('no_such_table')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events_seen')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events_pkey')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('pg_class')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', type_column => 'nothing')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', type_column => 'number')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', payload_column => 'nothing')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', payload_column => 'document')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', version_column => 'type')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', on_unknown => 'ignore')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', on_unknown => NULL)$$);
SET ROLE regress_stranger;
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events')$$);
SELECT error_of($$SELECT tenancy.unenforce_event_schemas('events')$$);
RESET ROLE;

-- The trigger functions, called otherwise.
SELECT error_of($$SELECT tenancy.check_event()$$);
CREATE TRIGGER wrong BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION tenancy.check_event();
SELECT error_of($$INSERT INTO events VALUES (1, 'x', '{}')$$);
DROP TRIGGER wrong ON events;
CREATE TRIGGER wrong BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION tenancy.check_event('type', 'payload', '', 'ignore');
SELECT error_of($$INSERT INTO events VALUES (1, 'x', '{}')$$);
DROP TRIGGER wrong ON events;
-- By somebody who owns a table: what is not an event is not read as one.
CREATE TRIGGER wrong BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION tenancy.check_event('id', 'number', '', 'reject');
SELECT error_of($$INSERT INTO events VALUES (1234567, 'x', '{}', 2)$$);
DROP TRIGGER wrong ON events;
CREATE TRIGGER wrong BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION tenancy.check_event('type', 'payload', '', 'reject');
INSERT INTO events VALUES (1, 'x', '{}');
SELECT error_of($$DELETE FROM events$$);
DROP TRIGGER wrong ON events;
CREATE TRIGGER wrong AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION tenancy.check_event('type', 'payload', '', 'reject');
SELECT error_of($$INSERT INTO events VALUES (2, 'x', '{}')$$);

SELECT count(*) FROM pg_trigger WHERE tgname = 'zz_tenancy_event_schema';
-- A registry that its owner has altered is not read.
ALTER TABLE tenancy.event_schema DROP CONSTRAINT event_schema_pkey;
SELECT error_of($$SELECT tenancy.validate_event('x', '{}')$$);
ALTER TABLE tenancy.event_schema ADD PRIMARY KEY (event_type, version);
BEGIN;
ALTER TABLE tenancy.event_schema ALTER assert_format DROP DEFAULT, ALTER assert_format TYPE text;
SELECT error_of($$SELECT tenancy.validate_event('x', '{}')$$);
ROLLBACK;
BEGIN;
ALTER TABLE tenancy.event_schema DISABLE TRIGGER event_schema_changed;
SELECT error_of($$SELECT tenancy.validate_event('x', '{}')$$);
ROLLBACK;
BEGIN;
ALTER TABLE tenancy.event_schema ALTER schema DROP NOT NULL;
INSERT INTO tenancy.event_schema (event_type, version, schema) VALUES ('x', 2, NULL);
SELECT error_of($$SELECT tenancy.validate_event('x', '{}')$$);
ROLLBACK;
BEGIN;
CREATE RULE swallow AS ON INSERT TO tenancy.event_schema DO INSTEAD NOTHING;
SELECT left(e, 5) AS sqlstate FROM error_of($$SELECT tenancy.register_event_schema('swallowed', 'true')$$) e LIMIT 1;
ROLLBACK;
SELECT tenancy.validate_event('x', '{}');
DELETE FROM tenancy.event_schema;
DROP TABLE events CASCADE;
