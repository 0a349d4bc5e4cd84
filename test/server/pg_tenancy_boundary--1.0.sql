\echo Use "CREATE EXTENSION pg_tenancy_boundary" to load this file. \quit

CREATE FUNCTION boundary_live() RETURNS int AS 'MODULE_PATHNAME', 'tenancy_boundary_live' LANGUAGE C;
CREATE FUNCTION boundary_destroyed() RETURNS int AS 'MODULE_PATHNAME', 'tenancy_boundary_destroyed' LANGUAGE C;
CREATE FUNCTION boundary_memory() RETURNS bigint AS 'MODULE_PATHNAME', 'tenancy_boundary_memory' LANGUAGE C;
CREATE FUNCTION boundary_catch(int) RETURNS int AS 'MODULE_PATHNAME', 'tenancy_boundary_catch' LANGUAGE C;
CREATE FUNCTION boundary_raise() RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_raise' LANGUAGE C;
CREATE FUNCTION boundary_throw() RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_throw' LANGUAGE C;
CREATE FUNCTION boundary_bad_alloc(int) RETURNS bool AS 'MODULE_PATHNAME', 'tenancy_boundary_bad_alloc' LANGUAGE C;
CREATE FUNCTION boundary_foreign(bool) RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_foreign' LANGUAGE C;
CREATE FUNCTION boundary_throw_in_server_zone() RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_throw_in_server_zone' LANGUAGE C;
CREATE FUNCTION boundary_wait() RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_wait' LANGUAGE C;
CREATE FUNCTION boundary_execute(text) RETURNS text AS 'MODULE_PATHNAME', 'tenancy_boundary_execute' LANGUAGE C STRICT;
CREATE FUNCTION boundary_owned(int) RETURNS int AS 'MODULE_PATHNAME', 'tenancy_boundary_owned' LANGUAGE C;
CREATE FUNCTION boundary_owned_error() RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_owned_error' LANGUAGE C;
CREATE FUNCTION boundary_owned_throws() RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_owned_throws' LANGUAGE C;
CREATE FUNCTION boundary_statements(statements text[], dry_run bool) RETURNS SETOF text AS 'MODULE_PATHNAME', 'tenancy_boundary_statements' LANGUAGE C;
CREATE FUNCTION boundary_rows() RETURNS TABLE(a int, b text, c bool) AS 'MODULE_PATHNAME', 'tenancy_boundary_rows' LANGUAGE C;
CREATE FUNCTION boundary_quote(text) RETURNS SETOF text AS 'MODULE_PATHNAME', 'tenancy_boundary_quote' LANGUAGE C;
CREATE FUNCTION boundary_relation(regclass) RETURNS TABLE(qualified text, kind text, row_security bool, force bool, partition bool) AS 'MODULE_PATHNAME', 'tenancy_boundary_relation' LANGUAGE C;
CREATE FUNCTION boundary_column(regclass, name) RETURNS TABLE(number int, type text, generated bool, identity bool, has_default bool) AS 'MODULE_PATHNAME', 'tenancy_boundary_column' LANGUAGE C;
CREATE FUNCTION boundary_require_table(regclass) RETURNS SETOF text AS 'MODULE_PATHNAME', 'tenancy_boundary_require_table' LANGUAGE C;
CREATE FUNCTION boundary_same_condition(regclass, text, text) RETURNS bool AS 'MODULE_PATHNAME', 'tenancy_boundary_same_condition' LANGUAGE C;
CREATE FUNCTION boundary_large(shape text, size int) RETURNS jsonb AS 'MODULE_PATHNAME', 'tenancy_boundary_large' LANGUAGE C STRICT;
CREATE FUNCTION boundary_cancel_after(milliseconds int) RETURNS void AS 'MODULE_PATHNAME', 'tenancy_boundary_cancel_after' LANGUAGE C STRICT;
CREATE FUNCTION boundary_since_cancel() RETURNS float8 AS 'MODULE_PATHNAME', 'tenancy_boundary_since_cancel' LANGUAGE C;
