-- Quarantine: what a table does not take goes to a table beside it, and comes back.
SET client_min_messages = notice;
SELECT tenancy.register_event_schema('order', '{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}');
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type varchar(20) NOT NULL, payload jsonb NOT NULL,
  note text COLLATE "C" DEFAULT 'none', amount numeric(10,2) CHECK (amount > 0), twice numeric GENERATED ALWAYS AS (amount * 2) STORED);
GRANT INSERT ON events TO regress_app;
GRANT INSERT (type, payload) ON events TO regress_stranger;
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', mode => 'warn')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', mode => NULL)$$);
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine', dry_run => true);
SELECT to_regclass('events_quarantine') IS NULL AS nothing_was_made;
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events')$$);

-- The statement goes on. Neither nulls nor other constraints keep a bad event out of quarantine.
SET ROLE regress_app;
INSERT INTO events (type, payload, amount) VALUES ('order', '{"id": 1}', 5), ('order', '{"id": "x"}', -1), ('order', '{}', 2), ('never', '{}', 3);
INSERT INTO events (type, payload) VALUES (NULL, NULL), ('order', NULL);
SET ROLE regress_stranger;
INSERT INTO events (type, payload) VALUES ('order', '[]');
-- Only by way of the table: else who may set some of its columns would set them all.
SELECT error_of($$INSERT INTO events (type, payload, amount) VALUES ('order', '{"id": 1}', 1000)$$);
SELECT error_of($$INSERT INTO events_quarantine (type, payload, amount, quarantine_reason, quarantine_errors) VALUES ('order', '{"id": 1}', 1000, '', '[]')$$);
RESET ROLE;
COPY events (type, payload) FROM stdin;
order	{"id": 2}
order	{"id": 2.5}
order	{"id": 3}
\.
MERGE INTO events e USING (VALUES (100, '{"id": 4}'), (101, '{"no": 4}')) AS v(id, body) ON e.id = v.id
  WHEN NOT MATCHED THEN INSERT (type, payload) VALUES ('order', body::jsonb);
INSERT INTO events (type, payload) VALUES ('order', '{"id": null}') RETURNING id;
SELECT id, type, payload, note, amount, twice FROM events ORDER BY id;
SELECT quarantine_id, quarantined_by = current_user AS mine, id, type, payload, note, amount, quarantine_reason FROM events_quarantine ORDER BY quarantine_id;
SELECT quarantine_id, jsonb_pretty(quarantine_errors) FROM events_quarantine WHERE quarantine_id IN (1, 3) ORDER BY 1;
-- What an UPDATE would spoil is refused: the row is there, and stays as it is.
SELECT error_of($$UPDATE events SET payload = '{}' WHERE id = 1$$);
INSERT INTO events (id, type, payload) OVERRIDING SYSTEM VALUE VALUES (1, 'order', '{"id": 1}') ON CONFLICT (id) DO UPDATE SET note = 'again';
SELECT error_of($$INSERT INTO events (id, type, payload) OVERRIDING SYSTEM VALUE VALUES (1, 'order', '{"id": 1}') ON CONFLICT (id) DO UPDATE SET payload = '{}'$$);

-- Back: only what is accepted now, whole; what is still wrong says why.
SELECT * FROM tenancy.event_objection('order', '{"id": 1}');
SELECT * FROM tenancy.event_objection('order', '{"id": "x"}');
SELECT * FROM tenancy.event_objection('never', '{}');
SELECT * FROM tenancy.event_objection('never', '{}', on_unknown => 'allow');
SELECT * FROM tenancy.event_objection(NULL, '{}');
SELECT * FROM tenancy.event_objection('order', NULL);
SELECT * FROM tenancy.event_objection('order', '{"id": 1}', 9);
SELECT error_of($$SELECT tenancy.event_objection('order', '{}', on_unknown => 'ignore')$$);
SELECT error_of($$SELECT tenancy.event_objection('order', '{}', on_unknown => NULL)$$);
SELECT * FROM tenancy.requeue('events');
SELECT tenancy.register_event_schema('never', '{"required": ["id"]}');
SELECT * FROM tenancy.requeue('events', event_type => 'never');
SELECT quarantine_reason, quarantine_errors FROM events_quarantine WHERE type = 'never';
UPDATE events_quarantine SET payload = '{"id": 77}' WHERE type = 'order';
-- Another constraint than the schema's: the call fails as the INSERT would.
SELECT error_of($$SELECT * FROM tenancy.requeue('events', ids => '{1}')$$);
SELECT * FROM tenancy.requeue('events', ids => '{2, 3, 999}');
SELECT * FROM tenancy.requeue('events', max_rows => 0);
UPDATE events_quarantine SET amount = NULL WHERE quarantine_id = 1;
SELECT * FROM tenancy.requeue('events', max_rows => 1);
SELECT * FROM tenancy.requeue('events', 'order');
SELECT id, type, payload, note, amount, twice FROM events WHERE payload = '{"id": 77}' ORDER BY id;
SELECT quarantine_id, type, payload, quarantine_reason FROM events_quarantine ORDER BY 1;
SELECT error_of($$SELECT * FROM tenancy.requeue(NULL)$$);
SELECT error_of($$SELECT * FROM tenancy.requeue('events_quarantine')$$);
SELECT error_of($$SELECT * FROM tenancy.requeue('pg_class')$$);
SET ROLE regress_app;
SELECT error_of($$SELECT * FROM tenancy.requeue('events')$$);
RESET ROLE;

-- Columns change: it says so, and enforcing again mends it.
ALTER TABLE events ADD source inet;
SELECT error_of($$INSERT INTO events (type, payload, source) VALUES ('order', '{}', '::1')$$);
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
INSERT INTO events (type, payload, source) VALUES ('order', '{}', '::1');
ALTER TABLE events DROP note;
INSERT INTO events (type, payload) VALUES ('order', '{}');
SELECT payload, source, note FROM events_quarantine WHERE type = 'order' ORDER BY quarantine_id;
-- A role that may insert since then.
SET ROLE regress_owner;
SELECT error_of($$INSERT INTO events (type, payload) VALUES ('order', '{}')$$);
RESET ROLE;
GRANT INSERT ON events TO regress_owner;
SET ROLE regress_owner;
SELECT error_of($$INSERT INTO events (type, payload) VALUES ('order', '{}')$$);
RESET ROLE;
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
-- Renamed, dropped, or no quarantine any more.
ALTER TABLE events_quarantine RENAME TO elsewhere;
SELECT error_of($$INSERT INTO events (type, payload) VALUES ('order', '{}')$$);
SELECT error_of($$SELECT * FROM tenancy.requeue('events')$$);
ALTER TABLE elsewhere RENAME TO events_quarantine;
ALTER TABLE events_quarantine RENAME quarantine_reason TO reason;
SELECT error_of($$INSERT INTO events (type, payload) VALUES ('order', '{}')$$);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine')$$);
ALTER TABLE events_quarantine RENAME reason TO quarantine_reason;

-- One of another owner is not the table's: who may create tables in its schema would read what goes there.
CREATE TABLE kept (LIKE events_quarantine INCLUDING ALL);
ALTER TABLE kept OWNER TO regress_stranger;
GRANT INSERT ON kept TO public;
CREATE TABLE bait (type text, payload jsonb);
ALTER TABLE kept RENAME TO bait_quarantine;
SELECT error_of($$SELECT tenancy.enforce_event_schemas('bait', mode => 'quarantine')$$);
ALTER TABLE bait_quarantine RENAME TO kept;
SELECT count(*) FROM tenancy.enforce_event_schemas('bait', mode => 'quarantine');
INSERT INTO bait VALUES ('order', '{"secret": 1}');
DROP TABLE bait_quarantine;
ALTER TABLE kept RENAME TO bait_quarantine;
SELECT error_of($$INSERT INTO bait VALUES ('order', '{"secret": 2}')$$);
SELECT error_of($$SELECT * FROM tenancy.requeue('bait')$$);
SELECT count(*) FROM bait_quarantine;
SELECT tenancy.unenforce_event_schemas('bait');
DROP TABLE bait, bait_quarantine;

-- It ends with the trigger if it is empty; also where row level security hides what it has.
ALTER TABLE events_quarantine OWNER TO regress_owner;
ALTER TABLE events OWNER TO regress_owner;
ALTER TABLE events_quarantine ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SET ROLE regress_owner;
SELECT count(*) AS seen FROM events_quarantine;
SELECT tenancy.unenforce_event_schemas('events', dry_run => true);
SELECT tenancy.unenforce_event_schemas('events');
SELECT error_of($$SELECT * FROM tenancy.requeue('events')$$);
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
RESET ROLE;
DELETE FROM events_quarantine;
SELECT tenancy.unenforce_event_schemas('events');
SELECT to_regclass('events_quarantine') IS NULL AS is_gone;

-- A table that is renamed keeps its quarantine, and what is in it.
CREATE TABLE former (type text, payload jsonb);
SELECT count(*) FROM tenancy.enforce_event_schemas('former', mode => 'quarantine');
INSERT INTO former VALUES ('order', '{}');
ALTER TABLE former RENAME TO latter;
ALTER TABLE latter ADD more int;
SELECT tenancy.enforce_event_schemas('latter', mode => 'quarantine');
INSERT INTO latter VALUES ('order', '{}', 1);
UPDATE former_quarantine SET payload = '{"id": 1}';
SELECT * FROM tenancy.requeue('latter');
SELECT * FROM latter;
-- What the table's triggers do not let in on the way back is not lost without a word.
CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
INSERT INTO latter VALUES ('order', '{}', 2);
UPDATE former_quarantine SET payload = '{"id": 1}';
CREATE TRIGGER drop_row BEFORE INSERT ON latter FOR EACH ROW EXECUTE FUNCTION drop_row();
SELECT * FROM tenancy.requeue('latter');
DROP TRIGGER drop_row ON latter;
DROP FUNCTION drop_row();
SELECT tenancy.unenforce_event_schemas('latter');
DROP TABLE latter;

-- Names that are taken.
CREATE TABLE events_quarantine (id int);
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine')$$);
DROP TABLE events_quarantine;
ALTER TABLE events ADD quarantine_id int;
SELECT error_of($$SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine')$$);
DROP TABLE events;

-- By a member of the owner's role, which then owns it.
CREATE TABLE events (type text, payload jsonb);
ALTER TABLE events OWNER TO regress_owner;
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
SELECT relowner::regrole FROM pg_class WHERE relname = 'events_quarantine';
SELECT count(*) FROM tenancy.unenforce_event_schemas('events');
DROP TABLE events;

-- Partitioned, of another shape, with names to quote and to cut.
CREATE TABLE "Ereig nisse" ("Ty pe" text, "Pay'\load" jsonb, at date, version int) PARTITION BY RANGE (at);
CREATE TABLE part (at date, gone int, version int, "Pay'\load" jsonb, "Ty pe" text);
ALTER TABLE part DROP COLUMN gone;
ALTER TABLE "Ereig nisse" ATTACH PARTITION part FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
SELECT tenancy.enforce_event_schemas('"Ereig nisse"', 'Ty pe', 'Pay''\load', 'version', mode => 'quarantine');
INSERT INTO "Ereig nisse" VALUES ('order', '[1]', '2030-01-01', 1), ('order', '{"id": 1}', '2030-01-02', 1), ('order', '{"id": 1}', '2030-01-02', 7);
INSERT INTO part VALUES ('2030-01-01', 1, '[2]', 'order');
SELECT error_of($$INSERT INTO "Ereig nisse" VALUES ('order', '[1]', '2040-01-01', 1)$$);
SELECT "Ty pe", "Pay'\load", at, version, quarantine_reason FROM "Ereig nisse_quarantine" ORDER BY quarantine_id;
UPDATE "Ereig nisse_quarantine" SET "Pay'\load" = '{"id": 2}', version = NULL;
SELECT error_of($$SELECT * FROM tenancy.requeue('part')$$);
SELECT * FROM tenancy.requeue('"Ereig nisse"');
SELECT tableoid::regclass, * FROM "Ereig nisse" ORDER BY at, "Pay'\load"::text, version;
SELECT tenancy.unenforce_event_schemas('"Ereig nisse"');
DROP TABLE "Ereig nisse";
CREATE TABLE xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxää (type text, payload jsonb);
SELECT tenancy.enforce_event_schemas('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxää', mode => 'quarantine');
INSERT INTO xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxää VALUES ('order', '{}'), ('order', '{"id": 1}');
SELECT relname, octet_length(relname) FROM pg_class WHERE relname ~ '_quarantine$';
DELETE FROM xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_quarantine;
SELECT count(*) FROM tenancy.unenforce_event_schemas('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxää');
DROP TABLE xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxää;
-- An UPDATE that moves a row to another partition moves a row that is there, whatever is registered since then.
SELECT tenancy.register_event_schema('moved', '{"required": ["id"]}');
CREATE TABLE events (place int, type text, payload jsonb, version int, id serial) PARTITION BY LIST (place);
CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
CREATE TABLE events_2 (gone int, id int NOT NULL, payload jsonb, version int, type text, place int);
ALTER TABLE events_2 DROP COLUMN gone;
ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES IN (2);
ALTER TABLE events_1 ALTER payload SET STORAGE external;
INSERT INTO events VALUES (1, 'moved', '{"was": "here before"}', NULL), (1, 'moved', jsonb_build_object('was', repeat('long', 5000)), NULL), (1, 'moved', '{"id": 1}', 1);
SELECT count(*) FROM tenancy.enforce_event_schemas('events', version_column => 'version', mode => 'quarantine');
SELECT tenancy.register_event_schema('moved', '{"required": ["name"]}');
SELECT tenancy.retire_event_schema('moved', 1);
UPDATE events SET place = 2;
SELECT tableoid::regclass, id, type, length(payload::text), version FROM events ORDER BY id;
UPDATE events SET place = 1, payload = '{"id": 2}' WHERE version = 1;
SELECT error_of($$UPDATE events SET place = 2, payload = '{"no": 2}' WHERE version = 1$$);
SELECT error_of($$UPDATE events SET place = 2, version = 2 WHERE version = 1$$);
-- What a trigger spoils on the way is refused, not put into quarantine.
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.payload = '{"spoiled": true}'; RETURN NEW; END $$;
CREATE TRIGGER spoil BEFORE INSERT ON events_2 FOR EACH ROW EXECUTE FUNCTION spoil();
SELECT error_of($$UPDATE events SET place = 2 WHERE version = 1$$);
DROP TRIGGER spoil ON events_2;
-- A new row is new, also in a statement that moves one.
WITH moving AS (UPDATE events SET place = 2 WHERE version = 1 RETURNING *)
  INSERT INTO events (place, type, payload, version) SELECT 2, type, payload, version FROM moving;
WITH moving AS (UPDATE events SET version = 1 WHERE version = 1 RETURNING *)
  INSERT INTO events (place, type, payload, version) SELECT 2, type, payload, version FROM moving;
SELECT tableoid::regclass, id, type, length(payload::text), version FROM events ORDER BY id;
SELECT place, payload, quarantine_reason FROM events_quarantine;
DROP TABLE events, events_quarantine;
DROP FUNCTION spoil();
-- Inherited: each has its own.
CREATE TABLE family (type text, payload jsonb);
CREATE TABLE child (more int) INHERITS (family);
SELECT tenancy.enforce_event_schemas('family', mode => 'quarantine');
INSERT INTO child VALUES ('order', '{}', 5);
SELECT type, payload, more FROM child_quarantine;
UPDATE child_quarantine SET payload = '{"id": 1}';
SELECT * FROM tenancy.requeue('child');
SELECT * FROM child;
SELECT tenancy.unenforce_event_schemas('family');
DROP TABLE child, family;

-- Isolated as the table is: in the same way, by whatever policies, and not less, whenever.
CREATE TABLE parents (id int PRIMARY KEY, tenant_id int);
CREATE TABLE events (tenant_id int, parent_id int REFERENCES parents, type text, payload jsonb);
GRANT SELECT, INSERT ON events, parents TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('events');
CREATE POLICY through ON events AS RESTRICTIVE FOR SELECT TO regress_app
  USING (EXISTS (SELECT FROM parents p WHERE p.id = events.parent_id AND p.tenant_id = events.tenant_id));
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
SELECT polname, polpermissive, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS with_check
FROM pg_policy WHERE polrelid = 'events_quarantine'::regclass ORDER BY 1;
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'events_quarantine'::regclass;
INSERT INTO parents VALUES (1, 7), (2, 8);
GRANT SELECT ON events_quarantine TO regress_app;
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('7');
INSERT INTO events (tenant_id, parent_id, type, payload) VALUES (7, 1, 'order', '{"secret": 7}'), (7, 2, 'order', '{"parent": "another''s"}');
-- A row that the tenant may not write is not written to quarantine either.
SAVEPOINT before;
INSERT INTO events (tenant_id, parent_id, type, payload) VALUES (8, 2, 'order', '{}');
ROLLBACK TO before;
SELECT tenancy.set_tenant('8');
INSERT INTO events (tenant_id, parent_id, type, payload) VALUES (8, 2, 'order', '{"secret": 8}');
SELECT tenant_id, payload FROM events_quarantine;
SELECT tenancy.set_tenant('7');
SELECT tenant_id, payload FROM events_quarantine;
COMMIT;
RESET ROLE;
-- Isolated later than enforced: nothing leaks, and enforcing again isolates.
SELECT count(*) FROM tenancy.unenforce_event_schemas('events');
DROP TABLE events_quarantine;
DROP POLICY through ON events;
SELECT count(*) FROM tenancy.disable_isolation('events');
SELECT count(*) FROM tenancy.enforce_event_schemas('events', mode => 'quarantine');
INSERT INTO events VALUES (7, 1, 'order', '{}');
SELECT count(*) FROM tenancy.enable_isolation('events');
SELECT error_of($$INSERT INTO events VALUES (7, 1, 'order', '{}')$$);
SELECT tenancy.enforce_event_schemas('events', mode => 'quarantine');
INSERT INTO events VALUES (7, 1, 'order', '{}');
SELECT count(*) FROM events_quarantine;
DROP TABLE events, parents, events_quarantine;
-- In a schema whose new tables are isolated as they are created.
CREATE SCHEMA shop;
SELECT count(*) FROM tenancy.auto_isolate('shop');
CREATE TABLE shop.events (tenant_id int, type text, payload jsonb);
SELECT count(*) FROM tenancy.enforce_event_schemas('shop.events', mode => 'quarantine');
SELECT polname FROM pg_policy WHERE polrelid = 'shop.events_quarantine'::regclass;
SELECT count(*) FROM tenancy.auto_isolate_off('shop');
DROP TABLE shop.events, shop.events_quarantine;
DROP SCHEMA shop;

-- A table whose columns have the names of what requeue() looks at.
CREATE TABLE events (quarantine text, reason text, errors text, q text, type text, payload jsonb);
SELECT count(*) FROM tenancy.enforce_event_schemas('events', mode => 'quarantine');
INSERT INTO events VALUES ('a', 'b', 'c', 'd', 'order', '{}'), ('a', 'b', 'c', 'd', 'order', '1');
UPDATE events_quarantine SET payload = '{"id": 1}' WHERE payload = '1';
SELECT * FROM tenancy.requeue('events');
SELECT * FROM events;
DROP TABLE events, events_quarantine;

-- What takes too long to check is an error where it is refused, and one of many rows elsewhere.
SELECT tenancy.register_event_schema('hard', '{"pattern": "^(?=(a+)+$)(a+)+b\\1$"}');
CREATE TABLE events (type text, payload jsonb);
INSERT INTO events VALUES ('hard', to_jsonb(repeat('a', 100))), ('hard', '1'), ('hard', '"c"');
SELECT * FROM tenancy.check_events('events');
SELECT count(*) FROM tenancy.enforce_event_schemas('events');
SELECT split_part(error_of($$INSERT INTO events SELECT 'hard', to_jsonb(repeat('a', 100))$$), ':', 1) AS state;
SELECT count(*) FROM tenancy.unenforce_event_schemas('events');
SELECT count(*) FROM tenancy.enforce_event_schemas('events', mode => 'quarantine');
INSERT INTO events SELECT 'hard', to_jsonb(repeat('a', 100)) FROM generate_series(1, 2);
SELECT quarantine_reason, quarantine_errors FROM events_quarantine;
UPDATE events_quarantine SET payload = '1' WHERE quarantine_id = 2;
SELECT * FROM tenancy.requeue('events');
DROP TABLE events, events_quarantine;

-- A trigger of the quarantine that inserts into the table again, while the table changes.
CREATE TABLE events (type text, payload jsonb);
SELECT count(*) FROM tenancy.enforce_event_schemas('events', mode => 'quarantine');
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.payload <> '1' THEN
    COMMENT ON TABLE events IS 'makes what is known of it be forgotten';
    INSERT INTO events VALUES ('order', '1');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER again AFTER INSERT ON events_quarantine FOR EACH ROW EXECUTE FUNCTION again();
INSERT INTO events SELECT 'order', to_jsonb(i) FROM generate_series(2, 4) i;
SELECT payload FROM events_quarantine ORDER BY quarantine_id;
DROP TABLE events, events_quarantine;
DROP FUNCTION again();
DELETE FROM tenancy.event_schema;

-- Children that are made later are enforced as their parent is, in either mode, isolated or not.
SELECT tenancy.register_event_schema('order', '{"type": "object", "required": ["id"]}');
CREATE TABLE family (tenant_id int, type text, payload jsonb);
SELECT count(*) FROM tenancy.enable_isolation('family');
SELECT count(*) FROM tenancy.enforce_event_schemas('family', on_unknown => 'allow');
CREATE TABLE child (more int) INHERITS (family);
CREATE TABLE grandchild () INHERITS (child);
SELECT error_of($$INSERT INTO child VALUES (1, 'order', '{}')$$);
SELECT error_of($$INSERT INTO grandchild VALUES (1, 'order', '{}')$$);
INSERT INTO grandchild VALUES (1, 'unknown', '{}');
CREATE TABLE adopted (tenant_id int, type text, payload jsonb);
CREATE TABLE adopted_child () INHERITS (adopted);
INSERT INTO adopted_child VALUES (1, 'order', '{}');
ALTER TABLE adopted INHERIT family;
SELECT error_of($$INSERT INTO adopted_child VALUES (1, 'order', '{}')$$);
SELECT tenancy.enforce_event_schemas('family', on_unknown => 'allow');
SELECT count(*) FROM tenancy.unenforce_event_schemas('family');
SELECT count(*) FROM tenancy.enforce_event_schemas('family', mode => 'quarantine');
CREATE TABLE late () INHERITS (family);
INSERT INTO late VALUES (1, 'order', '{}');
SELECT tenant_id, payload FROM late_quarantine;
SELECT polname, polrelid::regclass FROM pg_policy WHERE polrelid::regclass::text ~ '^late' ORDER BY polrelid::regclass::text;
-- Row level security that came later, in part.
CREATE POLICY more ON late AS RESTRICTIVE USING (tenant_id < 10);
SELECT error_of($$INSERT INTO late VALUES (1, 'order', '{}')$$);
SELECT count(*) FROM tenancy.enforce_event_schemas('late', mode => 'quarantine');
INSERT INTO late VALUES (1, 'order', '{}');
DROP TABLE family, child, grandchild, adopted, adopted_child, late, family_quarantine, child_quarantine, grandchild_quarantine, adopted_quarantine, adopted_child_quarantine, late_quarantine;
-- Default privileges are not for quarantines.
CREATE TABLE events (type text, payload jsonb);
GRANT INSERT ON events TO regress_app;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO regress_app, public;
SELECT count(*) FROM tenancy.enforce_event_schemas('events', mode => 'quarantine');
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM regress_app, public;
SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE table_name = 'events_quarantine' AND grantee <> grantor ORDER BY 1, 2;
DROP TABLE events, events_quarantine;
DELETE FROM tenancy.event_schema;
