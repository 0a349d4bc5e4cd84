-- create_partial_index(): the ON CONFLICT clause that infers a unique index.
SET client_min_messages = warning;
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('open', 'done');
CREATE FUNCTION shop.plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.lower($1)';
CREATE TABLE shop."Or ders" (tenant_id int, id int, email text, code varchar(10), state shop.state, payload jsonb, "Group" int, deleted_at timestamptz);
SET search_path = shop, public;
SELECT on_conflict FROM tenancy.create_partial_index('"Or ders"', '{id}', 'deleted_at IS NULL');

-- A duplicate is met by the clause, in a session with another search_path, and by that index: without
-- it there is nothing to infer.
CREATE FUNCTION public.try(columns text[], predicate text, include name[], OUT on_conflict text, OUT same_again boolean, OUT made bigint, OUT met bigint, OUT without text)
LANGUAGE plpgsql AS $$
DECLARE
  command text := 'INSERT INTO shop."Or ders" VALUES (1, 1, ''Ann'', ''x'', ''open'', ''{"k": "v"}'', 1, NULL) %s DO NOTHING';
  name text;
BEGIN
  SELECT i.on_conflict, i.index_name INTO on_conflict, name FROM tenancy.create_partial_index('shop."Or ders"', columns, predicate, 'arbiter', is_unique => true, include => include) i;
  same_again := (SELECT i.on_conflict = try.on_conflict AND i.action = 'exists' FROM tenancy.create_partial_index('shop."Or ders"', columns, predicate, 'arbiter', is_unique => true, include => include) i);
  TRUNCATE shop."Or ders";
  PERFORM pg_catalog.set_config('search_path', '', true);
  EXECUTE format(command, on_conflict);
  GET DIAGNOSTICS made = ROW_COUNT;
  EXECUTE format(command, on_conflict);
  GET DIAGNOSTICS met = ROW_COUNT;
  met := 1 - met;
  EXECUTE format('DROP INDEX shop.%I', name);
  BEGIN
    EXECUTE format(command, on_conflict);
  EXCEPTION WHEN OTHERS THEN without := SQLSTATE;
  END;
  PERFORM pg_catalog.set_config('search_path', 'shop, public', true);
END $$;
SELECT t.* FROM (VALUES
  ('{id}'::text[], 'deleted_at IS NULL', '{}'::name[]),
  ('{tenant_id,id}', 'state = ''open''', '{}'),
  ('{Group}', 'state <> ''done'' AND deleted_at IS NULL', '{}'),
  (ARRAY['lower(email)'], 'deleted_at IS NULL', '{}'),
  (ARRAY['plain(email)', 'id DESC NULLS LAST'], 'plain(email) <> ''bob''', '{}'),
  (ARRAY['(payload ->> ''k'')'], 'payload ? ''k''', '{}'),
  (ARRAY['email COLLATE "C"'], 'deleted_at IS NULL', '{}'),
  (ARRAY['(email COLLATE "C")', '((id))'], 'deleted_at IS NULL', '{}'),
  (ARRAY['email text_pattern_ops'], 'deleted_at IS NULL', '{}'),
  (ARRAY['lower(email) COLLATE "C" text_pattern_ops', 'code varchar_pattern_ops'], 'id > 0', '{}'),
  ('{code}', 'code IN (''x'', ''y'')', '{email,payload}'),
  ('{id}', 'email LIKE ''A%'' -- comment', '{}')) AS c (columns, predicate, include), try(columns, predicate, include) t;
RESET search_path;

-- The index of a deferrable constraint is not the one asked for: it cannot be inferred.
CREATE TABLE seats (seat int UNIQUE DEFERRABLE);
SELECT action, on_conflict FROM tenancy.create_partial_index('seats', '{seat}', 'true', is_unique => true);
ALTER TABLE seats DROP CONSTRAINT seats_seat_key;
INSERT INTO seats VALUES (1), (1) ON CONFLICT (seat) WHERE true DO NOTHING;
SELECT action FROM tenancy.create_partial_index('seats', '{seat}', 'true', is_unique => true);
DROP TABLE seats;

-- By a whole row the server infers nothing.
CREATE TABLE whole (a int, b int);
SELECT on_conflict FROM tenancy.create_partial_index('whole', '{(whole)}', 'a > 0', is_unique => true);
DROP TABLE whole;

-- In whatever style the session that asked writes dates.
CREATE TABLE dated (id int, day date, span interval);
SET datestyle = 'SQL, DMY';
SET intervalstyle = sql_standard;
SELECT on_conflict FROM tenancy.create_partial_index('dated', '{id}', 'day > ''02/01/2024'' AND span < ''-1 day -2:00''', is_unique => true);
RESET datestyle;
RESET intervalstyle;
INSERT INTO dated VALUES (1, '2024-02-01') ON CONFLICT (id) WHERE day > '2024-01-02'::date AND span < '-1 days -02:00:00'::interval DO NOTHING;
DROP TABLE dated;

-- Led by the tenant.
CREATE TABLE stores (tenant_id int NOT NULL, email text, is_open boolean);
SELECT count(*) FROM tenancy.enable_isolation('stores');
SELECT on_conflict FROM tenancy.create_partial_index('stores', '{email}', 'is_open', is_unique => true);
INSERT INTO stores VALUES (1, 'a', true), (2, 'a', true), (1, 'a', false);
INSERT INTO stores VALUES (1, 'a', true), (3, 'a', true) ON CONFLICT (tenant_id, email) WHERE is_open DO UPDATE SET email = 'b';
SELECT * FROM stores ORDER BY 1, 2, 3;

DROP FUNCTION try(text[], text, name[]);
DROP TABLE stores;
DROP SCHEMA shop CASCADE;
