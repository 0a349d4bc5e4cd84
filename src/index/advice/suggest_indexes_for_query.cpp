// suggest_indexes_for_query().
#include <algorithm>
#include <set>

#include "index/advice/hypothetical.hpp"
#include "index/advice/query_candidate.hpp"

namespace tenancy::index {
namespace {

struct Tried {
  Candidate candidate;
  double cost;
  bool is_used;
};

// CREATE INDEX without the name that it gives.
std::string without_name(const std::string& statement) {
  const std::string before = "INDEX ";
  std::size_t at = statement.find(before) + before.size();
  // In quotes there may be spaces, and quotes that are doubled.
  bool is_quoted = false;
  for (; at < statement.size() && (is_quoted || statement[at] != ' '); ++at)
    if (statement[at] == '"') is_quoted = !is_quoted;
  return statement.substr(at);
}

// What suggest_indexes() has to say of the tables, beside what the query's conditions suggest.
void add_advice(Survey& survey, const std::set<Oid>& tables, std::vector<Candidate>& candidates) {
  std::set<std::string> known;
  for (const Candidate& candidate : candidates) known.insert(without_name(candidate.statement));
  for (Oid const oid : tables) {
    auto const table = survey.tables.find(oid);
    if (table != survey.tables.end() && table->second.is_owned &&
        table->second.facts.kind == RELKIND_RELATION)
      advise(survey, table->second);
  }
  for (const Advice& advice : survey.advice)
    if (advice.statement && advice.statement->starts_with("CREATE INDEX ") &&
        known.insert(without_name(*advice.statement)).second)
      candidates.push_back({advice.relation, advice.kind, *advice.statement});
}

}  // namespace

TENANCY_FUNCTION(tenancy_suggest_indexes_for_query) {
  Arguments const arguments(fcinfo);
  const std::string query = arguments.text(0);
  const HypotheticalIndexes functions;
  Rows<QueryClause> const clauses = server([&] { return find_clauses(query.c_str()); });
  double const before = plan_query(query).cost;

  Survey survey;
  survey.tables = read_inventory();
  survey.tenants = read_tenant_columns(survey.tables);
  std::vector<Candidate> candidates = find_candidates(survey, clauses);
  std::set<Oid> tables;
  for (const QueryClause& clause : clauses) tables.insert(clause.relation);
  add_advice(survey, tables, candidates);

  std::vector<Tried> tried;
  for (Candidate& candidate : candidates) {
    server([] { CHECK_FOR_INTERRUPTS(); });
    HypotheticalIndex const index(functions, candidate.statement);
    QueryPlan const plan = plan_query(query, index.oid());
    tried.push_back({std::move(candidate), plan.cost, plan.uses});
  }
  std::stable_sort(tried.begin(), tried.end(), [](const Tried& a, const Tried& b) {
    return a.is_used != b.is_used ? a.is_used : a.cost < b.cost;
  });
  ResultRows rows(fcinfo);
  for (const Tried& one : tried)
    rows.add({std::to_string(one.candidate.relation), one.candidate.kind, one.candidate.statement,
              fixed(before, 2), fixed(one.cost, 2), one.is_used ? "t" : "f"});
  if (tried.empty()) notice("no index suggests itself for this query");
  return Datum{0};
}

}  // namespace tenancy::index
