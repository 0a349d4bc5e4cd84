// A schema and an instance, both text, from hostile hands.
//
//   jsonschema_fuzz -max_len=4096 -entropic=0 -dict=test/fuzz/jsonschema.dict CORPUS
//
// (The entropic schedule spends half of the time on statistics.)
//
// An input is a byte of options, the schema's text, a line feed, the instance's text. What must
// hold of each pair stands in check(). It needs no corpus: the mutator begins with the pairs below.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/jsonb_builder.hpp"
#include "host.hpp"
#include "json_mutator.hpp"
#include "jsonschema/compile.hpp"
#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"
#include "jsonschema/value/jsonb.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace tenancy::jsonschema::fuzz {
namespace {

using test::Jsonb;
using test::JsonbBuilder;
using test::TreeParser;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// ---- input -----------------------------------------------------------------------------------

struct Input {
  std::uint8_t options = 0;
  std::string_view schema;
  std::string_view instance;
};

std::optional<Input> split(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (bytes.empty() || end == bytes.npos || end == 0) return std::nullopt;
  return Input{static_cast<std::uint8_t>(bytes[0]), bytes.substr(1, end - 1),
               bytes.substr(end + 1)};
}

// What numeric holds exactly: up to 131,072 digits before the point and 16,383 after it.
bool is_storable(std::string_view number) {
  const std::size_t e = number.find_first_of("eE");
  if (e == number.npos) return true;
  const long exponent = std::strtol(std::string(number.substr(e + 1)).c_str(), nullptr, 10);
  return exponent > -12'000 && exponent < 120'000;
}
bool is_storable(const Tree& tree) {
  if (tree.kind == Tree::Kind::number && !is_storable(tree.text)) return false;
  for (const Tree& element : tree.elements) {
    if (!is_storable(element)) return false;
  }
  return true;
}

// The builder trusts what it is given, so another parser looks at it before.
std::optional<Tree> tree_of(std::string_view json) {
  boost::json::parse_options options;
  options.max_depth = 300;
  boost::json::error_code error;
  boost::json::parse({json.data(), json.size()}, error, {}, options);
  if (error) return std::nullopt;
  Tree tree = TreeParser(json).parse();
  if (!is_storable(tree)) return std::nullopt;
  return tree;
}

// ---- checks ----------------------------------------------------------------------------------

thread_local std::size_t compile_polls = 0;
bool compile_impatient() noexcept {
  return ++compile_polls > 100'000;
}

// A program, or why there is none.
struct Compiled {
  std::unique_ptr<const Program> program;
  std::string refusal;
  bool interrupted = false;
};

Compiled compiled(std::string_view schema, CompileOptions options) {
  compile_polls = 0;
  options.interrupted = compile_impatient;
  Compiled result;
  try {
    result.program = compile(schema, options);
  } catch (const SchemaError& error) {
    result.refusal = error.pointer() + ": " + error.what();
    require(*error.what() != '\0', "a refusal has a message");
  } catch (const Interrupted&) {
    result.interrupted = true;
  }
  return result;
}

bool is_answer(Verdict verdict) {
  return verdict == Verdict::valid || verdict == Verdict::invalid;
}

// Ended early for a reason that a longer or shorter walk need not share.
bool gave_up(Verdict verdict) {
  return verdict == Verdict::interrupted || verdict == Verdict::too_deep;
}

void check_report(const Program& program, std::span<const std::byte> instance, Verdict verdict) {
  std::vector<Violation> violations;
  const Verdict reported = report(program, instance, host(), violations);
  require(reported != Verdict::corrupt, "what the builder made is not corrupt to report()");
  if (gave_up(verdict) || gave_up(reported)) return;
  require(reported == verdict, "report() has the verdict of evaluate()");
  require(violations.empty() == (verdict == Verdict::valid),
          "violations, if and only if not valid");
  require(violations.size() <= 1000, "at most as many violations as asked for");
  for (const Violation& violation : violations) {
    for (const std::string* pointer : {&violation.instance_location, &violation.keyword_location}) {
      require(pointer->empty() || pointer->front() == '/', "a location is a JSON Pointer");
      require(jsonb::is_utf8(*pointer), "a location is UTF-8");
    }
    require(!violation.message.empty(), "a violation has a message");
    require(jsonb::is_utf8(violation.message), "a message is UTF-8");
  }
  std::vector<Violation> first;
  const Verdict again = report(program, instance, host(), first, 1);
  require(gave_up(again) || again == verdict, "the verdict does not depend on the limit");
  require(first.size() <= 1, "no more violations than the limit");
}

void check(const Input& input, const Jsonb& instance) {
  const CompileOptions options{.assert_format = (input.options & 1U) != 0};
  CompileOptions for_report = options;
  for_report.for_report = true;
  const Compiled fast = compiled(input.schema, options);
  const Compiled twin = compiled(input.schema, options);
  const Compiled telling = compiled(input.schema, for_report);
  if (fast.interrupted || twin.interrupted || telling.interrupted) return;
  require(fast.refusal == twin.refusal && fast.refusal == telling.refusal,
          "a schema is refused for one reason");
  if (!fast.program) return;
  require(fast.program->memory() == twin.program->memory(), "a program has one size");
  require(fast.program->explain() == twin.program->explain(), "a schema has one program");
  static_cast<void>(telling.program->explain());

  const std::span<const std::byte> bytes = instance.bytes();
  const Verdict verdict = evaluate(*fast.program, bytes, host());
  require(verdict != Verdict::corrupt, "what the builder made is not corrupt");
  const auto agrees = [&](Verdict other) {
    return gave_up(verdict) || gave_up(other) || verdict == other;
  };
  require(agrees(evaluate(*fast.program, bytes, host())), "a program may be used again");
  require(agrees(evaluate(*twin.program, bytes, host())), "a schema has one verdict");
  require(agrees(evaluate(*telling.program, bytes, host())), "both kinds of program agree");

  std::vector<std::byte> moved(bytes.size() + 1);
  std::memcpy(moved.data() + 1, bytes.data(), bytes.size());
  require(agrees(evaluate(*fast.program, std::span(moved).subspan(1), host())),
          "a verdict does not depend on alignment");
  if (is_answer(verdict) || verdict == Verdict::pattern_limit) {
    check_report(*telling.program, bytes, verdict);
  }
}

// ---- mutation --------------------------------------------------------------------------------

struct Seed {
  std::string_view schema;
  std::string_view instance;
};
constexpr Seed seeds[] = {
    {R"({"type":"object","required":["a"],"properties":{"a":{"type":"string","minLength":1},"b":{"$ref":"#"}},"additionalProperties":false})",
     R"({"a":"x","b":{"a":""}})"},
    {R"({"prefixItems":[{"type":"integer"},{"enum":["a",1.5,null,[1],{"a":2}]}],"items":{"multipleOf":0.25},"minItems":1,"uniqueItems":true})",
     R"([1,"a",2.5,1e3])"},
    {R"({"oneOf":[{"properties":{"kind":{"const":"a"}},"required":["kind"]},{"properties":{"kind":{"const":"b"}},"required":["kind"]}],"unevaluatedProperties":false})",
     R"({"kind":"b"})"},
    {R"({"patternProperties":{"^a":{"type":"number"},"b$":true},"propertyNames":{"pattern":"^[a-z]{1,3}$"},"minProperties":1,"maxProperties":4})",
     R"({"ab":1,"cb":null})"},
    {R"({"if":{"type":"string"},"then":{"maxLength":3},"else":{"minimum":-1.5,"exclusiveMaximum":100}})",
     R"(17)"},
    {R"({"contains":{"const":"x"},"minContains":1,"maxContains":2,"unevaluatedItems":{"type":"null"}})",
     R"(["x",null])"},
    {R"({"dependentRequired":{"a":["b"]},"dependentSchemas":{"b":{"properties":{"c":false}}},"not":{"required":["d"]},"anyOf":[{"minProperties":2},{"$ref":"#/$defs/x"}],"$defs":{"x":{"$anchor":"x","allOf":[{"maxProperties":1}]}}})",
     R"({"a":1,"b":2})"},
    {R"({"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{"$id":"#a","type":["null","boolean"]}},"items":[{"$ref":"#a"}],"additionalItems":{"format":"date-time"}})",
     R"([true,"2026-01-01T00:00:00Z"])"},
    {R"({"$schema":"http://json-schema.org/draft-04/schema#","id":"http://example.com/a","minimum":1,"exclusiveMinimum":true,"dependencies":{"a":["b"],"c":{"type":"object"}}})",
     R"(2)"},
    {R"({"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"properties":{"a":{"$recursiveRef":"#"}},"unevaluatedProperties":false})",
     R"({"a":{"a":{}}})"},
    {R"({"$id":"http://example.com/tree","$dynamicAnchor":"node","properties":{"children":{"items":{"$dynamicRef":"#node"}}},"$defs":{"leaf":{"$id":"leaf","$dynamicAnchor":"node","$ref":"tree"}}})",
     R"({"children":[{"children":[]},1]})"},
    {R"({"$id":"http://example.com/s","$schema":"http://example.com/m","title":"s","properties":{"a":{"title":"a","type":"null"},"b":{"$id":"b","$schema":"http://json-schema.org/draft-07/schema#","items":[true]}},"$defs":{"m":{"$id":"m","$schema":"https://json-schema.org/draft/2020-12/schema","$dynamicAnchor":"meta","$ref":"https://json-schema.org/draft/2020-12/schema","anyOf":[{"required":["title"]},{"required":["$ref"]}]}}})",
     R"({"a":null,"b":[1]})"},
    {R"({"$id":"http://example.com/m","$schema":"http://example.com/m","$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,"https://json-schema.org/draft/2020-12/vocab/validation":true},"title":"m","required":["title"]})",
     R"({"title":"m"})"},
};

constexpr std::string_view values[] = {
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2.0",
    "1.5",
    "1e2",
    "0.01",
    "1e400",
    "1e-300",
    "12345678901234567890",
    "9223372036854775807",
    "-9223372036854775808",
    "123456789.123456789",
    R"("")",
    R"("a")",
    R"("b")",
    R"("ab")",
    R"("ä")",
    R"("𝒳")",
    R"("#")",
    R"("#/$defs/a")",
    R"("a/b~c")",
    R"("^a")",
    R"("(a+)+$")",
    R"("[a-z]{2}$")",
    R"("\\d+|\\p{L}")",
    R"("string")",
    R"("integer")",
    R"("object")",
    R"("array")",
    R"(["a","b"])",
    "[]",
    "{}",
    "[1,2]",
    R"({"a":1})",
    R"([{"type":"string"},true])",
    R"({"type":"object","properties":{"a":{"type":"integer"}}})",
    R"({"$ref":"#"})",
};
constexpr std::string_view members[] = {
    R"({"a":1})",
    R"({"b":"b"})",
    R"({"ab":null})",
    R"({"kind":"a"})",
    R"({"c":{"a":[]}})",
    R"({"type":"object"})",
    R"({"type":["string","integer"]})",
    R"({"enum":[1,"a",null]})",
    R"({"const":{"a":[1]}})",
    R"({"multipleOf":3})",
    R"({"maximum":10})",
    R"({"minimum":0.5})",
    R"({"exclusiveMaximum":1e20})",
    R"({"exclusiveMinimum":-3})",
    R"({"maxLength":2})",
    R"({"minLength":1})",
    R"({"pattern":"^a"})",
    R"({"maxItems":2})",
    R"({"minItems":1})",
    R"({"uniqueItems":true})",
    R"({"maxProperties":2})",
    R"({"minProperties":1})",
    R"({"required":["a"]})",
    R"({"dependentRequired":{"a":["b"]}})",
    R"({"format":"uuid"})",
    R"({"format":"email"})",
    R"({"format":"date"})",
    R"({"format":"uri"})",
    R"({"format":"regex"})",
    R"({"format":"idn-hostname"})",
    R"({"allOf":[{"minLength":2},true]})",
    R"({"anyOf":[{"type":"null"},{"required":["b"]}]})",
    R"({"oneOf":[{"const":1},{"const":2},{"properties":{"kind":{"const":"a"}},"required":["kind"]}]})",
    R"({"not":{"type":"array"}})",
    R"({"if":{"required":["a"]},"then":{"maxProperties":1}})",
    R"({"else":{"minProperties":2}})",
    R"({"properties":{"a":{"type":"integer"},"b":true}})",
    R"({"patternProperties":{"^a":{"type":"string"}}})",
    R"({"additionalProperties":false})",
    R"({"propertyNames":{"maxLength":2}})",
    R"({"dependencies":{"a":["b"],"b":{"minProperties":2}}})",
    R"({"dependentSchemas":{"a":{"required":["c"]}}})",
    R"({"prefixItems":[true,{"type":"null"}]})",
    R"({"items":{"type":"integer"}})",
    R"({"items":[{"type":"integer"}]})",
    R"({"additionalItems":false})",
    R"({"contains":{"const":1}})",
    R"({"minContains":0})",
    R"({"maxContains":1})",
    R"({"unevaluatedItems":false})",
    R"({"unevaluatedProperties":false})",
    R"({"$ref":"#"})",
    R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}})",
    R"({"$defs":{"a":{"$anchor":"x"}}})",
    R"({"$ref":"#x"})",
    R"({"$id":"http://example.com/b"})",
    R"({"$id":"c"})",
    R"({"$ref":"c"})",
    R"({"$anchor":"x"})",
    R"({"$dynamicAnchor":"node"})",
    R"({"$dynamicRef":"#node"})",
    R"({"$recursiveAnchor":true})",
    R"({"$recursiveRef":"#"})",
    R"({"$schema":"http://json-schema.org/draft-04/schema#"})",
    R"({"$schema":"http://json-schema.org/draft-06/schema#"})",
    R"({"$schema":"http://json-schema.org/draft-07/schema#"})",
    R"({"$schema":"https://json-schema.org/draft/2019-09/schema"})",
    R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})",
    R"({"$ref":"https://json-schema.org/draft/2020-12/schema"})",
};

std::size_t write(std::uint8_t options, const Tree& schema, const Tree& instance,
                  std::uint8_t* data, std::size_t max_size) {
  std::string text(1, static_cast<char>(options));
  append_json(schema, text);
  text += '\n';
  append_json(instance, text);
  if (text.size() > max_size) return 0;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  JsonMutator mutator(seed, values, members);
  const std::optional<Input> input = split({reinterpret_cast<const char*>(data), size});
  std::optional<Tree> schema;
  std::optional<Tree> instance;
  std::uint8_t options = static_cast<std::uint8_t>(mutator.below(2));
  if (input && mutator.below(50) != 0) {
    if (mutator.below(10) == 0) return LLVMFuzzerMutate(data, size, max_size);
    options = mutator.below(20) == 0 ? options : input->options;
    schema = tree_of(input->schema);
    instance = tree_of(input->instance);
  }
  if (!schema || !instance) {
    const Seed& chosen = seeds[mutator.below(std::size(seeds))];
    schema = tree_of(chosen.schema);
    instance = tree_of(chosen.instance);
  }
  for (std::size_t i = 1 + mutator.below(4); i > 0; --i) {
    if (mutator.below(3) == 0) {
      mutator.change(*instance, *schema);
    } else {
      mutator.change(*schema, *instance);
    }
  }
  const std::size_t written = write(options, *schema, *instance, data, max_size);
  return written != 0 ? written : LLVMFuzzerMutate(data, size, max_size);
}

}  // namespace
}  // namespace tenancy::jsonschema::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return tenancy::jsonschema::fuzz::mutate(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenancy::jsonschema::fuzz;
  const auto input = split({reinterpret_cast<const char*>(data), size});
  if (!input) return -1;
  const auto instance = tree_of(input->instance);
  if (!instance) return -1;
  // The offsets of entries stand elsewhere than where the server puts them, in some inputs.
  constexpr std::size_t strides[] = {32, 32, 1, 3};
  check(*input, JsonbBuilder(strides[input->options / 2 % 4]).build(*instance));
  return 0;
}
