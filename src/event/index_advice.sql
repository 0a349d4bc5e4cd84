-- Indexes that the registered schemas ask for.

CREATE FUNCTION suggest_event_indexes(relation regclass, type_column name DEFAULT 'type', payload_column name DEFAULT 'payload')
RETURNS TABLE(kind text, event_type text, property text, statement text, existing_index name, reason text)
AS 'MODULE_PATHNAME', 'tenancy_suggest_event_indexes'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 20;
COMMENT ON FUNCTION suggest_event_indexes(regclass, name, name) IS
  'the indexes that the schemas of events ask for, each with its statement, or the index that does it already; kind: property, shared, payload';
