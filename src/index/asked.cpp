#include "index/asked.hpp"

#include "index/conflict_target.hpp"
#include "index/predicate_advice.hpp"
#include "index/refusal.hpp"
#include "index/tenant_leading.hpp"

namespace tenancy::index {

AskedIndex read_asked_index(const Arguments& arguments) {
  AskedIndex asked{{arguments.text_array(1), arguments.text(2), arguments.optional_identifier(3),
                    arguments.boolean(4), arguments.name(5), arguments.name_array(6)},
                   arguments.optional_boolean(7)};
  if (asked.request.columns.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "columns must name at least one column");
  return asked;
}

PreparedIndex prepare_index(const RelationFacts& relation, const AskedIndex& asked, bool checks,
                            IndexPlan (*plan)(const RelationFacts&, const IndexRequest&)) {
  LedRequest led = lead_with_tenant(relation, asked.request, asked.tenant_leading);
  PreparedIndex index{std::move(led.request), {}, {}};
  index.plan = plan(relation, index.request);
  notice_existing(index.plan);
  if (std::strcmp(index.plan.action, "created") == 0) {
    if (checks) refuse_as_create_index(relation, index.request);
    if (!led.notice.empty()) notice(led.notice, led.hint);
    advise_on_predicate(relation, *index.request.predicate);
  }
  index.on_conflict = conflict_target(relation, index.request);
  return index;
}

}  // namespace tenancy::index
