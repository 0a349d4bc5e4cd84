#include "jsonschema/regex/ecma_regex.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "jsonschema/regex/ecma_characters.hpp"
#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/concat.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using Kind = EcmaNode::Kind;

constexpr std::string_view nothing_at_all = "(?:)";
constexpr std::string_view never = "(?:(?!))";

constexpr std::uint32_t most_repetitions = 65'535;  // PCRE2's
constexpr std::size_t deepest = 250;                // PCRE2's, and it bounds the recursion here
constexpr std::size_t most_lengths = 256;           // of a lookbehind
constexpr std::size_t longest_lookbehind = 16'384;  // bytes of its translation
constexpr std::uint32_t uncounted_reads = 256;      // characters that may be read without a callout
constexpr std::size_t code_point_size = 4;          // bytes, at most

std::size_t saturated_sum(std::size_t a, std::size_t b) noexcept {
  return a > TranslatedRegex::unlimited - b ? TranslatedRegex::unlimited : a + b;
}
std::size_t saturated_product(std::size_t a, std::uint32_t times) noexcept {
  if (a == 0 || times == 0) return 0;
  if (times == EcmaNode::unlimited || a > TranslatedRegex::unlimited / times) {
    return TranslatedRegex::unlimited;
  }
  return a * times;
}

class Translator {
 public:
  Translator(const EcmaRegex& regex, Callouts callouts)
      : regex_(regex), groups_(regex.groups + 1), callouts_(callouts == Callouts::yes) {
    if (regex.depth > deepest) refuse("its groups are nested too deeply");
    for (const EcmaNode& node : regex.nodes) {
      if (node.kind == Kind::back_reference) groups_[node.first].referenced = true;
    }
  }

  TranslatedRegex run() {
    if (callouts_) {
      out_ += "(?C)(?:";
      alternatives(0);
      out_ += ')';
    } else {
      alternatives(0);
    }
    return {std::move(out_), reach(0)};
  }

 private:
  // What is known of a group that captures.
  struct Group {
    bool referenced = false;
    bool closed = false;       // it has been written
    std::uint32_t number = 0;  // in the translation
    std::vector<NodeId> path;  // the groups, sequences and repetitions around it, outermost first
  };
  // A part of a lookbehind. An alternation has to be put in a group before anything is added.
  struct Piece {
    std::string text;
    bool alternation = false;
  };
  using Lengths = std::map<std::size_t, Piece>;  // by code points

  [[noreturn]] static void refuse(const std::string& why) { throw PatternError(why); }

  const EcmaNode& node(NodeId id) const { return regex_.nodes[id]; }

  // Calls `visit` for each child.
  template <typename Visit>
  void each_child(NodeId id, const Visit& visit) const {
    for (NodeId child = node(id).child; child != 0; child = node(child).next) visit(child);
  }
  template <typename Test>
  bool any_child(NodeId id, const Test& test) const {
    for (NodeId child = node(id).child; child != 0; child = node(child).next) {
      if (test(child)) return true;
    }
    return false;
  }

  // --- what is written ----------------------------------------------------------------------

  void write(NodeId id) {
    const EcmaNode& term = node(id);
    switch (term.kind) {
      case Kind::group:
        group(id);
        return;
      case Kind::lookahead:
        out_ += term.negated ? "(?!" : "(?=";
        alternatives(id);
        out_ += ')';
        return;
      case Kind::lookbehind:
        lookbehind(id);
        return;
      case Kind::sequence:
        path_.push_back(id);
        each_child(id, [&](NodeId child) { write(child); });
        path_.pop_back();
        return;
      case Kind::repetition:
        if (term.second == 0) {  // its groups are never closed
          out_ += nothing_at_all;
          return;
        }
        path_.push_back(id);
        repeated(term);
        path_.pop_back();
        quantifier(term);
        return;
      case Kind::character:
        character(term.first);
        return;
      case Kind::any:
        out_ += "[^";
        characters(line_ends);
        out_ += ']';
        return;
      case Kind::character_class:
        character_class(term);
        return;
      case Kind::begin:
        out_ += '^';
        return;
      case Kind::end:
        out_ += '$';
        return;
      case Kind::word_boundary:
        out_ += term.negated ? "\\B" : "\\b";
        return;
      case Kind::back_reference:
        back_reference(term.first);
        return;
    }
  }

  void callout() {
    if (callouts_ && !in_lookbehind_) out_ += "(?C)";
  }

  void repeated(const EcmaNode& repetition) {
    const Kind kind = node(repetition.child).kind;
    if (!callouts_ || repetition.second == 1) {
      write(repetition.child);
    } else if (kind == Kind::group || kind == Kind::back_reference) {
      out_ += "(?:";
      callout();
      write(repetition.child);
      out_ += ')';
    } else {
      if (repetition.second > uncounted_reads) callout();
      write(repetition.child);
    }
  }

  void alternatives(NodeId id) {
    path_.push_back(id);
    each_child(id, [&](NodeId child) {
      if (child != node(id).child) out_ += '|';
      write(child);
    });
    path_.pop_back();
  }

  void group(NodeId id) {
    Group& group = groups_[node(id).first];
    const bool captures = node(id).first != 0 && group.referenced && !in_lookbehind_;
    if (captures) {
      group.number = ++captures_;
      group.path = path_;
    }
    out_ += captures ? "(" : "(?:";
    alternatives(id);
    out_ += ')';
    group.closed = true;
  }

  void quantifier(const EcmaNode& repetition) {
    const std::uint32_t least = repetition.first;
    const std::uint32_t most = repetition.second;
    if (least > most_repetitions || (most > most_repetitions && most != EcmaNode::unlimited)) {
      refuse("more than 65535 repetitions");
    }
    if (most == EcmaNode::unlimited && least <= 1) {
      out_ += least == 0 ? '*' : '+';
    } else if (least == 0 && most == 1) {
      out_ += '?';
    } else {
      out_ += '{';
      out_ += std::to_string(least);
      if (most != least) out_ += ',';
      if (most != least && most != EcmaNode::unlimited) out_ += std::to_string(most);
      out_ += '}';
    }
    if (repetition.lazy) out_ += '?';
  }

  void character(std::uint32_t code_point) {
    if (is_surrogate(code_point)) {
      refuse("a lone surrogate matches no text in PostgreSQL");
    }
    const char c = static_cast<char>(code_point);
    if (code_point < 0x80 && (is_letter(c) || is_digit(c))) {
      out_ += c;
      return;
    }
    std::array<char, 8> hex{};
    const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), code_point, 16).ptr;
    out_.append("\\x{").append(hex.data(), end) += '}';
  }

  // As members of a class. Not by \D and \W: PCRE2 10.42 errs where one of these stands in a
  // negated class besides a property.
  void characters(std::span<const CodePoints> set, bool negated = false) {
    if (negated) return characters(complement(set));
    for (const CodePoints& range : set) {
      character(range.first);
      if (range.last == range.first) continue;
      out_ += '-';
      character(range.last);
    }
  }

  void character_class(const EcmaNode& term) {
    if (term.second == 0 && !term.negated) {  // PCRE2 would not repeat it
      out_ += never;
      return;
    }
    out_ += term.negated ? "[^" : "[";
    for (std::uint32_t i = 0; i < term.second; ++i) class_member(regex_.members[term.first + i]);
    out_ += ']';
  }

  void class_member(const ClassMember& member) {
    switch (member.kind) {
      case ClassMember::Kind::range:
        characters(std::array{CodePoints{member.first, member.last}});
        return;
      case ClassMember::Kind::digit:
        characters(digits, member.negated);
        return;
      case ClassMember::Kind::word:
        characters(words, member.negated);
        return;
      case ClassMember::Kind::space:
        characters(spaces, member.negated);
        return;
      case ClassMember::Kind::property:
        property(regex_.properties[member.last], member.negated);
        return;
    }
  }

  void property(const UnicodeProperty& property, bool negated) {
    if (property.name.empty())
      refuse("PCRE2 does not know the property Changes_When_NFKC_Casefolded");
    out_ += negated != property.negated ? "\\P{" : "\\p{";
    out_ += property.prefix;
    out_ += property.name;
    out_ += '}';
  }

  // --- back references ----------------------------------------------------------------------

  void back_reference(std::uint32_t number) {
    if (in_lookbehind_) refuse("a back reference in a lookbehind");
    const Group& group = groups_[number];
    // Before the group has been closed it has captured nothing in this turn of the repetitions
    // that hold both, and in no other turn either as far as ECMA-262 is concerned.
    if (!group.closed || is_always_unset(group)) {
      out_ += nothing_at_all;
      return;
    }
    // A group that has captured nothing is the empty text. (PCRE2_MATCH_UNSET_BACKREF says so too,
    // but PCRE2's machine code forgets that where the reference is repeated.)
    callout();
    const std::string name = std::to_string(group.number);
    out_ += concat({"(?(", name, ")\\g{", name, "})"});
  }

  // Does ECMA-262 see nothing captured by the group here, whatever the text? Refuses where PCRE2
  // might see something else than ECMA-262.
  bool is_always_unset(const Group& group) const {
    if (group.number == 0) refuse("a back reference to a group in a lookbehind");
    const std::vector<NodeId>& path = group.path;
    const std::size_t shared = static_cast<std::size_t>(
        std::mismatch(path.begin(), path.end(), path_.begin(), path_.end()).first - path.begin());
    for (std::size_t i = 0; i < path.size(); ++i) {
      const EcmaNode& outer = node(path[i]);
      const bool both = i < shared;
      if (outer.kind == Kind::lookahead && !both) {
        if (outer.negated) return true;
        // A lookahead is not entered again: what is tried first in it matters.
        if (has_idle_repetition(path[i])) refuse_reference();
      }
      if (outer.kind != Kind::repetition) continue;
      if (!both && outer.first != outer.second && is_nullable(outer.child)) {
        // ECMA-262 takes back a turn that matches nothing, PCRE2 ends with it.
        if (outer.second > 1 || has_lookahead(path, i + 1)) refuse_reference();
      }
      // A turn that leaves the group out.
      for (std::size_t j = std::max(i + 1, shared); outer.second > 1 && j < path.size(); ++j) {
        if (can_be_left_out(path, j)) refuse_reference();
      }
    }
    return false;
  }

  [[noreturn]] static void refuse_reference() {
    refuse("a back reference to a group in a repetition, of which an earlier turn may be meant");
  }

  bool has_lookahead(const std::vector<NodeId>& path, std::size_t from) const {
    for (std::size_t i = from; i < path.size(); ++i) {
      if (node(path[i]).kind == Kind::lookahead) return true;
    }
    return false;
  }

  bool can_be_left_out(const std::vector<NodeId>& path, std::size_t i) const {
    const EcmaNode& part = node(path[i]);
    if (part.kind == Kind::repetition) return part.first == 0;
    if (part.kind != Kind::sequence || i == 0) return false;
    return node(node(path[i - 1]).child).next != 0;  // one of several alternatives
  }

  // Is there a repetition that may end with a turn which matches nothing?
  bool has_idle_repetition(NodeId id) const {
    const EcmaNode& part = node(id);
    if (part.kind == Kind::repetition && part.first != part.second && is_nullable(part.child)) {
      return true;
    }
    return any_child(id, [&](NodeId child) { return has_idle_repetition(child); });
  }

  // May it match the empty text?
  bool is_nullable(NodeId id) const {
    const EcmaNode& part = node(id);
    switch (part.kind) {
      case Kind::group:
        return any_child(id, [&](NodeId child) { return is_nullable(child); });
      case Kind::sequence:
        return !any_child(id, [&](NodeId child) { return !is_nullable(child); });
      case Kind::repetition:
        return part.first == 0 || is_nullable(part.child);
      case Kind::character:
      case Kind::any:
      case Kind::character_class:
        return false;
      default:
        return true;
    }
  }

  // --- lookbehinds --------------------------------------------------------------------------

  // As alternatives, one for each length.
  void lookbehind(NodeId id) {
    const bool outermost = !std::exchange(in_lookbehind_, true);
    const Lengths lengths = lengths_of_alternatives(id);
    if (outermost) in_lookbehind_ = false;
    out_ += node(id).negated ? "(?<!" : "(?<=";
    bool first = true;
    for (const auto& [length, piece] : lengths) {
      if (!std::exchange(first, false)) out_ += '|';
      out_ += piece.text;
    }
    out_ += ')';
  }

  Lengths lengths_of_alternatives(NodeId id) {
    Lengths lengths;
    path_.push_back(id);
    each_child(id, [&](NodeId child) { unite(lengths, lengths_of(child)); });
    path_.pop_back();
    return lengths;
  }

  Lengths lengths_of(NodeId id) {
    const EcmaNode& part = node(id);
    switch (part.kind) {
      case Kind::group: {
        Lengths lengths = lengths_of_alternatives(id);
        groups_[part.first].closed = true;
        return lengths;
      }
      case Kind::sequence: {
        Lengths lengths{{0, {}}};
        path_.push_back(id);
        each_child(id, [&](NodeId child) { lengths = product(lengths, lengths_of(child)); });
        path_.pop_back();
        return lengths;
      }
      case Kind::repetition:
        return lengths_of_repetition(part);
      case Kind::character:
      case Kind::any:
      case Kind::character_class:
        return {{1, {written(id), false}}};
      default:
        return {{0, {written(id), false}}};
    }
  }

  Lengths lengths_of_repetition(const EcmaNode& part) {
    const Lengths turn = lengths_of(part.child);
    if (part.second == 0) return {{0, {}}};
    // Where a turn has no length, one says as much as many.
    const bool empty = turn.size() == 1 && turn.begin()->first == 0;
    const std::uint32_t least = empty ? std::min<std::uint32_t>(part.first, 1) : part.first;
    const std::uint32_t most = empty ? 1 : part.second;
    if (most == EcmaNode::unlimited) refuse("a lookbehind of unlimited length");
    Lengths turns{{0, {}}};
    Lengths lengths;
    for (std::uint32_t i = 0;; ++i) {
      if (i >= least) unite(lengths, turns);
      if (i == most) return lengths;
      turns = product(turns, turn);
    }
  }

  std::string written(NodeId id) {
    std::string outer = std::exchange(out_, {});
    write(id);
    return std::exchange(out_, std::move(outer));
  }

  static void append(Piece& piece, const Piece& more) {
    if (more.text.empty()) return;
    if (piece.text.empty()) {
      piece = more;
      return;
    }
    const auto grouped = [](const Piece& part) {
      return part.alternation ? concat({"(?:", part.text, ")"}) : part.text;
    };
    piece = {grouped(piece) + grouped(more), false};
  }

  static void add(Lengths& lengths, std::size_t length, const Piece& piece) {
    const auto [place, is_new] = lengths.emplace(length, piece);
    if (is_new) return;
    Piece& known = place->second;
    if (known.text == piece.text) return;
    known = {concat({known.text, "|", piece.text}), true};
  }

  static void unite(Lengths& lengths, const Lengths& more) {
    for (const auto& [length, piece] : more) add(lengths, length, piece);
    check(lengths);
  }

  static Lengths product(const Lengths& first, const Lengths& second) {
    Lengths lengths;
    for (const auto& [first_length, first_piece] : first) {
      for (const auto& [second_length, second_piece] : second) {
        Piece piece = first_piece;
        append(piece, second_piece);
        add(lengths, first_length + second_length, piece);
      }
    }
    check(lengths);
    return lengths;
  }

  static void check(const Lengths& lengths) {
    std::size_t size = 0;
    for (const auto& [length, piece] : lengths) size += piece.text.size();
    if (lengths.size() > most_lengths || size > longest_lookbehind) {
      refuse("a lookbehind of too many lengths");
    }
  }

  // --- reach --------------------------------------------------------------------------------

  std::size_t reach(NodeId id) const {
    const EcmaNode& part = node(id);
    switch (part.kind) {
      case Kind::group:
      case Kind::lookahead:
      case Kind::lookbehind: {
        std::size_t longest = 0;
        each_child(id, [&](NodeId child) { longest = std::max(longest, reach(child)); });
        return longest;
      }
      case Kind::sequence: {
        std::size_t sum = 0;
        each_child(id, [&](NodeId child) { sum = saturated_sum(sum, reach(child)); });
        return sum;
      }
      case Kind::repetition:
        return saturated_product(reach(part.child), part.second);
      case Kind::back_reference:
        return TranslatedRegex::unlimited;
      default:
        return code_point_size;
    }
  }

  const EcmaRegex& regex_;
  std::vector<Group> groups_;  // by number
  std::vector<NodeId> path_;   // around what is being written
  std::string out_;
  std::uint32_t captures_ = 0;
  const bool callouts_;
  bool in_lookbehind_ = false;
};

}  // namespace

TranslatedRegex translate_ecma_regex(const EcmaRegex& regex, Callouts callouts) {
  return Translator(regex, callouts).run();
}

Match match_ecma_regex(std::string_view text) noexcept {
  if (text.size() > longest_regex) return Match::too_long;
  try {
    parse_ecma_regex(text);
    return Match::yes;
  } catch (const PatternError&) {
    return Match::no;
  } catch (const std::bad_alloc&) {
    return Match::limit;
  }
}

}  // namespace tenancy::jsonschema
