-- suggest_indexes(): what is missing, what is of no use, and what is not worth it.
SET client_min_messages = warning;
CREATE SCHEMA advised;
SET search_path = advised, public;
CREATE TABLE parents (id int PRIMARY KEY);
-- Every row is read by ANALYZE.
CREATE TABLE jobs (id int PRIMARY KEY, done boolean, status text, email text, deleted_at timestamptz, ref uuid, sent_at timestamptz,
  half boolean, kind text, constant int) WITH (autovacuum_enabled = off);
RESET client_min_messages;

-- So many that an index which none of them used is unused.
CREATE PROCEDURE pass_transactions() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..10000 LOOP
    PERFORM pg_current_xact_id();
    COMMIT;
  END LOOP;
  PERFORM pg_stat_force_next_flush();
END $$;
SET synchronous_commit = off;

-- Nothing is known.
SELECT * FROM tenancy.suggest_indexes('jobs');
-- Too few rows.
INSERT INTO jobs SELECT i, i % 100 <> 0, CASE WHEN i % 100 = 1 THEN 'open' WHEN i % 200 = 2 THEN 'it''s failed' ELSE 'done' END, 'user' || i || '@example.com',
  CASE WHEN i % 4 = 0 THEN timestamptz '2026-01-01' END, CASE WHEN i % 10 = 0 THEN md5(i::text)::uuid END,
  CASE WHEN i % 50 <> 0 THEN timestamptz '2026-01-01' + i * interval '1 second' END, i % 2 = 0, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END, 1
FROM generate_series(1, 9000) i;
ANALYZE jobs;
SELECT kind, statement, reason, estimated_rows, saving FROM tenancy.suggest_indexes('jobs');
SELECT * FROM tenancy.suggest_indexes();

-- Predicates: of rare values, of what is not deleted, of what is not null.
INSERT INTO jobs SELECT id + 9000, done, status, 'user' || id + 9000, deleted_at, CASE WHEN id % 10 = 0 THEN md5(id::text || 'x')::uuid END, sent_at, half, kind, 1 FROM jobs;
CREATE UNIQUE INDEX jobs_email ON jobs (email);
CREATE INDEX jobs_ref ON jobs (ref);
CREATE INDEX jobs_done ON jobs (done, id);
CREATE INDEX "jobs Lower" ON jobs (lower(email) text_pattern_ops DESC) INCLUDE (id) WITH (fillfactor = 80);
CREATE INDEX jobs_deleted ON jobs (deleted_at);
ANALYZE jobs;
SELECT kind, statement, estimated_rows, saving FROM tenancy.suggest_indexes('jobs') WHERE kind NOT IN ('unused');
SELECT reason FROM tenancy.suggest_indexes('jobs') WHERE kind IN ('partial', 'not worth it');
-- Of all tables, only what is worth it.
SELECT kind, statement FROM tenancy.suggest_indexes() WHERE kind NOT IN ('unused');

-- Each statement can be run as it is; what was done is not said again.
CREATE FUNCTION carry_out(of_kind text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE suggested text;
BEGIN
  FOR suggested IN SELECT s.statement FROM tenancy.suggest_indexes() s WHERE s.kind = of_kind AND s.statement IS NOT NULL LOOP
    EXECUTE suggested;
    RETURN NEXT suggested;
  END LOOP;
END $$;
SELECT count(*) FROM carry_out('partial');
SELECT count(*) FROM carry_out('partial');
EXPLAIN (COSTS OFF) SELECT id FROM jobs WHERE status = 'open';
EXPLAIN (COSTS OFF) SELECT id FROM jobs WHERE NOT done ORDER BY id LIMIT 1;

-- Unused: not what is unique, or in a constraint; nor what is young.
SELECT count(*) FROM tenancy.suggest_indexes('jobs') WHERE kind = 'unused';
CALL pass_transactions();
SELECT kind, statement, regexp_replace(reason, ' on [-0-9]+ [^ ]+ [^ ,]+,', ',') AS reason, estimated_rows, saving FROM tenancy.suggest_indexes('jobs') WHERE kind = 'unused' AND statement ~ 'jobs_ref|Lower';
SET enable_seqscan = off;
SELECT count(*) FROM jobs WHERE ref = md5('10x')::uuid;
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
SELECT statement FROM tenancy.suggest_indexes('jobs') WHERE kind = 'unused' AND statement ~ 'jobs_|Lower' AND statement !~ 'ix_';
SELECT count(*) FROM carry_out('unused');
SELECT statement FROM tenancy.suggest_indexes('jobs') WHERE kind = 'unused';
-- Nor where the server has just begun to count.
CREATE INDEX jobs_kind ON jobs (kind);
CALL pass_transactions();
SELECT statement FROM tenancy.suggest_indexes('jobs') WHERE kind = 'unused';
SELECT pg_stat_reset();
SELECT statement FROM tenancy.suggest_indexes('jobs') WHERE kind = 'unused';
DROP TABLE jobs;

-- Duplicate and redundant. A unique index stays, and so does what is much smaller.
CREATE TABLE twice (a int, b int, c int, d text, e int CONSTRAINT twice_e UNIQUE, CONSTRAINT twice_ab UNIQUE (a, b, c));
INSERT INTO twice SELECT i, i, i, i, i FROM generate_series(1, 200) i;
CREATE INDEX twice_c1 ON twice (c);
CREATE INDEX twice_c2 ON twice (c);
CREATE UNIQUE INDEX twice_e2 ON twice (e);
CREATE UNIQUE INDEX twice_ab_unique ON twice (a, b);
CREATE INDEX twice_a ON twice (a);
CREATE INDEX twice_a_include ON twice (a) INCLUDE (c);
CREATE INDEX twice_a_include_d ON twice (a) INCLUDE (d);
CREATE INDEX twice_a_desc ON twice (a DESC);
CREATE INDEX twice_ab_mixed ON twice (a, b DESC);
CREATE INDEX twice_d ON twice (d);
CREATE INDEX twice_d_pattern ON twice (d text_pattern_ops, b);
CREATE INDEX twice_d_c ON twice (d COLLATE "C", b);
CREATE INDEX twice_lower ON twice (lower(d));
CREATE INDEX twice_lower_b ON twice (lower(d), b);
CREATE INDEX twice_upper_b ON twice (upper(d), b);
CREATE INDEX twice_cd_most ON twice (c, d) WHERE c > 10;
CREATE INDEX twice_cd_more ON twice (c, d, a) WHERE c > 5;
CREATE INDEX twice_cd_less ON twice (c, d) WHERE c > 190;
CREATE INDEX twice_b_hash ON twice USING hash (b);
CREATE INDEX twice_b_hash_again ON twice USING hash (b);
ANALYZE twice;
SELECT kind, statement, reason, estimated_rows, saving FROM tenancy.suggest_indexes('twice') WHERE kind IN ('duplicate', 'redundant');
SELECT count(*) FROM carry_out('redundant');
SELECT count(*) FROM carry_out('duplicate');
SELECT kind, statement, reason FROM tenancy.suggest_indexes('twice') WHERE kind IN ('duplicate', 'redundant');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'twice'::regclass ORDER BY indexrelid::regclass::text COLLATE "C";
DROP TABLE twice;
-- An index that foreign keys refer to, or that identifies rows to replicas, stays.
CREATE TABLE replicated (a int NOT NULL, b int);
CREATE UNIQUE INDEX replicated_a ON replicated (a);
CREATE UNIQUE INDEX replicated_a2 ON replicated (a);
CREATE UNIQUE INDEX replicated_a3 ON replicated (a);
ALTER TABLE replicated REPLICA IDENTITY USING INDEX replicated_a2;
CREATE TABLE referring (a int REFERENCES replicated (a));
SELECT kind, statement, reason FROM tenancy.suggest_indexes('replicated');
DROP TABLE referring, replicated;

-- A deferrable constraint serves neither ON CONFLICT nor a foreign key: its index replaces none.
CREATE TABLE deferred (a int CONSTRAINT deferred_a_key UNIQUE DEFERRABLE);
CREATE UNIQUE INDEX deferred_a ON deferred (a);
SELECT kind, statement FROM tenancy.suggest_indexes('deferred');
DROP TABLE deferred;
-- What CLUSTER goes by stays.
CREATE TABLE clustered (a int, b int);
CREATE INDEX clustered_a ON clustered (a);
CREATE INDEX clustered_a2 ON clustered (a);
ALTER TABLE clustered CLUSTER ON clustered_a2;
SELECT kind, statement FROM tenancy.suggest_indexes('clustered');
CREATE INDEX clustered_ab ON clustered (a, b);
DROP INDEX clustered_a;
SELECT kind, statement FROM tenancy.suggest_indexes('clustered') WHERE kind = 'redundant';
DROP TABLE clustered;
-- What is left of all that is dropped does what is needed: for foreign keys, also from the root of
-- partitions; for the tenant; for queries, in the stead of a redundant one that they use.
CREATE TABLE left_over (a int REFERENCES parents, b int, tenant_id int);
CREATE INDEX left_over_hash ON left_over USING hash (a);
CREATE INDEX left_over_a ON left_over (a);
CREATE INDEX left_over_ab ON left_over (a, b DESC);
CREATE INDEX left_over_tenant_a ON left_over (tenant_id, a);
CREATE INDEX left_over_tenant_b ON left_over (tenant_id, b);
SELECT count(*) FROM tenancy.enable_isolation('left_over', create_index => false);
CREATE TABLE left_parted (a int REFERENCES parents, b int, tenant_id int) PARTITION BY RANGE (b);
CREATE TABLE left_parted_1 PARTITION OF left_parted FOR VALUES FROM (0) TO (50) PARTITION BY RANGE (b);
CREATE TABLE left_parted_1_1 PARTITION OF left_parted_1 FOR VALUES FROM (0) TO (50);
ALTER TABLE left_parted_1_1 ADD FOREIGN KEY (b) REFERENCES parents;
CREATE INDEX left_parted_a ON left_parted (a);
CREATE INDEX left_parted_b ON left_parted (b);
SELECT kind, statement FROM tenancy.suggest_indexes() WHERE relation::text LIKE 'left%';
CALL pass_transactions();
SELECT kind, statement FROM tenancy.suggest_indexes('left_over') WHERE kind <> 'not worth it';
SELECT kind, statement FROM tenancy.suggest_indexes('left_parted') WHERE kind <> 'not worth it';
-- What identifies rows in a partition, too.
CREATE TABLE left_unique (a int NOT NULL) PARTITION BY RANGE (a);
CREATE TABLE left_unique_1 PARTITION OF left_unique FOR VALUES FROM (0) TO (50);
CREATE UNIQUE INDEX left_unique_a ON left_unique (a);
CREATE UNIQUE INDEX left_unique_a2 ON left_unique (a);
ALTER TABLE left_unique_1 REPLICA IDENTITY USING INDEX left_unique_1_a_idx1;
SELECT kind, statement FROM tenancy.suggest_indexes('left_unique') WHERE kind = 'duplicate';
DROP TABLE left_over, left_parted, left_unique;
CREATE TABLE stands_in (a int, b int);
INSERT INTO stands_in SELECT i, i FROM generate_series(1, 12000) i;
CREATE INDEX stands_in_a ON stands_in (a);
ANALYZE stands_in;
SELECT count(*) FROM stands_in WHERE a BETWEEN 1 AND 10;
SELECT pg_stat_force_next_flush();
CREATE INDEX stands_in_ab ON stands_in (a, b);
CALL pass_transactions();
SELECT kind, statement FROM tenancy.suggest_indexes('stands_in');
-- Nothing is known of what is not counted.
SET track_counts = off;
SELECT pg_stat_reset_single_table_counters('stands_in_a'::regclass);
DROP INDEX stands_in_ab;
SELECT kind, statement FROM tenancy.suggest_indexes('stands_in');
RESET track_counts;
SELECT kind, statement FROM tenancy.suggest_indexes('stands_in');
DROP TABLE stands_in;

-- Invalid.
CREATE TABLE broken (a int, b int);
CREATE INDEX broken_a ON broken (a);
CREATE INDEX broken_a_ccnew ON broken (a);
CREATE UNIQUE INDEX broken_b ON broken (b);
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('broken_a_ccnew'::regclass, 'broken_b'::regclass);
SELECT kind, statement, reason, saving FROM tenancy.suggest_indexes() WHERE relation = 'broken'::regclass;
SELECT * FROM carry_out('invalid');
SELECT kind, statement, reason FROM tenancy.suggest_indexes() WHERE relation = 'broken'::regclass;
DROP TABLE broken;

-- Not what would be redundant once built; nor what goes with its root.
CREATE TABLE broken (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE broken_1 PARTITION OF broken FOR VALUES FROM (0) TO (50);
CREATE INDEX broken_ab ON broken (a, b);
CREATE INDEX broken_a ON broken (a);
CREATE INDEX broken_b ON ONLY broken (b) WHERE a > 3;
CREATE INDEX broken_1_own ON broken_1 (a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('broken_1_a_idx'::regclass, 'broken_1_own'::regclass);
SELECT kind, statement, reason FROM tenancy.suggest_indexes() WHERE relation::text LIKE 'broken%';
DROP TABLE broken;

-- Foreign keys. An index that one needs is neither unused nor missing.
CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents, other_id int REFERENCES parents, number numeric);
CREATE INDEX children_parent_id ON children (parent_id);
CREATE TABLE costs (n numeric PRIMARY KEY);
ALTER TABLE children ADD cost int REFERENCES costs;
CALL pass_transactions();
SELECT kind, statement, reason, estimated_rows FROM tenancy.suggest_indexes('children');
SELECT count(*) FROM carry_out('missing');
SELECT kind, statement, reason FROM tenancy.suggest_indexes('children') WHERE kind <> 'not worth it';
DROP TABLE children, costs;

-- What a partition wants for itself is taken over by what is made above it.
CREATE TABLE x_children (a int REFERENCES parents, b int) PARTITION BY RANGE (b);
CREATE TABLE x_children_1 PARTITION OF x_children FOR VALUES FROM (0) TO (50);
ALTER TABLE x_children_1 ADD FOREIGN KEY (a) REFERENCES parents;
SELECT * FROM tenancy.index_foreign_keys('advised', dry_run => true);
SELECT * FROM carry_out('missing');
SELECT kind, statement FROM tenancy.suggest_indexes() WHERE relation::text LIKE 'x_children%';
DROP TABLE x_children;

-- An index of all rows that a foreign key needs is not to be replaced by one of fewer, nor is one
-- to be made beside what the key is to get; none of no rows, as of other values than there are.
CREATE TABLE goods (id int, parent_id int REFERENCES parents, other_id int, code text, number int, a int, b int, deleted_at timestamptz, third text) WITH (autovacuum_enabled = off);
INSERT INTO parents SELECT 0;
INSERT INTO goods SELECT i, 0, i, 'c' || i, CASE WHEN i % 4 = 0 THEN i END, CASE WHEN i % 4 = 0 THEN 0 END, 0, CASE WHEN i % 2 = 0 THEN timestamptz '2026-01-01' END, i % 3
FROM generate_series(1, 20000) i;
ALTER TABLE goods ADD FOREIGN KEY (other_id) REFERENCES parents NOT VALID;
CREATE TABLE pairs (a int, b int, UNIQUE (a, b));
ALTER TABLE goods ADD FOREIGN KEY (a, b) REFERENCES pairs (a, b) NOT VALID;
CREATE INDEX goods_parent ON goods (parent_id);
CREATE UNIQUE INDEX goods_other ON goods (other_id, id);
CREATE UNIQUE INDEX goods_number ON goods (number);
CREATE INDEX goods_a ON goods (a);
CREATE INDEX goods_lower ON goods (lower(code));
CREATE INDEX goods_upper ON goods (upper(code)) WHERE deleted_at IS NULL;
ANALYZE goods;
SELECT kind, statement, reason FROM tenancy.suggest_indexes('goods') WHERE kind NOT IN ('unused', 'redundant');
UPDATE goods SET deleted_at = '2026-01-01';
ANALYZE goods;
SELECT kind, statement FROM tenancy.suggest_indexes('goods') WHERE kind NOT IN ('unused', 'redundant');
DROP TABLE goods, pairs;
DELETE FROM parents;

-- HOT updates that a predicate prevents; or would.
CREATE TABLE hot (id int PRIMARY KEY, a int, state text) WITH (fillfactor = 20, autovacuum_enabled = off);
INSERT INTO hot SELECT i, i, CASE WHEN i % 100 = 0 THEN 'new' ELSE 'old' END FROM generate_series(1, 12000) i;
ANALYZE hot;
UPDATE hot SET state = state || '';
UPDATE hot SET state = state || '' WHERE id > 100;
SELECT pg_stat_force_next_flush();
SELECT kind, statement, reason, estimated_rows, saving FROM tenancy.suggest_indexes('hot') WHERE kind <> 'unused';
SELECT pg_stat_reset_single_table_counters('hot'::regclass);
CREATE INDEX hot_state ON hot (a) WHERE state = 'new';
UPDATE hot SET state = state || 'er';
SELECT pg_stat_force_next_flush();
SELECT kind, statement, reason FROM tenancy.suggest_indexes('hot') WHERE kind = 'hot';
DROP TABLE hot;

-- An isolated table: the tenant leads; an index by which it is found is no unused one.
CREATE TABLE tenants (id int, tenant_id int, status text, rare boolean, PRIMARY KEY (tenant_id, id));
ALTER TABLE tenants DROP CONSTRAINT tenants_pkey;
INSERT INTO tenants SELECT i, i % 10, CASE WHEN i % 40 = 0 THEN 'open' ELSE 'done' END, i % 400 = 0 FROM generate_series(1, 12000) i;
SELECT count(*) FROM tenancy.enable_isolation('tenants', create_index => false);
ANALYZE tenants;
SELECT kind, statement, reason, estimated_rows, saving FROM tenancy.suggest_indexes('tenants');
SELECT count(*) FROM carry_out('missing');
CALL pass_transactions();
SELECT kind, statement FROM tenancy.suggest_indexes('tenants');
-- Their owner is not shown what policies hide from them: no statistics.
ALTER TABLE tenants OWNER TO regress_owner;
ALTER TABLE parents OWNER TO regress_owner;
GRANT USAGE ON SCHEMA advised TO regress_owner, regress_stranger;
SET ROLE regress_owner;
SELECT kind, statement, estimated_rows, estimated_bytes FROM tenancy.suggest_indexes('tenants');
DROP INDEX ix_tenants_tenant_id;
SELECT kind, statement, estimated_rows, estimated_bytes FROM tenancy.suggest_indexes('tenants');
SELECT relation, kind FROM tenancy.suggest_indexes();
SET ROLE regress_stranger;
SELECT relation, kind FROM tenancy.suggest_indexes();
SELECT error_of($$SELECT tenancy.suggest_indexes('advised.tenants')$$);
RESET ROLE;
DROP TABLE tenants;
-- Functions in an index of somebody else's are called as that.
GRANT CREATE ON SCHEMA advised TO regress_owner;
SET ROLE regress_owner;
CREATE FUNCTION who(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user <> 'regress_owner' THEN RAISE 'called as somebody else'; END IF;
  PERFORM set_config('search_path', 'nowhere', false);
  RETURN a;
END $$;
CREATE TABLE trap (a int REFERENCES parents, b int, c int REFERENCES parents);
CREATE INDEX trap_a ON trap (a) WHERE b > advised.who(1);
CREATE INDEX trap_a2 ON trap (a, (b + advised.who(1)));
CREATE INDEX trap_a3 ON trap (a, (b + advised.who(1)), b) WHERE b > advised.who(0);
RESET ROLE;
SET search_path = advised, public;
SELECT kind, statement FROM tenancy.suggest_indexes() WHERE relation = 'trap'::regclass;
SELECT * FROM tenancy.index_foreign_keys('advised', dry_run => true);
SHOW search_path;
DROP TABLE trap;
DROP FUNCTION who(int);

-- Partitions: of those that are attached the root speaks.
CREATE TABLE parted (id int, at int, status text, parent_id int) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (50);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (50) TO (100);
INSERT INTO parted SELECT i, i % 100, CASE WHEN i % 40 = 0 THEN 'open' ELSE 'done' END, i FROM generate_series(1, 12000) i;
CREATE INDEX parted_id ON parted (id);
CREATE INDEX parted_id_at ON parted (id, at);
CREATE INDEX parted_only ON ONLY parted (at);
CREATE INDEX parted_own ON parted_1 (id, at, status);
ANALYZE parted;
CALL pass_transactions();
-- Of a new partition nothing is known yet.
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (100) TO (150);
SELECT relation, kind, statement, estimated_rows, saving FROM tenancy.suggest_indexes() WHERE kind <> 'unused';
SELECT relation, kind, statement, estimated_rows, saving FROM tenancy.suggest_indexes() WHERE kind = 'unused';
SELECT reason FROM tenancy.suggest_indexes() WHERE kind = 'invalid';
SELECT count(*) FROM carry_out('partial');
SELECT count(*) FROM carry_out('redundant');
SELECT relation, kind, statement FROM tenancy.suggest_indexes() WHERE kind <> 'unused';
DROP TABLE parted;

-- A temporary table; names that are quoted; what is no table.
CREATE TEMP TABLE "Tem p" (id int, "Fla g" boolean, "E num" char(3));
INSERT INTO "Tem p" SELECT i, i % 100 = 0, CASE WHEN i % 100 = 0 THEN 'a''b' ELSE 'c"d' END FROM generate_series(1, 12000) i;
ANALYZE "Tem p";
SELECT kind, regexp_replace(statement, 'pg_temp_\d+', 'pg_temp') AS statement FROM tenancy.suggest_indexes('"Tem p"');
SELECT count(*) FROM carry_out('partial');
SELECT kind FROM tenancy.suggest_indexes('"Tem p"');
CREATE VIEW seen AS SELECT 1 AS a;
SELECT error_of($$SELECT tenancy.suggest_indexes('seen')$$);
SELECT * FROM tenancy.suggest_indexes('tenancy.event_schema');
SELECT error_of($$SELECT tenancy.suggest_indexes('pg_class')$$);
SELECT error_of($$SELECT tenancy.suggest_indexes(1)$$);

RESET search_path;
SET client_min_messages = warning;
DROP TABLE pg_temp."Tem p";
DROP SCHEMA advised CASCADE;
