-- Indexes built without blocking those that write.

CREATE PROCEDURE create_partial_index_concurrently(
  relation regclass,
  columns text[],
  predicate text,
  index_name text DEFAULT NULL,
  is_unique boolean DEFAULT false,
  method name DEFAULT 'btree',
  include name[] DEFAULT '{}',
  tenant_leading boolean DEFAULT NULL,
  dry_run boolean DEFAULT false,
  lock_timeout interval DEFAULT NULL,
  attempts integer DEFAULT 5,
  progress boolean DEFAULT true,
  INOUT action text DEFAULT NULL,
  INOUT statement text DEFAULT NULL,
  INOUT on_conflict text DEFAULT NULL)
AS 'MODULE_PATHNAME', 'tenancy_create_partial_index_concurrently'
LANGUAGE C;
COMMENT ON PROCEDURE create_partial_index_concurrently(regclass, text[], text, text, boolean, name, name[], boolean, boolean, interval, integer, boolean, text, text, text) IS
  'does what create_partial_index() does while others write to the table; action: created, exists, rebuilt; with dry_run only the statement';

CREATE FUNCTION concurrent_index_statements(
  relation regclass,
  columns text[],
  predicate text,
  index_name text DEFAULT NULL,
  is_unique boolean DEFAULT false,
  method name DEFAULT 'btree',
  include name[] DEFAULT '{}',
  tenant_leading boolean DEFAULT NULL)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'tenancy_concurrent_index_statements'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION concurrent_index_statements(regclass, text[], text, text, boolean, name, name[], boolean) IS
  'the statements that create_partial_index_concurrently() would run, one a row, to be run one by one outside of a transaction';

CREATE FUNCTION index_builds()
RETURNS TABLE(pid integer, relation regclass, index regclass, command text, phase text, percent numeric,
  blocks_done bigint, blocks_total bigint, tuples_done bigint, tuples_total bigint, waits_for integer)
AS 'MODULE_PATHNAME', 'tenancy_index_builds'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION index_builds() IS 'the index builds of this database that are under way; behind the view tenancy.index_progress';
CREATE VIEW index_progress AS SELECT * FROM index_builds();
COMMENT ON VIEW index_progress IS 'the index builds of this database that are under way: those of one''s own roles, all of them with the rights of pg_read_all_stats';
COMMENT ON COLUMN index_progress.pid IS 'the process that builds';
COMMENT ON COLUMN index_progress.index IS 'NULL until it is known; a number until others can see it';
COMMENT ON COLUMN index_progress.phase IS 'as pg_stat_progress_create_index calls it';
COMMENT ON COLUMN index_progress.percent IS 'of the whole build, an estimate; waiting for others is not counted';
COMMENT ON COLUMN index_progress.blocks_done IS 'of the table or index that this phase reads';
COMMENT ON COLUMN index_progress.tuples_done IS 'written in this phase';
COMMENT ON COLUMN index_progress.waits_for IS 'the process whose transaction the build waits for, see pg_stat_activity';
GRANT SELECT ON index_progress TO PUBLIC;
