#include "compile.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "builder.hpp"
#include "compiler.hpp"
#include "constant.hpp"
#include "content.hpp"
#include "decimal.hpp"
#include "document.hpp"
#include "ecma_regex.hpp"
#include "format.hpp"
#include "jsonb.hpp"
#include "loops.hpp"
#include "message.hpp"
#include "metaschema.hpp"
#include "optimise.hpp"
#include "own_metaschema.hpp"
#include "schemas.hpp"
#include "vocabulary.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t shown_constant = 60;  // bytes of a `const` in a message
constexpr std::size_t max_contexts = 1'000;
constexpr std::size_t max_copied = 1'000'000;  // nodes of schemas compiled once more for a context

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

// Compiles the schemas of one compilation. They wait in a queue until their turn, so that no
// nesting and no chain of references makes it recurse.
//
// A schema whose dynamic references depend on the way by which it is reached is compiled once for
// each dynamic scope that makes a difference: a context says, for each dynamic anchor that several
// resources have, which of them is the outermost. So evaluation knows no dynamic scope.
class Compiler {
 public:
  Compiler(const Schemas& schemas, const CompileOptions& options)
      : options_(options),
        schemas_(schemas),
        document_(schemas.document()),
        tracks_(schemas.tracks_evaluation()),
        builder_(options.interrupted),
        contexts_(1),
        compiled_(document_.size(), anything) {}

  std::unique_ptr<const Program> run(NodeIndex schema) {
    const SubschemaIndex root = subschema_for(schema, 0);
    drain();
    if (schema == 0) check_own();
    refuse_loops(edges_, builder_.rules().size(), document_);
    std::vector<SubschemaIndex> same;
    if (options_.for_report) {
      same.resize(builder_.rules().size());
      std::iota(same.begin(), same.end(), SubschemaIndex{0});
    } else {
      same = optimise(builder_, tracks_);
    }
    Tables tables = link(builder_, root, std::move(same));
    tables.for_report = options_.for_report;
    return std::make_unique<const Program>(std::move(tables));
  }

 private:
  // What only definitions reach is compiled to be checked.
  void check_own() {
    for (const NodeIndex schema : schemas_.found()) {
      if (schema >= schemas_.own_size()) continue;
      subschema_for(schema, 0);
      drain();
    }
  }

  using Context = std::uint32_t;  // the first one: no dynamic scope makes a difference

  struct Queued {
    NodeIndex schema;
    Context context;
    SubschemaIndex rule;
  };

  // --- the queue ---------------------------------------------------------------------------

  SubschemaIndex subschema_for(NodeIndex node) { return subschema_for(node, context_); }

  // `context`: of the schema from which this one is reached.
  SubschemaIndex subschema_for(NodeIndex node, Context context) {
    switch (document_.kind(node)) {
      case NodeKind::true_value:
        return anything;
      case NodeKind::false_value:
        return nothing;
      default:
        break;
    }
    if (document_.children(node).empty()) return anything;
    context = enter(context, schemas_.resource_index(node));
    SubschemaIndex& index = context == 0 ? compiled_[node] : copies_[pair_of(context, node)];
    if (index == anything) {
      index = builder_.add_rule();
      queue_.push_back({node, context, index});
    }
    return index;
  }

  // The dynamic scope inside of a resource that is reached with `context`.
  Context enter(Context context, ResourceIndex index) {
    if (schemas_.resource(index).dynamic_anchors.empty()) return context;
    const auto [at, added] = entered_.try_emplace(pair_of(context, index));
    if (added) at->second = enter_first(context, index);
    return at->second;
  }

  Context enter_first(Context context, ResourceIndex index) {
    const Resource& resource = schemas_.resource(index);
    std::vector<DynamicAnchor> outermost;
    for (const DynamicAnchor& anchor : resource.dynamic_anchors) {
      if (find_outermost(context, anchor.name)) continue;
      if (outermost.empty()) outermost = contexts_[context];
      outermost.push_back(anchor);
    }
    if (outermost.empty()) return context;
    std::sort(outermost.begin(), outermost.end(),
              [](const DynamicAnchor& left, const DynamicAnchor& right) {
                return left.name < right.name;
              });
    const auto same = [&](const std::vector<DynamicAnchor>& known) {
      return std::equal(known.begin(), known.end(), outermost.begin(), outermost.end(),
                        [](const DynamicAnchor& left, const DynamicAnchor& right) {
                          return left.name == right.name && left.schema == right.schema;
                        });
    };
    const auto known = std::find_if(contexts_.begin(), contexts_.end(), same);
    if (known != contexts_.end()) return static_cast<Context>(known - contexts_.begin());
    if (contexts_.size() == max_contexts) {
      refuse(SchemaErrorKind::too_large, document_, resource.root,
             "more than " + std::to_string(max_contexts) + " different dynamic scopes");
    }
    contexts_.push_back(std::move(outermost));
    return size_of(contexts_) - 1;
  }

  const DynamicAnchor* find_outermost(Context context, NameIndex name) const {
    const std::vector<DynamicAnchor>& anchors = contexts_[context];
    const auto found = std::lower_bound(
        anchors.begin(), anchors.end(), name,
        [](const DynamicAnchor& anchor, NameIndex wanted) { return anchor.name < wanted; });
    return found != anchors.end() && found->name == name ? &*found : nullptr;
  }

  static std::uint64_t pair_of(std::uint32_t first, std::uint32_t second) noexcept {
    return std::uint64_t{first} << 32U | second;
  }

  void drain() {
    while (!queue_.empty()) {
      const Queued next = queue_.back();
      queue_.pop_back();
      compile_schema(next);
    }
  }

  // --- one schema --------------------------------------------------------------------------

  NodeIndex at(Keyword keyword) const { return values_[static_cast<std::size_t>(keyword)]; }
  bool has(Keyword keyword) const { return at(keyword) != no_node; }

  void compile_schema(const Queued& queued) {
    builder_.poll();
    schema_ = queued.schema;
    context_ = queued.context;
    index_ = queued.rule;
    rules_ = schemas_.rules(schema_);
    runs_ = {};
    values_.fill(no_node);
    for (const NodeIndex value : document_.children(schema_)) {
      const KeywordEntry* entry = schemas_.keyword(value);
      if (entry == nullptr) continue;
      values_[static_cast<std::size_t>(entry->keyword)] = value;
      if (context_ != 0) count_copied(value, *entry);
    }
    types();
    constant_and_enumeration();
    numbers();
    strings();
    arrays();
    objects();
    applicators();
    unevaluated();
    builder_.set_rule(index_, std::move(runs_));
  }

  // What is compiled for one context after the other must not grow without a limit.
  void count_copied(NodeIndex value, const KeywordEntry& entry) {
    copied_ += 1 + document_.children(value).size();
    if (entry.shape == Shape::any || entry.shape == Shape::choices) {
      copied_ += document_.last_within(value) - value;
    }
    if (copied_ <= max_copied) return;
    refuse(SchemaErrorKind::too_large, document_, schema_,
           "schema is too large for the number of its different dynamic scopes");
  }

  void narrow(Keyword keyword, TypeMask admitted, std::uint32_t shown = 0) {
    runs_.types &= admitted;
    if (options_.for_report) runs_.narrowings.push_back({keyword, admitted, shown});
  }

  // --- assertions --------------------------------------------------------------------------

  void types() {
    if (!has(Keyword::type)) return;
    const NodeIndex value = at(Keyword::type);
    TypeMask admitted = types::none;
    if (document_.kind(value) == NodeKind::string) {
      admitted = type_named(document_.text(value));
    }
    for (const NodeIndex name : document_.children(value)) {
      admitted |= type_named(document_.text(name));
    }
    narrow(Keyword::type, admitted);
    // "A JSON number without a fraction or exponent part." (draft 4 Core, 3.5)
    if (rules_.dialect == Dialect::draft4 && (admitted & types::number) == types::integer) {
      runs_.number.push_back({Opcode::no_fraction, Keyword::type, 0, 0});
    }
  }

  void constant_and_enumeration() {
    if (has(Keyword::constant)) {
      const NodeIndex value = at(Keyword::constant);
      std::uint32_t shown = 0;
      if (options_.for_report) {
        shown = builder_.add_string(document_.excerpt(value, shown_constant));
      }
      narrow(Keyword::constant,
             add_choices(document_, Keyword::constant, {&value, 1}, builder_, runs_), shown);
    }
    if (has(Keyword::enumeration)) {
      narrow(Keyword::enumeration,
             add_choices(document_, Keyword::enumeration,
                         document_.children(at(Keyword::enumeration)), builder_, runs_));
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
    if (rules_.dialect != Dialect::draft4) {
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
    if (has(Keyword::format) && (options_.assert_format || rules_.asserts_format)) format();
    if (options_.assert_format && rules_.dialect == Dialect::draft7) content();
    if (has(Keyword::pattern)) {
      const NodeIndex value = at(Keyword::pattern);
      runs_.string.push_back(
          {Opcode::pattern, Keyword::pattern, pattern(value, document_.text(value)), 0});
    }
  }

  std::uint32_t pattern(NodeIndex node, std::string_view text) {
    builder_.poll();
    try {
      return builder_.add_pattern(text);
    } catch (const PatternError& error) {
      refuse(SchemaErrorKind::invalid, document_, node,
             "invalid regular expression '" + std::string(text) + "': " + error.what());
    }
  }

  void format() {
    const std::optional<Format> format =
        find_format(document_.text(at(Keyword::format)), rules_.dialect);
    if (!format) return;
    runs_.string.push_back(
        {Opcode::format, Keyword::format, static_cast<std::uint32_t>(*format), 0});
  }

  void content() {
    const bool encoded =
        has(Keyword::content_encoding) && is_base64(document_.text(at(Keyword::content_encoding)));
    const auto add = [this](Keyword keyword, Content content) {
      runs_.string.push_back({Opcode::content, keyword, static_cast<std::uint32_t>(content), 0});
    };
    if (encoded) add(Keyword::content_encoding, Content::base64);
    if (has(Keyword::content_encoding) && !encoded) return;  // what it holds cannot be known
    if (has(Keyword::content_media_type) &&
        is_json(document_.text(at(Keyword::content_media_type)))) {
      add(Keyword::content_media_type, encoded ? Content::json_in_base64 : Content::json);
    }
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
    elements.evaluates_all = rest != no_node;
    while (!tracks_ && elements.rest == anything && !prefixes.empty() &&
           prefixes.back() == anything) {
      prefixes.pop_back();
    }
    const bool evaluates = tracks_ && (elements.evaluates_all || !prefixes.empty());
    if (prefixes.empty() && elements.rest == anything && !evaluates) return;
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
    contains.evaluates = rules_.dialect == Dialect::draft2020_12;
    const bool evaluates = tracks_ && contains.evaluates;
    if (contains.minimum == 0 && contains.maximum == unlimited && !evaluates) return;
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
    for (const Keyword keyword : {Keyword::ref, Keyword::dynamic_ref, Keyword::recursive_ref}) {
      if (has(keyword)) reference(keyword);
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

  void reference(Keyword keyword) {
    const NodeIndex node = at(keyword);
    const Target& target = schemas_.target(node);
    NodeIndex schema = target.schema;
    if (target.name != no_name) {
      if (const DynamicAnchor* outermost = find_outermost(context_, target.name)) {
        schema = outermost->schema;
      }
    }
    const SubschemaIndex index = subschema_for(schema);
    add_edge(index, node);
    runs_.every.push_back({Opcode::reference, keyword, index, 0});
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
    if (parts[1] == anything && parts[2] == anything && !tracks_) return;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (has(keywords[i])) add_edge(parts[i], at(keywords[i]));
    }
    runs_.every.push_back({Opcode::conditional, Keyword::if_condition,
                           builder_.add_subschema_list(parts), size_of(parts)});
  }

  void unevaluated() {
    if (has(Keyword::unevaluated_items)) {
      runs_.last_for_array.push_back({Opcode::unevaluated_items, Keyword::unevaluated_items,
                                      subschema_for(at(Keyword::unevaluated_items)), 0});
    }
    if (has(Keyword::unevaluated_properties)) {
      runs_.last_for_object.push_back({Opcode::unevaluated_properties,
                                       Keyword::unevaluated_properties,
                                       subschema_for(at(Keyword::unevaluated_properties)), 0});
    }
  }

  const CompileOptions& options_;
  const Schemas& schemas_;
  const Document& document_;
  const bool tracks_;
  Builder builder_;
  std::vector<std::vector<DynamicAnchor>> contexts_;          // by Context, sorted by name
  std::unordered_map<std::uint64_t, Context> entered_;        // by Context and ResourceIndex
  std::vector<SubschemaIndex> compiled_;                      // by node, in the first context
  std::unordered_map<std::uint64_t, SubschemaIndex> copies_;  // in others: by Context and node
  std::size_t copied_ = 0;                                    // nodes compiled in those others
  std::vector<Queued> queue_;
  std::vector<Edge> edges_;

  // Of the schema at hand.
  NodeIndex schema_ = 0;
  Context context_ = 0;
  SubschemaIndex index_ = 0;
  Rules rules_;
  std::array<NodeIndex, keyword_count> values_{};
  Runs runs_;
};

}  // namespace

SchemaError::SchemaError(SchemaErrorKind kind, const std::string& pointer,
                         const std::string& message)
    : std::runtime_error(presentable(message)), kind_(kind), pointer_(presentable(pointer)) {}

std::unique_ptr<const Program> compile_found(const Schemas& schemas, NodeIndex root,
                                             const CompileOptions& options) {
  return Compiler(schemas, options).run(root);
}

std::unique_ptr<const Program> compile(std::string_view schema, const CompileOptions& options) {
  const Schemas schemas(schema, options);
  check_own_metaschemas(schemas, options);
  return compile_found(schemas, 0, options);
}

}  // namespace tenancy::jsonschema
