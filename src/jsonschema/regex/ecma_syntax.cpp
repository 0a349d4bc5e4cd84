#include "jsonschema/regex/ecma_syntax.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/concat.hpp"
#include "jsonschema/value/jsonb.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using Kind = EcmaNode::Kind;

constexpr std::uint32_t greatest_code_point = 0x10FFFF;

bool is_high_surrogate(std::uint32_t unit) noexcept {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(std::uint32_t unit) noexcept {
  return unit >= 0xDC00 && unit < 0xE000;
}
std::uint32_t joined(std::uint32_t high, std::uint32_t low) noexcept {
  return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  EcmaRegex run() {
    if (!jsonb::is_utf8(rest_)) refuse("it is not UTF-8");
    regex_.nodes.push_back({.kind = Kind::group});
    open(0);
    while (!rest_.empty()) term();
    if (open_.size() > 1) refuse("a group is not closed");
    resolve_references();
    return std::move(regex_);
  }

 private:
  // A group that is not closed yet.
  struct Open {
    NodeId group;
    NodeId sequence;   // its last alternative
    NodeId last_term;  // of that; 0: none
    NodeId before;     // the term before the last one
  };
  struct GroupName {
    std::string name;
    std::uint32_t number;
  };
  struct NamedReference {
    std::string name;
    NodeId node;
  };

  [[noreturn]] static void refuse(const std::string& why) { throw PatternError(why); }

  // --- text ---------------------------------------------------------------------------------

  char peek(std::size_t ahead = 0) const noexcept {
    return ahead < rest_.size() ? rest_[ahead] : '\0';
  }
  bool take(std::string_view text) noexcept {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // --- the tree -----------------------------------------------------------------------------

  NodeId add(const EcmaNode& node) {
    if (regex_.nodes.size() >= EcmaNode::unlimited) refuse("it is too long");
    regex_.nodes.push_back(node);
    return static_cast<NodeId>(regex_.nodes.size() - 1);
  }

  void open(NodeId group) {
    const NodeId sequence = add({.kind = Kind::sequence});
    regex_.nodes[group].child = sequence;
    open_.push_back({group, sequence, 0, 0});
    regex_.depth = std::max(regex_.depth, open_.size());
  }

  void next_alternative() {
    Open& open = open_.back();
    const NodeId sequence = add({.kind = Kind::sequence});
    regex_.nodes[open.sequence].next = sequence;
    open = {open.group, sequence, 0, 0};
  }

  // Appends a term to the innermost sequence.
  NodeId append(const EcmaNode& node) {
    const NodeId id = add(node);
    Open& open = open_.back();
    if (open.last_term == 0) {
      regex_.nodes[open.sequence].child = id;
    } else {
      regex_.nodes[open.last_term].next = id;
    }
    open.before = std::exchange(open.last_term, id);
    return id;
  }

  // Puts a repetition in the place of the last term, and that below it.
  void repeat(std::uint32_t least, std::uint32_t most, bool lazy) {
    Open& open = open_.back();
    const NodeId id = add({.kind = Kind::repetition,
                           .lazy = lazy,
                           .first = least,
                           .second = most,
                           .child = open.last_term});
    if (open.before == 0) {
      regex_.nodes[open.sequence].child = id;
    } else {
      regex_.nodes[open.before].next = id;
    }
    open.last_term = id;
  }

  bool can_be_repeated() const noexcept {
    const NodeId last = open_.back().last_term;
    if (last == 0) return false;
    switch (regex_.nodes[last].kind) {
      case Kind::begin:
      case Kind::end:
      case Kind::word_boundary:
      case Kind::lookahead:
      case Kind::lookbehind:
      case Kind::repetition:
        return false;
      default:
        return true;
    }
  }

  // --- terms --------------------------------------------------------------------------------

  void term() {
    switch (peek()) {
      case '\\':
        rest_.remove_prefix(1);
        escape();
        return;
      case '[':
        rest_.remove_prefix(1);
        character_class();
        return;
      case '(':
        rest_.remove_prefix(1);
        group();
        return;
      case ')':
        rest_.remove_prefix(1);
        if (open_.size() == 1) refuse("\")\" closes no group");
        open_.pop_back();
        return;
      case '|':
        rest_.remove_prefix(1);
        next_alternative();
        return;
      case '.':
        rest_.remove_prefix(1);
        append({.kind = Kind::any});
        return;
      case '^':
        rest_.remove_prefix(1);
        append({.kind = Kind::begin});
        return;
      case '$':
        rest_.remove_prefix(1);
        append({.kind = Kind::end});
        return;
      case '*':
        rest_.remove_prefix(1);
        quantifier(0, EcmaNode::unlimited);
        return;
      case '+':
        rest_.remove_prefix(1);
        quantifier(1, EcmaNode::unlimited);
        return;
      case '?':
        rest_.remove_prefix(1);
        quantifier(0, 1);
        return;
      case '{':
        if (counted_quantifier()) return;
        break;
      default:
        break;
    }
    append({.kind = Kind::character, .first = take_code_point(rest_)});
  }

  void quantifier(std::uint32_t least, std::uint32_t most) {
    if (!can_be_repeated()) refuse("there is nothing to repeat before a quantifier");
    repeat(least, most, take("?"));
  }

  // `{n}`, `{n,}` or `{n,m}`. Else the brace is an ordinary character.
  bool counted_quantifier() {
    std::size_t at = 1;
    const auto number = [&]() noexcept {
      std::uint32_t value = 0;
      for (; is_digit(peek(at)); ++at) {
        const std::uint64_t longer =
            std::uint64_t{value} * 10 + static_cast<std::uint64_t>(peek(at) - '0');
        value = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(longer, EcmaNode::unlimited - std::uint64_t{1}));
      }
      return value;
    };
    if (!is_digit(peek(at))) return false;
    const std::uint32_t least = number();
    std::uint32_t most = least;
    if (peek(at) == ',') {
      ++at;
      most = is_digit(peek(at)) ? number() : EcmaNode::unlimited;
    }
    if (peek(at) != '}') return false;
    rest_.remove_prefix(at + 1);
    if (least > most) refuse("the numbers in braces are in the wrong order");
    quantifier(least, most);
    return true;
  }

  void group() {
    EcmaNode node{.kind = Kind::group};
    if (take("?")) {
      if (take("=")) {
        node.kind = Kind::lookahead;
      } else if (take("!")) {
        node = {.kind = Kind::lookahead, .negated = true};
      } else if (take("<=")) {
        node.kind = Kind::lookbehind;
      } else if (take("<!")) {
        node = {.kind = Kind::lookbehind, .negated = true};
      } else if (take("<")) {
        node.first = ++regex_.groups;
        names_.push_back({group_name(), node.first});
      } else if (!take(":")) {
        refuse(concat({"unknown kind of group \"(?", rest_.substr(0, 1), "\""}));
      }
    } else {
      node.first = ++regex_.groups;
    }
    open(append(node));
  }

  // After `(?<` or `\k<`.
  std::string group_name() {
    std::string name;
    while (!take(">")) {
      if (rest_.empty()) refuse("the name of a group is not ended by \">\"");
      const bool escaped = take("\\");
      if (escaped && !take("u")) refuse("a backslash in the name of a group");
      const std::uint32_t code_point = escaped ? unicode_escape() : take_code_point(rest_);
      if (is_high_surrogate(code_point) || is_low_surrogate(code_point)) {
        refuse("a lone surrogate in the name of a group");
      }
      append_utf8(code_point, name);
    }
    if (!is_identifier_name(name)) refuse(concat({"\"", name, "\" is no name for a group"}));
    return name;
  }

  void resolve_references() {
    std::sort(names_.begin(), names_.end(),
              [](const GroupName& a, const GroupName& b) { return a.name < b.name; });
    for (std::size_t i = 1; i < names_.size(); ++i) {
      if (names_[i].name == names_[i - 1].name) {
        refuse(concat({"two groups have the name \"", names_[i].name, "\""}));
      }
    }
    for (const NamedReference& reference : named_references_) {
      const auto group = std::lower_bound(
          names_.begin(), names_.end(), reference.name,
          [](const GroupName& name, const std::string& wanted) { return name.name < wanted; });
      if (group == names_.end() || group->name != reference.name) {
        refuse(concat({"no group has the name \"", reference.name, "\""}));
      }
      regex_.nodes[reference.node].first = group->number;
    }
    if (greatest_reference_ > regex_.groups) {
      refuse(concat({"there is no group ", std::to_string(greatest_reference_)}));
    }
  }

  // --- escapes ------------------------------------------------------------------------------

  // What follows a backslash outside of a class.
  void escape() {
    const char c = peek();
    if (c == 'b' || c == 'B') {
      rest_.remove_prefix(1);
      append({.kind = Kind::word_boundary, .negated = c == 'B'});
      return;
    }
    if (take("k")) {
      if (!take("<")) refuse("\\k without the name of a group");
      const NodeId node = append({.kind = Kind::back_reference});
      named_references_.push_back({group_name(), node});
      return;
    }
    if (c >= '1' && c <= '9') {
      back_reference();
      return;
    }
    ClassMember member;
    if (class_escape(member)) {
      const auto index = static_cast<std::uint32_t>(regex_.members.size());
      regex_.members.push_back(member);
      append({.kind = Kind::character_class, .first = index, .second = 1});
      return;
    }
    append({.kind = Kind::character, .first = character_escape()});
  }

  void back_reference() {
    std::uint64_t number = 0;
    while (is_digit(peek())) {
      number = number * 10 + static_cast<std::uint64_t>(peek() - '0');
      number = std::min<std::uint64_t>(number, EcmaNode::unlimited);
      rest_.remove_prefix(1);
    }
    append({.kind = Kind::back_reference, .first = static_cast<std::uint32_t>(number)});
    greatest_reference_ = std::max(greatest_reference_, static_cast<std::uint32_t>(number));
  }

  // `\d`, `\p{...}` and so on.
  bool class_escape(ClassMember& member) {
    using Member = ClassMember::Kind;
    switch (peek()) {
      case 'd':
      case 'D':
        member.kind = Member::digit;
        break;
      case 'w':
      case 'W':
        member.kind = Member::word;
        break;
      case 's':
      case 'S':
        member.kind = Member::space;
        break;
      case 'p':
      case 'P':
        member.kind = Member::property;
        break;
      default:
        return false;
    }
    const char letter = peek();
    rest_.remove_prefix(1);
    member.negated = letter >= 'A' && letter <= 'Z';
    if (member.kind == Member::property) member.last = property(letter);
    return true;
  }

  std::uint32_t property(char letter) {
    const std::size_t close = rest_.find('}');
    if (peek() != '{' || close == std::string_view::npos) {
      refuse(concat({"\\", {&letter, 1}, " without a property in braces"}));
    }
    const std::string_view written = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    const std::optional<UnicodeProperty> property = find_unicode_property(written);
    if (!property) refuse(concat({"unknown property \"", written, "\""}));
    regex_.properties.push_back(*property);
    return static_cast<std::uint32_t>(regex_.properties.size() - 1);
  }

  // An escape that stands for one character, in a class or outside.
  std::uint32_t character_escape() {
    if (rest_.empty()) refuse("a backslash ends the pattern");
    const char c = peek();
    if (!is_ascii(c)) return take_code_point(rest_);
    rest_.remove_prefix(1);
    switch (c) {
      case 't':
        return 0x09;
      case 'n':
        return 0x0A;
      case 'v':
        return 0x0B;
      case 'f':
        return 0x0C;
      case 'r':
        return 0x0D;
      case 'c': {
        const char letter = peek();
        if (!is_letter(letter)) refuse("\\c without a letter");
        rest_.remove_prefix(1);
        return static_cast<std::uint32_t>(letter) & 0x1FU;
      }
      case 'x':
        return hexadecimal(2, "\\x without two hexadecimal digits");
      case 'u':
        return unicode_escape();
      case '0':
        if (is_digit(peek())) refuse("an octal escape");
        return 0;
      default:
        break;
    }
    if (is_digit(c)) refuse("a back reference in a class, or an octal escape");
    if (is_letter(c)) refuse(concat({"unknown escape \"\\", {&c, 1}, "\""}));
    return static_cast<std::uint32_t>(c);
  }

  std::uint32_t hexadecimal(std::size_t digits, const char* error) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int digit = hex_value(peek(i));
      if (digit < 0) refuse(error);
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    rest_.remove_prefix(digits);
    return value;
  }

  // After `\u`: `{...}`, four digits, or four digits twice that are one surrogate pair.
  std::uint32_t unicode_escape() {
    if (take("{")) {
      std::uint32_t value = 0;
      const std::size_t before = rest_.size();
      while (!take("}")) {
        const int digit = hex_value(peek());
        if (digit < 0) refuse("malformed \\u{...}");
        value = value * 16 + static_cast<std::uint32_t>(digit);
        if (value > greatest_code_point) refuse("a code point above 10FFFF");
        rest_.remove_prefix(1);
      }
      if (rest_.size() + 1 == before) refuse("malformed \\u{...}");
      return value;
    }
    constexpr const char* malformed = "\\u without four hexadecimal digits";
    const std::uint32_t unit = hexadecimal(4, malformed);
    if (is_high_surrogate(unit) && rest_.starts_with("\\u") && peek(2) != '{') {
      const std::string_view before = rest_;
      rest_.remove_prefix(2);
      const std::uint32_t low = hexadecimal(4, malformed);
      if (is_low_surrogate(low)) return joined(unit, low);
      rest_ = before;
    }
    return unit;
  }

  // --- classes ------------------------------------------------------------------------------

  // After the `[`.
  void character_class() {
    const auto first = static_cast<std::uint32_t>(regex_.members.size());
    const bool negated = take("^");
    while (!take("]")) {
      ClassMember member = class_atom();
      // A hyphen before the end is a member.
      if (peek() == '-' && peek(1) != ']' && rest_.size() > 1) {
        rest_.remove_prefix(1);
        const ClassMember last = class_atom();
        if (member.kind != ClassMember::Kind::range || last.kind != ClassMember::Kind::range) {
          refuse("a class such as \\w as an end of a range");
        }
        if (member.first > last.first) refuse("the ends of a range are in the wrong order");
        member.last = last.first;
      }
      regex_.members.push_back(member);
    }
    const auto size = static_cast<std::uint32_t>(regex_.members.size() - first);
    append({.kind = Kind::character_class, .negated = negated, .first = first, .second = size});
  }

  ClassMember class_atom() {
    if (rest_.empty()) refuse("a class is not closed by \"]\"");
    ClassMember member;
    if (!take("\\")) {
      member.first = member.last = take_code_point(rest_);
    } else if (!class_escape(member)) {
      member.first = member.last = take("b") ? 0x08 : character_escape();
    }
    return member;
  }

  std::string_view rest_;
  EcmaRegex regex_;
  std::vector<Open> open_;
  std::vector<GroupName> names_;
  std::vector<NamedReference> named_references_;
  std::uint32_t greatest_reference_ = 0;
};

}  // namespace

EcmaRegex parse_ecma_regex(std::string_view text) {
  return Parser(text).run();
}

}  // namespace tenancy::jsonschema
