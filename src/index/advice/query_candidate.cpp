#include "index/advice/query_candidate.hpp"

#include <algorithm>

#include "index/advice/table_rows.hpp"
#include "index/advice/thresholds.hpp"

namespace tenancy::index {
namespace {

using Clauses = std::vector<const QueryClause*>;

// The fraction of the rows of which the condition is true; 1 where that is not known, or where the
// column has so many values that none of them is worth an index of its own.
double fraction_of(const QueryClause& clause, const Column& column) {
  if (!column.has_statistics) return 1;
  if (!clause.has_value) return clause.lookup == Lookup::is ? column.null_fraction : 1;
  Oid const equality =
      server([&] { return lookup_type_cache(column.type, TYPECACHE_EQ_OPR)->eq_opr; });
  if (!OidIsValid(equality) || column.distinct > most_values) return 1;
  for (const Column::Common& common : column.common)
    if (server([&]() -> bool {
          return DatumGetBool(OidFunctionCall2Coll(get_opcode(equality), column.collation,
                                                   common.value, clause.value));
        }))
      return common.frequency;
  return 0;
}

// Whether an index over all rows begins with just these columns.
bool is_indexed(const StoredTable& table, const std::vector<AttrNumber>& keys) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const StoredIndex* index) {
    return index->is_valid && !index->predicate && index->method == BTREE_AM_OID &&
           static_cast<std::size_t>(index->keys) >= keys.size() &&
           std::equal(keys.begin(), keys.end(), index->columns);
  });
}

class Candidates {
 public:
  Candidates(Survey& survey, const StoredTable& table, std::vector<Candidate>& found)
      : survey_(survey),
        table_(table),
        statistics_(table, rows_of(survey.tables, table)),
        found_(found) {}

  // The clauses of one reference to the table.
  void add(const Clauses& clauses) {
    add_index(keys(clauses, false, 0), std::nullopt);
    add_index(keys(clauses, true, 0), std::nullopt);
    for (const QueryClause* const clause : clauses) {
      if (!clause->condition) continue;
      const Column* const column = statistics_.find(clause->column);
      if (!column || fraction_of(*clause, *column) > most_picked) continue;
      std::vector<AttrNumber> rest = keys(clauses, true, clause->column);
      if (rest.empty()) rest.push_back(clause->column);
      add_index(rest, clause->condition);
    }
  }

 private:
  std::vector<AttrNumber> keys(const Clauses& clauses, bool with_joins, AttrNumber except) const {
    std::vector<AttrNumber> keys;
    auto const add = [&](AttrNumber column) {
      if (column != except && keys.size() < INDEX_MAX_KEYS &&
          std::find(keys.begin(), keys.end(), column) == keys.end())
        keys.push_back(column);
    };
    auto const add_all = [&](Lookup lookup) {
      for (const QueryClause* const clause : clauses)
        if (clause->lookup == lookup) add(clause->column);
    };
    auto const add_first = [&](Lookup lookup) {
      for (const QueryClause* const clause : clauses) {
        if (clause->lookup != lookup || clause->column == except) continue;
        add(clause->column);
        return true;
      }
      return false;
    };
    AttrNumber const tenant = survey_.tenant_column(table_);
    for (const QueryClause* const clause : clauses)
      if (clause->column == tenant && clause->lookup == Lookup::equal) add(tenant);
    add_all(Lookup::equal);
    if (with_joins) add_all(Lookup::join);
    if (!add_first(Lookup::range)) add_first(Lookup::sort);
    return keys;
  }

  void add_index(const std::vector<AttrNumber>& keys, const OptionalText& predicate) {
    if (keys.empty() || (!predicate && is_indexed(table_, keys)) ||
        (predicate && has_partial_index(table_, *predicate, keys)))
      return;
    IndexRequest request;
    request.method = "btree";
    request.predicate = predicate;
    for (AttrNumber const key : keys) {
      const Column* const column = statistics_.find(key);
      if (!column || !has_btree(column->type)) return;
      request.columns.push_back(column->name);
    }
    auto const wanted = std::make_pair(keys, predicate);
    if (std::find(made_.begin(), made_.end(), wanted) != made_.end()) return;
    made_.push_back(wanted);
    if (const OptionalText statement = statement_for(survey_, table_, std::move(request)))
      found_.push_back({table_.facts.oid, predicate ? "partial" : "lookup", *statement});
  }

  Survey& survey_;
  const StoredTable& table_;
  Statistics statistics_;
  std::vector<Candidate>& found_;
  std::vector<std::pair<std::vector<AttrNumber>, OptionalText>> made_;
};

}  // namespace

std::vector<Candidate> find_candidates(Survey& survey, const Rows<QueryClause>& clauses) {
  std::map<Oid, std::map<int, Clauses>> by_table;
  for (const QueryClause& clause : clauses)
    by_table[clause.relation][clause.reference].push_back(&clause);
  std::vector<Candidate> found;
  for (const auto& [oid, references] : by_table) {
    auto const table = survey.tables.find(oid);
    if (table == survey.tables.end() || !table->second.is_owned ||
        table->second.facts.kind != RELKIND_RELATION)
      continue;
    AsOwner const owner(table->second.facts.owner);
    Candidates candidates(survey, table->second, found);
    for (const auto& [reference, own] : references) candidates.add(own);
  }
  return found;
}

}  // namespace tenancy::index
