-- Indexes that are missing, and those that are not worth what they cost.

CREATE FUNCTION index_foreign_keys(schema regnamespace DEFAULT NULL, dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_index_foreign_keys'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION index_foreign_keys(regnamespace, boolean) IS
  'creates an index for every foreign key that no index serves; returns the statements that it ran';

CREATE FUNCTION suggest_indexes(relation regclass DEFAULT NULL)
RETURNS TABLE(relation regclass, kind text, statement text, reason text, estimated_rows bigint, estimated_bytes bigint, saving numeric)
AS 'MODULE_PATHNAME', 'tenancy_suggest_indexes'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION suggest_indexes(regclass) IS
  'indexes that are missing, or not worth what they cost, by what the server knows; kind: missing, partial, duplicate, redundant, unused, invalid, hot, not worth it';

CREATE FUNCTION suggest_indexes_for_query(query text)
RETURNS TABLE(relation regclass, kind text, statement text, cost_before numeric, cost_after numeric, used boolean)
AS 'MODULE_PATHNAME', 'tenancy_suggest_indexes_for_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION suggest_indexes_for_query(text) IS
  'plans a query with each index that suggests itself, by HypoPG, and tells which of them it would use; kind: lookup, partial, missing';
