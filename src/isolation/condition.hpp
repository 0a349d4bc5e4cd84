// The one expression of isolation, `column = tenant`: written as SQL, and recognised as a tree.
//
// Trees are given as the catalog stores them, as the text of a pg_node_tree. Casts that the parser
// puts around a column or a call do not count.
#pragma once

#include "server/relation.hpp"

namespace tenancy::isolation {

// `column` = the tenant, as the bare STABLE call that keeps the planner's estimates right:
//   author_id OPERATOR(pg_catalog.=) tenancy.current_tenant(NULL::integer, 'app.user_id')
std::string tenant_condition(const ColumnFacts& column, const std::string& setting);
// The right side of it, which is the column's default too.
std::string tenant_call(const ColumnFacts& column, const std::string& setting);

// Whether `tree` is what `condition` parses to.
bool is_condition(const RelationFacts& relation, const std::string& tree,
                  const std::string& condition);

// Whether `tree` is a tenant_condition(), of whatever column and setting.
bool is_tenant_condition(const RelationFacts& relation, const std::string& tree);

// Whether two trees say the same.
bool same_tree(const std::string& a, const std::string& b);

// Whether the default `tree` is a tenant_call(), and one that is made in the condition: as SQL, or
// as a tree, which may have been altered since.
bool is_call_of_condition(const RelationFacts& relation, const std::string& tree,
                          const std::string& condition);
bool is_call_of_tree(const std::string& tree, const std::string& condition_tree);

}  // namespace tenancy::isolation
