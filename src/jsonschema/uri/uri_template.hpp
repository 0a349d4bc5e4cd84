// URI templates (RFC 6570).
#pragma once

#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// Section 2: literals and `{expressions}`, those of operators that are only reserved among them.
// `text` is UTF-8. Where the Interruption stops the reading, the answer is no, and means nothing.
bool is_uri_template(std::string_view text, Interruption* interruption = nullptr) noexcept;

}  // namespace tenancy::jsonschema
