// The JSON objects in a token.
#pragma once

#include <string_view>

#include "jsonschema/schema/document.hpp"

namespace tenancy::token {

// too_deep is also an exponent that has no end: the parser gives up on both.
enum class JsonFault { none, not_object, repeated_name, too_deep };

// Reads `text` as an object, no deeper than max_json_depth, without a name that occurs twice.
JsonFault parse_object(std::string_view text, jsonschema::Document& document);

// ASCII letters compared without regard to case.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace tenancy::token
