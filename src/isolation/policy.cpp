#include "isolation/policy.hpp"

#include <algorithm>

#include "isolation/condition.hpp"

namespace tenancy::isolation {
namespace {

bool is_true(const OptionalText& value) {
  return value && *value == "t";
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

// Whether the policy is of the form that enabling gives to its own.
bool has_own_form(const RelationFacts& relation, const Policy& policy) {
  return policy.is_permissive && policy.command == '*' && policy.using_tree && policy.check_tree &&
         is_tenant_condition(relation, *policy.using_tree) &&
         same_tree(*policy.using_tree, *policy.check_tree);
}

}  // namespace

std::vector<Policy> read_policies(const RelationFacts& relation) {
  Sql sql;
  // One row for a policy and a role; a policy FOR ... TO PUBLIC has the role 0.
  const auto rows = sql.query(
      "SELECT p.oid, p.polname, p.polpermissive, p.polcmd, "
      "  pg_catalog.pg_get_expr(p.polqual, p.polrelid), "
      "  pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), p.polqual, p.polwithcheck, "
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
      policy.is_permissive = is_true(row[2]);
      policy.command = (*row[3])[0];
      policy.using_condition = row[4];
      policy.check_condition = row[5];
      policy.using_tree = row[6];
      policy.check_tree = row[7];
      policy.comment = row[8];
      if (policy.comment) policy.undo = Undo::from_comment(*policy.comment);
      policy.isolates_table = policy.undo || has_own_form(relation, policy);
      policies.push_back(std::move(policy));
    }
    policies.back().roles.push_back(row[9].value_or("public"));
  }
  return policies;
}

std::string Policy::definition(const RelationFacts& relation) const {
  const char* const commands = command == 'r'   ? "SELECT"
                               : command == 'a' ? "INSERT"
                               : command == 'w' ? "UPDATE"
                               : command == 'd' ? "DELETE"
                                                : "ALL";
  std::string text = "CREATE POLICY " + quote_identifier(name) + " ON " + relation.qualified() +
                     " AS " + (is_permissive ? "PERMISSIVE" : "RESTRICTIVE") + " FOR " + commands +
                     " TO " + quote_roles(roles);
  if (using_condition) text += " USING (" + *using_condition + ")";
  if (check_condition) text += " WITH CHECK (" + *check_condition + ")";
  return text;
}

std::string create_statement(const RelationFacts& relation, const PolicyDefinition& definition) {
  Policy policy;
  policy.name = definition.name;
  policy.roles = definition.roles;
  policy.using_condition = policy.check_condition = definition.condition;
  return policy.definition(relation);
}

std::string comment_statement(const RelationFacts& relation, const std::string& policy,
                              const std::string& comment) {
  return "COMMENT ON POLICY " + quote_identifier(policy) + " ON " + relation.qualified() + " IS " +
         (comment.empty() ? "NULL" : quote_literal(comment));
}

bool is_same(const RelationFacts& relation, const Policy& policy,
             const PolicyDefinition& definition) {
  return policy.is_permissive && policy.command == '*' && policy.using_tree && policy.check_tree &&
         sorted(policy.roles) == sorted(definition.roles) &&
         is_condition(relation, *policy.using_tree, definition.condition) &&
         is_condition(relation, *policy.check_tree, definition.condition);
}

std::vector<std::string> columns_with_tenant_default(const RelationFacts& relation,
                                                     const Policy& policy) {
  if (!policy.using_tree) return {};
  Sql sql;
  const auto rows = sql.query(
      "SELECT a.attname, f.adbin FROM pg_catalog.pg_attrdef f "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) f.adrelid "
      "  AND a.attnum OPERATOR(pg_catalog.=) f.adnum "
      "WHERE f.adrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND EXISTS ("
      "  SELECT FROM pg_catalog.pg_depend d "
      "  WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_policy'::pg_catalog.regclass "
      "  AND d.objid OPERATOR(pg_catalog.=) $2::pg_catalog.oid "
      "  AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass "
      "  AND d.refobjid OPERATOR(pg_catalog.=) f.adrelid "
      "  AND d.refobjsubid OPERATOR(pg_catalog.=) f.adnum) "
      "ORDER BY f.adnum",
      {std::to_string(relation.oid), std::to_string(policy.oid)});
  std::vector<std::string> columns;
  for (const Sql::Row& row : rows)
    if (is_call_of_tree(*row[1], *policy.using_tree)) columns.push_back(*row[0]);
  return columns;
}

}  // namespace tenancy::isolation
