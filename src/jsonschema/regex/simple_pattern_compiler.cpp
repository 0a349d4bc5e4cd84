// What makes a pattern simple: at each point where there is a choice (to repeat or to go on, which
// alternative to take) the next character alone decides. So for each part the characters are
// compared that it may begin with and that may follow it.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "jsonschema/regex/ecma_characters.hpp"
#include "jsonschema/regex/simple_characters.hpp"
#include "jsonschema/regex/simple_pattern.hpp"
#include "jsonschema/regex/simple_program.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using simple::Fixed;
using simple::Set;
using Kind = EcmaNode::Kind;

constexpr std::size_t deepest = 100;  // groups in each other
constexpr std::size_t most_classes = 8;
constexpr std::size_t longest_unrolled = 256;  // bytes of the turns of a group, written out
constexpr std::size_t longest_program = 60'000;
constexpr std::size_t longest_literal = 255;
constexpr std::size_t longest_fixed = 64;      // bytes in one step
constexpr std::size_t longest_fixed_run = 16;  // of one class; a longer one is a Step::run
constexpr std::size_t most_choices = 255;

// Work: terms, members of classes and characters of literals that are looked at. Some are looked at
// again, for each turn of a group and for each group around them: for each part of the pattern as
// it is written, so often on average, and so often besides.
constexpr std::size_t most_work_of_part = 4;
constexpr std::size_t most_work_besides = 20'000;

// The pattern would take more.
struct Unfit {};

// So many times something.
struct Term {
  NodeId id;
  std::uint32_t least = 1;
  std::uint32_t most = 1;

  bool once() const noexcept { return least == 1 && most == 1; }
};
using Terms = std::vector<Term>;

class Compiler {
 public:
  explicit Compiler(const EcmaRegex& regex)
      : regex_(regex),
        work_left_(most_work_of_part * (regex.nodes.size() + regex.members.size()) +
                   most_work_besides) {}

  std::string run() {
    if (regex_.depth > deepest) return {};
    std::vector<Terms> alternatives = alternatives_of(0);
    bool from_begin = true;
    bool to_end = true;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
      const bool begins = strip_begin(alternatives[i]);
      const bool ends = strip_end(alternatives[i]);
      if (i > 0 && (begins != from_begin || ends != to_end)) return {};
      from_begin = begins;
      to_end = ends;
    }
    if (alternatives.size() > 1) {
      if (!from_begin) return {};
    } else {
      Terms& terms = alternatives.front();
      if (!from_begin) reduce_front(terms);
      if (!to_end) reduce_back(terms);
      if (terms.empty() && !(from_begin && to_end)) return std::string(1, as_char(Whole::always));
      if (const std::optional<std::string> literal = literal_of(terms)) {
        return as_char(from_begin ? (to_end ? Whole::equal : Whole::prefix)
                                  : (to_end ? Whole::suffix : Whole::contains)) +
               *literal;
      }
      if (!from_begin) return to_end ? std::string() : some(terms);
    }
    Set follow;
    follow.anything = !to_end;
    if (!alternation(alternatives, follow)) return {};
    const bool is_fixed =
        to_end && steps_.empty() && !fixed_.empty() && fixed_.size() <= longest_fixed;
    flush();
    if (is_fixed && steps_.front() == as_char(Step::fixed)) {
      return as_char(Whole::fixed) + steps_.substr(1);
    }
    steps_ += as_char(Step::accept);
    if (steps_.size() > longest_program) return {};
    std::string program(1, as_char(to_end ? Whole::from_begin_to_end : Whole::from_begin));
    program += static_cast<char>(classes_.size());
    for (const Set& set : classes_) put_class(set, program);
    return program + steps_;
  }

 private:
  const EcmaNode& node(NodeId id) const { return regex_.nodes[id]; }

  void spend(std::size_t work) const {
    if (work > work_left_) throw Unfit();
    work_left_ -= work;
  }

  template <typename Enum>
  static char as_char(Enum value) noexcept {
    return static_cast<char>(value);
  }

  // --- the parts of a pattern ---------------------------------------------------------------

  std::vector<Terms> alternatives_of(NodeId group) const {
    std::vector<Terms> alternatives;
    for (NodeId child = node(group).child; child != 0; child = node(child).next) {
      collect(child, alternatives.emplace_back());
    }
    return alternatives;
  }

  bool has_one_alternative(NodeId group) const { return node(node(group).child).next == 0; }

  // The terms of a sequence, those of groups that need not be groups among them.
  void collect(NodeId sequence, Terms& terms) const {
    std::size_t work = 1;
    for (NodeId child = node(sequence).child; child != 0; child = node(child).next) {
      ++work;
      if (node(child).kind == Kind::repetition) {
        terms.push_back({node(child).child, node(child).first, node(child).second});
      } else if (node(child).kind == Kind::group && has_one_alternative(child)) {
        collect(node(child).child, terms);
      } else {
        terms.push_back({child});
      }
    }
    spend(work);
  }

  bool strip_begin(Terms& terms) const {
    const auto first = std::find_if(terms.begin(), terms.end(), [&](const Term& term) {
      return !term.once() || node(term.id).kind != Kind::begin;
    });
    const bool stripped = first != terms.begin();
    terms.erase(terms.begin(), first);
    return stripped;
  }

  bool strip_end(Terms& terms) const {
    bool stripped = false;
    while (!terms.empty() && terms.back().once() && node(terms.back().id).kind == Kind::end) {
      terms.pop_back();
      stripped = true;
    }
    return stripped;
  }

  // Where a match may begin anywhere, or end anywhere, what may be left out there is.
  void reduce_front(Terms& terms) const {
    const auto first = std::find_if(terms.begin(), terms.end(),
                                    [&](const Term& term) { return !is_nullable(term); });
    terms.erase(terms.begin(), first);
    if (!terms.empty()) terms.front().most = terms.front().least;
  }
  void reduce_back(Terms& terms) const {
    while (!terms.empty() && is_nullable(terms.back())) terms.pop_back();
    if (!terms.empty()) terms.back().most = terms.back().least;
  }

  bool is_nullable(const Term& term) const {
    if (term.least == 0) return true;
    if (node(term.id).kind != Kind::group) return false;  // assertions are not left out
    const std::vector<Terms> alternatives = alternatives_of(term.id);
    return std::any_of(alternatives.begin(), alternatives.end(),
                       [&](const Terms& terms) { return is_nullable(terms); });
  }
  bool is_nullable(const Terms& terms) const {
    return std::all_of(terms.begin(), terms.end(),
                       [&](const Term& term) { return is_nullable(term); });
  }

  std::optional<std::string> literal_of(const Terms& terms) const {
    std::string literal;
    for (const Term& term : terms) {
      if (node(term.id).kind != Kind::character || term.least != term.most ||
          term.most > longest_literal ||
          !append_character(node(term.id).first, term.most, literal)) {
        return std::nullopt;
      }
    }
    return literal;
  }

  bool append_character(std::uint32_t code_point, std::uint32_t times, std::string& out) const {
    if (is_surrogate(code_point)) return false;  // the translator refuses it
    spend(times);
    for (std::uint32_t i = 0; i < times; ++i) append_utf8(code_point, out);
    return true;
  }

  // --- the characters that a part begins with -----------------------------------------------

  // Of one character: exactly those that it is. None: not to be said.
  std::optional<Set> set_of_atom(NodeId id) const {
    const EcmaNode& atom = node(id);
    Set set;
    switch (atom.kind) {
      case Kind::character:
        if (atom.first >= 0x80) return std::nullopt;
        set.add(atom.first);
        return set;
      case Kind::any:
        set.add(line_ends);
        set.complement();
        set.beyond = Beyond::all_but_line_ends;
        return set;
      case Kind::character_class:
        spend(atom.second);
        for (std::uint32_t i = 0; i < atom.second; ++i) {
          const std::optional<Set> member = simple::set_of(regex_.members[atom.first + i]);
          if (!member) return std::nullopt;
          set.unite(*member);
        }
        if (atom.negated) set.complement();
        return set;
      default:
        return std::nullopt;
    }
  }

  // What a term begins with, and what follows it where it may be empty. None: it is not simple.
  std::optional<Set> first_of(const Term& term, const Set& follow) const {
    Set set;
    if (term.least == 0) set = follow;
    if (term.most == 0) return set;
    if (node(term.id).kind == Kind::group) {
      for (const Terms& terms : alternatives_of(term.id)) {
        const std::optional<Set> first = first_of(terms, follow);
        if (!first) return std::nullopt;
        set.unite(*first);
      }
      return set;
    }
    if (node(term.id).kind == Kind::character && node(term.id).first >= 0x80) {
      Set beyond;
      beyond.beyond = Beyond::all;
      set.unite(beyond);
      return set;
    }
    const std::optional<Set> atom = set_of_atom(term.id);
    if (!atom) return std::nullopt;
    set.unite(*atom);
    return set;
  }
  std::optional<Set> first_of(const Terms& terms, Set follow) const {
    for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
      const std::optional<Set> first = first_of(*term, follow);
      if (!first) return std::nullopt;
      follow = *first;
    }
    return follow;
  }

  // --- steps: each function returns whether the part is simple ------------------------------

  bool sequence(const Terms& terms, const Set& follow) {
    spend(terms.size());
    std::vector<Set> follows;  // from the last term to the first
    follows.reserve(terms.size() + 1);
    follows.push_back(follow);
    for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
      const std::optional<Set> first = first_of(*term, follows.back());
      if (!first) return false;
      follows.push_back(*first);
    }
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const Set& behind = follows[terms.size() - 1 - i];
      if (!term(terms[i], behind) || steps_.size() > longest_program) return false;
    }
    return true;
  }

  bool term(const Term& term, const Set& follow) {
    if (term.most == 0) return true;
    const EcmaNode& atom = node(term.id);
    if (atom.kind == Kind::group) return group(term, follow);
    if (atom.kind == Kind::character && term.least == term.most && term.most <= 8) {
      std::string literal;
      if (!append_character(atom.first, term.most, literal)) return false;
      for (const char c : literal) fixed_.push_back(Fixed::one(c));
      return true;
    }
    const std::optional<Set> members = set_of_atom(term.id);
    if (!members) return false;
    if (term.least == term.most && term.most <= longest_fixed_run) {
      if (const std::optional<Fixed> ranges = Fixed::of(*members)) {
        fixed_.insert(fixed_.end(), term.most, *ranges);
        return true;
      }
    }
    const std::optional<char> index = class_index(*members);
    if (!index) return false;
    flush();
    if (term.once()) {
      steps_ += as_char(Step::one);
      steps_ += *index;
      return true;
    }
    const bool endless = term.most == EcmaNode::unlimited;
    if (term.least != term.most && members->overlaps(follow)) return false;
    if (term.least >= no_limit || (!endless && term.most >= no_limit)) return false;
    steps_ += as_char(Step::run);
    steps_ += *index;
    put_number(term.least);
    put_number(endless ? no_limit : term.most);
    return true;
  }

  bool group(const Term& term, const Set& follow) {
    const std::vector<Terms> alternatives = alternatives_of(term.id);
    if (term.once()) return alternation(alternatives, follow);
    // Turns of something that may be empty have no end that one character tells.
    if (is_nullable(Term{term.id})) return false;
    const std::optional<Set> first = first_of(Term{term.id}, follow);
    if (!first) return false;
    if (term.least != term.most && first->overlaps(follow)) return false;
    Set follow_of_turn = follow;
    follow_of_turn.unite(*first);

    // Those that there must be are written out, fixed bytes among fixed bytes.
    const std::size_t longest = size() + longest_unrolled;
    for (std::uint32_t turn = 0; turn < term.least; ++turn) {
      const bool last = turn + 1 == term.most;
      if (!alternation(alternatives, last ? follow : follow_of_turn)) return false;
      if (turn > 0 && size() > longest) return false;
    }
    if (term.least == term.most) return true;
    flush();
    const std::optional<char> index = class_index(*first);
    if (!index) return false;
    if (term.most == EcmaNode::unlimited) {
      const std::size_t again = steps_.size();
      const std::size_t leave = branch(*index);
      if (!alternation(alternatives, follow_of_turn)) return false;
      flush();
      steps_ += as_char(Step::jump);
      put_number(static_cast<std::uint32_t>(again));
      land(leave);
      return true;
    }
    std::vector<std::size_t> leaves;
    for (std::uint32_t turn = term.least; turn < term.most; ++turn) {
      const bool last = turn + 1 == term.most;
      leaves.push_back(branch(*index));
      if (!alternation(alternatives, last ? follow : follow_of_turn)) return false;
      flush();
      if (turn > 0 && size() > longest) return false;
    }
    for (const std::size_t leave : leaves) land(leave);
    return true;
  }

  bool alternation(const std::vector<Terms>& alternatives, const Set& follow) {
    if (alternatives.size() == 1) return sequence(alternatives.front(), follow);
    flush();
    if (std::optional<std::vector<std::string>> literals = literals_of(alternatives)) {
      return choice(*literals, follow);
    }
    // The one that may be empty comes last: it is taken where the next character is no other's.
    std::vector<const Terms*> order;
    for (const Terms& terms : alternatives) order.push_back(&terms);
    std::stable_partition(order.begin(), order.end(),
                          [&](const Terms* terms) { return !is_nullable(*terms); });
    Set seen;
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const bool last = i + 1 == order.size();
      const std::optional<Set> first = first_of(*order[i], follow);
      if (!first || first->overlaps(seen) || (!last && is_nullable(*order[i]))) return false;
      seen.unite(*first);
      std::size_t next = 0;
      if (!last) {
        const std::optional<char> index = class_index(*first);
        if (!index) return false;
        next = branch(*index);
      }
      if (!sequence(*order[i], follow)) return false;
      flush();
      if (last) break;
      steps_ += as_char(Step::jump);
      ends.push_back(steps_.size());
      put_number(0);
      land(next);
    }
    for (const std::size_t end : ends) land(end);
    return true;
  }

  std::optional<std::vector<std::string>> literals_of(
      const std::vector<Terms>& alternatives) const {
    if (alternatives.size() > most_choices) return std::nullopt;
    std::vector<std::string> literals;
    for (const Terms& terms : alternatives) {
      std::optional<std::string> literal = literal_of(terms);
      if (!literal || literal->size() > longest_literal) return std::nullopt;
      literals.push_back(std::move(*literal));
    }
    return literals;
  }

  // The longest that fits is the right one if what it has more than a shorter one cannot follow.
  bool choice(std::vector<std::string>& literals, const Set& follow) {
    for (const std::string& shorter : literals) {
      for (const std::string& longer : literals) {
        if (longer.size() <= shorter.size() || !longer.starts_with(shorter)) continue;
        const auto next = static_cast<unsigned char>(longer[shorter.size()]);
        if (follow.anything || (next < 0x80 ? follow.has(next) : follow.beyond != Beyond::none)) {
          return false;
        }
      }
    }
    std::stable_sort(
        literals.begin(), literals.end(),
        [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    steps_ += as_char(Step::choice);
    steps_ += static_cast<char>(literals.size());
    for (const std::string& literal : literals) {
      steps_ += static_cast<char>(literal.size());
      steps_ += literal;
    }
    return true;
  }

  // `\S`, `[a-z]+`: one character somewhere.
  std::string some(const Terms& terms) const {
    if (terms.size() != 1 || !terms.front().once()) return {};
    const std::optional<Set> members = set_of_atom(terms.front().id);
    if (!members) return {};
    std::string program(1, as_char(Whole::some));
    put_class(*members, program);
    return program;
  }

  // --- bytes --------------------------------------------------------------------------------

  std::optional<char> class_index(const Set& set) {
    const auto known = std::find(classes_.begin(), classes_.end(), set);
    const auto index = static_cast<std::size_t>(known - classes_.begin());
    if (index >= most_classes) return std::nullopt;
    if (known == classes_.end()) classes_.push_back(set);
    return static_cast<char>(index);
  }

  static void put_class(const Set& set, std::string& out) {
    std::array<char, sizeof set.ascii> bits{};
    std::memcpy(bits.data(), set.ascii.data(), sizeof set.ascii);
    out.append(bits.data(), bits.size());
    out += as_char(set.beyond);
  }

  void put_number(std::uint32_t number) {
    steps_ += static_cast<char>(number & 0xFFU);
    steps_ += static_cast<char>(number >> 8U);
  }

  // Of the steps so far, about: with one range for each fixed byte that is not yet written.
  std::size_t size() const noexcept { return steps_.size() + 2 * fixed_.size(); }

  // Writes what has come together of fixed bytes.
  void flush() {
    for (std::size_t from = 0; from < fixed_.size(); from += longest_fixed) {
      const std::size_t size = std::min(fixed_.size() - from, longest_fixed);
      put_fixed({fixed_.data() + from, size});
    }
    fixed_.clear();
  }

  void put_fixed(std::span<const Fixed> positions) {
    const bool literal = std::all_of(positions.begin(), positions.end(), [](const Fixed& fixed) {
      return fixed.count == 1 && fixed.first[0] == fixed.last[0];
    });
    steps_ += as_char(literal ? Step::literal : Step::fixed);
    steps_ += static_cast<char>(positions.size());
    if (literal) {
      for (const Fixed& fixed : positions) steps_ += static_cast<char>(fixed.first[0]);
      return;
    }
    std::size_t ranges = 0;
    for (const Fixed& fixed : positions) ranges = std::max(ranges, fixed.count);
    steps_ += static_cast<char>(ranges);
    for (std::size_t range = 0; range < ranges; ++range) {
      for (const Fixed& fixed : positions) steps_ += static_cast<char>(fixed.first[range]);
      for (const Fixed& fixed : positions) steps_ += static_cast<char>(fixed.last[range]);
    }
  }

  // Returns where its goal has to be written, which land() does.
  std::size_t branch(char index) {
    steps_ += as_char(Step::branch);
    steps_ += index;
    put_number(0);
    return steps_.size() - 2;
  }
  void land(std::size_t place) {
    steps_[place] = static_cast<char>(steps_.size() & 0xFFU);
    steps_[place + 1] = static_cast<char>(steps_.size() >> 8U);
  }

  const EcmaRegex& regex_;
  mutable std::size_t work_left_;
  std::vector<Set> classes_;
  std::string steps_;
  std::vector<Fixed> fixed_;  // not yet written
};

}  // namespace

std::string compile_simple_pattern(const EcmaRegex& regex) {
  try {
    return Compiler(regex).run();
  } catch (const Unfit&) {
    return {};
  }
}

}  // namespace tenancy::jsonschema
