// Why a clause of a predicate does not follow from a condition, where no rewriting of that would be
// true of the same rows. Server zone.
#pragma once

#include "index/usability/rewriting.hpp"

namespace tenancy::index {

struct Missing {
  const char* reason;  // a sentence
  bool is_excluded;    // the condition is true of no row for which the clause is
};

Missing why_missing(const Unproved& unproved);

}  // namespace tenancy::index
