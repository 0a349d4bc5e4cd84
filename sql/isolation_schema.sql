-- enable_isolation_in_schema() and disable_isolation_in_schema().
SET client_min_messages = notice;
CREATE SCHEMA app;
CREATE TABLE app.b (tenant_id int, body text);
CREATE TABLE app.a (tenant_id uuid);
CREATE TABLE app.without (id int);
CREATE VIEW app.seen AS SELECT * FROM app.b;
CREATE TABLE app.parted (tenant_id int, id int) PARTITION BY LIST (id);
CREATE TABLE app.parted_1 PARTITION OF app.parted DEFAULT;
CREATE TABLE outside (tenant_id int);
CREATE TABLE app.of_outside () INHERITS (outside);
SELECT tenancy.enable_isolation_in_schema('app', dry_run => true) AS statement;
SELECT count(*) FROM pg_policy;
SELECT count(*) FROM tenancy.enable_isolation_in_schema('app', roles => '{regress_app}', guard => true);
SELECT tenancy.enable_isolation_in_schema('app', roles => '{regress_app}', guard => true);
SELECT polrelid::regclass, array_agg(polname ORDER BY polname) FROM pg_policy GROUP BY 1 ORDER BY polrelid::regclass::text COLLATE "C";
-- One that is in the way refuses all of it.
CREATE TABLE app.c (tenant_id int);
CREATE TABLE app.d (tenant_id int);
CREATE POLICY tenant_isolation ON app.d USING (true);
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema('app', roles => '{regress_app}', guard => true)$$) LIMIT 1;
SELECT count(*) FROM pg_policy WHERE polrelid = 'app.c'::regclass;
DROP TABLE app.d;
SELECT count(*) FROM tenancy.enable_isolation_in_schema('app', roles => '{regress_app}', guard => true);
SELECT count(*) FROM tenancy.disable_isolation_in_schema('app', dry_run => true);
SELECT count(*) FROM tenancy.disable_isolation_in_schema('app');
SELECT count(*) FROM pg_policy;
SELECT tenancy.disable_isolation_in_schema('app');
SELECT tenancy.enable_isolation_in_schema('app', 'no_such_column');
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema('no_such_schema')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema(4294967295)$$);
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema('pg_catalog', 'relname')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema('information_schema')$$);
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema(NULL)$$);
SELECT error_of($$SELECT tenancy.disable_isolation_in_schema(NULL)$$);
-- All of its tables are to be the caller's.
SET ROLE regress_owner;
SELECT error_of($$SELECT tenancy.enable_isolation_in_schema('app')$$);
RESET ROLE;
-- The tables of an extension are left alone.
SELECT tenancy.enable_isolation_in_schema('tenancy', 'event_type');
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
DROP TABLE outside;
