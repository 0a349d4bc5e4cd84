-- Tokens: the keys that they are verified with, and who they say that the tenant is.

-- The C++ code reads this table by attribute number and by its primary key. What the constraints
-- refuse the trigger has refused before, with an error that does not print the key: no column may
-- have a constraint that the trigger does not know.
CREATE TABLE signing_key (
  kid text COLLATE "C" NOT NULL CHECK (kid <> '') PRIMARY KEY,
  algorithm text COLLATE "C" NOT NULL CHECK (algorithm IN ('HS256', 'RS256', 'ES256', 'EdDSA')),
  key bytea NOT NULL,
  not_after timestamptz,
  created_at timestamptz DEFAULT now()
);
COMMENT ON TABLE signing_key IS 'the keys that tokens are verified with; readable by its owner alone';
COMMENT ON COLUMN signing_key.kid IS 'the name of the key, as a token''s header has it';
COMMENT ON COLUMN signing_key.key IS 'HS256: a secret of 32 bytes or more, or a JWK; else a public key: PEM, DER or a JWK';
COMMENT ON COLUMN signing_key.not_after IS 'when the key retires: tokens that it signed are refused from then on';
SELECT pg_catalog.pg_extension_config_dump('signing_key', '');
ALTER TABLE signing_key OWNER TO @extowner@;
-- Default privileges may have granted what nobody asked for here.
DO $$
DECLARE
  grantee text;
BEGIN
  FOR grantee IN
    SELECT DISTINCT CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC'
      ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
    WHERE c.oid OPERATOR(pg_catalog.=) '@extschema@.signing_key'::pg_catalog.regclass
      AND a.grantee OPERATOR(pg_catalog.<>) c.relowner
  LOOP
    EXECUTE 'REVOKE ALL ON TABLE @extschema@.signing_key FROM ' OPERATOR(pg_catalog.||) grantee;
  END LOOP;
END $$;

CREATE FUNCTION check_signing_key() RETURNS trigger
AS 'MODULE_PATHNAME', 'tenancy_check_signing_key'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION check_signing_key() IS
  'refuses keys that cannot be read or are too weak; a trigger of tenancy.signing_key';
CREATE TRIGGER check_signing_key BEFORE INSERT OR UPDATE ON signing_key
FOR EACH ROW EXECUTE FUNCTION check_signing_key();
ALTER TABLE signing_key ENABLE ALWAYS TRIGGER check_signing_key;

CREATE FUNCTION signing_key_changed() RETURNS trigger
AS 'MODULE_PATHNAME', 'tenancy_signing_key_changed'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION signing_key_changed() IS
  'makes every backend read the signing keys anew; a trigger of tenancy.signing_key';
-- ALWAYS, and for each row: changes that replication applies count too.
CREATE TRIGGER signing_key_changed AFTER INSERT OR UPDATE OR DELETE ON signing_key
FOR EACH ROW EXECUTE FUNCTION signing_key_changed();
CREATE TRIGGER signing_key_truncated AFTER TRUNCATE ON signing_key
FOR EACH STATEMENT EXECUTE FUNCTION signing_key_changed();
ALTER TABLE signing_key ENABLE ALWAYS TRIGGER signing_key_changed;
ALTER TABLE signing_key ENABLE ALWAYS TRIGGER signing_key_truncated;

CREATE FUNCTION authenticate(token text) RETURNS jsonb
AS 'MODULE_PATHNAME', 'tenancy_authenticate'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION authenticate(text) IS
  'verifies a signed token (JWT), sets the tenant that it names for this transaction, and returns its claims';
