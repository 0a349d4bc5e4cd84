#include "tenant/open_query.hpp"

#include "tenant/fold.hpp"
#include "tenant/seal.hpp"

namespace tenancy::tenant {
namespace {

// A query under way and the tenants that it was begun with. Lives in the query's own memory
// context, and leaves the list when that goes, whether the query ends or fails.
struct OpenQuery {
  const QueryDesc* query;
  OpenQuery* next;
  OpenQuery** link;  // what points to this one
  std::uint64_t state;
  MemoryContextCallback at_end;
  const char* tenants[max_settings];  // null where none was set
};

constinit OpenQuery* open_queries = nullptr;

ExecutorStart_hook_type next_start = nullptr;
ExecutorRun_hook_type next_run = nullptr;

// From here to the end of this namespace: server zone.

void forget(void* argument) {
  auto* const gone = static_cast<OpenQuery*>(argument);
  *gone->link = gone->next;
  if (gone->next) gone->next->link = gone->link;
}

void remember(const QueryDesc* query) {
  MemoryContext const context = query->estate->es_query_cxt;
  auto* const made = static_cast<OpenQuery*>(MemoryContextAllocZero(context, sizeof(OpenQuery)));
  made->query = query;
  made->state = changes;
  std::size_t i = 0;
  for (const Setting& setting : settings())
    made->tenants[i++] =
        setting.tenant.is_set ? MemoryContextStrdup(context, setting.text) : nullptr;
  made->next = open_queries;
  made->link = &open_queries;
  if (open_queries) open_queries->link = &made->next;
  open_queries = made;
  made->at_end.func = forget;
  made->at_end.arg = made;
  MemoryContextRegisterResetCallback(context, &made->at_end);
}

bool is_of_this_tenant(const OpenQuery& open) {
  std::size_t i = 0;
  for (const Setting& setting : settings()) {
    const char* const then = open.tenants[i++];
    if ((then != nullptr) != setting.tenant.is_set ||
        (then && std::strcmp(then, setting.text) != 0))
      return false;
  }
  return true;
}

void start(QueryDesc* query, int flags) {
  const PlannedStmt* const plan = query->plannedstmt;
  if (seal != Seal::off && plan->parallelModeNeeded && !IsInParallelMode()) prepare_for_workers();
  require_current_plan(plan);
  (next_start ? next_start : standard_ExecutorStart)(query, flags);
}

OpenQuery* find(const QueryDesc* query) noexcept {
  OpenQuery* open = open_queries;
  while (open && open->query != query) open = open->next;
  return open;
}

// Before a query runs, whole or a part of it.
void require_same_tenant(const QueryDesc* query, bool is_whole) {
  if (!query->plannedstmt->invalItems || !depends_on_tenant(query->plannedstmt)) return;
  OpenQuery* const open = find(query);
  if (!open) {
    require_current_plan(query->plannedstmt);
    // One that runs to its end, and cannot be read backwards from there, is not read again.
    if (!is_whole || (query->estate->es_top_eflags & EXEC_FLAG_BACKWARD)) remember(query);
  } else if (open->state != changes) {
    if (!is_of_this_tenant(*open))
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("the tenant has changed since this query was begun"),
                      errhint("Close cursors before the tenant changes.")));
    open->state = changes;
  }
}

#if PG_VERSION_NUM >= 180000
void run(QueryDesc* query, ScanDirection direction, uint64 count) {
  require_same_tenant(query, count == 0);
  (next_run ? next_run : standard_ExecutorRun)(query, direction, count);
}
#else
void run(QueryDesc* query, ScanDirection direction, uint64 count, bool once) {
  require_same_tenant(query, count == 0);
  (next_run ? next_run : standard_ExecutorRun)(query, direction, count, once);
}
#endif

}  // namespace

void watch_queries() {
  next_start = ExecutorStart_hook;
  ExecutorStart_hook = start;
  next_run = ExecutorRun_hook;
  ExecutorRun_hook = run;
}

}  // namespace tenancy::tenant
