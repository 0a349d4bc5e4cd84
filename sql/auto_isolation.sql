-- What is isolated as it is made: children of isolated tables, and tables of schemas with a rule.
SET client_min_messages = notice;
CREATE FUNCTION isolation_of(relation regclass) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('%s: %s TO %s USING %s%s%s', relation, polname,
    (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ',') FROM unnest(polroles) r),
    pg_get_expr(polqual, polrelid), CASE WHEN relrowsecurity THEN ', row security' END, CASE WHEN relforcerowsecurity THEN ', forced' END)
  FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE polrelid = relation ORDER BY polname COLLATE "C"
$$;

-- A new child is isolated just as its parent is: made, attached, with children of its own, inherited.
CREATE TABLE metrics (tenant_id int, at int) PARTITION BY RANGE (at);
SELECT count(*) FROM tenancy.enable_isolation('metrics', roles => '{regress_app}', setting => 'app.tenant', policy_name => 'own', shared_rows => true);
CREATE TABLE metrics_1 PARTITION OF metrics FOR VALUES FROM (1) TO (10);
CREATE TABLE metrics_2 (tenant_id int, at int) PARTITION BY RANGE (at);
CREATE TABLE metrics_2_1 PARTITION OF metrics_2 FOR VALUES FROM (10) TO (15);
SELECT isolation_of('metrics_2_1');
ALTER TABLE metrics ATTACH PARTITION metrics_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE metrics_2_2 PARTITION OF metrics_2 FOR VALUES FROM (15) TO (20);
SELECT isolation_of(c) FROM unnest('{metrics_1,metrics_2,metrics_2_1,metrics_2_2}'::regclass[]) c;
SELECT indrelid::regclass FROM pg_index WHERE indrelid::regclass::text LIKE 'metrics%' ORDER BY 1;
SELECT tenancy.enable_isolation('metrics', roles => '{regress_app}', setting => 'app.tenant', policy_name => 'own', shared_rows => true);
-- A dry look at a partition itself: nobody's rows.
INSERT INTO metrics VALUES (1, 1), (2, 11);
GRANT SELECT ON metrics_2_1 TO regress_app;
SET ROLE regress_app;
SELECT * FROM metrics_2_1;
RESET ROLE;
-- One that is isolated in another way is refused, and so is what it would have become.
CREATE TABLE metrics_3 (tenant_id int, at int);
SELECT count(*) FROM tenancy.enable_isolation('metrics_3');
SELECT error_of('ALTER TABLE metrics ATTACH PARTITION metrics_3 FOR VALUES FROM (20) TO (30)') LIMIT 1;
SELECT count(*) FROM pg_inherits WHERE inhrelid = 'metrics_3'::regclass;
-- What was made with the rest is taken back with the rest; a partition that is detached keeps it.
ALTER TABLE metrics DETACH PARTITION metrics_1;
SELECT count(*) FROM tenancy.disable_isolation('metrics');
SELECT isolation_of(c) FROM unnest('{metrics_1,metrics_2,metrics_2_1,metrics_2_2}'::regclass[]) c;
SELECT count(*) FROM tenancy.disable_isolation('metrics_1');
-- Without default and without index, as was asked for the parent.
SELECT count(*) FROM tenancy.enable_isolation('metrics', set_default => false, create_index => false);
ALTER TABLE metrics ATTACH PARTITION metrics_1 FOR VALUES FROM (1) TO (10);
SELECT count(*) FROM pg_index WHERE indrelid = 'metrics_1'::regclass;
SELECT count(*) FROM pg_attrdef WHERE adrelid = 'metrics_1'::regclass;
-- The policy of the parent was altered: what its children are to be is not known any more.
ALTER POLICY tenant_isolation ON metrics USING (tenant_id > 0);
SELECT error_of('CREATE TABLE metrics_4 PARTITION OF metrics FOR VALUES FROM (40) TO (50)');
SET client_min_messages = warning;
DROP TABLE metrics, metrics_3;
SET client_min_messages = notice;

-- Who may attach a partition, but may not make an index in its schema, attaches it.
CREATE SCHEMA closed;
CREATE TABLE closed.metrics (tenant_id int, at int) PARTITION BY LIST (at);
CREATE TABLE closed.metrics_1 (tenant_id int, at int);
ALTER TABLE closed.metrics OWNER TO regress_owner;
ALTER TABLE closed.metrics_1 OWNER TO regress_owner;
GRANT USAGE ON SCHEMA closed TO regress_owner;
SET ROLE regress_owner;
SELECT count(*) FROM tenancy.enable_isolation('closed.metrics');
ALTER TABLE closed.metrics ATTACH PARTITION closed.metrics_1 FOR VALUES IN (1);
RESET ROLE;
SELECT isolation_of('closed.metrics_1');
SET client_min_messages = warning;
DROP SCHEMA closed CASCADE;
SET client_min_messages = notice;

CREATE TABLE base (tenant_id int);
CREATE TABLE other_base (tenant_id int, other int);
SELECT count(*) FROM tenancy.enable_isolation('base');
CREATE TABLE heir (extra int) INHERITS (base);
CREATE TABLE later (tenant_id int, extra int);
CREATE TABLE below_later () INHERITS (later);
ALTER TABLE later INHERIT base;
CREATE TABLE of_both () INHERITS (other_base, base);
CREATE TABLE of_heir () INHERITS (heir);
SELECT isolation_of(c) FROM unnest('{heir,later,below_later,of_both,of_heir}'::regclass[]) c;
CREATE SCHEMA app CREATE TABLE element () INHERITS (public.base) CREATE TABLE other (tenant_id int);
SELECT isolation_of(c) FROM unnest('{app.element,app.other}'::regclass[]) c;
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
SET client_min_messages = notice;
-- A child of two, isolated in different ways, is refused.
DROP TABLE of_both;
SELECT count(*) FROM tenancy.enable_isolation('other_base', 'other', policy_name => 'by_other');
SELECT error_of('CREATE TABLE of_two () INHERITS (base, other_base)') LIMIT 1;
SET client_min_messages = warning;
DROP TABLE base, other_base CASCADE;
SET client_min_messages = notice;

-- One that is isolated, and is read through a parent that is not.
CREATE TABLE open_base (tenant_id int);
CREATE TABLE open_parted (tenant_id int) PARTITION BY LIST (tenant_id);
CREATE TABLE shut (tenant_id int);
SELECT count(*) FROM tenancy.enable_isolation('shut');
ALTER TABLE shut INHERIT open_base;
ALTER TABLE shut NO INHERIT open_base;
ALTER TABLE open_parted ATTACH PARTITION shut FOR VALUES IN (1);
CREATE SCHEMA app;
SELECT count(*) FROM tenancy.auto_isolate('app');
CREATE TABLE app.heir () INHERITS (open_base);
CREATE TABLE app.part PARTITION OF open_parted FOR VALUES IN (2);
SELECT count(*) FROM tenancy.auto_isolate_off('app');
SELECT count(*) FROM tenancy.auto_isolate('app', on_missing => 'refuse');
SELECT error_of('CREATE TABLE app.another () INHERITS (public.open_base)');
SELECT error_of('CREATE TABLE app.another PARTITION OF public.open_parted FOR VALUES IN (3)');
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
DROP TABLE open_base, open_parted;
SET client_min_messages = notice;

-- Of a table that is isolated through a foreign key, and of its children.
CREATE TABLE owners (id int PRIMARY KEY, tenant_id int);
CREATE TABLE pets (id int, owner_id int REFERENCES owners) PARTITION BY LIST (id);
CREATE TABLE toys (owner_id int REFERENCES owners);
SELECT count(*) FROM tenancy.enable_isolation('owners');
SELECT count(*) FROM tenancy.enable_isolation_through('pets');
SELECT count(*) FROM tenancy.enable_isolation_through('toys');
CREATE TABLE pets_1 PARTITION OF pets FOR VALUES IN (1) PARTITION BY LIST (owner_id);
CREATE TABLE pets_1_1 PARTITION OF pets_1 DEFAULT;
CREATE TABLE balls () INHERITS (toys);
CREATE TABLE red_balls () INHERITS (balls);
SELECT c, polname FROM unnest('{pets_1,pets_1_1,balls,red_balls}'::regclass[]) c LEFT JOIN pg_policy ON polrelid = c ORDER BY c::text COLLATE "C";
SET client_min_messages = warning;
DROP TABLE owners, pets, toys CASCADE;
SET client_min_messages = notice;

-- A rule for a schema.
CREATE SCHEMA app AUTHORIZATION regress_owner;
SET ROLE regress_owner;
SELECT tenancy.auto_isolate('app', roles => '{regress_app,regress_stranger}', guard => true, dry_run => true);
SELECT count(*) FROM tenancy.auto_isolation;
SELECT count(*) FROM tenancy.auto_isolate('app', roles => '{regress_app,regress_stranger}', guard => true);
SELECT tenancy.auto_isolate('app', roles => '{regress_app,regress_stranger}', guard => true);
SELECT error_of($$SELECT tenancy.auto_isolate('app')$$);
CREATE TABLE app.made (tenant_id int);
CREATE TABLE app.selected AS SELECT 1 AS tenant_id;
SELECT 1 AS tenant_id INTO app.selected_into;
CREATE TABLE IF NOT EXISTS app.made (tenant_id int);
CREATE TABLE app.parted (tenant_id int, at int) PARTITION BY LIST (at);
CREATE TABLE app.parted_1 PARTITION OF app.parted FOR VALUES IN (1);
SELECT isolation_of(c) FROM unnest('{app.made,app.selected,app.selected_into,app.parted,app.parted_1}'::regclass[]) c;
-- One that its owner opens stays open, whatever is altered.
SELECT count(*) FROM tenancy.disable_isolation('app.selected');
ALTER TABLE app.selected ADD COLUMN other int;
ALTER TABLE app.selected RENAME COLUMN other TO another;
SELECT isolation_of('app.selected');
-- One without the column is reported; it is isolated when it gets it, by whatever command.
CREATE TABLE app.plain (id int);
ALTER TABLE app.plain ADD COLUMN other int;
ALTER TABLE app.plain ADD COLUMN tenant_id int;
CREATE TABLE app.renamed (tenant int);
ALTER TABLE app.renamed RENAME COLUMN tenant TO tenant_id;
CREATE TABLE ancestor ();
CREATE TABLE app.both_at_once ();
ALTER TABLE app.both_at_once INHERIT ancestor, ADD COLUMN tenant_id int;
SELECT isolation_of(c) FROM unnest('{app.plain,app.renamed,app.both_at_once}'::regclass[]) c;
DROP TABLE ancestor CASCADE;
-- Or from a table that it inherits from, which is elsewhere.
RESET ROLE;
CREATE TABLE ancestor (id int);
CREATE TABLE app.descendant (own int) INHERITS (ancestor);
CREATE TABLE app.below () INHERITS (app.descendant);
ALTER TABLE ancestor ADD COLUMN tenant_id int;
SELECT isolation_of(c) FROM unnest('{ancestor,app.descendant,app.below}'::regclass[]) c;
ALTER TABLE ancestor ADD COLUMN other int;
DROP TABLE app.below, app.descendant, ancestor;
-- Or from the type that it is made of.
CREATE TYPE kind AS (id int, tenant int);
CREATE TABLE app.typed OF kind;
CREATE TABLE app.typed_too OF kind;
CREATE TABLE typed_elsewhere OF kind;
ALTER TYPE kind ADD ATTRIBUTE other int CASCADE;
ALTER TYPE kind RENAME ATTRIBUTE tenant TO tenant_id CASCADE;
SELECT isolation_of(c) FROM unnest('{app.typed,app.typed_too,typed_elsewhere}'::regclass[]) c;
SELECT count(*) FROM tenancy.disable_isolation('app.typed');
ALTER TYPE kind DROP ATTRIBUTE other CASCADE;
SELECT isolation_of('app.typed');
DROP TABLE app.typed, app.typed_too;
CREATE TYPE wider AS (id int);
CREATE TABLE app.typed OF wider;
ALTER TYPE wider ADD ATTRIBUTE tenant_id int CASCADE;
SELECT isolation_of('app.typed');
DROP TABLE app.typed, typed_elsewhere;
DROP TYPE kind, wider;
SET ROLE regress_owner;
-- Views, temporary tables and what is elsewhere are left alone.
CREATE VIEW app.seen AS SELECT * FROM app.made;
CREATE MATERIALIZED VIEW app.kept AS SELECT 1 AS tenant_id;
CREATE TEMPORARY TABLE passing (tenant_id int);
RESET ROLE;
CREATE TABLE elsewhere (tenant_id int);
SELECT relname FROM pg_class WHERE relrowsecurity AND relname IN ('passing', 'elsewhere', 'kept');
-- A table that is moved there.
ALTER TABLE elsewhere OWNER TO regress_owner;
ALTER TABLE elsewhere SET SCHEMA app;
SELECT isolation_of('app.elsewhere');

-- Whoever makes the table makes its policies, and the rule is the schema owner's alone.
GRANT CREATE, USAGE ON SCHEMA app TO regress_stranger;
SET ROLE regress_stranger;
CREATE TABLE app.of_a_stranger (tenant_id int);
SELECT error_of($$SELECT tenancy.auto_isolate_off('app')$$);
SELECT error_of($$SELECT tenancy.auto_isolate('public')$$);
SELECT error_of($$DELETE FROM tenancy.auto_isolation$$);
SELECT error_of($$UPDATE tenancy.auto_isolation SET bypass_roles = '{regress_stranger}'$$);
SELECT error_of($$INSERT INTO tenancy.auto_isolation SELECT 'not_yet', tenant_column, roles, setting, policy_name, shared_rows, guard, bypass_roles, set_default, create_index, on_missing FROM tenancy.auto_isolation$$);
SELECT error_of($$LOCK tenancy.auto_isolation IN ROW EXCLUSIVE MODE$$);
RESET ROLE;
SELECT isolation_of('app.of_a_stranger');
SELECT error_of('SELECT tenancy.isolate_new_tables()');
SELECT error_of($$SELECT tenancy.auto_isolate('pg_catalog')$$);
SELECT error_of($$SELECT tenancy.auto_isolate(4294967295)$$);
SELECT error_of($$SELECT tenancy.auto_isolate('public', on_missing => 'panic')$$);
SELECT error_of($$SELECT tenancy.auto_isolate('public', roles => '{no_such_role}')$$);

-- A rule goes with its schema when that is renamed, by its owner too, and ends with it.
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO regress_owner', current_database()); END $$;
SET ROLE regress_owner;
ALTER SCHEMA app RENAME TO renamed_app;
CREATE TABLE renamed_app.again (tenant_id int);
SELECT isolation_of('renamed_app.again');
SELECT tenancy.auto_isolate_off('renamed_app');
SELECT tenancy.auto_isolate_off('renamed_app');
CREATE TABLE renamed_app.after_it (tenant_id int);
SELECT isolation_of('renamed_app.after_it');
SELECT count(*) FROM tenancy.auto_isolate('renamed_app', on_missing => 'refuse');
-- Refused, and nothing is left of it.
SELECT error_of('CREATE TABLE renamed_app.without (id int)');
SELECT error_of('CREATE TABLE renamed_app.without AS SELECT 1 AS id');
SELECT to_regclass('renamed_app.without');
RESET ROLE;
ALTER TABLE renamed_app.of_a_stranger OWNER TO regress_owner;
SET ROLE regress_owner;
SET client_min_messages = warning;
DROP SCHEMA renamed_app CASCADE;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM regress_owner', current_database()); END $$;
SET client_min_messages = notice;
SELECT schema_name FROM tenancy.auto_isolation;
-- A rule that waits for its schema, which the owner of the extension may write: a table and its child
-- that are made with it.
INSERT INTO tenancy.auto_isolation VALUES ('app', 'tenant_id', '{public}', 'tenancy.tenant_id', 'tenant_isolation', false, false, '{}', true, true, 'refuse');
CREATE SCHEMA app CREATE TABLE parent (tenant_id int) CREATE TABLE child () INHERITS (app.parent);
SELECT isolation_of(c) FROM unnest('{app.parent,app.child}'::regclass[]) c;
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
SET client_min_messages = notice;
-- A rule whose arguments no longer hold refuses, too.
CREATE SCHEMA app;
CREATE ROLE regress_passing;
SELECT count(*) FROM tenancy.auto_isolate('app', roles => '{regress_passing}', on_missing => 'ignore');
DROP ROLE regress_passing;
SELECT error_of('CREATE TABLE app.t (tenant_id int)');
CREATE TABLE app.t (id int);
-- The way out of it is the superuser's: event triggers do not fire in a replica.
SET session_replication_role = replica;
CREATE TABLE app.u (tenant_id int);
RESET session_replication_role;
SELECT isolation_of('app.u');
-- A schema with a new owner, and one that is dropped with its owner's things.
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
SET client_min_messages = notice;
CREATE SCHEMA app;
SELECT count(*) FROM tenancy.auto_isolate('app');
ALTER SCHEMA app OWNER TO regress_owner;
SET ROLE regress_owner;
CREATE TABLE app.of_the_new_owner (tenant_id int);
RESET ROLE;
SELECT isolation_of('app.of_the_new_owner');
SET client_min_messages = warning;
DROP OWNED BY regress_owner;
GRANT CREATE ON SCHEMA public TO regress_owner;
SET client_min_messages = notice;
SELECT count(*) FROM tenancy.auto_isolation;

-- A foreign table cannot be isolated.
CREATE SCHEMA app;
CREATE FOREIGN DATA WRAPPER regress_wrapper;
CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_wrapper;
CREATE TABLE app.whole (tenant_id int, at int) PARTITION BY LIST (at);
SELECT count(*) FROM tenancy.enable_isolation('app.whole');
CREATE FOREIGN TABLE app.remote PARTITION OF app.whole FOR VALUES IN (1) SERVER regress_server;
SELECT error_of($$SELECT tenancy.enable_isolation('app.whole')$$);
SELECT count(*) FROM tenancy.disable_isolation('app.whole');
-- One in what is attached is left out likewise.
CREATE TABLE app.half (tenant_id int, at int) PARTITION BY LIST (at);
CREATE TABLE app.half_1 PARTITION OF app.half FOR VALUES IN (2);
CREATE FOREIGN TABLE app.half_2 PARTITION OF app.half FOR VALUES IN (3) SERVER regress_server;
DROP FOREIGN TABLE app.remote;
SELECT count(*) FROM tenancy.enable_isolation('app.whole');
ALTER TABLE app.whole ATTACH PARTITION app.half FOR VALUES IN (2, 3);
SELECT isolation_of(c) FROM unnest('{app.half,app.half_1}'::regclass[]) c;
SELECT count(*) FROM tenancy.disable_isolation('app.whole');
SELECT count(*) FROM tenancy.auto_isolate('app', on_missing => 'refuse');
SELECT error_of('CREATE FOREIGN TABLE app.remote_too (tenant_id int) SERVER regress_server');
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
DROP FOREIGN DATA WRAPPER regress_wrapper CASCADE;
DROP FUNCTION isolation_of(regclass);
