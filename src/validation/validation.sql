-- JSON Schema validation of stored jsonb.

CREATE TYPE jsonschema;

CREATE FUNCTION jsonschema_in(cstring) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_in(cstring) IS 'I/O';
CREATE FUNCTION jsonschema_out(jsonschema) RETURNS cstring
AS 'textout' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_out(jsonschema) IS 'I/O';
CREATE FUNCTION jsonschema_recv(internal) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_recv(internal) IS 'I/O';
CREATE FUNCTION jsonschema_send(jsonschema) RETURNS bytea
AS 'textsend' LANGUAGE internal STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_send(jsonschema) IS 'I/O';

CREATE TYPE jsonschema (
  INPUT = jsonschema_in,
  OUTPUT = jsonschema_out,
  RECEIVE = jsonschema_recv,
  SEND = jsonschema_send,
  INTERNALLENGTH = VARIABLE,
  STORAGE = extended
);
COMMENT ON TYPE jsonschema IS 'a JSON Schema, checked on input and kept as it was given';

CREATE FUNCTION jsonschema(json) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_from_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema(json) IS 'a json value as a JSON Schema';
CREATE FUNCTION jsonschema(jsonb) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema(jsonb) IS 'a jsonb value as a JSON Schema';

CREATE CAST (json AS jsonschema) WITH FUNCTION jsonschema(json) AS IMPLICIT;
CREATE CAST (jsonb AS jsonschema) WITH FUNCTION jsonschema(jsonb) AS IMPLICIT;
CREATE CAST (jsonschema AS json) WITH INOUT;
CREATE CAST (jsonschema AS jsonb) WITH INOUT;

CREATE FUNCTION jsonb_matches_schema(schema jsonschema, instance jsonb, assert_format boolean DEFAULT false)
RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_jsonb_matches_schema'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb_matches_schema(jsonschema, jsonb, boolean) IS
  'whether a jsonb value satisfies a JSON Schema; good in a CHECK constraint';

CREATE FUNCTION jsonschema_validation_errors(schema jsonschema, instance jsonb, assert_format boolean DEFAULT false)
RETURNS TABLE(instance_location text, keyword_location text, message text)
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_validation_errors'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION jsonschema_validation_errors(jsonschema, jsonb, boolean) IS
  'every reason why a jsonb value does not satisfy a JSON Schema, at most 1,000';
