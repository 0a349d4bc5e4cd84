// Changes JSON as a tree, so that most of what comes out is JSON again, and most schemas schemas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../unit/jsonb_builder.hpp"

namespace tenancy::jsonschema::fuzz {

using test::Tree;

inline void append_string(const std::string& text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

inline void append_json(const Tree& tree, std::string& out) {
  switch (tree.kind) {
    case Tree::Kind::null:
      out += "null";
      break;
    case Tree::Kind::boolean:
      out += tree.truth ? "true" : "false";
      break;
    case Tree::Kind::number:
      out += tree.text;
      break;
    case Tree::Kind::string:
      append_string(tree.text, out);
      break;
    default: {
      const bool object = tree.kind == Tree::Kind::object;
      out += object ? '{' : '[';
      for (std::size_t i = 0; i < tree.elements.size(); ++i) {
        if (i > 0) out += ',';
        if (object) {
          append_string(tree.names[i], out);
          out += ':';
        }
        append_json(tree.elements[i], out);
      }
      out += object ? '}' : ']';
    }
  }
}

class JsonMutator {
 public:
  // `values`: JSON texts to put in; `members`: JSON objects, whose members are added to objects.
  JsonMutator(unsigned seed, std::span<const std::string_view> values,
              std::span<const std::string_view> members)
      : random_(seed), values_(values), members_(members) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  // Makes one change. `other` is a tree to copy parts from.
  void change(Tree& tree, const Tree& other) {
    std::vector<Tree*> nodes;
    collect(tree, nodes);
    Tree& node = *nodes[below(nodes.size())];
    switch (below(10)) {
      case 0:
        node = parse(values_[below(values_.size())]);
        break;
      case 1:
        node = part_of(other);
        break;
      case 2:
        node = part_of(Tree(tree));
        break;
      case 3:
        remove(node);
        break;
      case 4:
        wrap(node);
        break;
      case 5:
        change_scalar(node);
        break;
      default:
        add(node);
    }
  }

 private:
  static Tree parse(std::string_view json) { return test::TreeParser(json).parse(); }

  static void collect(Tree& tree, std::vector<Tree*>& nodes) {
    nodes.push_back(&tree);
    for (Tree& element : tree.elements) collect(element, nodes);
  }

  Tree part_of(Tree tree) {
    std::vector<Tree*> nodes;
    collect(tree, nodes);
    return Tree(*nodes[below(nodes.size())]);
  }

  static bool is_container(const Tree& tree) {
    return tree.kind == Tree::Kind::array || tree.kind == Tree::Kind::object;
  }

  void remove(Tree& node) {
    if (!is_container(node) || node.elements.empty()) return;
    const auto at = static_cast<std::ptrdiff_t>(below(node.elements.size()));
    node.elements.erase(node.elements.begin() + at);
    if (node.kind == Tree::Kind::object) node.names.erase(node.names.begin() + at);
  }

  // A child takes the place of its parent, or the other way round.
  void wrap(Tree& node) {
    if (is_container(node) && !node.elements.empty() && below(2) == 0) {
      node = Tree(node.elements[below(node.elements.size())]);
      return;
    }
    Tree outer;
    outer.kind = below(2) == 0 ? Tree::Kind::array : Tree::Kind::object;
    if (outer.kind == Tree::Kind::object) outer.names.push_back(a_name());
    outer.elements.push_back(std::move(node));
    node = std::move(outer);
  }

  std::string a_name() {
    const Tree source = parse(members_[below(members_.size())]);
    return source.names.empty() ? "a" : source.names[below(source.names.size())];
  }

  void add(Tree& node) {
    if (node.kind == Tree::Kind::array) {
      node.elements.push_back(below(2) == 0 || node.elements.empty()
                                  ? parse(values_[below(values_.size())])
                                  : Tree(node.elements[below(node.elements.size())]));
      return;
    }
    if (node.kind != Tree::Kind::object) {
      change_scalar(node);
      return;
    }
    const Tree source = parse(members_[below(members_.size())]);
    for (std::size_t i = 0; i < source.names.size(); ++i) {
      put(node, source.names[i], source.elements[i]);
    }
  }

  static void put(Tree& node, const std::string& name, const Tree& value) {
    for (std::size_t i = 0; i < node.names.size(); ++i) {
      if (node.names[i] != name) continue;
      node.elements[i] = value;
      return;
    }
    node.names.push_back(name);
    node.elements.push_back(value);
  }

  void change_scalar(Tree& node) {
    switch (node.kind) {
      case Tree::Kind::boolean:
        node.truth = !node.truth;
        break;
      case Tree::Kind::number:
        change_digits(node.text);
        break;
      case Tree::Kind::string:
        if (below(2) == 0) {
          node.text += static_cast<char>(' ' + below(95));
        } else if (!node.text.empty()) {
          node.text.erase(below(node.text.size()));
        }
        break;
      default:
        node = parse(values_[below(values_.size())]);
    }
  }

  void change_digits(std::string& text) {
    switch (below(4)) {
      case 0:
        text.insert(0, text.starts_with('-') ? "" : "-");
        break;
      case 1:
        if (text.find_first_of(".eE") == text.npos) text += ".5";
        break;
      case 2:
        if (text.find_first_of("eE") == text.npos) text += "e3";
        break;
      default:
        text += static_cast<char>('0' + below(10));
    }
  }

  std::minstd_rand random_;
  std::span<const std::string_view> values_;
  std::span<const std::string_view> members_;
};

}  // namespace tenancy::jsonschema::fuzz
