// Indexes that are invalid, that nothing uses, or that make updates dear.
#include <algorithm>

#include "index/advice/advice.hpp"
#include "index/advice/table_rows.hpp"
#include "index/advice/thresholds.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

// Server zone.

const char* time_label(TimestampTz time) {
  return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(time)));
}

// When the server's statistics of this database began; null: not known.
const char* statistics_began() {
  const PgStat_StatDBEntry* const database = pgstat_fetch_stat_dbentry(MyDatabaseId);
  return database && database->stat_reset_timestamp != 0
             ? time_label(database->stat_reset_timestamp)
             : nullptr;
}

// How many transactions of this database they have seen.
int64 counted_transactions() {
  Datum const database = ObjectIdGetDatum(MyDatabaseId);
  return DatumGetInt64(DirectFunctionCall1(pg_stat_get_db_xact_commit, database)) +
         DatumGetInt64(DirectFunctionCall1(pg_stat_get_db_xact_rollback, database));
}

// When an index was scanned last, if that was long ago; null: it was not, or it is not known.
const char* last_scan_long_ago(Oid index) {
  const PgStat_StatTabEntry* const counted = pgstat_fetch_stat_tabentry(index);
  TimestampTz const last = counted ? last_scan(counted) : 0;
  bool const is_long_ago =
      last != 0 && last < GetCurrentTimestamp() - int64{long_ago_days} * USECS_PER_DAY;
  return is_long_ago ? time_label(last) : nullptr;
}

// C++ zone again.

// Whether another session is building an index of the table: it holds a lock on the table, which
// everybody may see; what it builds may be hidden.
bool is_building(Oid table) {
  return !Sql()
              .query(
                  "SELECT FROM pg_catalog.pg_locks l "
                  "JOIN pg_catalog.pg_stat_progress_create_index p "
                  "  ON p.pid OPERATOR(pg_catalog.=) l.pid "
                  "WHERE l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.granted "
                  "AND l.relation OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
                  "AND l.database OPERATOR(pg_catalog.=) p.datid "
                  "AND p.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()",
                  {std::to_string(table)})
              .empty();
}

bool has_valid_twin(const StoredTable& table, const StoredIndex& index) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const StoredIndex* other) {
    return other->is_valid && other->method == index.method && other->keys == index.keys &&
           same_definition(index.oid, other->oid);
  });
}

// What an invalid index of a partitioned table lacks.
std::string what_completes(const Survey& survey, const StoredTable& table,
                           const StoredIndex& index) {
  std::vector<std::string> lacking;
  for (Oid const child : table.children) {
    const StoredTable& partition = survey.tables.at(child);
    if (std::any_of(
            partition.indexes.begin(), partition.indexes.end(),
            [&](const StoredIndex* part) { return part->root == index.root && part->is_valid; }))
      continue;
    lacking.push_back(partition.facts.name);
  }
  std::string text = "It is valid once every partition has a valid index that is attached to it.";
  if (!lacking.empty()) text += " These have none: " + name_some(lacking) + ".";
  return text + (index.predicate
                     ? " CALL tenancy.create_partial_index_concurrently() with its columns and "
                       "predicate builds and attaches what is missing."
                     : " CREATE INDEX CONCURRENTLY makes one, ALTER INDEX ... ATTACH PARTITION "
                       "attaches it.");
}

// By a valid index that stays; empty where there is none.
std::string why_redundant(const Survey& survey, const StoredTable& table,
                          const StoredIndex& index) {
  if (index.is_unique || index.method != BTREE_AM_OID) return "";
  for (const StoredIndex* const other : table.indexes) {
    if (other == &index || survey.is_dropped(*other)) continue;
    if (std::string why = why_redundant(index, *other); !why.empty()) return why;
  }
  return "";
}

void advise_on_invalid(Survey& survey, const StoredTable& table, const StoredIndex& index) {
  if (survey.is_dropped(index) || is_building(table.facts.oid)) return;
  Advice advice{table.facts.oid, "invalid", std::nullopt, "", rows_of(index), bytes_of(index)};
  if (table.facts.kind == RELKIND_PARTITIONED_TABLE) {
    advice.reason = what_completes(survey, table, index);
  } else if (index.is_live && (index.is_attached || !is_droppable(index))) {
    advice.statement = "REINDEX INDEX " + quote_qualified(table.facts.schema, NameStr(index.name));
    advice.reason = "A build failed: no query uses it.";
  } else if (const std::string redundant = why_redundant(survey, table, index);
             index.is_live && !redundant.empty() && !has_valid_twin(table, index)) {
    advice.statement = drop_statement(table, index);
    advice.reason = "A build failed, and nothing would need it: beside it, " + redundant;
    advice.saving = 1;
  } else if (!index.is_live || has_valid_twin(table, index)) {
    advice.statement = drop_statement(table, index);
    advice.reason = index.is_live
                        ? "A build failed, and a valid index has the same definition. No query "
                          "uses it, and every write may have to keep it."
                        : "DROP INDEX CONCURRENTLY did not come to its end.";
    advice.saving = 1;
  } else {
    advice.statement = "REINDEX INDEX " + quote_qualified(table.facts.schema, NameStr(index.name));
    advice.reason = "A build failed: no query uses it, and every write may have to keep it.";
    if (index.is_unique) advice.reason += " Building it again fails while there are duplicates.";
  }
  survey.advice.push_back(std::move(advice));
}

void advise_on_unused(Survey& survey, const StoredTable& table, const StoredIndex& index) {
  if (index.is_unique || !is_droppable(index)) return;
  if (!survey.is_named && rows_of(survey.tables, table) < min_rows) return;
  std::string reason = why_unused(index);
  if (reason.empty() || survey.stand_ins.count(index.root) > 0 ||
      is_only_tenant_index(survey, table, index) ||
      is_needed_by_key(survey.tables, table, index, survey.dropped))
    return;
  survey.dropped.insert(index.root);
  reason +=
      " What replicas use is not counted here: ask pg_stat_user_indexes on each of them first.";
  if (index.expressions)
    reason += " With it go the statistics of its expressions, by which queries are planned.";
  survey.advice.push_back({table.facts.oid, "unused", drop_statement(table, index),
                           std::move(reason), rows_of(index), bytes_of(index), 1});
}

// The columns that nothing but predicates of indexes has.
std::set<AttrNumber> only_in_predicate(const StoredTable& table, const StoredIndex& index) {
  std::set<AttrNumber> columns = columns_of(index);
  for (const StoredIndex* const other : table.indexes) {
    if (!other->is_live) continue;
    StoredIndex without = *other;
    without.predicate = nullptr;
    for (AttrNumber const column : columns_of(without)) columns.erase(column);
  }
  return columns;
}

void advise_on_hot(Survey& survey, const StoredTable& table) {
  Updates const updates = updates_of(table.facts.oid);
  if (updates.all < least_updates || updates.all < many_updates * table.rows ||
      updates.hot >= mostly_hot * updates.all)
    return;
  for (const StoredIndex* const index : table.indexes) {
    if (!index->predicate || !index->is_live) continue;
    std::vector<std::string> names;
    for (AttrNumber const column : only_in_predicate(table, *index))
      if (column > 0) names.push_back(column_name(table.facts, column));
    if (names.empty()) continue;
    survey.advice.push_back(
        {table.facts.oid, "hot", std::nullopt,
         "Of " + count_label(updates.all) + " updates only " + percent(updates.hot / updates.all) +
             " were HOT, and wrote no index. No index but the predicate of " + label(*index) +
             " has " + quote_identifiers(names) +
             ": an update that changes it writes every index of the table. Where that is what "
             "most updates do, an index without this predicate may cost less.",
         rows_of(*index), bytes_of(*index)});
  }
}

}  // namespace

bool is_only_tenant_index(const Survey& survey, const StoredTable& table,
                          const StoredIndex& index) {
  for (Oid const child : table.children) {
    const StoredTable& partition = survey.tables.at(child);
    for (const StoredIndex* const part : partition.indexes)
      if (part->root == index.root && is_only_tenant_index(survey, partition, *part)) return true;
  }
  AttrNumber const tenant = survey.tenant_column(table);
  if (tenant == 0 || index.columns[0] != tenant) return false;
  return std::none_of(table.indexes.begin(), table.indexes.end(), [&](const StoredIndex* other) {
    return other->root != index.root && other->is_valid && !other->predicate &&
           other->columns[0] == tenant && !survey.is_dropped(*other);
  });
}

std::string why_unused(const StoredIndex& index) {
  if (!pgstat_track_counts || index.age < least_transactions ||
      server([] { return counted_transactions(); }) < least_transactions)
    return "";
  if (scans_of(index) == 0) {
    const char* const began = server([] { return statistics_began(); });
    return "No query has used it since the server's statistics began" +
           (began ? " on " + std::string(began) : "") + ", or since it was made if that was later.";
  }
  const char* const last = server([&] { return last_scan_long_ago(index.oid); });
  return last ? "No query has used it since " + std::string(last) + "." : "";
}

void advise_on_upkeep(Survey& survey, const StoredTable& table) {
  bool is_any_partial = false;
  for (const StoredIndex* const index : table.indexes) {
    is_any_partial = is_any_partial || index->predicate;
    if (!index->is_valid)
      advise_on_invalid(survey, table, *index);
    else if (!survey.is_dropped(*index))
      advise_on_unused(survey, table, *index);
  }
  if (is_any_partial) advise_on_hot(survey, table);
}

}  // namespace tenancy::index
