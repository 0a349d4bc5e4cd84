// Values of `enum` and `const`: split by type, and arrays and objects encoded as jsonb stores them,
// so that they compare with stored ones as those do with each other (see equality.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jsonschema/compiler/builder.hpp"
#include "jsonschema/schema/document.hpp"
#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// Whether a jsonb can hold this value at all. It cannot hold U+0000, nor numbers beyond numeric's
// range: nothing stored ever equals those.
bool storable(const Document& document, NodeIndex node);

// The same of the name and the value of a node, whatever an array or object may have in it.
bool storable_itself(const Document& document, NodeIndex node);

// Values that are not encoded as they stand: as `{"$ref": uri}` or, for an empty URI, which only a
// property may have, not at all.
using Replacements = std::unordered_map<NodeIndex, std::string_view>;

// Appends the root container of an array or object that is storable() to `out`, whose size must be
// and will be a multiple of 4. Returns the container's size. Throws SchemaError(too_large) for one
// that is larger than a jsonb can be, and Interrupted.
std::uint32_t encode_constant(const Document& document, NodeIndex node, std::vector<std::byte>& out,
                              const Replacements& replacements = {},
                              InterruptPoll interrupted = nullptr);

// Adds to `runs` an instruction for each kind of which some but not all values are among `values`.
// Returns their types. Values that are not storable() are left out.
TypeMask add_choices(const Document& document, Keyword keyword, std::span<const NodeIndex> values,
                     Builder& builder, Runs& runs);

}  // namespace tenancy::jsonschema
