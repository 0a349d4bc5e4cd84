-- Event types: their schemas, and the tables that hold events.

-- The C++ code reads this table by attribute number and by its primary key.
CREATE TABLE event_schema (
  event_type text COLLATE "C" NOT NULL CHECK (event_type <> ''),
  version integer NOT NULL CHECK (version > 0),
  schema jsonschema NOT NULL,
  assert_format boolean NOT NULL DEFAULT true,
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by name NOT NULL DEFAULT current_user,
  source json,
  resources text[] COLLATE "C",
  retired_at timestamptz,
  PRIMARY KEY (event_type, version)
);
COMMENT ON COLUMN event_schema.schema IS 'self-contained: what its references name is embedded';
COMMENT ON COLUMN event_schema.source IS 'the schema as it was given, where it refers to registered resources';
COMMENT ON COLUMN event_schema.resources IS 'the URIs of the registered resources that are embedded; null: none';
COMMENT ON COLUMN event_schema.retired_at IS 'since when no new events are written in this version; null: it is in use';
COMMENT ON TABLE event_schema IS 'the schemas of event payloads, a row a version';
SELECT pg_catalog.pg_extension_config_dump('event_schema', '');
-- Whoever creates the extension registers, and grants others the right to. As its owner, not by a
-- grant: a dump could not restore what a role that only had a grant granted on.
ALTER TABLE event_schema OWNER TO @extowner@;

CREATE FUNCTION event_schema_changed() RETURNS trigger
AS 'MODULE_PATHNAME', 'tenancy_event_schema_changed'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION event_schema_changed() IS
  'makes every backend read the registry anew; a trigger of tenancy.event_schema';
-- ALWAYS, and for each row: changes that replication applies count too.
CREATE TRIGGER event_schema_changed AFTER INSERT OR UPDATE OR DELETE ON event_schema
FOR EACH ROW EXECUTE FUNCTION event_schema_changed();
CREATE TRIGGER event_schema_truncated AFTER TRUNCATE ON event_schema
FOR EACH STATEMENT EXECUTE FUNCTION event_schema_changed();
ALTER TABLE event_schema ENABLE ALWAYS TRIGGER event_schema_changed;
ALTER TABLE event_schema ENABLE ALWAYS TRIGGER event_schema_truncated;

-- Whatever type the schema comes as; a literal without one is text, which may refer to resources.
CREATE FUNCTION register_event_schema(event_type text, schema text, assert_format boolean DEFAULT true)
RETURNS integer
AS 'MODULE_PATHNAME', 'tenancy_register_event_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION register_event_schema(text, text, boolean) IS
  'registers a new version of the schema of an event type, unless its newest is the same; returns the version';
CREATE FUNCTION register_event_schema(event_type text, schema json, assert_format boolean DEFAULT true)
RETURNS integer
AS 'MODULE_PATHNAME', 'tenancy_register_event_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION register_event_schema(text, json, boolean) IS
  'registers a new version of the schema of an event type, unless its newest is the same; returns the version';
CREATE FUNCTION register_event_schema(event_type text, schema jsonschema, assert_format boolean DEFAULT true)
RETURNS integer
AS 'MODULE_PATHNAME', 'tenancy_register_event_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION register_event_schema(text, jsonschema, boolean) IS
  'registers a new version of the schema of an event type, unless its newest is the same; returns the version';
CREATE FUNCTION register_event_schema(event_type text, schema jsonb, assert_format boolean DEFAULT true)
RETURNS integer
AS 'MODULE_PATHNAME', 'tenancy_register_event_schema_jsonb'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION register_event_schema(text, jsonb, boolean) IS
  'registers a new version of the schema of an event type, unless its newest is the same; returns the version';

CREATE FUNCTION retire_event_schema(event_type text, version integer DEFAULT NULL)
RETURNS integer
AS 'MODULE_PATHNAME', 'tenancy_retire_event_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION retire_event_schema(text, integer) IS
  'lets no new events be written in a version of an event type, or in any; returns how many versions that retired';

-- Whoever changes a resource that event schemas refer to changes them, and must be able to.
CREATE FUNCTION schema_resource_changed() RETURNS trigger
AS 'MODULE_PATHNAME', 'tenancy_schema_resource_changed'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION schema_resource_changed() IS
  'keeps resources that are in use, and puts changed ones in the place of the former; a trigger of tenancy.schema_resource';
CREATE TRIGGER schema_resource_changed AFTER UPDATE OR DELETE ON schema_resource
FOR EACH ROW EXECUTE FUNCTION schema_resource_changed();
CREATE TRIGGER schema_resource_truncated BEFORE TRUNCATE ON schema_resource
FOR EACH STATEMENT EXECUTE FUNCTION schema_resource_changed();

CREATE FUNCTION validate_event(event_type text, payload jsonb, version integer DEFAULT NULL)
RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_validate_event'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION validate_event(text, jsonb, integer) IS
  'whether a payload satisfies the registered schema of its event type, the newest unless a version is given';

CREATE FUNCTION event_errors(event_type text, payload jsonb, version integer DEFAULT NULL)
RETURNS TABLE(instance_location text, keyword_location text, message text)
AS 'MODULE_PATHNAME', 'tenancy_event_errors'
LANGUAGE C STABLE PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION event_errors(text, jsonb, integer) IS
  'every reason why a payload does not satisfy the registered schema of its event type';

CREATE FUNCTION event_objection(
  event_type text,
  payload jsonb,
  version integer DEFAULT NULL,
  on_unknown text DEFAULT 'reject',
  OUT reason text,
  OUT errors jsonb)
AS 'MODULE_PATHNAME', 'tenancy_event_objection'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION event_objection(text, jsonb, integer, text) IS
  'why enforce_event_schemas() would not accept an event: the reason, and all that is wrong with its payload; nulls where it would';

CREATE FUNCTION check_event() RETURNS trigger
AS 'MODULE_PATHNAME', 'tenancy_check_event'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_event() IS
  'the trigger function that enforce_event_schemas() puts on a table';

CREATE FUNCTION guard_quarantine() RETURNS trigger
AS 'MODULE_PATHNAME', 'tenancy_guard_quarantine'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION guard_quarantine() IS
  'the trigger function of quarantines, which others than their owner fill through their tables only';

CREATE FUNCTION enforce_event_schemas(
  relation regclass,
  type_column name DEFAULT 'type',
  payload_column name DEFAULT 'payload',
  version_column name DEFAULT NULL,
  on_unknown text DEFAULT 'reject',
  mode text DEFAULT 'reject',
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_enforce_event_schemas'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION enforce_event_schemas(regclass, name, name, name, text, text, boolean) IS
  'rejects, or puts into quarantine, rows whose payload does not satisfy the registered schema of their event type; returns the statements that it ran';

CREATE FUNCTION unenforce_event_schemas(relation regclass, dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_unenforce_event_schemas'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION unenforce_event_schemas(regclass, boolean) IS
  'takes back what enforce_event_schemas() did to a table; returns the statements that it ran';

CREATE FUNCTION requeue(
  relation regclass,
  event_type text DEFAULT NULL,
  ids bigint[] DEFAULT NULL,
  max_rows bigint DEFAULT NULL)
RETURNS TABLE(requeued bigint, still_invalid bigint)
AS 'MODULE_PATHNAME', 'tenancy_requeue'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;
COMMENT ON FUNCTION requeue(regclass, text, bigint[], bigint) IS
  'checks events in quarantine again, and moves those that are accepted now into their table';

CREATE FUNCTION check_stored_event(
  place oid,
  tid tid,
  event_type text,
  payload jsonb,
  version integer,
  allow_unknown boolean)
RETURNS text
AS 'MODULE_PATHNAME', 'tenancy_check_stored_event'
LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION check_stored_event(oid, tid, text, jsonb, integer, boolean) IS
  'what check_events() calls for each row: null, or what the row has in common with others that fail';

CREATE FUNCTION check_events(
  relation regclass,
  type_column name DEFAULT NULL,
  payload_column name DEFAULT NULL,
  version_column name DEFAULT NULL,
  on_unknown text DEFAULT NULL)
RETURNS TABLE(event_type text, total bigint, invalid bigint, keyword_location text, first_invalid text, message text)
AS 'MODULE_PATHNAME', 'tenancy_check_events'
LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_events(regclass, name, name, name, text) IS
  'checks the events of a table against the registered schemas: how many of each type, how many fail, by what, and an example';

CREATE FUNCTION enforce_on_new_children() RETURNS event_trigger
AS 'MODULE_PATHNAME', 'tenancy_enforce_on_new_children'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION enforce_on_new_children() IS
  'enforces event schemas on new inheritance children as on their parents; an event trigger';
-- By its name after the one that isolates new tables: a quarantine is isolated as its table is.
CREATE EVENT TRIGGER pg_tenancy_spread_event_schemas ON ddl_command_end
WHEN TAG IN ('CREATE TABLE', 'CREATE SCHEMA', 'ALTER TABLE')
EXECUTE FUNCTION enforce_on_new_children();
