// The keywords of objects. See comparison.hpp.
#include "jsonschema/compatibility/comparison.hpp"

#include <algorithm>

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

NodeIndex find(const Schemas& schemas, NodeIndex object, std::string_view name) {
  return object == no_node ? no_node : schemas.document().find(object, name);
}

bool has_false(const Schemas& schemas, const SchemaSet& set) {
  return std::any_of(set.begin(), set.end(), [&](NodeIndex schema) {
    return schemas.document().kind(schema) == NodeKind::false_value;
  });
}

bool speaks_of_unevaluated(const Conjunction& conjunction) {
  return conjunction.others.contains(Keyword::unevaluated_properties);
}

}  // namespace

SchemaComparison::Applied SchemaComparison::applied_to(const Schemas& schemas,
                                                       const Conjunction& conjunction,
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

SchemaComparison::Applied SchemaComparison::applied_to_others(const Schemas& schemas,
                                                              const Conjunction& conjunction) {
  Applied applied;
  for (const PropertyRules& rules : conjunction.properties) {
    if (rules.additional == no_node) continue;
    add_schema(schemas, rules.additional, applied.schemas);
  }
  applied.is_forbidden =
      has_false(schemas, applied.schemas) || forbids_unevaluated(schemas, conjunction);
  return applied;
}

void SchemaComparison::add_names(const Schemas& schemas, const Conjunction& conjunction,
                                 std::set<std::string_view>& names) {
  names.insert(conjunction.required.begin(), conjunction.required.end());
  for (const PropertyRules& rules : conjunction.properties) {
    if (rules.properties == no_node) continue;
    const auto children = schemas.document().children(rules.properties);
    if (!effort_.spend(children.size())) return;
    for (const NodeIndex child : children) names.insert(schemas.document().name(child));
  }
}

void SchemaComparison::objects(const Conjunction& a, const Conjunction& b) {
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

void SchemaComparison::property(const Conjunction& a, const Conjunction& b, std::string_view name) {
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

SchemaComparison::PatternSchemas SchemaComparison::pattern_schemas(const Schemas& schemas,
                                                                   const Conjunction& conjunction) {
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

void SchemaComparison::patterns(const Conjunction& a, const Conjunction& b) {
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

}  // namespace tenancy::jsonschema
