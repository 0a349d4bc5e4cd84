// create_partial_index().
#include "index/plan.hpp"

namespace tenancy::index {

TENANCY_FUNCTION(tenancy_create_partial_index) {
  Arguments const arguments(fcinfo);
  IndexRequest const request{arguments.text_array(1), arguments.text(2), arguments.optional_name(3),
                             arguments.boolean(4),    arguments.name(5), arguments.name_array(6)};
  if (!arguments.is_null(7) && arguments.boolean(7))
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "argument \"tenant_leading\" is not supported yet")
        .hint("Name the tenant column first in columns.");
  bool const dry_run = arguments.boolean(8);
  if (request.columns.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "columns must name at least one column");

  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : ShareLock);
  IndexPlan plan = plan_index(relation, request);
  notice_existing(plan);
  plan.statements.run(dry_run);

  ResultRows rows(fcinfo);
  if (plan.statements.empty()) rows.add({plan.name, plan.action, std::nullopt});
  for (const std::string& statement : plan.statements)
    rows.add({plan.name, plan.action, statement});
  return Datum{0};
}

}  // namespace tenancy::index
