-- What was restored is known for what it is: nothing is to be done, and all of it can be taken back.
SET client_min_messages = warning;
DO $$
BEGIN
  ASSERT (SELECT count(*) = 4 FROM tenancy.event_schema), 'all versions are back';
  ASSERT (SELECT count(*) = 0 FROM tenancy.enable_isolation('things')), 'things is isolated';
  ASSERT (SELECT count(*) = 0 FROM tenancy.enable_isolation('measures')), 'measures is isolated';
  ASSERT (SELECT count(*) = 0 FROM tenancy.enable_isolation_in_schema('automatic', shared_rows => true, guard => true, roles => '{dump_writer}')), 'the schema is isolated';
  ASSERT (SELECT count(*) = 0 FROM tenancy.enable_isolation_through('items')), 'items is isolated';
  ASSERT (SELECT count(*) = 0 FROM tenancy.auto_isolate('automatic', shared_rows => true, guard => true, roles => '{dump_writer}', on_missing => 'refuse')), 'the rule is back';
  BEGIN
    CREATE TABLE automatic.without (id int);
    ASSERT false, 'the rule is in force';
  EXCEPTION WHEN invalid_table_definition THEN NULL;
  END;
  ASSERT (SELECT action = 'exists' FROM tenancy.create_partial_index('things', '{name}', 'tenant_id > 1')), 'the index is there';
  ASSERT (SELECT count(*) = 0 FROM tenancy.create_payload_index('events')), 'the index on payloads is there';
  ASSERT (SELECT count(*) = 0 FROM tenancy.enforce_event_schemas('events')), 'events are enforced';
  ASSERT (SELECT tenancy.register_event_schema('ping', '{"required": ["id", "by"]}', assert_format => false) = 2), 'the newest version is the same';
  ASSERT (SELECT tenancy.register_event_schema('counted', '{"properties": {"n": {"$ref": "https://example.com/whole.json"}}}') = 1), 'what refers to a resource is known as it was given, and the retired version for what it is';
  ASSERT tenancy.validate_event('counted', '{"n": 1}') AND NOT tenancy.validate_event('counted', '{"n": 1.5}'), 'the resource is embedded';
  BEGIN
    PERFORM tenancy.unregister_schema_resource('https://example.com/whole.json');
    ASSERT false, 'the resource is in use';
  EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
  END;
  BEGIN
    INSERT INTO events VALUES ('ping', '{"id": 1}');
    ASSERT false, 'a bad event is rejected';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO schemas VALUES ('{ "kept": "as given" }');
    ASSERT false, 'schemas are unique';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  ASSERT (SELECT count(*) = 0 FROM tenancy.add_schema_constraint('readings', '{"required": ["value"], "properties": {"value": {"format": "date", "pattern": "^[^\\\\'']*$"}}}')), 'the schema constraint is there';
  ASSERT (SELECT count(*) = 0 FROM tenancy.validate_schema_constraint('readings')), 'and validated';
  ASSERT (SELECT count(*) = 0 FROM tenancy.add_schema_constraint('readings', '{"maxLength": 5}', 'raw')), 'so is the other';
  ASSERT (SELECT count(*) = 1 FROM tenancy.validate_schema_constraint('readings', 'raw', dry_run => true)), 'and not validated';
  BEGIN
    INSERT INTO readings VALUES (2, '{"value": "2026-02-30"}', '""');
    ASSERT false, 'a payload that does not match is rejected';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  PERFORM tenancy.drop_schema_constraint('readings'), tenancy.drop_schema_constraint('readings', 'raw');
  ASSERT NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'readings_1'::regclass), 'no constraint is left';
  ASSERT (SELECT schema = '{"$id": "https://example.com/whole.json", "type": "integer"}' FROM tenancy.schema_resource WHERE uri = 'https://example.com/whole.json'), 'the resource is back';
  ASSERT has_table_privilege('dump_writer', 'tenancy.schema_resource', 'UPDATE'), 'the grant on resources is back';
  ASSERT (SELECT count(*) = 1 FROM tenancy.signing_key WHERE not_after = '2099-12-31 00:00:00+00'), 'the signing key is back';
  ASSERT tenancy.authenticate('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjIwMjYtMDEifQ.eyJzdWIiOiJhbm4iLCJ0ZW5hbnRfaWQiOjQyLCJleHAiOjQxMDI0NDQ4MDB9.BLzaHYZTvURTvSiM-a3132hPiRJRvxI1_DFM4sbvOBI') ->> 'tenant_id' = '42', 'and verifies';
  ASSERT NOT has_table_privilege('dump_writer', 'tenancy.signing_key', 'SELECT'), 'nobody may read it';
  ASSERT has_table_privilege('dump_writer', 'tenancy.event_schema', 'INSERT'), 'the grant is back';
  PERFORM tenancy.disable_isolation('things'), tenancy.disable_isolation('measures'), tenancy.disable_isolation('items'), tenancy.disable_isolation_in_schema('automatic'), tenancy.unenforce_event_schemas('events');
  ASSERT NOT EXISTS (SELECT FROM pg_policy), 'no policy is left';
  ASSERT NOT EXISTS (SELECT FROM pg_class WHERE relrowsecurity OR relforcerowsecurity), 'row level security is off';
  ASSERT (SELECT count(*) = 1 FROM pg_attrdef JOIN pg_class c ON c.oid = adrelid WHERE c.relname = 'things') IS NOT TRUE, 'no default is left';
  ASSERT NOT EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'events'::regclass), 'no trigger is left';
END $$;
