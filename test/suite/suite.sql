-- What test/suite/run calls in its database: each function traps whatever its case raises.

-- The SQLSTATE with which jsonb's own input refuses to hold a value, or null.
CREATE FUNCTION jsonb_refusal(value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM value::jsonb;
  RETURN NULL;
EXCEPTION WHEN untranslatable_character OR invalid_text_representation THEN
  RETURN SQLSTATE;
END $$;

-- One case as a line of JSON: the verdict and the number of errors listed, or the error raised and
-- the SQLSTATEs with which jsonb refuses schema and data. A schema that names remote resources is
-- bundled with them; any other arrives as the text that it is.
CREATE FUNCTION run(number integer, schema text, data text, remote boolean, assert_format boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  compiled tenancy.jsonschema;
  instance jsonb;
  verdict boolean;
  errors bigint;
  message text;
BEGIN
  instance := data::jsonb;
  IF remote THEN
    compiled := tenancy.jsonschema_bundle(schema::jsonb);
  ELSE
    compiled := schema::tenancy.jsonschema;
  END IF;
  verdict := tenancy.jsonb_matches_schema(compiled, instance, assert_format);
  SELECT count(*) INTO errors FROM tenancy.jsonschema_validation_errors(compiled, instance, assert_format);
  RETURN json_build_object('number', number, 'verdict', verdict, 'errors', errors);
EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
  RETURN json_build_object('number', number, 'sqlstate', SQLSTATE, 'message', message,
    'schema_refusal', jsonb_refusal(schema), 'data_refusal', jsonb_refusal(data));
END $$;

-- Registers a remote resource, likewise.
CREATE FUNCTION register(number integer, schema text, uri text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  message text;
BEGIN
  PERFORM tenancy.register_schema_resource(schema::jsonb, uri);
  RETURN json_build_object('number', number);
EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
  RETURN json_build_object('number', number, 'sqlstate', SQLSTATE, 'message', message);
END $$;
