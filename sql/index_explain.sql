-- explain_index().
SET client_min_messages = warning;
CREATE TABLE tasks (id int, tenant_id int NOT NULL, title text, status text, flag boolean, size int, big bigint, deleted_at timestamptz, payload jsonb);
CREATE INDEX tasks_open ON tasks (title, id) WHERE status = 'open' AND deleted_at IS NULL;
CREATE INDEX tasks_large ON tasks (id) WHERE size > 5;
CREATE INDEX tasks_sized ON tasks (id) WHERE size IS NOT NULL;
CREATE INDEX tasks_not_done ON tasks (id) WHERE status <> 'done';
CREATE INDEX tasks_named ON tasks (id) WHERE lower(title) = 'a';
CREATE INDEX tasks_c ON tasks (id) WHERE title = 'a' COLLATE "C";
CREATE INDEX tasks_typed ON tasks USING hash (id) WHERE payload ->> 'type' = 'x';
CREATE INDEX tasks_holding ON tasks (id) WHERE payload @> '{"type": "x"}';
CREATE INDEX tasks_keyed ON tasks (id) WHERE payload ? 'type';
CREATE INDEX tasks_deleted ON tasks (id) WHERE deleted_at > '2024-01-01 00:00+00';
CREATE INDEX tasks_flag ON tasks (flag, lower(title), title text_pattern_ops) WHERE flag;
CREATE INDEX tasks_payload ON tasks USING gin (payload, (to_tsvector('simple', title))) WHERE flag;
CREATE INDEX tasks_plain ON tasks (size DESC) INCLUDE (title);

\pset format unaligned
\pset tuples_only on
\pset null -
-- All is met; by what, and what narrows the scan.
SELECT * FROM tenancy.explain_index('tasks_open', 'deleted_at IS NULL AND status = ''open'' AND title = ''a''');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size > $1');
SELECT * FROM tenancy.explain_index('tasks_plain', 'title = ''a''');
SELECT * FROM tenancy.explain_index('tasks_large', 'size = big AND big = 7 AND id IN (1, 2)');
-- A clause that is missing; each rewriting has those before it.
SELECT * FROM tenancy.explain_index('tasks_open', 'title = ''a''');
SELECT * FROM tenancy.explain_index('tasks_open', 'status = ''open'' OR size = 5');
SELECT * FROM tenancy.explain_index('tasks_open', 'status = ''open'' OR size = 5 AND status = ''open'' AND deleted_at IS NULL');
SELECT * FROM tenancy.explain_index('tasks_not_done', 'status = ''done''');
-- One rewriting for two clauses, and one of the same rows behind one that is not.
CREATE INDEX tasks_two ON tasks (id) WHERE size > 5 AND size IS NOT NULL AND big > 7;
SELECT * FROM tenancy.explain_index('tasks_two', 'coalesce(size, 1) = 6 AND big > 8.0');
DROP INDEX tasks_two;
-- A value that is known too late.
SELECT * FROM tenancy.explain_index('tasks_not_done', 'status = $1 AND id = $2');
SELECT * FROM tenancy.explain_index('tasks_deleted', 'deleted_at > now() - interval ''1 day''');
-- A constant of another type.
SELECT * FROM tenancy.explain_index('tasks_large', 'size > 10.0');
SELECT * FROM tenancy.explain_index('tasks_large', '5.5 <= size');
SELECT * FROM tenancy.explain_index('tasks_large', 'size > 4.9');
SELECT * FROM tenancy.explain_index('tasks_large', 'size > 1e20');
SELECT * FROM tenancy.explain_index('tasks_large', 'size > ''NaN''::float8');
SELECT * FROM tenancy.explain_index('tasks_large', 'size = 7::float8');
SELECT * FROM tenancy.explain_index('tasks_deleted', 'deleted_at > ''2024-06-01''::date');
-- A long list.
SELECT clause, met, reason, same_rows, length(rewriting) > 400 FROM tenancy.explain_index('tasks_large', (SELECT format('size IN (%s, NULL)', string_agg(i::text, ', ')) FROM generate_series(10, 160) i));
-- What follows by meaning.
SELECT * FROM tenancy.explain_index('tasks_sized', 'coalesce(size, 0) = 7');
SELECT * FROM tenancy.explain_index('tasks_sized', 'coalesce(size, 7) = 7');
SELECT * FROM tenancy.explain_index('tasks_sized', '10 / coalesce(size, 0) = 7');
SELECT * FROM tenancy.explain_index('tasks_named', 'title = ''A''');
SELECT * FROM tenancy.explain_index('tasks_named', 'title = ''B''');
SELECT * FROM tenancy.explain_index('tasks_c', 'title = ''a''');
SELECT * FROM tenancy.explain_index('tasks_typed', 'payload @> ''{"type": "x", "n": 1}'' AND id > 7');
SELECT * FROM tenancy.explain_index('tasks_typed', 'tenancy.contains(payload, ''{"type": "x"}'')');
SELECT * FROM tenancy.explain_index('tasks_typed', 'payload @> ''{"type": "y"}''');
SELECT * FROM tenancy.explain_index('tasks_holding', 'payload @> ''{"type": "x", "n": 1}''');
SELECT * FROM tenancy.explain_index('tasks_holding', 'payload @> ''{"n": 1}''');
SELECT * FROM tenancy.explain_index('tasks_keyed', 'payload @> ''{"type": "x"}''');
SELECT * FROM tenancy.explain_index('tasks_keyed', 'payload @> ''{"types": "x"}''');
-- What is told is what is proved: with its collation.
CREATE INDEX tasks_posix ON tasks (id) WHERE title COLLATE "POSIX" < 'b' AND status COLLATE "C" > 'a';
SELECT * FROM tenancy.explain_index('tasks_posix', 'id = 1');
SELECT bool_or(tenancy.index_usable('tasks_posix', rewriting)) FROM tenancy.explain_index('tasks_posix', 'id = 1');
CREATE TABLE mixed (id int, a text COLLATE "C", b varchar COLLATE "POSIX");
CREATE INDEX mixed_c ON mixed (id) WHERE (a || b) = 'x' COLLATE "C";
CREATE INDEX mixed_b ON mixed (id) WHERE b COLLATE "C" = 'x';
SELECT * FROM tenancy.explain_index('mixed_c', '(a || b) = ''x''');
SELECT * FROM tenancy.explain_index('mixed_b', 'b = ''x''');
DROP TABLE mixed;
DROP INDEX tasks_posix;
-- Nothing is evaluated that could raise an error.
CREATE INDEX tasks_escape ON tasks (id) WHERE title LIKE 'a\';
SELECT * FROM tenancy.explain_index('tasks_escape', 'title = ''abc''');
DROP INDEX tasks_escape;
-- What the operators of others mean is not known, whatever they are called.
CREATE FUNCTION near(timestamptz, date) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE OPERATOR === (LEFTARG = timestamptz, RIGHTARG = date, FUNCTION = near);
SELECT * FROM tenancy.explain_index('tasks_deleted', 'deleted_at === ''2024-06-01''::date');
CREATE FUNCTION same_letters(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN lower($1) = lower($2); END';
CREATE FUNCTION letters_order(text, text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT bttextcmp(lower($1), lower($2))';
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = same_letters, COMMUTATOR = ===, MERGES);
CREATE OPERATOR CLASS letters_ops FOR TYPE text USING btree AS OPERATOR 3 ===, FUNCTION 1 letters_order(text, text);
CREATE INDEX tasks_a ON tasks (id) WHERE title = 'a';
SELECT * FROM tenancy.explain_index('tasks_a', 'title === ''a''');
DROP INDEX tasks_a;
DROP OPERATOR FAMILY letters_ops USING btree;
DROP OPERATOR === (text, text);
DROP OPERATOR === (timestamptz, date);
DROP FUNCTION near, same_letters, letters_order;
-- A rewriting keeps what is proved already.
CREATE INDEX tasks_between ON tasks (id) WHERE size BETWEEN 2 AND 4.0;
SELECT clause, met, rewriting, same_rows FROM tenancy.explain_index('tasks_between', 'size = 4.0');
SELECT bool_or(tenancy.index_usable('tasks_between', rewriting)) FROM tenancy.explain_index('tasks_between', 'size = 4.0');
DROP INDEX tasks_between;
-- A condition that no row satisfies.
SELECT * FROM tenancy.explain_index('tasks_large', 'size > 6 AND big = NULL');
-- Rows of tables that inherit from another need not satisfy what holds for that one's.
CREATE TABLE parent (id int, size int NOT NULL CHECK (size > 0) NO INHERIT, flag boolean NOT NULL);
CREATE INDEX parent_sized ON parent (id) WHERE size > 0;
SELECT clause, reason, rewriting, same_rows FROM tenancy.explain_index('parent_sized', 'id = 1') WHERE NOT met;
CREATE TABLE child () INHERITS (parent);
SELECT clause, reason, rewriting, same_rows FROM tenancy.explain_index('parent_sized', 'id = 1') WHERE NOT met;
DROP TABLE child, parent;
-- The keys: a boolean one, an expression, what functions know, and each alternative by itself.
SELECT * FROM tenancy.explain_index('tasks_flag', 'flag AND lower(title) > ''a'' AND title LIKE ''a%''');
SELECT * FROM tenancy.explain_index('tasks_flag', 'flag AND title = ''a'' COLLATE "C"');
SELECT * FROM tenancy.explain_index('tasks_payload', 'flag AND tenancy.contains(payload, ''{"a": 1}'')');
SELECT * FROM tenancy.explain_index('tasks_payload', 'flag AND payload @> ''{"a": 1}'' AND to_tsvector(''simple'', title) @@ ''b''');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = 1 OR size = 2 AND flag');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = 1 OR flag');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = 1 OR (size, big) > (2, 3)');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size IS NULL');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = big');
SELECT * FROM tenancy.explain_index('tasks_plain', 'size > random()');
-- The index itself.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tasks_plain'::regclass;
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = 1');
UPDATE pg_index SET indisready = false WHERE indexrelid = 'tasks_plain'::regclass;
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = 1');
UPDATE pg_index SET indislive = false WHERE indexrelid = 'tasks_plain'::regclass;
SELECT * FROM tenancy.explain_index('tasks_plain', 'size = 1');
UPDATE pg_index SET indislive = true, indisready = true, indisvalid = true WHERE indexrelid = 'tasks_plain'::regclass;
CREATE TABLE parted (id int) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE INDEX parted_only ON ONLY parted (id) WHERE id > 0;
SELECT * FROM tenancy.explain_index('parted_only', 'id = 1');
DROP TABLE parted;

-- Row level security: what the policy states, and what it keeps from narrowing a scan.
SELECT count(*) FROM tenancy.enable_isolation('tasks');
CREATE INDEX tasks_of_tenant ON tasks (tenant_id, id, title) WHERE tenant_id IS NOT NULL AND size > 5;
GRANT SELECT ON tasks TO regress_app;
SET ROLE regress_app;
SELECT * FROM tenancy.explain_index('tasks_of_tenant', 'size > 6 AND title ~~ ''a%''');
SELECT * FROM tenancy.explain_index('tasks_payload', 'flag AND payload @> ''{"a": 1}''');
RESET ROLE;

-- Errors, and nothing for nothing.
SELECT error_of($$SELECT tenancy.explain_index('tasks', 'true')$$);
SELECT error_of($$SELECT tenancy.explain_index('tasks_plain', 'size = ')$$);
SELECT error_of($$SELECT tenancy.explain_index('tasks_plain', 'size = (SELECT 1)')$$);
SELECT count(*) FROM tenancy.explain_index('tasks_plain', NULL);
DROP TABLE tasks;
