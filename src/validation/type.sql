-- The type jsonschema: the text of a JSON Schema.

CREATE TYPE jsonschema;

CREATE FUNCTION jsonschema_in(cstring) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_in(cstring) IS 'I/O';
CREATE FUNCTION jsonschema_out(jsonschema) RETURNS cstring
AS 'textout' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_out(jsonschema) IS 'I/O';
-- The binary form is the text, without a version in front: the text is all that there is to a value,
-- and a driver that knows text knows this type.
CREATE FUNCTION jsonschema_recv(internal) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_recv(internal) IS 'I/O';
CREATE FUNCTION jsonschema_send(jsonschema) RETURNS bytea
AS 'textsend' LANGUAGE internal STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_send(jsonschema) IS 'I/O';

CREATE TYPE jsonschema (
  INPUT = jsonschema_in,
  OUTPUT = jsonschema_out,
  RECEIVE = jsonschema_recv,
  SEND = jsonschema_send,
  INTERNALLENGTH = VARIABLE,
  STORAGE = extended
);
COMMENT ON TYPE jsonschema IS
  'a JSON Schema, checked on input and kept as it was given; two are equal if their texts are';

CREATE FUNCTION jsonschema(json) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_from_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema(json) IS 'a json value as a JSON Schema';
CREATE FUNCTION jsonschema(jsonb) RETURNS jsonschema
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema(jsonb) IS 'a jsonb value as a JSON Schema';

CREATE CAST (json AS jsonschema) WITH FUNCTION jsonschema(json) AS IMPLICIT;
COMMENT ON CAST (json AS jsonschema) IS 'checks that it is a JSON Schema';
CREATE CAST (jsonb AS jsonschema) WITH FUNCTION jsonschema(jsonb) AS IMPLICIT;
COMMENT ON CAST (jsonb AS jsonschema) IS 'checks that it is a JSON Schema';
-- Functions, and not WITH INOUT, so that to_json(), to_jsonb() and row_to_json() embed the document.
-- Quoted, since JSON( has a syntax of its own from 17 on.
CREATE FUNCTION "json"(jsonschema) RETURNS json
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_to_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION "json"(jsonschema) IS 'a JSON Schema as json, the text as it was given';
CREATE FUNCTION jsonb(jsonschema) RETURNS jsonb
AS 'MODULE_PATHNAME', 'tenancy_jsonschema_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb(jsonschema) IS 'a JSON Schema as jsonb';

CREATE CAST (jsonschema AS json) WITH FUNCTION "json"(jsonschema) AS ASSIGNMENT;
COMMENT ON CAST (jsonschema AS json) IS 'the text as it was given';
CREATE CAST (jsonschema AS jsonb) WITH FUNCTION jsonb(jsonschema) AS ASSIGNMENT;
COMMENT ON CAST (jsonschema AS jsonb) IS 'the document';

-- Equality is that of the bytes, as it is for text in the collation "C": equal values are the same in
-- every way. To compare documents, compare them as jsonb. The functions are those of bytea, since
-- those of text ask for a collation, which the type has none of.
CREATE FUNCTION jsonschema_eq(jsonschema, jsonschema) RETURNS boolean
AS 'byteaeq' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_eq(jsonschema, jsonschema) IS 'implementation of = operator';
CREATE FUNCTION jsonschema_ne(jsonschema, jsonschema) RETURNS boolean
AS 'byteane' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_ne(jsonschema, jsonschema) IS 'implementation of <> operator';
CREATE FUNCTION jsonschema_lt(jsonschema, jsonschema) RETURNS boolean
AS 'bytealt' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_lt(jsonschema, jsonschema) IS 'implementation of < operator';
CREATE FUNCTION jsonschema_le(jsonschema, jsonschema) RETURNS boolean
AS 'byteale' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_le(jsonschema, jsonschema) IS 'implementation of <= operator';
CREATE FUNCTION jsonschema_ge(jsonschema, jsonschema) RETURNS boolean
AS 'byteage' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_ge(jsonschema, jsonschema) IS 'implementation of >= operator';
CREATE FUNCTION jsonschema_gt(jsonschema, jsonschema) RETURNS boolean
AS 'byteagt' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_gt(jsonschema, jsonschema) IS 'implementation of > operator';
CREATE FUNCTION jsonschema_cmp(jsonschema, jsonschema) RETURNS integer
AS 'byteacmp' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_cmp(jsonschema, jsonschema) IS 'less-equal-greater';
CREATE FUNCTION jsonschema_sortsupport(internal) RETURNS void
AS 'bytea_sortsupport' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_sortsupport(internal) IS 'sort support';
CREATE FUNCTION jsonschema_hash(jsonschema) RETURNS integer
AS 'hashvarlena' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_hash(jsonschema) IS 'hash';
CREATE FUNCTION jsonschema_hash_extended(jsonschema, bigint) RETURNS bigint
AS 'hashvarlenaextended' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonschema_hash_extended(jsonschema, bigint) IS 'hash';

CREATE OPERATOR = (
  LEFTARG = jsonschema, RIGHTARG = jsonschema, FUNCTION = jsonschema_eq,
  COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (jsonschema, jsonschema) IS 'the same text';
CREATE OPERATOR <> (
  LEFTARG = jsonschema, RIGHTARG = jsonschema, FUNCTION = jsonschema_ne,
  COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (jsonschema, jsonschema) IS 'not the same text';
CREATE OPERATOR < (
  LEFTARG = jsonschema, RIGHTARG = jsonschema, FUNCTION = jsonschema_lt,
  COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (jsonschema, jsonschema) IS 'less than, by bytes';
CREATE OPERATOR <= (
  LEFTARG = jsonschema, RIGHTARG = jsonschema, FUNCTION = jsonschema_le,
  COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (jsonschema, jsonschema) IS 'less than or equal, by bytes';
CREATE OPERATOR >= (
  LEFTARG = jsonschema, RIGHTARG = jsonschema, FUNCTION = jsonschema_ge,
  COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (jsonschema, jsonschema) IS 'greater than or equal, by bytes';
CREATE OPERATOR > (
  LEFTARG = jsonschema, RIGHTARG = jsonschema, FUNCTION = jsonschema_gt,
  COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (jsonschema, jsonschema) IS 'greater than, by bytes';

CREATE OPERATOR CLASS jsonschema_ops DEFAULT FOR TYPE jsonschema USING btree AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
  FUNCTION 1 jsonschema_cmp(jsonschema, jsonschema),
  FUNCTION 2 jsonschema_sortsupport(internal),
  FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS jsonschema_ops USING btree IS 'JSON Schemas by the bytes of their texts';
COMMENT ON OPERATOR FAMILY jsonschema_ops USING btree IS 'JSON Schemas by the bytes of their texts';
CREATE OPERATOR CLASS jsonschema_ops DEFAULT FOR TYPE jsonschema USING hash AS
  OPERATOR 1 =,
  FUNCTION 1 jsonschema_hash(jsonschema),
  FUNCTION 2 jsonschema_hash_extended(jsonschema, bigint);
COMMENT ON OPERATOR CLASS jsonschema_ops USING hash IS 'JSON Schemas by the bytes of their texts';
COMMENT ON OPERATOR FAMILY jsonschema_ops USING hash IS 'JSON Schemas by the bytes of their texts';
