// create_partial_index().
#include "index/asked.hpp"

namespace tenancy::index {

TENANCY_FUNCTION(tenancy_create_partial_index) {
  Arguments const arguments(fcinfo);
  const AskedIndex asked = read_asked_index(arguments);
  bool const dry_run = arguments.boolean(8);
  const RelationFacts relation =
      lock_owned_indexable(arguments.oid(0), dry_run ? AccessShareLock : building_lock);
  auto const plan = [](const RelationFacts& table, const IndexRequest& request) {
    return plan_index(table, request);
  };
  PreparedIndex index = prepare_index(relation, asked, dry_run, plan);
  StatementList& statements = index.plan.statements;
  statements.run(dry_run);

  ResultRows rows(fcinfo);
  if (statements.empty())
    rows.add({index.plan.name, index.plan.action, std::nullopt, index.on_conflict});
  for (const std::string& statement : statements)
    rows.add({index.plan.name, index.plan.action, statement, index.on_conflict});
  return Datum{0};
}

}  // namespace tenancy::index
