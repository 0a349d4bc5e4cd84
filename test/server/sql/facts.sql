-- Arguments, rows, statement lists, quoting, catalog facts.
SET client_min_messages = warning;

SELECT * FROM boundary_rows();
SELECT * FROM boundary_quote('plain');
SELECT * FROM boundary_quote('Sp ace "and" ''quote'' \ ü');
SELECT * FROM boundary_quote('select');

-- Statement lists: in order, each seeing the others; nothing with dry_run; all or nothing.
SELECT * FROM boundary_statements('{CREATE TABLE listed (a int),INSERT INTO listed VALUES (1)}', true);
SELECT to_regclass('listed');
SELECT * FROM boundary_statements('{CREATE TABLE listed (a int),INSERT INTO listed VALUES (1)}', false);
SELECT * FROM listed;
SELECT * FROM boundary_statements('{INSERT INTO listed VALUES (2),SELECT 1/0}', false);
SELECT * FROM listed;
SELECT * FROM boundary_statements('{}', false);
-- Arguments that are null, or arrays of another shape.
SELECT * FROM boundary_statements(NULL, false);
SELECT * FROM boundary_statements('{NULL}', false);
SELECT * FROM boundary_statements('{{a},{b}}', false);
SELECT * FROM boundary_statements('{}', NULL);

-- Facts.
CREATE SCHEMA "Od d";
CREATE TABLE "Od d"."Tä ble" (
  id bigint GENERATED ALWAYS AS IDENTITY,
  gone int,
  "Ü" varchar(10) DEFAULT 'x',
  twice bigint GENERATED ALWAYS AS (2) STORED);
ALTER TABLE "Od d"."Tä ble" DROP COLUMN gone;
ALTER TABLE "Od d"."Tä ble" ENABLE ROW LEVEL SECURITY;
SELECT * FROM boundary_relation('"Od d"."Tä ble"');
SELECT * FROM boundary_column('"Od d"."Tä ble"', 'id');
SELECT * FROM boundary_column('"Od d"."Tä ble"', 'Ü');
SELECT * FROM boundary_column('"Od d"."Tä ble"', 'twice');
SELECT * FROM boundary_column('"Od d"."Tä ble"', 'gone');
SELECT * FROM boundary_column('"Od d"."Tä ble"', 'ctid');
SELECT * FROM boundary_relation(0);

CREATE TABLE parent (a int) PARTITION BY LIST (a);
CREATE TABLE child PARTITION OF parent FOR VALUES IN (1) PARTITION BY LIST (a);
CREATE TABLE grandchild PARTITION OF child DEFAULT;
CREATE INDEX parent_a ON parent (a);
CREATE VIEW seen AS SELECT * FROM parent;
CREATE SEQUENCE counted;
SELECT * FROM boundary_require_table('parent');
SELECT * FROM boundary_require_table('parent_a');
SELECT * FROM boundary_require_table('seen');
SELECT * FROM boundary_require_table('counted');
SELECT * FROM boundary_require_table('pg_class');
SELECT * FROM boundary_require_table('information_schema.sql_features');
CREATE ROLE boundary_stranger;
SET ROLE boundary_stranger;
SELECT * FROM boundary_require_table('public.parent');
RESET ROLE;

-- Conditions are compared as trees.
CREATE TABLE compared (a int, flag bool, state text);
SELECT boundary_same_condition('compared', 'a = 1', '(a=1)'),
       boundary_same_condition('compared', 'a = 1 + 1', 'a = 2'),
       boundary_same_condition('compared', 'flag', 'flag = true'),
       boundary_same_condition('compared', 'flag', 'flag IS TRUE'),
       boundary_same_condition('compared', 'a = 1 AND flag', 'flag AND a = 1'),
       boundary_same_condition('compared', 'flag -- comment', 'flag');
-- A condition is one expression and nothing else.
SELECT boundary_same_condition('compared', 'flag) OR (a = 1', 'flag');
SELECT boundary_same_condition('compared', 'flag) ORDER BY (a', 'flag');
SELECT boundary_same_condition('compared', 'flag); DROP TABLE compared; SELECT (1', 'flag');
SELECT boundary_same_condition('compared', 'a', 'flag');
SELECT boundary_same_condition('compared', 'nothing', 'flag');
SELECT boundary_same_condition('compared', 'a = (SELECT 1)', 'flag');

DROP TABLE compared, listed;
DROP VIEW seen;
DROP TABLE parent;
DROP SEQUENCE counted;
DROP SCHEMA "Od d" CASCADE;
DROP ROLE boundary_stranger;
