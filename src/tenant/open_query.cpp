#include "tenant/open_query.hpp"

#include "tenant/fold.hpp"
#include "tenant/handover.hpp"
#include "tenant/seal.hpp"

namespace tenancy::tenant {
namespace {

// A query under way and the tenants that it was begun with. Lives in the query's own memory
// context, and leaves the list when that goes, whether the query ends or fails.
struct OpenQuery {
  const QueryDesc* query;
  OpenQuery* next;
  OpenQuery** link;  // what points to this one
  std::uint64_t tenants, slow_tenants;
  MemoryContextCallback at_end;
};

constinit OpenQuery* open_queries = nullptr;

// The settings without the fast path that queries have named. A session that names more of them
// than this has some that open queries do not notice.
constexpr int max_slow_settings = 64;
constinit const char* slow_settings[max_slow_settings] = {};
constinit int slow_count = 0;

ExecutorStart_hook_type next_start = nullptr;
ExecutorRun_hook_type next_run = nullptr;

// From here to the end of this namespace: server zone.

void forget(void* argument) {
  auto* const gone = static_cast<OpenQuery*>(argument);
  *gone->link = gone->next;
  if (gone->next) gone->next->link = gone->link;
}

std::uint64_t slow_tenants() {
  std::uint64_t hash = 0;
  for (int i = 0; i < slow_count; ++i) {
    const char* const text = GetConfigOption(slow_settings[i], true, false);
    if (!text || *text == '\0') continue;
    hash ^= hash_bytes_extended(reinterpret_cast<const unsigned char*>(text),
                                static_cast<int>(std::strlen(text)), static_cast<uint64>(i) + 1);
  }
  return hash;
}

void remember(const QueryDesc* query) {
  MemoryContext const context = query->estate->es_query_cxt;
  auto* const made = static_cast<OpenQuery*>(MemoryContextAllocZero(context, sizeof(OpenQuery)));
  made->query = query;
  made->tenants = tenants_in_force;
  made->slow_tenants = slow_tenants();
  made->next = open_queries;
  made->link = &open_queries;
  if (open_queries) open_queries->link = &made->next;
  open_queries = made;
  made->at_end.func = forget;
  made->at_end.arg = made;
  MemoryContextRegisterResetCallback(context, &made->at_end);
}

void start(QueryDesc* query, int flags) {
  require_current_plan(query->plannedstmt);
  (next_start ? next_start : standard_ExecutorStart)(query, flags);
  if (depends_on_tenant(query->plannedstmt)) remember(query);
}

// Before a query runs, whole or a part of it.
void prepare_to_run(const QueryDesc* query) {
  if (seal != Seal::off && query->plannedstmt->parallelModeNeeded && !IsInParallelMode())
    prepare_for_workers();
  const OpenQuery* open = open_queries;
  while (open && open->query != query) open = open->next;
  if (open && (open->tenants != tenants_in_force || open->slow_tenants != slow_tenants()))
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("the tenant has changed since this query was begun"),
                    errhint("Close cursors before the tenant changes.")));
}

#if PG_VERSION_NUM >= 180000
void run(QueryDesc* query, ScanDirection direction, uint64 count) {
  prepare_to_run(query);
  (next_run ? next_run : standard_ExecutorRun)(query, direction, count);
}
#else
void run(QueryDesc* query, ScanDirection direction, uint64 count, bool once) {
  prepare_to_run(query);
  (next_run ? next_run : standard_ExecutorRun)(query, direction, count, once);
}
#endif

}  // namespace

void remember_slow_setting(const char* name) {
  if (slow_count == max_slow_settings || find_setting(name)) return;
  for (int i = 0; i < slow_count; ++i)
    if (is_same_name(name, slow_settings[i])) return;
  slow_settings[slow_count] = MemoryContextStrdup(TopMemoryContext, name);
  ++slow_count;
}

void watch_queries() {
  next_start = ExecutorStart_hook;
  ExecutorStart_hook = start;
  next_run = ExecutorRun_hook;
  ExecutorRun_hook = run;
}

}  // namespace tenancy::tenant
