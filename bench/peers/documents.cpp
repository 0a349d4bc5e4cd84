// The engine on the documents of the comparison:
//
//   documents FOLDER...    each with schema.json and documents.jsonl, a document a line
//
// Prints for each folder  # NAME  bytes of schema, compile in ns, bytes of program
// or                      ! NAME  why it was refused
// and for each document   v or i, ns of evaluate(), ns of a bare walk over its JEntries.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>

#include "../../test/unit/jsonb_builder.hpp"
#include "../micro/walk.hpp"
#include "jsonschema/compile.hpp"
#include "jsonschema/evaluate.hpp"

namespace tenancy::jsonschema::bench {
namespace {

template <typename Body>
double nanoseconds(const Body& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

// The best of some rounds of about 200 us.
template <typename Body>
double best(const Body& body) {
  const double once = std::max(1.0, std::min(nanoseconds(body), nanoseconds(body)));
  const int repeats = static_cast<int>(std::clamp(200'000 / once, 1.0, 100'000.0));
  double least = std::numeric_limits<double>::max();
  for (int round = 0; round < 20; ++round) {
    least = std::min(least, nanoseconds([&] {
                       for (int i = 0; i < repeats; ++i) body();
                     }));
  }
  return least / repeats;
}

void measure(const std::filesystem::path& folder) {
  const std::string name = folder.filename();
  std::ifstream file(folder / "schema.json");
  const std::string schema(std::istreambuf_iterator<char>(file), {});
  std::unique_ptr<const Program> program;
  try {
    program = compile(schema, {});
  } catch (const SchemaError& error) {
    std::printf("!\t%s\t%s: %s\n", name.c_str(), error.pointer().c_str(), error.what());
    return;
  }
  double compiled = std::numeric_limits<double>::max();
  for (int round = 0; round < 5; ++round) {
    compiled = std::min(compiled, nanoseconds([&] { program = compile(schema, {}); }));
  }
  std::printf("#\t%s\t%zu\t%.0f\t%zu\n", name.c_str(), schema.size(), compiled, program->memory());
  std::ifstream documents(folder / "documents.jsonl");
  for (std::string line; std::getline(documents, line);) {
    const test::Jsonb document = test::jsonb_of(line);
    const Verdict verdict = evaluate(*program, document.bytes(), {});
    volatile std::uint64_t sink = 0;
    const double evaluated =
        best([&] { sink = static_cast<std::uint64_t>(evaluate(*program, document.bytes(), {})); });
    const double walked = best([&] { sink = walk(document.bytes()); });
    const char letter = verdict == Verdict::valid ? 'v' : verdict == Verdict::invalid ? 'i' : '?';
    std::printf("%c\t%.1f\t%.1f\n", letter, evaluated, walked);
  }
}

}  // namespace
}  // namespace tenancy::jsonschema::bench

int main(int count, char** folders) {
  for (int i = 1; i < count; ++i) tenancy::jsonschema::bench::measure(folders[i]);
}
