#include "index/concurrent/build.hpp"

#include <algorithm>

#include "index/concurrent/concurrent_plan.hpp"
#include "server/worker.hpp"

namespace tenancy::index {
namespace {

// ---- a task as text: fields, each with its length before it ----

void write(std::string& text, const std::string& field) {
  text += std::to_string(field.size()) + ":" + field;
}

void write(std::string& text, const std::vector<std::string>& fields) {
  write(text, std::to_string(fields.size()));
  for (const std::string& field : fields) write(text, field);
}

void write(std::string& text, const OptionalText& field) {
  write(text, field ? std::vector<std::string>{*field} : std::vector<std::string>{});
}

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  std::string text() {
    std::size_t const colon = text_.find(':', next_);
    std::size_t const size = std::stoul(text_.substr(next_, colon - next_));
    next_ = colon + 1 + size;
    return text_.substr(colon + 1, size);
  }
  unsigned long number() { return std::stoul(text()); }
  std::vector<std::string> texts() {
    std::vector<std::string> fields(number());
    for (std::string& field : fields) field = text();
    return fields;
  }
  OptionalText optional() {
    std::vector<std::string> const fields = texts();
    return fields.empty() ? OptionalText() : OptionalText(fields.front());
  }

 private:
  const std::string& text_;
  std::size_t next_ = 0;
};

// ---- in the worker ----

// A statement behind whose lock others would have to wait is not kept waiting for longer.
constexpr int blocking_timeout = 5000;

void tell(BuildNews news, const std::string& text) {
  send_to_starter(static_cast<char>(news) + text);
}

void set_lock_timeout(int milliseconds) {
  const std::string value = std::to_string(milliseconds);
  server([&] { SetConfigOption("lock_timeout", value.c_str(), PGC_USERSET, PGC_S_SESSION); });
}

// Keeps other builds of the table, and whatever else is run on it one at a time, from beginning;
// not those that read and write. Lasts until it is let go, or a transaction of this process fails.
void hold_table(Oid relation) {
  // Who builds now may be waiting for all snapshots.
  Transaction transaction(Transaction::without_snapshot);
  server([&] {
    InvalidateCatalogSnapshot();
    LockRelationOid(relation, ShareUpdateExclusiveLock);
    LockRelId id{relation, MyDatabaseId};
    LockRelationIdForSession(&id, ShareUpdateExclusiveLock);
  });
  transaction.commit();
}

void let_table_go(Oid relation) {
  server([&] {
    LockRelId id{relation, MyDatabaseId};
    UnlockRelationIdForSession(&id, ShareUpdateExclusiveLock);
  });
}

RelationFacts describe(Oid oid) {
  Transaction transaction;
  RelationFacts const relation = describe_relation(oid);
  transaction.commit();
  return relation;
}

void run(const std::string& statement) {
  tell(BuildNews::statement, statement);
  run_at_top_level(statement);
}

// Whether the table has an index of that name which is not valid.
bool has_invalid(const RelationFacts& relation, const std::string& name) {
  Transaction transaction;
  bool const is_invalid = server([&]() -> bool {
    // As it is called now: it may have moved to another schema.
    Oid const oid = get_relname_relid(name.c_str(), get_rel_namespace(relation.oid));
    HeapTuple const tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return false;
    const auto* const index = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    bool const found = index->indrelid == relation.oid && !(index->indisvalid && index->indislive);
    ReleaseSysCache(tuple);
    return found;
  });
  transaction.commit();
  return is_invalid;
}

// The indexes that a build of `name` may leave behind invalid: REINDEX CONCURRENTLY, by which one
// is built that is attached and cannot be dropped, makes another beside it, and then drops one of
// them.
std::vector<std::string> leftover_names(const RelationFacts& relation, const std::string& name) {
  Transaction transaction;
  auto const beside = [&](const char* label) -> std::string {
    return server([&]() -> const char* { return makeObjectName(name.c_str(), nullptr, label); });
  };
  std::vector<std::string> names{name};
  if (server([&] {
        return get_rel_relispartition(
            get_relname_relid(name.c_str(), get_rel_namespace(relation.oid)));
      }))
    names = {beside("ccnew"), beside("ccold")};
  transaction.commit();
  return names;
}

bool is_cancel(const ServerError& error) {
  return error.sqlstate() == ERRCODE_QUERY_CANCELED;
}

[[noreturn]] void throw_cancelled() {
  throw Error(ERRCODE_QUERY_CANCELED, "canceling statement due to user request");
}

// After a build that failed. With the table held nobody else is building what is invalid there. A
// build that goes on to fail for another reason may be cancelled now, once: what is left is removed
// all the same, and then that is raised.
void remove_leftover(const RelationFacts& relation, const std::string& name, int lock_timeout,
                     bool is_cancelled) {
  std::string left = name, qualified = quote_qualified(relation.schema, name);
  try {
    set_lock_timeout(is_cancelled ? 0 : lock_timeout);
    hold_table(relation.oid);
    for (const std::string& one : leftover_names(relation, name)) {
      if (!has_invalid(relation, one)) continue;
      left = one;
      qualified = quote_qualified(describe(relation.oid).schema, left);
      run("DROP INDEX CONCURRENTLY " + qualified);
    }
    let_table_go(relation.oid);
  } catch (const ServerError& error) {
    if (is_cancel(error) && !is_cancelled) {
      remove_leftover(relation, name, 0, true);
      throw_cancelled();
    }
    warning("index \"" + left + "\" is left behind, invalid: " + error.what(),
            "CALL tenancy.create_partial_index_concurrently() again, or DROP INDEX CONCURRENTLY " +
                qualified + ".");
  }
}

bool is_retryable(const ServerError& error) {
  return error.sqlstate() == ERRCODE_LOCK_NOT_AVAILABLE ||
         error.sqlstate() == ERRCODE_T_R_DEADLOCK_DETECTED;
}

void sleep_seconds(int seconds) {
  server([&] { DirectFunctionCall1(pg_sleep, Float8GetDatum(seconds)); });
}

class Builder {
 public:
  struct Built {
    std::string name;
    const char* action;
  };

  explicit Builder(const BuildTask& task) : task_(task) {}

  Built build(const RelationFacts& relation, const IndexRequest& request) {
    if (relation.kind != RELKIND_PARTITIONED_TABLE)
      return retry(task_.lock_timeout,
                   [&] { return build_own(relation, request, Build::concurrently); });
    const Built own =
        retry(short_timeout(), [&] { return build_own(relation, request, Build::alone); });
    // Partitions made meanwhile have got theirs from the server; attached ones may have not.
    for (int round = 0; round < 3; ++round) {
      if (std::strcmp(own.action, "exists") == 0 || !has_invalid(relation, own.name)) return own;
      build_partitions(relation, request, own.name, round > 0);
    }
    if (has_invalid(relation, own.name)) throw_invalid(relation, own.name);
    return own;
  }

 private:
  int short_timeout() const {
    return task_.lock_timeout == 0 ? blocking_timeout
                                   : std::min(task_.lock_timeout, blocking_timeout);
  }

  // Runs `step`, again after a while where a lock or a deadlock ended it.
  template <typename Step>
  std::invoke_result_t<Step&> retry(int lock_timeout, Step&& step) {
    for (int attempt = 1;; ++attempt) {
      set_lock_timeout(lock_timeout);
      try {
        return step();
      } catch (const ServerError& error) {
        if (!is_retryable(error) || attempt >= task_.attempts || is_abandoned()) throw;
        notice("attempt " + std::to_string(attempt) + " of " + std::to_string(task_.attempts) +
               " failed: " + error.what());
      }
      sleep_seconds(std::min(1 << std::min(attempt - 1, 5), 30));
    }
  }

  [[noreturn]] static void throw_invalid(const RelationFacts& relation, const std::string& index) {
    Transaction transaction;
    bool const lacks_nothing = is_whole(relation, index);
    transaction.commit();
    Error error(
        ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "index \"" + index + "\" of partitioned table \"" + relation.name + "\" is still invalid");
    const std::string again = "CALL tenancy.create_partial_index_concurrently() again";
    if (!lacks_nothing)
      throw std::move(error)
          .detail("Partitions were attached meanwhile.")
          .hint(again + ": it goes on from here.");
    throw std::move(error)
        .detail(
            "Each partition has a valid index that is attached to it. One was invalid when it "
            "was attached, and this minor release of PostgreSQL does not look again.")
        .hint("Update the server (to 15.18, 16.14, 17.10, 18.4 or later), or DROP INDEX " +
              quote_qualified(relation.schema, index) + ", with those of all partitions, and " +
              again + ".");
  }

  // The index of the table itself.
  Built build_own(const RelationFacts& relation, const IndexRequest& request, Build build) {
    hold_table(relation.oid);
    const IndexPlan plan = plan_now(relation, request, build);
    for (const std::string& statement : plan.statements) {
      try {
        run(statement);
      } catch (const ServerError& error) {
        if (build == Build::concurrently)
          remove_leftover(relation, plan.name, task_.lock_timeout,
                          is_cancel(error) || is_abandoned());
        throw;
      }
    }
    let_table_go(relation.oid);
    return {plan.name, plan.action};
  }

  static IndexPlan plan_now(const RelationFacts& relation, const IndexRequest& request,
                            Build build) {
    Transaction transaction;
    IndexPlan plan = plan_index(describe_relation(relation.oid), request, build);
    transaction.commit();
    return plan;
  }

  void build_partitions(const RelationFacts& relation, const IndexRequest& request,
                        const std::string& index, bool attach_again) {
    const IndexRequest own = request_for_partition(request);
    std::vector<RelationFacts> partitions;
    {
      Transaction transaction;
      partitions = partitions_of(relation);
      transaction.commit();
    }
    std::size_t number = 0;
    for (const RelationFacts& partition : partitions) {
      tell(BuildNews::partition, std::to_string(++number) + " of " +
                                     std::to_string(partitions.size()) + ": " +
                                     partition.qualified());
      try {
        const Built built = build(partition, own);
        retry(short_timeout(),
              [&] { attach(relation, index, partition, built.name, attach_again); });
      } catch (const ServerError& error) {
        if (is_cancel(error) || is_abandoned() || is_partition(relation, partition)) throw;
        notice_gone(partition);
      } catch (const Error& error) {
        if (error.sqlstate() == ERRCODE_QUERY_CANCELED || is_partition(relation, partition)) throw;
        notice_gone(partition);
      }
    }
  }

  // Whether it is one still.
  static bool is_partition(const RelationFacts& relation, const RelationFacts& partition) {
    Transaction transaction;
    const std::vector<RelationFacts> partitions = partitions_of(relation);
    transaction.commit();
    return std::any_of(partitions.begin(), partitions.end(),
                       [&](const RelationFacts& one) { return one.oid == partition.oid; });
  }

  static void notice_gone(const RelationFacts& partition) {
    notice("\"" + partition.name + "\" is no partition any more, and is left out");
  }

  // Attached again, an index that was invalid as it was attached makes that of the table valid.
  static void attach(const RelationFacts& relation, const std::string& relation_index,
                     const RelationFacts& partition, const std::string& index, bool again) {
    bool is_attached;
    {
      Transaction transaction;
      is_attached = is_attached_to(relation, relation_index, partition, index);
      transaction.commit();
    }
    if (!is_attached || again) run(attach_statement(relation, relation_index, partition, index));
  }

  const BuildTask& task_;
};

}  // namespace

std::string BuildTask::encode() const {
  std::string text;
  write(text, std::to_string(relation));
  write(text, std::to_string(lock_timeout));
  write(text, std::to_string(attempts));
  write(text, request.columns);
  write(text, request.predicate);
  write(text, request.name);
  write(text, std::to_string(request.is_unique));
  write(text, request.method);
  write(text, request.include);
  return text;
}

BuildTask BuildTask::decode(const std::string& text) {
  Reader reader(text);
  BuildTask task;
  task.relation = static_cast<Oid>(reader.number());
  task.lock_timeout = static_cast<int>(reader.number());
  task.attempts = static_cast<int>(reader.number());
  task.request.columns = reader.texts();
  task.request.predicate = reader.optional();
  task.request.name = reader.optional();
  task.request.is_unique = reader.number() != 0;
  task.request.method = reader.text();
  task.request.include = reader.texts();
  return task;
}

TENANCY_WORKER(tenancy_build_index) {
  const BuildTask build = BuildTask::decode(task);
  tell(BuildNews::action, Builder(build).build(describe(build.relation), build.request).action);
}

}  // namespace tenancy::index
