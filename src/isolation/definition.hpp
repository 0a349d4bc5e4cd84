// What isolates a table: made from the arguments of a call, or of a rule, and read back from the
// catalog. All policies of a table are derived from it, here and nowhere else.
#pragma once

#include "isolation/foreign_key.hpp"
#include "isolation/policy.hpp"

namespace tenancy::isolation {

struct Definition {
  std::string policy_name;
  std::vector<std::string> roles;  // each once; "public" alone
  std::string setting;             // folded
  std::string tenant_column;       // "" where the table is isolated through foreign keys
  std::optional<Path> path;        // then these
  bool shared_rows = false;
  bool guard = false;
  std::vector<std::string> bypass_roles;
  bool set_default = true;
  bool create_index = true;
};

bool contains(const std::vector<std::string>& names, const std::string& name);

// Refuses arguments that make no definition, and brings roles and setting into the form that is
// compared: 22023, 42622 a policy name without room for its suffix, 42704 no such role. Roles to
// which no policy applies give a WARNING where `warns`.
void check_definition(Definition& definition, bool warns);

// Where the tenant of the rows of `relation` stands. 42703 where it lacks the tenant column,
// 428C9 where that is generated.
Scope find_scope(const RelationFacts& relation, const Definition& definition);

// The policies that isolate `relation`, the tenant's first.
std::vector<PolicyDefinition> derive_policies(const Definition& definition, const Scope& scope);

// Whether a policy of that name would be one of the policies beside `tenant_policy`; which.
std::optional<Part> part_by_name(const std::string& tenant_policy, const std::string& name);

// The policy by which the table is isolated, or null: one with the tenant's record or, without one,
// of just the form that enabling gives.
const Policy* find_isolating_policy(const RelationFacts& relation,
                                    const std::vector<Policy>& policies);

// What isolates the table now: nothing where no tenant's policy does. 55000 where there is one
// whose condition cannot be understood, because it was altered or what it leads to is no longer
// isolated.
std::optional<Definition> read_definition(const RelationFacts& relation,
                                          const std::vector<Policy>& policies);
std::optional<Definition> read_definition(const RelationFacts& relation);

// The way to the tenant column by a foreign key; nothing where it leads to no isolated table. The
// tables on the way are locked, so that they stay what they are.
std::optional<Path> path_through(const ForeignKey& key);

}  // namespace tenancy::isolation
