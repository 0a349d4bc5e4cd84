-- What script/demo runs, in psql. Every step is checked: check() ends the demo where one does not
-- do what it says.
SET client_min_messages = warning;
\timing off
CREATE SCHEMA demo;
CREATE FUNCTION demo.check(is_so boolean, claim text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF is_so IS NOT TRUE THEN RAISE EXCEPTION 'the demo failed: not so: %', claim; END IF;
END $$;
GRANT USAGE ON SCHEMA demo TO PUBLIC;

-- The tables as SQLAlchemy's metadata.create_all() makes them.
CREATE TABLE users (
  id SERIAL PRIMARY KEY, email VARCHAR(255) NOT NULL, is_active BOOLEAN NOT NULL);
CREATE TABLE posts (
  id SERIAL PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES users (id), title VARCHAR(200) NOT NULL);
CREATE TABLE events (
  id SERIAL PRIMARY KEY, type VARCHAR(50) NOT NULL, payload JSONB NOT NULL);
CREATE INDEX ix_events_payload ON events USING gin (payload);
-- 10,000 users, one in ten active; 1,000 of them are tenants, with 100 posts each.
INSERT INTO users (email, is_active)
  SELECT format('user%s@example.com', i), i % 10 = 0 FROM generate_series(1, 10000) i;
INSERT INTO posts (author_id, title)
  SELECT i % 1000 + 1, 'Post ' || i FROM generate_series(1, 100000) i;
INSERT INTO events (type, payload)
  SELECT 'order.created', jsonb_build_object(
    'order_id', md5(i::text)::uuid, 'customer_id', md5((i % 10000)::text)::uuid,
    'placed_at', '2026-01-01T00:00:00Z', 'currency', (ARRAY['EUR', 'USD', 'GBP'])[i % 3 + 1],
    'total', (i % 100000) / 100.0, 'channel', 'web', 'priority', i % 5, 'gift', i % 7 = 0,
    'email', format('user%s@example.com', i % 10000),
    'address', jsonb_build_object('street', i || ' Main Street', 'city', 'Springfield',
      'postcode', lpad((i % 100000)::text, 5, '0'), 'country', 'US'),
    'items', jsonb_build_array(
      jsonb_build_object('sku', 'AB-' || lpad((i % 10000)::text, 4, '0'), 'quantity', i % 9 + 1, 'price', 9.99),
      jsonb_build_object('sku', 'CD-0001', 'quantity', 1, 'price', 19.5),
      jsonb_build_object('sku', 'EF-0002', 'quantity', 2, 'price', 5)))
  FROM generate_series(1, 100000) i;
CREATE ROLE app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON users, posts, events TO app_user;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app_user;
ANALYZE;
SELECT format('%s users, %s posts, %s events',
  (SELECT count(*) FROM users), (SELECT count(*) FROM posts), (SELECT count(*) FROM events));

\echo
\echo '== CREATE EXTENSION pg_tenancy'
CREATE EXTENSION pg_tenancy;
SELECT 'version ' || extversion || ' in schema ' || extnamespace::regnamespace FROM pg_extension WHERE extname = 'pg_tenancy';

\echo
\echo '== Isolation: tenancy.enable_isolation(''posts'', ''author_id'', ''{app_user}'', ''app.user_id'', ''user_isolation'') ran'
SELECT tenancy.enable_isolation('posts', tenant_column => 'author_id', roles => '{app_user}',
  setting => 'app.user_id', policy_name => 'user_isolation');
SELECT demo.check(relrowsecurity AND relforcerowsecurity, 'row level security is on')
FROM pg_class WHERE oid = 'posts'::regclass \g /dev/null
SELECT count(*) AS true_count FROM posts WHERE author_id = 7 \gset

\echo
\echo '== One tenant''s view, another''s, and nobody''s'
SET ROLE app_user;
BEGIN;
SET LOCAL app.user_id = '7';
SELECT count(*) AS seen, min(author_id) AS lowest, max(author_id) AS highest FROM posts \gset
\echo app.user_id = 7: :seen posts, authors :lowest to :highest
SELECT demo.check(:seen = :true_count AND :seen > 0 AND :lowest = 7 AND :highest = 7, 'tenant 7 sees its posts') \g /dev/null
SELECT tenancy.set_tenant('8', 'app.user_id') \g /dev/null
SELECT count(*) AS seen, min(author_id) AS lowest, max(author_id) AS highest FROM posts \gset
\echo app.user_id = 8: :seen posts, authors :lowest to :highest
SELECT demo.check(:seen > 0 AND :lowest = 8 AND :highest = 8, 'tenant 8 sees its posts') \g /dev/null
COMMIT;
SELECT count(*) AS seen FROM posts \gset
\echo no tenant: :seen posts
SELECT demo.check(:seen = 0, 'without a tenant there are no rows') \g /dev/null

\echo
\echo '== Tenant 7 writes a post for tenant 8'
BEGIN;
SET LOCAL app.user_id = '7';
\set ON_ERROR_STOP off
INSERT INTO posts (author_id, title) VALUES (8, 'not mine');
\set refusal :SQLSTATE
\set ON_ERROR_STOP on
ROLLBACK;
RESET ROLE;
SELECT demo.check(:'refusal' = '42501', 'a cross-tenant write is refused') \g /dev/null
SELECT demo.check(NOT EXISTS (SELECT FROM posts WHERE title = 'not mine'), 'nothing was written') \g /dev/null

\echo
\echo '== Partial index: tenancy.create_partial_index(''users'', ''{email}'', ''is_active'', ''idx_active_users_email'')'
SELECT action || ': ' || statement FROM tenancy.create_partial_index('users', '{email}', 'is_active', index_name => 'idx_active_users_email');
ANALYZE users;
EXPLAIN (COSTS OFF) SELECT id FROM users WHERE is_active AND email = 'user1000@example.com';
CREATE FUNCTION demo.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT demo.check(bool_or(line LIKE '%idx_active_users_email%'), 'the plan uses the partial index')
FROM demo.plan('SELECT id FROM users WHERE is_active AND email = ''user1000@example.com''') AS line \g /dev/null

\echo
\echo '== Events: a schema is registered, then enforced'
SELECT 'order.created is version ' || tenancy.register_event_schema('order.created', $${
  "type": "object",
  "required": ["order_id", "customer_id", "placed_at", "currency", "total", "items"],
  "additionalProperties": false,
  "properties": {
    "order_id": {"$ref": "#/$defs/uuid"},
    "customer_id": {"$ref": "#/$defs/uuid"},
    "placed_at": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$"},
    "currency": {"enum": ["EUR", "USD", "GBP"]},
    "total": {"type": "number", "minimum": 0},
    "channel": {"type": "string", "maxLength": 20},
    "priority": {"type": "integer", "minimum": 0, "maximum": 9},
    "gift": {"type": "boolean"},
    "email": {"type": "string", "pattern": "^[^@]+@[^@]+$"},
    "address": {
      "type": "object",
      "required": ["city", "country"],
      "properties": {"postcode": {"type": "string", "pattern": "^[0-9]{5}$"}, "country": {"type": "string", "minLength": 2, "maxLength": 2}}},
    "items": {
      "type": "array", "minItems": 1,
      "items": {
        "type": "object",
        "required": ["sku", "quantity"],
        "properties": {
          "sku": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"},
          "quantity": {"type": "integer", "minimum": 1},
          "price": {"type": "number", "exclusiveMinimum": 0}}}}},
  "$defs": {"uuid": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}
}$$);
SELECT tenancy.enforce_event_schemas('events');

SELECT payload::text AS good FROM events WHERE id = 1 \gset
INSERT INTO events (type, payload) VALUES ('order.created', :'good') RETURNING 'accepted: event ' || id;
\set ON_ERROR_STOP off
INSERT INTO events (type, payload)
VALUES ('order.created', jsonb_set(:'good', '{items,1,quantity}', '0') - 'currency');
\set rejection :SQLSTATE
\set ON_ERROR_STOP on
SELECT demo.check(:'rejection' = '23514', 'a bad event is rejected') \g /dev/null
SELECT demo.check(count(*) = 100001, 'only the good event came in') FROM events \g /dev/null

\echo
\echo '== Validating 100,000 payloads of 600 bytes'
SELECT clock_timestamp() AS started \gset
SELECT count(*) AS valid FROM events WHERE tenancy.validate_event(type, payload) \gset
SELECT round(1000 * extract(epoch FROM clock_timestamp() - :'started')::numeric) AS validated \gset
SELECT clock_timestamp() AS started \gset
SELECT count(*) AS counted FROM events WHERE payload IS NOT NULL \gset
SELECT round(1000 * extract(epoch FROM clock_timestamp() - :'started')::numeric) AS scanned \gset
SELECT demo.check(:valid = :counted AND :valid = 100001, 'all stored events are valid') \g /dev/null
\echo :valid of :counted are valid: :validated ms (counting them without validating: :scanned ms)
