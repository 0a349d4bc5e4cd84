#include "jsonschema/compatibility/conjunction.hpp"

#include <algorithm>

#include "jsonschema/schema/json_text.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr int most_references = 64;     // in a row
constexpr int deepest_alternative = 8;  // how far below alternatives types are looked for

// Of the value of `type`.
TypeMask types_named(const Document& document, NodeIndex value) {
  if (document.kind(value) == NodeKind::string) return type_named(document.text(value));
  TypeMask mask = types::none;
  for (const NodeIndex name : document.children(value)) mask |= type_named(document.text(name));
  return mask;
}

bool is_annotation(const KeywordEntry& entry) noexcept {
  switch (entry.keyword) {
    case Keyword::content_encoding:
    case Keyword::content_media_type:
    case Keyword::content_schema:
      return true;
    default:
      return entry.role == Role::annotation || entry.role == Role::definitions;
  }
}

class Reader {
 public:
  Reader(const Schemas& schemas, bool assert_format, Effort& effort)
      : schemas_(schemas),
        document_(schemas.document()),
        assert_format_(assert_format),
        effort_(effort) {}

  Conjunction run(const SchemaSet& set) {
    result_.own = set;
    pending_ = set;
    while (!pending_.empty()) {
      const NodeIndex schema = pending_.back();
      pending_.pop_back();
      if (!seen_.insert(schema).second) continue;
      if (!effort_.spend(1 + document_.children(schema).size())) break;
      if (document_.kind(schema) == NodeKind::false_value) result_.allows_nothing = true;
      if (!document_.is_boolean(schema)) read_schema(schema);
    }
    if (result_.values) {
      std::erase_if(*result_.values, [this](const auto& value) {
        return (type_of_value(document_, value.second) & result_.types) == 0;
      });
    }
    return std::move(result_);
  }

 private:
  void read_schema(NodeIndex schema) {
    PropertyRules properties;
    ElementRules elements;
    std::optional<Limit> minimum;
    std::optional<Limit> maximum;
    // In draft 4 these are booleans beside the limits.
    bool excludes_minimum = false;
    bool excludes_maximum = false;
    for (const NodeIndex value : document_.children(schema)) {
      const KeywordEntry* const entry = schemas_.keyword(value);
      if (entry == nullptr || is_annotation(*entry)) continue;
      switch (entry->keyword) {
        case Keyword::properties:
          properties.properties = value;
          break;
        case Keyword::pattern_properties:
          properties.patterns = value;
          break;
        case Keyword::additional_properties:
          properties.additional = value;
          break;
        case Keyword::prefix_items:
          elements.prefix = value;
          break;
        case Keyword::items:
          (document_.kind(value) == NodeKind::array ? elements.prefix : elements.rest) = value;
          break;
        case Keyword::additional_items:
          // Means nothing beside one schema for all elements, or none.
          if (const NodeIndex items = document_.find(schema, name_of(Keyword::items));
              items != no_node && document_.kind(items) == NodeKind::array) {
            elements.rest = value;
          }
          break;
        case Keyword::minimum:
          minimum = limit_at(value);
          break;
        case Keyword::maximum:
          maximum = limit_at(value);
          break;
        case Keyword::exclusive_minimum:
        case Keyword::exclusive_maximum: {
          const bool is_lower = entry->keyword == Keyword::exclusive_minimum;
          if (document_.is_boolean(value)) {
            (is_lower ? excludes_minimum : excludes_maximum) =
                document_.kind(value) == NodeKind::true_value;
          } else if (std::optional<Limit> limit = limit_at(value)) {
            limit->is_exclusive = true;
            keep_tighter(is_lower ? result_.minimum : result_.maximum, std::move(limit), is_lower);
          }
          break;
        }
        default:
          read_keyword(value, *entry, schema);
          break;
      }
    }
    if (minimum) minimum->is_exclusive = excludes_minimum;
    if (maximum) maximum->is_exclusive = excludes_maximum;
    keep_tighter(result_.minimum, std::move(minimum), true);
    keep_tighter(result_.maximum, std::move(maximum), false);
    if (result_.minimum || result_.maximum) result_.is_anything = false;
    const bool speaks_of_properties = properties.properties != no_node ||
                                      properties.patterns != no_node ||
                                      properties.additional != no_node;
    if (speaks_of_properties) result_.properties.push_back(properties);
    const bool speaks_of_elements = elements.prefix != no_node || elements.rest != no_node;
    if (speaks_of_elements) result_.elements.push_back(elements);
    if (speaks_of_properties || speaks_of_elements) result_.is_anything = false;
  }

  void read_keyword(NodeIndex value, const KeywordEntry& entry, NodeIndex schema) {
    switch (entry.keyword) {
      case Keyword::ref:
      case Keyword::dynamic_ref:
      case Keyword::recursive_ref:
        pending_.push_back(schemas_.target(value).schema);
        return;
      case Keyword::all_of:
        for (const NodeIndex branch : document_.children(value)) pending_.push_back(branch);
        return;
      case Keyword::format:
        if (!assert_format_ && !schemas_.rules(schema).asserts_format) return;
        result_.formats.insert(document_.text(value));
        break;
      case Keyword::type:
        result_.types &= types_named(document_, value);
        break;
      case Keyword::constant:
        keep_values({&value, 1});
        break;
      case Keyword::enumeration:
        keep_values(document_.children(value));
        break;
      case Keyword::required:
        for (const NodeIndex name : document_.children(value)) {
          result_.required.insert(document_.text(name));
        }
        if (document_.children(value).empty()) return;
        break;
      case Keyword::multiple_of:
        result_.divisors.push_back(value);
        break;
      case Keyword::pattern:
        result_.patterns.insert(document_.text(value));
        break;
      case Keyword::unique_items:
        if (document_.kind(value) != NodeKind::true_value) return;
        result_.has_unique_items = true;
        break;
      default:
        if (read_count(value, entry.keyword)) break;
        if (entry.role != Role::assertion) return;
        read_other(value, entry.keyword);
        break;
    }
    result_.is_anything = false;
  }

  bool read_count(NodeIndex value, Keyword keyword) {
    const auto* const found =
        std::find(counting_keywords.begin(), counting_keywords.end(), keyword);
    if (found == counting_keywords.end()) return false;
    const auto index = static_cast<std::size_t>(found - counting_keywords.begin());
    keep_tighter(result_.counts[index], limit_at(value), index % 2 == 0);
    return true;
  }

  // Alternatives that tell types apart and nothing else say what `type` could say.
  void read_other(NodeIndex value, Keyword keyword) {
    if (keyword == Keyword::any_of || keyword == Keyword::one_of) {
      TypeMask mask = types::none;
      bool is_plain = true;
      for (const NodeIndex branch : document_.children(value)) {
        mask |= types_within(branch, deepest_alternative);
        is_plain = is_plain && says_type_alone(branch);
      }
      result_.types &= mask;
      if (is_plain && keyword == Keyword::any_of) return;
    }
    result_.others[keyword].push_back(value);
  }

  bool says_type_alone(NodeIndex schema) {
    schema = behind_references(schemas_, schema, effort_);
    if (document_.is_boolean(schema)) return true;
    const auto values = document_.children(schema);
    return std::all_of(values.begin(), values.end(), [this](NodeIndex value) {
      const KeywordEntry* const entry = schemas_.keyword(value);
      return entry == nullptr || is_annotation(*entry) || entry->keyword == Keyword::type;
    });
  }

  // The types that a schema leaves, or more.
  TypeMask types_within(NodeIndex schema, int depth) {
    schema = behind_references(schemas_, schema, effort_);
    if (document_.kind(schema) == NodeKind::false_value) return types::none;
    if (depth == 0 || document_.is_boolean(schema) ||
        !effort_.spend(1 + document_.children(schema).size())) {
      return types::all;
    }
    TypeMask mask = types::all;
    for (const NodeIndex value : document_.children(schema)) {
      const KeywordEntry* const entry = schemas_.keyword(value);
      if (entry == nullptr) continue;
      TypeMask narrower = types::all;
      switch (entry->keyword) {
        case Keyword::type:
          narrower = types_named(document_, value);
          break;
        case Keyword::constant:
          narrower = type_of_value(document_, value);
          break;
        case Keyword::enumeration:
          narrower = types::none;
          for (const NodeIndex choice : document_.children(value)) {
            narrower |= type_of_value(document_, choice);
          }
          break;
        case Keyword::ref:
          narrower = types_within(schemas_.target(value).schema, depth - 1);
          break;
        case Keyword::any_of:
        case Keyword::one_of:
          narrower = types::none;
          for (const NodeIndex branch : document_.children(value)) {
            narrower |= types_within(branch, depth - 1);
          }
          break;
        case Keyword::all_of:
          for (const NodeIndex branch : document_.children(value)) {
            narrower &= types_within(branch, depth - 1);
          }
          break;
        default:
          break;
      }
      mask &= narrower;
    }
    return mask;
  }

  void keep_values(std::span<const NodeIndex> choices) {
    std::map<std::string, NodeIndex> values;
    for (const NodeIndex choice : choices) {
      std::string text;
      append_canonical(document_, choice, text);
      if (!effort_.spend(document_.last_within(choice) - choice + 1 + text.size() / 16)) return;
      if (!result_.values || result_.values->contains(text)) {
        values.emplace(std::move(text), choice);
      }
    }
    result_.values = std::move(values);
  }

  std::optional<Limit> limit_at(NodeIndex value) const {
    std::optional<DecimalNumber> number = parse_decimal(document_.text(value));
    if (!number) return std::nullopt;
    return Limit{std::move(*number), document_.text(value), false};
  }

  static void keep_tighter(std::optional<Limit>& kept, std::optional<Limit> other, bool is_lower) {
    if (!other) return;
    if (kept) {
      const int order = compare(other->value.view(), kept->value.view());
      const bool is_tighter = is_lower ? order > 0 : order < 0;
      if (!is_tighter && (order != 0 || kept->is_exclusive)) return;
    }
    kept = std::move(other);
  }

  const Schemas& schemas_;
  const Document& document_;
  bool assert_format_;
  Effort& effort_;
  std::vector<NodeIndex> pending_;
  std::set<NodeIndex> seen_;
  Conjunction result_;
};

}  // namespace

NodeIndex behind_references(const Schemas& schemas, NodeIndex schema, Effort& effort) {
  const Document& document = schemas.document();
  for (int i = 0; i < most_references && !document.is_boolean(schema); ++i) {
    NodeIndex reference = no_node;
    for (const NodeIndex value : document.children(schema)) {
      const KeywordEntry* const entry = schemas.keyword(value);
      if (!effort.spend(1)) return schema;
      if (entry == nullptr || is_annotation(*entry)) continue;
      if (reference != no_node) return schema;
      switch (entry->keyword) {
        case Keyword::ref:
        case Keyword::dynamic_ref:
        case Keyword::recursive_ref:
          reference = value;
          break;
        default:
          if (entry->role == Role::core) break;
          return schema;
      }
    }
    if (reference == no_node) return schema;
    schema = schemas.target(reference).schema;
  }
  return schema;
}

TypeMask type_of_value(const Document& document, NodeIndex node) {
  switch (document.kind(node)) {
    case NodeKind::null:
      return types::null;
    case NodeKind::false_value:
    case NodeKind::true_value:
      return types::boolean;
    case NodeKind::number: {
      const std::optional<DecimalNumber> number = parse_decimal(document.text(node));
      return number && number->view().is_integer() ? types::integer : types::fraction;
    }
    case NodeKind::string:
      return types::string;
    case NodeKind::array:
      return types::array;
    case NodeKind::object:
      break;
  }
  return types::object;
}

bool Effort::spend(std::uint64_t nodes) {
  constexpr std::uint64_t polling_interval = 1024;
  since_poll_ += nodes;
  if (since_poll_ >= polling_interval) {
    since_poll_ = 0;
    poll(interrupted_);
  }
  left_ -= std::min(left_, nodes);
  return left_ != 0;
}

void add_to(SchemaSet& set, NodeIndex schema) {
  const auto at = std::lower_bound(set.begin(), set.end(), schema);
  if (at == set.end() || *at != schema) set.insert(at, schema);
}

Conjunction read_conjunction(const Schemas& schemas, const SchemaSet& set, bool assert_format,
                             Effort& effort) {
  return Reader(schemas, assert_format, effort).run(set);
}

std::string names_of_types(TypeMask mask) {
  if (mask == types::all) return "any";
  std::string text;
  const auto add = [&](TypeMask type, std::string_view name) {
    if ((mask & type) == 0) return;
    if (!text.empty()) text += " or ";
    text += name;
  };
  add(types::string, "string");
  add(types::number, (mask & types::fraction) != 0 ? "number" : "integer");
  add(types::boolean, "boolean");
  add(types::object, "object");
  add(types::array, "array");
  add(types::null, "null");
  return text.empty() ? "none" : text;
}

}  // namespace tenancy::jsonschema
