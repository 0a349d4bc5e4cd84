// The keywords of strings. See compiler.hpp.
#include <optional>

#include "jsonschema/compiler/compiler.hpp"
#include "jsonschema/format/content.hpp"
#include "jsonschema/format/format.hpp"
#include "jsonschema/regex/ecma_regex.hpp"
#include "jsonschema/schema/metaschema.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void Compiler::strings() {
  counts(runs_.string, Opcode::string_length, Keyword::min_length, Keyword::max_length);
  if (has(Keyword::format) && (options_.assert_format || rules_.asserts_format)) format();
  if (options_.assert_format && rules_.dialect == Dialect::draft7) content();
  if (has(Keyword::pattern)) {
    const NodeIndex value = at(Keyword::pattern);
    runs_.string.push_back(
        {Opcode::pattern, Keyword::pattern, pattern(value, document_.text(value)), 0});
  }
}

std::uint32_t Compiler::pattern(NodeIndex node, std::string_view text) {
  builder_.poll();
  try {
    return builder_.add_pattern(text);
  } catch (const PatternError& error) {
    refuse(SchemaErrorKind::invalid, document_, node,
           "invalid regular expression '" + std::string(text) + "': " + error.what());
  }
}

void Compiler::format() {
  const std::optional<Format> format =
      find_format(document_.text(at(Keyword::format)), rules_.dialect);
  if (!format) return;
  runs_.string.push_back({Opcode::format, Keyword::format, static_cast<std::uint32_t>(*format), 0});
}

void Compiler::content() {
  const bool encoded =
      has(Keyword::content_encoding) && is_base64(document_.text(at(Keyword::content_encoding)));
  const auto add = [this](Keyword keyword, Content content) {
    runs_.string.push_back({Opcode::content, keyword, static_cast<std::uint32_t>(content), 0});
  };
  if (encoded) add(Keyword::content_encoding, Content::base64);
  if (has(Keyword::content_encoding) && !encoded) return;  // what it holds cannot be known
  if (has(Keyword::content_media_type) &&
      is_json(document_.text(at(Keyword::content_media_type)))) {
    add(Keyword::content_media_type, encoded ? Content::json_in_base64 : Content::json);
  }
}

}  // namespace tenancy::jsonschema
