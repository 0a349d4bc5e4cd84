-- create_partial_index() on isolated tables: the tenant column first.
SET client_min_messages = warning;
CREATE TABLE shops (tenant_id int NOT NULL, id int, email text, is_open boolean, opens tsrange, tags text[]);
CREATE TABLE towns (id int, email text, is_open boolean);
SELECT action, statement FROM tenancy.create_partial_index('shops', '{id}', 'is_open', index_name => 'made_before');
SELECT count(*) FROM tenancy.enable_isolation('shops');
SET client_min_messages = notice;

SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', dry_run => true, tenant_leading => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', dry_run => true, tenant_leading => false);
-- A key already, wherever and however it is written.
SELECT statement FROM tenancy.create_partial_index('shops', '{email,tenant_id}', 'is_open', dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{tenant_id DESC,email}', 'is_open', dry_run => true, tenant_leading => true);
SELECT statement FROM tenancy.create_partial_index('shops', ARRAY['("tenant_id")', 'email'], 'is_open', dry_run => true);
-- An expression over it is not the column.
SELECT statement FROM tenancy.create_partial_index('shops', '{(tenant_id + 1)}', 'is_open', dry_run => true);
-- No included column any more, where it is a key.
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', include => '{id,tenant_id}', dry_run => true);
-- One tenant's rows need no tenant in the index, unless someone insists.
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open AND 7 = tenant_id', dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'tenant_id = 7', is_unique => true, dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'tenant_id = 7', dry_run => true, tenant_leading => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'tenant_id > 7', dry_run => true);
-- What was made before the table was isolated is found again, unless someone insists.
SELECT index_name, action FROM tenancy.create_partial_index('shops', '{id}', 'is_open', index_name => 'made_before');
SELECT error_of($$SELECT tenancy.create_partial_index('shops', '{id}', 'is_open', index_name => 'made_before', tenant_leading => true)$$);
SELECT index_name, action FROM tenancy.create_partial_index('shops', '{id}', 'is_open', tenant_leading => true);

-- A unique one is unique within a tenant: or else a tenant learns from its errors what others have.
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', is_unique => true, index_name => 'email_of_open');
SELECT action FROM tenancy.create_partial_index('shops', '{email}', 'is_open', is_unique => true);
INSERT INTO shops (tenant_id, email, is_open) VALUES (1, 'a', true), (2, 'a', true);
SELECT error_of($$INSERT INTO shops (tenant_id, email, is_open) VALUES (2, 'a', true)$$);
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', is_unique => true, tenant_leading => false, dry_run => true);
-- No word about it where the tenant is named.
SELECT statement FROM tenancy.create_partial_index('shops', '{email,tenant_id}', 'is_open', is_unique => true, tenant_leading => false, dry_run => true);

-- What the methods can hold.
SELECT statement FROM tenancy.create_partial_index('shops', '{email}', 'is_open', method => 'hash', dry_run => true);
SELECT error_of($$SELECT tenancy.create_partial_index('shops', '{email}', 'is_open', method => 'hash', tenant_leading => true)$$);
SELECT statement FROM tenancy.create_partial_index('shops', '{opens}', 'is_open', method => 'spgist', dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{id}', 'is_open', method => 'brin', dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{id}', 'is_open', method => 'brin', tenant_leading => true, index_name => 'ranges', dry_run => true);
SELECT statement FROM tenancy.create_partial_index('shops', '{opens}', 'is_open', method => 'gist', dry_run => true);
SELECT error_of($$SELECT tenancy.create_partial_index('shops', '{tags}', 'is_open', method => 'gin', tenant_leading => true)$$);

-- Not isolated, or not by a column.
SELECT statement FROM tenancy.create_partial_index('towns', '{email}', 'is_open', is_unique => true, dry_run => true);
SELECT error_of($$SELECT tenancy.create_partial_index('towns', '{email}', 'is_open', tenant_leading => true)$$);

-- The planner takes it, the policy's condition being the key and the query's the predicate.
INSERT INTO shops SELECT i % 100, i, 'e' || i, i % 10 = 0 FROM generate_series(1, 10000) i;
ANALYZE shops;
GRANT SELECT ON shops TO regress_app;
SET ROLE regress_app;
EXPLAIN (COSTS OFF) SELECT id FROM shops WHERE is_open AND email = 'e7';
RESET ROLE;

SET client_min_messages = warning;
DROP TABLE shops, towns;
