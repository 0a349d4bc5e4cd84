-- authenticate(): signed tokens, and the keys that they are verified with.

-- Tokens of HS256 are made here (RFC 2104). Those of the other algorithms were made with openssl, from
-- keys that are not kept, and expire in 2100; so does a token whose payload is not said.
CREATE FUNCTION base64url(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT translate(rtrim(replace(encode(bytes, 'base64'), E'\n', ''), '='), '+/', '-_') $$;
CREATE FUNCTION hmac_sha256(secret bytea, message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  inner_key bytea := decode(repeat('36', 64), 'hex');
  outer_key bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR i IN 0 .. length(secret) - 1 LOOP
    inner_key := set_byte(inner_key, i, get_byte(inner_key, i) # get_byte(secret, i));
    outer_key := set_byte(outer_key, i, get_byte(outer_key, i) # get_byte(secret, i));
  END LOOP;
  RETURN sha256(outer_key || sha256(inner_key || message));
END $$;
CREATE FUNCTION token(payload text DEFAULT '{"tenant_id": "acme", "exp": 4102444800}',
                      header text DEFAULT '{"alg": "HS256", "kid": "a"}',
                      secret text DEFAULT 'the secret of key a, which is long enough')
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT signed || '.' || base64url(hmac_sha256(convert_to(secret, 'UTF8'), convert_to(signed, 'UTF8')))
  FROM (SELECT base64url(convert_to(header, 'UTF8')) || '.' || base64url(convert_to(payload, 'UTF8')) AS signed) _
$$;
-- The error of a token, on one line.
CREATE FUNCTION refusal(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN 'accepted: ' || tenancy.authenticate(token)::text;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
\set rsa_key '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0Jr/b5quck1wFl0zxS6F\n1tsuVWYj40UnFKQ/T+gew+ykpNudEXGccYQJgtsrDCInzlDuCXSPvZGr4yPb6pyh\nt31ZcfTCwG3DXqLakPLzTR6RclVZjqn66StO6d3ewQXz8r32paBCZlWx9vBMPgeA\nETV5PpFI1DtUm/FVRziJcgOB2315sAlE5IC67u7PUfsa7K9C/aywWQrBz06pejmR\nJ4tmF9Mh43wS/Q6Kmw4/pyx7KIWnAaAKor4t8+QbDSow16zwhFRMbFnoPt34lgrv\natfQQONNvTZ14QWeQT8lRYzdUIDCl0TcsEylZQ2gp61pGnYd9vdIQkUL4qK4KyaY\nXQIDAQAB\n-----END PUBLIC KEY-----'
\set rsa_token eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInJzYSJ9.eyJ0ZW5hbnRfaWQiOiAicnNhIiwgImV4cCI6IDQxMDI0NDQ4MDB9.TS36oi0eSxYoGN6_JxZpjbfhu5SXAjgNuH_-2ityiFIzdTNFT76XnTii-BooTzCDaCnWtAm8lKGPN2e9FYbjCkG-P63GMMFjHOyfcLdWo0BxVpCqczQTFobYbNhcgm7tnm1xpY-kcDU6zWct8apTh905NkjTzn1rLT6eYCBl9Er2Twf96viqbSpbiw-oRdg_6D2aQjGcyW6mrjq4EJOa39rJb097cmKBkYJKg0EBwFDi13tvY6nSYKr3xCo8nnmWmJfOSELFABs8ExktIJi_AZ9S8ajgoJVN0XoDblLhA4_8HgjskoJJGN10RRhEQKdBwaqa0ik7CEo-UQn8vhWGFw
\set ec_key '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2pKjpYAKsfdWnPJ+96rZyiz/FOui\nYMbAfoSsaPr70qwUjvBdq/aPHrqwf9yHeogXLipFlpAcFia+fcPaTOyp6Q==\n-----END PUBLIC KEY-----'
\set ec_token eyJhbGciOiAiRVMyNTYiLCAia2lkIjogImVjIn0.eyJ0ZW5hbnRfaWQiOiAiZWMiLCAiZXhwIjogNDEwMjQ0NDgwMH0.V-by02KBw8XotzGQSOOkrSLXH6tQRenZ0VPOFH6t2CML_SRKzJgGSKvUMFcVQzE75GmkOBh1NFEq3qiV28X6UQ
\set ed_key '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAtfsgD+RuyATTB749OOfR+9CoMXZtr9EX0iSblxXY9sQ=\n-----END PUBLIC KEY-----'
\set ed_token eyJhbGciOiAiRWREU0EiLCAia2lkIjogImVkIn0.eyJ0ZW5hbnRfaWQiOiAiZWQiLCAiZXhwIjogNDEwMjQ0NDgwMH0.8urBgs_MTb8WY3M2u3VRJJO-XXSWfl8kEX0bsqDiGLFyWlvcBgobIaxqgiK9mXK2xBacefyBHW7n9hAS5cX8CA
\set ed448_key '-----BEGIN PUBLIC KEY-----\nMEMwBQYDK2VxAzoAobz0pT+wTyqiWSUXBEg+/+XqbDva8tbqXTVGtXXo/+/RymkI\nbJQaAjOPbkQi+2757fiGxhOIdfCA\n-----END PUBLIC KEY-----'
\set ed448_token eyJhbGciOiAiRWREU0EiLCAia2lkIjogImVkNDQ4In0.eyJ0ZW5hbnRfaWQiOiAiZWQ0NDgiLCAiZXhwIjogNDEwMjQ0NDgwMH0.It56YjXlyNGt1Pd-mMIwXEANyiyMOw23L_jsSa_Udv28qJfpxknsnf_RatpDsirAxvVq1w44UyoA20807FY8G4UAKdNz86xhHCBmweERMcuywQQMs_uOyTm1G5EpFkDczRd_5hyaqZcKUJY46NpV4BMA
\set private_key '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEo/bickHRW3MvPrvkX7sogJtz1Jt7MIhtLBqc/Hvlzl\n-----END PRIVATE KEY-----'

-- Keys of every algorithm. No row is stored that is no key, and no error prints one.
INSERT INTO tenancy.signing_key (kid, algorithm, key) VALUES
  ('a', 'HS256', 'the secret of key a, which is long enough'),
  ('rsa', 'RS256', convert_to(:'rsa_key', 'UTF8')),
  ('ec', 'ES256', convert_to(:'ec_key', 'UTF8')),
  ('ed', 'EdDSA', convert_to(:'ed_key', 'UTF8')),
  ('ed448', 'EdDSA', convert_to(:'ed448_key', 'UTF8'));
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'HS256', 'short secret')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'RS256', 'the secret of key b, which is long enough')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'HS512', 'the secret of key b, which is long enough')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', NULL, 'the secret of key b, which is long enough')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES (NULL, 'HS256', 'the secret of key b, which is long enough')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('', 'HS256', 'the secret of key b, which is long enough')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'HS256', NULL)$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('a', 'HS256', 'the secret of key b, which is long enough')$$);
SELECT error_of($$UPDATE tenancy.signing_key SET algorithm = 'HS256' WHERE kid = 'rsa'$$);
SELECT error_of($$UPDATE tenancy.signing_key SET algorithm = 'ES256' WHERE kid = 'rsa'$$);
SELECT error_of(format('INSERT INTO tenancy.signing_key VALUES (%L, %L, %L)', 'b', 'EdDSA', convert_to(:'private_key', 'UTF8')));
SELECT error_of(format('INSERT INTO tenancy.signing_key VALUES (%L, %L, %L)', 'b', 'RS256', convert_to(:'rsa_key' || E'\n' || :'rsa_key', 'UTF8')));
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'EdDSA', '{"kty": "OKP", "crv": "Ed25519", "x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}')$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'EdDSA', '{"kty": "OKP", "crv": "Ed25519", "use": "enc", "x": "AAAA"}')$$);
-- Nor where nothing but the time is amiss, nor in the role of a replica.
INSERT INTO tenancy.signing_key VALUES ('b', 'HS256', 'the secret of key b, which is long enough', NULL, NULL);
DELETE FROM tenancy.signing_key WHERE kid = 'b';
SET session_replication_role = replica;
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('b', 'HS512', 'the secret of key b, which is long enough')$$);
RESET session_replication_role;
-- A key that others have too is no secret, in whatever form it comes.
SELECT how, (SELECT e FROM error_of(format('INSERT INTO tenancy.signing_key VALUES (%L, %L, %L)', 'b', 'HS256', secret)) e LIMIT 1) FROM (VALUES
  ('PEM', convert_to(:'rsa_key', 'UTF8')),
  ('text before PEM', convert_to(E'Bag Attributes\n friendlyName: idp\n' || :'rsa_key', 'UTF8')),
  ('byte order mark', '\xefbbbf'::bytea || convert_to(:'rsa_key', 'UTF8')),
  ('JWK set', '{"keys": [{"kty": "EC"}], "padding": "the secret is long enough"}'),
  ('array of JWK', '[{"kty": "EC", "crv": "P-256", "x": "", "y": ""}]'),
  ('ssh', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEo the.secret@is.long.enough'),
  ('DER', decode('302a300506032b6570032100b5fb200fe46ec804d3077e3d38e7d1fbd0a831766dafd117d2249b9715d8f6c4', 'hex')),
  ('DER and a line feed', decode('302a300506032b6570032100b5fb200fe46ec804d3077e3d38e7d1fbd0a831766dafd117d2249b9715d8f6c40a', 'hex')),
  ('base64', 'MCowBQYDK2VwAyEAtfsgD+RuyATTB749OOfR+9CoMXZtr9EX0iSblxXY9sQ='),
  ('base64url', 'MCowBQYDK2VwAyEAtfsgD-RuyATTB749OOfR-9CoMXZtr9EX0iSblxXY9sQ')) AS v(how, secret);
SELECT kid, algorithm FROM tenancy.signing_key ORDER BY kid;
-- Its trigger serves no other table.
CREATE TABLE keys (LIKE tenancy.signing_key);
CREATE TRIGGER check_signing_key BEFORE INSERT ON keys FOR EACH ROW EXECUTE FUNCTION tenancy.check_signing_key();
SELECT error_of($$INSERT INTO keys VALUES ('b', 'HS256', 'short')$$);
DROP TABLE keys;

-- The tenant is set for the transaction, and the claims come back as they are.
BEGIN;
SELECT tenancy.authenticate(token('{"tenant_id": 42, "exp": 4102444800.5, "big": 12345678901234567890.00000001, "n": [1.0, 1e30]}'));
SELECT tenancy.current_tenant(), tenancy.current_tenant(NULL::int);
SELECT tenancy.authenticate(:'rsa_token'), tenancy.current_tenant();
SELECT tenancy.authenticate(:'ec_token'), tenancy.current_tenant();
SELECT tenancy.authenticate(:'ed_token'), tenancy.current_tenant();
SELECT tenancy.authenticate(:'ed448_token'), tenancy.current_tenant();
-- A refused token changes nothing; a subtransaction takes its tenant with it.
SELECT refusal('x'), tenancy.current_tenant();
SAVEPOINT s;
SELECT tenancy.authenticate(token()) ->> 'tenant_id', tenancy.current_tenant();
ROLLBACK TO s;
SELECT tenancy.current_tenant();
COMMIT;
SELECT tenancy.current_tenant();
BEGIN READ ONLY;
SELECT tenancy.authenticate(token()) ->> 'tenant_id', tenancy.current_tenant();
COMMIT;
SELECT error_of($$SELECT tenancy.authenticate(NULL)$$);

-- What is refused, and how it is said.
SELECT refusal('');
SELECT refusal(repeat('x', 65537));
SELECT refusal(repeat('.', 100000000));
SELECT refusal(token() || '.x');
SELECT refusal(token() || '=');
SELECT refusal(' ' || token());
SELECT refusal(token(header => '[]'));
SELECT refusal(token(header => '{"alg": "HS256", "alg": "none"}'));
SELECT refusal(token(header => '{"alg": "HS256", "x": ' || repeat('[', 40) || repeat(']', 40) || '}'));
SELECT refusal(token(header => '{}'));
SELECT refusal(token(header => '{"alg": "None"}'));
SELECT refusal(token(header => '{"alg": "HS512", "kid": "a"}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": "a", "crit": ["exp"]}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": "a", "b64": false}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": "a", "typ": "JWE"}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": 1}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": "b"}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": "a\u0000"}'));
SELECT refusal(token(header => '{"alg": "HS256", "kid": "rsa"}', secret => left(:'rsa_key', 64)));
SELECT refusal(token(secret => 'the secret of key b, which is long enough'));
SELECT refusal(left(token(), -4));
SELECT refusal(regexp_replace(token(), '[^.]*$', base64url('too short')));
SELECT refusal(regexp_replace(:'ec_token', '[^.]*$', ''));
SELECT refusal(left(:'rsa_token', -1));
SELECT refusal(regexp_replace(:'ed_token', '\.[^.]*\.', '.' || base64url('{"tenant_id": "other", "exp": 4102444800}') || '.'));
SELECT refusal(token('[]'));
SELECT refusal(token('{"tenant_id": 1, "tenant_id": 2}'));
SELECT refusal(token('{"x": ' || repeat('[', 40) || repeat(']', 40) || '}'));
SELECT refusal(token('{"tenant_id": "a\u0000b", "exp": 4102444800}'));
SELECT refusal(token('{"tenant_id": "a", "exp": 4102444800, "x": 1e200000}'));
SELECT refusal(token('{"tenant_id": 1}'));
SELECT refusal(token('{"tenant_id": 1, "exp": "4102444800"}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800000}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 1300819380}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "nbf": true}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "nbf": 4102444799}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "iat": []}'));
SELECT refusal(token('{"exp": 4102444800}'));
SELECT refusal(token('{"tenant_id": null, "exp": 4102444800}'));
SELECT refusal(token('{"tenant_id": "", "exp": 4102444800}'));
SELECT refusal(token('{"tenant_id": 1.5, "exp": 4102444800}'));
SELECT refusal(token('{"tenant_id": ["acme"], "exp": 4102444800}'));
SELECT error_of(format('SELECT tenancy.authenticate(%L)', token('{"tenant_id": 1, "exp": 4102444800000}')));
SELECT error_of(format('SELECT tenancy.authenticate(%L)', token(header => '{"alg": "HS256", "kid": "b"}')));
-- Every token that is cut short.
SELECT count(*), count(*) FILTER (WHERE refusal(left(t, n)) LIKE '28000: token %')
FROM token() t, generate_series(0, length(t) - 1) n;

-- Settings: issuer, audience, claim, leeway, expiry, and the setting of the tenant.
BEGIN;
SET LOCAL tenancy.token_issuer = 'https://issuer.example';
SELECT refusal(token());
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "iss": 1}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "iss": "https://issuer.example/"}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "iss": "https://issuer.example"}'));
ROLLBACK;
BEGIN;
SET LOCAL tenancy.token_audience = 'db';
SELECT refusal(token());
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "aud": 1}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "aud": ["a", "b"]}'));
SELECT refusal(token('{"tenant_id": 1, "exp": 4102444800, "aud": ["a", "db"]}'));
ROLLBACK;
BEGIN;
SET LOCAL tenancy.token_claim = '/app/tenants/1';
SELECT tenancy.authenticate(token('{"app": {"tenants": ["a", "b"]}, "exp": 4102444800}')) ->> 'app', tenancy.current_tenant();
SET LOCAL tenancy.token_claim = 'https://app.example/tenant';
SELECT tenancy.authenticate(token('{"https://app.example/tenant": "c", "exp": 4102444800}')) IS NULL, tenancy.current_tenant();
SELECT refusal(token());
SET LOCAL tenancy.token_require_expiry = off;
SELECT refusal(token('{"https://app.example/tenant": "d"}'));
SELECT refusal(token('{"https://app.example/tenant": "d", "exp": 1300819380}'));
SET LOCAL tenancy.token_setting = 'app.user_id';
SELECT refusal(token('{"https://app.example/tenant": "e"}'));
SELECT tenancy.authenticate(token('{"https://app.example/tenant": "f"}')) IS NULL, tenancy.current_tenant(NULL::text, 'app.user_id'), tenancy.current_tenant();
SET LOCAL tenancy.token_setting = 'tenancy.token_issuer';
SELECT refusal(token());
ROLLBACK;
BEGIN;
SET LOCAL tenancy.token_leeway = '1min';
SELECT refusal(token(format('{"tenant_id": 1, "exp": %s}', extract(epoch FROM clock_timestamp())::bigint - 30))) LIKE 'accepted%';
SELECT refusal(token(format('{"tenant_id": 1, "exp": %s}', extract(epoch FROM clock_timestamp())::bigint - 90)));
SELECT refusal(token(format('{"tenant_id": 1, "exp": 4102444800, "nbf": %s}', extract(epoch FROM clock_timestamp())::bigint + 30))) LIKE 'accepted%';
ROLLBACK;
SELECT error_of($$SET tenancy.token_claim = ''$$);
SELECT error_of($$SET tenancy.token_claim = '/a~2'$$);
SELECT error_of($$SET tenancy.token_setting = 'role'$$);
SELECT left(error_of($$SET tenancy.token_leeway = 3601$$), 5);

-- Rotation: a token without "kid" is tried against every key of its algorithm.
SELECT refusal(token(header => '{"alg": "HS256"}'));
INSERT INTO tenancy.signing_key VALUES ('b', 'HS256', 'the secret of key b, which is long enough');
SELECT refusal(token(header => '{"alg": "HS256"}'));
SELECT refusal(token(header => '{"alg": "HS256"}', secret => 'the secret of key b, which is long enough'));
SELECT refusal(token(header => '{"alg": "HS256"}', secret => 'the secret of key c, which is long enough'));
SELECT refusal(regexp_replace(token(header => '{"alg": "HS256"}'), '[^.]*$', base64url('too short')));
-- A key that has retired: only whoever can sign with it learns that.
UPDATE tenancy.signing_key SET not_after = now() - interval '1 second' WHERE kid = 'a';
SELECT refusal(token());
SELECT refusal(token(secret => 'the secret of key b, which is long enough'));
SELECT refusal(token(header => '{"alg": "HS256"}'));
UPDATE tenancy.signing_key SET not_after = 'infinity' WHERE kid = 'a';
SELECT refusal(token());
UPDATE tenancy.signing_key SET not_after = now() + interval '1 hour' WHERE kid = 'a';
SELECT refusal(token());
-- At most 16 are tried; retired ones do not count.
INSERT INTO tenancy.signing_key SELECT 'k' || n, 'HS256', convert_to('the secret of key k, which is long enough' || n, 'UTF8') FROM generate_series(1, 14) n;
SELECT refusal(token(header => '{"alg": "HS256"}'));
INSERT INTO tenancy.signing_key VALUES ('k15', 'HS256', 'the secret of key k, which is long enough');
SELECT refusal(token(header => '{"alg": "HS256"}'));
SELECT refusal(token());
UPDATE tenancy.signing_key SET not_after = '-infinity' WHERE kid LIKE 'k%';
SELECT refusal(token(header => '{"alg": "HS256"}'));
DELETE FROM tenancy.signing_key WHERE kid LIKE 'k%';
-- A change counts for the next command, and not after it was taken back.
BEGIN;
UPDATE tenancy.signing_key SET key = 'the secret of key c, which is long enough' WHERE kid = 'a';
SELECT refusal(token());
SELECT refusal(token(secret => 'the secret of key c, which is long enough'));
ROLLBACK;
SELECT refusal(token());
BEGIN;
SAVEPOINT s;
DELETE FROM tenancy.signing_key;
SELECT refusal(token());
SELECT refusal(token(header => '{"alg": "HS256"}'));
ROLLBACK TO s;
SELECT refusal(token());
TRUNCATE tenancy.signing_key;
SELECT refusal(token());
ROLLBACK;
SELECT refusal(token());

-- A key that a statement stored and used before it failed.
CREATE FUNCTION use_and_fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tenancy.authenticate(token(header => '{"alg": "HS256", "kid": "z"}'));
  RAISE EXCEPTION 'used';
END $$;
CREATE TRIGGER a_use AFTER INSERT ON tenancy.signing_key FOR EACH ROW EXECUTE FUNCTION use_and_fail();
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('z', 'HS256', 'the secret of key a, which is long enough')$$);
SELECT refusal(token(header => '{"alg": "HS256", "kid": "z"}'));
DROP TRIGGER a_use ON tenancy.signing_key;
DROP FUNCTION use_and_fail();

-- Whoever may authenticate need not, and cannot, see a key or change how tokens are judged.
SELECT relacl, relowner = (SELECT extowner FROM pg_extension WHERE extname = 'pg_tenancy') AS is_owner FROM pg_class WHERE oid = 'tenancy.signing_key'::regclass;
SET ROLE regress_app;
BEGIN;
SELECT tenancy.authenticate(:'ed_token'), tenancy.current_tenant();
COMMIT;
SELECT error_of($$SELECT key FROM tenancy.signing_key$$);
SELECT error_of($$SELECT kid FROM tenancy.signing_key$$);
SELECT error_of($$INSERT INTO tenancy.signing_key VALUES ('c', 'HS256', 'the secret of key c, which is long enough')$$);
SELECT error_of($$DELETE FROM tenancy.signing_key$$);
SELECT error_of($$SET tenancy.token_claim = 'sub'$$);
SELECT error_of($$SET tenancy.token_audience = 'x'$$);
SELECT error_of($$SET tenancy.token_issuer = 'x'$$);
SELECT error_of($$SET tenancy.token_leeway = 10$$);
SELECT error_of($$SET tenancy.token_require_expiry = off$$);
SELECT error_of($$SET tenancy.token_setting = 'app.user_id'$$);
RESET ROLE;

-- Under the seal a token is the only way to a tenant, which stays to the end of the transaction.
SET tenancy.seal = token;
SET ROLE regress_app;
BEGIN;
SELECT error_of($$SELECT tenancy.set_tenant('ed')$$);
SELECT refusal('x');
SAVEPOINT s;
SELECT tenancy.authenticate(:'ed_token') ->> 'tenant_id' AS claimed, tenancy.current_tenant();
ROLLBACK TO s;
SELECT tenancy.current_tenant(), current_setting('tenancy.tenant_id');
SELECT refusal(:'ed_token'), tenancy.current_tenant();
SELECT refusal(:'ec_token'), tenancy.current_tenant();
SELECT error_of($$SELECT tenancy.set_tenant('ec')$$);
SELECT error_of($$RESET ALL$$);
SELECT tenancy.set_tenant('ed');
COMMIT;
SELECT tenancy.current_tenant() IS NULL AS ended;
BEGIN;
SELECT tenancy.authenticate(:'ec_token') ->> 'tenant_id' AS claimed, tenancy.current_tenant();
COMMIT;
RESET ROLE;
SET tenancy.seal = transaction;
SET ROLE regress_app;
BEGIN;
SELECT tenancy.set_tenant('ed'), refusal(:'ec_token'), tenancy.current_tenant();
COMMIT;
RESET ROLE;
SET tenancy.seal = token;
SET tenancy.token_setting = 'app.not_sealed';
SELECT refusal(:'ed_token');
RESET tenancy.token_setting;
SET tenancy.seal = off;

-- A setting that refuses the tenant does not tell it.
DO 'BEGIN END';
SET tenancy.token_setting = 'plpgsql.variable_conflict';
SELECT refusal(:'ed_token');
RESET tenancy.token_setting;

-- A table that its owner has altered is an error, and so is a key that its trigger has not seen.
CREATE FUNCTION refusal_after(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  BEGIN
    EXECUTE change;
    result := refusal(token());
    RAISE EXCEPTION USING ERRCODE = 'XX999';
  EXCEPTION WHEN SQLSTATE 'XX999' THEN RETURN result;
  END;
END $$;
SELECT refusal_after('SELECT 1');
SELECT refusal_after('ALTER TABLE tenancy.signing_key DROP CONSTRAINT signing_key_pkey');
SELECT refusal_after('ALTER TABLE tenancy.signing_key ALTER key DROP NOT NULL');
SELECT refusal_after('ALTER TABLE tenancy.signing_key DROP COLUMN key');
SELECT refusal_after('ALTER TABLE tenancy.signing_key DROP COLUMN not_after');
SELECT refusal_after('ALTER TABLE tenancy.signing_key ALTER not_after TYPE date');
SELECT refusal_after('ALTER TABLE tenancy.signing_key ALTER kid TYPE text COLLATE "POSIX"');
SELECT refusal_after('ALTER TABLE tenancy.signing_key DISABLE TRIGGER signing_key_changed');
SELECT refusal_after('ALTER TABLE tenancy.signing_key DISABLE TRIGGER signing_key_truncated');
SELECT refusal_after('ALTER TABLE tenancy.signing_key ENABLE REPLICA TRIGGER signing_key_changed');
SELECT refusal_after('ALTER TABLE tenancy.signing_key RENAME TO k');
SELECT refusal_after('ALTER TABLE tenancy.signing_key RENAME TO k; CREATE VIEW tenancy.signing_key AS SELECT * FROM tenancy.k');
SELECT refusal_after('ALTER TABLE tenancy.signing_key RENAME key TO k; ALTER TABLE tenancy.signing_key ADD more int');
SELECT refusal_after($$ALTER TABLE tenancy.signing_key DISABLE TRIGGER check_signing_key; UPDATE tenancy.signing_key SET key = 'short' WHERE kid = 'a'$$);
SELECT refusal_after($$ALTER TABLE tenancy.signing_key DISABLE TRIGGER check_signing_key; ALTER TABLE tenancy.signing_key DROP CONSTRAINT signing_key_algorithm_check; UPDATE tenancy.signing_key SET algorithm = 'none' WHERE kid = 'a'$$);
SELECT refusal_after('ALTER TABLE tenancy.signing_key SET UNLOGGED');
-- One that cannot be used does not keep others from being tried.
CREATE FUNCTION refusal_of_nameless_after(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  BEGIN
    EXECUTE change;
    result := refusal(token(header => '{"alg": "HS256"}'));
    RAISE EXCEPTION USING ERRCODE = 'XX999';
  EXCEPTION WHEN SQLSTATE 'XX999' THEN RETURN result;
  END;
END $$;
SELECT refusal_of_nameless_after($$ALTER TABLE tenancy.signing_key DISABLE TRIGGER check_signing_key; INSERT INTO tenancy.signing_key VALUES ('0', 'HS256', 'short')$$);
DROP FUNCTION refusal_of_nameless_after(text);
SELECT refusal(token());

-- Default privileges give nobody a right to the keys.
SELECT current_database() AS regression \gset
CREATE DATABASE regress_tenancy TEMPLATE template0;
\connect regress_tenancy
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC, regress_app;
CREATE EXTENSION pg_tenancy;
SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = 'tenancy.signing_key'::regclass AND a.grantee <> c.relowner;
\connect :regression
DROP DATABASE regress_tenancy;

-- In a database of another encoding, tokens and settings mean the same; what it cannot hold is refused.
CREATE DATABASE regress_tenancy TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';
\connect regress_tenancy
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE EXTENSION pg_tenancy;
INSERT INTO tenancy.signing_key VALUES (U&'\00e4', 'HS256', 'the secret of key a, which is long enough');
BEGIN;
SELECT set_config('tenancy.token_claim', U&'m\00fcnzer', true) <> '';
SELECT tenancy.authenticate('eyJhbGciOiJIUzI1NiIsImtpZCI6IsOkIn0.eyJtw7xuemVyIjoiw7YiLCJleHAiOjQxMDI0NDQ4MDB9.s8ECrfnjj3Co49KWT3hFrZKYPcrSLj_NjgAK35_8WXM');
SELECT tenancy.current_tenant() = U&'\00f6';
COMMIT;
SELECT tenancy.authenticate('eyJhbGciOiJIUzI1NiIsImtpZCI6IsOkIn0.eyJ0ZW5hbnRfaWQiOiLigqwiLCJleHAiOjQxMDI0NDQ4MDB9.klZ-1iOl5JyXVIbpA-F3HhQd_MoSlMZIWuJ7g3XQqts');
\connect :regression
DROP DATABASE regress_tenancy;

TRUNCATE tenancy.signing_key;
DROP FUNCTION refusal_after(text), refusal(text), token(text, text, text), hmac_sha256(bytea, bytea), base64url(bytea);
