// evaluate() and report(): nanoseconds an instance, and how many bare walks over its JEntries that
// is ("walks"). The two are timed in turn, and the best of many rounds of each counts.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"
#include "jsonschema/compile.hpp"
#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"
#include "walk.hpp"

namespace tenancy::jsonschema::bench {
namespace {

using test::Jsonb;
using test::jsonb_of;

std::vector<Jsonb> one(std::string_view json) {
  std::vector<Jsonb> instances;
  instances.push_back(jsonb_of(json));
  return instances;
}

template <typename Body>
double nanoseconds(const Body& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

// How many walks over all instances one pass over all of them takes.
template <typename Pass>
double walks(const std::vector<Jsonb>& instances, const Pass& pass) {
  const auto walk_all = [&] {
    for (const Jsonb& instance : instances) benchmark::DoNotOptimize(walk(instance.bytes()));
  };
  const double once = std::max(1.0, std::min(nanoseconds(walk_all), nanoseconds(walk_all)));
  const int repeats = static_cast<int>(std::clamp(50'000 / once, 1.0, 10'000.0));
  double best_walk = std::numeric_limits<double>::max();
  double best_pass = best_walk;
  for (int round = 0; round < 50; ++round) {
    best_walk = std::min(best_walk, nanoseconds([&] {
                           for (int i = 0; i < repeats; ++i) walk_all();
                         }));
    best_pass = std::min(best_pass, nanoseconds([&] {
                           for (int i = 0; i < repeats; ++i) pass();
                         }));
  }
  return best_pass / best_walk;
}

void measure(benchmark::State& state, const std::string& schema,
             const std::vector<Jsonb>& instances, const CompileOptions& options = {},
             Verdict expected = Verdict::valid) {
  std::unique_ptr<const Program> program;
  try {
    program = compile(schema, options);
  } catch (const SchemaError& error) {
    state.SkipWithError(error.what());
    return;
  }
  for (const Jsonb& instance : instances) {
    if (evaluate(*program, instance.bytes(), {}) != expected) {
      state.SkipWithError("not the verdict that is expected");
      return;
    }
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluate(*program, instances[next].bytes(), {}));
    if (++next == instances.size()) next = 0;
  }
  state.counters["walks"] = walks(instances, [&] {
    for (const Jsonb& instance : instances) {
      benchmark::DoNotOptimize(evaluate(*program, instance.bytes(), {}));
    }
  });
  state.counters["memory/text"] =
      static_cast<double>(program->memory()) / static_cast<double>(schema.size());
}

// One fixed pair as a benchmark.
#define TENANCY_BENCHMARK(name, ...)   \
  void name(benchmark::State& state) { \
    measure(state, __VA_ARGS__);       \
  }                                    \
  BENCHMARK(name)

void bare_walk(benchmark::State& state) {
  const std::vector<Jsonb> instances = events(256);
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(walk(instances[next].bytes()));
    if (++next == instances.size()) next = 0;
  }
  state.counters["walks"] = 1;
}
BENCHMARK(bare_walk);

// The event

TENANCY_BENCHMARK(event, event_schema({}), events(256));
TENANCY_BENCHMARK(event_without_patterns, event_schema({.patterns = false}), events(256));
TENANCY_BENCHMARK(event_closed, event_schema({.closed = true}), events(256));
TENANCY_BENCHMARK(event_closed_without_patterns, event_schema({.patterns = false, .closed = true}),
                  events(256));
// Of 64 sets of properties, so that what an object looks like is seldom known.
TENANCY_BENCHMARK(event_varied, event_schema({}), events(256, Optional::half));
TENANCY_BENCHMARK(event_true, "true", events(256));
TENANCY_BENCHMARK(event_type_only, R"({"type":"object"})", events(256));

// Leaves

TENANCY_BENCHMARK(leaf_type, R"({"type":"integer"})", one("17"));
TENANCY_BENCHMARK(leaf_range, R"({"type":"integer","minimum":0,"maximum":100})", one("17"));
TENANCY_BENCHMARK(leaf_decimal_range, R"({"type":"number","minimum":0.5,"maximum":99.95})",
                  one("17.25"));
TENANCY_BENCHMARK(leaf_multiple_of, R"({"type":"number","multipleOf":0.01})", one("17.25"));
TENANCY_BENCHMARK(leaf_enum, R"({"enum":["red","green","blue","yellow","black","white"]})",
                  one(R"("yellow")"));
TENANCY_BENCHMARK(leaf_length, R"({"type":"string","minLength":1,"maxLength":40})",
                  one(R"("the quick brown fox")"));
TENANCY_BENCHMARK(leaf_uuid_pattern, R"({"pattern":"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"})",
                  one(R"("0b8d1c3e-52a4-4cf5-9d8e-2f1a3b4c5d6e")"));
TENANCY_BENCHMARK(leaf_prefix_pattern, R"({"pattern":"^https://"})",
                  one(R"("https://example.com/a/b/c")"));
TENANCY_BENCHMARK(leaf_automaton_pattern, R"({"pattern":"^[^@\\s]+@[^@\\s]+\\.[a-z]+$"})",
                  one(R"("someone@mail.example.com")"));
TENANCY_BENCHMARK(leaf_pcre2_pattern, R"({"pattern":"^(?!.*\\.\\.)[^@\\s]+@[^@\\s]+\\.[a-z]+$"})",
                  one(R"("someone@mail.example.com")"));
TENANCY_BENCHMARK(leaf_date_time, R"({"format":"date-time"})", one(R"("2026-01-01T12:30:00.5Z")"),
                  CompileOptions{.assert_format = true});
TENANCY_BENCHMARK(leaf_uuid_format, R"({"format":"uuid"})",
                  one(R"("0b8d1c3e-52a4-4cf5-9d8e-2f1a3b4c5d6e")"),
                  CompileOptions{.assert_format = true});
TENANCY_BENCHMARK(leaf_email, R"({"format":"email"})", one(R"("someone@example.com")"),
                  CompileOptions{.assert_format = true});

// Combinations

std::string discriminated(std::string_view keyword, int branches) {
  std::string schema = R"({")" + std::string(keyword) + R"(":[)";
  for (int i = 0; i < branches; ++i) {
    const std::string number = std::to_string(i);
    if (i > 0) schema += ',';
    schema += R"({"type":"object","required":["kind","value)" + number +
              R"("],"properties":{"kind":{"const":"kind)" + number + R"("},"value)" + number +
              R"(":{"type":"integer"},"note":{"type":"string"}}})";
  }
  return schema + "]}";
}
constexpr std::string_view last_branch = R"({"kind":"kind9","value9":1,"note":"some words"})";

TENANCY_BENCHMARK(one_of_discriminated, discriminated("oneOf", 10), one(last_branch));
TENANCY_BENCHMARK(any_of_discriminated, discriminated("anyOf", 10), one(last_branch));
TENANCY_BENCHMARK(one_of_types,
                  R"({"oneOf":[{"type":"null"},{"type":"string"},{"type":"array"},
                     {"type":"object","properties":{"a":{"type":"integer"}}}]})",
                  one(R"({"a":1,"b":2})"));
TENANCY_BENCHMARK(all_of_objects,
                  R"({"allOf":[
    {"type":"object","required":["id"],"properties":{"id":{"type":"integer"},
      "name":{"type":"string"}}},
    {"type":"object","required":["city"],"properties":{"city":{"type":"string"},
      "zip":{"type":"string","maxLength":10}}}]})",
                  one(R"({"id":1,"name":"Ada","city":"London","zip":"W1"})"));
TENANCY_BENCHMARK(ref_chain,
                  R"({"properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{
    "a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/c"},"c":{"$ref":"#/$defs/d"},
    "d":{"$ref":"#/$defs/e"},"e":{"type":"integer","minimum":1}}})",
                  one(R"({"a":17})"));

std::string nested(int depth) {
  std::string json = R"({"value":0})";
  for (int i = 1; i < depth; ++i) {
    json = R"({"value":)" + std::to_string(i) + R"(,"next":)" + json + "}";
  }
  return json;
}
TENANCY_BENCHMARK(ref_recursive,
                  R"({"type":"object","properties":{"value":{"type":"integer"},
                     "next":{"$ref":"#"}},"additionalProperties":false})",
                  one(nested(20)));
TENANCY_BENCHMARK(if_then_else,
                  R"({"if":{"properties":{"country":{"const":"US"}}},
    "then":{"properties":{"zip":{"maxLength":5}}},"else":{"properties":{"zip":{"maxLength":9}}}})",
                  one(R"({"country":"US","zip":"12345","city":"Springfield"})"));
TENANCY_BENCHMARK(unevaluated_properties,
                  R"({"allOf":[{"properties":{"id":{"type":"integer"},"name":{"type":"string"}}},
    {"properties":{"city":{"type":"string"},"zip":{"type":"string"}}}],
    "unevaluatedProperties":false})",
                  one(R"({"id":1,"name":"Ada","city":"London","zip":"W1"})"));
TENANCY_BENCHMARK(unevaluated_items,
                  R"({"anyOf":[{"prefixItems":[{"type":"integer"},{"type":"string"}]},
    {"prefixItems":[{"type":"integer"},true,{"type":"null"}]}],"unevaluatedItems":false})",
                  one(R"([1,"a",null])"));
TENANCY_BENCHMARK(pattern_properties,
                  R"({"patternProperties":{"^x-":{"type":"string"},"^[a-z]+$":{"type":"integer"}},
                     "additionalProperties":false})",
                  one(R"({"x-note":"a","x-author":"b","width":1,"height":2,"depth":3})"));
TENANCY_BENCHMARK(map_of_strings, R"({"additionalProperties":{"type":"string"}})",
                  one(R"({"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6","g":"7","h":"8"})"));

// Arrays

std::string list(int count, std::string (*element)(int)) {
  std::string json = "[";
  for (int i = 0; i < count; ++i) {
    if (i > 0) json += ',';
    json += element(i);
  }
  return json + "]";
}
std::string number(int i) {
  return std::to_string(i * 7919 % 100'003);
}
std::string fraction(int i) {
  return number(i) + ".25";
}
std::string string(int i) {
  return '"' + ("item " + number(i)) + '"';
}
std::string object(int i) {
  return R"({"id":)" + number(i) + R"(,"tag":"x"})";
}

TENANCY_BENCHMARK(unique_10_numbers, R"({"uniqueItems":true})", one(list(10, number)));
TENANCY_BENCHMARK(unique_10_strings, R"({"uniqueItems":true})", one(list(10, string)));
TENANCY_BENCHMARK(unique_1000_numbers, R"({"uniqueItems":true})", one(list(1000, number)));
TENANCY_BENCHMARK(unique_1000_strings, R"({"uniqueItems":true})", one(list(1000, string)));
TENANCY_BENCHMARK(unique_1000_objects, R"({"uniqueItems":true})", one(list(1000, object)));
TENANCY_BENCHMARK(numbers_10000, R"({"items":{"type":"number"}})", one(list(10'000, fraction)));
TENANCY_BENCHMARK(integers_10000, R"({"items":{"type":"integer","minimum":0,"maximum":100003}})",
                  one(list(10'000, number)));
TENANCY_BENCHMARK(contains_last, R"({"contains":{"const":"item 10844"}})", one(list(1000, string)));

// A refusal, and the reasons for it

constexpr std::string_view bad_event =
    R"({"order_id":"0b8d1c3e-52a4-4cf5-9d8e-2f1a3b4c5d6e","customer_id":"none",
"placed_at":"yesterday","currency":"CHF","total":-1,"gift":0,"address":{"city":"Springfield"},
"items":[{"sku":"AB-0001","quantity":0},{"sku":"AB-0001","quantity":1}]})";

TENANCY_BENCHMARK(refused_event, event_schema({}), one(bad_event), {}, Verdict::invalid);

void report_event(benchmark::State& state) {
  const auto program = compile(event_schema({}), {.for_report = true});
  const Jsonb instance = jsonb_of(bad_event);
  std::vector<Violation> violations;
  for (auto _ : state) {
    violations.clear();
    benchmark::DoNotOptimize(report(*program, instance.bytes(), {}, violations));
  }
  state.counters["violations"] = static_cast<double>(violations.size());
}
BENCHMARK(report_event);

}  // namespace
}  // namespace tenancy::jsonschema::bench
