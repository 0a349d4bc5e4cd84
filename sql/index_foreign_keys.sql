-- index_foreign_keys(): an index for every foreign key that none serves.
SET client_min_messages = warning;
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id int PRIMARY KEY, code text UNIQUE, tenant_id int, UNIQUE (tenant_id, id));
CREATE TABLE shop.products (a int, b int, c int, PRIMARY KEY (a, b, c), UNIQUE (a, b), UNIQUE (c));
RESET client_min_messages;

-- One column; a key of its own table; one that is not validated.
CREATE TABLE shop.orders (id int PRIMARY KEY, customer_id int REFERENCES shop.customers, parent_id int REFERENCES shop.orders);
ALTER TABLE shop.orders ADD CONSTRAINT orders_id_fkey FOREIGN KEY (id) REFERENCES shop.customers NOT VALID;
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
SELECT count(*) AS made FROM pg_index WHERE indrelid = 'shop.orders'::regclass AND NOT indisprimary;
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'shop.orders'::regclass ORDER BY 1;
-- Again.
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT * FROM tenancy.index_foreign_keys();
DROP TABLE shop.orders;

-- What serves: whatever index has the columns first, in whatever order, by the same operator class
-- and collation, of all rows or of those in which they are not null.
CREATE FUNCTION served(columns text, definition text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE n int;
BEGIN
  EXECUTE 'CREATE TABLE shop.tested (a int, b int, c int, d text)';
  EXECUTE format('ALTER TABLE shop.tested ADD FOREIGN KEY (%s) REFERENCES shop.%s', columns,
    CASE columns WHEN 'd' THEN 'customers (code)' WHEN 'a' THEN 'customers' WHEN 'a, b' THEN 'products (a, b)' END);
  EXECUTE format(definition, 'shop.tested');
  SELECT count(*) INTO n FROM tenancy.index_foreign_keys('shop', dry_run => true);
  EXECUTE 'DROP TABLE shop.tested';
  RETURN n = 0;
END $$;
SET client_min_messages = warning;
-- An operator class of other operators.
CREATE OPERATOR shop.<# (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR shop.<=# (FUNCTION = int4le, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR shop.=# (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR shop.>=# (FUNCTION = int4ge, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR shop.># (FUNCTION = int4gt, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR CLASS shop.other_ops FOR TYPE int USING btree AS OPERATOR 1 shop.<#, OPERATOR 2 shop.<=#, OPERATOR 3 shop.=#,
  OPERATOR 4 shop.>=#, OPERATOR 5 shop.>#, FUNCTION 1 btint4cmp(int, int);
SELECT columns, definition, served(columns, definition) FROM (VALUES
  ('a', 'CREATE INDEX ON %s (a)'),
  ('a', 'CREATE INDEX ON %s (a DESC, b)'),
  ('a', 'CREATE UNIQUE INDEX ON %s (a) INCLUDE (b)'),
  ('a', 'CREATE INDEX ON %s USING hash (a)'),
  ('a', 'CREATE INDEX ON %s (a) WHERE a IS NOT NULL'),
  ('a', 'CREATE INDEX ON %s (a shop.other_ops)'),
  ('a', 'CREATE INDEX ON %s (b, a)'),
  ('a', 'CREATE INDEX ON %s ((a + 0))'),
  ('a', 'CREATE INDEX ON %s (a) WHERE b IS NOT NULL'),
  ('a', 'CREATE INDEX ON %s (a) WHERE a > 0'),
  ('a', 'CREATE INDEX ON %s USING brin (a)'),
  ('a', 'CREATE INDEX ON %s (b) INCLUDE (a)'),
  ('a, b', 'CREATE INDEX ON %s (a, b)'),
  ('a, b', 'CREATE INDEX ON %s (b, a, c)'),
  ('a, b', 'CREATE INDEX ON %s (a, b) WHERE b IS NOT NULL'),
  ('a, b', 'CREATE INDEX ON %s (a, b) WHERE a IS NOT NULL AND b IS NOT NULL'),
  ('a, b', 'CREATE INDEX ON %s (a, b) WHERE c IS NOT NULL'),
  ('a, b', 'CREATE INDEX ON %s (a)'),
  ('a, b', 'CREATE INDEX ON %s (a, c, b)'),
  ('d', 'CREATE INDEX ON %s (d)'),
  ('d', 'CREATE INDEX ON %s (d text_pattern_ops)'),
  ('d', 'CREATE INDEX ON %s (d COLLATE "POSIX")')) AS v(columns, definition);
RESET client_min_messages;
-- An invalid one does not, and is rebuilt where it is the one that is wanted.
CREATE TABLE shop.tested (a int REFERENCES shop.customers);
SELECT * FROM tenancy.index_foreign_keys('shop');
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.ix_tested_a'::regclass;
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT * FROM tenancy.index_foreign_keys('shop');
-- An index of another definition that has the name.
ALTER TABLE shop.tested ADD b int;
DROP INDEX shop.ix_tested_a;
CREATE INDEX ix_tested_a ON shop.tested (b);
SELECT * FROM tenancy.index_foreign_keys('shop');
DROP TABLE shop.tested;

-- Several keys: the longest first, with the columns of the shorter ones before the others.
CREATE TABLE shop.lines (x int, a int, b int, c int,
  FOREIGN KEY (a, b, c) REFERENCES shop.products, FOREIGN KEY (a, b) REFERENCES shop.products (a, b),
  FOREIGN KEY (c) REFERENCES shop.products (c), FOREIGN KEY (b) REFERENCES shop.customers, FOREIGN KEY (x) REFERENCES shop.customers);
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT * FROM tenancy.index_foreign_keys('shop');
DROP TABLE shop.lines;
-- Two tables whose indexes would have one name.
CREATE TABLE shop.a_b (c int REFERENCES shop.customers);
CREATE TABLE shop.a (b_c int REFERENCES shop.customers);
SELECT * FROM tenancy.index_foreign_keys('shop');
DROP TABLE shop.a_b, shop.a;
-- A key for which the column has to be cast; names that are quoted.
CREATE TABLE shop.numbers (n numeric PRIMARY KEY);
CREATE TABLE shop."Odd ""name" ("Cu stomer" int REFERENCES shop.customers, n int REFERENCES shop.numbers);
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT * FROM tenancy.index_foreign_keys('shop');
DROP TABLE shop."Odd ""name", shop.numbers;

-- Partitions: one index at the root; none for what they have from there, one for a key of their own.
CREATE TABLE shop.parted (a int REFERENCES shop.customers, b int) PARTITION BY RANGE (b);
CREATE TABLE shop.parted_1 PARTITION OF shop.parted FOR VALUES FROM (1) TO (10);
CREATE TABLE shop.parted_2 (b int, dropped int, extra int, a int);
ALTER TABLE shop.parted_2 DROP dropped, DROP extra;
ALTER TABLE shop.parted ATTACH PARTITION shop.parted_2 FOR VALUES FROM (10) TO (20);
ALTER TABLE shop.parted_1 ADD FOREIGN KEY (b) REFERENCES shop.customers;
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
-- An index on each partition is as good as one at the root.
CREATE INDEX ON shop.parted_1 (a);
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
CREATE INDEX ON shop.parted_2 (a);
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT * FROM tenancy.index_foreign_keys('shop');
-- A partition of a partition; a key that refers to a partitioned table.
CREATE TABLE shop.years (y int PRIMARY KEY) PARTITION BY RANGE (y);
CREATE TABLE shop.years_1 PARTITION OF shop.years FOR VALUES FROM (1) TO (10) PARTITION BY RANGE (y);
CREATE TABLE shop.years_1_1 PARTITION OF shop.years_1 FOR VALUES FROM (1) TO (10);
CREATE TABLE shop.months (y int REFERENCES shop.years);
SELECT * FROM tenancy.index_foreign_keys('shop');
DROP TABLE shop.parted, shop.months, shop.years;
-- A child has the keys that it was given, not those of what it inherits from.
CREATE TABLE shop.base (a int REFERENCES shop.customers);
CREATE TABLE shop.derived (b int REFERENCES shop.customers) INHERITS (shop.base);
SELECT * FROM tenancy.index_foreign_keys('shop');
DROP TABLE shop.base, shop.derived;

-- The tenant leads where the key holds it.
CREATE TABLE shop.visits (id int, customer_id int, tenant_id int, other_id int REFERENCES shop.customers,
  FOREIGN KEY (customer_id, tenant_id) REFERENCES shop.customers (id, tenant_id));
SELECT count(*) FROM tenancy.enable_isolation('shop.visits', create_index => false);
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
SELECT count(*) FROM tenancy.disable_isolation('shop.visits');
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
DROP TABLE shop.visits;

-- Rows in which the column is null are left out where they are most of a large table.
CREATE TABLE shop.notes (id int, customer_id int, product_c int, reviewer_id int);
INSERT INTO shop.customers SELECT i FROM generate_series(1, 100) i;
INSERT INTO shop.products SELECT i, i, i FROM generate_series(1, 100) i;
INSERT INTO shop.notes SELECT i, CASE WHEN i % 10 = 0 THEN i % 100 + 1 END, CASE WHEN i % 10 < 7 THEN i % 100 + 1 END, i % 100 + 1 FROM generate_series(1, 40000) i;
ALTER TABLE shop.notes ADD FOREIGN KEY (customer_id) REFERENCES shop.customers, ADD FOREIGN KEY (product_c) REFERENCES shop.products (c),
  ADD FOREIGN KEY (reviewer_id) REFERENCES shop.customers;
-- Nothing is known yet.
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
ANALYZE shop.notes;
SELECT * FROM tenancy.index_foreign_keys('shop');
SELECT * FROM tenancy.index_foreign_keys('shop');
-- The server's own query uses it.
ANALYZE shop.notes;
EXPLAIN (COSTS OFF) SELECT 1 FROM ONLY shop.notes x WHERE 7 OPERATOR(pg_catalog.=) customer_id FOR KEY SHARE OF x;
DROP TABLE shop.notes;

-- Whose tables they are.
CREATE TABLE shop.mine (a int REFERENCES shop.customers);
CREATE TABLE shop.theirs (a int REFERENCES shop.customers);
CREATE TABLE shop.theirs_too (a int REFERENCES shop.customers);
CREATE TEMP TABLE passing (a int);
GRANT USAGE, CREATE ON SCHEMA shop TO regress_owner;
ALTER TABLE shop.mine OWNER TO regress_owner;
SET ROLE regress_owner;
SELECT * FROM tenancy.index_foreign_keys('shop', dry_run => true);
SELECT * FROM tenancy.index_foreign_keys();
SELECT * FROM tenancy.index_foreign_keys();
SELECT * FROM tenancy.index_foreign_keys('shop');
RESET ROLE;
SELECT * FROM tenancy.index_foreign_keys();

-- What it refuses.
SELECT error_of($$SELECT tenancy.index_foreign_keys('no_such_schema')$$);
SELECT error_of($$SELECT tenancy.index_foreign_keys(1::oid::regnamespace)$$);
SELECT error_of($$SELECT tenancy.index_foreign_keys('pg_catalog')$$);
SELECT error_of($$SELECT tenancy.index_foreign_keys('shop', NULL)$$);

DROP TABLE passing;
DROP FUNCTION served(text, text);
SET client_min_messages = warning;
DROP SCHEMA shop CASCADE;
