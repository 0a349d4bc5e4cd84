#include "token/jwt.hpp"

#include <algorithm>
#include <vector>

#include "jsonschema/compile.hpp"
#include "token/base64url.hpp"
#include "token/json.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::token {
namespace {

using jsonschema::Document;
using jsonschema::no_node;
using jsonschema::NodeIndex;
using jsonschema::NodeKind;

// A parent comes before its children.
bool is_too_deep(const Document& document) {
  std::vector<std::uint32_t> depths(document.size());
  for (NodeIndex node = 0; node < depths.size(); ++node) {
    const NodeIndex parent = document.parent(node);
    depths[node] =
        (parent == no_node ? 0 : depths[parent]) + (document.kind(node) >= NodeKind::array ? 1 : 0);
    if (depths[node] > max_json_depth) return true;
  }
  return false;
}

bool is_jwt_type(std::string_view type) noexcept {
  constexpr std::string_view prefix = "application/";
  if (equals_ignoring_case(type.substr(0, prefix.size()), prefix))
    type.remove_prefix(prefix.size());
  return equals_ignoring_case(type, "JWT") || equals_ignoring_case(type, "at+jwt");
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

JsonFault parse_object(std::string_view text, Document& document) {
  try {
    document = Document::parse(text);
  } catch (const jsonschema::SchemaError& error) {
    switch (error.kind()) {
      case jsonschema::SchemaErrorKind::invalid:
        return JsonFault::repeated_name;
      case jsonschema::SchemaErrorKind::too_large:
        return JsonFault::too_deep;
      default:
        return JsonFault::not_object;
    }
  }
  if (document.kind(0) != NodeKind::object) return JsonFault::not_object;
  return is_too_deep(document) ? JsonFault::too_deep : JsonFault::none;
}

Refusal Token::parse(std::string_view text, Token& token) {
  if (text.size() > max_token_size) return Refusal::too_large;
  const std::size_t first = text.find('.');
  const std::size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos || text.find('.', second + 1) != text.npos)
    return Refusal::not_three_parts;
  std::string header;
  if (!decode_base64url(text.substr(0, first), header) ||
      !decode_base64url(text.substr(first + 1, second - first - 1), token.payload_) ||
      !decode_base64url(text.substr(second + 1), token.signature_))
    return Refusal::not_base64url;
  token.signed_part_ = text.substr(0, second);
  return token.read_header(header);
}

Refusal Token::read_header(std::string_view text) {
  Document header;
  switch (parse_object(text, header)) {
    case JsonFault::none:
      break;
    case JsonFault::not_object:
      return Refusal::header_not_object;
    case JsonFault::repeated_name:
      return Refusal::header_repeats;
    case JsonFault::too_deep:
      return Refusal::header_too_deep;
  }

  const NodeIndex name = header.find(0, "alg");
  if (name == no_node || header.kind(name) != NodeKind::string) return Refusal::algorithm_missing;
  if (equals_ignoring_case(header.text(name), "none")) return Refusal::algorithm_none;
  const auto algorithm = find_algorithm(header.text(name));
  if (!algorithm) return Refusal::algorithm_unknown;
  algorithm_ = *algorithm;

  if (header.find(0, "crit") != no_node) return Refusal::has_critical;
  if (header.find(0, "b64") != no_node) return Refusal::has_unencoded;
  const NodeIndex type = header.find(0, "typ");
  if (type != no_node && (header.kind(type) != NodeKind::string || !is_jwt_type(header.text(type))))
    return Refusal::type_not_jwt;

  key_id_.reset();
  const NodeIndex key = header.find(0, "kid");
  if (key == no_node) return Refusal::none;
  if (header.kind(key) != NodeKind::string) return Refusal::key_id_not_string;
  key_id_ = header.text(key);
  return Refusal::none;
}

Refusal Token::verify(const Key& key) const {
  if (key.algorithm() != algorithm_) return Refusal::algorithm_mismatch;
  return key.verify(signed_part_, signature_);
}

}  // namespace tenancy::token
