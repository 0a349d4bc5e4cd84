#include "jsonschema/compile.hpp"

#include <numeric>
#include <utility>

#include "jsonschema/compiler/compiler.hpp"
#include "jsonschema/compiler/optimise.hpp"
#include "jsonschema/message.hpp"
#include "jsonschema/own_metaschema.hpp"
#include "jsonschema/schema/metaschema.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t max_copied = 1'000'000;  // nodes of schemas compiled once more for a context

}  // namespace

SchemaError::SchemaError(SchemaErrorKind kind, const std::string& pointer,
                         const std::string& message, Unresolved unresolved)
    : std::runtime_error(presentable(message)),
      kind_(kind),
      unresolved_(unresolved),
      pointer_(presentable(pointer)) {}

std::unique_ptr<const Program> compile(std::string_view schema, const CompileOptions& options) {
  const Schemas schemas(schema, options);
  check_own_metaschemas(schemas, options);
  return compile_found(schemas, 0, options);
}

std::unique_ptr<const Program> compile_found(const Schemas& schemas, NodeIndex root,
                                             const CompileOptions& options) {
  return Compiler(schemas, options).run(root);
}

Compiler::Compiler(const Schemas& schemas, const CompileOptions& options)
    : options_(options),
      schemas_(schemas),
      document_(schemas.document()),
      tracks_(schemas.tracks_evaluation()),
      builder_(options.interrupted),
      scopes_(schemas),
      compiled_(document_.size(), anything) {}

std::unique_ptr<const Program> Compiler::run(NodeIndex schema) {
  const SubschemaIndex root = subschema_for(schema, no_context);
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

// What only definitions reach is compiled to be checked.
void Compiler::check_own() {
  for (const NodeIndex schema : schemas_.found()) {
    if (schema >= schemas_.own_size()) continue;
    subschema_for(schema, no_context);
    drain();
  }
}

// --- the queue ---------------------------------------------------------------------------

// `context`: of the schema from which this one is reached.
SubschemaIndex Compiler::subschema_for(NodeIndex node, Context context) {
  switch (document_.kind(node)) {
    case NodeKind::true_value:
      return anything;
    case NodeKind::false_value:
      return nothing;
    default:
      break;
  }
  if (document_.children(node).empty()) return anything;
  context = scopes_.enter(context, schemas_.resource_index(node));
  SubschemaIndex& index = context == no_context ? compiled_[node] : copies_[pair_of(context, node)];
  if (index == anything) {
    index = builder_.add_rule();
    queue_.push_back({node, context, index});
  }
  return index;
}

void Compiler::drain() {
  while (!queue_.empty()) {
    const Queued next = queue_.back();
    queue_.pop_back();
    compile_schema(next);
  }
}

// --- one schema --------------------------------------------------------------------------

void Compiler::compile_schema(const Queued& queued) {
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
    if (context_ != no_context) count_copied(value, *entry);
  }
  types();
  constant_and_enumeration();
  numbers();
  strings();
  arrays();
  objects();
  applicators();
  unevaluated_items();
  unevaluated_properties();
  builder_.set_rule(index_, std::move(runs_));
}

// What is compiled for one context after the other must not grow without a limit.
void Compiler::count_copied(NodeIndex value, const KeywordEntry& entry) {
  copied_ += 1 + document_.children(value).size();
  if (entry.shape == Shape::any || entry.shape == Shape::choices) {
    copied_ += document_.last_within(value) - value;
  }
  if (copied_ <= max_copied) return;
  refuse(SchemaErrorKind::too_large, document_, schema_,
         "schema is too large for the number of its different dynamic scopes");
}

}  // namespace tenancy::jsonschema
