#include "isolation/mirror.hpp"

#include <algorithm>

#include "isolation/policy.hpp"
#include "server/expression.hpp"

namespace tenancy::isolation {
namespace {

// A policy's expression as SQL over the columns of a table called `name`.
OptionalText to_sql(const RelationFacts& from, const OptionalText& tree, const std::string& name) {
  if (!tree) return std::nullopt;
  return server(
      [&]() -> const char* { return expression_sql(from.oid, tree->c_str(), name.c_str()); });
}

}  // namespace

std::vector<std::string> mirror_statements(const RelationFacts& from, const RelationFacts& to) {
  std::vector<std::string> statements;
  if (from.row_security && !to.row_security)
    statements.push_back("ALTER TABLE " + to.qualified() + " ENABLE ROW LEVEL SECURITY");
  if (from.force_row_security && !to.force_row_security)
    statements.push_back("ALTER TABLE " + to.qualified() + " FORCE ROW LEVEL SECURITY");
  const std::vector<Policy> present =
      OidIsValid(to.oid) ? read_policies(to) : std::vector<Policy>();
  for (const Policy& policy : read_policies(from)) {
    if (std::any_of(present.begin(), present.end(),
                    [&](const Policy& other) { return other.name == policy.name; }))
      continue;
    statements.push_back(PolicyDefinition{
        Part::tenant, policy.name, policy.is_permissive, policy.command, policy.roles,
        to_sql(from, policy.using_tree, to.name), to_sql(from, policy.check_tree, to.name)}
                             .create_statement(to));
  }
  return statements;
}

}  // namespace tenancy::isolation
