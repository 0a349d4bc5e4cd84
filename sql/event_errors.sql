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

SELECT error_of($$SELECT tenancy.enforce_event_schemas('no_such_table')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events_seen')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events_pkey')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('pg_class')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', type_column => 'nothing')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', type_column => 'number')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', payload_column => 'nothing')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', payload_column => 'document')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', payload_column => 'copied')$$);
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
CREATE TRIGGER wrong AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION tenancy.check_event('type', 'payload', '', 'reject');
SELECT error_of($$INSERT INTO events VALUES (1, 'x', '{}')$$);

SELECT count(*) FROM pg_trigger WHERE tgname = 'zz_tenancy_event_schema';
DELETE FROM tenancy.event_schema;
DROP TABLE events CASCADE;
