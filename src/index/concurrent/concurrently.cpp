// create_partial_index_concurrently() and concurrent_index_statements().
#include "index/asked.hpp"
#include "index/concurrent/build.hpp"
#include "index/concurrent/concurrent_plan.hpp"
#include "index/concurrent/progress.hpp"
#include "server/memory.hpp"
#include "server/worker.hpp"

namespace tenancy::index {
namespace {

constexpr int tick = 1000;       // milliseconds between two looks at the worker
constexpr int quiet_ticks = 10;  // a line at least that often where nothing changes

// Of the server's own setting where the argument is null. In milliseconds.
int read_lock_timeout(const Arguments& arguments, int position) {
  if (arguments.is_null(position)) return LockTimeout;
  const Interval* const interval = DatumGetIntervalP(arguments.datum(position));
  // A part of a millisecond counts as one: 0 would be no limit at all.
  std::int64_t const rest = interval->time % 1000;
  std::int64_t const milliseconds =
      interval->time / 1000 + (rest > 0) - (rest < 0) + interval->day * std::int64_t{86'400'000};
  if (interval->month != 0 || milliseconds < 0 || milliseconds > INT_MAX)
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "lock_timeout must be between 0 and 24 days");
  return static_cast<int>(milliseconds);
}

// Refuses what CREATE INDEX CONCURRENTLY refuses.
void require_no_transaction(FunctionCallInfo fcinfo) {
  const Node* const context = fcinfo->context;
  if (context && IsA(context, CallContext) &&
      !reinterpret_cast<const CallContext*>(context)->atomic)
    return;
  throw Error(ERRCODE_ACTIVE_SQL_TRANSACTION,
              "create_partial_index_concurrently() cannot run inside a transaction block")
      .hint(
          "It commits on its way. Call it with autocommit (in Alembic, within "
          "autocommit_block()), or use tenancy.create_partial_index().");
}

void inform(const std::string& line) {
  server([&] { ereport(INFO, (errmsg("%s", line.c_str()))); });
}

// What a person at a terminal is told of a build under way.
class Reporter {
 public:
  explicit Reporter(int pid) : pid_(pid) {}

  void look() {
    ScratchMemory const scratch;
    BuildProgress progress;
    if (!server([&] { return find_progress(pid_, progress); })) return;
    bool const is_new = phase_ != progress.phase || waits_for_ != progress.waits_for;
    if (!is_new && ++silent_ < quiet_ticks) return;
    phase_ = progress.phase;
    waits_for_ = progress.waits_for;
    silent_ = 0;
    std::string line = phase_;
    if (progress.waits_for != 0)
      line += ": process " + std::to_string(progress.waits_for);
    else if (progress.blocks_total > 0)
      line += ", " + std::to_string(progress.blocks_done) + " of " +
              std::to_string(progress.blocks_total) + " blocks";
    inform(line + ", " + std::to_string(static_cast<int>(progress.percent)) + " %");
  }

 private:
  int pid_;
  std::string phase_;
  int waits_for_ = 0;
  int silent_ = 0;
};

struct Outcome {
  std::string action;
  OptionalText statements;  // joined
};

void append(OptionalText& statements, const std::string& statement) {
  statements = statements ? *statements + ";\n" + statement : statement;
}

Outcome follow_build(const BuildTask& task, bool shows_progress) {
  Worker worker(build_worker, "pg_tenancy index build", task.encode(),
                "or run what tenancy.concurrent_index_statements() returns, one by one");
  Reporter reporter(worker.pid());
  Outcome outcome;
  std::string message;
  for (;;) {
    Worker::News const news = worker.wait(tick, message);
    if (news == Worker::News::ended) return outcome;
    if (news == Worker::News::nothing) {
      if (shows_progress) reporter.look();
      continue;
    }
    const std::string text = message.substr(1);
    switch (static_cast<BuildNews>(message.front())) {
      case BuildNews::statement:
        append(outcome.statements, text);
        break;
      case BuildNews::partition:
        if (shows_progress) inform("partition " + text);
        break;
      case BuildNews::action:
        outcome.action = text;
        break;
    }
  }
}

// A worker that is terminated ends at once, and cleans nothing up: then `index` may be left.
Outcome run_build(const BuildTask& task, const std::string& index, bool shows_progress) {
  try {
    return follow_build(task, shows_progress);
  } catch (const ServerError& error) {
    if (error.sqlstate() == ERRCODE_ADMIN_SHUTDOWN)
      warning("index \"" + index + "\" may be left behind, invalid: the worker was terminated",
              "CALL tenancy.create_partial_index_concurrently() again.");
    throw;
  }
}

// The row that a CALL returns.
Datum result_row(FunctionCallInfo fcinfo, const OptionalText& action, const OptionalText& statement,
                 const OptionalText& on_conflict) {
  auto const cell = [](const OptionalText& text) { return text ? text->c_str() : nullptr; };
  const char* const values[] = {cell(action), cell(statement), cell(on_conflict)};
  return server([&] {
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
      elog(ERROR, "return type must be a row type");
    HeapTuple const tuple =
        BuildTupleFromCStrings(TupleDescGetAttInMetadata(descriptor), const_cast<char**>(values));
    return HeapTupleGetDatum(tuple);
  });
}

OptionalText joined(const StatementList& statements) {
  OptionalText text;
  for (const std::string& statement : statements) append(text, statement);
  return text;
}

PreparedIndex prepare(const Arguments& arguments) {
  const AskedIndex asked = read_asked_index(arguments);
  return prepare_index(lock_owned_indexable(arguments.oid(0), AccessShareLock), asked, true,
                       plan_concurrent_build);
}

}  // namespace

TENANCY_FUNCTION(tenancy_create_partial_index_concurrently) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(8);
  if (!dry_run) {
    require_no_transaction(fcinfo);
    // A standby starts no such worker, however long it is waited for.
    server([] { PreventCommandDuringRecovery("create_partial_index_concurrently()"); });
  }
  BuildTask task;
  task.relation = arguments.oid(0);
  task.lock_timeout = read_lock_timeout(arguments, 9);
  task.attempts = arguments.integer(10);
  if (task.attempts < 1)
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "attempts must be at least 1");
  bool const shows_progress = arguments.boolean(11);

  // What is wrong with the request is known before there is a worker, and shown where it stands.
  const PreparedIndex index = prepare(arguments);
  if (dry_run) return result_row(fcinfo, std::nullopt, joined(index.plan.statements), std::nullopt);
  if (std::strcmp(index.plan.action, "exists") == 0)
    return result_row(fcinfo, index.plan.action, std::nullopt, index.on_conflict);

  task.request = index.request;
  Outcome outcome;
  {
    // The build waits for every snapshot that is older than it, so this transaction must end.
    Sql sql(Sql::may_commit);
    sql.commit();
    outcome = run_build(task, index.plan.name, shows_progress);
  }
  return result_row(fcinfo, outcome.action, outcome.statements, index.on_conflict);
}

TENANCY_FUNCTION(tenancy_concurrent_index_statements) {
  return run_and_return(fcinfo, prepare(Arguments(fcinfo)).plan.statements, true);
}

}  // namespace tenancy::index
