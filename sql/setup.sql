-- What the other tests use. Roles are dropped by the test teardown.
CREATE EXTENSION pg_tenancy;
SELECT extname, extnamespace::regnamespace, extrelocatable FROM pg_extension WHERE extname = 'pg_tenancy';

CREATE ROLE regress_app;
CREATE ROLE regress_owner;
CREATE ROLE regress_stranger;
GRANT CREATE ON SCHEMA public TO regress_owner;

-- The error of a statement, every field on a line of its own.
CREATE FUNCTION error_of(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  state text; message text; detail text; hint text; a text; b text; c text; d text;
BEGIN
  EXECUTE statement;
  RETURN NEXT 'no error';
EXCEPTION WHEN OTHERS OR query_canceled THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
    detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
    a = SCHEMA_NAME, b = TABLE_NAME, c = COLUMN_NAME, d = CONSTRAINT_NAME;
  RETURN NEXT format('%s: %s', state, message);
  IF detail <> '' THEN RETURN NEXT 'DETAIL: ' || detail; END IF;
  IF hint <> '' THEN RETURN NEXT 'HINT: ' || hint; END IF;
  IF b <> '' THEN RETURN NEXT format('AT: %s.%s, column %s, constraint %s', a, b, c, d); END IF;
END $$;

-- Every function of the extension has a comment.
SELECT p.oid::regprocedure FROM pg_proc p
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_tenancy'
WHERE obj_description(p.oid, 'pg_proc') IS NULL;

-- What a policy calls once a row: never IMMUTABLE, or a plan would keep a tenant; PARALLEL SAFE.
SELECT oid::regprocedure, provolatile, proparallel FROM pg_proc
WHERE pronamespace = 'tenancy'::regnamespace AND proname = 'current_tenant' ORDER BY 1;
-- Nothing is SECURITY DEFINER, and nothing is LEAKPROOF that can raise an error about its arguments.
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'tenancy'::regnamespace AND (prosecdef OR proleakproof);
