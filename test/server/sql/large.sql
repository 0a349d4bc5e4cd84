-- Documents near the size that jsonb can have, 256 MB: a cancel is obeyed within 100 ms of
-- processor time, wherever in the validation it comes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_tenancy_boundary;
RESET client_min_messages;
CREATE EXTENSION pg_tenancy;
SET search_path = public, tenancy;

-- How a statement ends, and in how many milliseconds; cancelled after some, if those are not null.
CREATE FUNCTION run(statement text, cancel_after int, OUT ending text, OUT took float8, OUT since_cancel float8)
LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz := clock_timestamp();
BEGIN
  BEGIN
    PERFORM boundary_cancel_after(cancel_after);
    EXECUTE statement INTO ending;
    since_cancel := boundary_since_cancel();
  EXCEPTION WHEN query_canceled THEN
    since_cancel := boundary_since_cancel();
    ending := 'cancelled';
  WHEN OTHERS THEN
    since_cancel := boundary_since_cancel();
    ending := SQLSTATE;
  END;
  took := extract(epoch FROM clock_timestamp() - began) * 1000;
END $$;

-- How it ends when it is let, and how often a cancel in the midst of it came in time, and late.
-- What takes less than 100 ms needs none.
CREATE FUNCTION cancels(statement text, OUT ending text, OUT late int, OUT in_time int)
STRICT LANGUAGE plpgsql AS $$
DECLARE
  whole float8;
  part float8;
  cancelled record;
BEGIN
  SELECT r.ending, r.took INTO ending, whole FROM run(statement, 1000000) r;
  late := 0;
  in_time := 0;
  IF whole < 100 THEN RETURN; END IF;
  FOREACH part IN ARRAY '{0.2,0.7}'::float8[] LOOP
    SELECT * INTO cancelled FROM run(statement, (whole * part)::int);
    IF cancelled.since_cancel > 100 THEN
      late := late + 1;
      RAISE NOTICE '% ms after the cancel at % of % ms: %', cancelled.since_cancel::int, part, whole::int, statement;
    ELSIF cancelled.ending = 'cancelled' THEN
      in_time := in_time + 1;
    END IF;
  END LOOP;
END $$;

CREATE TABLE cases (position int GENERATED ALWAYS AS IDENTITY, shape text, schema jsonschema, size int DEFAULT 200000000);
INSERT INTO cases (shape, schema) VALUES
  ('numbers', '{"items": {"minimum": 5, "multipleOf": 0.001}}'),
  ('numbers', '{"uniqueItems": true}'),
  ('numbers', '{"contains": {"const": 1}}'),
  ('numbers', '{"items": {"anyOf": [{"const": 1}, {"minimum": 3}]}}'),
  ('numbers', '{"anyOf": [{"contains": {"type": "number"}}], "unevaluatedItems": false}'),
  ('numbers', '{"items": {"type": "string"}}'),
  ('strings', '{"items": {"pattern": "^[0-9]+$"}}'),
  ('strings', '{"items": {"format": "idn-hostname"}}'),
  ('members', '{"additionalProperties": {"type": "null"}}'),
  ('members', '{"propertyNames": {"pattern": "^0"}}'),
  ('members', '{"patternProperties": {"1$": true}, "unevaluatedProperties": {"type": "null"}}'),
  ('members', '{"required": ["000000000001", "absent"]}'),
  ('objects', '{"items": {"properties": {"a": {"type": "integer"}, "b": {"const": true}}, "required": ["a"]}}'),
  ('objects', '{"items": {"oneOf": [{"properties": {"a": {"const": 5}}}, {"properties": {"b": {"const": true}}}]}}'),
  ('nested', '{"items": {"$ref": "#"}}'),
  ('nested', '{"uniqueItems": true}'),
  ('a', '{"pattern": "^a*$"}'),
  ('a', '{"pattern": "(a|b)c"}'),
  ('a', '{"pattern": "(a|b)c(?!d)"}'),
  ('a', '{"minLength": 150000000}'),
  ('a', '{"format": "date-time"}'),
  ('a', '{"format": "email"}'),
  ('a', '{"format": "hostname"}'),
  ('a', '{"format": "regex"}'),
  ('a', '{"format": "uri"}'),
  ('a', '{"format": "uri-template"}'),
  ('a', '{"$schema": "http://json-schema.org/draft-07/schema#", "contentEncoding": "base64"}'),
  ('1', '{"format": "duration"}'),
  ('1', '{"format": "relative-json-pointer"}'),
  ('1', '{"$schema": "http://json-schema.org/draft-07/schema#", "contentMediaType": "application/json"}'),
  ('/~0', '{"format": "json-pointer"}'),
  (U&'\00E9', '{"format": "iri-reference"}'),
  (U&'\00E9', '{"maxLength": 100}');
-- More would be slow.
INSERT INTO cases (shape, schema, size) VALUES
  ('a', '{"pattern": "^(ab?)*$"}', 30000000),
  ('strings', '{"items": {"pattern": "(0|1|2)*x?5?$"}}', 50000000);

CREATE TABLE results AS
SELECT position, shape, schema, v.ending AS matches, v.late, v.in_time, e.ending AS errors, e.late AS late_errors
FROM cases,
  cancels(format('SELECT jsonb_matches_schema(%L, boundary_large(%L, %L), true)', schema, shape, size)) v,
  -- What is valid is found so in the same way.
  cancels(CASE WHEN v.ending <> 'true' THEN format(
    'SELECT count(*) FROM jsonschema_validation_errors(%L, boundary_large(%L, %L), true)', schema, shape, size) END) e;
SELECT shape, schema, matches, late, errors, late_errors FROM results ORDER BY position;
SELECT sum(in_time) > 20 AS cancels_came FROM results;

-- A timeout, too.
SET statement_timeout = '300ms';
SELECT count(*) FROM generate_series(1, 1000)
  WHERE jsonb_matches_schema('{"uniqueItems": true}', boundary_large('numbers', 200000000));
RESET statement_timeout;

-- A schema of this size is refused before it is read.
SELECT jsonschema_is_valid(repeat(' ', 200000000));
SELECT (repeat(' ', 200000000) || '1')::json::jsonschema;

DROP TABLE cases, results;
DROP FUNCTION cancels, run;
DROP EXTENSION pg_tenancy;
