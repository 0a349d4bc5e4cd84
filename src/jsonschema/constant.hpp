// Values of `enum` and `const`, encoded as jsonb stores them, so that they compare with stored
// values byte structure by byte structure (see equality.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "document.hpp"

namespace tenancy::jsonschema {

// Whether a jsonb can hold this value at all. It cannot hold U+0000, nor numbers beyond numeric's
// range: nothing stored ever equals those.
bool storable(const Document& document, NodeIndex node);

// Appends the root container of an array or object that is storable() to `out`, whose size must be
// and will be a multiple of 4. Returns the container's size.
std::uint32_t encode_constant(const Document& document, NodeIndex node,
                              std::vector<std::byte>& out);

}  // namespace tenancy::jsonschema
