-- The extension leaves with everything that is its own, and the tests' roles with it.
DROP EXTENSION pg_tenancy CASCADE;
SELECT count(*) FROM pg_proc WHERE pronamespace = 'tenancy'::regnamespace;
DROP SCHEMA tenancy;
DROP FUNCTION error_of(text);
REVOKE CREATE ON SCHEMA public FROM regress_owner;
DROP ROLE regress_app, regress_owner, regress_stranger;
