// The keywords of objects. See compiler.hpp.
#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "jsonschema/compiler/compiler.hpp"
#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void Compiler::objects() {
  counts(runs_.object, Opcode::object_size, Keyword::min_properties, Keyword::max_properties);
  members();
  if (has(Keyword::dependent_required)) dependencies(Keyword::dependent_required);
  if (has(Keyword::dependent_schemas)) dependencies(Keyword::dependent_schemas);
  if (has(Keyword::dependencies)) dependencies(Keyword::dependencies);
}

void Compiler::members() {
  Members members;
  if (has(Keyword::additional_properties)) {
    members.additional = subschema_for(at(Keyword::additional_properties));
    members.evaluates_all = true;
  }
  if (has(Keyword::property_names)) {
    members.names = subschema_for(at(Keyword::property_names));
  }
  const std::vector<MemberPattern> patterns = member_patterns();
  const std::vector<MemberKey> keys = member_keys(members);
  if (keys.empty() && patterns.empty() && members.additional == anything &&
      members.names == anything && !(tracks_ && members.evaluates_all)) {
    return;
  }
  Tables& tables = builder_.tables();
  members.first_key = size_of(tables.member_keys);
  members.key_count = size_of(keys);
  tables.member_keys.insert(tables.member_keys.end(), keys.begin(), keys.end());
  members.first_pattern = size_of(tables.member_patterns);
  members.pattern_count = size_of(patterns);
  tables.member_patterns.insert(tables.member_patterns.end(), patterns.begin(), patterns.end());
  tables.members.push_back(members);
  runs_.object.push_back({Opcode::members, Keyword::properties, size_of(tables.members) - 1, 0});
}

// Merges the names of `properties` and of `required`, both sorted as stored keys are. A name
// that demands nothing is needed only to exempt it from additionalProperties.
std::vector<MemberKey> Compiler::member_keys(Members& members) {
  std::span<const NodeIndex> properties;
  if (has(Keyword::properties)) properties = document_.sorted(at(Keyword::properties));
  std::vector<std::string_view> required;
  if (has(Keyword::required)) {
    for (const NodeIndex name : document_.children(at(Keyword::required))) {
      required.push_back(document_.text(name));
    }
  }
  std::sort(required.begin(), required.end(), [](std::string_view left, std::string_view right) {
    return jsonb::compare_keys(left, right) < 0;
  });

  std::vector<MemberKey> keys;
  auto next_required = required.begin();
  const auto add_required_before = [&](std::string_view name) {
    for (; next_required != required.end() && jsonb::compare_keys(*next_required, name) < 0;
         ++next_required) {
      keys.push_back(builder_.member_key(*next_required, anything, true, false));
    }
  };
  for (const NodeIndex property : properties) {
    const std::string_view name = document_.name(property);
    add_required_before(name);
    const bool is_required = next_required != required.end() && *next_required == name;
    if (is_required) ++next_required;
    const SubschemaIndex value = subschema_for(property);
    const bool exempt = tracks_ || members.additional != anything;
    if (value == anything && !is_required && !exempt) continue;
    keys.push_back(builder_.member_key(name, value, is_required, true));
  }
  for (; next_required != required.end(); ++next_required) {
    keys.push_back(builder_.member_key(*next_required, anything, true, false));
  }
  members.required_count = size_of(required);
  return keys;
}

std::vector<MemberPattern> Compiler::member_patterns() {
  std::vector<MemberPattern> patterns;
  if (!has(Keyword::pattern_properties)) return patterns;
  for (const NodeIndex child : document_.children(at(Keyword::pattern_properties))) {
    patterns.push_back({pattern(child, document_.name(child)), subschema_for(child)});
  }
  return patterns;
}

// Each entry asks for further properties (an array of names), or for a schema.
void Compiler::dependencies(Keyword keyword) {
  for (const NodeIndex child : document_.children(at(keyword))) {
    const std::uint32_t name = builder_.add_string(document_.name(child));
    if (document_.kind(child) == NodeKind::array) {
      for (const NodeIndex wanted : document_.children(child)) {
        builder_.add_string(document_.text(wanted));
      }
      const std::uint32_t count = size_of(document_.children(child)) + 1;
      if (count > 1) runs_.object.push_back({Opcode::dependent_required, keyword, name, count});
      continue;
    }
    const SubschemaIndex schema = subschema_for(child);
    if (schema == anything) continue;
    add_edge(schema, child);
    runs_.object.push_back({Opcode::dependent_schema, keyword, name, schema});
  }
}

void Compiler::unevaluated_properties() {
  if (!has(Keyword::unevaluated_properties)) return;
  runs_.last_for_object.push_back({Opcode::unevaluated_properties, Keyword::unevaluated_properties,
                                   subschema_for(at(Keyword::unevaluated_properties)), 0});
}

}  // namespace tenancy::jsonschema
