# shellcheck shell=bash
# What the scripts in this folder share. A script begins with:
#
#   . "$(dirname "$0")/lib.sh"
#
# and then stands in the repository's root, with `set -euo pipefail`, and with WORK, a temporary
# directory that is removed at the end. Every clean-up goes through at_exit: set no EXIT trap.
#
#   say TEXT             a heading
#   die TEXT             the reason on stderr, exit 1
#   at_exit COMMAND...   run at the end, last one first, however the script ends
#   as_root COMMAND...   directly as root, through sudo otherwise
#   choose_pg_config     sets and exports PG_CONFIG, refuses a server older than 15
#
# A private server that has the extension without installing it into the system:
#
#   server_create        a copy of PostgreSQL's tree in $SERVER_ROOT, made of symbolic links;
#                        install into it with `make install DESTDIR="$SERVER_ROOT"`
#   server_start [SETTING=VALUE...]
#                        a new cluster that listens on a socket in $WORK and on no port; from here on
#                        psql, and every libpq program, reaches it as the superuser postgres
#   server_stop          also happens at the end
#   $SERVER_LOG          the server's log
#
# Counting (script/test, script/matrix and .ci/run):
#
#   step NAME COMMAND...     must succeed: counts only where it fails, and then ends the script
#   check NAME COMMAND...    one test: passed or failed by its exit code
#   suite NAME COMMAND...    runs pg_regress, ctest or prove --verbose, and counts the tests that they report
#   record NAME PASSED FAILED
#   summary              one line a runner, `N passed, M failed` as the last; fails unless all is well
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/sbin
ROOT=$PWD
MINIMUM=15  # the oldest PostgreSQL that is supported

say() { printf '\n== %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# ---- beginning and end ---------------------------------------------------------------------------

cleanups=()
at_exit() { cleanups+=("$(printf '%q ' "$@")"); }

run_cleanups() {
  local status=$? i
  trap '' INT TERM HUP
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do eval "${cleanups[i]}" || true; done
  exit "$status"
}
trap run_cleanups EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

is_root() { [ "$(id -u)" = 0 ]; }

as_root() {
  if is_root; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "needs root for: $*"
  fi
}

# Root must leave nothing in another user's tree that its owner could not remove.
give_back() { find "$ROOT" -user 0 -exec chown -h --reference="$ROOT" {} +; }
if is_root && [ "$(stat -c %u "$ROOT")" != 0 ]; then at_exit give_back; fi

# The server refuses to run as root.
choose_server_user() {
  SERVER_AS=()
  is_root || return 0
  for SERVER_USER in postgres nobody; do id -u "$SERVER_USER" >/dev/null 2>&1 && break; done
  SERVER_AS=(setpriv "--reuid=$SERVER_USER" "--regid=$(id -g "$SERVER_USER")" --clear-groups)
}

# A socket's path has at most 107 bytes, and the server's user must be able to reach it.
make_work() {
  WORK=$(mktemp -d "$1/pg_tenancy.XXXXXX") || return 1
  WORK=$(realpath "$WORK")
  at_exit rm -rf "$WORK"
  ! is_root || chmod 711 "$WORK"
  [ ${#WORK} -le 70 ] && "${SERVER_AS[@]}" test -x "$WORK"
}
choose_server_user
make_work "${TMPDIR:-/tmp}" || make_work /tmp || die 'no usable temporary directory: set TMPDIR'

# ---- PostgreSQL ----------------------------------------------------------------------------------

pg() { "$PG_CONFIG" "--$1"; }
pg_major() { pg version | sed 's/^PostgreSQL \([0-9]*\).*/\1/'; }

choose_pg_config() {
  PG_CONFIG=$(command -v "${PG_CONFIG:-pg_config}") || die "no ${PG_CONFIG:-pg_config}"
  export PG_CONFIG
  [ "$(pg_major)" -ge "$MINIMUM" ] || die "$(pg version) is older than $MINIMUM"
}

# PostgreSQL finds its libraries and its share directory by where its executable lies. So a tree of
# symbolic links around copies of the programs is a whole installation, and what is installed into
# it is seen by its servers alone.
server_create() {
  local dir bindir program
  choose_server_user
  SERVER_ROOT=$WORK/root
  bindir=$SERVER_ROOT$(pg bindir)
  for dir in "$(pg pkglibdir)" "$(pg sharedir)"; do
    mkdir -p "$SERVER_ROOT$dir"
    cp -as "$dir/." "$SERVER_ROOT$dir/"
  done
  rm -f "$SERVER_ROOT$(pg pkglibdir)"/pg_tenancy* "$SERVER_ROOT$(pg sharedir)"/extension/pg_tenancy*
  mkdir -p "$bindir"
  for program in "$(pg bindir)"/{initdb,postgres,psql,createdb,dropdb,pg_*}; do
    [ ! -x "$program" ] || cp -L "$program" "$bindir/"
  done
  "$bindir/postgres" --version >/dev/null || die "cannot run programs in $WORK: set TMPDIR"
  export PATH=$bindir:$PATH SERVER_ROOT
}

server_start() {
  local dir=$WORK/server setting variable tries
  # shellcheck disable=SC2086
  for variable in ${!PG*}; do  # the caller's PGHOST, PGOPTIONS and the like
    case $variable in PG_*) ;; *) unset "$variable" ;; esac
  done
  SERVER_LOG=$dir/log
  install -d -m 755 "$dir"
  ! is_root || chown "$SERVER_USER:" "$dir"
  cd "$dir"  # a directory that the server's user may enter
  "${SERVER_AS[@]}" initdb --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync --no-instructions >"$WORK/initdb.log" 2>&1 ||
    { cat "$WORK/initdb.log" >&2; die 'initdb failed'; }
  {
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '$dir'"
    echo "unix_socket_permissions = 0700"
    echo 'port = 54321'
    echo 'fsync = off'
    "${SERVER_AS[@]}" test -w /dev/shm || echo 'dynamic_shared_memory_type = mmap'
    for setting; do echo "$setting"; done
  } >>"$dir/data/postgresql.conf"
  export PGHOST=$dir PGPORT=54321 PGUSER=postgres PGDATABASE=postgres
  at_exit server_stop
  # Should this script be killed, the kernel stops the server.
  "${SERVER_AS[@]}" setpriv --pdeathsig INT postgres -D "$dir/data" \
    </dev/null >"$SERVER_LOG" 2>&1 &
  SERVER_PID=$!
  cd "$ROOT"
  for ((tries = 0; tries < 600; tries++)); do
    if pg_isready --quiet; then return; fi
    kill -0 "$SERVER_PID" 2>/dev/null || break
    sleep 0.1
  done
  cat "$SERVER_LOG" >&2
  die 'the server did not start'
}

server_stop() {
  local signal
  [ -n "${SERVER_PID:-}" ] || return 0
  for signal in INT QUIT KILL; do  # fast, immediate, and the last resort
    kill -s "$signal" "$SERVER_PID" 2>/dev/null || break
    timeout 20 tail --pid="$SERVER_PID" -s 0.1 -f /dev/null && break
  done
  wait "$SERVER_PID" 2>/dev/null || true
  SERVER_PID=
  rm -rf "$WORK/server"
}

# ---- counting ------------------------------------------------------------------------------------

RESULTS=$WORK/results  # NAME <tab> PASSED <tab> FAILED, a line a runner
: >"$RESULTS"

# Whoever called this script may want its counts too.
publish() { [ -z "${PG_TENANCY_RESULTS:-}" ] || cat "$RESULTS" >>"$PG_TENANCY_RESULTS"; }
at_exit publish

record() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$RESULTS"; }
failures() { awk -F '\t' '{ n += $3 } END { print n + 0 }' "$RESULTS"; }

# A function given to these must chain its commands with &&: `set -e` is off inside.
check() {
  local name=$1 status=0
  shift
  say "$name"
  "$@" || status=$?
  if [ "$status" = 0 ]; then record "$name" 1 0; return; fi
  echo "FAILED: $name (exit $status)"
  record "$name" 0 1
  return 1
}

step() {
  local name=$1 status=0
  shift
  say "$name"
  "$@" || status=$?
  [ "$status" != 0 ] || return 0
  echo "FAILED: $name (exit $status)"
  record "$name" 0 1
  summary
  exit 1
}

# pg_regress before 16: `test name ... ok  12 ms`, and in a group `     name ... FAILED`;
# since 16: `ok 1 - name  12 ms`, and in a group `not ok 2 + name`; TAP of prove: `ok 1 - name`;
# ctest: ` 1/12 Test  #1: name ...   Passed  0.01 sec`, whatever else stands there is no pass.
count() {
  awk '
    /^(test |     )[^ ]+ +\.\.\. / { if ($0 ~ /\.\.\. +ok( |$)/) passed++; else failed++ }
    /^ok [0-9]+ /                  { passed++ }
    /^not ok [0-9]+ /              { failed++ }
    /^ *[0-9]+\/[0-9]+ Test +#/    { if ($0 ~ / Passed +[0-9.]+ sec/) passed++; else failed++ }
    END { print passed + 0, failed + 0 }' "$1"
}

suite() {
  local name=$1 log=$WORK/suite.log status=0 passed failed
  shift
  say "$name"
  find . -name regression.diffs -delete
  "$@" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
  read -r passed failed < <(count "$log")
  if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
    echo "FAILED: $name: exit $status though no test failed"
    failed=1
  elif [ "$passed" = 0 ] && [ "$failed" = 0 ]; then
    echo "FAILED: $name: no test ran"
    failed=1
  fi
  record "$name" "$passed" "$failed"
  [ "$failed" != 0 ] || return 0
  find . -name regression.diffs -size +0 -exec cat {} +
  if [ -s "${SERVER_LOG:-}" ]; then grep -E 'PANIC|terminated by signal|TRAP' "$SERVER_LOG" || true; fi
  return 1
}

summary() {
  say 'summary'
  awk -F '\t' '
    { printf "%-40s %5d passed, %d failed\n", $1, $2, $3; passed += $2; failed += $3 }
    END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }' "$RESULTS"
}
