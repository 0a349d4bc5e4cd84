// How a condition would have to be written for the server to prove a clause of a predicate. Server
// zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// What was not proved.
struct Unproved {
  Relation table;
  List* stated;    // the clauses of the condition, as they are written
  List* policies;  // policies_of() the table
  List* predicate;
  Node* clause;  // of the predicate
};

struct Rewriting {
  const char* reason;  // why it was not proved, a sentence
  List* clauses;       // that prove it, to be written for `stated`; NIL where nothing does
  bool same_rows;      // whether they are true of the same rows, and not of fewer
};

// The prover has been run on what is offered: it proves the clause, and what of the predicate was
// proved before.
Rewriting rewrite(const Unproved& unproved);

}  // namespace tenancy::index
