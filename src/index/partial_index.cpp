// create_partial_index().
#include "index/conflict_target.hpp"
#include "index/plan.hpp"
#include "index/predicate_advice.hpp"
#include "index/refusal.hpp"
#include "index/tenant_leading.hpp"

namespace tenancy::index {

TENANCY_FUNCTION(tenancy_create_partial_index) {
  Arguments const arguments(fcinfo);
  IndexRequest const asked{
      arguments.text_array(1), arguments.text(2), arguments.optional_identifier(3),
      arguments.boolean(4),    arguments.name(5), arguments.name_array(6)};
  const std::optional<bool> tenant_leading = arguments.optional_boolean(7);
  bool const dry_run = arguments.boolean(8);
  if (asked.columns.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "columns must name at least one column");

  const RelationFacts relation =
      lock_owned_indexable(arguments.oid(0), dry_run ? AccessShareLock : ShareLock);
  const LedRequest led = lead_with_tenant(relation, asked, tenant_leading);
  IndexPlan plan = plan_index(relation, led.request);
  if (std::strcmp(plan.action, "created") == 0) {
    if (dry_run) refuse_as_create_index(relation, led.request);
    if (!led.notice.empty()) notice(led.notice, led.hint);
    advise_on_predicate(relation, *led.request.predicate);
  }
  plan.statements.run(dry_run);

  const OptionalText target = conflict_target(relation, led.request);
  ResultRows rows(fcinfo);
  if (plan.statements.empty()) rows.add({plan.name, plan.action, std::nullopt, target});
  for (const std::string& statement : plan.statements)
    rows.add({plan.name, plan.action, statement, target});
  return Datum{0};
}

}  // namespace tenancy::index
