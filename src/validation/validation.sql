-- JSON Schema validation of stored jsonb.

CREATE FUNCTION jsonb_matches_schema(schema jsonschema, instance jsonb, assert_format boolean DEFAULT false)
RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_jsonb_matches_schema'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb_matches_schema(jsonschema, jsonb, boolean) IS
  'whether a jsonb value satisfies a JSON Schema; good in a CHECK constraint';

CREATE FUNCTION json_matches_schema(schema jsonschema, instance json, assert_format boolean DEFAULT false)
RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_json_matches_schema'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION json_matches_schema(jsonschema, json, boolean) IS
  'whether a json value, cast to jsonb, satisfies a JSON Schema; good in a CHECK constraint';

CREATE FUNCTION jsonschema_validation_errors(schema jsonschema, instance jsonb, assert_format boolean DEFAULT false)
RETURNS TABLE(instance_location text, keyword_location text, message text)
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_validation_errors'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION jsonschema_validation_errors(jsonschema, jsonb, boolean) IS
  'every reason why a jsonb value does not satisfy a JSON Schema, at most 1,000';

-- Three, so that a column of either type and a literal are taken alike: of two, a literal would not
-- know which one is meant.
CREATE FUNCTION jsonschema_is_valid(schema jsonb) RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_is_valid_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_is_valid(jsonb) IS
  'whether a document is a JSON Schema by the metaschema of its dialect';
CREATE FUNCTION jsonschema_is_valid(schema json) RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_is_valid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_is_valid(json) IS
  'whether a document is a JSON Schema by the metaschema of its dialect';
CREATE FUNCTION jsonschema_is_valid(schema text) RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_is_valid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_is_valid(text) IS
  'whether a text is JSON, and a JSON Schema by the metaschema of its dialect';

CREATE FUNCTION jsonschema_program(schema jsonschema, assert_format boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_program'
LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION jsonschema_program(jsonschema, boolean) IS
  'what a JSON Schema was compiled to, a line an instruction; for reading, and another in another version';

CREATE FUNCTION schema_cache_entries()
RETURNS TABLE(recency integer, schema text, assert_format boolean, purpose text, bytes bigint, hits bigint,
  compile_time double precision)
AS 'MODULE_PATHNAME', 'tenancy_schema_cache_entries'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION schema_cache_entries() IS
  'the JSON Schemas that this session keeps compiled; behind the view tenancy.schema_cache';
CREATE VIEW schema_cache AS SELECT * FROM schema_cache_entries();
COMMENT ON VIEW schema_cache IS 'the JSON Schemas that this session keeps compiled';
COMMENT ON COLUMN schema_cache.recency IS '1: the one used last; the highest is the next to go';
COMMENT ON COLUMN schema_cache.schema IS 'its text; NULL to roles without the rights of pg_read_all_stats';
COMMENT ON COLUMN schema_cache.assert_format IS 'whether formats are asserted';
COMMENT ON COLUMN schema_cache.purpose IS '"verdict": for yes or no; "report": for what is wrong';
COMMENT ON COLUMN schema_cache.bytes IS 'what it occupies';
COMMENT ON COLUMN schema_cache.hits IS 'how often it was found here; not how often it was used, since a statement looks once';
COMMENT ON COLUMN schema_cache.compile_time IS 'how long compiling it took, in milliseconds';
GRANT SELECT ON schema_cache TO PUBLIC;

CREATE FUNCTION schema_cache_state()
RETURNS TABLE(entries bigint, bytes bigint, limit_bytes bigint, hits bigint, misses bigint, compilations bigint,
  evictions bigint, compile_time double precision)
AS 'MODULE_PATHNAME', 'tenancy_schema_cache_state'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION schema_cache_state() IS
  'how this session''s compiled JSON Schemas are doing; behind the view tenancy.schema_cache_totals';
CREATE VIEW schema_cache_totals AS SELECT * FROM schema_cache_state();
COMMENT ON VIEW schema_cache_totals IS
  'how the cache of compiled JSON Schemas does, since this session began';
COMMENT ON COLUMN schema_cache_totals.entries IS 'how many there are';
COMMENT ON COLUMN schema_cache_totals.bytes IS 'what they occupy';
COMMENT ON COLUMN schema_cache_totals.limit_bytes IS 'tenancy.schema_cache_size';
COMMENT ON COLUMN schema_cache_totals.hits IS 'look-ups that found a schema compiled';
COMMENT ON COLUMN schema_cache_totals.misses IS 'look-ups that did not';
COMMENT ON COLUMN schema_cache_totals.compilations IS 'misses that were compiled; the others were refused, or cancelled';
COMMENT ON COLUMN schema_cache_totals.evictions IS 'schemas that had to go to make room';
COMMENT ON COLUMN schema_cache_totals.compile_time IS 'how long all compilations took, in milliseconds';
GRANT SELECT ON schema_cache_totals TO PUBLIC;
