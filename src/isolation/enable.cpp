// enable_isolation().
#include <algorithm>

#include "isolation/condition.hpp"
#include "isolation/family.hpp"
#include "isolation/policy.hpp"
#include "isolation/tenant_index.hpp"
#include "tenant/settings.hpp"

namespace tenancy::isolation {
namespace {

struct Request {
  std::string tenant_column;
  std::vector<std::string> roles;
  std::string setting;
  std::string policy_name;
  bool set_default;
  bool create_index;
};

// What the members of the family that have been planned say to those that follow.
struct Plan {
  StatementList statements;
  std::vector<std::string> index_names;
  bool is_root = true;             // the next one is the table of the call
  bool root_default_here = false;  // its default is made, or was, by enabling
  bool index_leaves = false;       // each partition has or gets an index of its own
};

void refuse_unsupported(const Arguments& arguments) {
  auto const refuse = [](const char* argument) {
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED,
                std::string("argument \"") + argument + "\" is not supported yet");
  };
  if (arguments.boolean(5)) refuse("shared_rows");
  if (arguments.boolean(6)) refuse("guard");
  if (!arguments.name_array(7).empty()) refuse("bypass_roles");
}

// The roles as the server stores them: each once, and PUBLIC alone, since it is everybody.
std::vector<std::string> check_roles(const std::vector<std::string>& roles) {
  if (roles.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "roles must name at least one role")
        .hint("Use '{public}' for every role.");
  std::vector<std::string> checked;
  bool everybody = false;
  for (const std::string& role : roles) {
    if (std::find(checked.begin(), checked.end(), role) != checked.end()) continue;
    Oid const oid = role_oid(role);
    if (oid == ACL_ID_PUBLIC)
      everybody = true;
    else if (server([&] { return has_bypassrls_privilege(oid); }))
      warning("role \"" + role + "\" bypasses row level security: no policy applies to it");
    checked.push_back(role);
  }
  return everybody ? std::vector<std::string>{"public"} : checked;
}

// The column, with the base type of a domain as its type: NULL as a value of a domain would be
// subject to the domain's constraints, and so would a tenant, which need not satisfy them to be
// compared.
ColumnFacts require_tenant_column(const RelationFacts& relation, const std::string& name) {
  ColumnFacts column = describe_column(relation, name);
  if (column.is_generated)
    throw Error(ERRCODE_GENERATED_ALWAYS, "tenant column \"" + name + "\" of relation \"" +
                                              relation.name + "\" is a generated column")
        .hint("Name the column that it is computed from.");
  column.type = server([&] { return getBaseType(column.type); });
  return column;
}

void refuse_conflict(const RelationFacts& relation, const Policy& existing,
                     const PolicyDefinition& wanted) {
  const std::string problem = existing.name == wanted.name
                                  ? "policy \"" + wanted.name + "\" for table \"" + relation.name +
                                        "\" already exists with another definition"
                                  : "table \"" + relation.name +
                                        "\" is already isolated by policy \"" + existing.name +
                                        "\"";
  throw Error(ERRCODE_DUPLICATE_OBJECT, problem)
      .detail("Existing: " + existing.definition(relation) +
              "\nRequested: " + create_statement(relation, wanted))
      .hint("Two permissive policies widen each other. Call tenancy.disable_isolation() first.");
}

// The policy that is wanted, where the table has it. Refuses one in its place, and warns of those
// that widen it; a restrictive one can only narrow it.
std::optional<Policy> find_policy(const RelationFacts& relation, const PolicyDefinition& wanted) {
  std::optional<Policy> found;
  for (Policy& policy : read_policies(relation)) {
    if (policy.name == wanted.name && is_same(relation, policy, wanted)) {
      found = std::move(policy);
    } else if (policy.name == wanted.name || policy.isolates_table) {
      refuse_conflict(relation, policy, wanted);
    } else if (policy.is_permissive) {
      warning("policy \"" + policy.name + "\" of table \"" + relation.name +
              "\" is permissive: it widens what a tenant may touch");
    }
  }
  return found;
}

// Whether the column's default is just what enabling would set.
bool has_wanted_default(const RelationFacts& relation, const ColumnFacts& column,
                        const PolicyDefinition& wanted) {
  if (!column.has_default) return false;
  Sql sql;
  const auto rows = sql.query(
      "SELECT adbin FROM pg_catalog.pg_attrdef "
      "WHERE adrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND adnum OPERATOR(pg_catalog.=) $2::pg_catalog.int2",
      {std::to_string(relation.oid), std::to_string(column.number)});
  return is_call_of_condition(relation, rows.at(0)[0].value(), wanted.condition);
}

void plan_default(const RelationFacts& relation, const ColumnFacts& column, const Request& request,
                  const PolicyDefinition& wanted, const Plan& plan, Undo& undo,
                  StatementList& statements) {
  if (has_wanted_default(relation, column, wanted)) {
    // One that was there before is not ours; but a child made after enabling got it from the table.
    if (!plan.is_root && plan.root_default_here) undo.column_default = true;
  } else if (!request.set_default) {
    return;
  } else if (!column.has_default && !column.is_identity) {
    statements.add("ALTER TABLE ONLY " + relation.qualified() + " ALTER COLUMN " +
                   quote_identifier(column.name) + " SET DEFAULT " +
                   tenant_call(column, request.setting));
    undo.column_default = true;
  } else {
    notice("column \"" + column.name + "\" of table \"" + relation.name +
           "\" keeps its own default");
  }
}

void plan_member(const RelationFacts& relation, const Request& request, Plan& plan) {
  const ColumnFacts column = require_tenant_column(relation, request.tenant_column);
  const PolicyDefinition wanted{request.policy_name, request.roles,
                                tenant_condition(column, request.setting)};
  const std::optional<Policy> existing = find_policy(relation, wanted);
  Undo recorded;
  if (existing)
    recorded = existing->undo.value_or(Undo{.other_comment = existing->comment.value_or("")});

  Undo undo = recorded;
  StatementList statements;
  const std::string alter = "ALTER TABLE ONLY " + relation.qualified() + " ";
  if (!existing) {
    statements.add(create_statement(relation, wanted));
    undo.policy = true;
  }
  if (!relation.row_security) {
    statements.add(alter + "ENABLE ROW LEVEL SECURITY");
    undo.row_security = true;
  }
  if (!relation.force_row_security) {
    statements.add(alter + "FORCE ROW LEVEL SECURITY");
    undo.force_row_security = true;
  }
  plan_default(relation, column, request, wanted, plan, undo, statements);
  // An index of a partitioned table is on its partitions too.
  const bool is_place = plan.index_leaves ? relation.kind == RELKIND_RELATION
                                          : !(relation.is_partition && !plan.is_root);
  const bool needs_index = request.create_index && is_place && !has_leading_index(relation, column);

  const bool changes = !statements.empty() || needs_index || undo != recorded;
  const std::string comment = undo.to_comment();
  if (changes && !(existing && existing->comment == comment))
    statements.add(comment_statement(relation, wanted.name, comment));
  if (needs_index) add_index(relation, column, plan.index_names, statements);

  for (const std::string& statement : statements) plan.statements.add(statement);
  if (plan.is_root) plan.root_default_here = undo.column_default;
  plan.is_root = false;
}

// Whether the table of the call is partitioned, has no index of its own, and a partition has one.
// An index of the table would take that in, and take it along when it is dropped.
bool has_indexed_partition(const std::vector<RelationFacts>& family, const std::string& name) {
  const RelationFacts& root = family.front();
  if (root.kind != RELKIND_PARTITIONED_TABLE ||
      has_leading_index(root, describe_column(root, name)))
    return false;
  return std::any_of(family.begin() + 1, family.end(), [&](const RelationFacts& partition) {
    return has_leading_index(partition, describe_column(partition, name));
  });
}

}  // namespace

TENANCY_FUNCTION(tenancy_enable_isolation) {
  Arguments const arguments(fcinfo);
  Request request{arguments.name(1), arguments.name_array(2), arguments.text(3),
                  arguments.name(4), arguments.boolean(8),    arguments.boolean(9)};
  bool const dry_run = arguments.boolean(10);
  refuse_unsupported(arguments);
  tenant::require_tenant_setting(request.setting);
  request.roles = check_roles(request.roles);

  const auto family = lock_family(arguments.oid(0), dry_run);
  Plan plan;
  plan.index_leaves = has_indexed_partition(family, request.tenant_column);
  for (const RelationFacts& relation : family) plan_member(relation, request, plan);
  if (plan.statements.empty())
    notice("table \"" + family.front().name + "\" is already isolated by policy \"" +
           request.policy_name + "\"");
  return run_and_return(fcinfo, plan.statements, dry_run);
}

}  // namespace tenancy::isolation
