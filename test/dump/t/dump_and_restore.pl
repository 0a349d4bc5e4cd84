#!/usr/bin/env perl
# A database that uses everything is dumped and restored, in every format of pg_dump. What comes back
# is the same, and works. It was made by its owner, who is no superuser, and is restored by one.
#
#   prove test/dump/t/dump_and_restore.pl
#
# Needs a server that has the extension, its programs in PATH, and a superuser, whom the variables of
# libpq name. Makes databases and roles that begin with regress_dump, and drops those that it made.
use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../../perl";
use Client;

my $here = "$FindBin::Bin/..";
my $work = tempdir(CLEANUP => 1);

# A dump in a file of that name. Its comments name owners, and the extension's own tables belong to
# whoever restores; newer versions put random names around it.
sub dump_as_text {
  my ($from, $file, @options) = @_;
  my $text = must('pg_dump', @options, $from);
  $text =~ s/^(?:--|\\(?:un)?restrict ).*\n//mg;
  open(my $out, '>', $file) or die "$file: $!";
  print $out "$text\n";
  close $out or die "$file: $!";
}

# ---- what is looked at, in transactions that are rolled back -------------------------------------

my ($format, $database);  # those of the tests that follow

# The result of the last of some statements, and the error where there is one.
sub result {
  my ($from, @statements) = @_;
  my $last = pop @statements;
  my @arguments = map { "--command=$_" } 'BEGIN', '\o /dev/null', @statements, '\o', $last, 'ROLLBACK';
  return (run(psql($from), @arguments))[1];
}

sub shows {
  my ($name, $expected, @statements) = @_;
  return is(result($database, @statements), join("\n", ref $expected ? @$expected : $expected), "$format: $name");
}

sub shows_the_same {
  my ($name, $query) = @_;
  my $before = result('regress_dump', $query);
  return ok(0, "$format: $name: $before") if $before eq '' || $before =~ /ERROR/;
  return is(result($database, $query), $before, "$format: $name");
}

# That a helper that was called before the dump has nothing to do, which it says of what it knows.
sub is_done {
  my ($name, $call) = @_;
  return shows($name, '', "SELECT * FROM tenancy.$call");
}

sub refuses {
  my ($name, $sqlstate, @statements) = @_;
  my $output = result($database, '\set VERBOSITY sqlstate', @statements);
  return is($output =~ /ERROR: +(\w+)$/m ? $1 : "no error: $output", $sqlstate, "$format: $name");
}

my $bad_payload = q('{"id": 1}');
sub as_writer { return ('SET LOCAL ROLE regress_dump_writer', "SELECT tenancy.set_tenant('$_[0]')") }

sub registry_is_back {
  shows('every version of every event type is registered, with its state',
    ['counted|1|t|f',
      'counted|2|t|t',
      'ping|1|t|f',
      'ping|2|f|f'],
    q(SELECT event_type, version, assert_format, retired_at IS NOT NULL FROM tenancy.event_schema ORDER BY 1, 2));
  shows('a schema that is registered again is the version that it was', '2',
    q(SELECT tenancy.register_event_schema('ping', '{"required": ["id", "by"]}', assert_format => false)));
  shows('one that refers to a resource too, past the retired version', '1',
    q(SELECT tenancy.register_event_schema('counted', '{"properties": {"n": {"$ref": "https://example.com/whole.json"}}}')));
  shows('a new version has the next number', '3', q(SELECT tenancy.register_event_schema('counted', '{}')));
  shows('events are validated against a schema with the resource in it', 't|f',
    q(SELECT tenancy.validate_event('counted', '{"n": 1}'), tenancy.validate_event('counted', '{"n": 1.5}')));
  shows('resources are registered', '{"$id": "https://example.com/whole.json", "type": "integer"}',
    q(SELECT schema FROM tenancy.schema_resource WHERE uri = 'https://example.com/whole.json'));
  refuses('a resource that is in use cannot be dropped', '2BP01',
    q(SELECT tenancy.unregister_schema_resource('https://example.com/whole.json')));
  shows('an event schema follows its resource', 't',
    q(SELECT tenancy.register_schema_resource('{"$id": "https://example.com/whole.json", "type": "number"}')),
    q(SELECT tenancy.validate_event('counted', '{"n": 1.5}')));
  shows_the_same("the triggers of the extension's own tables fire when they did",
    q(SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'tenancy.%' ORDER BY tgname));
  shows('grants on the registry are back', 't|t|f|t|t',
    q(SELECT has_table_privilege(w, e, 'SELECT'), has_table_privilege(w, e, 'INSERT'), has_table_privilege(w, e, 'UPDATE'),
        has_table_privilege(w, r, 'INSERT'), has_table_privilege(w, r, 'UPDATE')
      FROM (VALUES ('regress_dump_writer', 'tenancy.event_schema', 'tenancy.schema_resource')) AS t(w, e, r)));
}

sub enforcement_is_back {
  shows('the triggers of all tables are there',
    [q("it's"."in \two"|O|f),
      q("it's".half|O|t),
      'deliveries|O|f',
      'events|O|f',
      'history|O|f',
      'versioned|O|f'],
    q(SELECT tgrelid::regclass, tgenabled, tgparentid <> 0 FROM pg_trigger
      WHERE tgname = 'zz_tenancy_event_schema' ORDER BY tgrelid::regclass::text COLLATE "C"));
  is_done('a table is known to be enforced', q(enforce_event_schemas('events')));
  is_done('a table with a version column is known to be enforced', q(enforce_event_schemas('versioned', version_column => 'version', on_unknown => 'allow')));
  shows('events are loaded that all versions of their schema would refuse, and of unknown types', '5', 'SELECT count(*) FROM history');
  shows_the_same('what is wrong with them is known as before', q(SELECT * FROM tenancy.check_events('history') ORDER BY 1, 4));
  shows('events are loaded that only their own version accepts', 'counted|2,ping|1,ping|,never|',
    q(SELECT string_agg(concat(type, '|', version), ',') FROM versioned));
  shows('their own version still accepts them', '0', q(SELECT sum(invalid) FROM tenancy.check_events('versioned') WHERE event_type = 'ping'));
  refuses('a bad event is refused', '23514', "INSERT INTO events VALUES ('ping', $bad_payload)");
  refuses('an event of a type that is not registered is refused', '23514', "INSERT INTO events VALUES ('pong', '{}')");
  refuses('an event of a retired version is refused', '23514', "INSERT INTO versioned VALUES ('counted', '{}', 2)");
  shows('an event that an older version accepts is accepted in that version', '1', "INSERT INTO versioned VALUES ('ping', $bad_payload, 1) RETURNING version");
  shows('a good event is accepted', '1', q(INSERT INTO events VALUES ('ping', '{"id": 1, "by": 2}') RETURNING 1));
  shows('enforcement is taken back', '0',
    map({ "SELECT tenancy.unenforce_event_schemas('$_')" } qw(events history versioned deliveries), q("it''s"."in \two")),
    q(SELECT count(*) FROM pg_trigger WHERE tgfoid = 'tenancy.check_event'::regproc));
}

sub quarantine_is_back {
  my $two = q('"it''s"."in \two"');
  shows('rows are in quarantine, with their reasons',
    ['1|regress_dump_writer|2|7|ping|{"id": 7}|payload of event type "ping" does not match its schema (version 2)|/required',
      '2|regress_dump_writer|3|7|pong|{"id": 7}|event type "pong" is not registered|',
      '3|regress_dump_writer|4|8|ping|{"id": 8}|payload of event type "ping" does not match its schema (version 2)|/required'],
    q(SELECT quarantine_id, quarantined_by, id, tenant_id, type, payload, quarantine_reason, quarantine_errors -> 0 ->> 'keywordLocation'
      FROM deliveries_quarantine ORDER BY 1));
  shows('rows of a partitioned table are in its quarantine', '1|{"id": 2}|2026-01-02,2|{"by": 3}|2026-01-03',
    q(SELECT string_agg(concat_ws('|', quarantine_id, "pay load", at), ',' ORDER BY quarantine_id) FROM "it's"."in \two_quarantine"));
  is_done('a table is known to have its quarantine', q(enforce_event_schemas('deliveries', mode => 'quarantine')));
  is_done('a partitioned table is known to have its quarantine', "enforce_event_schemas($two, 'Type', 'pay load', mode => 'quarantine')");
  shows('the quarantine has the row level security of its table', 't|t|tenant_isolation tenant_isolation_guard',
    q(SELECT relrowsecurity, relforcerowsecurity, (SELECT string_agg(polname, ' ' ORDER BY polname) FROM pg_policy WHERE polrelid = c.oid)
      FROM pg_class c WHERE oid = 'deliveries_quarantine'::regclass));
  shows_the_same('the policies of the quarantine say what they said', q(SELECT policyname, permissive, roles, cmd, qual, with_check FROM pg_policies
    WHERE tablename = 'deliveries_quarantine' ORDER BY 1));
  shows_the_same('the grants on the quarantine are what they were', q(SELECT relacl FROM pg_class WHERE oid = 'deliveries_quarantine'::regclass));
  shows('a tenant sees its own rows in quarantine', '8|{"id": 8}', as_writer(8), 'SELECT tenant_id, payload FROM deliveries_quarantine');
  shows('without a tenant no row is seen in quarantine', '0', 'SET LOCAL ROLE regress_dump_writer', 'SELECT count(*) FROM deliveries_quarantine');
  shows('a bad event goes to quarantine, under the next number, and no further', '4|7|{"id": 1}|1', as_writer(7),
    "INSERT INTO deliveries (tenant_id, type, payload) VALUES (7, 'ping', $bad_payload)",
    q(SELECT quarantine_id, tenant_id, payload, (SELECT count(*) FROM deliveries) FROM deliveries_quarantine ORDER BY 1 DESC LIMIT 1));
  shows('a bad event that is put into a partition goes to quarantine', '3',
    qq(INSERT INTO "it's".half VALUES ('2026-01-04', $bad_payload, 'ping')), q(SELECT max(quarantine_id) FROM "it's"."in \two_quarantine"));
  refuses('no tenant puts anything into the quarantine of another', '42501', as_writer(7),
    "INSERT INTO deliveries (tenant_id, type, payload) VALUES (8, 'ping', $bad_payload)");
  shows('requeue() leaves what is still wrong', '0|3', q(SELECT * FROM tenancy.requeue('deliveries')));
  shows('requeue() moves an event that is registered now, as the row that it was', '3|7|pong', q(SELECT tenancy.register_event_schema('pong', '{}')),
    q(SELECT tenancy.requeue('deliveries')), q(SELECT id, tenant_id, type FROM deliveries WHERE type = 'pong'));
  shows('requeue() moves an event to its partition', 'half|{"id": 2}', q(SELECT tenancy.register_event_schema('ping', '{"required": ["id"]}')),
    "SELECT tenancy.requeue($two)", q(SELECT relname, "pay load" FROM "it's"."in \two" t JOIN pg_class c ON c.oid = t.tableoid WHERE at = '2026-01-02'));
  shows('a quarantine with rows stays when enforcement ends', 't', q(SELECT tenancy.unenforce_event_schemas('deliveries')),
    q(SELECT to_regclass('deliveries_quarantine') IS NOT NULL));
  shows('a quarantine without rows goes with it', 't', 'DELETE FROM deliveries_quarantine', q(SELECT tenancy.unenforce_event_schemas('deliveries')),
    q(SELECT to_regclass('deliveries_quarantine') IS NULL));
}

sub constraints_are_back {
  shows('schema constraints are validated, or not, as they were',
    ['letters|are "objects"|f|t',
      'readings|readings_payload_schema|t|t',
      'readings|readings_raw_schema|f|t',
      'readings_1|readings_payload_schema|t|f',
      'readings_1|readings_raw_schema|f|f',
      'samples|samples_payload_schema|t|t',
      'specimens|samples_payload_schema|t|f'],
    q(SELECT conrelid::regclass, conname, convalidated, conislocal FROM pg_constraint
      WHERE contype = 'c' AND conrelid IN ('letters'::regclass, 'readings'::regclass, 'readings_1'::regclass, 'samples'::regclass, 'specimens'::regclass)
      ORDER BY conrelid::regclass::text COLLATE "C", conname));
  is_done('a schema constraint is known for what it is',
    q(add_schema_constraint('readings', '{"required": ["value"], "properties": {"value": {"format": "date", "pattern": "^[^\\\\\\\\'']*$"}}}')));
  is_done('a constraint that is validated is known to be', q(validate_schema_constraint('readings')));
  is_done('the constraint of a column of json is known for what it is', q(add_schema_constraint('readings', '{"maxLength": 5}', 'raw')));
  shows('a constraint that is not validated can still be', 'ALTER TABLE public.readings VALIDATE CONSTRAINT readings_raw_schema',
    q(SELECT tenancy.validate_schema_constraint('readings', 'raw', dry_run => true)));
  is_done('a constraint with a name of its own is known for what it is', q(add_schema_constraint('letters', '{"type": "object"}', constraint_name => 'are "objects"')));
  refuses('a partition refuses a bad payload', '23514', q(INSERT INTO readings VALUES (2, '{"value": "2026-02-30"}', '""')));
  refuses('a constraint that is not validated refuses a bad payload', '23514', q(INSERT INTO readings VALUES (2, '{"value": "2026-02-28"}', '"too long"')));
  refuses('a table refuses a bad payload', '23514', q(INSERT INTO samples VALUES (2, '{}')));
  refuses('a table that inherits refuses a bad payload', '23514', q(INSERT INTO specimens VALUES (2, '{}')));
  refuses('a table whose rows are bad refuses another', '23514', q(INSERT INTO letters VALUES (2, '[]')));
  refuses('a constraint that was written by hand refuses a bad payload', '23514', q(INSERT INTO events VALUES ('ping', '[]')));
  refuses('a constraint on json that was written by hand refuses a bad document', '23514', q(INSERT INTO texts VALUES ('"longer"')));
  shows('constraints are taken back, also those of partitions', '0',
    q(SELECT tenancy.drop_schema_constraint('readings'), tenancy.drop_schema_constraint('readings', 'raw')),
    q(SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'readings_1'::regclass));
}

sub rows_before_constraints_are_back {
  shows('rows are loaded that a constraint would refuse which is not validated', '"not an object"|"long before"',
    'SELECT l.payload, r.raw FROM letters l, readings r');
  refuses('a constraint that rows violate cannot be validated', '23514', q(SELECT tenancy.validate_schema_constraint('letters')));
}

sub isolation_is_back {
  my $automatic = q('automatic', shared_rows => true, guard => true, roles => '{regress_dump_writer}');
  is_done('a table is known to be isolated', q(enable_isolation('things')));
  is_done('a partitioned table is known to be isolated', q(enable_isolation('measures')));
  is_done('the tables of a schema are known to be isolated', "enable_isolation_in_schema($automatic)");
  is_done('a table is known to be isolated through its foreign key', q(enable_isolation_through('items')));
  is_done('a table with a guard is known to be isolated', q(enable_isolation('deliveries', guard => true, roles => '{regress_dump_writer}')));
  shows_the_same('what isolates each table is the same', 'SELECT * FROM tenancy.isolation ORDER BY relation::text');
  shows('a tenant sees its rows', '7', as_writer(7), 'SELECT DISTINCT tenant_id FROM deliveries');
  is_done('the rule of a schema is known', "auto_isolate($automatic, on_missing => 'refuse')");
  refuses('the rule of a schema refuses tables without a tenant', '42P16', 'CREATE TABLE automatic.without (id int)');
  shows('isolation is taken back, with policies, row level security and defaults', '0|0|0',
    map({ "SELECT tenancy.disable_isolation('$_')" } qw(things measures items deliveries)),
    q(SELECT tenancy.disable_isolation_in_schema('automatic')),
    q(SELECT (SELECT count(*) FROM pg_policy WHERE polrelid <> 'deliveries_quarantine'::regclass),
        (SELECT count(*) FROM pg_class WHERE (relrowsecurity OR relforcerowsecurity) AND oid <> 'deliveries_quarantine'::regclass),
        (SELECT count(*) FROM pg_attrdef WHERE adrelid = 'things'::regclass)));
}

sub the_rest_is_back {
  shows('a partial index is known', 'exists', q(SELECT action FROM tenancy.create_partial_index('things', '{name}', 'tenant_id > 1')));
  is_done('an index on payloads is known', q(create_payload_index('events')));
  shows('a schema is stored as it was given', '{ "kept": "as given" }', 'SELECT schema FROM schemas');
  refuses('a schema is unique where it was', '23505', q(INSERT INTO schemas VALUES ('{ "kept": "as given" }')));
  shows('the signing key is there', '2026-01|HS256|t',
    q(SELECT kid, algorithm, not_after = '2099-12-31 00:00:00+00' FROM tenancy.signing_key));
  my $token = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjIwMjYtMDEifQ.'
    . 'eyJzdWIiOiJhbm4iLCJ0ZW5hbnRfaWQiOjQyLCJleHAiOjQxMDI0NDQ4MDB9.BLzaHYZTvURTvSiM-a3132hPiRJRvxI1_DFM4sbvOBI';
  shows('the signing key verifies a token', '42', "SELECT tenancy.authenticate('$token') ->> 'tenant_id'");
  shows('nobody else may read the signing key', 'f', q(SELECT has_table_privilege('regress_dump_writer', 'tenancy.signing_key', 'SELECT')));
}

# ---- formats -------------------------------------------------------------------------------------

# The commands that dump the one database and restore it as DATABASE, by way of FILE.
my @into_text = ('--output=/dev/null', '--file=FILE');
my @restore_text = (psql('DATABASE'), @into_text);
my @restore = qw(pg_restore --exit-on-error --dbname=DATABASE FILE);
my @formats = (
  ['plain', [qw(pg_dump --file=FILE regress_dump)], [@restore_text]],
  ['custom', [qw(pg_dump --format=custom --file=FILE regress_dump)], [@restore]],
  ['custom, restored by jobs', [qw(pg_dump --format=custom --file=FILE regress_dump)], [@restore, '--jobs=3']],
  ['directory, by jobs', [qw(pg_dump --format=directory --jobs=3 --file=FILE regress_dump)], [@restore, '--jobs=3']],
  ['tar, in one transaction', [qw(pg_dump --format=tar --file=FILE regress_dump)], [@restore, '--single-transaction']],
  ['by sections', map { ([qw(pg_dump --file=FILE regress_dump), "--section=$_"], [@restore_text]) } qw(pre-data data post-data)],
);
# Data alone come into tables that have their triggers and constraints. The triggers need not fire,
# and the rows that a constraint refuses cannot come.
my @refused = qw(--exclude-table-data=letters --exclude-table-data=readings_1);
my @data_alone = ('schema, then data',
  [qw(pg_dump --format=custom --file=FILE regress_dump), @refused],
  [@restore, '--schema-only'],
  ['env', 'PGOPTIONS=-c session_replication_role=replica', @restore, qw(--data-only --jobs=3)]);

my $restored = 0;

# Dumps and restores as told, and compares what pg_dump with some options says of the result.
sub restores_the_same {
  my ($commands, @options) = @_;
  $restored++;
  my $file = "$work/$restored";
  $database = "regress_dump_$restored";
  create_database($database, '--owner=regress_dump_owner');
  my @said;
  for my $command (@$commands) {
    my ($status, $output) = run(map { s/DATABASE/$database/r =~ s/FILE/$file/r } @$command);
    push @said, "$command->[0]: exit $status" if $status;
    push @said, $output if $output ne '';
  }
  is("@said", '', "$format: is dumped and restored without a word") or return 0;
  dump_as_text('regress_dump', "$work/before", @options);
  dump_as_text($database, "$work/after", @options);
  is((run('diff', "$work/before", "$work/after"))[1], '', "$format: a dump of what was restored is the same");
  return 1;
}

sub everything_is_back {
  registry_is_back();
  enforcement_is_back();
  quarantine_is_back();
  constraints_are_back();
  isolation_is_back();
  the_rest_is_back();
}

create_role($_) for qw(regress_dump_owner regress_dump_writer);
create_database('regress_dump', '--owner=regress_dump_owner');
must(psql('regress_dump'), '--output=/dev/null', "--file=$here/before.sql");

for (@formats) {
  ($format, my @commands) = @$_;
  restores_the_same(\@commands) or next;
  everything_is_back();
  rows_before_constraints_are_back();
}
($format, my @commands) = @data_alone;
everything_is_back() if restores_the_same(\@commands, @refused);

# Its owner, whom policies bind, makes no dump without the rows that they hide, unless that is asked for.
my @by_owner = qw(pg_dump --role=regress_dump_owner --table=deliveries regress_dump);
like((run(@by_owner))[1], qr/would be affected by row-level security policy/, 'a dump by the owner: is refused where tables are isolated');
my ($status, $dump) = run(@by_owner, '--enable-row-security');
is("$status, " . ($dump =~ /^COPY .*?;\n(.*?)^\\\.$/ms)[0], '0, ', 'a dump by the owner: with --enable-row-security has no rows without a tenant');
done_testing();
