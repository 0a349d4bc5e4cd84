-- Who may do what; and a database owner who is no superuser may install the extension.

-- A writer of events needs no right to the registry; nobody registers without it.
SELECT tenancy.register_event_schema('ping', '{"required": ["id"]}');
CREATE TABLE events (type text, payload jsonb);
GRANT INSERT, SELECT ON events TO regress_app;
SELECT count(*) FROM tenancy.enforce_event_schemas('events');
SET ROLE regress_app;
INSERT INTO events VALUES ('ping', '{"id": 1}');
SELECT error_of($$INSERT INTO events VALUES ('ping', '{}')$$);
SELECT tenancy.validate_event('ping', '{}');
SELECT error_of($$SELECT * FROM tenancy.event_schema$$);
SELECT error_of($$SELECT tenancy.register_event_schema('pong', 'true')$$);
SELECT error_of($$DELETE FROM tenancy.event_schema$$);
SELECT error_of($$CREATE FUNCTION tenancy.current_tenant(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'$$);
RESET ROLE;
GRANT SELECT, INSERT ON tenancy.event_schema TO regress_owner;
SET ROLE regress_owner;
SELECT tenancy.register_event_schema('pong', 'true');
RESET ROLE;
REVOKE ALL ON tenancy.event_schema FROM regress_owner;
DELETE FROM tenancy.event_schema;
DROP TABLE events;

-- Installed by the owner of the database.
SELECT current_database() AS regression \gset
CREATE ROLE regress_database_owner;
CREATE DATABASE regress_tenancy OWNER regress_database_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
\connect regress_tenancy
SET SESSION AUTHORIZATION regress_database_owner;
CREATE EXTENSION pg_tenancy;
SELECT tenancy.register_event_schema('ping', '{"required": ["id"]}');
INSERT INTO tenancy.signing_key (kid, algorithm, key) VALUES ('2026-01', 'HS256', 'a secret of thirty-two bytes, say');
SET tenancy.token_claim = 'sub';
CREATE TABLE things (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('things');
BEGIN;
SELECT tenancy.authenticate('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjIwMjYtMDEifQ.eyJzdWIiOiJhbm4iLCJ0ZW5hbnRfaWQiOjQyLCJleHAiOjQxMDI0NDQ4MDB9.BLzaHYZTvURTvSiM-a3132hPiRJRvxI1_DFM4sbvOBI'), tenancy.current_tenant();
SELECT tenancy.set_tenant('1');
INSERT INTO things DEFAULT VALUES RETURNING tenant_id;
COMMIT;
SELECT count(*) FROM things;
DROP EXTENSION pg_tenancy CASCADE;
\connect :regression
DROP DATABASE regress_tenancy;
DROP ROLE regress_database_owner;

-- A database of another encoding has isolation and indexes, and says so of JSON Schema.
CREATE DATABASE regress_tenancy TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';
\connect regress_tenancy
SET client_min_messages = warning;
CREATE EXTENSION pg_tenancy;
CREATE TABLE things (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('things');
SELECT tenancy.jsonb_matches_schema('true', '1');
\connect :regression
DROP DATABASE regress_tenancy;
