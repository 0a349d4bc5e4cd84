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

-- Everything that can be used by name, or by a sign, has a comment.
SELECT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_tenancy'
LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass AND obj_description(d.objid, d.classid::regclass::name) IS NULL
AND d.classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_class'::regclass, 'pg_cast'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass)
AND (t.typtype IS NULL OR t.typtype <> 'c' AND t.typcategory <> 'A')
ORDER BY 1;

-- What a policy calls once a row: never IMMUTABLE, or a plan would keep a tenant; PARALLEL SAFE.
SELECT oid::regprocedure, provolatile, proparallel FROM pg_proc
WHERE pronamespace = 'tenancy'::regnamespace AND proname = 'current_tenant' ORDER BY 1;
-- Nothing is SECURITY DEFINER, and only that is LEAKPROOF whose errors hold nothing of its arguments.
SELECT oid::regprocedure, prosecdef, proleakproof FROM pg_proc
WHERE pronamespace = 'tenancy'::regnamespace AND (prosecdef OR proleakproof) ORDER BY proname;
