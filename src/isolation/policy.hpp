// The row level security policies of a table, as the catalog has them.
//
// pg_policy is the truth. A policy belongs to isolation if its comment carries the record of
// enabling (undo.hpp). One that has no record, and just the form of the tenant's policy, isolates
// its table too: it may be a hand-made one, or one whose comment a dump has lost. It is never
// dropped. Any other policy is its owner's, whether it calls tenancy.current_tenant() or not.
#pragma once

#include <map>

#include "isolation/condition.hpp"
#include "isolation/undo.hpp"

namespace tenancy::isolation {

// What a policy says; one that enabling wants.
struct PolicyDefinition {
  Part part = Part::tenant;
  std::string name;
  bool is_permissive = true;
  char command = '*';                             // pg_policy.polcmd
  std::vector<std::string> roles;                 // "public" for PUBLIC
  OptionalText using_condition, check_condition;  // SQL

  // The statement that makes it.
  std::string create_statement(const RelationFacts& relation) const;
};

struct Policy {
  Oid oid = InvalidOid;
  std::string name;
  bool is_permissive = true;
  char command = '*';
  std::vector<std::string> roles;
  OptionalText using_tree, check_tree;  // pg_node_tree
  OptionalText comment;
  std::optional<Undo> undo;  // what the comment records

  // Whether it is permissive and says the same for every command, to rows old and new.
  bool is_for_all() const;
  // Whether it is the tenant's policy, by its record or by its form.
  bool is_tenant_policy(const RelationFacts& relation) const;
  // The statement that would make it.
  std::string definition(const RelationFacts& relation) const;
};

// All policies of a relation, by name.
std::vector<Policy> read_policies(const RelationFacts& relation);

// The policies of every relation that has some, by its OID.
std::map<Oid, std::vector<Policy>> read_all_policies();

// The tenant's policy among them, one with a record before one without; null where there is none.
const Policy* find_tenant_policy(const RelationFacts& relation,
                                 const std::vector<Policy>& policies);

// COMMENT ON POLICY; "" for none.
std::string comment_statement(const RelationFacts& relation, const std::string& policy,
                              const std::string& comment);

// Whether `policy` is just what `wanted` asks for, its expressions compared as trees.
bool is_same(const RelationFacts& relation, const Policy& policy, const PolicyDefinition& wanted);

// Other tables whose policies name `relation`: those isolated through it.
std::vector<RelationFacts> tables_isolated_through(const RelationFacts& relation);

}  // namespace tenancy::isolation
