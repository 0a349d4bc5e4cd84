#include "jsonschema/regex/automaton_nodes.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema::automaton {
namespace {

using Kind = EcmaNode::Kind;

// Sequences, terms and members of classes that are looked at, again for each turn of a repetition.
// Many need no node: `(?:(?:){9}){9}`, `(?:a{0}b{0}){9}`, `[aaaaaaaaa]{9}`.
constexpr std::size_t most_parts = 4'000;

// A set of more ranges has too many beyond ASCII for an automaton.
constexpr std::size_t most_ranges_of_set = 200;

void put_in_order(CharacterSet& set) {
  std::sort(set.begin(), set.end(), [](const CodePoints& left, const CodePoints& right) {
    return left.first < right.first;
  });
  std::size_t count = 0;
  for (const CodePoints& range : set) {
    if (count > 0 && range.first <= set[count - 1].last + 1) {
      set[count - 1].last = std::max(set[count - 1].last, range.last);
    } else {
      set[count++] = range;
    }
  }
  set.resize(count);
}

CharacterSet set_of(const ClassMember& member) {
  const auto set = [&](std::span<const CodePoints> members) {
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

}  // namespace

Nodes::Nodes(const EcmaRegex& regex) : regex_(regex) {
  pattern_ = group(0, add({}));
  start_ = add({Node::Kind::fork, pattern_});
  nodes_[start_].other = character({{0, last_code_point}}, start_);
}

NodeIndex Nodes::add(Node node) {
  if (nodes_.size() == most_nodes) throw Unfit();
  nodes_.push_back(node);
  return static_cast<NodeIndex>(nodes_.size() - 1);
}

void Nodes::count_parts(std::size_t count) {
  parts_ += count;
  if (parts_ > most_parts) throw Unfit();
}

NodeIndex Nodes::group(NodeId id, NodeIndex next) {
  NodeId alternative = regex_.nodes[id].child;
  NodeIndex node = sequence(alternative, next);
  while ((alternative = regex_.nodes[alternative].next) != 0) {
    node = add({Node::Kind::fork, node, sequence(alternative, next)});
  }
  return node;
}

NodeIndex Nodes::sequence(NodeId id, NodeIndex next) {
  count_parts(1);
  std::vector<NodeId> terms;
  for (NodeId child = regex_.nodes[id].child; child != 0; child = regex_.nodes[child].next) {
    count_parts(1);
    terms.push_back(child);
  }
  for (auto child = terms.rbegin(); child != terms.rend(); ++child) next = term(*child, next);
  return next;
}

NodeIndex Nodes::term(NodeId id, NodeIndex next) {
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

NodeIndex Nodes::repetition(const EcmaNode& node, NodeIndex next) {
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
    next = term(node.child, next);
  }
  return next;
}

NodeIndex Nodes::character_class(const EcmaNode& node, NodeIndex next) {
  count_parts(node.second);
  CharacterSet set;
  for (std::uint32_t i = 0; i < node.second; ++i) {
    const CharacterSet member = set_of(regex_.members[node.first + i]);
    set.insert(set.end(), member.begin(), member.end());
  }
  put_in_order(set);
  if (set.size() > most_ranges_of_set) throw Unfit();
  return character(node.negated ? complement(set) : std::move(set), next);
}

NodeIndex Nodes::character(CharacterSet set, NodeIndex next) {
  const auto known = std::find(sets_.begin(), sets_.end(), set);
  const auto index = static_cast<std::size_t>(known - sets_.begin());
  if (index == most_sets) throw Unfit();
  if (index == sets_.size()) sets_.push_back(std::move(set));
  return add({Node::Kind::character, next, 0, static_cast<std::uint16_t>(index)});
}

}  // namespace tenancy::jsonschema::automaton
