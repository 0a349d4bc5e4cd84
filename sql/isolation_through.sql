-- enable_isolation_through(): tables without the tenant column, scoped by the table they refer to.
SET client_min_messages = notice;
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int, UNIQUE (tenant_id, id));
CREATE TABLE items (id int PRIMARY KEY, order_id int REFERENCES orders, name text);
CREATE TABLE parts (id int, item_id int CONSTRAINT parts_item REFERENCES items, next_id int);
INSERT INTO orders VALUES (1, 1), (2, 2), (3, NULL);
INSERT INTO items VALUES (10, 1, 'of one'), (20, 2, 'of two'), (30, 3, 'of a shared order'), (40, NULL, 'of no order');
INSERT INTO parts VALUES (100, 10), (200, 20), (300, 30), (400, 40);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders, items, parts TO regress_app;

-- Nothing is isolated yet to go through.
SELECT error_of($$SELECT tenancy.enable_isolation_through('items')$$);
SELECT count(*) FROM tenancy.enable_isolation('orders', roles => '{regress_app}', setting => 'app.tenant', policy_name => 'by_tenant');
SELECT error_of($$SELECT tenancy.enable_isolation_through('parts')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_through('items', 'no_such_key')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_through('orders')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_through(NULL)$$);

-- What is not said is as the table that is referred to has it. A chain is followed to its end.
SELECT tenancy.enable_isolation_through('items', dry_run => true);
SELECT count(*) FROM pg_policy WHERE polrelid = 'items'::regclass;
SELECT count(*) FROM tenancy.enable_isolation_through('items');
SELECT tenancy.enable_isolation_through('items');
SELECT tenancy.enable_isolation_through('parts', 'parts_item');
SELECT tenancy.enable_isolation_through('parts');
SET ROLE regress_app;
SELECT count(*) FROM parts;
BEGIN;
SET LOCAL app.tenant = '1';
SELECT * FROM items;
SELECT * FROM parts;
-- Not even with the other one's keys: foreign keys alone would let it through.
UPDATE items SET name = 'taken' WHERE id = 20;
DELETE FROM parts WHERE id <> 100;
SAVEPOINT s;
INSERT INTO items VALUES (11, 2, 'under two''s order');
ROLLBACK TO s;
INSERT INTO parts VALUES (101, 20);
ROLLBACK TO s;
UPDATE parts SET item_id = 20;
ROLLBACK TO s;
INSERT INTO items VALUES (11, NULL, 'nobody''s');
ROLLBACK TO s;
INSERT INTO parts VALUES (101, 10) RETURNING id;
ROLLBACK;
RESET ROLE;

-- It stays closed when the parent is opened, which says so, and when a column is renamed.
SELECT count(*) FROM tenancy.disable_isolation('orders');
ALTER TABLE orders RENAME id TO "Order No";
ALTER TABLE items RENAME order_id TO "order";
SET ROLE regress_app;
BEGIN;
SET LOCAL app.tenant = '2';
SELECT count(*) FROM orders;
SELECT * FROM parts;
ROLLBACK;
RESET ROLE;
-- Whose table is no longer isolated is no way any more; then it is again.
SELECT error_of($$SELECT tenancy.enable_isolation_through('items')$$);
SELECT count(*) FROM tenancy.enable_isolation('orders', roles => '{regress_app}', setting => 'app.tenant', policy_name => 'by_tenant');
SELECT tenancy.enable_isolation_through('items');
SELECT tenancy.enable_isolation_through('parts');
-- Another way is another definition.
SELECT error_of($$SELECT tenancy.enable_isolation_through('parts', setting => 'app.other')$$) LIMIT 1;
SELECT tenancy.disable_isolation('parts');
SELECT count(*) FROM tenancy.disable_isolation('items');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid IN ('items'::regclass, 'parts'::regclass);
SELECT tenancy.disable_isolation('items');

-- Shared rows are those of shared rows; the guard and bypass roles are as elsewhere.
SELECT count(*) FROM tenancy.disable_isolation('orders');
SELECT count(*) FROM tenancy.enable_isolation('orders', shared_rows => true, guard => true, roles => '{regress_app}', bypass_roles => '{regress_owner}');
GRANT SELECT ON items TO regress_owner;
SELECT count(*) FROM tenancy.enable_isolation_through('items');
SELECT polname, polpermissive, polcmd, pg_get_expr(polqual, polrelid) ~ 'tenant_id IS NULL' AS reads_shared, polwithcheck IS NOT NULL AS checks
FROM pg_policy WHERE polrelid = 'items'::regclass ORDER BY polname COLLATE "C";
CREATE POLICY open_door ON items USING (true);
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SELECT name FROM items ORDER BY id;
UPDATE items SET name = name || '!' RETURNING id;
ROLLBACK;
SET ROLE regress_owner;
SELECT count(*) FROM items;
RESET ROLE;
SELECT count(*) FROM tenancy.disable_isolation('items');
DROP POLICY open_door ON items;

-- Several keys of several columns, another operator than that of pg_catalog, and a self-reference.
CREATE TABLE lines (id int PRIMARY KEY, tenant int, order_no int, backup_no int, parent int REFERENCES lines,
  CONSTRAINT lines_order FOREIGN KEY (tenant, order_no) REFERENCES orders (tenant_id, "Order No"),
  CONSTRAINT lines_backup FOREIGN KEY (backup_no) REFERENCES orders);
SELECT error_of($$SELECT tenancy.enable_isolation_through('lines')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_through('lines', 'lines_parent_fkey')$$);
SELECT tenancy.enable_isolation_through('lines', 'lines_order', roles => '{public}', shared_rows => false, guard => false, bypass_roles => '{}');
SELECT count(*) FROM tenancy.disable_isolation('lines');
-- Indexes that serve are known in whatever order of their columns.
CREATE INDEX lines_own ON lines (order_no, tenant, id);
SELECT count(*) FROM tenancy.enable_isolation_through('lines', 'lines_order', dry_run => true);
-- A role that cannot read the parent would see an error.
REVOKE SELECT ON orders FROM regress_app;
SELECT count(*) FROM tenancy.enable_isolation_through('lines', 'lines_order', dry_run => true);
GRANT SELECT ON orders TO regress_app;
DROP TABLE lines;

-- A child of the parent may have the same key and another tenant: it does not count.
CREATE TABLE archived () INHERITS (orders);
INSERT INTO archived VALUES (2, 1);
SELECT count(*) FROM tenancy.enable_isolation_through('items');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '1';
SELECT name FROM items ORDER BY id;
ROLLBACK;
RESET ROLE;
SELECT count(*) FROM tenancy.disable_isolation('items');
DROP TABLE archived;

-- Partitions on both sides, and inheritance children, which have no foreign key of their own.
CREATE TABLE wide (id int PRIMARY KEY, tenant_id int) PARTITION BY RANGE (id);
CREATE TABLE wide_1 PARTITION OF wide FOR VALUES FROM (1) TO (10);
CREATE TABLE wide_2 PARTITION OF wide FOR VALUES FROM (10) TO (20);
CREATE TABLE refers (id int, wide_id int REFERENCES wide) PARTITION BY LIST (id);
CREATE TABLE refers_1 PARTITION OF refers DEFAULT;
CREATE TABLE heirs_of (id int, wide_id int REFERENCES wide);
CREATE TABLE heir () INHERITS (heirs_of);
INSERT INTO wide VALUES (1, 1), (11, 2);
INSERT INTO refers VALUES (1, 1), (2, 11);
INSERT INTO heir VALUES (1, 1), (2, 11);
GRANT SELECT ON wide, refers, refers_1, heirs_of, heir TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('wide');
SELECT count(*) FROM tenancy.enable_isolation_through('refers');
SELECT count(*) FROM tenancy.enable_isolation_through('heirs_of');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '2';
SELECT * FROM refers;
SELECT * FROM refers_1;
SELECT * FROM heirs_of;
SELECT * FROM heir;
ROLLBACK;
RESET ROLE;
SELECT tenancy.enable_isolation_through('heirs_of');
SELECT count(*) FROM tenancy.disable_isolation('refers');
SELECT count(*) FROM tenancy.disable_isolation('heirs_of');
DROP TABLE refers, heirs_of, heir, wide;

-- Names that are those of the condition's own aliases, and that need quotes.
CREATE SCHEMA p1;
CREATE TABLE p1.p1 ("p2.x" int PRIMARY KEY, p1 int);
CREATE TABLE p1.p2 (p1 int REFERENCES p1.p1, p2 int);
INSERT INTO p1.p1 VALUES (1, 1), (2, 2);
INSERT INTO p1.p2 VALUES (1, 1), (2, 2);
GRANT USAGE ON SCHEMA p1 TO regress_app;
GRANT SELECT ON ALL TABLES IN SCHEMA p1 TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('p1.p1', 'p1');
SELECT count(*) FROM tenancy.enable_isolation_through('p1.p2');
SELECT tenancy.enable_isolation_through('p1.p2');
SET ROLE regress_app;
BEGIN;
SET LOCAL tenancy.tenant_id = '2';
SELECT * FROM p1.p2;
ROLLBACK;
RESET ROLE;
SELECT count(*) FROM tenancy.disable_isolation('p1.p2');
SET client_min_messages = warning;
DROP SCHEMA p1 CASCADE;
DROP TABLE parts, items, orders;

-- A key whose columns have different collations is compared as the constraint compares it.
SET client_min_messages = warning;
CREATE TABLE coded (code text COLLATE "C" PRIMARY KEY, tenant_id int);
CREATE TABLE paid (id int, code text COLLATE "POSIX" REFERENCES coded);
INSERT INTO coded VALUES ('A', 1), ('a', 2);
INSERT INTO paid VALUES (1, 'A'), (2, 'a');
GRANT SELECT, INSERT ON coded, paid TO regress_app;
SELECT count(*) FROM tenancy.enable_isolation('coded', roles => '{regress_app}');
SELECT count(*) FROM tenancy.enable_isolation_through('paid');
SELECT tenancy.enable_isolation_through('paid');
SELECT pg_get_expr(polqual, polrelid) LIKE '%(paid.code COLLATE "C")%' AS as_constraint FROM pg_policy WHERE polrelid = 'paid'::regclass;
BEGIN;
SET LOCAL ROLE regress_app;
SELECT tenancy.set_tenant('1');
TABLE paid;
SELECT error_of($$INSERT INTO paid VALUES (3, 'a')$$);
ROLLBACK;
DROP TABLE paid, coded;
-- Keys that lead in a circle lead nowhere.
CREATE TABLE root (id int PRIMARY KEY, tenant_id int);
CREATE TABLE left_of (id int PRIMARY KEY, root_id int REFERENCES root);
CREATE TABLE right_of (id int PRIMARY KEY, root_id int REFERENCES root);
SELECT count(*) FROM tenancy.enable_isolation('root', roles => '{regress_app}');
SELECT count(*) FROM tenancy.enable_isolation_through('left_of');
SELECT count(*) FROM tenancy.enable_isolation_through('right_of');
ALTER TABLE left_of ADD right_id int, ADD CONSTRAINT a0 FOREIGN KEY (right_id) REFERENCES right_of;
ALTER TABLE right_of ADD left_id int, ADD CONSTRAINT b0 FOREIGN KEY (left_id) REFERENCES left_of;
CREATE TABLE leaf (left_id int REFERENCES left_of);
SELECT count(*) FROM tenancy.enable_isolation_through('leaf');
DROP TABLE leaf;
ALTER TABLE left_of DROP right_id;
DROP TABLE right_of, left_of;
-- A policy that has lost its record, to somebody's comment, is known by its form.
CREATE TABLE spread (root_id int REFERENCES root, day int) PARTITION BY LIST (day);
SELECT count(*) FROM tenancy.enable_isolation_through('spread');
COMMENT ON POLICY tenant_isolation ON spread IS 'keeps tenants apart';
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES IN (1);
SELECT relation, isolated, foreign_key FROM tenancy.isolation WHERE relation::text LIKE 'spread%' ORDER BY 1;
DROP TABLE spread;
-- So a child of two isolated parents stays isolated when the one that has its record is disabled.
CREATE TABLE first_of (root_id int REFERENCES root);
CREATE TABLE second_of (root_id int REFERENCES root);
SET client_min_messages = error;
SELECT count(*) FROM tenancy.enable_isolation_through('first_of');
SELECT count(*) FROM tenancy.enable_isolation_through('second_of');
CREATE TABLE of_both () INHERITS (first_of, second_of);
COMMENT ON POLICY tenant_isolation ON second_of IS 'keeps tenants apart';
SELECT count(*) FROM tenancy.disable_isolation('first_of');
SELECT tablename, policyname FROM pg_policies WHERE tablename IN ('first_of', 'second_of', 'of_both') ORDER BY 1;
SET client_min_messages = warning;
DROP TABLE of_both, first_of, second_of;
-- Rows that refer to nothing.
CREATE TABLE loose (root_id int);
ALTER TABLE loose ADD CONSTRAINT loose_root FOREIGN KEY (root_id) REFERENCES root NOT VALID;
SELECT count(*) FROM tenancy.enable_isolation_through('loose');
DROP TABLE loose, root;
