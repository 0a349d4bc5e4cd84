-- What a new version of an event type's schema would change.

-- Whatever type the schema comes as; a literal without one is text, which may refer to resources.
CREATE FUNCTION check_event_schema(
  event_type text,
  schema text,
  relation regclass DEFAULT NULL,
  type_column name DEFAULT NULL,
  payload_column name DEFAULT NULL,
  version_column name DEFAULT NULL,
  sample_percent double precision DEFAULT 100,
  assert_format boolean DEFAULT true)
RETURNS TABLE(change text, location text, before text, after text, is_breaking boolean, stored_in regclass, checked bigint,
  failing bigint, example text, message text)
AS 'MODULE_PATHNAME', 'tenancy_check_event_schema'
LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_event_schema(text, text, regclass, name, name, name, double precision, boolean) IS
  'what registering a schema would change: which stored events of that type would no longer pass, and how it differs from the newest version';
CREATE FUNCTION check_event_schema(
  event_type text,
  schema json,
  relation regclass DEFAULT NULL,
  type_column name DEFAULT NULL,
  payload_column name DEFAULT NULL,
  version_column name DEFAULT NULL,
  sample_percent double precision DEFAULT 100,
  assert_format boolean DEFAULT true)
RETURNS TABLE(change text, location text, before text, after text, is_breaking boolean, stored_in regclass, checked bigint,
  failing bigint, example text, message text)
AS 'MODULE_PATHNAME', 'tenancy_check_event_schema'
LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_event_schema(text, json, regclass, name, name, name, double precision, boolean) IS
  'what registering a schema would change: which stored events of that type would no longer pass, and how it differs from the newest version';
CREATE FUNCTION check_event_schema(
  event_type text,
  schema jsonschema,
  relation regclass DEFAULT NULL,
  type_column name DEFAULT NULL,
  payload_column name DEFAULT NULL,
  version_column name DEFAULT NULL,
  sample_percent double precision DEFAULT 100,
  assert_format boolean DEFAULT true)
RETURNS TABLE(change text, location text, before text, after text, is_breaking boolean, stored_in regclass, checked bigint,
  failing bigint, example text, message text)
AS 'MODULE_PATHNAME', 'tenancy_check_event_schema'
LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_event_schema(text, jsonschema, regclass, name, name, name, double precision, boolean) IS
  'what registering a schema would change: which stored events of that type would no longer pass, and how it differs from the newest version';
CREATE FUNCTION check_event_schema(
  event_type text,
  schema jsonb,
  relation regclass DEFAULT NULL,
  type_column name DEFAULT NULL,
  payload_column name DEFAULT NULL,
  version_column name DEFAULT NULL,
  sample_percent double precision DEFAULT 100,
  assert_format boolean DEFAULT true)
RETURNS TABLE(change text, location text, before text, after text, is_breaking boolean, stored_in regclass, checked bigint,
  failing bigint, example text, message text)
AS 'MODULE_PATHNAME', 'tenancy_check_event_schema_jsonb'
LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_event_schema(text, jsonb, regclass, name, name, name, double precision, boolean) IS
  'what registering a schema would change: which stored events of that type would no longer pass, and how it differs from the newest version';
