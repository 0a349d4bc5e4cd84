// Builds the bytes of a stored jsonb from JSON text, with no server: what `'...'::jsonb` stores.
//
// Written from PostgreSQL's description of the format (utils/jsonb.h, utils/adt/numeric.c) and not
// from the engine's code, so that the two check each other. For tests: it trusts its input.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenancy::jsonschema::test {

// The root container of a jsonb.
class Jsonb {
 public:
  explicit Jsonb(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  std::span<const std::byte> bytes() const { return bytes_; }
  std::vector<std::byte>& mutable_bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// A JSON value as a tree.
struct Tree {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string text;                // characters of a string, or a number as written
  std::vector<Tree> elements;      // of an array; of an object the values, in the order given
  std::vector<std::string> names;  // of an object, one for each of those
};

class TreeParser {
 public:
  explicit TreeParser(std::string_view text) : text_(text) {}

  Tree parse() {
    Tree tree = value();
    skip_space();
    if (at_ != text_.size()) fail();
    return tree;
  }

 private:
  [[noreturn]] void fail() const {
    throw std::invalid_argument("test data is not JSON: " + std::string(text_));
  }
  void skip_space() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr) ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void expect(char c) {
    if (peek() != c) fail();
    ++at_;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Tree value() {
    skip_space();
    Tree tree;
    if (take("null")) return tree;
    if (take("true") || take("false")) {
      tree.kind = Tree::Kind::boolean;
      tree.truth = text_[at_ - 2] == 'u';
      return tree;
    }
    if (peek() == '"') {
      tree.kind = Tree::Kind::string;
      tree.text = string();
      return tree;
    }
    if (peek() == '[') return array();
    if (peek() == '{') return object();
    tree.kind = Tree::Kind::number;
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::strchr("+-0123456789.eE", text_[at_]) != nullptr) ++at_;
    if (at_ == begin) fail();
    tree.text = text_.substr(begin, at_ - begin);
    return tree;
  }

  Tree array() {
    Tree tree;
    tree.kind = Tree::Kind::array;
    expect('[');
    skip_space();
    if (take("]")) return tree;
    while (true) {
      tree.elements.push_back(value());
      skip_space();
      if (take("]")) return tree;
      expect(',');
    }
  }

  Tree object() {
    Tree tree;
    tree.kind = Tree::Kind::object;
    expect('{');
    skip_space();
    if (take("}")) return tree;
    while (true) {
      skip_space();
      tree.names.push_back(string());
      skip_space();
      expect(':');
      tree.elements.push_back(value());
      skip_space();
      if (take("}")) return tree;
      expect(',');
    }
  }

  std::uint32_t unit() {
    if (at_ + 4 > text_.size()) fail();
    const std::string digits(text_.substr(at_, 4));
    at_ += 4;
    return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
  }

  std::string string() {
    expect('"');
    std::string out;
    while (peek() != '"') {
      if (at_ >= text_.size()) fail();
      char c = text_[at_++];
      if (c != '\\') {
        out += c;
        continue;
      }
      c = text_[at_++];
      switch (c) {
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'u': {
          std::uint32_t code = unit();
          if (code >= 0xD800 && code < 0xDC00 && take("\\u")) {
            code = 0x10000 + ((code - 0xD800) << 10U) + (unit() - 0xDC00);
          }
          append_utf8(out, code);
          break;
        }
        default:
          out += c;
      }
    }
    ++at_;
    return out;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0 | code >> 6U);
      put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12U);
      put(0x80 | (code >> 6U & 0x3F));
      put(0x80 | (code & 0x3F));
    } else {
      put(0xF0 | code >> 18U);
      put(0x80 | (code >> 12U & 0x3F));
      put(0x80 | (code >> 6U & 0x3F));
      put(0x80 | (code & 0x3F));
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Encodes trees. `stride`: every so many entries one holds an offset; the server's value is 32.
class JsonbBuilder {
 public:
  explicit JsonbBuilder(std::size_t stride = 32) : stride_(stride) {}

  Jsonb build(const Tree& tree) {
    out_.clear();
    if (tree.kind == Tree::Kind::array || tree.kind == Tree::Kind::object) {
      container(tree);
    } else {
      word(1 | 0x50000000U);  // an array of one, flagged scalar
      word(0);
      set_entry(4, 0, 8, 8, scalar(tree));
    }
    return Jsonb(std::move(out_));
  }

  // The varlena of a numeric.
  static std::vector<std::byte> numeric(std::string_view text) {
    JsonbBuilder builder;
    builder.number(text);
    return std::move(builder.out_);
  }

 private:
  void word(std::uint32_t value) { put(&value, sizeof value); }
  void half(std::uint16_t value) { put(&value, sizeof value); }
  void put(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::byte*>(data);
    out_.insert(out_.end(), bytes, bytes + size);
  }
  void pad() {
    while (out_.size() % 4 != 0) out_.push_back(std::byte{0});
  }

  void set_entry(std::size_t entries, std::size_t index, std::size_t data, std::size_t begin,
                 std::uint32_t type) {
    std::uint32_t entry = type;
    if (index % stride_ == 0) {
      entry |= 0x80000000U | static_cast<std::uint32_t>(out_.size() - data);
    } else {
      entry |= static_cast<std::uint32_t>(out_.size() - begin);
    }
    std::memcpy(out_.data() + entries + 4 * index, &entry, 4);
  }

  std::uint32_t scalar(const Tree& tree) {
    switch (tree.kind) {
      case Tree::Kind::null:
        return 0x40000000U;
      case Tree::Kind::boolean:
        return tree.truth ? 0x30000000U : 0x20000000U;
      case Tree::Kind::string:
        put(tree.text.data(), tree.text.size());
        return 0;
      case Tree::Kind::number:
        pad();
        number(tree.text);
        return 0x10000000U;
      default:
        pad();
        container(tree);
        return 0x50000000U;
    }
  }

  void container(const Tree& tree) {
    const bool object = tree.kind == Tree::Kind::object;
    std::vector<std::size_t> order(tree.elements.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (object) sort_members(tree.names, order);

    const std::size_t count = order.size();
    word(static_cast<std::uint32_t>(count) | (object ? 0x20000000U : 0x40000000U));
    const std::size_t entries = out_.size();
    out_.resize(entries + 4 * count * (object ? 2 : 1));
    const std::size_t data = out_.size();
    std::size_t index = 0;
    for (std::size_t i = 0; object && i < count; ++i) {
      const std::string& name = tree.names[order[i]];
      const std::size_t begin = out_.size();
      put(name.data(), name.size());
      set_entry(entries, index++, data, begin, 0);
    }
    for (const std::size_t position : order) {
      const std::size_t begin = out_.size();
      const std::uint32_t type = scalar(tree.elements[position]);
      set_entry(entries, index++, data, begin, type);
    }
  }

  // Positions of members, sorted by name; of several with one name the last alone.
  static void sort_members(const std::vector<std::string>& names, std::vector<std::size_t>& order) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
      if (names[left].size() != names[right].size()) {
        return names[left].size() < names[right].size();
      }
      return names[left].compare(names[right]) < 0;
    });
    const auto last = std::unique(
        order.rbegin(), order.rend(),
        [&](std::size_t left, std::size_t right) { return names[left] == names[right]; });
    order.erase(order.begin(), last.base());
  }

  // What numeric_in stores: short where weight and display scale allow, else long.
  void number(std::string_view text) {
    const bool negative = text.starts_with('-');
    std::string digits;
    long scale = 0;
    long exponent = 0;
    bool point = false;
    for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
      if (text[i] == 'e' || text[i] == 'E') {
        exponent = std::strtol(std::string(text.substr(i + 1)).c_str(), nullptr, 10);
        break;
      }
      if (text[i] == '.') {
        point = true;
      } else {
        digits += text[i];
        if (point) ++scale;
      }
    }
    const long display_scale = std::max(0L, scale - exponent);
    long last = exponent - scale;  // power of ten of the last digit
    while (last % 4 != 0) {
      digits += '0';
      --last;
    }
    digits.insert(0, (4 - digits.size() % 4) % 4, '0');
    std::vector<std::uint16_t> groups;
    for (std::size_t i = 0; i < digits.size(); i += 4) {
      groups.push_back(static_cast<std::uint16_t>(std::stoi(digits.substr(i, 4))));
    }
    long weight = static_cast<long>(groups.size()) - 1 + last / 4;
    while (!groups.empty() && groups.front() == 0) {
      groups.erase(groups.begin());
      --weight;
    }
    while (!groups.empty() && groups.back() == 0) groups.pop_back();
    const bool zero = groups.empty();
    if (zero) weight = 0;

    const bool fits_short = display_scale <= 63 && weight >= -64 && weight <= 63;
    const std::size_t size = (fits_short ? 6 : 8) + 2 * groups.size();
    word(static_cast<std::uint32_t>(size << 2U));
    const bool minus = negative && !zero;
    if (fits_short) {
      half(static_cast<std::uint16_t>(0x8000 | (minus ? 0x2000 : 0) | display_scale << 7 |
                                      (weight < 0 ? 0x40 : 0) | (weight & 0x3F)));
    } else {
      half(static_cast<std::uint16_t>((minus ? 0x4000 : 0) | (display_scale & 0x3FFF)));
      half(static_cast<std::uint16_t>(weight));
    }
    for (const std::uint16_t group : groups) half(group);
  }

  std::size_t stride_;
  std::vector<std::byte> out_;
};

inline Jsonb jsonb_of(std::string_view json, std::size_t stride = 32) {
  return JsonbBuilder(stride).build(TreeParser(json).parse());
}

}  // namespace tenancy::jsonschema::test
