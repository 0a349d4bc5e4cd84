// disable_isolation() and disable_isolation_in_schema().
#include <algorithm>
#include <set>

#include "isolation/definition.hpp"
#include "isolation/family.hpp"
#include "isolation/tenant_index.hpp"
#include "isolation/truncate.hpp"
#include "server/memory.hpp"

namespace tenancy::isolation {
namespace {

using Family = std::vector<RelationFacts>;

// A table with a policy of isolation that is no record's: its owner's, as far as can be known.
void report_unrecorded(const RelationFacts& relation, const Policy& policy) {
  notice("policy \"" + policy.name + "\" of table \"" + relation.name +
             "\" carries no record of enabling: it stays",
         "If it is not wanted: DROP POLICY " + quote_identifier(policy.name) + " ON " +
             relation.qualified() + ";");
}

// What is left where somebody dropped the policy, and its record with it.
void report_remains(const RelationFacts& relation, const std::vector<Policy>& policies) {
  std::string remains;
  for (const std::string& index : indexes_made_here(relation))
    remains += (remains.empty() ? "index " : ", index ") + index;
  if (policies.empty() && relation.row_security)
    remains += std::string(remains.empty() ? "" : ", ") +
               (relation.force_row_security ? "row level security, forced" : "row level security");
  if (remains.empty()) return;
  notice("table \"" + relation.name +
         "\" has no record of what enabling changed; left as is: " + remains);
}

void plan_drop_default(const RelationFacts& relation, const Policy& policy,
                       StatementList& statements) {
  const auto comparison = policy.using_tree ? read_comparison(relation, *policy.using_tree)
                                            : std::optional<Comparison>();
  if (!comparison) {
    notice("policy \"" + policy.name + "\" of table \"" + relation.name +
           "\" was altered: the default that enabling set stays where it is");
    return;
  }
  const ColumnFacts column = describe_column(relation, column_name(relation, comparison->column));
  if (!column.has_default) return;
  const OptionalText setting = setting_of_default(column, default_tree(relation, column));
  if (setting && fold_setting(*setting) == fold_setting(comparison->setting))
    statements.add("ALTER TABLE ONLY " + relation.qualified() + " ALTER COLUMN " +
                   quote_identifier(column.name) + " DROP DEFAULT");
  else
    notice("column \"" + column.name + "\" of table \"" + relation.name +
           "\" has another default than enabling set: it stays");
}

void plan_policy(const RelationFacts& relation, const Policy& policy, StatementList& statements) {
  if (policy.undo->policy)
    statements.add("DROP POLICY " + quote_identifier(policy.name) + " ON " + relation.qualified());
  else
    statements.add(comment_statement(relation, policy.name, policy.undo->other_comment));
}

// Returns whether the table was found isolated, by whatever policy.
bool plan_member(const RelationFacts& relation, StatementList& statements) {
  ScratchMemory const scratch;
  const std::vector<Policy> all = read_policies(relation);
  std::vector<const Policy*> policies;
  std::vector<const Policy*> records;
  for (const Policy& policy : all) {
    if (!policy.undo) continue;
    policies.push_back(&policy);
    if (policy.undo->part == Part::tenant) records.push_back(&policy);
  }
  const Policy* const tenant = find_tenant_policy(relation, all);
  if (tenant && !tenant->undo) report_unrecorded(relation, *tenant);
  if (records.empty() && !tenant) report_remains(relation, all);
  if (policies.empty()) return tenant != nullptr;

  bool force_row_security = false;
  bool row_security = false;
  std::vector<TruncateGrant> truncate;
  for (const Policy* policy : records) {
    const Undo& undo = *policy->undo;
    force_row_security = force_row_security || undo.force_row_security;
    row_security = row_security || undo.row_security;
    truncate.insert(truncate.end(), undo.truncate.begin(), undo.truncate.end());
  }
  if (std::any_of(records.begin(), records.end(),
                  [](const Policy* policy) { return policy->undo->index; }))
    for (const std::string& index : indexes_made_here(relation))
      statements.add("DROP INDEX " + index);
  for (const Policy* policy : records)
    if (policy->undo->column_default) plan_drop_default(relation, *policy, statements);
  for (const Policy* policy : policies) plan_policy(relation, *policy, statements);
  const std::string alter = "ALTER TABLE ONLY " + relation.qualified() + " ";
  if (force_row_security && relation.force_row_security)
    statements.add(alter + "NO FORCE ROW LEVEL SECURITY");
  if (row_security && relation.row_security) {
    if (all.size() > policies.size())
      warning("table \"" + relation.name +
              "\" has policies of its own, which end to apply: row level security was off before");
    statements.add(alter + "DISABLE ROW LEVEL SECURITY");
  }
  plan_grant(relation, truncate, statements);
  return true;
}

// A child that another table isolates too, one that is not in the family, stays as it is, and so do
// its own children.
bool is_kept(const RelationFacts& relation, const std::set<Oid>& family,
             const std::set<Oid>& kept) {
  for (Oid const parent : parents_of(relation.oid)) {
    if (kept.count(parent) > 0) return true;
    if (family.count(parent) > 0) continue;
    const RelationFacts other = describe_relation(parent);
    if (!find_isolating_policy(other, read_policies(other))) continue;
    notice("table \"" + relation.name + "\" stays isolated: it inherits from table \"" +
           other.name + "\" too, which is");
    return true;
  }
  return false;
}

// Returns whether any of it was found isolated.
bool plan_family(const Family& family, const std::set<Oid>& all, StatementList& statements) {
  std::set<Oid> kept;
  bool found = false;
  for (const RelationFacts& relation : family) {
    if (relation.oid != family.front().oid && is_kept(relation, all, kept))
      kept.insert(relation.oid);
    else if (plan_member(relation, statements))
      found = true;
  }
  return found;
}

// Their conditions name the tenant column themselves, so that nothing is opened.
void report_dependents(const Family& family, const std::set<Oid>& all) {
  for (const RelationFacts& relation : family)
    for (const RelationFacts& table : tables_isolated_through(relation))
      if (all.count(table.oid) == 0)
        notice("table \"" + table.name + "\" stays isolated through table \"" + relation.name +
               "\"");
}

std::set<Oid> oids_of(const std::vector<Family>& families) {
  std::set<Oid> oids;
  for (const Family& family : families)
    for (const RelationFacts& relation : family) oids.insert(relation.oid);
  return oids;
}

}  // namespace

TENANCY_FUNCTION(tenancy_disable_isolation) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(1);
  const std::vector<Family> families{lock_family(arguments.oid(0), dry_run, true)};
  const Family& family = families.front();
  const std::set<Oid> all = oids_of(families);
  StatementList statements;
  bool const found = plan_family(family, all, statements);
  if (!statements.empty())
    report_dependents(family, all);
  else if (!found)
    notice("table \"" + family.front().name + "\" is not isolated");
  return run_and_return(fcinfo, statements, dry_run);
}

TENANCY_FUNCTION(tenancy_disable_isolation_in_schema) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(1);
  std::vector<Oid> tables = tables_of_schema(arguments.oid(0));
  std::erase_if(tables, [](Oid table) {
    if (!relation_exists(table)) return true;  // dropped meanwhile
    const std::vector<Policy> policies = read_policies(describe_relation(table));
    return std::none_of(policies.begin(), policies.end(),
                        [](const Policy& policy) { return policy.undo.has_value(); });
  });
  const std::vector<Family> families = lock_families(tables, dry_run, true);
  const std::set<Oid> all = oids_of(families);
  StatementList statements;
  for (const Family& family : families) plan_family(family, all, statements);
  for (const Family& family : families) report_dependents(family, all);
  if (statements.empty())
    notice("no table of schema \"" + schema_name(arguments.oid(0)) + "\" is isolated");
  return run_and_return(fcinfo, statements, dry_run);
}

}  // namespace tenancy::isolation
