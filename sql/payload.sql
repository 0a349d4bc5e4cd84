-- contains(), text_at() and create_payload_index(): conditions on payloads under row level security.
SET client_min_messages = notice;
SELECT oid::regprocedure AS function, proleakproof AS leakproof, provolatile AS volatility, proisstrict AS strict, proparallel AS parallel, procost AS cost
FROM pg_proc WHERE oid IN ('tenancy.contains'::regproc, 'tenancy.text_at'::regproc) ORDER BY proname;

-- contains() says what @> says, of each value with each.
CREATE TABLE document_values (id int GENERATED ALWAYS AS IDENTITY, v jsonb);
INSERT INTO document_values (v) VALUES
  ('null'), ('true'), ('false'), ('0'), ('1'), ('1.0'), ('1e0'), ('-1'), ('1e100'), ('0.1'), ('0.10'), ('""'), ('"a"'), ('"A"'), ('"1"'), ('"null"'), ('"é"'), ('"\u00e9"'),
  ('[]'), ('[[]]'), ('[null]'), ('[1]'), ('[1.0]'), ('["a"]'), ('["a", "a"]'), ('["a", "b"]'), ('["b", "a"]'), ('[1, "a", null, true]'), ('[[1]]'), ('[[1, 2], [3]]'), ('[[2], [1]]'), ('[[[]]]'),
  ('{}'), ('[{}]'), ('{"a": null}'), ('{"a": 1}'), ('{"a": 1.00}'), ('{"a": "1"}'), ('{"a": 1, "b": 2}'), ('{"b": 2, "a": 1}'), ('{"a": 2, "a": 1}'), ('{"": 1}'), ('{"a": {}}'), ('{"a": []}'),
  ('{"a": {"b": 1}}'), ('{"a": {"b": 1, "c": [1, {"d": 2}]}}'), ('{"a": {"c": [{"d": 2.0}]}}'), ('{"a": [1]}'), ('{"a": [1, 2, [3, 4]]}'), ('{"a": [[4]]}'), ('[{"a": 1}, {"b": 2}]'), ('[{"a": 1, "b": 2}]'),
  ('{"1": "x"}'), ('{"-1": "x"}'), ('["x", "y", "z"]'), ('{"null": "a"}'), ('{"aa": 1, "b": 2}'), ('{"a": {"b": {"c": {"d": {"e": [1, [2, [3, ["x"]]]]}}}}}'), (NULL);
SELECT count(*), count(*) FILTER (WHERE a.v @> b.v) AS contained, count(*) FILTER (WHERE (a.v @> b.v) IS NULL) AS unknown,
       count(*) FILTER (WHERE tenancy.contains(a.v, b.v) IS DISTINCT FROM (a.v @> b.v)) AS different
FROM document_values a, document_values b;
-- An array contains a scalar, not the other way round; numbers are compared as such.
SELECT tenancy.contains('["a", "b"]', '"a"') AS a, tenancy.contains('"a"', '["a"]') AS b, tenancy.contains('{"a": 1}', '{"a": 1.0}') AS c, tenancy.contains(NULL, '1') AS d, tenancy.contains('1', NULL) AS e;

-- text_at() says what #>> says, of each value and path; ->> where there is one key.
CREATE TABLE paths (path text[]);
INSERT INTO paths VALUES ('{}'), ('{a}'), ('{b}'), ('{A}'), ('{""}'), ('{a,b}'), ('{a,c}'), ('{a,c,1,d}'), ('{a,c,-1,d}'), ('{a,c,-1,d,e}'), ('{0}'), ('{1}'), ('{-1}'), ('{-2}'), ('{-9}'), ('{99}'), ('{0,0}'), ('{1,-1}'),
  ('{a,0}'), ('{a,2,1}'), ('{ 1}'), ('{+1}'), ('{01}'), ('{1x}'), ('{99999999999999999999}'), ('{-2147483648}'), ('{2147483648}'), ('{NULL}'), ('{a,NULL}'), ('{"null"}'), ('{é}'), ('{a,b,c,d,e,1,1,1,0}'), (NULL);
INSERT INTO paths VALUES ('{{a,b},{c,d}}'), ('[5:6]={a,b}');
SELECT count(*), count(v #>> path) AS found, count(*) FILTER (WHERE tenancy.text_at(v, VARIADIC path) IS DISTINCT FROM (v #>> path)) AS different FROM document_values, paths;
SELECT count(*), count(v ->> key) AS found, count(*) FILTER (WHERE tenancy.text_at(v, key) IS DISTINCT FROM (v ->> key)) AS different
FROM document_values, (VALUES ('a'), ('b'), (''), ('é'), ('1'), (NULL)) AS k(key) WHERE jsonb_typeof(v) = 'object';
SELECT tenancy.text_at('{"a": {"b": [1.50, "x"]}}', 'a', 'b', '-1') AS a, tenancy.text_at('{"a": {"b": [1.50, "x"]}}', 'a', 'b', '0') AS b,
       tenancy.text_at('{"a": {"b": 1}}', VARIADIC '{}') AS c, tenancy.text_at('{"a": null}', 'a') AS d, pg_typeof(tenancy.text_at('{}', 'a'));
DROP TABLE document_values, paths;

-- 20,000 events of 10 tenants.
CREATE TABLE events (id int PRIMARY KEY, tenant_id int NOT NULL, type varchar(50) NOT NULL, payload jsonb);
INSERT INTO events SELECT i, i % 10, CASE WHEN i % 4 = 0 THEN 'order.created' ELSE 'order.paid' END,
  jsonb_build_object('order_id', 'o' || i / 2, 'n', i, 'nested', jsonb_build_object('key', 'k' || i / 2), 'items', jsonb_build_array(jsonb_build_object('sku', 's' || i / 2)), 'padding', repeat('x', 100))
FROM generate_series(1, 20000) i;
CREATE TABLE probes (fragment jsonb, key text);
INSERT INTO probes SELECT jsonb_build_object('order_id', 'o' || i), 'o' || i FROM generate_series(3500, 3504) i;
CREATE INDEX events_tenant ON events (tenant_id);
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation('events', roles => '{regress_app}');
GRANT SELECT ON events, probes TO regress_app;

-- create_payload_index(): what it would do, what it does, and nothing the second time.
-- integer has no operator class for GIN unless the extension btree_gin is there.
SELECT tenancy.create_payload_index('events', dry_run => true);
SELECT to_regclass('ix_events_payload_gin') IS NULL AS not_made;
SELECT tenancy.create_payload_index('events');
SELECT tenancy.create_payload_index('events');
SELECT tenancy.create_payload_index('events', index_name => 'another');
CREATE INDEX events_text ON events (tenancy.text_at(payload, 'order_id'));
CREATE INDEX events_nested ON events (tenant_id, tenancy.text_at(payload, 'nested', 'key')) WHERE type = 'order.created';
CREATE INDEX events_arrow ON events ((payload ->> 'order_id'));
CREATE INDEX events_items ON events USING gin ((payload['items']) jsonb_path_ops);
VACUUM ANALYZE events;
ANALYZE probes;

-- The indexes that the plan of a query uses, but for the tenant's, which may be combined with another.
CREATE FUNCTION indexes_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
  RETURN coalesce((SELECT string_agg(DISTINCT i #>> '{}', ', ' ORDER BY i #>> '{}') FROM jsonb_path_query(plan::jsonb, 'strict $.**."Index Name"') i WHERE i #>> '{}' <> 'events_tenant'), 'none');
END $$;
CREATE FUNCTION rows_of(query text) RETURNS float LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
  RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;

-- As a tenant: what the operators cannot, the functions can, with the tenant's rows alone.
SET ROLE regress_app;
SET tenancy.tenant_id = '7';
SELECT name, indexes_of('SELECT id FROM events WHERE ' || condition) AS indexes FROM (VALUES
  (1, '@>', $$payload @> '{"order_id": "o3503"}'$$),
  (2, '->>', $$payload ->> 'order_id' = 'o3503'$$),
  (3, 'contains()', $$tenancy.contains(payload, '{"order_id": "o3503"}')$$),
  (4, 'contains() OR contains()', $$tenancy.contains(payload, '{"order_id": "o3503"}') OR tenancy.contains(payload, '{"n": 17}')$$),
  (5, 'contains() of a subscript', $$tenancy.contains(payload['items'], '[{"sku": "s3503"}]')$$),
  (6, 'contains() of ->', $$tenancy.contains(payload -> 'items', '[{"sku": "s3503"}]')$$),
  (7, 'NOT contains()', $$NOT tenancy.contains(payload, '{"order_id": "o3503"}')$$),
  (8, 'fragment contains payload', $$tenancy.contains('{"order_id": "o3503"}', payload)$$),
  (9, 'fragment of the row', $$tenancy.contains(payload, to_jsonb(type))$$),
  (10, 'volatile fragment', $$tenancy.contains(payload, jsonb_build_object('n', random()))$$),
  (11, 'text_at() =', $$tenancy.text_at(payload, 'order_id') = 'o3503'$$),
  (12, 'text_at(VARIADIC) =', $$tenancy.text_at(payload, VARIADIC '{order_id}') = 'o3503'$$),
  (13, '= text_at()', $$'o3503' = tenancy.text_at(payload, 'order_id')$$),
  (14, 'text_at() IN', $$tenancy.text_at(payload, 'order_id') IN ('o3503', 'o3508')$$),
  (15, 'text_at() BETWEEN', $$tenancy.text_at(payload, 'order_id') BETWEEN 'o3503' AND 'o35031'$$),
  (16, 'text_at() IS NULL', $$tenancy.text_at(payload, 'order_id') IS NULL$$),
  (17, 'text_at() of another key', $$tenancy.text_at(payload, 'n') = '17'$$),
  (18, 'text_at() LIKE', $$tenancy.text_at(payload, 'order_id') LIKE 'o3503%'$$),
  (19, 'text_at()::int', $$tenancy.text_at(payload, 'order_id')::int = 5$$),
  (20, 'partial', $$type = 'order.created' AND tenancy.text_at(payload, 'nested', 'key') = 'k3508'$$)
) AS v(number, name, condition) ORDER BY number;
SELECT id, tenant_id FROM events WHERE tenancy.contains(payload, '{"order_id": "o3503"}');
SELECT id, tenant_id FROM events WHERE tenancy.text_at(payload, 'order_id') = 'o3503';
SELECT id FROM events WHERE tenancy.contains(payload['items'], '[{"sku": "s3503"}]');
SELECT count(*) FROM events WHERE tenancy.contains(payload, '{}');
-- With parameters, in a plan for all of them; a join.
SET plan_cache_mode = force_generic_plan;
PREPARE by_fragment(jsonb) AS SELECT id FROM events WHERE tenancy.contains(payload, $1);
PREPARE by_text(text) AS SELECT id FROM events WHERE tenancy.text_at(payload, 'order_id') = $1;
PREPARE by_texts(text[]) AS SELECT id FROM events WHERE tenancy.text_at(payload, 'order_id') = ANY ($1);
SELECT indexes_of('EXECUTE by_fragment(''{"order_id": "o3503"}'')') AS a, indexes_of('EXECUTE by_text(''o3503'')') AS b, indexes_of('EXECUTE by_texts(''{o3503,o3508}'')') AS c;
EXECUTE by_fragment('{"order_id": "o3503"}');
EXECUTE by_text('o3503');
EXECUTE by_texts('{o3503,o3508}');
EXECUTE by_fragment(NULL);
DEALLOCATE ALL;
RESET plan_cache_mode;
SELECT indexes_of('SELECT id FROM probes JOIN events ON tenancy.contains(payload, fragment)') AS a,
       indexes_of('SELECT id FROM probes JOIN events ON tenancy.text_at(payload, ''order_id'') = key') AS b;
SELECT id FROM probes JOIN events ON tenancy.contains(payload, fragment) ORDER BY 1;
-- An identifier is taken to be rare, by nothing but itself: the index alone finds it, without the tenant's. An estimate
-- tells nothing of others' rows: it is the same whether there is such a document or not, and whoever's it is.
EXPLAIN (COSTS OFF) SELECT id FROM events WHERE tenancy.contains(payload, '{"order_id": "o-2024-003503"}');
SELECT id FROM events WHERE tenancy.contains(payload, '{"n": 7007}');
SELECT fragment, rows_of('SELECT FROM events WHERE tenancy.contains(payload, ' || quote_literal(fragment) || ')') AS estimate
FROM (VALUES (1, '{"n": 7007}'), (2, '{"n": 7008}'), (3, '{"n": 7008.5}'), (4, '{"n": 123456789012}'), (5, '{"order_id": "o7008"}'), (6, '{"order_id": "nothing"}'),
  (7, '{"order_id": "o-2024-007008"}'), (8, '{"gift": true}'), (9, '{"gift": null}'), (10, '{"n": 17, "nested": {"key": "k8"}}'), (11, '{}'), (12, '[17, 18]'), (13, '7')) AS v(i, fragment) ORDER BY i;
PREPARE by_rare_fragment(jsonb) AS SELECT id FROM events WHERE tenancy.contains(payload, $1);
SET plan_cache_mode = force_generic_plan;
EXECUTE by_rare_fragment('{"n": 7007}');
RESET plan_cache_mode;
DEALLOCATE by_rare_fragment;
RESET ROLE;
RESET tenancy.tenant_id;

-- Without a policy: the same rows as @>, and its estimates.
SELECT count(*) AS rows, count(*) FILTER (WHERE payload @> '{"order_id": "o3503"}') AS same FROM events WHERE tenancy.contains(payload, '{"order_id": "o3503"}');
SELECT rows_of('SELECT FROM events WHERE tenancy.contains(payload, ' || quote_literal(f) || ')') = rows_of('SELECT FROM events WHERE payload @> ' || quote_literal(f)) AS same, f
FROM (VALUES ('{}'), ('{"order_id": "o3503"}'), ('{"padding": 1}'), ('[]')) AS v(f);
SELECT rows_of('SELECT FROM events, probes WHERE tenancy.contains(payload, fragment)') = rows_of('SELECT FROM events, probes WHERE payload @> fragment') AS same,
       rows_of('SELECT FROM events WHERE tenancy.text_at(payload, ''order_id'') = ''o3503''') = rows_of('SELECT FROM events WHERE payload ->> ''order_id'' = ''o3503''') AS same_text;
EXPLAIN (COSTS OFF) SELECT id FROM events WHERE tenancy.contains(payload, '{"order_id": "o3503"}');
-- The other operator class serves it too, and in an index of several columns; then nothing is made.
DROP INDEX ix_events_payload_gin;
CREATE INDEX events_gin ON events USING gin (payload);
SELECT indexes_of('SELECT id FROM events WHERE tenancy.contains(payload, ''{"order_id": "o3503"}'')');
SELECT tenancy.create_payload_index('events');
DROP INDEX events_gin;
-- A partial one, which serves queries for its rows alone, an invalid one and one of another column do not count.
CREATE INDEX events_partial ON events USING gin (payload) WHERE type = 'order.created';
SELECT indexes_of('SELECT id FROM events WHERE type = ''order.created'' AND tenancy.contains(payload, ''{"order_id": "o3503"}'')');
ALTER TABLE events ADD copy jsonb, ADD CONSTRAINT copy_small CHECK (copy IS NULL);
CREATE INDEX events_copy ON events USING gin (copy);
SELECT tenancy.create_payload_index('events', dry_run => true);
SELECT tenancy.create_payload_index('events', 'copy');
SELECT tenancy.create_payload_index('events', index_name => 'In"dex');
UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"In""dex"'::regclass;
SELECT tenancy.create_payload_index('events');
SELECT indisvalid FROM pg_index WHERE indexrelid = '"In""dex"'::regclass;
SELECT tenancy.create_payload_index('events');
-- The partitions of a partitioned table get it, and a domain over jsonb is as good.
CREATE DOMAIN document AS jsonb;
CREATE TABLE parted (k int, "Sp ace" document) PARTITION BY LIST (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
SELECT tenancy.create_payload_index('parted', 'Sp ace');
SELECT tenancy.create_payload_index('parted', 'Sp ace');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'parted_1'::regclass;
SET enable_seqscan = off;
SELECT indexes_of('SELECT FROM parted WHERE tenancy.contains("Sp ace", ''{"a": 1}'')');
RESET enable_seqscan;

-- The tenant column first, where GIN knows its type, as it does that of arrays.
CREATE TABLE shared (id int, tenants int[], payload jsonb);
SELECT count(*) > 0 AS done FROM tenancy.enable_isolation('shared', 'tenants', roles => '{regress_app}', create_index => false);
INSERT INTO shared SELECT i, ARRAY[i % 10], jsonb_build_object('n', i % 1000) FROM generate_series(1, 10000) i;
SELECT tenancy.create_payload_index('shared', dry_run => true);
SELECT tenancy.create_payload_index('shared', index_name => 'shared_payload', tenant_leading => false);
SELECT tenancy.create_payload_index('shared');
SELECT tenancy.create_payload_index('shared', tenant_leading => true);
SELECT tenancy.create_payload_index('shared', tenant_leading => true);
DROP INDEX shared_payload;
ANALYZE shared;
GRANT SELECT ON shared TO regress_app;
SET ROLE regress_app;
SET tenancy.tenant_id = '{7}';
EXPLAIN (COSTS OFF) SELECT id FROM shared WHERE tenancy.contains(payload, '{"n": 17}');
SELECT count(*) FROM shared WHERE tenancy.contains(payload, '{"n": 17}');
RESET tenancy.tenant_id;
RESET ROLE;
DROP TABLE shared;

-- What create_payload_index() refuses.
SELECT error_of($$SELECT tenancy.create_payload_index('events', tenant_leading => true)$$);
SELECT error_of($$SELECT tenancy.create_payload_index('parted', 'Sp ace', tenant_leading => true)$$);
SELECT error_of($$SELECT tenancy.create_payload_index('events', 'type')$$);
SELECT error_of($$SELECT tenancy.create_payload_index('events', 'no_such')$$);
SELECT error_of($$SELECT tenancy.create_payload_index('events', NULL)$$);
SELECT error_of($$SELECT tenancy.create_payload_index(0)$$);
SELECT error_of($$SELECT tenancy.create_payload_index('tenancy.isolation', 'problem')$$);
SELECT error_of($$SELECT tenancy.create_payload_index('pg_class', 'relname')$$);
DROP INDEX "In""dex";
SELECT error_of($$SELECT tenancy.create_payload_index('events', index_name => 'events_copy')$$);
SET ROLE regress_app;
SELECT error_of($$SELECT tenancy.create_payload_index('events')$$);
RESET ROLE;

-- What can fail in contains() and text_at(): the stack (54001), memory (53200, 54000) and storage that is
-- corrupt (XX000, XX001). None of it says anything of a value. A fragment that is nested too deeply fails
-- where a document is as deep; one that is not has stack enough, whatever is in the document.
CREATE TABLE deep AS SELECT (repeat('[', 5000) || repeat(']', 5000))::jsonb AS d;
SET max_stack_depth = '300kB';
SELECT error_of('SELECT tenancy.contains(d, d) FROM deep');
SELECT tenancy.contains(d, '[[[]]]'), tenancy.contains('[[[]]]', d) FROM deep;
SELECT length(tenancy.text_at(d, '0')) FROM deep;
RESET max_stack_depth;
-- With the stack used up but for a little it fails for every document, or nobody's failure would be told from
-- somebody else's: as deep in a recursion for one that has nothing of the fragment as for one that has all of it.
CREATE FUNCTION depth_of(document jsonb, fragment jsonb, level int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tenancy.contains(document, fragment);
  RETURN depth_of(document, fragment, level + 1);
EXCEPTION WHEN statement_too_complex THEN
  RETURN level;
END $$;
CREATE TABLE nested AS SELECT (repeat('{"a": ', 100) || '1' || repeat('}', 100))::jsonb AS d;
SET max_stack_depth = '500kB';
SELECT depth_of('{"x": 1}', d, 0) > 10 AS works, depth_of('{"x": 1}', d, 0) = depth_of(d, d, 0) AS same FROM nested;
RESET max_stack_depth;
DROP FUNCTION depth_of(jsonb, jsonb, int);

DROP FUNCTION indexes_of(text), rows_of(text);
DROP TABLE events, probes, parted, deep, nested;
DROP DOMAIN document;
