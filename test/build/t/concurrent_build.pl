#!/usr/bin/env perl
# create_partial_index_concurrently() beside a transaction that has written to the table, cancelled, in
# a deadlock, for want of a lock, twice at once, without a worker, and with a worker that is killed:
# what it says, what it leaves behind, and what the next call makes of that.
#
#   prove test/build/t/concurrent_build.pl
#
# See test/perl/Client.pm for what it needs. It has the server crash and recover.
#
# These are not specs of isolationtester, which takes a session that waits for a worker for one that
# goes on by itself, and waits for it.
use strict;
use warnings;

use FindBin;
use Test::More;
use Time::HiRes qw(sleep time);

use lib "$FindBin::Bin/../../perl";
use Client;
use Session;

my $database = 'regress_build';
create_database($database);
my $watcher = Session->new($database);

# Until the query, asked again and again, says "t".
sub wait_until {
  my ($query) = @_;
  my $until = time + 60;
  while ($watcher->do($query) ne 't') {
    BAIL_OUT("waited in vain until $query: " . $watcher->do('SELECT * FROM tenancy.index_progress; SELECT query, wait_event FROM pg_stat_activity')) if time > $until;
    sleep 0.02;
  }
}

sub wait_for_phase {
  my ($phase) = @_;
  wait_until("SELECT EXISTS (SELECT FROM tenancy.index_progress WHERE phase = '$phase' AND waits_for <> 0)");
}

sub wait_for_removal {
  wait_until(q(SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'DROP INDEX CONCURRENTLY%' AND wait_event_type = 'Lock')));
}

sub wait_for_no_worker {
  wait_until(q(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'pg_tenancy worker')));
}

sub cancel {
  my ($session) = @_;
  is($watcher->do("SELECT pg_cancel_backend($session->{backend})"), 't', 'it is cancelled');
}

# Each index of items: its name, and whether it is valid.
sub indexes {
  return $watcher->do(q(SELECT string_agg(indexrelid::regclass || ' ' || CASE WHEN indisvalid THEN 'valid' ELSE 'invalid' END, ', ' ORDER BY indexrelid::regclass::text)
    FROM pg_index WHERE indrelid = 'items'::regclass));
}

sub session {
  my ($user) = @_;
  my $session = Session->new($database, $user);
  $session->{backend} = $session->do('SELECT pg_backend_pid()');
  return $session;
}

sub build {
  my (@options) = @_;
  return 'CALL tenancy.create_partial_index_concurrently(' . join(', ', q('items', '{id}', $$state = 'open'$$), @options) . ')';
}

# Whether the server makes a partitioned index valid as a part of it is attached again. See index_reattached.sql.
my ($major, $minor) = $watcher->do('SHOW server_version') =~ /^(\d+)\.(\d+)/;
my %first = (15 => 18, 16 => 14, 17 => 10, 18 => 4);
my $looks_again = !defined $minor || $minor >= ($first{$major} // 0);

my $name = 'ix_items_id_state_open';
my $statement = "CREATE INDEX CONCURRENTLY $name ON public.items USING btree (id) WHERE (state = 'open')";
my $quiet = 'progress => false';

$watcher->do('CREATE EXTENSION pg_tenancy');
my ($writer, $builder);

# A table, a writer, who has written to it, and a builder.
sub begin {
  $watcher->do(q(DROP TABLE IF EXISTS items; CREATE TABLE items (id int, state text);
    INSERT INTO items SELECT i, CASE WHEN i % 10 = 0 THEN 'open' ELSE 'done' END FROM generate_series(1, 1000) i));
  ($writer, $builder) = (session(), session());
  $_->do('SET client_min_messages = notice') for $writer, $builder;
  is($writer->do(q(BEGIN; INSERT INTO items VALUES (-1, 'open'))), '', 'a transaction writes');
}

sub end {
  $_->close for $writer, $builder;
}

subtest 'a writer at work' => sub {
  begin();
  $builder->start(build());
  wait_for_phase('waiting for writers before build');
  is($watcher->do('SELECT relation, index, command, percent, waits_for FROM tenancy.index_progress'),
    "items|$name|CREATE INDEX CONCURRENTLY|0.0|$writer->{backend}", 'the build is seen to wait for it');
  is($watcher->do(q(INSERT INTO items VALUES (-2, 'open'); UPDATE items SET state = 'open' WHERE id = 11)), '', 'others write meanwhile');
  sleep 1.5;
  is($writer->do('COMMIT'), '', 'it commits');
  my $said = $builder->finish;
  like($said, qr/^INFO:  waiting for writers before build: process $writer->{backend}, 0 %$/m, 'the builder is told');
  like($said, qr/^created\|\Q$statement\E\|$/m, 'the index is made');
  is(indexes(), "$name valid", 'it is valid');
  is($watcher->do(q(SET enable_seqscan = off; SELECT array_agg(id ORDER BY id) FROM items WHERE state = 'open' AND id < 12; RESET enable_seqscan)),
    '{-2,-1,10,11}', 'and complete');
  like($builder->do(build()), qr/^NOTICE:  index "$name" already exists with this definition\nexists\|\|$/, 'again, it exists');
  end();
};

subtest 'a build that fails' => sub {
  begin();
  $writer->do('COMMIT');
  my $said = $builder->do(q(CALL tenancy.create_partial_index_concurrently('items', '{state}', 'id > 0', is_unique => true)));
  like($said, qr/^ERROR:  could not create unique index "ix_items_state_id_gt_0"\nDETAIL:  Key \(state\)=\((?:open|done)\) is duplicated\.\nCONTEXT:  SQL statement "CREATE UNIQUE INDEX CONCURRENTLY /,
    'the error arrives whole');
  is(indexes(), '', 'nothing is left');
  end();
};

subtest 'a cancel' => sub {
  begin();
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  cancel($builder);
  wait_for_removal();
  is($writer->do('COMMIT'), '', 'the writer, for which the removal waits, commits');
  is($builder->finish, 'ERROR:  canceling statement due to user request', 'the call ends');
  is(indexes(), '', 'the index is removed');
  wait_for_no_worker();
  end();
};

subtest 'a cancel of the waiting for the removal' => sub {
  begin();
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  cancel($builder);
  wait_for_removal();
  cancel($builder);
  is($builder->finish, 'ERROR:  canceling statement due to user request', 'the call ends at once');
  is($builder->do('SELECT 1'), '1', 'the session is well');
  is(indexes(), "$name invalid", 'the index is still there');
  $writer->do('COMMIT');
  wait_for_no_worker();
  is(indexes(), '', 'the worker removes it all the same');
  end();
};

subtest 'a session that ends' => sub {
  begin();
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  is($watcher->do("SELECT pg_terminate_backend($builder->{backend})"), 't', 'it is terminated');
  wait_for_removal();
  like($builder->finish, qr/terminating connection due to administrator command/, 'it ends');
  $writer->do('COMMIT');
  wait_for_no_worker();
  is(indexes(), '', 'the index is removed');
  end();
};

subtest 'a statement timeout' => sub {
  begin();
  $builder->do(q(SET statement_timeout = '1s'));
  $builder->start(build($quiet));
  wait_for_removal();
  $writer->do('COMMIT');
  is($builder->finish, 'ERROR:  canceling statement due to statement timeout', 'the call ends');
  is(indexes(), '', 'the index is removed');
  end();
};

subtest 'a worker that is terminated' => sub {
  begin();
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  is($watcher->do(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'pg_tenancy worker')), 't', 'it is terminated');
  my $said = $builder->finish;
  like($said, qr/^ERROR:  terminating (?:background worker "pg_tenancy worker"|connection) due to administrator command$/m, 'the call says so');
  like($said, qr/^WARNING:  index "$name" may be left behind, invalid: the worker was terminated$/m, 'and what may be left');
  is(indexes(), "$name invalid", 'the index stays, invalid');
  $writer->do('COMMIT');
  is($builder->do(build($quiet)), "rebuilt|DROP INDEX CONCURRENTLY public.$name;\n$statement|", 'the next call rebuilds it');
  is(indexes(), "$name valid", 'it is valid');
  end();
};

# Of a deadlock, who began to wait last hears.
subtest 'a deadlock, of which the build hears' => sub {
  begin();
  my $other = session();
  $other->do(q(BEGIN; INSERT INTO items VALUES (-2, 'open')));
  $_->do(q(SET deadlock_timeout = '1h')) for $writer, $other;
  $builder->do(q(SET deadlock_timeout = '10ms'));
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  my ($first, $last) = $watcher->do('SELECT waits_for FROM tenancy.index_progress') == $writer->{backend} ? ($writer, $other) : ($other, $writer);
  $last->start('ALTER TABLE items ADD COLUMN note text');
  wait_until("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $last->{backend} AND NOT granted)");
  $first->do('COMMIT');
  is($last->finish, '', 'a lock holder gets what the build held');
  is($last->do('COMMIT'), '', 'it commits');
  is($builder->finish, "NOTICE:  attempt 1 of 5 failed: deadlock detected\ncreated|$statement;\nDROP INDEX CONCURRENTLY public.$name;\n$statement|",
    'the build began again');
  is(indexes(), "$name valid", 'it is valid');
  $other->close;
  end();
};

subtest 'a deadlock, of which the lock holder hears' => sub {
  begin();
  $writer->do(q(SET deadlock_timeout = '10ms'));
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  like($writer->do('ALTER TABLE items ADD COLUMN note text'), qr/^ERROR:  deadlock detected$/m, 'it gets the error');
  $writer->do('ROLLBACK');
  is($builder->finish, "created|$statement|", 'the build goes on');
  is(indexes(), "$name valid", 'it is valid');
  end();
};

subtest 'no lock in time' => sub {
  begin();
  my $said = $builder->do(build($quiet, q(lock_timeout => '50ms'), 'attempts => 2'));
  my $left = qq(WARNING:  index "$name" is left behind, invalid: canceling statement due to lock timeout\n)
    . "HINT:  CALL tenancy.create_partial_index_concurrently() again, or DROP INDEX CONCURRENTLY public.$name.\n";
  my $failed = "canceling statement due to lock timeout\n";
  is($said, "${left}NOTICE:  attempt 1 of 2 failed: $failed${left}ERROR:  ${failed}CONTEXT:  SQL statement \"DROP INDEX CONCURRENTLY public.$name\"",
    'each attempt, and what is left behind, is said');
  is(indexes(), "$name invalid", 'that it is');
  $writer->do('COMMIT');
  like($builder->do(build($quiet)), qr/^rebuilt\|/, 'the next call rebuilds it');
  is(indexes(), "$name valid", 'it is valid');
  end();
};

subtest 'the session\'s lock_timeout' => sub {
  begin();
  $builder->do(q(SET lock_timeout = '50ms'));
  like($builder->do(build($quiet, 'attempts => 1')), qr/^ERROR:  canceling statement due to lock timeout$/m, 'it holds for the worker');
  $writer->do('ROLLBACK');
  end();
};

# As migration tools do: one holds a lock of the session's and builds, another waits for that lock.
subtest 'a deadlock that this session is part of' => sub {
  begin();
  $writer->do('COMMIT');
  $builder->do('SELECT pg_advisory_lock(1)');
  $writer->start('SELECT pg_advisory_lock(1)');
  wait_until("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $writer->{backend} AND NOT granted)");
  my $deadlock = "ERROR:  deadlock detected\nDETAIL:  The background worker waits for a process that waits for a lock which this session holds.\n"
    . 'HINT:  Release what the session has locked, as by pg_advisory_lock(), before the call.';
  is($builder->do(build($quiet)), $deadlock, 'the call says so');
  is(indexes(), '', 'the index is removed');
  is($builder->do('SELECT pg_advisory_unlock(1)'), 't', 'the session is well');
  is($writer->finish, '', 'the other has its lock');
  # One that keeps the removal waiting, too.
  $writer->do(q(SELECT pg_advisory_unlock(1)));
  $builder->do('SELECT pg_advisory_lock(1)');
  $writer->do(q(BEGIN; INSERT INTO items VALUES (-1, 'open')));
  $writer->start('SELECT pg_advisory_lock(1)');
  wait_until("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $writer->{backend} AND NOT granted)");
  is($builder->do(build($quiet)), $deadlock, 'the call does not wait for that');
  is(indexes(), "$name invalid", 'the index is still there');
  $builder->do('SELECT pg_advisory_unlock(1)');
  $writer->finish;
  $writer->do('COMMIT');
  wait_for_no_worker();
  is(indexes(), '', 'the worker removes it by itself');
  end();
};

subtest 'a cancel of the removal after another failure' => sub {
  begin();
  $builder->start(build($quiet, q(lock_timeout => '2s')));
  wait_for_removal();
  cancel($builder);
  sleep 0.5;
  is($watcher->do(q(SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DROP INDEX CONCURRENTLY%' AND wait_event_type = 'Lock')), '1', 'it goes on');
  sleep 2;
  is($writer->do('COMMIT'), '', 'the writer commits after more than the timeout');
  is($builder->finish, 'ERROR:  canceling statement due to user request', 'the call ends');
  is(indexes(), '', 'the index is removed');
  wait_for_no_worker();
  end();
};

# DROP DATABASE waits until every process has closed its files.
subtest 'others do not wait for a removal' => sub {
  begin();
  must('createdb', '--template=template0', 'regress_build_dropped');
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  cancel($builder);
  wait_for_removal();
  is($watcher->do(q(SET statement_timeout = '20s'; DROP DATABASE regress_build_dropped; RESET statement_timeout)), '', 'a database is dropped');
  $writer->do('COMMIT');
  is($builder->finish, 'ERROR:  canceling statement due to user request', 'the call ends');
  end();
  must('dropdb', '--if-exists', 'regress_build_dropped');
};

subtest 'twice at once' => sub {
  begin();
  my $second = session();
  # Who waits for the first must not be waited for by it: no deadlock is to be detected and survived.
  $_->do(q(SET deadlock_timeout = '1h')) for $builder, $second;
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  $second->start(build($quiet, q(index_name => 'another_name')));
  wait_until(q(SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'items'::regclass AND mode = 'ShareUpdateExclusiveLock' AND NOT granted)));
  $writer->do('COMMIT');
  is($builder->finish, "created|$statement|", 'the first makes it');
  is($second->finish, 'exists||', 'the second waits, and finds it');
  is(indexes(), "$name valid", 'there is one');
  $second->close;
  end();
};

subtest 'partitions' => sub {
  begin();
  $writer->do('ROLLBACK');
  $watcher->do(q(DROP TABLE items; CREATE TABLE items (id int, state text) PARTITION BY RANGE (id);
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10);
    CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (10) TO (20)));
  # The table's own index needs a moment without writers, and others wait behind that: not for long.
  $writer->do(q(BEGIN; INSERT INTO items VALUES (15, 'open')));
  is($builder->do(build($quiet, q(lock_timeout => '50ms'), 'attempts => 1')),
    "ERROR:  canceling statement due to lock timeout\nCONTEXT:  SQL statement \"CREATE INDEX $name ON ONLY public.items USING btree (id) WHERE (state = 'open')\"", 'it gives way');
  is(indexes(), '', 'nothing is made');
  $writer->do(q(COMMIT; BEGIN; INSERT INTO items_2 VALUES (15, 'open')));
  $builder->start(build());
  wait_for_phase('waiting for writers before build');
  cancel($builder);
  $writer->do('COMMIT');
  like($builder->finish, qr/^INFO:  partition 1 of 2: public.items_1\nINFO:  partition 2 of 2: public.items_2\n.*ERROR:  canceling statement due to user request$/s, 'the call ends');
  is(indexes(), "$name invalid", 'the table has its index');
  is($watcher->do('SELECT count(*) FROM pg_index WHERE indrelid IN (\'items_1\'::regclass, \'items_2\'::regclass)'), '1', 'and one of its partitions');
  is($builder->do(build($quiet)), "rebuilt|CREATE INDEX CONCURRENTLY ix_items_2_id_state_open ON public.items_2 USING btree (id) WHERE (state = 'open');\n"
    . "ALTER INDEX public.$name ATTACH PARTITION public.ix_items_2_id_state_open|", 'the next call goes on from there');
  is(indexes(), "$name valid", 'it is valid');
  end();
};

subtest 'partitions that come and go' => sub {
  begin();
  $writer->do('ROLLBACK');
  $watcher->do(q(DROP TABLE items; CREATE TABLE items (id int, state text) PARTITION BY RANGE (id);
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10);
    CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (10) TO (20);
    CREATE TABLE items_3 PARTITION OF items FOR VALUES FROM (20) TO (30)));
  $writer->do('BEGIN; LOCK TABLE items_1 IN ROW EXCLUSIVE MODE');
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  is($watcher->do(q(ALTER TABLE items DETACH PARTITION items_2)), '', 'one is detached');
  is($watcher->do(q(DROP TABLE items_3)), '', 'one is dropped');
  is($watcher->do(q(CREATE TABLE items_4 PARTITION OF items FOR VALUES FROM (30) TO (40))), '', 'one is made');
  $writer->do('COMMIT');
  my $said = $builder->finish;
  like($said, qr/^NOTICE:  "items_2" is no partition any more, and is left out\nNOTICE:  "items_3" is no partition any more, and is left out\ncreated\|/, 'those that are gone are left out');
  is(indexes(), "$name valid", 'the index is valid');
  $watcher->do('DROP TABLE items_2');
  end();
};

# Such an index is built anew beside itself: what is left is the other.
subtest 'a cancel of the rebuilding of an attached index' => sub {
  begin();
  $writer->do('ROLLBACK');
  $watcher->do(q(DROP TABLE items; CREATE TABLE items (id int, state text) PARTITION BY RANGE (id);
    CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10)));
  is($builder->do(build($quiet)) =~ /^created/, 1, 'it is made');
  $watcher->do(q(UPDATE pg_index SET indisvalid = false WHERE indrelid IN ('items'::regclass, 'items_1'::regclass)));
  $writer->do('BEGIN; LOCK TABLE items_1 IN ROW EXCLUSIVE MODE');
  $builder->start(build($quiet));
  wait_for_phase('waiting for writers before build');
  cancel($builder);
  wait_for_removal();
  $writer->do('COMMIT');
  is($builder->finish, 'ERROR:  canceling statement due to user request', 'the call ends, and warns of nothing');
  is($watcher->do(q(SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ') FROM pg_index WHERE indrelid = 'items_1'::regclass)),
    'ix_items_1_id_state_open false', 'no other is left');
  my $said = $builder->do(build($quiet));
  is($watcher->do(q(SELECT indisvalid FROM pg_index WHERE indrelid = 'items_1'::regclass)), 't', 'the next call rebuilds it');
  if ($looks_again) {
    like($said, qr/^rebuilt\|REINDEX INDEX CONCURRENTLY public\.ix_items_1_id_state_open;/, 'and says so');
    is(indexes(), "$name valid", 'that of the table is valid');
  } else {
    like($said, qr/^ERROR:  index "$name" of partitioned table "items" is still invalid$/m, 'and what it cannot do');
    is(indexes(), "$name invalid", 'that of the table is not');
  }
  end();
};

subtest 'who builds' => sub {
  create_role('regress_build_owner', 'NOLOGIN');
  create_role('regress_build_app', 'LOGIN IN ROLE regress_build_owner');
  $watcher->do('GRANT CREATE ON SCHEMA public TO regress_build_owner; DROP TABLE items');
  my $app = session('regress_build_app');
  $app->do('SET ROLE regress_build_owner; CREATE TABLE items (id int, state text)');
  is($app->do(build($quiet)), "created|$statement|", 'a role that may not log in');
  is($watcher->do("SELECT relowner::regrole FROM pg_class WHERE relname = '$name'"), 'regress_build_owner', 'owns it');
  $app->do('RESET ROLE; SET search_path = pg_temp; CREATE TEMP TABLE items (id int, state text)');
  like($app->do(build($quiet)), qr/^ERROR:  table "items" is temporary$/m, 'a temporary table is refused');
  $watcher->do('DROP TABLE items; CREATE TABLE items (id int, state text)');
  like($app->do(q(CALL tenancy.create_partial_index_concurrently('public.items', '{id}', 'true'))), qr/^ERROR:  must be owner of table items$/m, 'and somebody else\'s');
  # The worker reads names as the session does.
  $watcher->do(q(CREATE SCHEMA hidden; CREATE FUNCTION hidden.is_open(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$SELECT $1 = 'open'$$));
  my $finder = session();
  $finder->do('SET search_path = public, hidden');
  like($finder->do(q(CALL tenancy.create_partial_index_concurrently('items', '{id}', 'is_open(state)', progress => false))), qr/^created\|/, 'the search_path holds for the worker');
  # It is who the session is, whatever is configured for who logged in.
  my $is_who = q(CREATE OR REPLACE FUNCTION is_who(int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'as % of %', current_user, session_user; RETURN true; END$$);
  $watcher->do("$is_who; ALTER TABLE items OWNER TO regress_build_app; ALTER ROLE regress_build_app SET role = regress_build_owner");
  my $who = session('regress_build_app');
  $who->do('SET ROLE none');
  my $said = $who->do(q(CALL tenancy.create_partial_index_concurrently('items', '{id}', 'is_who(1) AND id > 1', progress => false)));
  is(join(',', sort keys %{{ map { $_ => 1 } $said =~ /^WARNING:  (as .*)$/mg }}), 'as regress_build_app of regress_build_app', 'a configured role does not count');
  $finder->do('SET SESSION AUTHORIZATION regress_build_app; SET ROLE regress_build_owner; RESET ROLE');
  $said = $finder->do(q(CALL tenancy.create_partial_index_concurrently('items', '{id}', 'is_who(1) AND id > 2', progress => false)));
  is(join(',', sort keys %{{ map { $_ => 1 } $said =~ /^WARNING:  (as .*)$/mg }}), 'as regress_build_app of regress_build_app', 'nor do the rights of who logged in');
  like($said, qr/^created\|/m, 'it builds');
  # What a session has set it may have set before it was refused: here, before there was a seal.
  $who->close;
  $watcher->do(q(ALTER ROLE regress_build_app RESET role; ALTER ROLE regress_build_app SET tenancy.seal = 'token'; ALTER ROLE regress_build_app SET tenancy.tenant_id = 'configured'));
  $who = session('regress_build_app');
  $who->do(q(SET tenancy.tenant_id = 'mine'));
  like($who->do(q(CALL tenancy.create_partial_index_concurrently('items', '{id}', 'id > 3', progress => false))), qr/^created\|/m, 'a tenant that does not count keeps nobody from building');
  $watcher->do('ALTER ROLE regress_build_app RESET ALL');
  $who->close;
  $watcher->do('DROP SCHEMA hidden CASCADE; DROP TABLE items; DROP FUNCTION is_who; REVOKE CREATE ON SCHEMA public FROM regress_build_owner');
  $_->close for $app, $finder;
};

subtest 'where it cannot run' => sub {
  begin();
  $writer->do('ROLLBACK');
  like($builder->do('BEGIN; ' . build()), qr/^ERROR:  create_partial_index_concurrently\(\) cannot run inside a transaction block\nHINT:  /m, 'a transaction block');
  is($builder->do('ROLLBACK; BEGIN; ' . build('dry_run => true') . '; COMMIT'), "|$statement|", 'a dry run can');
  like($builder->do(build('attempts => 0')), qr/^ERROR:  attempts must be at least 1$/m, 'no attempts');
  like($builder->do(build(q(lock_timeout => '-1us'))), qr/^ERROR:  lock_timeout must be between 0 and 24 days$/m, 'a timeout that is a little negative');
  like($builder->do(build(q(lock_timeout => '-1s'))), qr/^ERROR:  lock_timeout must be between 0 and 24 days$/m, 'a negative timeout');
  is(indexes(), '', 'nothing is made');
  # Every slot for a worker is taken by a build that waits.
  my $slots = $watcher->do('SHOW max_worker_processes');
  $writer->do(q(BEGIN; INSERT INTO items VALUES (-1, 'open')));
  my @others = map { session() } 1 .. $slots;
  $_->start(build($quiet)) for @others;
  wait_until("SELECT count(*) >= $slots - 1 FROM pg_stat_activity WHERE backend_type = 'pg_tenancy worker'");
  sleep 0.2;
  my $said = $builder->do(build($quiet));
  like($said, qr/^ERROR:  could not start a background worker: no slot is free\nHINT:  .*concurrent_index_statements\(\)/m, 'no worker to be had');
  $writer->do('COMMIT');
  my @said = map { $_->finish } @others;
  ok(scalar(grep { $_ =~ /^created\|/ } @said) == 1, 'one of the others made it') or diag(@said);
  is(indexes(), "$name valid", 'it is valid');
  $_->close for @others;
  end();
};

subtest 'a worker that is killed' => sub {
  begin();
  $writer->do('COMMIT');
  my $old = session();
  $old->do('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class');
  $builder->start(build($quiet));
  wait_for_phase('waiting for old snapshots');
  my $worker = $watcher->do(q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_tenancy worker'));
  is(kill('KILL', $worker), 1, 'it is killed');
  like($builder->finish, qr/terminating connection because of crash of another server process|server closed the connection/, 'the server crashes, as it must');
  $_->close for $writer, $builder, $old, $watcher;
  my $until = time + 60;
  my ($failed) = (1);
  while ($failed && time < $until) {
    ($failed) = run(psql($database), '--command=SELECT 1');
    sleep 0.1;
  }
  $watcher = Session->new($database);
  is(indexes(), "$name invalid", 'and recovers; the index stays, invalid');
  $builder = session();
  is($builder->do(build($quiet)), "rebuilt|DROP INDEX CONCURRENTLY public.$name;\n$statement|", 'the next call rebuilds it');
  is(indexes(), "$name valid", 'it is valid');
  $builder->close;
};

$watcher->close;
done_testing();
