// The conditions of isolation, written as SQL and recognised as trees.
//
// The tenant of a row stands in a column of its table, or in one of an ancestor that foreign keys
// lead to; either is a Scope. The condition of the tenant's policy compares it with a bare STABLE
// call, which keeps the planner's estimates right:
//
//   author_id OPERATOR(pg_catalog.=) tenancy.current_tenant(NULL::integer, 'app.user_id')
//
// Trees are given as the catalog stores them, as the text of a pg_node_tree. Casts that the parser
// puts around a column or a call do not count; nor does the case of the ASCII letters of a setting.
#pragma once

#include "server/relation.hpp"

namespace tenancy::isolation {

struct Scope {
  ColumnFacts column;     // where the tenant stands; the base type of a domain
  std::string reference;  // that column, as conditions name it
  std::string opening;    // what stands before and after a condition on it
  std::string closing;
};

// The tenant: the right side of the comparison, and the column's default.
std::string tenant_call(const ColumnFacts& column, const std::string& setting);

// The row is the tenant's; it is shared; it is either.
std::string tenant_condition(const Scope& scope, const std::string& setting);
std::string shared_condition(const Scope& scope);
std::string visible_condition(const Scope& scope, const std::string& setting);

// Whether `tree`, of a policy of `relation`, is what `condition` parses to.
bool is_condition(const RelationFacts& relation, const std::string& tree,
                  const std::string& condition);

// Whether two trees say the same.
bool same_tree(const std::string& a, const std::string& b);

// What a tenant_condition() on a column of the table itself compares, whatever the column and the
// setting. Nothing where `tree` is none.
struct Comparison {
  AttrNumber column;
  std::string setting;
};
std::optional<Comparison> read_comparison(const RelationFacts& relation, const std::string& tree);

// The setting of a condition that is a subquery's, EXISTS (...), with a tenant_call() in it.
OptionalText setting_of_subquery(const std::string& tree);

// The setting of the tenant_call() of the column's type that `tree`, a default of the column, is.
OptionalText setting_of_default(const ColumnFacts& column, const std::string& tree);

// A setting as all names of settings are compared: ASCII letters in lower case.
std::string fold_setting(std::string name);

}  // namespace tenancy::isolation
