#include "isolation/policy.hpp"

#include <algorithm>

namespace tenancy::isolation {
namespace {

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

bool is_same_expression(const RelationFacts& relation, const OptionalText& tree,
                        const OptionalText& condition) {
  if (!tree || !condition) return !tree && !condition;
  return is_condition(relation, *tree, *condition);
}

const char* command_name(char command) {
  switch (command) {
    case 'r':
      return "SELECT";
    case 'a':
      return "INSERT";
    case 'w':
      return "UPDATE";
    case 'd':
      return "DELETE";
    default:
      return "ALL";
  }
}

}  // namespace

std::string PolicyDefinition::create_statement(const RelationFacts& relation) const {
  std::string text = "CREATE POLICY " + quote_identifier(name) + " ON " + relation.qualified() +
                     " AS " + (is_permissive ? "PERMISSIVE" : "RESTRICTIVE") + " FOR " +
                     command_name(command) + " TO " + quote_roles(roles);
  if (using_condition) text += " USING (" + *using_condition + ")";
  if (check_condition) text += " WITH CHECK (" + *check_condition + ")";
  return text;
}

bool Policy::is_tenant_policy(const RelationFacts& relation) const {
  if (undo) return undo->part == Part::tenant;
  return is_permissive && command == '*' && using_tree && check_tree &&
         read_comparison(relation, *using_tree) && same_tree(*using_tree, *check_tree);
}

std::string Policy::definition(const RelationFacts& relation) const {
  Sql sql;
  const auto rows = sql.read_catalog(
      "SELECT pg_catalog.pg_get_expr(polqual, polrelid), "
      "pg_catalog.pg_get_expr(polwithcheck, polrelid) FROM pg_catalog.pg_policy "
      "WHERE oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid",
      {std::to_string(oid)});
  PolicyDefinition same{Part::tenant, name, is_permissive, command, roles, {}, {}};
  if (!rows.empty()) {
    same.using_condition = rows[0][0];
    same.check_condition = rows[0][1];
  }
  return same.create_statement(relation);
}

std::vector<Policy> read_policies(const RelationFacts& relation) {
  Sql sql;
  // One row for a policy and a role; a policy FOR ... TO PUBLIC has the role 0.
  const auto rows = sql.read_catalog(
      "SELECT p.oid, p.polname, p.polpermissive, p.polcmd, p.polqual, p.polwithcheck, "
      "  pg_catalog.obj_description(p.oid, 'pg_policy'), a.rolname "
      "FROM pg_catalog.pg_policy p "
      "CROSS JOIN LATERAL pg_catalog.unnest(p.polroles) AS r(role) "
      "LEFT JOIN pg_catalog.pg_roles a ON a.oid OPERATOR(pg_catalog.=) r.role "
      "WHERE p.polrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "ORDER BY p.polname, p.oid, a.rolname",
      {std::to_string(relation.oid)});
  std::vector<Policy> policies;
  for (const Sql::Row& row : rows) {
    Oid const policy_oid = static_cast<Oid>(std::stoul(*row[0]));
    if (policies.empty() || policies.back().oid != policy_oid) {
      Policy policy;
      policy.oid = policy_oid;
      policy.name = *row[1];
      policy.is_permissive = row[2] == "t";
      policy.command = (*row[3])[0];
      policy.using_tree = row[4];
      policy.check_tree = row[5];
      policy.comment = row[6];
      if (policy.comment) policy.undo = Undo::from_comment(*policy.comment);
      policies.push_back(std::move(policy));
    }
    policies.back().roles.push_back(row[7].value_or("public"));
  }
  return policies;
}

const Policy* find_tenant_policy(const RelationFacts& relation,
                                 const std::vector<Policy>& policies) {
  const Policy* found = nullptr;
  for (const Policy& policy : policies)
    if ((!found || (policy.undo && !found->undo)) && policy.is_tenant_policy(relation))
      found = &policy;
  return found;
}

std::string comment_statement(const RelationFacts& relation, const std::string& policy,
                              const std::string& comment) {
  return "COMMENT ON POLICY " + quote_identifier(policy) + " ON " + relation.qualified() + " IS " +
         (comment.empty() ? "NULL" : quote_literal(comment));
}

bool is_same(const RelationFacts& relation, const Policy& policy, const PolicyDefinition& wanted) {
  return policy.is_permissive == wanted.is_permissive && policy.command == wanted.command &&
         sorted(policy.roles) == sorted(wanted.roles) &&
         is_same_expression(relation, policy.using_tree, wanted.using_condition) &&
         is_same_expression(relation, policy.check_tree, wanted.check_condition);
}

std::vector<RelationFacts> tables_isolated_through(const RelationFacts& relation) {
  Sql sql;
  const auto rows = sql.read_catalog(
      "SELECT DISTINCT p.polrelid FROM pg_catalog.pg_depend d "
      "JOIN pg_catalog.pg_policy p ON p.oid OPERATOR(pg_catalog.=) d.objid "
      "WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_policy'::pg_catalog.regclass "
      "AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass "
      "AND d.refobjid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND p.polrelid OPERATOR(pg_catalog.<>) d.refobjid ORDER BY 1",
      {std::to_string(relation.oid)});
  std::vector<RelationFacts> tables;
  for (const Sql::Row& row : rows) {
    RelationFacts table = describe_relation(static_cast<Oid>(std::stoul(*row[0])));
    const std::vector<Policy> policies = read_policies(table);
    if (std::any_of(policies.begin(), policies.end(), [](const Policy& policy) {
          return policy.undo && !policy.undo->foreign_key.empty();
        }))
      tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace tenancy::isolation
