// What a dialect's metaschema demands of the value of one keyword.
#pragma once

#include <string>
#include <vector>

#include "jsonschema/compile.hpp"
#include "jsonschema/schema/document.hpp"
#include "jsonschema/schema/vocabulary.hpp"

namespace tenancy::jsonschema {

// Throws SchemaError(invalid) at `node` or inside of it when `node`, the value of the keyword
// `entry`, is not what `dialect` allows. Subschemas are only asked to be objects or booleans.
void check_keyword_value(const Document& document, NodeIndex node, const KeywordEntry& entry,
                         Dialect dialect);

// The same for a word that `dialect` does not define: some metaschemas remember former ones.
void check_unknown_keyword(const Document& document, NodeIndex node, Dialect dialect);

// Appends the schemas that a checked value of `entry` holds to `schemas`, in document order.
void append_subschemas(const Document& document, NodeIndex node, const KeywordEntry& entry,
                       std::vector<NodeIndex>& schemas);

// Throws SchemaError of that kind, with the pointer of `node`.
[[noreturn]] void refuse(SchemaErrorKind kind, const Document& document, NodeIndex node,
                         const std::string& message);
// The same of SchemaErrorKind::unresolved.
[[noreturn]] void refuse(Unresolved unresolved, const Document& document, NodeIndex node,
                         const std::string& message);

}  // namespace tenancy::jsonschema
