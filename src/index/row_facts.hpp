// What the constraints of a table say of each of its rows. Server zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// Whether the expression, over the columns of `relation`, is null for none of its rows: a column
// with a NOT NULL, a constant, a comparison of such, a test for null or truth, and what AND, OR and
// NOT make of them. Of columns nothing is known where `relation` is null.
bool is_never_null(Relation relation, Node* expression);

// A test for truth, `flag IS TRUE`, as what it tests or as NOT of that, where both are true of the
// same rows; null for another expression. `relation` as above.
Node* plain_form(Relation relation, Node* test);

// The valid CHECK constraints, canonical, as one list of conditions: none of them is false for a
// row, though it may be null.
List* checks_of(Relation relation);

// What is true for every row: x IS NOT NULL where the column is so declared, and the checks that
// are never null.
List* truths_of(Relation relation);

}  // namespace tenancy::index
