-- Tables whose payloads all have one schema: CHECK constraints.

-- Whatever type the schema comes as; a literal without one is text, which may refer to resources.
CREATE FUNCTION add_schema_constraint(
  relation regclass,
  schema text,
  payload_column name DEFAULT 'payload',
  constraint_name name DEFAULT NULL,
  assert_format boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_add_schema_constraint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION add_schema_constraint(regclass, text, name, name, boolean, boolean) IS
  'has a table check a column of JSON against a schema, without looking at the rows that it has; returns the statements that it ran';
CREATE FUNCTION add_schema_constraint(
  relation regclass,
  schema json,
  payload_column name DEFAULT 'payload',
  constraint_name name DEFAULT NULL,
  assert_format boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_add_schema_constraint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION add_schema_constraint(regclass, json, name, name, boolean, boolean) IS
  'has a table check a column of JSON against a schema, without looking at the rows that it has; returns the statements that it ran';
CREATE FUNCTION add_schema_constraint(
  relation regclass,
  schema jsonschema,
  payload_column name DEFAULT 'payload',
  constraint_name name DEFAULT NULL,
  assert_format boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_add_schema_constraint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION add_schema_constraint(regclass, jsonschema, name, name, boolean, boolean) IS
  'has a table check a column of JSON against a schema, without looking at the rows that it has; returns the statements that it ran';
CREATE FUNCTION add_schema_constraint(
  relation regclass,
  schema jsonb,
  payload_column name DEFAULT 'payload',
  constraint_name name DEFAULT NULL,
  assert_format boolean DEFAULT true,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_add_schema_constraint_jsonb'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION add_schema_constraint(regclass, jsonb, name, name, boolean, boolean) IS
  'has a table check a column of JSON against a schema, without looking at the rows that it has; returns the statements that it ran';

CREATE FUNCTION validate_schema_constraint(
  relation regclass,
  payload_column name DEFAULT 'payload',
  constraint_name name DEFAULT NULL,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_validate_schema_constraint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION validate_schema_constraint(regclass, name, name, boolean) IS
  'checks the rows that a table had before its schema constraint; in a transaction of its own; returns the statements that it ran';

CREATE FUNCTION drop_schema_constraint(
  relation regclass,
  payload_column name DEFAULT 'payload',
  constraint_name name DEFAULT NULL,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_drop_schema_constraint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION drop_schema_constraint(regclass, name, name, boolean) IS
  'takes back what add_schema_constraint() did to a table; returns the statements that it ran';
