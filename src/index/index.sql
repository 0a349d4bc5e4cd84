-- Partial indexes.

CREATE FUNCTION create_partial_index(
  relation regclass,
  columns text[],
  predicate text,
  index_name text DEFAULT NULL,
  is_unique boolean DEFAULT false,
  method name DEFAULT 'btree',
  include name[] DEFAULT '{}',
  tenant_leading boolean DEFAULT NULL,
  dry_run boolean DEFAULT false)
RETURNS TABLE(index_name name, action text, statement text, on_conflict text)
AS 'MODULE_PATHNAME', 'tenancy_create_partial_index'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION create_partial_index(regclass, text[], text, text, boolean, name, name[], boolean, boolean) IS
  'creates a partial index unless the table has one of that definition; action: created, exists, rebuilt; on_conflict: the clause that infers it, if it is unique';
