// From a regular expression to an automaton: first one that may be in several nodes at once
// (Thompson's construction), then one whose states are the sets of nodes that the other can be in
// (the subset construction). Source: Aho, Lam, Sethi, Ullman, "Compilers", section 3.7.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "jsonschema/regex/automaton.hpp"
#include "jsonschema/regex/automaton_format.hpp"
#include "jsonschema/regex/automaton_nodes.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using namespace automaton;

constexpr std::size_t deepest = 100;  // groups in each other
constexpr std::size_t most_classes = 64;
constexpr std::size_t most_ranges = 255;
constexpr std::size_t most_states = 250;
constexpr std::size_t largest_table = 4'000;
constexpr std::size_t most_work = 15'000;  // steps, of some nanoseconds each, to make the states

// --- classes ---------------------------------------------------------------------------------

// Characters that are in the same sets are of one class.
class Classes {
 public:
  explicit Classes(const std::vector<CharacterSet>& sets) : masks_(sets.size()) {
    std::vector<std::uint32_t> firsts{0, 0x80, last_code_point + 1};
    for (const CharacterSet& set : sets) {
      for (const CodePoints& range : set)
        firsts.insert(firsts.end(), {range.first, range.last + 1});
    }
    std::sort(firsts.begin(), firsts.end());
    firsts.erase(std::unique(firsts.begin(), firsts.end()), firsts.end());
    firsts.pop_back();

    // Of the characters from each of these on: the sets that they are in.
    std::vector<std::uint64_t> sets_of(firsts.size());
    const auto index_of = [&](std::uint32_t first) {
      return std::lower_bound(firsts.begin(), firsts.end(), first) - firsts.begin();
    };
    for (std::size_t set = 0; set < sets.size(); ++set) {
      for (const CodePoints& range : sets[set]) {
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
