// How a message names a row of a table.
#pragma once

#include "server/relation.hpp"

namespace tenancy::event {

// What tells a row of the relation, which the query calls "e", from the others, as SQL of type
// text:
// "(id)=(5)" by the primary key, or else "ctid (0,1)", with the partition or child that it is of.
// NULL where there is neither, or the caller may not read it. C++ zone.
std::string row_name_sql(Sql& sql, const RelationFacts& relation);

}  // namespace tenancy::event
