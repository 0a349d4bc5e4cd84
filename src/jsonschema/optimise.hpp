// Making a program faster without changing what it says.
#pragma once

#include "builder.hpp"

namespace tenancy::jsonschema {

void optimise(Builder& builder);

}  // namespace tenancy::jsonschema
