-- The crossings between the server and C++: errors, memory, cancels.
CREATE EXTENSION pg_tenancy_boundary;

-- Prints an error's every field. Errors are caught in a subtransaction, as PL/pgSQL does it.
CREATE FUNCTION fields_of(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  state text; message text; detail text; hint text; context text;
  a text; b text; c text; d text; e text;
BEGIN
  EXECUTE statement;
  RETURN NEXT 'no error';
EXCEPTION WHEN OTHERS OR query_canceled THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
    detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT,
    a = SCHEMA_NAME, b = TABLE_NAME, c = COLUMN_NAME, d = PG_DATATYPE_NAME, e = CONSTRAINT_NAME;
  RETURN QUERY SELECT format('%s: %s', f.name, f.value) FROM (VALUES
    (1, 'sqlstate', state), (2, 'message', message), (3, 'detail', detail), (4, 'hint', hint),
    (5, 'context', context), (6, 'schema', a), (7, 'table', b), (8, 'column', c),
    (9, 'datatype', d), (10, 'constraint', e)) AS f(position, name, value)
    WHERE f.value <> '' ORDER BY f.position;
END $$;

-- 50,000 errors of the server caught in C++: each whole, each destructor run, no memory kept.
SELECT boundary_catch(1) AS first, boundary_destroyed() AS destroyed;
SELECT boundary_memory() AS before \gset
SELECT boundary_catch(50000) AS whole, boundary_destroyed() AS destroyed, boundary_live() AS live;
SELECT boundary_memory() <= :before AS memory_is_bounded;

-- An error of the server through both crossings keeps every field.
SELECT * FROM fields_of('SELECT boundary_raise()');
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;

-- An error of ours.
SELECT * FROM fields_of('SELECT boundary_throw()');
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;

-- C++ exceptions: std::bad_alloc is 53200, what should not happen is XX000.
SELECT * FROM fields_of('SELECT boundary_bad_alloc(62)');
SELECT * FROM fields_of('SELECT boundary_foreign(true)');
SELECT * FROM fields_of('SELECT boundary_foreign(false)');
SELECT * FROM fields_of('SELECT boundary_throw_in_server_zone()');
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;

-- A cancel inside C++ code.
SET statement_timeout = '100ms';
SELECT boundary_wait();
RESET statement_timeout;
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;

-- The position in the statement of an error that is raised below us.
SELECT boundary_execute('SELECT 1 +* 2');
SELECT boundary_execute('SELECT 1, NULL, ''x''');
-- Through several crossings.
SELECT * FROM fields_of($$SELECT boundary_execute('SELECT boundary_execute(''SELECT boundary_raise()'')')$$);
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;

-- Errors that are raised and caught again and again in one transaction keep no memory.
DO $$
DECLARE before bigint;
BEGIN
  FOR i IN 1 .. 2000 LOOP
    BEGIN PERFORM boundary_raise(); EXCEPTION WHEN division_by_zero THEN NULL; END;
    BEGIN PERFORM boundary_throw(); EXCEPTION WHEN check_violation THEN NULL; END;
    IF i = 2 THEN before := boundary_memory(); END IF;
  END LOOP;
  RAISE NOTICE 'memory is bounded: %', boundary_memory() <= before;
  RAISE NOTICE 'destroyed: %, live: %', boundary_destroyed(), boundary_live();
END $$;

-- Objects owned by a memory context end with it, also when it ends with an error.
SELECT boundary_owned(1000) AS destroyed;
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;
SELECT boundary_owned_error();
SELECT boundary_owned_throws();
SELECT boundary_destroyed() AS destroyed, boundary_live() AS live;
