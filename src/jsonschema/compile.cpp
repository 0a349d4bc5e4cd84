#include "compile.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "builder.hpp"
#include "constant.hpp"
#include "decimal.hpp"
#include "document.hpp"
#include "ecma_regex.hpp"
#include "format.hpp"
#include "jsonb.hpp"
#include "loops.hpp"
#include "metaschema.hpp"
#include "reference.hpp"
#include "vocabulary.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t shown_constant = 60;  // bytes of a `const` in a message

template <typename Table>
std::uint32_t size_of(const Table& table) {
  return static_cast<std::uint32_t>(table.size());
}

TypeMask type_named(std::string_view name) noexcept {
  if (name == "null") return types::null;
  if (name == "boolean") return types::boolean;
  if (name == "integer") return types::integer;
  if (name == "number") return types::number;
  if (name == "string") return types::string;
  if (name == "array") return types::array;
  return types::object;
}

// A checked `Shape::count`, or the greatest 32-bit number but one where it is greater than that:
// no value that jsonb can hold has so many characters, elements or properties.
std::uint32_t count_of(std::string_view text) {
  constexpr std::uint64_t greatest = unlimited - 1;
  const std::optional<DecimalNumber> number = parse_decimal(text);
  if (!number || number->weight > 2) return static_cast<std::uint32_t>(greatest);
  std::uint64_t count = 0;
  const Decimal decimal = number->view();
  for (std::int32_t i = 0; i <= decimal.weight; ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    count = count * 10'000 + (index < decimal.count ? decimal.digit(index) : 0);
  }
  return static_cast<std::uint32_t>(std::min(count, greatest));
}

// Compiles one schema document. Schemas wait in a queue until their turn, so that no nesting and
// no chain of references makes it recurse.
class Compiler {
 public:
  Compiler(std::string_view text, const CompileOptions& options)
      : options_(options),
        document_(Document::parse(text)),
        dialect_(dialect_of_root()),
        references_(document_, dialect_) {}

  std::unique_ptr<const Program> run() {
    if (document_.kind(0) != NodeKind::object && !document_.is_boolean(0)) {
      refuse(SchemaErrorKind::invalid, document_, 0, "a schema must be an object, true or false");
    }
    builder_.tables().root = subschema_for(0);
    drain();
    // What only definitions reach is compiled to be checked, then forgotten.
    const Builder::Mark reachable = builder_.mark();
    for (std::size_t i = 0; i < checked_only_.size(); ++i) {
      subschema_for(checked_only_[i]);
      drain();
    }
    refuse_loops(edges_, builder_.tables().subschemas.size(), document_);
    builder_.forget_since(reachable);
    return std::make_unique<const Program>(std::move(builder_.tables()));
  }

 private:
  // --- the queue ---------------------------------------------------------------------------

  Dialect dialect_of_root() const {
    const NodeIndex node = document_.find(0, "$schema");
    if (node == no_node) return Dialect::draft2020_12;
    if (document_.kind(node) != NodeKind::string) {
      refuse(SchemaErrorKind::invalid, document_, node, "$schema must be a string");
    }
    const std::optional<Dialect> dialect = dialect_named(document_.text(node));
    if (!dialect) {
      refuse(SchemaErrorKind::unresolved, document_, node,
             "unknown dialect '" + std::string(document_.text(node)) + "'");
    }
    return *dialect;
  }

  SubschemaIndex subschema_for(NodeIndex node) {
    switch (document_.kind(node)) {
      case NodeKind::true_value:
        return anything;
      case NodeKind::false_value:
        return nothing;
      case NodeKind::object:
        break;
      default:
        refuse(SchemaErrorKind::invalid, document_, node,
               "a schema must be an object, true or false");
    }
    if (document_.children(node).empty()) return anything;
    if (compiled_.empty()) compiled_.resize(document_.size(), anything);
    SubschemaIndex& index = compiled_[node];
    if (index == anything) {
      index = builder_.add_subschema();
      queue_.push_back(node);
    }
    return index;
  }

  void drain() {
    while (!queue_.empty()) {
      const NodeIndex node = queue_.back();
      queue_.pop_back();
      compile_schema(node, compiled_[node]);
    }
  }

  // --- one schema --------------------------------------------------------------------------

  NodeIndex at(Keyword keyword) const { return values_[static_cast<std::size_t>(keyword)]; }
  bool has(Keyword keyword) const { return at(keyword) != no_node; }

  void poll() const {
    if (options_.interrupted && options_.interrupted()) throw Interrupted();
  }

  void compile_schema(NodeIndex node, SubschemaIndex index) {
    poll();
    schema_ = node;
    index_ = index;
    runs_ = {};
    read_keywords();
    types();
    constant_and_enumeration();
    numbers();
    strings();
    arrays();
    objects();
    applicators();
    builder_.lay_out(index, runs_);
  }

  void read_keywords() {
    values_.fill(no_node);
    const NodeIndex reference = document_.find(schema_, "$ref");
    if (reference != no_node && dialect_ <= Dialect::draft7) {  // its siblings are ignored
      read_keyword(reference, *find_keyword("$ref", dialect_));
      return;
    }
    for (const NodeIndex value : document_.children(schema_)) {
      const KeywordEntry* entry = find_keyword(document_.name(value), dialect_);
      if (entry != nullptr) read_keyword(value, *entry);
    }
    if (schema_ == 0) return;
    references_.refuse_resource(schema_);
    refuse_other_dialect();
  }

  void read_keyword(NodeIndex value, const KeywordEntry& entry) {
    check_keyword_value(document_, value, entry, dialect_);
    if (entry.role == Role::unsupported) {
      refuse(SchemaErrorKind::unsupported, document_, value,
             std::string(entry.name) + " is not supported yet");
    }
    values_[static_cast<std::size_t>(entry.keyword)] = value;
    // Whatever evaluation does not reach must still be a valid schema.
    append_subschemas(document_, value, entry, checked_only_);
  }

  void refuse_other_dialect() const {
    if (!has(Keyword::schema)) return;
    const NodeIndex value = at(Keyword::schema);
    if (dialect_named(document_.text(value)) == std::optional(dialect_)) return;
    refuse(SchemaErrorKind::unsupported, document_, value,
           "another dialect inside of a schema is not supported yet");
  }

  void narrow(Keyword keyword, TypeMask admitted, std::uint32_t shown = 0) {
    runs_.types &= admitted;
    runs_.narrowings.push_back({keyword, admitted, shown});
  }

  // --- assertions --------------------------------------------------------------------------

  void types() {
    if (!has(Keyword::type)) return;
    const NodeIndex value = at(Keyword::type);
    if (document_.kind(value) == NodeKind::string) {
      return narrow(Keyword::type, type_named(document_.text(value)));
    }
    TypeMask admitted = types::none;
    for (const NodeIndex name : document_.children(value)) {
      admitted |= type_named(document_.text(name));
    }
    narrow(Keyword::type, admitted);
  }

  void constant_and_enumeration() {
    if (has(Keyword::constant)) {
      const NodeIndex value = at(Keyword::constant);
      const std::uint32_t shown = builder_.add_string(document_.excerpt(value, shown_constant));
      add_choices(document_, Keyword::constant, {&value, 1}, shown, builder_, runs_);
    }
    if (has(Keyword::enumeration)) {
      add_choices(document_, Keyword::enumeration, document_.children(at(Keyword::enumeration)), 0,
                  builder_, runs_);
    }
  }

  void numbers() {
    limit(Keyword::minimum, Keyword::exclusive_minimum, Opcode::minimum, Opcode::exclusive_minimum);
    limit(Keyword::maximum, Keyword::exclusive_maximum, Opcode::maximum, Opcode::exclusive_maximum);
    if (!has(Keyword::multiple_of)) return;
    const NodeIndex value = at(Keyword::multiple_of);
    std::optional<Divisor> divisor = Divisor::make(parse_decimal(document_.text(value))->view());
    if (!divisor) {
      refuse(SchemaErrorKind::too_large, document_, value,
             "multipleOf has more than " + std::to_string(Divisor::max_digits) + " digits");
    }
    Tables& tables = builder_.tables();
    tables.divisors.push_back(*std::move(divisor));
    runs_.number.push_back({Opcode::multiple_of, Keyword::multiple_of, size_of(tables.divisors) - 1,
                            builder_.add_string(document_.text(value))});
  }

  // In draft 4 the exclusive keyword is a boolean that modifies the other one.
  void limit(Keyword inclusive, Keyword exclusive, Opcode inclusive_opcode,
             Opcode exclusive_opcode) {
    const auto add = [&](Keyword keyword, Opcode opcode) {
      const std::uint32_t number = builder_.add_number(*parse_decimal(document_.text(at(keyword))));
      runs_.number.push_back({opcode, keyword, number, 0});
    };
    if (dialect_ != Dialect::draft4) {
      if (has(inclusive)) add(inclusive, inclusive_opcode);
      if (has(exclusive)) add(exclusive, exclusive_opcode);
      return;
    }
    if (has(exclusive) && !has(inclusive)) {
      refuse(SchemaErrorKind::invalid, document_, at(exclusive),
             std::string(name_of(exclusive)) + " needs " + std::string(name_of(inclusive)) +
                 " beside it in draft 4");
    }
    const bool excludes = has(exclusive) && document_.kind(at(exclusive)) == NodeKind::true_value;
    if (has(inclusive)) add(inclusive, excludes ? exclusive_opcode : inclusive_opcode);
  }

  // An instruction for a least and a greatest count, when there is either.
  void counts(std::vector<Instruction>& run, Opcode opcode, Keyword least, Keyword greatest) {
    const std::uint32_t minimum = has(least) ? count_of(document_.text(at(least))) : 0;
    const std::uint32_t maximum =
        has(greatest) ? count_of(document_.text(at(greatest))) : unlimited;
    if (minimum == 0 && maximum == unlimited) return;
    run.push_back({opcode, has(least) ? least : greatest, minimum, maximum});
  }

  void strings() {
    counts(runs_.string, Opcode::string_length, Keyword::min_length, Keyword::max_length);
    if (has(Keyword::format) && options_.assert_format) format();
    if (has(Keyword::pattern)) {
      const NodeIndex value = at(Keyword::pattern);
      runs_.string.push_back(
          {Opcode::pattern, Keyword::pattern, pattern(value, document_.text(value)), 0});
    }
  }

  std::uint32_t pattern(NodeIndex node, std::string_view text) {
    poll();
    try {
      return builder_.add_pattern(text);
    } catch (const PatternError& error) {
      refuse(SchemaErrorKind::invalid, document_, node,
             "invalid regular expression '" + std::string(text) + "': " + error.what());
    }
  }

  void format() {
    const std::optional<Format> format = find_format(document_.text(at(Keyword::format)), dialect_);
    if (!format) return;
    runs_.string.push_back(
        {Opcode::format, Keyword::format, static_cast<std::uint32_t>(*format), 0});
  }

  // --- arrays ------------------------------------------------------------------------------

  void arrays() {
    counts(runs_.array, Opcode::array_length, Keyword::min_items, Keyword::max_items);
    elements();
    contains();
    if (has(Keyword::unique_items) &&
        document_.kind(at(Keyword::unique_items)) == NodeKind::true_value) {
      runs_.array.push_back({Opcode::unique_items, Keyword::unique_items, 0, 0});
    }
  }

  void elements() {
    Elements elements;
    NodeIndex prefix = at(Keyword::prefix_items);
    NodeIndex rest = at(Keyword::items);
    if (rest != no_node && document_.kind(rest) == NodeKind::array) {  // before 2020-12
      prefix = rest;
      rest = at(Keyword::additional_items);
      elements.prefix_keyword = Keyword::items;
      elements.rest_keyword = Keyword::additional_items;
    }
    std::vector<SubschemaIndex> prefixes;
    if (prefix != no_node) {
      for (const NodeIndex child : document_.children(prefix)) {
        prefixes.push_back(subschema_for(child));
      }
    }
    if (rest != no_node) elements.rest = subschema_for(rest);
    while (elements.rest == anything && !prefixes.empty() && prefixes.back() == anything) {
      prefixes.pop_back();
    }
    if (prefixes.empty() && elements.rest == anything) return;
    elements.first_prefix = builder_.add_subschema_list(prefixes);
    elements.prefix_count = size_of(prefixes);
    Tables& tables = builder_.tables();
    tables.elements.push_back(elements);
    runs_.array.push_back({Opcode::elements, Keyword::items, size_of(tables.elements) - 1, 0});
  }

  void contains() {
    if (!has(Keyword::contains)) return;
    Contains contains;
    if (has(Keyword::min_contains)) {
      contains.minimum = count_of(document_.text(at(Keyword::min_contains)));
    }
    if (has(Keyword::max_contains)) {
      contains.maximum = count_of(document_.text(at(Keyword::max_contains)));
    }
    if (contains.minimum == 0 && contains.maximum == unlimited) return;
    contains.element = subschema_for(at(Keyword::contains));
    Tables& tables = builder_.tables();
    tables.contains.push_back(contains);
    runs_.array.push_back({Opcode::contains, Keyword::contains, size_of(tables.contains) - 1, 0});
  }

  // --- objects -----------------------------------------------------------------------------

  void objects() {
    counts(runs_.object, Opcode::object_size, Keyword::min_properties, Keyword::max_properties);
    members();
    if (has(Keyword::dependent_required)) dependencies(Keyword::dependent_required);
    if (has(Keyword::dependent_schemas)) dependencies(Keyword::dependent_schemas);
    if (has(Keyword::dependencies)) dependencies(Keyword::dependencies);
  }

  void members() {
    Members members;
    if (has(Keyword::additional_properties)) {
      members.additional = subschema_for(at(Keyword::additional_properties));
    }
    if (has(Keyword::property_names)) {
      members.names = subschema_for(at(Keyword::property_names));
    }
    const std::vector<MemberPattern> patterns = member_patterns();
    const std::vector<MemberKey> keys = member_keys(members);
    if (keys.empty() && patterns.empty() && members.additional == anything &&
        members.names == anything) {
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
  std::vector<MemberKey> member_keys(Members& members) {
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
        keys.push_back({builder_.add_text(*next_required), anything, true, false});
      }
    };
    for (const NodeIndex property : properties) {
      const std::string_view name = document_.name(property);
      add_required_before(name);
      const bool is_required = next_required != required.end() && *next_required == name;
      if (is_required) ++next_required;
      const SubschemaIndex value = subschema_for(property);
      if (value == anything && !is_required && members.additional == anything) continue;
      keys.push_back({builder_.add_text(name), value, is_required, true});
    }
    for (; next_required != required.end(); ++next_required) {
      keys.push_back({builder_.add_text(*next_required), anything, true, false});
    }
    members.required_count = size_of(required);
    return keys;
  }

  std::vector<MemberPattern> member_patterns() {
    std::vector<MemberPattern> patterns;
    if (!has(Keyword::pattern_properties)) return patterns;
    for (const NodeIndex child : document_.children(at(Keyword::pattern_properties))) {
      patterns.push_back({pattern(child, document_.name(child)), subschema_for(child)});
    }
    return patterns;
  }

  // Each entry asks for further properties (an array of names), or for a schema.
  void dependencies(Keyword keyword) {
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

  // --- schemas for the same value ----------------------------------------------------------

  void add_edge(SubschemaIndex to, NodeIndex keyword) { edges_.push_back({index_, to, keyword}); }

  void applicators() {
    if (has(Keyword::ref)) {
      const NodeIndex reference = at(Keyword::ref);
      const SubschemaIndex target = subschema_for(references_.resolve(reference));
      add_edge(target, reference);
      runs_.every.push_back({Opcode::reference, Keyword::ref, target, 0});
    }
    list(Keyword::all_of, Opcode::all_of);
    list(Keyword::any_of, Opcode::any_of);
    list(Keyword::one_of, Opcode::one_of);
    if (has(Keyword::negation)) {
      const SubschemaIndex forbidden = subschema_for(at(Keyword::negation));
      add_edge(forbidden, at(Keyword::negation));
      runs_.every.push_back({Opcode::negation, Keyword::negation, forbidden, 0});
    }
    conditional();
  }

  void list(Keyword keyword, Opcode opcode) {
    if (!has(keyword)) return;
    std::vector<SubschemaIndex> branches;
    for (const NodeIndex child : document_.children(at(keyword))) {
      branches.push_back(subschema_for(child));
      add_edge(branches.back(), child);
    }
    runs_.every.push_back(
        {opcode, keyword, builder_.add_subschema_list(branches), size_of(branches)});
  }

  void conditional() {
    if (!has(Keyword::if_condition)) return;
    std::array<SubschemaIndex, 3> parts{};
    constexpr std::array<Keyword, 3> keywords{Keyword::if_condition, Keyword::then_branch,
                                              Keyword::else_branch};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const NodeIndex node = at(keywords[i]);
      if (node != no_node) parts[i] = subschema_for(node);
    }
    if (parts[1] == anything && parts[2] == anything) return;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (has(keywords[i])) add_edge(parts[i], at(keywords[i]));
    }
    runs_.every.push_back({Opcode::conditional, Keyword::if_condition,
                           builder_.add_subschema_list(parts), size_of(parts)});
  }

  CompileOptions options_;
  Document document_;
  Dialect dialect_;
  References references_;
  Builder builder_;
  std::vector<SubschemaIndex> compiled_;  // by node; `anything` where not yet
  std::vector<NodeIndex> queue_;
  std::vector<NodeIndex> checked_only_;
  std::vector<Edge> edges_;

  // Of the schema at hand.
  NodeIndex schema_ = 0;
  SubschemaIndex index_ = 0;
  std::array<NodeIndex, keyword_count> values_{};
  Runs runs_;
};

}  // namespace

std::unique_ptr<const Program> compile(std::string_view schema, const CompileOptions& options) {
  return Compiler(schema, options).run();
}

}  // namespace tenancy::jsonschema
