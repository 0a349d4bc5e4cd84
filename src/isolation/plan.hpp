// What has to be done so that tables are isolated as a definition says.
#pragma once

#include <set>

#include "isolation/definition.hpp"
#include "server/ddl.hpp"

namespace tenancy::isolation {

struct Plan {
  StatementList statements;
  std::set<std::string> index_names;  // that the statements give
  bool is_automatic = false;          // nobody asked for it: no word of what its arguments imply
};

// Adds what a family lacks, whose root comes first; nothing where nothing is missing. 42710 where a
// table is isolated in another way. `is_default_ours`: the family is one of new children, of a
// table whose default was set by enabling, so that the same default is ours there too.
void plan_family(const std::vector<RelationFacts>& family, const Definition& definition, Plan& plan,
                 bool is_default_ours = false);

}  // namespace tenancy::isolation
