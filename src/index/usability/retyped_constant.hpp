// A comparison of a column with a constant of another type, which the server's prover makes nothing
// of. Server zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

struct RetypedClause {
  Node* clause;     // null: nothing of the kind
  const char* why;  // what the other does, to be said after it
};

// The clause with a constant of the column's type, true of the same rows: a > 10.0 of an integer,
// which casts the column, as a > 10; a date or a timestamp beside a timestamp with time zone, as
// that which it is in the session's time zone.
RetypedClause retype_constant(Node* clause);

}  // namespace tenancy::index
