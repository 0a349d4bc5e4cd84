// Names of Unicode properties, as ECMA-262 takes them inside of `\p{...}`: exactly, unlike PCRE2,
// which overlooks case, spaces and hyphens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenancy::jsonschema {

// A property of code points.
struct UnicodeProperty {
  std::string_view prefix;  // for PCRE2: `sc:` or `scx:` of scripts
  std::string_view name;    // for PCRE2; empty: it does not know the property
  bool negated = false;     // PCRE2 knows the opposite only
};

// What stands in the braces: `Name`, `General_Category=Name`, `Script=Name` and so on (ECMA-262,
// tables 67 to 69, of Unicode 16). None: there is no such property.
std::optional<UnicodeProperty> find_unicode_property(std::string_view written) noexcept;

// IdentifierName (ECMA-262, section 12.7), of UTF-8: a letter, `$` or `_`, then also digits and
// marks. Told by general categories, which PCRE2 knows in every version. Throws std::bad_alloc.
bool is_identifier_name(const std::string& text);

}  // namespace tenancy::jsonschema
