-- Whether a query can use an index, and why not.

CREATE FUNCTION index_usable(index regclass, condition text) RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_index_usable'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION index_usable(regclass, text) IS
  'whether the planner may consider the index for a query with that condition';

CREATE FUNCTION explain_index(index regclass, condition text)
RETURNS TABLE(
  part text,
  clause text,
  met boolean,
  met_by text,
  reason text,
  rewriting text,
  same_rows boolean)
AS 'MODULE_PATHNAME', 'tenancy_explain_index'
LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION explain_index(regclass, text) IS
  'what of an index a query with that condition meets, why not the rest, and how to write it so that it does';
