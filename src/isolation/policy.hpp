// The row level security policies of a table, as the catalog has them.
//
// pg_policy is the truth: a policy belongs to pg_tenancy if its expression calls
// tenancy.current_tenant(), whoever made it. What enabling changed beside the policy, and disabling
// must therefore take back, stands in the policy's comment, which pg_dump keeps with it.
#pragma once

#include "server/relation.hpp"

namespace tenancy::isolation {

// What a policy for tenants says; what enable_isolation() is asked for and what a table has.
struct PolicyDefinition {
  std::string name;
  std::vector<std::string> roles;  // "public" for PUBLIC
  std::string condition;           // SQL: USING and WITH CHECK alike
};

// What disabling takes back beside the policy itself.
struct Undo {
  bool row_security = false;        // ENABLE ROW LEVEL SECURITY was ours
  bool force_row_security = false;  // FORCE was ours
  bool column_default = false;      // the tenant column's default is ours

  bool operator==(const Undo&) const = default;
  // The comment that carries it, and back; nothing where the comment is not of that form.
  std::string to_comment() const;
  static std::optional<Undo> from_comment(const std::string& comment);
};

struct Policy {
  Oid oid = InvalidOid;
  std::string name;
  bool is_permissive = true;
  char command = '*';  // pg_policy.polcmd
  std::vector<std::string> roles;
  OptionalText using_condition, check_condition;
  bool names_tenant = false;  // calls tenancy.current_tenant(): ours
  std::optional<Undo> undo;

  // The statement that would make it.
  std::string definition(const RelationFacts& relation) const;
};

// All policies of a relation, by name.
std::vector<Policy> read_policies(const RelationFacts& relation);

// CREATE POLICY for `definition`.
std::string create_statement(const RelationFacts& relation, const PolicyDefinition& definition);

// Whether `policy` is just what `definition` asks for, its expressions compared as trees.
bool is_same(const RelationFacts& relation, const Policy& policy,
             const PolicyDefinition& definition);

// `column` = the tenant, as the bare STABLE call that keeps the planner's estimates right:
//   author_id OPERATOR(pg_catalog.=) tenancy.current_tenant(NULL::integer, 'app.user_id')
std::string tenant_condition(const ColumnFacts& column, const std::string& setting);
// The right side of it, which is the column's default too.
std::string tenant_call(const ColumnFacts& column, const std::string& setting);

// The columns of `relation` whose default calls tenancy.current_tenant().
std::vector<std::string> columns_with_tenant_default(const RelationFacts& relation);

// Indexes of `relation`, as quoted qualified names, that enabling made.
std::vector<std::string> indexes_made_here(const RelationFacts& relation);
// The comment by which they are known.
inline constexpr const char* index_comment = "pg_tenancy: made by enable_isolation()";

}  // namespace tenancy::isolation
