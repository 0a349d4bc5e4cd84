// Values of `enum` and `const`: split by type, and arrays and objects encoded as jsonb stores them,
// so that they compare with stored ones as those do with each other (see equality.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "builder.hpp"
#include "document.hpp"

namespace tenancy::jsonschema {

// Whether a jsonb can hold this value at all. It cannot hold U+0000, nor numbers beyond numeric's
// range: nothing stored ever equals those.
bool storable(const Document& document, NodeIndex node);

// Appends the root container of an array or object that is storable() to `out`, whose size must be
// and will be a multiple of 4. Returns the container's size.
std::uint32_t encode_constant(const Document& document, NodeIndex node,
                              std::vector<std::byte>& out);

// Adds to `runs` an instruction for each kind of which some but not all values are among `values`.
// Returns their types. Values that are not storable() are left out.
TypeMask add_choices(const Document& document, Keyword keyword, std::span<const NodeIndex> values,
                     Builder& builder, Runs& runs);

}  // namespace tenancy::jsonschema
