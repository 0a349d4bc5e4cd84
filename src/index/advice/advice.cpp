#include "index/advice/advice.hpp"

#include <algorithm>

#include "index/advice/table_rows.hpp"
#include "index/plan.hpp"
#include "server/expression.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

// The index and those of partitions that are attached to it. Server zone.
Rows<Oid> parts_of(Oid index) {
  Rows<Oid> found{};
  ListCell* cell;
  foreach (cell, find_all_inheritors(index, NoLock, nullptr)) found.add(lfirst_oid(cell));
  return found;
}

template <typename Value>
double sum_of_parts(const StoredIndex& index, Value&& value) {
  return server([&]() -> double {
    if (get_rel_relkind(index.oid) != RELKIND_PARTITIONED_INDEX) return value(index.oid);
    double sum = 0;
    for (Oid const part : parts_of(index.oid)) sum += value(part);
    return sum;
  });
}

template <typename Fits>
bool any_partial_index(const StoredTable& table, const std::string& predicate, Fits&& fits) {
  Oid const oid = table.facts.oid;
  const char* const text = predicate.c_str();
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const StoredIndex* index) {
    if (!index->is_valid || !index->predicate || !fits(*index)) return false;
    return server([&] {
      List* const wanted =
          canonical_condition(parse_condition(oid, text, EXPR_KIND_INDEX_PREDICATE, "WHERE"));
      return predicate_implied_by(index->predicate_list(), wanted, false);
    });
  });
}

bool begins_like(const StoredIndex& index, const StoredIndex& like) {
  if (index.method != like.method || index.keys < like.keys ||
      (like.is_unique && (!index.is_unique || index.keys != like.keys)))
    return false;
  return server([&] {
    for (int i = 0; i < like.keys; ++i)
      if (!is_same_key(index, like, i)) return false;
    return true;
  });
}

}  // namespace

OptionalText statement_for(Survey& survey, const StoredTable& table, IndexRequest request) {
  request.name = free_name(default_name(table.facts, request), table.facts.schema_oid,
                           survey.names_taken[table.facts.schema_oid]);
  try {
    const IndexPlan plan = plan_index(table.facts, request);
    if (std::strcmp(plan.action, "created") != 0) return std::nullopt;
    return *plan.statements.begin();
  } catch (const Error&) {
    return std::nullopt;  // the invalid index of a partitioned table
  }
}

bool has_partial_index(const StoredTable& table, const std::string& predicate,
                       const StoredIndex* like) {
  return any_partial_index(table, predicate, [&](const StoredIndex& index) {
    return !like || begins_like(index, *like);
  });
}

bool has_partial_index(const StoredTable& table, const std::string& predicate,
                       const std::vector<AttrNumber>& keys) {
  return any_partial_index(table, predicate, [&](const StoredIndex& index) {
    return index.method == BTREE_AM_OID && static_cast<std::size_t>(index.keys) >= keys.size() &&
           std::equal(keys.begin(), keys.end(), index.columns);
  });
}

bool is_droppable(const StoredIndex& index) {
  return !index.is_primary && !index.is_exclusion && !index.is_constraint && !index.is_referenced &&
         !index.is_replica_identity && !index.is_clustered && !index.is_attached;
}

double bytes_of(const StoredIndex& index) {
  return BLCKSZ * sum_of_parts(index, blocks_of);
}

double rows_of(const StoredIndex& index) {
  return sum_of_parts(index, [](Oid oid) -> double {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return 0;
    double const rows = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->reltuples;
    ReleaseSysCache(tuple);
    return std::max(rows, 0.0);
  });
}

Updates updates_of(Oid table) {
  return server([&]() -> Updates {
    const PgStat_StatTabEntry* const counted = pgstat_fetch_stat_tabentry(table);
    if (!counted) return {0, 0};
    return {static_cast<double>(counted->tuples_updated),
            static_cast<double>(counted->tuples_hot_updated)};
  });
}

double scans_of(const StoredIndex& index) {
  return sum_of_parts(index, [](Oid oid) -> double {
    const PgStat_StatTabEntry* const counted = pgstat_fetch_stat_tabentry(oid);
    return counted ? static_cast<double>(counted->numscans) : 0;
  });
}

std::set<AttrNumber> columns_of(const StoredIndex& index) {
  std::set<AttrNumber> columns(index.columns, index.columns + index.attributes);
  columns.erase(0);
  if (!index.expressions && !index.predicate) return columns;
  Rows<AttrNumber> const named = server([&] {
    Bitmapset* members = nullptr;
    if (index.expressions)
      pull_varattnos(reinterpret_cast<Node*>(index.expression_list()), 1, &members);
    if (index.predicate)
      pull_varattnos(reinterpret_cast<Node*>(index.predicate_list()), 1, &members);
    Rows<AttrNumber> found{};
    for (int member = bms_next_member(members, -1); member >= 0;
         member = bms_next_member(members, member))
      found.add(static_cast<AttrNumber>(member + FirstLowInvalidHeapAttributeNumber));
    return found;
  });
  columns.insert(named.begin(), named.end());
  return columns;
}

std::string drop_statement(const StoredTable& table, const StoredIndex& index) {
  return "DROP INDEX " + quote_qualified(table.facts.schema, NameStr(index.name));
}

std::string label(const StoredIndex& index) {
  return std::string("index \"") + NameStr(index.name) + "\"";
}

std::string size_label(double bytes) {
  const char* const units[] = {"kB", "MB", "GB", "TB"};
  double size = bytes / 1024;
  std::size_t unit = 0;
  for (; size >= 10240 && unit + 1 < std::size(units); ++unit) size /= 1024;
  return count_label(size) + " " + units[unit];
}

std::string percent(double fraction) {
  return fixed(100 * fraction, 1) + "%";
}

std::string count_label(double count) {
  return fixed(count, 0);
}

}  // namespace tenancy::index
