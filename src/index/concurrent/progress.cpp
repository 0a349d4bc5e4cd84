// index_builds(), behind the view index_progress.
#include "index/concurrent/progress.hpp"

#include <algorithm>

#include "server/catalog.hpp"
#include "server/function.hpp"

namespace tenancy::index {
namespace {

// All of this is server zone.

using Parameters = const std::int64_t*;

const char* command_name(std::int64_t command) {
  switch (command) {
    case PROGRESS_CREATEIDX_COMMAND_CREATE:
      return "CREATE INDEX";
    case PROGRESS_CREATEIDX_COMMAND_CREATE_CONCURRENTLY:
      return "CREATE INDEX CONCURRENTLY";
    case PROGRESS_CREATEIDX_COMMAND_REINDEX:
      return "REINDEX";
    case PROGRESS_CREATEIDX_COMMAND_REINDEX_CONCURRENTLY:
      return "REINDEX CONCURRENTLY";
    default:
      return nullptr;
  }
}

// What the access method calls what it is doing now, or null.
const char* build_phase_name(Parameters values) {
  auto const method = static_cast<Oid>(values[PROGRESS_CREATEIDX_ACCESS_METHOD_OID]);
  if (!OidIsValid(method)) return nullptr;
  const IndexAmRoutine* const routine = GetIndexAmRoutineByAmId(method, true);
  return routine && routine->ambuildphasename
             ? routine->ambuildphasename(values[PROGRESS_CREATEIDX_SUBPHASE])
             : nullptr;
}

// The names of pg_stat_progress_create_index.
const char* phase_name(Parameters values) {
  switch (values[PROGRESS_CREATEIDX_PHASE]) {
    case PROGRESS_CREATEIDX_PHASE_WAIT_1:
      return "waiting for writers before build";
    case PROGRESS_CREATEIDX_PHASE_BUILD: {
      const char* const detail = build_phase_name(values);
      return detail ? psprintf("building index: %s", detail) : "building index";
    }
    case PROGRESS_CREATEIDX_PHASE_WAIT_2:
      return "waiting for writers before validation";
    case PROGRESS_CREATEIDX_PHASE_VALIDATE_IDXSCAN:
      return "index validation: scanning index";
    case PROGRESS_CREATEIDX_PHASE_VALIDATE_SORT:
      return "index validation: sorting tuples";
    case PROGRESS_CREATEIDX_PHASE_VALIDATE_TABLESCAN:
      return "index validation: scanning table";
    case PROGRESS_CREATEIDX_PHASE_WAIT_3:
      return "waiting for old snapshots";
    case PROGRESS_CREATEIDX_PHASE_WAIT_4:
      return "waiting for readers before marking dead";
    case PROGRESS_CREATEIDX_PHASE_WAIT_5:
      return "waiting for readers before dropping";
    default:
      return "initializing";
  }
}

bool is_waiting(std::int64_t phase) {
  return phase == PROGRESS_CREATEIDX_PHASE_WAIT_1 || phase == PROGRESS_CREATEIDX_PHASE_WAIT_2 ||
         phase == PROGRESS_CREATEIDX_PHASE_WAIT_3 || phase == PROGRESS_CREATEIDX_PHASE_WAIT_4 ||
         phase == PROGRESS_CREATEIDX_PHASE_WAIT_5;
}

double share(std::int64_t done, std::int64_t total) {
  return total <= 0 ? 0
                    : std::clamp(static_cast<double>(done) / static_cast<double>(total), 0., 1.);
}

// How much of a build's own part is done. An access method that sorts, and so has phases with
// names, takes about two thirds of it to scan the table, and then writes the tuples; another only
// scans.
double build_share(Parameters values) {
  double const scanned =
      share(values[PROGRESS_SCAN_BLOCKS_DONE], values[PROGRESS_SCAN_BLOCKS_TOTAL]);
  if (!build_phase_name(values)) return scanned;
  if (values[PROGRESS_CREATEIDX_TUPLES_TOTAL] == 0) return 0.7 * scanned;
  return 0.7 + 0.3 * share(values[PROGRESS_CREATEIDX_TUPLES_DONE],
                           values[PROGRESS_CREATEIDX_TUPLES_TOTAL]);
}

// A concurrent build reads the table twice: it builds, then it looks for what came meanwhile. Each
// is taken for half of it.
double percent_done(Parameters values) {
  std::int64_t const command = values[PROGRESS_CREATEIDX_COMMAND];
  bool const is_concurrent = command == PROGRESS_CREATEIDX_COMMAND_CREATE_CONCURRENTLY ||
                             command == PROGRESS_CREATEIDX_COMMAND_REINDEX_CONCURRENTLY;
  double const scan = share(values[PROGRESS_SCAN_BLOCKS_DONE], values[PROGRESS_SCAN_BLOCKS_TOTAL]);
  switch (values[PROGRESS_CREATEIDX_PHASE]) {
    case PROGRESS_CREATEIDX_PHASE_BUILD:
      return (is_concurrent ? 50 : 100) * build_share(values);
    case PROGRESS_CREATEIDX_PHASE_WAIT_2:
      return 50;
    case PROGRESS_CREATEIDX_PHASE_VALIDATE_IDXSCAN:
      return 50 + 10 * scan;
    case PROGRESS_CREATEIDX_PHASE_VALIDATE_SORT:
      return 60;
    case PROGRESS_CREATEIDX_PHASE_VALIDATE_TABLESCAN:
      return 60 + 40 * scan;
    case PROGRESS_CREATEIDX_PHASE_WAIT_3:
    case PROGRESS_CREATEIDX_PHASE_WAIT_4:
    case PROGRESS_CREATEIDX_PHASE_WAIT_5:
      return 100;
    default:
      return 0;
  }
}

BuildProgress describe(const PgBackendStatus& status) {
  Parameters const values = status.st_progress_param;
  bool const waits = is_waiting(values[PROGRESS_CREATEIDX_PHASE]);
  return {status.st_procpid,
          status.st_progress_command_target,
          static_cast<Oid>(values[PROGRESS_CREATEIDX_INDEX_OID]),
          command_name(values[PROGRESS_CREATEIDX_COMMAND]),
          phase_name(values),
          percent_done(values),
          values[PROGRESS_SCAN_BLOCKS_DONE],
          values[PROGRESS_SCAN_BLOCKS_TOTAL],
          values[PROGRESS_CREATEIDX_TUPLES_DONE],
          values[PROGRESS_CREATEIDX_TUPLES_TOTAL],
          waits ? static_cast<int>(values[PROGRESS_WAITFOR_CURRENT_PID]) : 0};
}

// Calls each(status) with the processes that build an index in this database.
template <typename Each>
void for_each_build(Each&& each) {
  pgstat_clear_backend_activity_snapshot();
  int const count = pgstat_fetch_stat_numbackends();
  for (int i = 0; i < count; ++i) {
    const PgBackendStatus& status = backend_status(i);
    if (status.st_databaseid == MyDatabaseId &&
        status.st_progress_command == PROGRESS_COMMAND_CREATE_INDEX)
      each(status);
  }
}

}  // namespace

bool find_progress(int pid, BuildProgress& progress) {
  bool found = false;
  for_each_build([&](const PgBackendStatus& status) {
    if (status.st_procpid != pid) return;
    progress = describe(status);
    found = true;
  });
  return found;
}

TENANCY_FUNCTION(tenancy_index_builds) {
  Rows<BuildProgress> const builds = server([]() -> Rows<BuildProgress> {
    Rows<BuildProgress> found{};
    bool const sees_all = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
    for_each_build([&](const PgBackendStatus& status) {
      // Whose progress the server shows whom.
      if (sees_all || has_privs_of_role(GetUserId(), status.st_userid)) found.add(describe(status));
    });
    return found;
  });
  ResultRows rows(fcinfo);
  for (const BuildProgress& build : builds)
    rows.add({std::to_string(build.pid), std::to_string(build.relation),
              OidIsValid(build.index) ? OptionalText(std::to_string(build.index)) : std::nullopt,
              build.command ? OptionalText(build.command) : std::nullopt, build.phase,
              fixed(build.percent, 1), std::to_string(build.blocks_done),
              std::to_string(build.blocks_total), std::to_string(build.tuples_done),
              std::to_string(build.tuples_total),
              build.waits_for ? OptionalText(std::to_string(build.waits_for)) : std::nullopt});
  return Datum{0};
}

}  // namespace tenancy::index
