#include "jsonschema/compatibility/difference.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "jsonschema/compatibility/conjunction.hpp"
#include "jsonschema/message.hpp"
#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using OptionalText = std::optional<std::string>;

constexpr std::size_t longest_excerpt = 160;  // bytes of a schema or of a value
constexpr std::size_t longest_list = 400;     // of a list of values
constexpr std::size_t longest_location = 2'000;
constexpr std::uint32_t deepest_place = 512;
constexpr std::size_t most_places = 500'000;
constexpr std::uint32_t visits = 16;  // of one pair of schemas, at different places
constexpr std::uint64_t constant_effort = 4'000'000;

// How sure it is that what breaks an instance here breaks the whole.
enum class Certainty : std::uint8_t {
  certain,
  perhaps,  // within one of several alternatives: what breaks here may be allowed elsewhere
  unknown,  // within a condition or a negation: what allows more here may allow less in the whole
};

enum class Breaks : std::uint8_t { no, yes, unknown };

constexpr std::uint32_t no_place = 0xFFFFFFFF;

// A place in the instance, behind another.
struct Place {
  std::uint32_t parent;
  std::uint32_t depth;
  std::uint32_t pair;  // what is compared there
  std::string_view name;
  std::uint32_t position;  // of an element; no_place: `name` counts, if it is not null
};

struct Pair {
  SchemaSet before, after;
  Certainty certainty;

  auto operator<=>(const Pair&) const = default;
};

// What a conjunction says of one property or element.
struct Applied {
  SchemaSet schemas;
  NodeIndex declared = no_node;  // where it is named
  bool is_forbidden = false;
  // What patterns match, and what is evaluated elsewhere, is not asked: more may be demanded.
  bool is_uncertain = false;
};

std::string_view name_of(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::draft4:
      return "draft 4";
    case Dialect::draft6:
      return "draft 6";
    case Dialect::draft7:
      return "draft 7";
    case Dialect::draft2019_09:
      return "2019-09";
    case Dialect::draft2020_12:
      break;
  }
  return "2020-12";
}

void add_to(SchemaSet& set, NodeIndex schema) {
  const auto at = std::lower_bound(set.begin(), set.end(), schema);
  if (at == set.end() || *at != schema) set.insert(at, schema);
}

class Comparison {
 public:
  // `effort`: about how many nodes may be looked at.
  Comparison(const Schemas& before, const Schemas& after, std::uint64_t effort,
             const DifferenceOptions& options)
      : before_(before), after_(after), options_(options), effort_(effort, options.interrupted) {}

  std::vector<Difference> run() {
    const Dialect dialects[]{before_.resource(before_.root_resource()).rules.dialect,
                             after_.resource(after_.root_resource()).rules.dialect};
    is_same_text_ = canonical(before_, 0) == canonical(after_, 0) && dialects[0] == dialects[1];
    if (dialects[0] != dialects[1]) {
      rows_.push_back({"dialect changed", "", std::string(name_of(dialects[0])),
                       std::string(name_of(dialects[1])), std::nullopt});
    }
    push({}, no_place, set_of(before_, 0), set_of(after_, 0), Certainty::certain);
    while (true) {
      // In document order, though the last one of a list is next.
      std::reverse(next_.begin(), next_.end());
      pending_.insert(pending_.end(), next_.begin(), next_.end());
      next_.clear();
      if (pending_.empty() || is_full()) break;
      place_ = pending_.back();
      pending_.pop_back();
      // A copy: comparing adds others.
      const Pair pair = pairs_[places_[place_].pair]->first;
      certainty_ = pair.certainty;
      compare_conjunctions(
          read_conjunction(before_, pair.before, options_.before_asserts_format, effort_),
          read_conjunction(after_, pair.after, options_.after_asserts_format, effort_));
    }
    if (is_incomplete_ || is_full()) {
      rows_.resize(std::min(rows_.size(), options_.limit));
      rows_.push_back({"not compared further", "", std::nullopt, std::nullopt, std::nullopt});
    }
    return std::move(rows_);
  }

 private:
  bool is_full() const { return rows_.size() > options_.limit || effort_.is_spent(); }

  // --- places and rows -----------------------------------------------------------------------

  // To be compared at a place behind this one: that of a property, of an element, or, with neither,
  // this one itself.
  void push(std::string_view name, std::uint32_t position, SchemaSet before, SchemaSet after,
            Certainty certainty) {
    if (before.empty() && after.empty()) return;
    if (!effort_.spend(1 + before.size() + after.size())) return;
    if (places_.size() >= most_places) {
      is_incomplete_ = true;
      return;
    }
    const auto [known, is_new] =
        numbers_.try_emplace(Pair{std::move(before), std::move(after), certainty},
                             static_cast<std::uint32_t>(pairs_.size()));
    if (is_new) {
      pairs_.push_back(known);
      visited_.push_back(0);
    }
    const std::uint32_t pair = known->second;
    const bool is_root = places_.empty();
    const std::uint32_t depth = is_root ? 0 : places_[place_].depth + 1;
    if (depth > deepest_place) {
      is_incomplete_ = true;
      return;
    }
    // A schema within itself is the same at every turn.
    if (!is_root) {
      effort_.spend(1 + depth / 8);
      for (std::uint32_t at = place_; at != no_place; at = places_[at].parent)
        if (places_[at].pair == pair) return;
    }
    if (visited_[pair]++ >= visits) return;
    next_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.push_back({is_root ? no_place : place_, depth, pair, name, position});
  }
  void push_here(NodeIndex before, NodeIndex after, Certainty certainty) {
    push({}, no_place, set_of(before_, before), set_of(after_, after),
         std::max(certainty_, certainty));
  }

  std::string location(std::string_view name = {}) const {
    std::vector<std::uint32_t> path;
    for (std::uint32_t at = place_; at != no_place; at = places_[at].parent) path.push_back(at);
    std::string pointer;
    for (auto at = path.rbegin(); at != path.rend() && pointer.size() < longest_location; ++at) {
      const Place& place = places_[*at];
      if (place.position != no_place) {
        pointer += concat({"/", std::to_string(place.position)});
      } else if (place.name.data() != nullptr) {
        append_pointer_token(pointer, place.name);
      }
    }
    if (name.data() != nullptr) append_pointer_token(pointer, name);
    return presentable(pointer);
  }

  void add(std::string_view change, const OptionalText& before, const OptionalText& after,
           Breaks breaks, std::string_view name = {}) {
    if (is_full()) return;
    if (certainty_ == Certainty::unknown) breaks = Breaks::unknown;
    if (certainty_ == Certainty::perhaps && breaks == Breaks::yes) breaks = Breaks::unknown;
    effort_.spend(16);
    rows_.push_back(
        {std::string(change), location(name), before ? OptionalText(presentable(*before)) : before,
         after ? OptionalText(presentable(*after)) : after,
         breaks == Breaks::unknown ? std::nullopt : std::optional(breaks == Breaks::yes)});
  }

  // Added, removed, tightened or loosened: what narrows, breaks.
  void add_narrowing(std::string_view what, bool narrows, const OptionalText& before,
                     const OptionalText& after) {
    add(concat({what, narrows ? " tightened" : " loosened"}), before, after,
        narrows ? Breaks::yes : Breaks::no);
  }

  static std::string excerpt(const Schemas& schemas, NodeIndex node) {
    return schemas.document().excerpt(node, longest_excerpt);
  }

  // --- any value -------------------------------------------------------------------------------

  void compare_conjunctions(const Conjunction& a, const Conjunction& b) {
    if (a.allows_nothing || b.allows_nothing) {
      if (!b.allows_nothing) add("value allowed", std::nullopt, std::nullopt, Breaks::no);
      if (!a.allows_nothing) add("value forbidden", std::nullopt, std::nullopt, Breaks::yes);
      return;
    }
    unevaluated(b);
    types_and_values(a, b);
    const auto both = static_cast<TypeMask>(a.types & b.types);
    if ((both & types::number) != 0) numbers(a, b);
    if ((both & types::string) != 0) strings(a, b);
    if ((both & types::array) != 0) arrays(a, b);
    if ((both & types::object) != 0) objects(a, b);
    counts(a, b, both);
    others(a, b);
  }

  // What is evaluated, any keyword within may change.
  void unevaluated(const Conjunction& b) {
    if (is_same_text_) return;
    for (const Keyword keyword : {Keyword::unevaluated_items, Keyword::unevaluated_properties}) {
      if (!b.others.contains(keyword)) continue;
      if (keyword == Keyword::unevaluated_properties && forbids_unevaluated(after_, b)) continue;
      add(concat({name_of(keyword), " may mean others"}), std::nullopt, std::nullopt,
          Breaks::unknown, "*");
    }
  }

  using Values = std::map<std::string, NodeIndex>;

  static std::string list(const Schemas& schemas, const std::vector<NodeIndex>& values) {
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

  // Of the text, in document order.
  static std::vector<NodeIndex> nodes_of(const Values& values) {
    std::vector<NodeIndex> nodes;
    for (const auto& [text, node] : values) nodes.push_back(node);
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }
  static std::vector<NodeIndex> nodes_without(const Values& values, const Values& others) {
    std::vector<NodeIndex> nodes;
    for (const auto& [text, node] : values) {
      if (!others.contains(text)) nodes.push_back(node);
    }
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  void types_and_values(const Conjunction& a, const Conjunction& b) {
    if (a.values && b.values) {
      effort_.spend(a.values->size() + b.values->size());
      const std::vector<NodeIndex> removed = nodes_without(*a.values, *b.values);
      const std::vector<NodeIndex> added = nodes_without(*b.values, *a.values);
      if (!removed.empty())
        add("values removed", list(before_, removed), std::nullopt, Breaks::yes);
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
    add(narrows ? widens ? "type changed" : "type narrowed" : "type widened",
        names_of_types(a.types), names_of_types(b.types), narrows ? Breaks::yes : Breaks::no);
  }

  // --- limits ----------------------------------------------------------------------------------

  // `implied`: what a limit that is not there is.
  void limit(std::string_view name, const std::optional<Limit>& a, const std::optional<Limit>& b,
             bool is_lower, const std::optional<Limit>& implied = std::nullopt) {
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

  void numbers(const Conjunction& a, const Conjunction& b) {
    limit("minimum", a.minimum, b.minimum, true);
    limit("maximum", a.maximum, b.maximum, false);
    const auto text = [](const Schemas& schemas, const std::vector<NodeIndex>& divisors) {
      return divisors.empty() ? OptionalText() : OptionalText(list(schemas, divisors));
    };
    const bool narrows = !implies(before_, a.divisors, after_, b.divisors);
    if (!narrows && implies(after_, b.divisors, before_, a.divisors)) return;
    add_narrowing("multipleOf", narrows, text(before_, a.divisors), text(after_, b.divisors));
  }

  // Whether a multiple of all these is one of all the others: where each of those divides one.
  bool implies(const Schemas& schemas, const std::vector<NodeIndex>& divisors,
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
  static std::optional<DecimalNumber> number_at(const Schemas& schemas, NodeIndex node) {
    return parse_decimal(schemas.document().text(node));
  }

  void counts(const Conjunction& a, const Conjunction& b, TypeMask both) {
    constexpr std::array<TypeMask, counting_keywords.size() / 2> counted{
        types::string, types::array, types::object, types::array};
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

  // --- strings ---------------------------------------------------------------------------------

  void strings(const Conjunction& a, const Conjunction& b) {
    texts("pattern", a.patterns, b.patterns);
    texts("format", a.formats, b.formats);
  }

  // Whether one pattern allows all that another does is not asked.
  void texts(std::string_view name, const std::set<std::string_view>& a,
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

  // --- arrays ----------------------------------------------------------------------------------

  SchemaSet elements_at(const Schemas& schemas, const Conjunction& conjunction,
                        std::size_t position) {
    SchemaSet set;
    for (const ElementRules& rules : conjunction.elements) {
      const auto prefix = rules.prefix == no_node ? std::span<const NodeIndex>()
                                                  : schemas.document().children(rules.prefix);
      const NodeIndex schema = position < prefix.size() ? prefix[position] : rules.rest;
      if (schema != no_node) add_schema(schemas, schema, set);
    }
    return set;
  }
  void add_schema(const Schemas& schemas, NodeIndex schema, SchemaSet& set) {
    schema = behind_references(schemas, schema, effort_);
    if (schemas.document().kind(schema) != NodeKind::true_value) add_to(set, schema);
  }
  SchemaSet set_of(const Schemas& schemas, NodeIndex schema) {
    SchemaSet set;
    add_schema(schemas, schema, set);
    return set;
  }
  static std::size_t longest_prefix(const Schemas& schemas, const Conjunction& conjunction) {
    std::size_t longest = 0;
    for (const ElementRules& rules : conjunction.elements) {
      if (rules.prefix == no_node) continue;
      longest = std::max(longest, schemas.document().children(rules.prefix).size());
    }
    return longest;
  }

  void arrays(const Conjunction& a, const Conjunction& b) {
    if (a.has_unique_items != b.has_unique_items) {
      add_narrowing("uniqueItems", b.has_unique_items, a.has_unique_items ? "true" : "false",
                    b.has_unique_items ? "true" : "false");
    }
    const std::size_t count = std::max(longest_prefix(before_, a), longest_prefix(after_, b));
    for (std::size_t i = 0; i < count; ++i) {
      if (!effort_.spend(1 + a.elements.size() + b.elements.size())) return;
      push({}, static_cast<std::uint32_t>(i), elements_at(before_, a, i), elements_at(after_, b, i),
           certainty_);
    }
    push("*", no_place, elements_at(before_, a, count), elements_at(after_, b, count), certainty_);
  }

  // --- objects ---------------------------------------------------------------------------------

  static NodeIndex find(const Schemas& schemas, NodeIndex object, std::string_view name) {
    return object == no_node ? no_node : schemas.document().find(object, name);
  }

  Applied applied_to(const Schemas& schemas, const Conjunction& conjunction,
                     std::string_view name) {
    Applied applied;
    bool may_match = false;
    for (const PropertyRules& rules : conjunction.properties) {
      NodeIndex schema = find(schemas, rules.properties, name);
      if (schema != no_node && applied.declared == no_node) applied.declared = schema;
      may_match = may_match || rules.patterns != no_node;
      if (schema == no_node && rules.patterns != no_node && rules.additional != no_node) {
        applied.is_uncertain = true;
        continue;
      }
      if (schema == no_node) schema = rules.additional;
      if (schema != no_node) add_schema(schemas, schema, applied.schemas);
    }
    applied.is_forbidden = has_false(schemas, applied.schemas);
    if (applied.declared == no_node && speaks_of_unevaluated(conjunction)) {
      if (forbids_unevaluated(schemas, conjunction) && !may_match) {
        applied.is_forbidden = true;
      } else {
        applied.is_uncertain = true;
      }
    }
    return applied;
  }

  static bool has_false(const Schemas& schemas, const SchemaSet& set) {
    return std::any_of(set.begin(), set.end(), [&](NodeIndex schema) {
      return schemas.document().kind(schema) == NodeKind::false_value;
    });
  }

  static bool speaks_of_unevaluated(const Conjunction& conjunction) {
    return conjunction.others.contains(Keyword::unevaluated_properties);
  }

  // Whether `unevaluatedProperties` does just what `additionalProperties` would do: where nothing
  // but names and patterns evaluate, and it stands above all of them.
  static bool forbids_unevaluated(const Schemas& schemas, const Conjunction& conjunction) {
    const auto found = conjunction.others.find(Keyword::unevaluated_properties);
    if (found == conjunction.others.end() || conjunction.own.size() != 1 ||
        found->second.size() != 1) {
      return false;
    }
    for (const Keyword applicator : {Keyword::any_of, Keyword::one_of, Keyword::if_condition,
                                     Keyword::dependent_schemas, Keyword::dependencies}) {
      if (conjunction.others.contains(applicator)) return false;
    }
    for (const PropertyRules& rules : conjunction.properties) {
      if (rules.additional != no_node) return false;  // which evaluates all
    }
    const NodeIndex value = found->second.front();
    return schemas.document().kind(value) == NodeKind::false_value &&
           schemas.document().parent(value) == conjunction.own.front();
  }

  // Those that are neither named nor matched.
  Applied applied_to_others(const Schemas& schemas, const Conjunction& conjunction) {
    Applied applied;
    for (const PropertyRules& rules : conjunction.properties) {
      if (rules.additional == no_node) continue;
      add_schema(schemas, rules.additional, applied.schemas);
    }
    applied.is_forbidden =
        has_false(schemas, applied.schemas) || forbids_unevaluated(schemas, conjunction);
    return applied;
  }

  void add_names(const Schemas& schemas, const Conjunction& conjunction,
                 std::set<std::string_view>& names) {
    names.insert(conjunction.required.begin(), conjunction.required.end());
    for (const PropertyRules& rules : conjunction.properties) {
      if (rules.properties == no_node) continue;
      const auto children = schemas.document().children(rules.properties);
      if (!effort_.spend(children.size())) return;
      for (const NodeIndex child : children) names.insert(schemas.document().name(child));
    }
  }

  void objects(const Conjunction& a, const Conjunction& b) {
    std::set<std::string_view> names;
    add_names(before_, a, names);
    add_names(after_, b, names);
    for (const std::string_view name : names) {
      if (!effort_.spend(1 + a.properties.size() + b.properties.size())) return;
      property(a, b, name);
    }
    patterns(a, b);
    const Applied before = applied_to_others(before_, a);
    const Applied after = applied_to_others(after_, b);
    if (before.is_forbidden != after.is_forbidden) {
      add(after.is_forbidden ? "other properties forbidden" : "other properties allowed",
          std::nullopt, std::nullopt, after.is_forbidden ? Breaks::yes : Breaks::no, "*");
    } else if (!before.is_forbidden) {
      push("*", no_place, before.schemas, after.schemas, certainty_);
    }
  }

  void property(const Conjunction& a, const Conjunction& b, std::string_view name) {
    const Applied before = applied_to(before_, a, name);
    const Applied after = applied_to(after_, b, name);
    const bool was_declared = before.declared != no_node;
    const bool is_declared = after.declared != no_node;
    const auto described = [](const Schemas& schemas, const Applied& applied) {
      return applied.declared == no_node ? OptionalText()
                                         : OptionalText(excerpt(schemas, applied.declared));
    };
    const bool was_required = a.required.contains(name);
    const bool is_required = b.required.contains(name);
    if (!was_required && is_required) {
      if (was_declared) {
        add("required property added", "optional", "required", Breaks::yes, name);
      } else {
        add("required property added", std::nullopt, described(after_, after), Breaks::yes, name);
      }
    } else if (was_required && !is_required) {
      add("required property removed", "required",
          is_declared ? OptionalText("optional") : std::nullopt, Breaks::no, name);
    }

    if (before.is_forbidden && after.is_forbidden) return;
    if (after.is_forbidden) {
      add("property forbidden", described(before_, before), std::nullopt, Breaks::yes, name);
    } else if (before.is_forbidden) {
      if (was_required || !is_required) {
        add("property added", std::nullopt, described(after_, after), Breaks::no, name);
      }
    } else if (!was_declared && is_declared && before.schemas.empty()) {
      // An instance may have it already, and with any value.
      const bool narrows =
          !read_conjunction(after_, after.schemas, options_.after_asserts_format, effort_)
               .is_anything;
      if (!is_required || was_required) {
        add("property added", std::nullopt, described(after_, after),
            narrows ? Breaks::yes : Breaks::no, name);
      }
    } else if (was_declared && !is_declared && after.schemas.empty()) {
      add("property removed", described(before_, before), std::nullopt,
          after.is_uncertain ? Breaks::unknown : Breaks::no, name);
    } else {
      push(name, no_place, before.schemas, after.schemas, certainty_);
    }
  }

  using PatternSchemas = std::map<std::string_view, SchemaSet>;

  PatternSchemas pattern_schemas(const Schemas& schemas, const Conjunction& conjunction) {
    PatternSchemas found;
    for (const PropertyRules& rules : conjunction.properties) {
      if (rules.patterns == no_node) continue;
      for (const NodeIndex child : schemas.document().children(rules.patterns)) {
        if (!effort_.spend(1)) return found;
        add_to(found[schemas.document().name(child)], child);
      }
    }
    return found;
  }

  void patterns(const Conjunction& a, const Conjunction& b) {
    const PatternSchemas before = pattern_schemas(before_, a);
    const PatternSchemas after = pattern_schemas(after_, b);
    for (const auto& [pattern, schemas] : before) {
      const auto found = after.find(pattern);
      if (found != after.end()) {
        push("*", no_place, schemas, found->second, certainty_);
      } else {
        const Applied others = applied_to_others(after_, b);
        const bool is_free =
            others.schemas.empty() && !others.is_forbidden && !speaks_of_unevaluated(b);
        add("patternProperties removed", std::string(pattern), std::nullopt,
            is_free ? Breaks::no : Breaks::unknown, "*");
      }
    }
    for (const auto& [pattern, schemas] : after) {
      if (before.contains(pattern)) continue;
      // Where others were forbidden, it may match one that is named.
      add("patternProperties added", std::nullopt, std::string(pattern),
          applied_to_others(before_, a).is_forbidden ? Breaks::unknown : Breaks::yes, "*");
    }
  }

  // --- what applies other schemas to the same value, or to some elements -----------------------

  void others(const Conjunction& a, const Conjunction& b) {
    std::set<Keyword> keywords;
    for (const auto& [keyword, values] : a.others) keywords.insert(keyword);
    for (const auto& [keyword, values] : b.others) keywords.insert(keyword);
    // Forbidding what is not evaluated forbids other properties, and is told with those.
    static const std::vector<NodeIndex> none;
    const auto values_of = [](const Schemas& schemas, const Conjunction& conjunction,
                              Keyword keyword) {
      const auto found = conjunction.others.find(keyword);
      const bool is_told =
          keyword == Keyword::unevaluated_properties && forbids_unevaluated(schemas, conjunction);
      return found == conjunction.others.end() || is_told ? &none : &found->second;
    };
    for (const Keyword keyword : keywords) {
      const std::vector<NodeIndex>& before = *values_of(before_, a, keyword);
      const std::vector<NodeIndex>& after = *values_of(after_, b, keyword);
      const std::size_t count = std::min(before.size(), after.size());
      for (std::size_t i = 0; i < count; ++i) other(keyword, before[i], after[i]);
      for (std::size_t i = count; i < before.size(); ++i) {
        add(concat({name_of(keyword), " removed"}), excerpt(before_, before[i]), std::nullopt,
            Breaks::no);
      }
      for (std::size_t i = count; i < after.size(); ++i) {
        add(concat({name_of(keyword), " added"}), std::nullopt, excerpt(after_, after[i]),
            Breaks::unknown);
      }
    }
  }

  void other(Keyword keyword, NodeIndex before, NodeIndex after) {
    switch (keyword) {
      case Keyword::any_of:
        return alternatives(keyword, before, after, Certainty::perhaps);
      case Keyword::one_of:
        return alternatives(keyword, before, after, Certainty::unknown);
      case Keyword::dependent_required:
      case Keyword::dependent_schemas:
      case Keyword::dependencies:
        return dependencies(keyword, before, after);
      case Keyword::contains:
      case Keyword::unevaluated_items:
      case Keyword::unevaluated_properties:
        return push("*", no_place, set_of(before_, before), set_of(after_, after),
                    Certainty::unknown);
      default:
        return push_here(before, after, Certainty::unknown);
    }
  }

  std::string canonical(const Schemas& schemas, NodeIndex node) {
    std::string text;
    append_canonical(schemas.document(), node, text);
    effort_.spend(schemas.document().last_within(node) - node + 1 + text.size() / 16);
    return text;
  }

  // Branches that are written alike belong together, wherever they stand; of the others, those that
  // have the same place among them.
  void alternatives(Keyword keyword, NodeIndex before, NodeIndex after, Certainty certainty) {
    std::multimap<std::string, NodeIndex> left;
    for (const NodeIndex branch : after_.document().children(after)) {
      if (effort_.is_spent()) return;
      left.emplace(canonical(after_, branch), branch);
    }
    std::vector<NodeIndex> removed;
    for (const NodeIndex branch : before_.document().children(before)) {
      if (effort_.is_spent()) return;
      const auto same = left.find(canonical(before_, branch));
      if (same == left.end()) {
        removed.push_back(branch);
        continue;
      }
      push_here(branch, same->second, certainty);
      left.erase(same);
    }
    std::vector<NodeIndex> added;
    for (const auto& [text, branch] : left) added.push_back(branch);
    std::sort(added.begin(), added.end());
    const std::size_t count = std::min(removed.size(), added.size());
    for (std::size_t i = 0; i < count; ++i) push_here(removed[i], added[i], certainty);
    for (std::size_t i = count; i < removed.size(); ++i) {
      add(concat({"alternative of ", name_of(keyword), " removed"}), excerpt(before_, removed[i]),
          std::nullopt, Breaks::unknown);
    }
    for (std::size_t i = count; i < added.size(); ++i) {
      add(concat({"alternative of ", name_of(keyword), " added"}), std::nullopt,
          excerpt(after_, added[i]),
          certainty == Certainty::perhaps ? Breaks::no : Breaks::unknown);
    }
  }

  void dependencies(Keyword keyword, NodeIndex before, NodeIndex after) {
    if (canonical(before_, before) != canonical(after_, after)) {
      add(concat({name_of(keyword), " changed"}), excerpt(before_, before), excerpt(after_, after),
          Breaks::unknown);
      return;
    }
    for (const NodeIndex child : before_.document().children(before)) {
      if (before_.document().kind(child) != NodeKind::object) continue;
      const NodeIndex same = after_.document().find(after, before_.document().name(child));
      if (same != no_node) push_here(child, same, Certainty::unknown);
    }
  }

  const Schemas& before_;
  const Schemas& after_;
  const DifferenceOptions& options_;
  Effort effort_;
  std::map<Pair, std::uint32_t> numbers_;
  std::vector<std::map<Pair, std::uint32_t>::const_iterator> pairs_;
  std::vector<std::uint32_t> visited_;  // how often, by pair
  std::vector<Place> places_;
  std::vector<std::uint32_t> pending_;
  std::vector<std::uint32_t> next_;  // behind the place that is being compared
  std::uint32_t place_ = no_place;
  Certainty certainty_ = Certainty::certain;
  std::vector<Difference> rows_;
  bool is_incomplete_ = false;
  bool is_same_text_ = false;
};

}  // namespace

std::vector<Difference> differences(std::string_view before, std::string_view after,
                                    const DifferenceOptions& options) {
  CompileOptions reading;
  reading.interrupted = options.interrupted;
  reading.stack_exhausted = options.stack_exhausted;
  const Schemas former(before, reading);
  const Schemas latter(after, reading);
  const std::uint64_t nodes = former.document().size() + latter.document().size();
  const std::uint64_t effort = constant_effort + 16 * nodes + before.size() + after.size();
  return Comparison(former, latter, effort, options).run();
}

}  // namespace tenancy::jsonschema
