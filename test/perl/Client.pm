# What the TAP tests share: programs that are run, databases and roles that are dropped in the end.
#
#   use FindBin;
#   use lib "$FindBin::Bin/../../perl";
#   use Client;
#
# Needs a server that has the extension, its programs in PATH, and a superuser, whom the variables of
# libpq name.
package Client;
use strict;
use warnings;

use Exporter qw(import);
use POSIX ();
use Test::More;

our @EXPORT = qw(run must psql create_role create_database);

$ENV{PGOPTIONS} = '-c client_min_messages=warning -c lc_messages=C';
$ENV{PGDATESTYLE} = 'ISO';
$ENV{LC_ALL} = 'C';
delete $ENV{PGDATABASE};

my (@databases, @roles);
$SIG{$_} = sub { exit 1 } for qw(HUP INT PIPE TERM);

END {
  my $status = $?;
  for my $command (map({ ['dropdb', '--force', $_] } @databases), map({ [psql('postgres'), "--command=DROP ROLE $_"] } @roles)) {
    my ($failed, $output) = run(@$command);
    diag("@$command: $output") if $failed;
  }
  $? = $status;
}

# Its exit code, and what it says, on stderr too.
sub run {
  my @command = @_;
  my $pid = open(my $output, '-|') // die "fork: $!";
  if (!$pid) {
    open(STDERR, '>&', \*STDOUT) or die "dup: $!";
    no warnings 'exec';
    exec(@command) or print STDERR "$command[0]: $!\n";
    POSIX::_exit(127);  # without END
  }
  my $text = do { local $/; <$output> } // '';
  close $output;
  chomp $text;
  return ($? >> 8 || $?, $text);
}

# Without this nothing makes sense.
sub must {
  my ($status, $output) = run(@_);
  BAIL_OUT("@_: $output") if $status;
  return $output;
}

sub psql {
  my $database = shift;
  return ('psql', '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', "--dbname=$database");
}

sub create_role {
  my ($role, @options) = @_;
  must(psql('postgres'), "--command=CREATE ROLE $role @options");
  push @roles, $role;
}

sub create_database {
  my ($name, @options) = @_;
  must('createdb', '--template=template0', @options, $name);
  push @databases, $name;
}

1;
