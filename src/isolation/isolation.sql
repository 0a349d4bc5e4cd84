-- What a tenant may touch.

CREATE FUNCTION enable_isolation(
  relation regclass,
  tenant_column name DEFAULT 'tenant_id',
  roles name[] DEFAULT '{public}',
  setting text DEFAULT 'tenancy.tenant_id',
  policy_name name DEFAULT 'tenant_isolation',
  shared_rows boolean DEFAULT false,
  guard boolean DEFAULT false,
  bypass_roles name[] DEFAULT '{}',
  set_default boolean DEFAULT true,
  create_index boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_enable_isolation'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION enable_isolation(regclass, name, name[], text, name, boolean, boolean, name[], boolean, boolean, boolean) IS
  'sets up row level security by tenant on a table and its children; returns the statements that it ran';

CREATE FUNCTION disable_isolation(relation regclass, dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_disable_isolation'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION disable_isolation(regclass, boolean) IS
  'takes back what enable_isolation() did to a table and its children; returns the statements that it ran';

CREATE FUNCTION enable_isolation_in_schema(
  schema regnamespace,
  tenant_column name DEFAULT 'tenant_id',
  roles name[] DEFAULT '{public}',
  setting text DEFAULT 'tenancy.tenant_id',
  policy_name name DEFAULT 'tenant_isolation',
  shared_rows boolean DEFAULT false,
  guard boolean DEFAULT false,
  bypass_roles name[] DEFAULT '{}',
  set_default boolean DEFAULT true,
  create_index boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_enable_isolation_in_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION enable_isolation_in_schema(regnamespace, name, name[], text, name, boolean, boolean, name[], boolean, boolean, boolean) IS
  'sets up row level security by tenant on every table of a schema that has the tenant column; returns the statements that it ran';

CREATE FUNCTION disable_isolation_in_schema(schema regnamespace, dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_disable_isolation_in_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION disable_isolation_in_schema(regnamespace, boolean) IS
  'takes back what enabling did to every table of a schema; returns the statements that it ran';

CREATE FUNCTION enable_isolation_through(
  relation regclass,
  foreign_key name DEFAULT NULL,
  roles name[] DEFAULT NULL,
  setting text DEFAULT NULL,
  policy_name name DEFAULT NULL,
  shared_rows boolean DEFAULT NULL,
  guard boolean DEFAULT NULL,
  bypass_roles name[] DEFAULT NULL,
  create_index boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_enable_isolation_through'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION enable_isolation_through(regclass, name, name[], text, name, boolean, boolean, name[], boolean, boolean) IS
  'isolates a table without the tenant column by a foreign key to a table that is isolated; returns the statements that it ran';

-- The schemas whose new tables are isolated as they are made. The C++ code reads this table by
-- attribute number. A schema is named by its name: an OID would not survive pg_upgrade.
CREATE TABLE auto_isolation (
  schema_name name NOT NULL PRIMARY KEY,
  tenant_column name NOT NULL,
  roles name[] NOT NULL,
  setting text NOT NULL,
  policy_name name NOT NULL,
  shared_rows boolean NOT NULL,
  guard boolean NOT NULL,
  bypass_roles name[] NOT NULL,
  set_default boolean NOT NULL,
  create_index boolean NOT NULL,
  on_missing text NOT NULL CHECK (on_missing IN ('report', 'refuse', 'ignore'))
);
COMMENT ON TABLE auto_isolation IS 'the schemas whose new tables are isolated as they are made, and how';
SELECT pg_catalog.pg_extension_config_dump('auto_isolation', '');
ALTER TABLE auto_isolation OWNER TO @extowner@;
-- auto_isolate() writes it for the owner of a schema. A right to write it would be a right to lock it.
GRANT SELECT ON auto_isolation TO PUBLIC;

CREATE FUNCTION auto_isolate(
  schema regnamespace,
  tenant_column name DEFAULT 'tenant_id',
  roles name[] DEFAULT '{public}',
  setting text DEFAULT 'tenancy.tenant_id',
  policy_name name DEFAULT 'tenant_isolation',
  shared_rows boolean DEFAULT false,
  guard boolean DEFAULT false,
  bypass_roles name[] DEFAULT '{}',
  set_default boolean DEFAULT true,
  create_index boolean DEFAULT true,
  on_missing text DEFAULT 'report',
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_auto_isolate'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION auto_isolate(regnamespace, name, name[], text, name, boolean, boolean, name[], boolean, boolean, text, boolean) IS
  'isolates the tables of a schema as they are made; returns the statements that it ran';

CREATE FUNCTION auto_isolate_off(schema regnamespace, dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_auto_isolate_off'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION auto_isolate_off(regnamespace, boolean) IS
  'ends what auto_isolate() began; tables that are isolated stay so; returns the statements that it ran';

CREATE FUNCTION isolate_new_tables() RETURNS event_trigger
AS 'MODULE_PATHNAME', 'tenancy_isolate_new_tables'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION isolate_new_tables() IS
  'isolates new children as their parents are, and new tables as the rule of their schema says; an event trigger';
CREATE EVENT TRIGGER pg_tenancy_isolate_new_tables ON ddl_command_end
WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE SCHEMA', 'CREATE FOREIGN TABLE', 'IMPORT FOREIGN SCHEMA',
  'ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER TYPE', 'ALTER SCHEMA')
EXECUTE FUNCTION isolate_new_tables();

CREATE FUNCTION end_rules_of_schemas() RETURNS event_trigger
AS 'MODULE_PATHNAME', 'tenancy_end_rules_of_schemas'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION end_rules_of_schemas() IS
  'ends the rules of automatic isolation of schemas that are dropped; an event trigger';
CREATE EVENT TRIGGER pg_tenancy_end_rules_of_schemas ON sql_drop
WHEN TAG IN ('DROP SCHEMA', 'DROP OWNED', 'DROP EXTENSION')
EXECUTE FUNCTION end_rules_of_schemas();

CREATE FUNCTION isolation_state()
RETURNS TABLE(relation regclass, isolated boolean, tenant_column name, setting text, foreign_key name, policy_name name,
  roles name[], shared_rows boolean, guard boolean, bypass_roles name[], row_security boolean, forced boolean,
  children integer, isolated_children integer, has_index boolean, problem text)
AS 'MODULE_PATHNAME', 'tenancy_isolation_state'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION isolation_state() IS
  'what isolates each table; behind the view tenancy.isolation';
CREATE VIEW isolation AS SELECT * FROM isolation_state();
COMMENT ON VIEW isolation IS 'every table of the database, and what isolates it';
GRANT SELECT ON isolation TO PUBLIC;
