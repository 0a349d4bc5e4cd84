// The row level security policies of a table, as the catalog has them.
//
// pg_policy is the truth. A policy belongs to isolation if its comment carries the record of
// enabling (undo.hpp) or, since a dump may have lost its comments, if it has just the form that
// enabling gives it. Any other policy is its owner's, whether it calls tenancy.current_tenant() or
// not.
#pragma once

#include "isolation/undo.hpp"
#include "server/relation.hpp"

namespace tenancy::isolation {

// What a policy for tenants says; what enable_isolation() is asked for and what a table has.
struct PolicyDefinition {
  std::string name;
  std::vector<std::string> roles;  // "public" for PUBLIC
  std::string condition;           // SQL: USING and WITH CHECK alike
};

struct Policy {
  Oid oid = InvalidOid;
  std::string name;
  bool is_permissive = true;
  char command = '*';  // pg_policy.polcmd
  std::vector<std::string> roles;
  OptionalText using_condition, check_condition;  // SQL
  OptionalText using_tree, check_tree;            // pg_node_tree
  OptionalText comment;
  std::optional<Undo> undo;     // what the comment records
  bool isolates_table = false;  // belongs to isolation

  // The statement that would make it.
  std::string definition(const RelationFacts& relation) const;
};

// All policies of a relation, by name.
std::vector<Policy> read_policies(const RelationFacts& relation);

// CREATE POLICY for `definition`.
std::string create_statement(const RelationFacts& relation, const PolicyDefinition& definition);

// COMMENT ON POLICY; "" for none.
std::string comment_statement(const RelationFacts& relation, const std::string& policy,
                              const std::string& comment);

// Whether `policy` is just what `definition` asks for, its expressions compared as trees.
bool is_same(const RelationFacts& relation, const Policy& policy,
             const PolicyDefinition& definition);

// The columns of the policy whose default is the call that its condition makes. They are found by
// what the policy depends on, which a rename does not change.
std::vector<std::string> columns_with_tenant_default(const RelationFacts& relation,
                                                     const Policy& policy);

}  // namespace tenancy::isolation
