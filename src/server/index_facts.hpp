// What the indexes of a table serve, whatever their names and however they came to be.
#pragma once

#include "server/relation.hpp"

namespace tenancy {

// The operator jsonb @> jsonb, for which the server's headers have no name.
inline constexpr Oid jsonb_containment = 3246;

// The column by which the table is isolated, as the view tenancy.isolation says; nothing where it
// is not, or by a foreign key. C++ zone; for advice and DDL: the view looks at every table.
std::optional<ColumnFacts> find_tenant_column(const RelationFacts& relation);

// A valid index over all rows by which `@>` on that column of type jsonb is looked up: GIN, of
// whatever operator class. With `tenant`, one that has that column too. Nothing where there is
// none. C++ zone.
OptionalText find_containment_index(const RelationFacts& relation, const std::string& column,
                                    const std::optional<ColumnFacts>& tenant = std::nullopt);

// A valid index by which queries look up `expression = ...`, of type text, that state `condition`
// too, both as SQL over the table's columns; an empty condition is none. Its predicate, if it has
// one, follows from that. B-tree or hash, with the expression first or behind the tenant alone.
// Nothing where there is none. C++ zone.
OptionalText find_text_index(const RelationFacts& relation, const std::string& expression,
                             const std::string& condition,
                             const std::optional<ColumnFacts>& tenant);

}  // namespace tenancy
