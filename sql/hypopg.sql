-- suggest_indexes_for_query(): plans with indexes that are not there, by the extension hypopg.
SET client_min_messages = warning;
CREATE SCHEMA asked;
SET search_path = asked, public;
-- Somewhere else than where the caller looks.
CREATE SCHEMA elsewhere;
CREATE EXTENSION hypopg SCHEMA elsewhere;
CREATE TABLE customers (id int PRIMARY KEY, tenant_id int, name text) WITH (autovacuum_enabled = off);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, status text, placed timestamptz, paid boolean, deleted_at timestamptz) WITH (autovacuum_enabled = off);
INSERT INTO customers SELECT i, i % 10, 'name ' || i FROM generate_series(1, 2000) i;
INSERT INTO orders SELECT i, i % 2000 + 1, CASE WHEN i % 100 = 0 THEN 'open' ELSE 'done' END, timestamptz '2026-01-01' + i * interval '1 minute', i % 50 <> 0,
  CASE WHEN i % 10 = 0 THEN timestamptz '2026-02-01' END FROM generate_series(1, 25000) i;
ANALYZE customers, orders;
RESET client_min_messages;
-- What costs nearly the same may come in either order.
CREATE FUNCTION asked(query text) RETURNS TABLE(relation regclass, kind text, statement text, cheaper boolean, used boolean) LANGUAGE sql AS $$
SELECT relation, kind, statement, cost_after < cost_before, used FROM tenancy.suggest_indexes_for_query(query) ORDER BY used DESC, statement COLLATE "C"
$$;

-- Equality first, then a range or the order; rows of a condition that picks few.
SELECT * FROM asked('SELECT * FROM orders WHERE customer_id = 17');
SELECT * FROM asked('SELECT * FROM orders WHERE placed > ''2026-01-18'' AND 17 = customer_id');
SELECT * FROM asked('SELECT * FROM orders WHERE customer_id IN (1, 2) ORDER BY placed DESC LIMIT 3');
SELECT * FROM asked('SELECT * FROM orders WHERE status = ''open'' AND customer_id = 3');
SELECT * FROM asked('SELECT * FROM orders WHERE status = ''done'' AND NOT paid');
SELECT * FROM asked('SELECT * FROM orders WHERE paid = true AND placed < ''2026-01-02''');
SELECT * FROM asked('SELECT * FROM orders WHERE deleted_at IS NULL AND paid = false AND status <> ''done''');
-- A join, a view, a subquery, statements that write: nothing is executed.
CREATE VIEW named AS SELECT o.id, o.placed, c.name FROM orders o JOIN customers c ON c.id = o.customer_id;
SELECT * FROM asked('SELECT * FROM named WHERE name = ''name 5''') WHERE used;
SELECT * FROM asked('SELECT * FROM customers c WHERE c.id < 10 AND EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)') WHERE used;
SELECT * FROM asked('DELETE FROM orders WHERE customer_id = 17') WHERE used;
SELECT * FROM asked('WITH gone AS (UPDATE orders SET paid = true WHERE customer_id = 17 RETURNING id) SELECT * FROM gone') WHERE used;
SELECT * FROM asked('INSERT INTO customers SELECT id + 10000 FROM orders WHERE customer_id = 17') WHERE used;
SELECT * FROM asked('MERGE INTO orders o USING (SELECT 5 AS id) s ON o.customer_id = 17 WHEN MATCHED THEN DELETE') WHERE used;
SELECT count(*) FROM orders;
SELECT count(*) FROM customers;
-- Nothing to suggest: it is there.
SELECT * FROM tenancy.suggest_indexes_for_query('SELECT * FROM customers WHERE id = 3');
SELECT * FROM tenancy.suggest_indexes_for_query('SELECT 1');
-- A statement that was suggested, carried out, is used as was foreseen.
CREATE FUNCTION carry_out(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE best text;
BEGIN
  SELECT s.statement INTO best FROM tenancy.suggest_indexes_for_query(query) s WHERE used AND kind = 'partial' ORDER BY cost_after LIMIT 1;
  EXECUTE best;
  RETURN best;
END $$;
SELECT carry_out('SELECT * FROM orders WHERE status = ''open'' AND customer_id = 3');
EXPLAIN (COSTS OFF) SELECT * FROM orders WHERE status = 'open' AND customer_id = 3;
SELECT * FROM asked('SELECT * FROM orders WHERE status = ''open'' AND customer_id = 3') WHERE kind = 'partial';

-- A partial index on other columns does not do; nor is a name taken for the statement's ON; the
-- user's setting does not keep the plans from the proposals.
CREATE TABLE "open ON paid" (id int, a int, b int, paid boolean) WITH (autovacuum_enabled = off);
INSERT INTO "open ON paid" SELECT i, i, i, i % 100 = 0 FROM generate_series(1, 25000) i;
CREATE INDEX ON "open ON paid" (a) WHERE paid;
ANALYZE "open ON paid";
SET hypopg.enabled = off;
SELECT * FROM asked('SELECT * FROM "open ON paid" WHERE paid AND b = 5');
SELECT * FROM asked('SELECT * FROM "open ON paid" WHERE paid AND b IS NOT NULL');
SHOW hypopg.enabled;
RESET hypopg.enabled;
ALTER TABLE "open ON paid" ADD deleted_at timestamptz, ADD FOREIGN KEY (b) REFERENCES customers NOT VALID;
SELECT * FROM asked('SELECT * FROM "open ON paid" WHERE b = 5');

-- No hypothetical index is left, also after an error; the user's own stay.
SELECT indexname ~ 'orders' AS made FROM elsewhere.hypopg_create_index('CREATE INDEX ON asked.orders (placed)');
SELECT count(*) FROM elsewhere.hypopg();
SELECT count(*) > 0 AS some FROM tenancy.suggest_indexes_for_query('SELECT * FROM orders WHERE customer_id = 17');
SELECT count(*) FROM elsewhere.hypopg();
-- An error that comes with the plan of a proposal.
CREATE FUNCTION fails_with_index() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF (SELECT count(*) FROM elsewhere.hypopg()) > 1 THEN RAISE 'with an index'; END IF;
  RETURN 17;
END $$;
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('SELECT * FROM orders WHERE customer_id = fails_with_index()')$$);
SELECT count(*) FROM elsewhere.hypopg();
BEGIN;
SELECT tenancy.suggest_indexes_for_query('SELECT * FROM orders WHERE customer_id = fails_with_index()');
ROLLBACK;
SELECT count(*) FROM elsewhere.hypopg();
SELECT elsewhere.hypopg_reset();

-- The tenant of an isolated table leads, by the policy's condition.
SELECT count(*) FROM tenancy.enable_isolation('customers', create_index => false);
GRANT USAGE, CREATE ON SCHEMA asked TO regress_owner;
GRANT USAGE ON SCHEMA elsewhere TO regress_owner;
ALTER TABLE customers OWNER TO regress_owner;
SET tenancy.tenant_id = '3';
SET ROLE regress_owner;
SELECT * FROM asked('SELECT * FROM customers WHERE name = ''name 13''');
-- Of tables that are not the caller's nothing is suggested.
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('SELECT * FROM orders WHERE customer_id = 17')$$);
RESET ROLE;
GRANT SELECT ON orders TO regress_owner;
SET ROLE regress_owner;
SELECT * FROM asked('SELECT * FROM orders WHERE customer_id = 17');
RESET ROLE;
RESET tenancy.tenant_id;

-- What it refuses.
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query(NULL)$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('SELECT 1; DROP TABLE asked.orders')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('DROP TABLE asked.orders')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('ANALYZE SELECT 1')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('EXPLAIN ANALYZE DELETE FROM asked.orders')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('SELECT * INTO asked.made FROM asked.orders')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('SELECT $1')$$);
SELECT tenancy.suggest_indexes_for_query('SELECT nothing FROM asked.orders');
SELECT count(*) FROM orders;

SET client_min_messages = warning;
RESET search_path;
DROP EXTENSION hypopg;
DROP SCHEMA asked, elsewhere CASCADE;
SELECT error_of($$SELECT tenancy.suggest_indexes_for_query('SELECT 1')$$);
