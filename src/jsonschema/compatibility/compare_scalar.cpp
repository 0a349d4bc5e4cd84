// Types, values, and the keywords of numbers and strings; what counts. See comparison.hpp.
#include "jsonschema/compatibility/comparison.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t longest_list = 400;  // of a list of values

using Values = std::map<std::string, NodeIndex>;

// Of the text, in document order.
std::vector<NodeIndex> nodes_of(const Values& values) {
  std::vector<NodeIndex> nodes;
  for (const auto& [text, node] : values) nodes.push_back(node);
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<NodeIndex> nodes_without(const Values& values, const Values& others) {
  std::vector<NodeIndex> nodes;
  for (const auto& [text, node] : values) {
    if (!others.contains(text)) nodes.push_back(node);
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

std::optional<DecimalNumber> number_at(const Schemas& schemas, NodeIndex node) {
  return parse_decimal(schemas.document().text(node));
}

}  // namespace

std::string SchemaComparison::list(const Schemas& schemas, const std::vector<NodeIndex>& values) {
  std::string text = "[";
  for (const NodeIndex value : values) {
    if (text.size() > longest_list) {
      text += concat({", ... of ", std::to_string(values.size())});
      break;
    }
    if (text.size() > 1) text += ", ";
    text += excerpt(schemas, value);
  }
  return text + "]";
}

void SchemaComparison::types_and_values(const Conjunction& a, const Conjunction& b) {
  if (a.values && b.values) {
    effort_.spend(a.values->size() + b.values->size());
    const std::vector<NodeIndex> removed = nodes_without(*a.values, *b.values);
    const std::vector<NodeIndex> added = nodes_without(*b.values, *a.values);
    if (!removed.empty()) add("values removed", list(before_, removed), std::nullopt, Breaks::yes);
    if (!added.empty()) add("values added", std::nullopt, list(after_, added), Breaks::no);
    return;
  }
  if (b.values) {
    add("enumeration added", std::nullopt, list(after_, nodes_of(*b.values)), Breaks::yes);
    return;
  }
  if (a.values) {
    add("enumeration removed", list(before_, nodes_of(*a.values)), std::nullopt, Breaks::no);
    // What is left for the values that there were.
    TypeMask before = types::none;
    for (const auto& [text, node] : *a.values) before |= type_of_value(before_.document(), node);
    if ((before & ~b.types) == 0) return;
    add("type narrowed", names_of_types(before), names_of_types(b.types), Breaks::yes);
    return;
  }
  if (a.types == b.types) return;
  const bool narrows = (a.types & ~b.types) != 0;
  const bool widens = (b.types & ~a.types) != 0;
  add(narrows ? widens ? "type changed" : "type narrowed" : "type widened", names_of_types(a.types),
      names_of_types(b.types), narrows ? Breaks::yes : Breaks::no);
}

void SchemaComparison::limit(std::string_view name, const std::optional<Limit>& a,
                             const std::optional<Limit>& b, bool is_lower,
                             const std::optional<Limit>& implied) {
  const std::optional<Limit>& before = a ? a : implied;
  const std::optional<Limit>& after = b ? b : implied;
  if (!before && !after) return;
  bool narrows = after.has_value();
  if (before && after) {
    const int order = compare(after->value.view(), before->value.view());
    if (order == 0 && before->is_exclusive == after->is_exclusive) return;
    narrows = order == 0 ? after->is_exclusive : (order > 0) == is_lower;
  }
  const auto text = [](const std::optional<Limit>& shown) {
    if (!shown) return OptionalText();
    return OptionalText(concat({shown->is_exclusive ? "exclusive " : "", shown->text}));
  };
  add_narrowing(name, narrows, text(a), text(b));
}

void SchemaComparison::numbers(const Conjunction& a, const Conjunction& b) {
  limit("minimum", a.minimum, b.minimum, true);
  limit("maximum", a.maximum, b.maximum, false);
  const auto text = [](const Schemas& schemas, const std::vector<NodeIndex>& divisors) {
    return divisors.empty() ? OptionalText() : OptionalText(list(schemas, divisors));
  };
  const bool narrows = !implies(before_, a.divisors, after_, b.divisors);
  if (!narrows && implies(after_, b.divisors, before_, a.divisors)) return;
  add_narrowing("multipleOf", narrows, text(before_, a.divisors), text(after_, b.divisors));
}

bool SchemaComparison::implies(const Schemas& schemas, const std::vector<NodeIndex>& divisors,
                               const Schemas& other_schemas, const std::vector<NodeIndex>& others) {
  return std::all_of(others.begin(), others.end(), [&](NodeIndex other) {
    const std::optional<DecimalNumber> number = number_at(other_schemas, other);
    const std::optional<Divisor> divisor = number ? Divisor::make(number->view()) : std::nullopt;
    return std::any_of(divisors.begin(), divisors.end(), [&](NodeIndex node) {
      const std::optional<DecimalNumber> multiple = number_at(schemas, node);
      return effort_.spend(16) && divisor && multiple && divisor->divides(multiple->view());
    });
  });
}

void SchemaComparison::counts(const Conjunction& a, const Conjunction& b, TypeMask both) {
  constexpr std::array<TypeMask, counting_keywords.size() / 2> counted{types::string, types::array,
                                                                       types::object, types::array};
  for (std::size_t i = 0; i < counting_keywords.size(); ++i) {
    if ((both & counted[i / 2]) == 0) continue;
    const bool of_contains = i / 2 == 3;
    if (of_contains &&
        !(a.others.contains(Keyword::contains) && b.others.contains(Keyword::contains))) {
      continue;
    }
    std::optional<Limit> implied;
    if (i % 2 == 0) implied = Limit{*parse_decimal(of_contains ? "1" : "0"), "", false};
    limit(name_of(counting_keywords[i]), a.counts[i], b.counts[i], i % 2 == 0, implied);
  }
}

void SchemaComparison::strings(const Conjunction& a, const Conjunction& b) {
  texts("pattern", a.patterns, b.patterns);
  texts("format", a.formats, b.formats);
}

void SchemaComparison::texts(std::string_view name, const std::set<std::string_view>& a,
                             const std::set<std::string_view>& b) {
  effort_.spend(a.size() + b.size());
  std::vector<std::string_view> removed;
  std::vector<std::string_view> added;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(removed));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(added));
  if (removed.size() == 1 && added.size() == 1) {
    add(concat({name, " changed"}), std::string(removed[0]), std::string(added[0]),
        Breaks::unknown);
    return;
  }
  for (const std::string_view text : removed) {
    add(concat({name, " removed"}), std::string(text), std::nullopt, Breaks::no);
  }
  for (const std::string_view text : added) {
    add(concat({name, " added"}), std::nullopt, std::string(text), Breaks::yes);
  }
}

}  // namespace tenancy::jsonschema
