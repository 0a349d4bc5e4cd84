// URI templates (RFC 6570).
#pragma once

#include <string_view>

namespace tenancy::jsonschema {

// Section 2: literals and `{expressions}`, those of operators that are only reserved among them.
// `text` is UTF-8.
bool is_uri_template(std::string_view text) noexcept;

}  // namespace tenancy::jsonschema
