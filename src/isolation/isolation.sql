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
