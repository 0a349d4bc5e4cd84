// The engine's verdicts on lines of JSON, for test/differential.
//
//   in:   SCHEMA <tab> INSTANCE <tab> INSTANCE ...    JSON texts, which hold no tab
//   out:  a letter an instance: v valid, i invalid; or ! and why the schema is refused
//
// evaluate() and report() must agree, else the letter is X. Any other verdict is ?.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/jsonb_builder.hpp"
#include "jsonschema/compile.hpp"
#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"

namespace tenancy::jsonschema {
namespace {

char verdict_of(const Program& fast, const Program& telling, std::string_view json) {
  const test::Jsonb instance = test::jsonb_of(json);
  const Verdict verdict = evaluate(fast, instance.bytes(), {});
  std::vector<Violation> violations;
  if (report(telling, instance.bytes(), {}, violations) != verdict) return 'X';
  if (evaluate(telling, instance.bytes(), {}) != verdict) return 'X';
  if (violations.empty() != (verdict == Verdict::valid)) return 'X';
  return verdict == Verdict::valid ? 'v' : verdict == Verdict::invalid ? 'i' : '?';
}

std::string verdicts_of(std::string_view line) {
  std::vector<std::string_view> texts;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\t', begin), line.size());
    texts.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string verdicts;
  try {
    const auto fast = compile(texts[0], {});
    const auto telling = compile(texts[0], {.for_report = true});
    for (std::size_t i = 1; i < texts.size(); ++i) {
      verdicts += verdict_of(*fast, *telling, texts[i]);
    }
  } catch (const SchemaError& error) {
    const bool unsupported = error.kind() == SchemaErrorKind::unsupported;
    return "!" + std::string(unsupported ? "unsupported: " : "") + error.pointer() + ": " +
           error.what();
  }
  return verdicts;
}

}  // namespace
}  // namespace tenancy::jsonschema

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << tenancy::jsonschema::verdicts_of(line) << '\n';
  }
}
