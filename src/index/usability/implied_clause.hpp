// What a condition says by its meaning, where the server's prover, which compares expressions as
// they stand, does not see it. Server zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// Why each row for which `stated`, one clause of a condition, is true has `clause` true too, as a
// sentence; null where that is not known. Nothing that could raise an error is evaluated.
//   - `stated` says what the expression in `clause` is: lower(email) = 'a', where email = 'A'
//   - `stated` is jsonb containment, by @> or contains(), of what `clause` asks for by @>, ? or ->>
//   - `clause` is a test against null, and `stated` is not true of a null
//   - both differ in their collation, which equality does not depend on
const char* why_implied(Relation table, Node* stated, Node* clause);

}  // namespace tenancy::index
