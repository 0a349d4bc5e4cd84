# A session of psql that goes on while the test does something else.
#
#   my $session = Session->new($database, $user);
#   $session->start('CALL something_that_waits()');
#   my $output = $session->finish;            # of all that was started; errors and notices too
#   my $rows = $session->do('SELECT 1');      # both
package Session;
use strict;
use warnings;

use IO::Select;
use IPC::Open2;
use POSIX ();
use Test::More;
use Time::HiRes qw(time);

my $patience = 120;  # seconds

sub new {
  my ($class, $database, $user) = @_;
  my @command = ('psql', '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', "--dbname=$database");
  push @command, "--username=$user" if defined $user;
  local $ENV{PGOPTIONS} = $ENV{PGOPTIONS};
  $ENV{PGOPTIONS} =~ s/-c lc_messages=\S+// if defined $user;  # a superuser's to set
  # Through a shell: what psql says of errors is to come between what else it says.
  my $pid = open2(my $out, my $in, 'sh', '-c', 'exec "$@" 2>&1', 'sh', @command);
  my $self = bless { pid => $pid, in => $in, out => $out, number => 0, read => '' }, $class;
  $self->do('\set VERBOSITY default');
  return $self;
}

sub start {
  my ($self, $statements) = @_;
  $self->{number}++;
  my $in = $self->{in};
  print $in "$statements\n;\n\\echo 'end of $self->{number}'\n";
  $in->flush;
}

sub finish {
  my $self = shift;
  my $mark = "end of $self->{number}\n";
  my $until = time + $patience;
  my $select = IO::Select->new($self->{out});
  while ((my $end = index($self->{read}, $mark)) < 0) {
    my $left = $until - time;
    BAIL_OUT("a session says no more than: $self->{read}") if $left <= 0 || !$select->can_read($left);
    my $count = sysread($self->{out}, $self->{read}, 65536, length $self->{read});
    if (!$count) {  # psql has ended, as it does where its server does
      my $said = $self->{read};
      $self->{read} = '';
      return $said;
    }
  }
  my $end = index($self->{read}, $mark);
  my $said = substr($self->{read}, 0, $end);
  substr($self->{read}, 0, $end + length $mark) = '';
  chomp $said;
  return $said;
}

sub do {
  my ($self, $statements) = @_;
  $self->start($statements);
  return $self->finish;
}

sub close {
  my $self = shift;
  CORE::close $self->{in};
  waitpid($self->{pid}, 0);
}

1;
