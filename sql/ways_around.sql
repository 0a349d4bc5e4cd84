-- The ways around isolation that docs/isolation.md calls closed, each tried.
SET client_min_messages = warning;
GRANT CREATE ON SCHEMA public TO regress_owner;
GRANT regress_app TO regress_owner;
SET ROLE regress_owner;
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int, note text);
INSERT INTO orders VALUES (1, 1, 'of 1'), (2, 2, 'of 2'), (3, NULL, 'of nobody');
CREATE TABLE items (id int, order_id int REFERENCES orders, note text);
INSERT INTO items VALUES (1, 1, 'of 1'), (2, 2, 'of 2'), (3, 3, 'of nobody');
CREATE TABLE parted (tenant_id int NOT NULL, day int) PARTITION BY LIST (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
INSERT INTO parted VALUES (1, 1), (2, 1);
CREATE TABLE animals (tenant_id int);
CREATE TABLE dogs () INHERITS (animals);
INSERT INTO dogs VALUES (1), (2);
GRANT ALL ON orders, items, parted, parted_1, animals, dogs TO regress_app;
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation('orders', roles => '{regress_app,regress_owner}', guard => true);
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation_through('items');
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation('parted', roles => '{regress_app,regress_owner}');
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation('animals', roles => '{regress_app,regress_owner}');

-- The owner.
SELECT count(*) FROM orders;
BEGIN;
SELECT tenancy.set_tenant('1');
TABLE orders;
COMMIT;
-- A row moved to another tenant, made for another, taken over, changed, deleted.
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('1');
SELECT error_of('UPDATE orders SET tenant_id = 2');
SELECT error_of('UPDATE orders SET tenant_id = NULL');
SELECT error_of('INSERT INTO orders VALUES (4, 2)');
SELECT error_of('INSERT INTO orders VALUES (4, NULL)');
SELECT error_of('INSERT INTO orders VALUES (2, 1) ON CONFLICT (id) DO UPDATE SET note = ''taken''');
WITH changed AS (UPDATE orders SET note = 'changed' RETURNING id) SELECT count(*) FROM changed;
WITH gone AS (DELETE FROM items WHERE note <> 'of 1' RETURNING id) SELECT count(*) FROM gone;
WITH gone AS (DELETE FROM orders WHERE id <> 1 RETURNING id) SELECT count(*) FROM gone;
SELECT count(*) FROM (SELECT FROM orders WHERE id = 2 FOR UPDATE) AS locked;
ROLLBACK;
-- Another permissive policy, and one that is restrictive for others.
SET ROLE regress_owner;
CREATE POLICY everything ON orders USING (true);
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('1');
SELECT id FROM orders;
SELECT error_of('INSERT INTO orders VALUES (4, 2)');
COMMIT;
SELECT count(*) FROM orders;
-- A tenant that is none.
SELECT error_of('SELECT set_config(''tenancy.tenant_id'', ''1 OR true'', true), (SELECT count(*) FROM orders)');
SELECT set_config('tenancy.tenant_id', '', true), (SELECT count(*) FROM orders);
SELECT set_config('tenancy.tenant_id', NULL, true), (SELECT count(*) FROM orders);
-- Partitions and children, directly; and those that come later.
SELECT tenancy.set_tenant('1', is_local => false);
SELECT * FROM parted_1;
SELECT * FROM ONLY dogs;
SET ROLE regress_owner;
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
CREATE TABLE parted_3 (tenant_id int NOT NULL, day int);
INSERT INTO parted_3 VALUES (1, 3), (2, 3);
ALTER TABLE parted ATTACH PARTITION parted_3 FOR VALUES IN (3);
CREATE TABLE cats () INHERITS (animals);
GRANT ALL ON parted_2, parted_3, cats TO regress_app;
RESET ROLE;
INSERT INTO parted_2 VALUES (1, 2), (2, 2);
INSERT INTO cats VALUES (1), (2);
SET ROLE regress_app;
SELECT * FROM parted_2;
SELECT * FROM parted_3;
SELECT * FROM cats;
-- A table without the column.
SELECT note FROM items;
SELECT error_of('INSERT INTO items VALUES (4, 2)');
SELECT error_of('UPDATE items SET order_id = 2');
-- TRUNCATE, and row security turned off.
SELECT error_of('TRUNCATE orders');
SELECT error_of('TRUNCATE parted_1');
SET row_security = off;
SELECT error_of('TABLE orders');
RESET row_security;
RESET ROLE;
CREATE FUNCTION without_policies() RETURNS SETOF orders LANGUAGE sql SET row_security = off AS 'TABLE orders';
SET ROLE regress_app;
SELECT error_of('SELECT * FROM without_policies()');
-- A function that is not LEAKPROOF sees no row before the policy does.
RESET ROLE;
CREATE FUNCTION tell(note text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE WARNING 'seen: %', note; RETURN true; END $$;
SET ROLE regress_app;
SELECT id FROM orders WHERE tell(note);
SELECT id FROM items WHERE tell(note);
-- COPY.
COPY orders TO stdout;
\copy orders FROM '/dev/null'
-- A subquery, a join, a CTE, a lateral function, a materialised one.
SELECT o.id, i.id FROM orders o FULL JOIN items i ON true;
WITH all_of_them AS MATERIALIZED (TABLE orders) SELECT count(*) FROM all_of_them;
SELECT count(*) FROM orders TABLESAMPLE BERNOULLI (100);
SELECT ctid, id FROM orders WHERE ctid = '(0,2)';
MERGE INTO orders o USING (VALUES (2, 'merged')) AS v(id, note) ON o.id = v.id WHEN MATCHED THEN UPDATE SET note = v.note WHEN NOT MATCHED THEN DO NOTHING;
-- A table that is readable as soon as it is there.
RESET ROLE;
CREATE SCHEMA ruled AUTHORIZATION regress_owner;
SET ROLE regress_owner;
GRANT USAGE ON SCHEMA ruled TO regress_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA ruled GRANT SELECT ON TABLES TO regress_app;
SELECT count(*) FROM tenancy.auto_isolate('ruled', on_missing => 'refuse');
CREATE TABLE ruled.made AS SELECT 2 AS tenant_id;
SELECT error_of('CREATE TABLE ruled.refused (note text)');
SET ROLE regress_app;
TABLE ruled.made;
RESET ROLE;
SELECT tenancy.clear_tenant();
DROP SCHEMA ruled CASCADE;
DROP FUNCTION without_policies(), tell(text);
DROP TABLE items, orders, parted, animals CASCADE;
REVOKE regress_app FROM regress_owner;
