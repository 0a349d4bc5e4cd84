// create_partial_index_concurrently() and concurrent_index_statements().
#include "index/build.hpp"
#include "index/concurrent_plan.hpp"
#include "index/progress.hpp"
#include "server/worker.hpp"

namespace tenancy::index {
namespace {

constexpr int tick = 1000;       // milliseconds between two looks at the worker
constexpr int quiet_ticks = 10;  // a line at least that often where nothing changes

IndexRequest read_request(const Arguments& arguments) {
  IndexRequest request{arguments.text_array(1), arguments.text(2), arguments.optional_name(3),
                       arguments.boolean(4),    arguments.name(5), arguments.name_array(6)};
  if (request.columns.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "columns must name at least one column");
  return request;
}

// Of the server's own setting where the argument is null. In milliseconds.
int read_lock_timeout(const Arguments& arguments, int position) {
  if (arguments.is_null(position)) return LockTimeout;
  const Interval* const interval = DatumGetIntervalP(arguments.datum(position));
  std::int64_t const milliseconds =
      interval->time / 1000 + interval->day * std::int64_t{86'400'000};
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
  std::string action, statements;
};

Outcome run_build(const BuildTask& task, bool shows_progress) {
  Worker worker(build_worker, "pg_tenancy index build", task.encode());
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
        outcome.statements += (outcome.statements.empty() ? "" : ";\n") + text;
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

// The row that a CALL returns.
Datum result_row(FunctionCallInfo fcinfo, const OptionalText& action,
                 const OptionalText& statement) {
  const char* const values[] = {action ? action->c_str() : nullptr,
                                statement ? statement->c_str() : nullptr};
  return server([&] {
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
      elog(ERROR, "return type must be a row type");
    HeapTuple const tuple =
        BuildTupleFromCStrings(TupleDescGetAttInMetadata(descriptor), const_cast<char**>(values));
    return HeapTupleGetDatum(tuple);
  });
}

std::string joined(const StatementList& statements) {
  std::string text;
  for (const std::string& statement : statements) text += (text.empty() ? "" : ";\n") + statement;
  return text;
}

IndexPlan plan_first(Oid relation, const IndexRequest& request) {
  return plan_concurrent_build(lock_owned_table(relation, AccessShareLock), request);
}

}  // namespace

TENANCY_FUNCTION(tenancy_create_partial_index_concurrently) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(8);
  if (!dry_run) require_no_transaction(fcinfo);
  BuildTask task;
  task.relation = arguments.oid(0);
  task.request = read_request(arguments);
  task.lock_timeout = read_lock_timeout(arguments, 9);
  task.attempts = arguments.integer(10);
  if (task.attempts < 1)
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "attempts must be at least 1");
  bool const shows_progress = arguments.boolean(11);

  // What is wrong with the request is known before there is a worker, and shown where it stands.
  const IndexPlan plan = plan_first(task.relation, task.request);
  notice_existing(plan);
  if (dry_run)
    return result_row(fcinfo, std::nullopt,
                      plan.statements.empty() ? OptionalText() : joined(plan.statements));
  if (std::strcmp(plan.action, "exists") == 0) return result_row(fcinfo, plan.action, std::nullopt);

  Outcome outcome;
  {
    // The build waits for every snapshot that is older than it, so this transaction must end.
    Sql sql(Sql::may_commit);
    sql.commit();
    outcome = run_build(task, shows_progress);
  }
  return result_row(fcinfo, outcome.action,
                    outcome.statements.empty() ? OptionalText() : outcome.statements);
}

TENANCY_FUNCTION(tenancy_concurrent_index_statements) {
  Arguments const arguments(fcinfo);
  const IndexPlan plan = plan_first(arguments.oid(0), read_request(arguments));
  notice_existing(plan);
  return run_and_return(fcinfo, plan.statements, true);
}

}  // namespace tenancy::index
