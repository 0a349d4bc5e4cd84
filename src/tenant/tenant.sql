-- Who the tenant is.

GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;

CREATE FUNCTION set_tenant(tenant text, setting text DEFAULT 'tenancy.tenant_id', is_local boolean DEFAULT true)
RETURNS text
AS 'MODULE_PATHNAME', 'tenancy_set_tenant'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION set_tenant(text, text, boolean) IS
  'sets the tenant for this transaction, or with is_local => false for the session';

CREATE FUNCTION clear_tenant(setting text DEFAULT 'tenancy.tenant_id')
RETURNS void
AS 'MODULE_PATHNAME', 'tenancy_clear_tenant'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION clear_tenant(text) IS
  'no tenant from here on: isolated tables show no row';

CREATE FUNCTION current_tenant_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'tenancy_current_tenant_support'
LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION current_tenant_support(internal) IS
  'planner support function of current_tenant(): folds the tenant where tenancy.plan_per_tenant asks for it';

-- STABLE, and never IMMUTABLE: a plan that outlives the tenant must not keep its value. Not LEAKPROOF:
-- the name of the setting may come from a row, and errors print it. A policy loses nothing by that:
-- its own condition comes first, and a call without a column in it leaks nothing anyway.
CREATE FUNCTION current_tenant(tenant_type anyelement, setting text DEFAULT 'tenancy.tenant_id')
RETURNS anyelement
AS 'MODULE_PATHNAME', 'tenancy_current_tenant'
LANGUAGE C STABLE PARALLEL SAFE COST 1 SUPPORT current_tenant_support;
COMMENT ON FUNCTION current_tenant(anyelement, text) IS
  'the tenant as a value of the type of the first argument, NULL where none is set';

CREATE FUNCTION current_tenant()
RETURNS text
AS 'MODULE_PATHNAME', 'tenancy_current_tenant_text'
LANGUAGE C STABLE PARALLEL SAFE COST 1 SUPPORT current_tenant_support;
COMMENT ON FUNCTION current_tenant() IS
  'the tenant as text, NULL where none is set';
