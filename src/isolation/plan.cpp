#include "isolation/plan.hpp"

#include <algorithm>

#include "isolation/tenant_index.hpp"
#include "isolation/truncate.hpp"
#include "server/memory.hpp"

namespace tenancy::isolation {
namespace {

[[noreturn]] void raise_conflict(const RelationFacts& relation, const Policy& policy,
                                 const std::vector<Policy>& policies,
                                 const std::vector<PolicyDefinition>& wanted) {
  auto const is_wanted = [&](const Policy& existing) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const PolicyDefinition& definition) {
      return definition.name == existing.name;
    });
  };
  std::string problem = "table \"" + relation.name + "\" is already isolated ";
  if (is_wanted(policy))
    problem = "policy \"" + policy.name + "\" for table \"" + relation.name +
              "\" already exists with another definition";
  else if (policy.undo && policy.undo->part != Part::tenant)
    problem += "with policy \"" + policy.name + "\"";
  else
    problem += "by policy \"" + policy.name + "\"";
  std::string existing, requested;
  for (const Policy& each : policies)
    if (each.undo || is_wanted(each) || each.is_tenant_policy(relation))
      existing += (existing.empty() ? "Existing: " : "; ") + each.definition(relation);
  for (const PolicyDefinition& each : wanted)
    requested += (requested.empty() ? "\nRequested: " : "; ") + each.create_statement(relation);
  throw Error(ERRCODE_DUPLICATE_OBJECT, problem)
      .detail(existing + requested)
      .hint("Two permissive policies widen each other. Call tenancy.disable_isolation() first.");
}

// For each policy that is wanted, the one that the table has, or null. Refuses one in its place,
// and warns of those that widen it; a restrictive one can only narrow it.
std::vector<const Policy*> match_policies(const RelationFacts& relation,
                                          const std::vector<Policy>& policies,
                                          const std::vector<PolicyDefinition>& wanted,
                                          const Definition& definition) {
  std::vector<const Policy*> matches(wanted.size());
  for (const Policy& policy : policies) {
    auto const found = std::find_if(
        wanted.begin(), wanted.end(),
        [&](const PolicyDefinition& candidate) { return candidate.name == policy.name; });
    if (found != wanted.end() && is_same(relation, policy, *found) &&
        (!policy.undo || policy.undo->part == found->part)) {
      matches[found - wanted.begin()] = &policy;
    } else if (found != wanted.end() || policy.undo || policy.is_tenant_policy(relation)) {
      raise_conflict(relation, policy, policies, wanted);
    } else if (policy.is_permissive && !definition.guard) {
      warning("policy \"" + policy.name + "\" of table \"" + relation.name +
              "\" is permissive: it widens what a tenant may touch");
    }
  }
  return matches;
}

// Whether the column's default is just what enabling would set.
bool has_wanted_default(const RelationFacts& relation, const ColumnFacts& column,
                        const std::string& setting) {
  if (!column.has_default) return false;
  const OptionalText found = setting_of_default(column, default_tree(relation, column));
  return found && fold_setting(*found) == setting;
}

// Policies that were made by hand and are as they should be are kept when the rest is taken back.
Undo recorded_by(const Policy* policy) {
  if (policy && policy->undo) return *policy->undo;
  Undo undo;
  if (policy && policy->comment) undo.other_comment = *policy->comment;
  return undo;
}

// One table's part of a plan.
struct Member {
  const RelationFacts& relation;
  const Definition& definition;
  Scope scope;
  Undo undo;
  StatementList statements;

  std::string alter() const { return "ALTER TABLE ONLY " + relation.qualified() + " "; }
};

void plan_policies(Member& member, const std::vector<PolicyDefinition>& wanted,
                   const std::vector<const Policy*>& existing) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!existing[i]) member.statements.add(wanted[i].create_statement(member.relation));
    if (i == 0) {
      if (!existing[i]) member.undo.policy = true;
      continue;  // the comment of the tenant's policy has the whole record, which is not known yet
    }
    Undo undo = recorded_by(existing[i]);
    undo.part = wanted[i].part;
    if (!existing[i]) undo.policy = true;
    if (!existing[i] || existing[i]->comment != undo.to_comment())
      member.statements.add(comment_statement(member.relation, wanted[i].name, undo.to_comment()));
  }
}

void plan_row_security(Member& member) {
  if (!member.relation.row_security) {
    member.statements.add(member.alter() + "ENABLE ROW LEVEL SECURITY");
    member.undo.row_security = true;
  }
  if (!member.relation.force_row_security) {
    member.statements.add(member.alter() + "FORCE ROW LEVEL SECURITY");
    member.undo.force_row_security = true;
  }
}

void plan_default(Member& member, bool is_default_ours) {
  const ColumnFacts& column = member.scope.column;
  if (member.definition.path) return;
  if (has_wanted_default(member.relation, column, member.definition.setting)) {
    // One that was there before is not ours; but a child made after enabling got it from the table.
    if (is_default_ours) member.undo.column_default = true;
  } else if (!member.definition.set_default) {
    return;
  } else if (!column.has_default && !column.is_identity) {
    member.statements.add(member.alter() + "ALTER COLUMN " + quote_identifier(column.name) +
                          " SET DEFAULT " + tenant_call(column, member.definition.setting));
    member.undo.column_default = true;
  } else {
    notice("column \"" + column.name + "\" of table \"" + member.relation.name +
           "\" keeps its own default");
  }
}

// The columns that the policy's condition compares, of the table itself.
std::vector<ColumnFacts> compared_columns(const Member& member) {
  if (!member.definition.path) return {member.scope.column};
  std::vector<ColumnFacts> columns;
  for (const ForeignKey::Column& column : member.definition.path->keys.front().columns)
    columns.push_back(describe_column(member.relation, column.referencing));
  return columns;
}

bool plan_index(Member& member, Plan& plan, StatementList& statements) {
  if (!member.definition.create_index || member.relation.kind != RELKIND_RELATION) return false;
  const std::vector<ColumnFacts> columns = compared_columns(member);
  if (has_leading_index(member.relation, columns)) return false;
  // Who attaches a partition needs no right to make things in its schema, and must not fail here.
  if (plan.is_automatic &&
      !server([&] { return may_create_in(member.relation.schema_oid, GetUserId()); })) {
    warning("table \"" + member.relation.name + "\" gets no index for its isolation: no right to " +
            "make one in schema \"" + member.relation.schema + "\"");
    return false;
  }
  return add_index(member.relation, columns, plan.index_names, statements);
}

// Returns whether the default of the tenant column is made, or was, by enabling.
bool plan_member(const RelationFacts& relation, const Definition& definition, Plan& plan,
                 bool is_default_ours) {
  ScratchMemory const scratch;
  Member member{relation, definition, find_scope(relation, definition), {}, {}};
  const std::vector<PolicyDefinition> wanted = derive_policies(definition, member.scope);
  const std::vector<Policy> policies = read_policies(relation);
  const std::vector<const Policy*> existing =
      match_policies(relation, policies, wanted, definition);
  bool const has_record = existing[0] && existing[0]->undo;
  const Undo recorded = recorded_by(existing[0]);
  Undo& undo = member.undo;
  undo = recorded;
  undo.foreign_key = definition.path ? definition.path->keys.front().name : "";
  if (!plan.is_automatic && definition.shared_rows && !definition.path &&
      member.scope.column.is_not_null)
    notice("column \"" + member.scope.column.name + "\" of table \"" + relation.name +
           "\" is NOT NULL: no row of it can be shared");
  plan_policies(member, wanted, existing);
  plan_row_security(member);
  plan_default(member, is_default_ours);
  plan_revoke(relation, definition, !plan.is_automatic, undo.truncate, member.statements);
  StatementList index;
  if (plan_index(member, plan, index)) undo.index = true;
  // Said once, and no longer true once there is one.
  undo.without_default = !definition.path && !definition.set_default && !undo.column_default &&
                         (!has_record || recorded.without_default);
  undo.without_index = !definition.create_index && (!has_record || recorded.without_index);
  const std::string comment = undo.to_comment();
  bool const changes = !member.statements.empty() || !index.empty() || undo != recorded;
  if (changes && !(existing[0] && existing[0]->comment == comment))
    member.statements.add(comment_statement(relation, wanted[0].name, comment));

  for (const std::string& statement : member.statements) plan.statements.add(statement);
  for (const std::string& statement : index) plan.statements.add(statement);
  return undo.column_default;
}

// The policies that count are those of the table that a statement names.
void warn_of_open_parents(const RelationFacts& relation) {
  for (Oid const oid : parents_of(relation.oid)) {
    const RelationFacts parent = describe_relation(oid);
    if (!read_definition(parent))
      warning("rows of table \"" + relation.name + "\" can be reached through its parent \"" +
                  parent.name + "\", which is not isolated",
              "Isolate the parent, or grant no rights on it.");
  }
}

}  // namespace

void plan_family(const std::vector<RelationFacts>& family, const Definition& definition, Plan& plan,
                 bool is_default_ours) {
  if (!plan.is_automatic && !family.empty()) warn_of_open_parents(family.front());
  for (std::size_t i = 0; i < family.size(); ++i) {
    bool const is_ours = plan_member(family[i], definition, plan, is_default_ours);
    if (i == 0) is_default_ours = is_default_ours || is_ours;
  }
}

}  // namespace tenancy::isolation
