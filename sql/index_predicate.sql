-- create_partial_index(): what it says of a predicate that is not wrong, but hardly meant.
SET client_min_messages = notice;
CREATE TABLE shops (id int NOT NULL, size int, is_open boolean NOT NULL, may_close boolean, kind text, payload jsonb,
  CONSTRAINT positive CHECK (id > 0), CONSTRAINT sized CHECK (size BETWEEN 1 AND 10), CONSTRAINT has_k CHECK (payload ->> 'k' = 'v'));
ALTER TABLE shops ADD CONSTRAINT unproved CHECK (kind <> 'x') NOT VALID;
CREATE FUNCTION say(predicate text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tenancy.create_partial_index('shops', '{id}', predicate, dry_run => true);
END $$;
\pset tuples_only on
-- Of all rows.
SELECT say('true');
SELECT say('1 = 1');
SELECT say('id IS NOT NULL');
SELECT say('id > -1 AND id IS NOT NULL');
-- Not: null passes a CHECK.
SELECT say('size > 0');
SELECT say('payload ->> ''k'' = ''v''');
SELECT say('kind <> ''x''');
-- A clause of them.
SELECT say('size = 5 AND id > 0');
-- Of no row.
SELECT say('false');
SELECT say('NULL');
SELECT say('size > 8 AND size < 3');
SELECT say('id = -1');
SELECT say('size > 10');
SELECT say('id IS NULL');
SELECT say('kind = ''x''');
-- Nothing to say.
SELECT say('is_open');
SELECT say('NOT is_open');
SELECT say('may_close IS NOT TRUE');
SELECT say('may_close IS NOT FALSE');
SELECT say('may_close IS UNKNOWN');
-- Nothing where it exists already, but that.
SELECT action FROM tenancy.create_partial_index('shops', '{id}', 'true');
SELECT action FROM tenancy.create_partial_index('shops', '{id}', 'true');
DROP FUNCTION say(text);
DROP TABLE shops;
