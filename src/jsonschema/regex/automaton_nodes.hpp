// A regular expression as an automaton that may be in several nodes at once (Thompson's
// construction; see automaton_compiler.cpp, which makes one of it that is in one state).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "jsonschema/regex/ecma_characters.hpp"
#include "jsonschema/regex/ecma_syntax.hpp"

namespace tenancy::jsonschema::automaton {

// The pattern is not for an automaton, or for one that is too large.
struct Unfit {};

using CharacterSet = std::vector<CodePoints>;

inline constexpr std::size_t most_nodes = 500;
inline constexpr std::size_t most_sets = 64;

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
  // Throws Unfit, or std::bad_alloc. The expression must outlive this.
  explicit Nodes(const EcmaRegex& regex);

  const Node& operator[](NodeIndex node) const noexcept { return nodes_[node]; }
  std::size_t size() const noexcept { return nodes_.size(); }
  const std::vector<CharacterSet>& sets() const noexcept { return sets_; }

  // Where a match begins, and where any number of characters may come before it.
  NodeIndex pattern() const noexcept { return pattern_; }
  NodeIndex start() const noexcept { return start_; }

 private:
  NodeIndex add(Node node);

  // Each returns the node that a part begins with; `next` comes behind it.
  NodeIndex group(NodeId id, NodeIndex next);
  NodeIndex sequence(NodeId id, NodeIndex next);
  NodeIndex term(NodeId id, NodeIndex next);
  NodeIndex repetition(const EcmaNode& node, NodeIndex next);
  NodeIndex character_class(const EcmaNode& node, NodeIndex next);
  NodeIndex character(CharacterSet set, NodeIndex next);
  void count_parts(std::size_t count);

  const EcmaRegex& regex_;
  std::vector<Node> nodes_;
  std::vector<CharacterSet> sets_;
  std::size_t parts_ = 0;
  NodeIndex pattern_ = 0;
  NodeIndex start_ = 0;
};

}  // namespace tenancy::jsonschema::automaton
