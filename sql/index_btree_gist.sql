-- With btree_gist the tenant leads a GiST index too. Tested where the extension is there.
CREATE TABLE shops (tenant_id int, opens int4range, is_open boolean);
SELECT count(*) FROM tenancy.enable_isolation('shops');
SELECT statement FROM tenancy.create_partial_index('shops', '{opens}', 'is_open', method => 'gist', dry_run => true);
CREATE EXTENSION btree_gist;
SELECT statement FROM tenancy.create_partial_index('shops', '{opens}', 'is_open', method => 'gist', dry_run => true);
SELECT action FROM tenancy.create_partial_index('shops', '{opens}', 'is_open', method => 'gist');
DROP TABLE shops;
DROP EXTENSION btree_gist;
