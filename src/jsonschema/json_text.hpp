// A parsed document as JSON text again: numbers as they were written, properties in their order.
#pragma once

#include <string>
#include <string_view>

#include "document.hpp"

namespace tenancy::jsonschema {

// Appends the JSON text of a node, without white space.
void append_json(const Document& document, NodeIndex node, std::string& out);

// Appends `text`, UTF-8, as a JSON string (RFC 8259, section 7).
void append_json_string(std::string_view text, std::string& out);

}  // namespace tenancy::jsonschema
