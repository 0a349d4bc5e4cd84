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

}  // namespace
}  // namespace tenancy::jsonschema::bench
