-- What the benchmarks of events share.

-- The payload of event `i` of an order: eleven properties, a nested object, an array of three.
CREATE FUNCTION payload_of(i int) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object(
  'id', overlay(overlay(overlay(overlay(md5(i::text) placing '-' from 9 for 0) placing '-' from 14 for 0) placing '-' from 19 for 0) placing '-' from 24 for 0),
  'type', 'order.created',
  'occurred_at', to_char(timestamp '2024-01-01' + i * interval '7 seconds', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'order_number', format('ORD-2024-%s', lpad((i % 1000000)::text, 6, '0')),
  'currency', (ARRAY['EUR', 'USD', 'GBP'])[i % 3 + 1],
  'status', (ARRAY['pending', 'paid', 'shipped', 'cancelled'])[i % 4 + 1],
  'total', round((i % 90000)::numeric / 100 + 1, 2),
  'gift', i % 5 = 0,
  'note', CASE WHEN i % 2 = 0 THEN 'Please leave the parcel with the neighbours on the left.' END,
  'customer', jsonb_build_object('id', i, 'name', format('Customer Number %s', i),
    'email', format('customer.%s@mail.example.com', i), 'tier', (ARRAY['basic', 'silver', 'gold'])[i % 3 + 1]),
  'items', (SELECT jsonb_agg(jsonb_build_object('sku', format('SKU-%s-%s', i % 1000, j), 'quantity', j + i % 7,
    'price', round(((i + j) % 5000)::numeric / 100 + 0.5, 2))) FROM generate_series(1, 3) j))
$$;

-- The best time of a statement in nanoseconds a row, each measured in turn, so that whatever else the
-- machine does hits all of them alike. `before` runs before each of them, outside of the time.
CREATE FUNCTION compare(statements text[], before text, rows float8, rounds int) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
  best float8[] := array_fill('infinity'::float8, ARRAY[cardinality(statements)]);
  began timestamptz;
BEGIN
  FOR round IN 1..rounds LOOP
    FOR i IN 1..cardinality(statements) LOOP
      EXECUTE before;
      began := clock_timestamp();
      EXECUTE statements[i];
      best[i] := least(best[i], extract(epoch FROM clock_timestamp() - began) * 1e9 / rows);
    END LOOP;
  END LOOP;
  RETURN best;
END $$;

-- The same of statements that write, each begun with nothing of the others' left to be written to disk:
-- before each, `before` is committed and a checkpoint taken.
CREATE PROCEDURE compare_loads(statements text[], before text, rows float8, rounds int, INOUT best float8[] DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz;
BEGIN
  best := array_fill('infinity'::float8, ARRAY[cardinality(statements)]);
  FOR round IN 1..rounds LOOP
    FOR i IN 1..cardinality(statements) LOOP
      EXECUTE before;
      COMMIT;
      CHECKPOINT;
      began := clock_timestamp();
      EXECUTE statements[i];
      best[i] := least(best[i], extract(epoch FROM clock_timestamp() - began) * 1e9 / rows);
      COMMIT;
    END LOOP;
  END LOOP;
END $$;
