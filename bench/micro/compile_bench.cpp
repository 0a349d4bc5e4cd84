// compile(): milliseconds a schema, and bytes of program a byte of text.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "event.hpp"
#include "jsonschema/compile.hpp"
#include "large_schema.hpp"

namespace tenancy::jsonschema::bench {
namespace {

void measure(benchmark::State& state, const std::string& schema, const CompileOptions& options) {
  std::size_t memory = 0;
  for (auto _ : state) {
    const std::unique_ptr<const Program> program = compile(schema, options);
    memory = program->memory();
  }
  state.counters["text"] = static_cast<double>(schema.size());
  state.counters["memory/text"] = static_cast<double>(memory) / static_cast<double>(schema.size());
}

void compile_event(benchmark::State& state) {
  measure(state, event_schema({}), {});
}
BENCHMARK(compile_event)->Unit(benchmark::kMicrosecond);

void compile_leaf(benchmark::State& state) {
  measure(state, R"({"type":"integer","minimum":0})", {});
}
BENCHMARK(compile_leaf)->Unit(benchmark::kMicrosecond);

void compile_large(benchmark::State& state) {
  measure(state, large_schema(static_cast<std::size_t>(state.range(0))), {});
}
BENCHMARK(compile_large)->Arg(100'000)->Arg(3'000'000)->Unit(benchmark::kMillisecond);

void compile_large_for_report(benchmark::State& state) {
  measure(state, large_schema(static_cast<std::size_t>(state.range(0))), {.for_report = true});
}
BENCHMARK(compile_large_for_report)->Arg(100'000)->Unit(benchmark::kMillisecond);

// Nothing but so many patterns, no two alike: `before`, the number, `behind`.
std::string patterns(std::size_t count, std::string_view before, std::string_view behind) {
  std::string schema = R"({"anyOf":[)";
  for (std::size_t i = 0; i < count; ++i) {
    schema.append(i > 0 ? "," : "").append(R"({"pattern":")").append(before);
    schema.append(std::to_string(i)).append(behind).append("\"}");
  }
  return schema + "]}";
}

void compile_simple_patterns(benchmark::State& state) {
  measure(state, patterns(static_cast<std::size_t>(state.range(0)), "^[A-Z]{2}-", "-[0-9]+$"), {});
}
BENCHMARK(compile_simple_patterns)->Arg(2'000)->Unit(benchmark::kMillisecond);

void compile_automaton_patterns(benchmark::State& state) {
  measure(state, patterns(static_cast<std::size_t>(state.range(0)), "^[a-z.]+x", "\\\\.[a-z]+$"),
          {});
}
BENCHMARK(compile_automaton_patterns)->Arg(2'000)->Unit(benchmark::kMillisecond);

void compile_pcre2_patterns(benchmark::State& state) {
  measure(state,
          patterns(static_cast<std::size_t>(state.range(0)), "^(?!x)[a-z.]+x", "\\\\.[a-z]+$"), {});
}
BENCHMARK(compile_pcre2_patterns)->Arg(2'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tenancy::jsonschema::bench
