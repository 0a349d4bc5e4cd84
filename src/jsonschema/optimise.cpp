#include "optimise.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {

void optimise(Builder&) {}

}  // namespace tenancy::jsonschema
