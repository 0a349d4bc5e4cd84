// disable_isolation().
#include <set>

#include "isolation/family.hpp"
#include "isolation/policy.hpp"
#include "isolation/tenant_index.hpp"

namespace tenancy::isolation {
namespace {

// The policies that disabling ends. One without a record that is not in force is left alone: it may
// be a policy made by hand that an earlier call has given back.
std::vector<Policy> isolating_policies(const RelationFacts& relation,
                                       std::vector<Policy> policies) {
  std::erase_if(policies, [&](const Policy& policy) {
    return !policy.isolates_table || (!policy.undo && !relation.row_security);
  });
  return policies;
}

void plan_policy(const RelationFacts& relation, const Policy& policy, StatementList& statements) {
  if (!policy.undo || policy.undo->policy)
    statements.add("DROP POLICY " + quote_identifier(policy.name) + " ON " + relation.qualified());
  else
    statements.add(comment_statement(relation, policy.name, policy.undo->other_comment));
}

void plan_member(const RelationFacts& relation, StatementList& statements) {
  const std::vector<Policy> all = read_policies(relation);
  const std::vector<Policy> policies = isolating_policies(relation, all);
  if (policies.empty()) return;

  // A table has one of each of these, however many policies it has.
  std::set<std::string> defaults;
  bool force_row_security = false;
  bool row_security = false;
  for (const Policy& policy : policies) {
    if (!policy.undo) continue;
    force_row_security = force_row_security || policy.undo->force_row_security;
    row_security = row_security || policy.undo->row_security;
    if (policy.undo->column_default)
      for (std::string& column : columns_with_tenant_default(relation, policy))
        defaults.insert(std::move(column));
  }
  for (const Policy& policy : policies)
    if (!policy.undo && !row_security)
      notice("policy \"" + policy.name + "\" of table \"" + relation.name +
             "\" carries no record of what was there before it: row level security stays on");

  const std::string alter = "ALTER TABLE ONLY " + relation.qualified() + " ";
  for (const std::string& index : indexes_made_here(relation))
    statements.add("DROP INDEX " + index);
  for (const std::string& column : defaults)
    statements.add(alter + "ALTER COLUMN " + quote_identifier(column) + " DROP DEFAULT");
  for (const Policy& policy : policies) plan_policy(relation, policy, statements);
  if (force_row_security && relation.force_row_security)
    statements.add(alter + "NO FORCE ROW LEVEL SECURITY");
  if (row_security && relation.row_security) {
    if (all.size() > policies.size())
      warning("table \"" + relation.name +
              "\" has policies of its own, which end to apply: row level security was off before");
    statements.add(alter + "DISABLE ROW LEVEL SECURITY");
  }
}

}  // namespace

TENANCY_FUNCTION(tenancy_disable_isolation) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(1);
  const auto family = lock_family(arguments.oid(0), dry_run);
  StatementList statements;
  for (const RelationFacts& relation : family) plan_member(relation, statements);
  if (statements.empty()) notice("table \"" + family.front().name + "\" is not isolated");
  return run_and_return(fcinfo, statements, dry_run);
}

}  // namespace tenancy::isolation
