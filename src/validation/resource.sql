-- Schemas that others refer to by their URIs.

CREATE TABLE schema_resource (
  uri text COLLATE "C" NOT NULL CHECK (uri <> '') PRIMARY KEY,
  schema jsonb NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  registered_by name NOT NULL DEFAULT current_user
);
COMMENT ON TABLE schema_resource IS
  'schemas that the references of others can name, for tenancy.jsonschema_bundle() to embed';
COMMENT ON COLUMN schema_resource.uri IS 'absolute, without a fragment';
SELECT pg_catalog.pg_extension_config_dump('schema_resource', '');
-- Whoever creates the extension registers, and grants others the right to. Everybody reads: a schema
-- is no secret to those who write what it is for.
ALTER TABLE schema_resource OWNER TO @extowner@;
GRANT SELECT ON schema_resource TO PUBLIC;

CREATE FUNCTION register_schema_resource(schema jsonb, uri text DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'tenancy_register_schema_resource'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION register_schema_resource(jsonb, text) IS
  'registers a schema under a URI, by default its own "$id", so that jsonschema_bundle() finds it; returns the URI';

CREATE FUNCTION unregister_schema_resource(uri text) RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_unregister_schema_resource'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION unregister_schema_resource(text) IS
  'takes back register_schema_resource(); returns whether there was one. What was bundled stays as it is';

CREATE FUNCTION jsonschema_bundle(schema jsonb, VARIADIC resources jsonb[] DEFAULT '{}') RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_bundle'
LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION jsonschema_bundle(jsonb, jsonb[]) IS
  'a schema with those embedded that its references name: of the resources given, then of the registered ones';
