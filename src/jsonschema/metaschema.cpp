#include "metaschema.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "decimal.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::array<std::string_view, 7> type_names{"array",  "boolean", "integer", "null",
                                                     "number", "object",  "string"};

bool is_type_name(std::string_view name) noexcept {
  return std::find(type_names.begin(), type_names.end(), name) != type_names.end();
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
        require(node, is(node, NodeKind::array), "must be an array");
        return require(node, dialect_ > Dialect::draft6 || !document_.children(node).empty(),
                       "must not be empty");
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
    const bool may_be_empty = dialect_ != Dialect::draft2019_09;
    require(node, may_be_empty || !document_.children(node).empty(),
            "must have at least one schema");
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

void refuse(SchemaErrorKind kind, const Document& document, NodeIndex node,
            const std::string& message) {
  throw SchemaError(kind, document.location(node), message);
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
