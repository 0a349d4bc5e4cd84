// Whether a condition narrows what is read of an index. Server zone.
#pragma once

#include "index/usability/query_condition.hpp"

namespace tenancy::index {

enum class Narrowing { yes, perhaps, no };

struct KeyUse {
  const char* key;  // as SQL
  Narrowing narrows;
  Node* clause;  // that narrows it, or might
  const char*
      reason;  // why not, or what to think of it, a sentence; null where there is nothing to say
};

// The use that an index scan can make of the conditions for the key at `position`, the first being
// 0. It can if a clause compares the key by an operator of the index's operator class with what
// does not depend on the row. `policies` are conditions that must be checked first: no other clause
// is used unless it is LEAKPROOF.
KeyUse use_of_key(const OpenIndex& open, int position, List* stated, List* policies);

}  // namespace tenancy::index
