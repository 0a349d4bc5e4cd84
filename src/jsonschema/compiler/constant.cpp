#include "jsonschema/compiler/constant.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "jsonschema/schema/metaschema.hpp"
#include "jsonschema/value/decimal.hpp"
#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::uint32_t offset_stride = 32;  // every so many entries one holds an offset

bool storable_text(std::string_view text) noexcept {
  return text.find('\0') == std::string_view::npos && text.size() <= jsonb::length_mask;
}

bool storable_number(std::string_view text) {
  const std::optional<DecimalNumber> number = parse_decimal(text);
  return number && number->weight >= std::numeric_limits<std::int16_t>::min() &&
         number->weight <= std::numeric_limits<std::int16_t>::max();
}

class Encoder {
 public:
  Encoder(const Document& document, std::vector<std::byte>& out, const Replacements& replacements,
          InterruptPoll interrupted)
      : document_(document), out_(out), replacements_(replacements), poll_(interrupted) {}

  // Recurses as deep as the document, which Document::max_depth bounds.
  void container(NodeIndex node) {
    const std::size_t start = out_.size();
    const bool object = document_.kind(node) == NodeKind::object;
    std::span<const NodeIndex> children =
        object ? document_.sorted(node) : document_.children(node);
    std::vector<NodeIndex> kept;
    if (!replacements_.empty() && object) {
      std::copy_if(children.begin(), children.end(), std::back_inserter(kept),
                   [this](NodeIndex child) { return !is_left_out(child); });
      children = kept;
    }
    const auto count = static_cast<std::uint32_t>(children.size());
    put32(count | (object ? jsonb::object_flag : jsonb::array_flag));
    const std::size_t entries = out_.size();
    out_.resize(entries + (object ? 2 : 1) * children.size() * sizeof(std::uint32_t));
    const std::size_t data = out_.size();

    std::uint32_t index = 0;
    if (object) {
      for (const NodeIndex child : children) {
        const std::size_t begin = out_.size();
        put(document_.name(child));
        put_entry(entries, index++, data, begin, jsonb::string_type);
      }
    }
    for (const NodeIndex child : children) {
      const std::size_t begin = out_.size();
      const std::uint32_t type = value(child);
      put_entry(entries, index++, data, begin, type);
    }
    if (out_.size() - start > jsonb::length_mask) {
      refuse(SchemaErrorKind::too_large, document_, node, "value is larger than jsonb can hold");
    }
  }

 private:
  bool is_left_out(NodeIndex node) const {
    const auto replacement = replacements_.find(node);
    return replacement != replacements_.end() && replacement->second.empty();
  }

  void reference(std::string_view uri) {
    put32(1 | jsonb::object_flag);
    const std::size_t entries = out_.size();
    out_.resize(entries + 2 * sizeof(std::uint32_t));
    const std::size_t data = out_.size();
    put(name_of(Keyword::ref));
    put_entry(entries, 0, data, data, jsonb::string_type);
    const std::size_t begin = out_.size();
    put(uri);
    put_entry(entries, 1, data, begin, jsonb::string_type);
  }

  // Appends a value's data; returns its entry's type.
  std::uint32_t value(NodeIndex node) {
    poll_();
    switch (document_.kind(node)) {
      case NodeKind::null:
        return jsonb::null_type;
      case NodeKind::false_value:
        return jsonb::false_type;
      case NodeKind::true_value:
        return jsonb::true_type;
      case NodeKind::number:
        pad();
        number(document_.text(node));
        return jsonb::numeric_type;
      case NodeKind::string:
        put(document_.text(node));
        return jsonb::string_type;
      case NodeKind::array:
      case NodeKind::object:
        break;
    }
    pad();
    const auto replacement = replacements_.empty() ? replacements_.end() : replacements_.find(node);
    if (replacement == replacements_.end()) {
      container(node);
    } else {
      reference(replacement->second);
    }
    return jsonb::container_type;
  }

  // Always in numeric's long form. The display scale plays no part in comparisons: zero.
  void number(std::string_view text) {
    const std::optional<DecimalNumber> number = parse_decimal(text);
    if (!number) return;  // not storable(): cannot be
    const auto size = static_cast<std::uint32_t>(8 + number->digits.size() * sizeof(std::uint16_t));
    put32(std::endian::native == std::endian::little ? size << 2U : size);
    put16(number->negative ? 0x4000 : 0);
    put16(static_cast<std::uint16_t>(number->weight));
    for (const std::uint16_t digit : number->digits) put16(digit);
  }

  void put_entry(std::size_t entries, std::uint32_t index, std::size_t data, std::size_t begin,
                 std::uint32_t type) {
    const bool offset = index % offset_stride == 0;
    const std::size_t field = out_.size() - (offset ? data : begin);
    const std::uint32_t entry =
        type | static_cast<std::uint32_t>(field) | (offset ? jsonb::has_offset : 0);
    std::memcpy(out_.data() + entries + index * sizeof entry, &entry, sizeof entry);
  }

  void pad() { out_.resize((out_.size() + 3) / 4 * 4); }
  void put(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    out_.insert(out_.end(), bytes, bytes + text.size());
  }
  template <typename Word>
  void put_word(Word word) {
    const std::size_t at = out_.size();
    out_.resize(at + sizeof word);
    std::memcpy(out_.data() + at, &word, sizeof word);
  }
  void put32(std::uint32_t word) { put_word(word); }
  void put16(std::uint16_t half) { put_word(half); }

  const Document& document_;
  std::vector<std::byte>& out_;
  const Replacements& replacements_;
  SeldomPoll poll_;
};

Instruction string_set(Keyword keyword, std::vector<std::string_view>& strings, Builder& builder) {
  SeldomPoll poll = builder.seldom_poll();
  std::sort(strings.begin(), strings.end(), [&](std::string_view left, std::string_view right) {
    poll();
    return jsonb::compare_keys(left, right) < 0;
  });
  const auto first = size_of(builder.tables().strings);
  for (const std::string_view string : strings) builder.add_string(string);
  return {Opcode::string_set, keyword, first, size_of(strings)};
}

Instruction number_set(Keyword keyword, std::vector<DecimalNumber>& numbers, Builder& builder) {
  SeldomPoll poll = builder.seldom_poll();
  std::sort(numbers.begin(), numbers.end(),
            [&](const DecimalNumber& left, const DecimalNumber& right) {
              poll();
              return compare(left.view(), right.view()) < 0;
            });
  const auto first = size_of(builder.tables().numbers);
  for (const DecimalNumber& number : numbers) builder.add_number(number);
  return {Opcode::number_set, keyword, first, size_of(numbers)};
}

Instruction constant_set(Keyword keyword, std::span<const NodeIndex> values,
                         const Document& document, Builder& builder) {
  Tables& tables = builder.tables();
  const auto first = size_of(tables.constants);
  for (const NodeIndex value : values) {
    builder.poll();
    const auto offset = size_of(tables.constant_bytes);
    tables.constants.push_back({offset, encode_constant(document, value, tables.constant_bytes)});
  }
  return {Opcode::constant_set, keyword, first, size_of(values)};
}

}  // namespace

bool storable_itself(const Document& document, NodeIndex node) {
  if (!storable_text(document.name(node))) return false;
  switch (document.kind(node)) {
    case NodeKind::string:
      return storable_text(document.text(node));
    case NodeKind::number:
      return storable_number(document.text(node));
    default:
      return true;
  }
}

bool storable(const Document& document, NodeIndex node) {
  const std::span<const NodeIndex> children = document.children(node);
  return storable_itself(document, node) &&
         std::all_of(children.begin(), children.end(),
                     [&](NodeIndex child) { return storable(document, child); });
}

std::uint32_t encode_constant(const Document& document, NodeIndex node, std::vector<std::byte>& out,
                              const Replacements& replacements, InterruptPoll interrupted) {
  const std::size_t begin = out.size();
  Encoder(document, out, replacements, interrupted).container(node);
  const std::size_t end = out.size();
  out.resize((end + 3) / 4 * 4);
  return static_cast<std::uint32_t>(end - begin);
}

TypeMask add_choices(const Document& document, Keyword keyword, std::span<const NodeIndex> values,
                     Builder& builder, Runs& runs) {
  TypeMask admitted = types::none;
  std::vector<std::string_view> strings;
  std::vector<DecimalNumber> numbers;
  std::vector<NodeIndex> arrays;
  std::vector<NodeIndex> objects;
  for (const NodeIndex value : values) {
    builder.poll();
    if (!storable(document, value)) continue;
    switch (document.kind(value)) {
      case NodeKind::null:
        admitted |= types::null;
        break;
      case NodeKind::false_value:
        admitted |= types::false_value;
        break;
      case NodeKind::true_value:
        admitted |= types::true_value;
        break;
      case NodeKind::number:
        numbers.push_back(*parse_decimal(document.text(value)));
        admitted |= numbers.back().view().is_integer() ? types::integer : types::fraction;
        break;
      case NodeKind::string:
        strings.push_back(document.text(value));
        admitted |= types::string;
        break;
      case NodeKind::array:
        arrays.push_back(value);
        admitted |= types::array;
        break;
      case NodeKind::object:
        objects.push_back(value);
        admitted |= types::object;
        break;
    }
  }
  if (!strings.empty()) runs.string.push_back(string_set(keyword, strings, builder));
  if (!numbers.empty()) runs.number.push_back(number_set(keyword, numbers, builder));
  if (!arrays.empty()) runs.array.push_back(constant_set(keyword, arrays, document, builder));
  if (!objects.empty()) runs.object.push_back(constant_set(keyword, objects, document, builder));
  return admitted;
}

}  // namespace tenancy::jsonschema
