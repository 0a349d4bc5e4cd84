#include "jsonschema/own_metaschema.hpp"

#include <map>
#include <memory>
#include <new>
#include <vector>

#include "jsonschema/compiler/compiler.hpp"
#include "jsonschema/compiler/constant.hpp"
#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"
#include "jsonschema/schema/metaschema.hpp"
#include "jsonschema/value/concat.hpp"
#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Bytes of all schemas that are held against metaschemas, one inside of the other counted again.
constexpr std::size_t max_encoded = 4 * std::size_t{jsonb::length_mask};

class OwnMetaschemas {
 public:
  OwnMetaschemas(const Schemas& schemas, const CompileOptions& options)
      : schemas_(schemas),
        document_(schemas.document()),
        options_(options),
        host_{options.interrupted, options.stack_exhausted} {
    // A schema is one whatever is asked of its instances.
    options_.assert_format = false;
    options_.for_report = false;
  }

  void run() {
    find_replacements();
    for (const Resource& resource : schemas_.resources()) {
      if (schemas_.metaschema(resource.rules) == no_node || !stands_alone(resource)) continue;
      poll(options_.interrupted);
      check(resource);
    }
  }

 private:
  // What inherits its dialect from the schema around it is looked at as a part of that.
  bool stands_alone(const Resource& resource) const {
    if (document_.kind(resource.root) != NodeKind::object) return false;
    return document_.parent(resource.root) == no_node ||
           document_.find(resource.root, name_of(Keyword::schema)) != no_node;
  }

  void find_replacements() {
    for (const Resource& resource : schemas_.resources()) {
      const NodeIndex parent = document_.parent(resource.root);
      if (parent == no_node || !stands_alone(resource)) continue;
      const KeywordEntry* keyword = schemas_.keyword(parent);
      if (keyword != nullptr && keyword->role == Role::definitions) {
        replacements_[resource.root] = {};
      } else if (schemas_.rules_around(resource.root) != resource.rules) {
        replacements_[resource.root] = resource.uri;
      }
    }
  }

  void check(const Resource& resource) {
    require_storable(resource.root);
    bytes_.clear();
    encoded_ +=
        encode_constant(document_, resource.root, bytes_, replacements_, options_.interrupted);
    if (encoded_ > max_encoded) {
      refuse(SchemaErrorKind::too_large, document_, resource.root,
             "schemas are too large to be held against their metaschemas");
    }
    const Program& program = program_of(resource.rules);
    switch (evaluate(program, bytes_, host_)) {
      case Verdict::valid:
        return;
      case Verdict::invalid:
        explain(resource, SchemaErrorKind::invalid);
      case Verdict::pattern_limit:
        explain(resource, SchemaErrorKind::too_large);
      case Verdict::too_long:
        refuse(SchemaErrorKind::too_large, document_, resource.root,
               concat({"schema has a string that is too long for the metaschema '",
                       schemas_.dialect_uri(resource.rules), "', which asserts its format"}));
      case Verdict::interrupted:
        throw Interrupted();
      case Verdict::out_of_memory:
        throw std::bad_alloc();
      case Verdict::too_deep:
      case Verdict::corrupt:  // never: the bytes are ours
        break;
    }
    refuse_depth(resource);
  }

  void require_storable(NodeIndex root) const {
    const NodeIndex last = document_.last_within(root);
    SeldomPoll seldom_poll(options_.interrupted);
    for (NodeIndex node = root; node <= last; ++node) {
      seldom_poll();
      if (storable_itself(document_, node)) continue;
      refuse(SchemaErrorKind::unsupported, document_, node,
             "jsonb cannot hold this, so the schema cannot be held against its metaschema");
    }
  }

  const Program& program_of(const Rules& rules) {
    std::unique_ptr<const Program>& program = programs_[rules.metaschema];
    if (!program) program = compile_found(schemas_, schemas_.metaschema(rules), options_);
    return *program;
  }

  [[noreturn]] void explain(const Resource& resource, SchemaErrorKind kind) {
    options_.for_report = true;
    const std::unique_ptr<const Program> program =
        compile_found(schemas_, schemas_.metaschema(resource.rules), options_);
    std::vector<Violation> violations;
    const Verdict verdict = report(*program, bytes_, host_, violations, 1);
    if (verdict == Verdict::interrupted) throw Interrupted();
    if (violations.empty()) refuse_depth(resource);
    const Violation& first = violations.front();
    throw SchemaError(kind, document_.location(resource.root) + first.instance_location,
                      concat({first.message, " (metaschema '", schemas_.dialect_uri(resource.rules),
                              "', at '", first.keyword_location, "')"}));
  }

  [[noreturn]] void refuse_depth(const Resource& resource) const {
    refuse(SchemaErrorKind::too_large, document_, resource.root,
           concat({"schema is nested too deeply to be held against its metaschema '",
                   schemas_.dialect_uri(resource.rules), "'"}));
  }

  const Schemas& schemas_;
  const Document& document_;
  CompileOptions options_;
  const Host host_;
  Replacements replacements_;
  std::map<std::uint32_t, std::unique_ptr<const Program>> programs_;  // by Rules::metaschema
  std::vector<std::byte> bytes_;
  std::size_t encoded_ = 0;
};

}  // namespace

void check_own_metaschemas(const Schemas& schemas, const CompileOptions& options) {
  if (schemas.has_own_metaschemas()) OwnMetaschemas(schemas, options).run();
}

}  // namespace tenancy::jsonschema
