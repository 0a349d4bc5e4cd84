-- check_events(): the events that a table has already.
SELECT tenancy.register_event_schema('order', '{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}');
SELECT tenancy.register_event_schema('old', '{"type": "string"}');
SELECT tenancy.register_event_schema('old', '{"type": "number"}');
SELECT tenancy.register_event_schema('gone', 'true');
SELECT tenancy.retire_event_schema('gone');
CREATE TABLE events (id int, part int, type text, payload jsonb, version int, PRIMARY KEY (part, id));
SELECT * FROM tenancy.check_events('events');
INSERT INTO events (id, part, type, payload)
SELECT i, i % 7, 'order', CASE WHEN i % 1000 = 3 THEN '{}' WHEN i % 500 = 3 THEN '{"id": "x"}' ELSE '{"id": 1}' END::jsonb FROM generate_series(1, 10000) i;
INSERT INTO events VALUES (10001, 0, 'old', '"text"', 1), (10002, 0, 'old', '1', 1), (10003, 0, 'old', '1', NULL), (10004, 0, 'gone', '1', NULL),
  (10005, 0, 'gone', '1', 1), (10006, 0, 'never', '1', NULL), (10007, 0, NULL, '1', NULL), (10008, 0, 'order', NULL, NULL), (10009, 0, 'old', '1', 5);
SELECT * FROM tenancy.check_events('events');
-- Each row against its own version; unknown types allowed.
SELECT * FROM tenancy.check_events('events', version_column => 'version', on_unknown => 'allow') WHERE event_type IS DISTINCT FROM 'order';
-- What a trigger says counts, unless the caller says otherwise.
SELECT count(*) FROM tenancy.enforce_event_schemas('events', version_column => 'version', on_unknown => 'allow');
SELECT * FROM tenancy.check_events('events') WHERE event_type IN ('old', 'never');
SELECT * FROM tenancy.check_events('events', on_unknown => 'reject') WHERE event_type IN ('old', 'never');
-- A row that fails can be changed elsewhere.
UPDATE events SET id = id + 20000 WHERE type = 'never';

-- The example is one of what was counted: the message is that of the keyword, not of another that the row fails at too.
SELECT tenancy.register_event_schema('several', '{"properties": {"x": {"type": "integer"}}, "anyOf": [{"required": ["q"]}, {"required": ["r"]}]}');
CREATE TABLE several (type text, payload jsonb);
INSERT INTO several VALUES ('several', '{"x": "1"}'), ('several', '{"x": 1}');
SELECT * FROM tenancy.check_events('several');
DROP TABLE several;

-- In parallel: a policy tells where it is asked.
CREATE FUNCTION tell() RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE AS $$
BEGIN
  RAISE WARNING 'read by %', CASE WHEN pg_backend_pid() = current_setting('test.leader')::int THEN 'the leader' ELSE 'a worker' END;
  RETURN true;
END $$;
CREATE TABLE watched (type text, payload jsonb);
INSERT INTO watched VALUES ('order', '{}');
CREATE POLICY watch ON watched USING (tell());
ALTER TABLE watched ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON watched TO regress_app;
SELECT set_config('test.leader', pg_backend_pid()::text, false) IS NOT NULL AS is_set;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET ROLE regress_app;
SELECT * FROM tenancy.check_events('watched');
RESET ROLE;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;
DROP TABLE watched;
DROP FUNCTION tell();

-- Its progress is seen by the client, and by others, as it goes on.
CREATE TABLE slow (id int, type text, payload jsonb);
INSERT INTO slow SELECT i, 'order', '{"id": 1}' FROM generate_series(1, 600) i;
CREATE FUNCTION dawdle(id int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF id = 250 THEN PERFORM pg_sleep(2.2); END IF;
  IF id = 260 THEN RAISE WARNING 'others see: %', (SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()); END IF;
  RETURN true;
END $$;
CREATE POLICY dawdle ON slow USING (dawdle(id));
ALTER TABLE slow ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON slow TO regress_app;
GRANT pg_read_all_stats TO regress_app;
SET ROLE regress_app;
SELECT * FROM tenancy.check_events('slow');
SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid();
RESET ROLE;
REVOKE pg_read_all_stats FROM regress_app;
DROP TABLE slow;
DROP FUNCTION dawdle(int);

-- Rows without a key, of partitions, under policies; bad input.
CREATE TABLE parts (tenant_id int, type text, payload jsonb) PARTITION BY LIST (tenant_id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
INSERT INTO parts VALUES (2, 'order', '{}'), (1, 'order', '{"id": 1}'), (1, 'order', '{}'), (2, 'order', '{}');
SELECT * FROM tenancy.check_events('parts');
SELECT count(*) FROM tenancy.enable_isolation('parts');
GRANT SELECT ON parts TO regress_app;
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('2');
SELECT * FROM tenancy.check_events('parts');
COMMIT;
SELECT error_of($$SELECT * FROM tenancy.check_events('parts_1')$$);
SELECT error_of($$SELECT * FROM tenancy.check_events('events')$$);
RESET ROLE;
SELECT error_of($$SELECT * FROM tenancy.check_events(NULL)$$);
SELECT error_of($$SELECT * FROM tenancy.check_events('pg_class')$$);
SELECT error_of($$SELECT * FROM tenancy.check_events('events', type_column => 'nothing')$$);
SELECT error_of($$SELECT * FROM tenancy.check_events('events', payload_column => 'type')$$);
SELECT error_of($$SELECT * FROM tenancy.check_events('events', on_unknown => 'ignore')$$);
-- The same snapshot for counts and examples.
WITH deleted AS (DELETE FROM events RETURNING 1) SELECT c.* FROM tenancy.check_events('events') AS c WHERE event_type = 'old';
SELECT * FROM tenancy.check_events('events');
DROP TABLE events, parts;
DELETE FROM tenancy.event_schema;
