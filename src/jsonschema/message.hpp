// Words for people: what a violation says. A phrase without a capital or a full stop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jsonschema/program.hpp"
#include "jsonschema/value/decimal.hpp"
#include "jsonschema/value/jsonb.hpp"

namespace tenancy::jsonschema {

// A value in short: 'text', 17, true, null, "an array of 3 elements", "an object with 1 property".
std::string described(const jsonb::Value& value, const Decimal& number);

// `text` in single quotes, cut at the end of a character when it is long; U+0000 as \u0000.
std::string quoted(std::string_view text);

// What is said of a schema, names from it included: cut in the middle when it is very long, and
// U+0000, which a schema may have but no text of the server can, written as \u0000.
std::string presentable(std::string_view text);

// "expected string or null, found integer"
std::string type_message(TypeMask expected, const jsonb::Value& value, const Decimal& number);

// What a failed instruction says that asserts something about the value alone. Not for those that
// apply other subschemas.
std::string assertion_message(const Tables& tables, const Instruction& instruction,
                              const jsonb::Value& value, const Decimal& number);

// The keyword of a failed instruction: of two that were fused, the one that failed.
Keyword failed_keyword(const Instruction& instruction, const jsonb::Value& value) noexcept;

}  // namespace tenancy::jsonschema
