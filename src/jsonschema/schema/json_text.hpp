// A parsed document as JSON text again: numbers as they were written, properties in their order.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "jsonschema/schema/document.hpp"

namespace tenancy::jsonschema {

// Strings to be written in the place of others.
using OtherTexts = std::unordered_map<NodeIndex, std::string>;

// Appends the JSON text of a node, without white space.
void append_json(const Document& document, NodeIndex node, std::string& out,
                 const OtherTexts& other = {});

// Appends a text that equal values have in common, and others have not: numbers by value, objects
// without regard to order.
void append_canonical(const Document& document, NodeIndex node, std::string& out);

// Appends `text`, UTF-8, as a JSON string (RFC 8259, section 7).
void append_json_string(std::string_view text, std::string& out);

}  // namespace tenancy::jsonschema
