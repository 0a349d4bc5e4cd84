-- Indexes that are missing, and those that are not worth what they cost.

CREATE FUNCTION index_foreign_keys(schema regnamespace DEFAULT NULL, dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_index_foreign_keys'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION index_foreign_keys(regnamespace, boolean) IS
  'creates an index for every foreign key that no index serves; returns the statements that it ran';
