#include "jsonschema/message.hpp"

#include <array>

#include "jsonschema/format/format.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using jsonb::Kind;
using jsonb::Value;

constexpr std::size_t longest_excerpt = 80;  // bytes of a text in a message
constexpr std::size_t longest_text = 2'000;  // of a whole message, or location, about a schema

std::string counted(std::uint32_t count, std::string_view one, std::string_view many) {
  return concat({std::to_string(count), " ", count == 1 ? one : many});
}

// What a fused instruction for counts counts.
std::uint32_t counted_by(const Instruction& instruction, const Value& value) noexcept {
  return instruction.opcode == Opcode::string_length ? jsonb::count_code_points(value.text())
                                                     : stored_count(value);
}

std::string length_message(const Instruction& instruction, const Value& value) {
  const std::uint32_t count = counted_by(instruction, value);
  const bool too_few = count < instruction.first;
  const std::uint32_t limit = too_few ? instruction.first : instruction.second;
  const std::string bound =
      concat({too_few ? "fewer than the minimum of " : "more than the maximum of ",
              std::to_string(limit)});
  switch (instruction.opcode) {
    case Opcode::array_length:
      return concat({"array has ", counted(count, "element", "elements"), ", ", bound});
    case Opcode::object_size:
      return concat({"object has ", counted(count, "property", "properties"), ", ", bound});
    default:
      return concat(
          {quoted(value.text()), " has ", counted(count, "character", "characters"), ", ", bound});
  }
}

// Where the character begins that has the byte at `position`.
std::size_t character_at(std::string_view text, std::size_t position) noexcept {
  while (position > 0 && (static_cast<unsigned char>(text[position]) & 0xC0U) == 0x80U) --position;
  return position;
}

std::string without_zeros(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\0') {
      plain += "\\u0000";
    } else {
      plain += c;
    }
  }
  return plain;
}

}  // namespace

std::string quoted(std::string_view text) {
  if (text.size() <= longest_excerpt) return concat({"'", without_zeros(text), "'"});
  return concat({"'", without_zeros(text.substr(0, character_at(text, longest_excerpt))), "...'"});
}

std::string presentable(std::string_view text) {
  if (text.size() <= longest_text) return without_zeros(text);
  const std::size_t end = character_at(text, longest_text / 2);
  const std::size_t begin = character_at(text, text.size() - longest_text / 4);
  return without_zeros(concat({text.substr(0, end), "...", text.substr(begin)}));
}

std::string described(const Value& value, const Decimal& number) {
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::false_value:
      return "false";
    case Kind::true_value:
      return "true";
    case Kind::number:
      return to_text(number);
    case Kind::string:
      return quoted(value.text());
    case Kind::array:
      return concat({"an array of ", counted(stored_count(value), "element", "elements")});
    case Kind::object:
      break;
  }
  return concat({"an object with ", counted(stored_count(value), "property", "properties")});
}

std::string type_message(TypeMask expected, const Value& value, const Decimal& number) {
  struct Named {
    TypeMask mask;
    std::string_view name;
  };
  constexpr std::array<Named, 7> names{{{types::string, "string"},
                                        {types::number, "number"},
                                        {types::integer, "integer"},
                                        {types::boolean, "boolean"},
                                        {types::object, "object"},
                                        {types::array, "array"},
                                        {types::null, "null"}}};
  std::string text;
  std::size_t last = 0;
  for (const Named& named : names) {
    if ((expected & named.mask) != named.mask) continue;
    expected = static_cast<TypeMask>(expected & ~named.mask);
    if (!text.empty()) {
      last = text.size();
      text += ", ";
    }
    text += named.name;
  }
  if (last != 0) text.replace(last, 2, " or ");

  std::string_view found = "object";
  switch (value.kind) {
    case Kind::null:
      found = "null";
      break;
    case Kind::false_value:
    case Kind::true_value:
      found = "boolean";
      break;
    case Kind::number:
      found = number.is_integer() ? "integer" : "number";
      break;
    case Kind::string:
      found = "string";
      break;
    case Kind::array:
      found = "array";
      break;
    case Kind::object:
      break;
  }
  return concat({"expected ", text, ", found ", found});
}

std::string assertion_message(const Tables& tables, const Instruction& instruction,
                              const Value& value, const Decimal& number) {
  const std::uint32_t first = instruction.first;
  switch (instruction.opcode) {
    case Opcode::string_length:
    case Opcode::array_length:
    case Opcode::object_size:
      return length_message(instruction, value);
    case Opcode::pattern:
      return concat({quoted(value.text()), " does not match the pattern ",
                     quoted(tables.patterns[first].text())});
    case Opcode::format:
      return concat({quoted(value.text()), " does not have the format '",
                     name_of(static_cast<Format>(first)), "'"});
    case Opcode::content:
      return concat({quoted(value.text()), instruction.keyword == Keyword::content_encoding
                                               ? " is not encoded as base64"
                                               : " does not hold JSON"});
    case Opcode::minimum:
      return concat(
          {to_text(number), " is less than the minimum of ", to_text(tables.number(first))});
    case Opcode::exclusive_minimum:
      return concat({to_text(number), " is not greater than the exclusive minimum of ",
                     to_text(tables.number(first))});
    case Opcode::maximum:
      return concat(
          {to_text(number), " is greater than the maximum of ", to_text(tables.number(first))});
    case Opcode::exclusive_maximum:
      return concat({to_text(number), " is not less than the exclusive maximum of ",
                     to_text(tables.number(first))});
    case Opcode::multiple_of:
      return concat({to_text(number), " is not a multiple of ",
                     tables.string(tables.strings[instruction.second])});
    case Opcode::no_fraction:
      return concat({"expected integer, found ", to_text(number), " written with a fraction"});
    case Opcode::string_set:
    case Opcode::number_set:
    case Opcode::constant_set:
      return concat({described(value, number), " is not one of the allowed values"});
    default:
      return concat({"value does not satisfy ", name_of(instruction.keyword)});
  }
}

Keyword failed_keyword(const Instruction& instruction, const Value& value) noexcept {
  switch (instruction.opcode) {
    case Opcode::string_length:
      return counted_by(instruction, value) < instruction.first ? Keyword::min_length
                                                                : Keyword::max_length;
    case Opcode::array_length:
      return counted_by(instruction, value) < instruction.first ? Keyword::min_items
                                                                : Keyword::max_items;
    case Opcode::object_size:
      return counted_by(instruction, value) < instruction.first ? Keyword::min_properties
                                                                : Keyword::max_properties;
    default:
      return instruction.keyword;
  }
}

}  // namespace tenancy::jsonschema
