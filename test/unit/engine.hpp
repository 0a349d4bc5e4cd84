// Shorthands of the unit tests: a schema and an instance, both JSON text.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jsonb_builder.hpp"
#include "jsonschema/compile.hpp"
#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"

namespace tenancy::jsonschema {

inline void PrintTo(Verdict verdict, std::ostream* out) {
  constexpr const char* names[] = {"valid",         "invalid", "interrupted",   "too_deep",
                                   "pattern_limit", "corrupt", "out_of_memory", "too_long"};
  *out << names[static_cast<int>(verdict)];
}

inline void PrintTo(SchemaErrorKind kind, std::ostream* out) {
  constexpr const char* names[] = {"syntax",  "invalid",     "unresolved",
                                   "looping", "unsupported", "too_large"};
  *out << names[static_cast<int>(kind)];
}

}  // namespace tenancy::jsonschema

namespace tenancy::jsonschema::test {

inline constexpr std::string_view draft4 = R"("$schema":"http://json-schema.org/draft-04/schema#")";
inline constexpr std::string_view draft6 = R"("$schema":"http://json-schema.org/draft-06/schema#")";
inline constexpr std::string_view draft7 = R"("$schema":"http://json-schema.org/draft-07/schema#")";
inline constexpr std::string_view draft2019 =
    R"("$schema":"https://json-schema.org/draft/2019-09/schema")";
inline constexpr std::string_view draft2020 =
    R"("$schema":"https://json-schema.org/draft/2020-12/schema")";

// A schema of one dialect: `members` without the outer braces.
inline std::string schema_of(std::string_view dialect, std::string_view members) {
  return "{" + std::string(dialect) + (members.empty() ? "" : ",") + std::string(members) + "}";
}

// Texts by the URI under which they are found.
using Resources = std::map<std::string, std::string, std::less<>>;

inline FindResource finder(Resources resources) {
  return [resources = std::move(resources)](std::string_view uri) -> std::optional<std::string> {
    const auto found = resources.find(uri);
    if (found == resources.end()) return std::nullopt;
    return found->second;
  };
}

// Options with which references find these texts.
inline CompileOptions given(Resources resources) {
  CompileOptions options;
  options.find_resource = finder(std::move(resources));
  return options;
}

inline Verdict verdict_of(std::string_view schema, std::string_view instance,
                          const CompileOptions& options = {}) {
  return evaluate(*compile(schema, options), jsonb_of(instance).bytes(), {});
}

// A program for report().
inline std::unique_ptr<const Program> compile_for_report(std::string_view schema,
                                                         CompileOptions options = {}) {
  options.for_report = true;
  return compile(schema, options);
}

// Expects these verdicts, from evaluate() and report() alike.
inline void expect_verdicts(std::string_view schema, const std::vector<std::string>& valid,
                            const std::vector<std::string>& invalid,
                            const CompileOptions& options = {}) {
  SCOPED_TRACE(schema);
  std::unique_ptr<const Program> program;
  std::unique_ptr<const Program> for_report;
  ASSERT_NO_THROW(program = compile(schema, options));
  ASSERT_NO_THROW(for_report = compile_for_report(schema, options));
  const auto expect = [&](const std::string& instance, Verdict expected) {
    SCOPED_TRACE(instance);
    const Jsonb jsonb = jsonb_of(instance);
    EXPECT_EQ(evaluate(*program, jsonb.bytes(), {}), expected);
    std::vector<Violation> violations;
    EXPECT_EQ(evaluate(*for_report, jsonb.bytes(), {}), expected);
    EXPECT_EQ(report(*for_report, jsonb.bytes(), {}, violations), expected);
    EXPECT_EQ(violations.empty(), expected == Verdict::valid);
    // A short value is stored at any address.
    std::vector<std::byte> shifted(1);
    shifted.insert(shifted.end(), jsonb.bytes().begin(), jsonb.bytes().end());
    const std::span<const std::byte> bytes = std::span(shifted).subspan(1);
    violations.clear();
    EXPECT_EQ(evaluate(*program, bytes, {}), expected);
    EXPECT_EQ(report(*for_report, bytes, {}, violations), expected);
  };
  for (const std::string& instance : valid) expect(instance, Verdict::valid);
  for (const std::string& instance : invalid) expect(instance, Verdict::invalid);
}

// A violation as one line: instance location | keyword location | message
inline std::vector<std::string> violations_of(std::string_view schema, std::string_view instance,
                                              std::size_t limit = 1000,
                                              const CompileOptions& options = {}) {
  std::vector<Violation> violations;
  report(*compile_for_report(schema, options), jsonb_of(instance).bytes(), {}, violations, limit);
  std::vector<std::string> lines;
  for (const Violation& violation : violations) {
    lines.push_back(violation.instance_location + " | " + violation.keyword_location + " | " +
                    violation.message);
  }
  return lines;
}

// Why a schema is refused; nothing when it is not.
struct Refusal {
  SchemaErrorKind kind;
  std::string pointer;
  std::string message;
};
inline std::optional<Refusal> refusal_of(std::string_view schema,
                                         const CompileOptions& options = {}) {
  try {
    compile(schema, options);
  } catch (const SchemaError& error) {
    return Refusal{error.kind(), error.pointer(), error.what()};
  }
  return std::nullopt;
}

inline void expect_refused(std::string_view schema, SchemaErrorKind kind, std::string_view pointer,
                           std::string_view message, const CompileOptions& options = {}) {
  SCOPED_TRACE(schema);
  const std::optional<Refusal> refusal = refusal_of(schema, options);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->kind, kind);
  EXPECT_EQ(refusal->pointer, pointer);
  EXPECT_EQ(refusal->message, message);
}

}  // namespace tenancy::jsonschema::test
