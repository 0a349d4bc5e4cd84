// From a regular expression to an automaton: first one that may be in several nodes at once
// (Thompson's construction), then one whose states are the sets of nodes that the other can be in
// (the subset construction). Source: Aho, Lam, Sethi, Ullman, "Compilers", section 3.7.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "automaton.hpp"
#include "automaton_format.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

using namespace automaton;

constexpr std::size_t deepest = 100;  // groups in each other
constexpr std::size_t most_nodes = 500;
constexpr std::size_t most_sets = 64;
constexpr std::size_t most_classes = 64;
constexpr std::size_t most_ranges = 255;
constexpr std::size_t most_states = 250;
constexpr std::size_t largest_table = 4'000;
constexpr std::size_t most_work = 15'000;  // steps, of some nanoseconds each, to make the states

constexpr std::uint32_t last_code_point = 0x10FFFF;

// The pattern is not for an automaton, or for one that is too large.
struct Unfit {};

// --- sets of characters ----------------------------------------------------------------------

struct Range {
  std::uint32_t first;
  std::uint32_t last;
  bool operator==(const Range&) const = default;
};

// Code points: ranges in order, with others between them.
using CharacterSet = std::vector<Range>;

void put_in_order(CharacterSet& set) {
  std::sort(set.begin(), set.end(),
            [](const Range& left, const Range& right) { return left.first < right.first; });
  std::size_t count = 0;
  for (const Range& range : set) {
    if (count > 0 && range.first <= set[count - 1].last + 1) {
      set[count - 1].last = std::max(set[count - 1].last, range.last);
    } else {
      set[count++] = range;
    }
  }
  set.resize(count);
}

CharacterSet complement(std::span<const Range> set) {
  CharacterSet others;
  std::uint32_t next = 0;
  for (const Range& range : set) {
    if (range.first > next) others.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= last_code_point) others.push_back({next, last_code_point});
  return others;
}

constexpr std::array digits{Range{'0', '9'}};
constexpr std::array words{Range{'0', '9'}, Range{'A', 'Z'}, Range{'_', '_'}, Range{'a', 'z'}};
// WhiteSpace and LineTerminator of ECMA-262, and what `.` does not match.
constexpr std::array spaces{Range{'\t', '\r'},     Range{' ', ' '},       Range{0xA0, 0xA0},
                            Range{0x1680, 0x1680}, Range{0x2000, 0x200A}, Range{0x2028, 0x2029},
                            Range{0x202F, 0x202F}, Range{0x205F, 0x205F}, Range{0x3000, 0x3000},
                            Range{0xFEFF, 0xFEFF}};
constexpr std::array line_ends{Range{'\n', '\n'}, Range{'\r', '\r'}, Range{0x2028, 0x2029}};

constexpr bool is_surrogate(std::uint32_t code_point) noexcept {
  return code_point >= 0xD800 && code_point < 0xE000;
}

CharacterSet set_of(const ClassMember& member) {
  const auto set = [&](std::span<const Range> members) {
    return member.negated ? complement(members) : CharacterSet(members.begin(), members.end());
  };
  switch (member.kind) {
    case ClassMember::Kind::range:
      if (is_surrogate(member.first) || is_surrogate(member.last)) throw Unfit();
      return {{member.first, member.last}};
    case ClassMember::Kind::digit:
      return set(digits);
    case ClassMember::Kind::word:
      return set(words);
    case ClassMember::Kind::space:
      return set(spaces);
    case ClassMember::Kind::property:
      break;
  }
  throw Unfit();
}

// --- nodes -----------------------------------------------------------------------------------

using NodeIndex = std::uint16_t;

struct Node {
  enum class Kind : std::uint8_t {
    character,  // one of sets[set]: to `next`
    fork,       // to `next` and to `other`
    begin,      // to `next`, where the text begins
    end,        // to `next`, where it ends
    match,
  };
  Kind kind = Kind::match;
  NodeIndex next = 0;
  NodeIndex other = 0;
  std::uint16_t set = 0;
};

class Nodes {
 public:
  explicit Nodes(const EcmaRegex& regex) : regex_(regex) {
    pattern_ = group(0, add({}));
    start_ = add({Node::Kind::fork, pattern_});
    nodes_[start_].other = character({{0, last_code_point}}, start_);
  }

  const Node& operator[](NodeIndex node) const noexcept { return nodes_[node]; }
  std::size_t size() const noexcept { return nodes_.size(); }
  const std::vector<CharacterSet>& sets() const noexcept { return sets_; }

  // Where a match begins, and where any number of characters may come before it.
  NodeIndex pattern() const noexcept { return pattern_; }
  NodeIndex start() const noexcept { return start_; }

 private:
  using Kind = EcmaNode::Kind;

  NodeIndex add(Node node) {
    if (nodes_.size() == most_nodes) throw Unfit();
    nodes_.push_back(node);
    return static_cast<NodeIndex>(nodes_.size() - 1);
  }

  // Each returns the node that a part begins with; `next` comes behind it.
  NodeIndex group(NodeId id, NodeIndex next) {
    NodeId alternative = regex_.nodes[id].child;
    NodeIndex node = sequence(alternative, next);
    while ((alternative = regex_.nodes[alternative].next) != 0) {
      node = add({Node::Kind::fork, node, sequence(alternative, next)});
    }
    return node;
  }

  NodeIndex sequence(NodeId id, NodeIndex next) {
    std::vector<NodeId> terms;
    for (NodeId child = regex_.nodes[id].child; child != 0; child = regex_.nodes[child].next) {
      terms.push_back(child);
    }
    for (auto child = terms.rbegin(); child != terms.rend(); ++child) next = term(*child, next);
    return next;
  }

  NodeIndex term(NodeId id, NodeIndex next) {
    const EcmaNode& node = regex_.nodes[id];
    switch (node.kind) {
      case Kind::group:
        return group(id, next);
      case Kind::repetition:
        return repetition(node, next);
      case Kind::character:
        if (is_surrogate(node.first)) throw Unfit();
        return character({{node.first, node.first}}, next);
      case Kind::any:
        return character(complement(line_ends), next);
      case Kind::character_class:
        return character_class(node, next);
      case Kind::begin:
        return add({Node::Kind::begin, next});
      case Kind::end:
        return add({Node::Kind::end, next});
      default:
        throw Unfit();
    }
  }

  NodeIndex repetition(const EcmaNode& node, NodeIndex next) {
    std::uint32_t turns = node.first;
    if (node.second == EcmaNode::unlimited) {
      const NodeIndex loop = add({Node::Kind::fork, 0, next});
      nodes_[loop].next = term(node.child, loop);
      next = turns == 0 ? loop : nodes_[loop].next;  // the last turn is the loop's
      turns -= turns != 0;
    } else {
      const NodeIndex behind = next;
      for (std::uint32_t turn = node.first; turn < node.second; ++turn) {
        next = add({Node::Kind::fork, term(node.child, next), behind});
      }
    }
    for (std::uint32_t turn = 0; turn < turns; ++turn) {
      if (turn == most_nodes) throw Unfit();  // so many turns of something that needs no node
      next = term(node.child, next);
    }
    return next;
  }

  NodeIndex character_class(const EcmaNode& node, NodeIndex next) {
    CharacterSet set;
    for (std::uint32_t i = 0; i < node.second; ++i) {
      const CharacterSet member = set_of(regex_.members[node.first + i]);
      set.insert(set.end(), member.begin(), member.end());
    }
    put_in_order(set);
    return character(node.negated ? complement(set) : std::move(set), next);
  }

  NodeIndex character(CharacterSet set, NodeIndex next) {
    const auto known = std::find(sets_.begin(), sets_.end(), set);
    const auto index = static_cast<std::size_t>(known - sets_.begin());
    if (index == most_sets) throw Unfit();
    if (index == sets_.size()) sets_.push_back(std::move(set));
    return add({Node::Kind::character, next, 0, static_cast<std::uint16_t>(index)});
  }

  const EcmaRegex& regex_;
  std::vector<Node> nodes_;
  std::vector<CharacterSet> sets_;
  NodeIndex pattern_ = 0;
  NodeIndex start_ = 0;
};

// --- classes ---------------------------------------------------------------------------------

// Characters that are in the same sets are of one class.
class Classes {
 public:
  explicit Classes(const std::vector<CharacterSet>& sets) : masks_(sets.size()) {
    std::vector<std::uint32_t> firsts{0, 0x80, last_code_point + 1};
    for (const CharacterSet& set : sets) {
      for (const Range& range : set) firsts.insert(firsts.end(), {range.first, range.last + 1});
    }
    std::sort(firsts.begin(), firsts.end());
    firsts.erase(std::unique(firsts.begin(), firsts.end()), firsts.end());
    firsts.pop_back();

    std::vector<std::uint64_t> sets_of(
        firsts.size());  // those that the characters from there on are in
    const auto index_of = [&](std::uint32_t first) {
      return std::lower_bound(firsts.begin(), firsts.end(), first) - firsts.begin();
    };
    for (std::size_t set = 0; set < sets.size(); ++set) {
      for (const Range& range : sets[set]) {
        const auto behind = index_of(range.last + 1);
        for (auto i = index_of(range.first); i < behind; ++i) {
          sets_of[static_cast<std::size_t>(i)] |= std::uint64_t{1} << set;
        }
      }
    }
    std::vector<std::uint64_t> known;
    for (std::size_t i = 0; i < firsts.size(); ++i) {
      const auto same = std::find(known.begin(), known.end(), sets_of[i]);
      const auto index = static_cast<std::size_t>(same - known.begin());
      if (index == most_classes) throw Unfit();
      if (same == known.end()) {
        known.push_back(sets_of[i]);
        for (std::size_t set = 0; set < sets.size(); ++set) {
          masks_[set] |= (sets_of[i] >> set & 1U) << index;
        }
      }
      if (ranges_.empty() || ranges_.back().index != index || firsts[i] == 0x80) {
        ranges_.push_back({firsts[i], index});
      }
    }
    count_ = known.size();
  }

  // From `first` to the next one's. One begins at 0x80.
  struct ClassRange {
    std::uint32_t first;
    std::size_t index;
  };
  const std::vector<ClassRange>& ranges() const noexcept { return ranges_; }
  std::size_t count() const noexcept { return count_; }

  // The classes that a set consists of, as bits.
  std::uint64_t mask(std::size_t set) const noexcept { return masks_[set]; }

 private:
  std::vector<std::uint64_t> masks_;
  std::vector<ClassRange> ranges_;
  std::size_t count_ = 0;
};

// --- states ----------------------------------------------------------------------------------

// A set of nodes.
class NodeSet {
 public:
  void add(std::size_t node) noexcept { words_[node / 64] |= std::uint64_t{1} << node % 64; }
  bool has(std::size_t node) const noexcept { return (words_[node / 64] >> node % 64 & 1U) != 0; }
  void add(const NodeSet& other) noexcept {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  bool empty() const noexcept { return *this == NodeSet(); }
  std::uint64_t hash() const noexcept {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : words_) {
      hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 32U;
    }
    return hash;
  }
  template <typename Function>
  void for_each(Function function) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        function(static_cast<NodeIndex>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  }
  bool operator==(const NodeSet&) const = default;

 private:
  std::array<std::uint64_t, (most_nodes + 63) / 64> words_{};
};

class States {
 public:
  explicit States(const Nodes& nodes)
      : nodes_(nodes), classes_(nodes.sets()), closures_(nodes.size()), known_(nodes.size()) {}

  std::string run() {
    // A match may begin behind any character, unless there must be the beginning of the text.
    const bool is_anchored = closure_of(nodes_.pattern()).empty();
    const NodeIndex start = is_anchored ? nodes_.pattern() : nodes_.start();
    // The state that a text begins with is no other one's, since `^` holds there alone.
    const std::uint8_t first = add_state(reach(start, Where::begin), Where::begin);
    for (std::size_t state = 0; state < states_.size(); ++state) go_on_from(state);
    return program(order(), first);
  }

 private:
  struct State {
    NodeSet nodes;
    std::uint64_t hash = 0;
    bool is_first = false;
    bool accepts = false;  // if the text ends there
    std::array<std::uint8_t, most_classes> next{};
  };
  enum class Where : std::uint8_t { begin, between, end, begin_and_end };

  // The nodes that wait for something, and match, that can be reached without a character.
  NodeSet reach(NodeIndex node, Where where) {
    NodeSet seen;
    NodeSet reached;
    stack_.assign(1, node);
    while (!stack_.empty()) {
      const NodeIndex top = stack_.back();
      stack_.pop_back();
      if (seen.has(top)) continue;
      seen.add(top);
      spend(1);
      const Node& at = nodes_[top];
      if (at.kind == Node::Kind::fork) stack_.push_back(at.other);
      if (at.kind == Node::Kind::fork ||
          (at.kind == Node::Kind::begin &&
           (where == Where::begin || where == Where::begin_and_end)) ||
          (at.kind == Node::Kind::end && (where == Where::end || where == Where::begin_and_end))) {
        stack_.push_back(at.next);
      }
      if (at.kind != Node::Kind::fork && at.kind != Node::Kind::begin) reached.add(top);
    }
    return reached;
  }

  const NodeSet& closure_of(NodeIndex node) {
    if (!known_[node]) closures_[node] = reach(node, Where::between);
    known_[node] = true;
    return closures_[node];
  }

  bool matches(const NodeSet& nodes) const {
    bool matches = false;
    nodes.for_each(
        [&](NodeIndex node) { matches = matches || nodes_[node].kind == Node::Kind::match; });
    return matches;
  }

  bool accepts(const NodeSet& nodes, Where where) {
    bool accepts = false;
    nodes.for_each([&](NodeIndex node) {
      accepts = accepts || (nodes_[node].kind == Node::Kind::end && matches(reach(node, where)));
    });
    return accepts;
  }

  // The state for these nodes.
  std::uint8_t add_state(const NodeSet& nodes, Where where) {
    if (nodes.empty()) return dead;
    if (matches(nodes)) return matched;
    const std::uint64_t hash = nodes.hash();
    if (where != Where::begin) {
      for (std::size_t i = 0; i < states_.size(); ++i) {
        if (states_[i].hash == hash && !states_[i].is_first && states_[i].nodes == nodes) {
          return static_cast<std::uint8_t>(first_row + i);
        }
      }
      spend(states_.size() / 8);
    }
    if (states_.size() == most_states || (states_.size() + 1) * classes_.count() > largest_table) {
      throw Unfit();
    }
    const bool is_first = where == Where::begin;
    const bool accepts = this->accepts(nodes, is_first ? Where::begin_and_end : Where::end);
    states_.push_back({nodes, hash, is_first, accepts});
    return static_cast<std::uint8_t>(first_row + states_.size() - 1);
  }

  // Finds the next states of one.
  void go_on_from(std::size_t state) {
    std::array<NodeSet, most_classes> reached{};
    states_[state].nodes.for_each([&](NodeIndex index) {
      const Node& node = nodes_[index];
      if (node.kind != Node::Kind::character) return;
      const NodeSet& closure = closure_of(node.next);
      for (std::uint64_t mask = classes_.mask(node.set); mask != 0; mask &= mask - 1) {
        spend(1);
        reached[static_cast<std::size_t>(std::countr_zero(mask))].add(closure);
      }
    });
    for (std::size_t index = 0; index < classes_.count(); ++index) {
      const bool is_same = index > 0 && reached[index] == reached[index - 1];
      const std::uint8_t next =
          is_same ? states_[state].next[index - 1] : add_state(reached[index], Where::between);
      states_[state].next[index] = next;
    }
  }

  void spend(std::size_t work) {
    work_ += work;
    if (work_ > most_work) throw Unfit();
  }

  // For each state its number in the program: those from which nothing matches are dead, those that
  // accept come last.
  std::vector<std::uint8_t> order() {
    std::vector<char> lives(states_.size());
    const auto is_hope = [&](std::uint8_t next) {
      return next == matched || (next >= first_row && lives[next - first_row] != 0);
    };
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = states_.size(); i-- > 0;) {
        const State& state = states_[i];
        const auto* const end = state.next.data() + classes_.count();
        if (lives[i] != 0 || !(state.accepts || std::any_of(state.next.data(), end, is_hope))) {
          continue;
        }
        lives[i] = changed = true;
      }
    }
    std::vector<std::uint8_t> order(states_.size(), dead);
    std::uint8_t number = first_row;
    for (const bool accepts : {false, true}) {
      if (accepts) first_accepting_ = number;
      for (std::size_t i = 0; i < states_.size(); ++i) {
        if (lives[i] != 0 && states_[i].accepts == accepts) order[i] = number++;
      }
    }
    rows_ = static_cast<std::size_t>(number - first_row);
    return order;
  }

  std::string program(const std::vector<std::uint8_t>& order, std::uint8_t first) const {
    const auto moved = [&](std::uint8_t state) {
      return static_cast<char>(state < first_row ? state : order[state - first_row]);
    };
    std::string program(beyond_at, '\0');
    program[start_at] = moved(first);
    program[accepting_at] = static_cast<char>(first_accepting_);
    program[classes_at] = static_cast<char>(classes_.count());
    std::size_t ranges = 0;
    for (const Classes::ClassRange& range : classes_.ranges()) {
      if (range.first < 0x80) {
        std::fill(program.data() + ascii_at + range.first, program.data() + ascii_at + 0x80,
                  static_cast<char>(range.index));
        continue;
      }
      if (++ranges > most_ranges) throw Unfit();
      program += static_cast<char>(range.index);
      for (const std::uint32_t shift : {0U, 8U, 16U}) {
        program += static_cast<char>(range.first >> shift & 0xFFU);
      }
    }
    program[ranges_at] = static_cast<char>(ranges);
    const std::size_t table = program.size();
    program.resize(table + rows_ * classes_.count());
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order[i] == dead) continue;
      const auto* const nexts = states_[i].next.data();
      std::transform(nexts, nexts + classes_.count(),
                     program.data() + table + (order[i] - first_row) * classes_.count(), moved);
    }
    return program;
  }

  const Nodes& nodes_;
  const Classes classes_;
  std::vector<NodeSet> closures_;  // by node, in the middle of the text
  std::vector<char> known_;        // those that have been found
  std::vector<State> states_;
  std::vector<NodeIndex> stack_;
  std::size_t work_ = 0;
  std::uint8_t first_accepting_ = first_row;
  std::size_t rows_ = 0;
};

}  // namespace

std::string compile_automaton(const EcmaRegex& regex) {
  if (regex.depth > deepest) return {};
  try {
    const Nodes nodes(regex);
    return States(nodes).run();
  } catch (const Unfit&) {
    return {};
  }
}

}  // namespace tenancy::jsonschema
