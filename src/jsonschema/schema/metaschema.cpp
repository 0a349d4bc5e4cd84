#include "jsonschema/schema/metaschema.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/value/concat.hpp"
#include "jsonschema/value/decimal.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::array<std::string_view, 7> type_names{"array",  "boolean", "integer", "null",
                                                     "number", "object",  "string"};

bool is_type_name(std::string_view name) noexcept {
  return std::find(type_names.begin(), type_names.end(), name) != type_names.end();
}

// (2019-09 Core, 8.2.3; 2020-12 Core, 8.2.2)
bool is_anchor(std::string_view text, Dialect dialect) noexcept {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const bool of_2019 = dialect == Dialect::draft2019_09;
  if (text.empty() || !(is_letter(text[0]) || (!of_2019 && text[0] == '_'))) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           (of_2019 && c == ':');
  });
}

// Whether a JSON number has digits behind the decimal point once its exponent is heard: 1.0 has,
// 1.0e1 has not.
bool has_fraction(std::string_view text) {
  const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
  const std::size_t point = text.substr(0, exponent).find('.');
  if (point == std::string_view::npos && exponent == text.size()) return false;
  const std::size_t digits = point == std::string_view::npos ? 0 : exponent - point - 1;
  const long shift = exponent == text.size()
                         ? 0
                         : std::strtol(std::string(text.substr(exponent + 1)).c_str(), nullptr, 10);
  return static_cast<long>(digits) > shift;
}

class Check {
 public:
  Check(const Document& document, const KeywordEntry& entry, Dialect dialect)
      : document_(document), entry_(entry), dialect_(dialect) {}

  void value(NodeIndex node) const {
    switch (entry_.shape) {
      case Shape::any:
        return;
      case Shape::boolean:
        return require(node, document_.is_boolean(node), "must be true or false");
      case Shape::string:
        return require(node, is(node, NodeKind::string), "must be a string");
      case Shape::anchor:
        return anchor(node);
      case Shape::identifier:
        return identifier(node);
      case Shape::vocabularies:
        require(node, is(node, NodeKind::object), "must be an object");
        for (const NodeIndex child : document_.children(node)) {
          require(child, document_.is_boolean(child), "must say true or false of each vocabulary");
        }
        return;
      case Shape::array:
        return require(node, is(node, NodeKind::array), "must be an array");
      case Shape::object:
        return require(node, is(node, NodeKind::object), "must be an object");
      case Shape::number:
        number(node);
        return;
      case Shape::positive: {
        const DecimalNumber divisor = number(node);
        return require(node, !divisor.negative && !divisor.digits.empty(),
                       "must be greater than zero");
      }
      case Shape::count:
        return count(node);
      case Shape::types:
        return types(node);
      case Shape::choices:
        return choices(node);
      case Shape::names:
        return names(node, dialect_ == Dialect::draft4);
      case Shape::names_map:
        require(node, is(node, NodeKind::object), "must be an object");
        for (const NodeIndex child : document_.children(node)) names(child, false);
        return;
      case Shape::schema:
        return schema(node);
      case Shape::schema_or_false:
        return require(node, is(node, NodeKind::object) || document_.is_boolean(node),
                       "must be a schema: an object, true or false");
      case Shape::schema_list:
        return schema_list(node);
      case Shape::schema_map:
        require(node, is(node, NodeKind::object), "must be an object");
        for (const NodeIndex child : document_.children(node)) schema(child);
        return;
      case Shape::schema_or_list:
        return schema_or_list(node);
      case Shape::schema_or_names:
        require(node, is(node, NodeKind::object), "must be an object");
        for (const NodeIndex child : document_.children(node)) {
          if (is(child, NodeKind::array)) {
            names(child, dialect_ == Dialect::draft4);
          } else {
            schema(child);
          }
        }
        return;
      case Shape::boolean_or_number:
        if (dialect_ == Dialect::draft4) {
          return require(node, document_.is_boolean(node), "must be true or false in draft 4");
        }
        number(node);
        return;
    }
  }

 private:
  bool is(NodeIndex node, NodeKind kind) const { return document_.kind(node) == kind; }

  void require(NodeIndex node, bool holds, std::string_view demand) const {
    if (holds) return;
    refuse(SchemaErrorKind::invalid, document_, node,
           std::string(entry_.name) + " " + std::string(demand));
  }

  DecimalNumber number(NodeIndex node) const {
    require(node, is(node, NodeKind::number), "must be a number");
    std::optional<DecimalNumber> number = parse_decimal(document_.text(node));
    if (!number) {
      refuse(SchemaErrorKind::too_large, document_, node,
             std::string(entry_.name) + " has an exponent beyond " + std::to_string(max_exponent));
    }
    return *std::move(number);
  }

  void count(NodeIndex node) const {
    const std::string_view demand = "must be an integer, zero or greater";
    require(node, is(node, NodeKind::number), demand);
    const DecimalNumber value = number(node);
    require(node, value.view().is_integer() && !value.negative, demand);
    require(node, dialect_ != Dialect::draft4 || !has_fraction(document_.text(node)),
            "must be an integer, in draft 4 one without a fraction");
  }

  void anchor(NodeIndex node) const {
    require(node, is(node, NodeKind::string), "must be a string");
    if (is_anchor(document_.text(node), dialect_)) return;
    require(node, false,
            dialect_ == Dialect::draft2019_09
                ? "must be a letter and then letters, digits, '-', '_', ':' and '.'"
                : "must be a letter or '_' and then letters, digits, '-', '_' and '.'");
  }

  void identifier(NodeIndex node) const {
    require(node, is(node, NodeKind::string), "must be a string");
    const std::string_view text = document_.text(node);
    const std::size_t hash = text.find('#');
    const bool has_fragment = hash != std::string_view::npos && hash + 1 < text.size();
    require(node, dialect_ < Dialect::draft2019_09 || !has_fragment,
            "must not have a fragment: the keyword for that is $anchor");
  }

  void choices(NodeIndex node) const {
    require(node, is(node, NodeKind::array), "must be an array");
    if (dialect_ > Dialect::draft6) return;
    require(node, !document_.children(node).empty(), "must not be empty");
    std::set<std::string> known;
    for (const NodeIndex child : document_.children(node)) {
      std::string text;
      append_canonical(document_, child, text);
      require(child, known.insert(std::move(text)).second, "must not have a value twice");
    }
  }

  void types(NodeIndex node) const {
    if (is(node, NodeKind::string)) return type_name(node);
    require(node, is(node, NodeKind::array), "must be the name of a type, or an array of them");
    require(node, !document_.children(node).empty(), "must name at least one type");
    for (const NodeIndex child : document_.children(node)) type_name(child);
    distinct(node);
  }

  void type_name(NodeIndex node) const {
    require(node, is(node, NodeKind::string), "must be the name of a type, or an array of them");
    if (is_type_name(document_.text(node))) return;
    refuse(SchemaErrorKind::invalid, document_, node,
           "unknown type '" + std::string(document_.text(node)) +
               "': the types are array, boolean, integer, null, number, object and string");
  }

  void names(NodeIndex node, bool at_least_one) const {
    require(node, is(node, NodeKind::array), "must be an array of property names");
    require(node, !at_least_one || !document_.children(node).empty(),
            "must not be empty in draft 4");
    for (const NodeIndex child : document_.children(node)) {
      require(child, is(child, NodeKind::string), "must be an array of property names");
    }
    distinct(node);
  }

  // `node` is an array of strings.
  void distinct(NodeIndex node) const {
    const std::span<const NodeIndex> given = document_.children(node);
    std::vector<NodeIndex> sorted(given.begin(), given.end());
    std::sort(sorted.begin(), sorted.end(), [this](NodeIndex left, NodeIndex right) {
      return document_.text(left) < document_.text(right);
    });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (document_.text(sorted[i - 1]) != document_.text(sorted[i])) continue;
      refuse(SchemaErrorKind::invalid, document_, sorted[i],
             std::string(entry_.name) + " names '" + std::string(document_.text(sorted[i])) +
                 "' twice");
    }
  }

  void schema(NodeIndex node) const {
    if (dialect_ == Dialect::draft4) {
      return require(node, is(node, NodeKind::object), "must be a schema: in draft 4 an object");
    }
    require(node, is(node, NodeKind::object) || document_.is_boolean(node),
            "must be a schema: an object, true or false");
  }

  void schema_list(NodeIndex node) const {
    require(node, is(node, NodeKind::array), "must be an array of schemas");
    require(node, !document_.children(node).empty(), "must have at least one schema");
    for (const NodeIndex child : document_.children(node)) schema(child);
  }

  void schema_or_list(NodeIndex node) const {
    if (!is(node, NodeKind::array)) return schema(node);
    require(node, dialect_ != Dialect::draft2020_12,
            "must be a schema: the array form is called prefixItems in draft 2020-12");
    require(node, !document_.children(node).empty(), "must have at least one schema");
    for (const NodeIndex child : document_.children(node)) schema(child);
  }

  const Document& document_;
  const KeywordEntry& entry_;
  Dialect dialect_;
};

}  // namespace

void check_keyword_value(const Document& document, NodeIndex node, const KeywordEntry& entry,
                         Dialect dialect) {
  Check(document, entry, dialect).value(node);
}

void check_unknown_keyword(const Document& document, NodeIndex node, Dialect dialect) {
  if (dialect != Dialect::draft2020_12) return;
  const std::string_view name = document.name(node);
  const bool is_anchor_keyword = name == name_of(Keyword::recursive_anchor);
  if (!is_anchor_keyword && name != name_of(Keyword::recursive_ref)) return;
  const bool holds = document.kind(node) == NodeKind::string &&
                     (!is_anchor_keyword || is_anchor(document.text(node), dialect));
  if (holds) return;
  refuse(SchemaErrorKind::invalid, document, node,
         concat({name, " is a keyword of draft 2019-09: in draft 2020-12 there is ",
                 name_of(is_anchor_keyword ? Keyword::dynamic_anchor : Keyword::dynamic_ref)}));
}

void refuse(SchemaErrorKind kind, const Document& document, NodeIndex node,
            const std::string& message) {
  throw SchemaError(kind, document.location(node), message);
}

void refuse(Unresolved unresolved, const Document& document, NodeIndex node,
            const std::string& message) {
  throw SchemaError(SchemaErrorKind::unresolved, document.location(node), message, unresolved);
}

void append_subschemas(const Document& document, NodeIndex node, const KeywordEntry& entry,
                       std::vector<NodeIndex>& schemas) {
  const auto append = [&](NodeIndex candidate) {
    if (document.kind(candidate) == NodeKind::object || document.is_boolean(candidate)) {
      schemas.push_back(candidate);
    }
  };
  switch (entry.shape) {
    case Shape::schema:
    case Shape::schema_or_false:
      append(node);
      return;
    case Shape::schema_or_list:
      if (document.kind(node) != NodeKind::array) return append(node);
      [[fallthrough]];
    case Shape::schema_list:
    case Shape::schema_map:
    case Shape::schema_or_names:
      for (const NodeIndex child : document.children(node)) append(child);
      return;
    default:
      return;
  }
}

}  // namespace tenancy::jsonschema
