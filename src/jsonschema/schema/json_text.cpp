#include "jsonschema/schema/json_text.hpp"

#include <optional>

#include "jsonschema/value/decimal.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

// Recurses as deep as the document, which Document::max_depth bounds.
void append_json(const Document& document, NodeIndex node, std::string& out,
                 const OtherTexts& other) {
  switch (document.kind(node)) {
    case NodeKind::null:
      out += "null";
      return;
    case NodeKind::false_value:
      out += "false";
      return;
    case NodeKind::true_value:
      out += "true";
      return;
    case NodeKind::number:
      out += document.text(node);
      return;
    case NodeKind::string: {
      const auto found = other.empty() ? other.end() : other.find(node);
      append_json_string(found == other.end() ? document.text(node) : found->second, out);
      return;
    }
    case NodeKind::array:
    case NodeKind::object:
      break;
  }
  const bool object = document.kind(node) == NodeKind::object;
  out += object ? '{' : '[';
  bool first = true;
  for (const NodeIndex child : document.children(node)) {
    if (!first) out += ',';
    first = false;
    if (object) {
      append_json_string(document.name(child), out);
      out += ':';
    }
    append_json(document, child, out, other);
  }
  out += object ? '}' : ']';
}

// Recurses as deep as the document.
void append_canonical(const Document& document, NodeIndex node, std::string& out) {
  switch (document.kind(node)) {
    case NodeKind::number: {
      const std::optional<DecimalNumber> number = parse_decimal(document.text(node));
      if (!number) {
        out += document.text(node);
        return;
      }
      if (number->negative) out += '-';
      for (const std::uint16_t digit : number->digits) {
        out += std::to_string(digit);
        out += ' ';
      }
      out += 'e';
      out += std::to_string(number->weight);
      return;
    }
    case NodeKind::array:
    case NodeKind::object:
      break;
    default:
      append_json(document, node, out);
      return;
  }
  const bool object = document.kind(node) == NodeKind::object;
  out += object ? '{' : '[';
  for (const NodeIndex child : object ? document.sorted(node) : document.children(node)) {
    if (object) append_json_string(document.name(child), out);
    append_canonical(document, child, out);
    out += ',';
  }
  out += object ? '}' : ']';
}

}  // namespace tenancy::jsonschema
