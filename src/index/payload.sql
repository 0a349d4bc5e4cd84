-- Conditions on payloads that indexes serve under row level security.

CREATE FUNCTION contains_support(internal) RETURNS internal
AS 'MODULE_PATHNAME', 'tenancy_contains_support'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contains_support(internal) IS 'tells the planner which indexes serve contains()';

-- LEAKPROOF: see docs/security.md.
CREATE FUNCTION contains(document jsonb, fragment jsonb) RETURNS boolean
AS 'MODULE_PATHNAME', 'tenancy_contains'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT contains_support;
COMMENT ON FUNCTION contains(jsonb, jsonb) IS
  'document @> fragment, served by GIN indexes under row level security too';

-- Without a support function: the planner asks none for an operand of an operator, so that only an
-- index on this very expression can serve it.
CREATE FUNCTION text_at(document jsonb, VARIADIC path text[]) RETURNS text
AS 'MODULE_PATHNAME', 'tenancy_text_at'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION text_at(jsonb, text[]) IS
  'document #>> path, served by indexes on this expression under row level security too';

CREATE FUNCTION create_payload_index(
  relation regclass,
  payload_column name DEFAULT 'payload',
  index_name text DEFAULT NULL,
  tenant_leading boolean DEFAULT NULL,
  dry_run boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_create_payload_index'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION create_payload_index(regclass, name, text, boolean, boolean) IS
  'creates the index that serves contains() on a column, unless one does; returns the statements that it ran';
