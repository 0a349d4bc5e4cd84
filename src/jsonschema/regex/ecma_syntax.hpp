// The syntax of regular expressions: ECMA-262 (2024), section 22.2.1, with the `u` flag.
//
// What is taken besides: a backslash before any character but letters and digits, and `{`, `}` and
// `]` that end or begin nothing. Without the flag these are legal (annex B.1.2) and mean
// themselves, and schemas are full of them. All else that differs without the flag is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "jsonschema/regex/unicode_property.hpp"

namespace tenancy::jsonschema {

// The text is not a regular expression, or one that cannot be run here; what() says why.
class PatternError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One part of a class: `a`, `a-z`, `\d`, `\P{L}`.
struct ClassMember {
  enum class Kind : std::uint8_t { range, digit, word, space, property };
  Kind kind = Kind::range;
  bool negated = false;     // `\D`, `\W`, `\S`, `\P`
  std::uint32_t first = 0;  // range: code points; surrogates may be among them
  std::uint32_t last = 0;   // property: `last` is the index in properties
};

using NodeId = std::uint32_t;

// A regular expression as a tree. Children are lists: the first, and the next of each.
struct EcmaNode {
  enum class Kind : std::uint8_t {
    // with children, which are sequences: alternatives of each other
    group,       // first: its number when it captures, else 0; number 0 is also the whole
    lookahead,   // negated: `(?!`
    lookbehind,  // negated: `(?<!`
    // with children, which are terms
    sequence,
    // with one child
    repetition,  // between first and second times; lazy does not matter to whether it matches
    // terms
    character,        // first: the code point, maybe a surrogate
    any,              // `.`
    character_class,  // members[first .. first + second)
    begin,            // `^`
    end,              // `$`
    word_boundary,    // negated: `\B`
    back_reference,   // first: the number of the group
  };
  static constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();

  Kind kind = Kind::sequence;
  bool negated = false;
  bool lazy = false;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  NodeId child = 0;  // 0: none. The root is nobody's child.
  NodeId next = 0;
};

struct EcmaRegex {
  std::vector<EcmaNode> nodes;  // nodes[0] is the root, a group
  std::vector<ClassMember> members;
  std::vector<UnicodeProperty> properties;
  std::uint32_t groups = 0;  // that capture
  std::size_t depth = 0;     // of groups in each other
};

// `text` is UTF-8. Throws PatternError, or std::bad_alloc. Does not recurse, so that any depth
// will do; takes time in proportion to the text, and some 30 times its memory.
EcmaRegex parse_ecma_regex(std::string_view text);

}  // namespace tenancy::jsonschema
