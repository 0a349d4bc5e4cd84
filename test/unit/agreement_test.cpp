// evaluate() and report() agree on random schemas and instances, and compilation never accepts what
// it cannot evaluate.
#include <random>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

// Small vocabularies, so that things that belong together meet.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string instance(int depth) {
    switch (pick(depth > 0 ? 12 : 9)) {
      case 0:
        return "null";
      case 1:
        return "true";
      case 2:
        return "false";
      case 3:
      case 4:
      case 5:
        return number();
      case 6:
      case 7:
      case 8:
        return string();
      case 9:
        return list(depth, false);
      default:
        return map(depth, false);
    }
  }

  // A schema for a value, and the definitions that it may refer to.
  std::string condition() { return schema(3); }
  std::string definitions() {
    return joined({R"("$defs":{"x":)", schema(2), R"(,"y":)", schema(2), "}"});
  }

  static std::string joined(std::initializer_list<std::string_view> pieces) {
    std::string text;
    for (const std::string_view piece : pieces) text += piece;
    return text;
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % static_cast<std::uint32_t>(count)); }
  std::string one_of(std::initializer_list<std::string_view> choices) {
    return std::string(choices.begin()[pick(static_cast<int>(choices.size()))]);
  }
  std::string number() { return one_of({"0", "1", "-1", "2", "2.0", "1.5", "10", "1e20", "0.01"}); }
  std::string string() {
    return one_of({R"("")", R"("a")", R"("b")", R"("ab")", R"("\u00e4b")", R"("aaa")"});
  }
  std::string name() { return one_of({R"("a")", R"("b")", R"("ab")", R"("ba")", R"("c")"}); }
  std::string count() { return one_of({"0", "1", "2", "3"}); }

  std::string list(int depth, bool schemas) {
    std::string text = "[";
    for (int i = pick(4) + (schemas ? 1 : 0); i > 0; --i) {
      if (text.size() > 1) text += ',';
      text += schemas ? schema(depth - 1) : instance(depth - 1);
    }
    return text + "]";
  }
  std::string map(int depth, bool schemas) {
    std::string text = "{";
    for (const std::string_view key : {R"("b")", R"("ab")", R"("a")", R"("c")"}) {
      if (pick(2) == 0) continue;
      if (text.size() > 1) text += ',';
      text.append(key).append(1, ':');
      text += schemas ? schema(depth - 1) : instance(depth - 1);
    }
    return text + "}";
  }

  std::string schema(int depth) {
    if (pick(12) == 0) return one_of({"true", "false", "{}"});
    std::string text = "{";
    std::string seen;
    for (int i = pick(3) + 1; i > 0; --i) {
      const std::string member = keyword(depth);
      const std::string key = member.substr(0, member.find(':'));
      if (seen.find(key) != std::string::npos) continue;
      seen += key;
      if (text.size() > 1) text += ',';
      text += member;
    }
    return text + "}";
  }

  std::string keyword(int depth) {
    switch (pick(depth > 0 ? 32 : 18)) {
      case 0:
      case 1:
        return R"("type":)" +
               one_of({R"("null")", R"("integer")", R"("number")", R"("string")", R"("array")",
                       R"("object")", R"(["object","string"])", R"(["array","object","null"])"});
      case 2:
        return R"("minimum":)" + number();
      case 3:
        return R"("exclusiveMaximum":)" + number();
      case 4:
        return R"("multipleOf":)" + one_of({"1", "2", "0.5", "0.01", "3"});
      case 5:
        return R"("minLength":)" + count();
      case 6:
        return R"("maxLength":)" + count();
      case 7:
        return R"("pattern":)" + one_of({R"("^a")", R"("b$")", R"("a|b")", R"("^$")"});
      case 8:
        return R"("minItems":)" + count();
      case 9:
        return R"("maxItems":)" + count();
      case 10:
        return R"("uniqueItems":true)";
      case 11:
        return R"("required":[)" + name() + "]";
      case 12:
        return R"("minProperties":)" + count();
      case 13:
        return R"("maxProperties":)" + count();
      case 14:
        return R"("enum":)" + list(1, false);
      case 15:
        return R"("const":)" + instance(1);
      case 16:
        return R"("dependentRequired":{)" + name() + ":[" + name() + "]}";
      case 17:
        return R"("additionalProperties":false)";
      case 18:
      case 19:
      case 20:
        return R"("properties":)" + map(depth, true);
      case 21:
        return R"("additionalProperties":)" + schema(depth - 1);
      case 22:
        return R"("patternProperties":{"^a":)" + schema(depth - 1) + R"(,"b":)" +
               schema(depth - 1) + "}";
      case 23:
        return R"("propertyNames":)" + schema(depth - 1);
      case 24:
        return R"("items":)" + (pick(3) == 0 ? R"({"$ref":"#"})" : schema(depth - 1));
      case 25:
        return R"("prefixItems":)" + list(depth, true);
      case 26:
        return R"("contains":)" + schema(depth - 1) + R"(,"minContains":)" + count() +
               (pick(2) == 0 ? R"(,"maxContains":)" + count() : "");
      case 27:
        return one_of({R"("allOf":)", R"("anyOf":)", R"("oneOf":)"}) + list(depth, true);
      case 28:
        return R"("not":)" + schema(depth - 1);
      case 29:
        return R"("if":)" + schema(depth - 1) + R"(,"then":)" + schema(depth - 1) + R"(,"else":)" +
               schema(depth - 1);
      case 30:
        return R"("dependentSchemas":)" + map(depth, true);
      default:
        return one_of({R"("$ref":"#/$defs/x")", R"("$ref":"#/$defs/y")"});
    }
  }

  std::mt19937 random_;
};

TEST(Agreement, OfEvaluateAndReportOnRandomPairs) {
  int compiled = 0;
  int valid = 0;
  int invalid = 0;
  for (std::uint32_t seed = 0; seed < 4'000; ++seed) {
    Generator generator(seed);
    const std::string definitions = generator.definitions();
    const std::string schema =
        Generator::joined({"{", definitions, R"(,"allOf":[)", generator.condition(), "]}"});
    SCOPED_TRACE(schema);
    std::unique_ptr<const Program> program;
    std::unique_ptr<const Program> for_report;
    try {
      program = compile(schema, {});
      for_report = test::compile_for_report(schema);
    } catch (const SchemaError& error) {
      EXPECT_EQ(error.kind(), SchemaErrorKind::looping) << error.pointer() << " " << error.what();
      continue;
    }
    ++compiled;
    for (int i = 0; i < 20; ++i) {
      const std::string instance = generator.instance(3);
      SCOPED_TRACE(instance);
      const test::Jsonb jsonb = test::jsonb_of(instance);
      const Verdict verdict = evaluate(*program, jsonb.bytes(), {});
      ASSERT_TRUE(verdict == Verdict::valid || verdict == Verdict::invalid);
      std::vector<Violation> violations;
      ASSERT_EQ(evaluate(*for_report, jsonb.bytes(), {}), verdict);
      ASSERT_EQ(report(*for_report, jsonb.bytes(), {}, violations), verdict);
      ASSERT_EQ(violations.empty(), verdict == Verdict::valid);
      for (const Violation& violation : violations) {
        // The words of last resort, for when the report's walk finds nothing.
        ASSERT_NE(violation.message, "value does not satisfy the schema");
      }
      std::vector<Violation> first;
      report(*for_report, jsonb.bytes(), {}, first, 1);
      ASSERT_EQ(first.size(), violations.empty() ? 0U : 1U);
      (verdict == Verdict::valid ? valid : invalid) += 1;
    }
  }
  EXPECT_GT(compiled, 3'000);
  EXPECT_GT(valid, 10'000);
  EXPECT_GT(invalid, 10'000);
}

TEST(Agreement, OfASchemaAndItsNegation) {
  for (std::uint32_t seed = 0; seed < 1'000; ++seed) {
    Generator generator(seed);
    const std::string definitions = generator.definitions();
    const std::string condition = generator.condition();
    const std::string schema =
        Generator::joined({"{", definitions, R"(,"allOf":[)", condition, "]}"});
    const std::string negation =
        Generator::joined({"{", definitions, R"(,"not":)", condition, "}"});
    if (test::refusal_of(schema)) continue;
    // "#" now means the negation: no longer the same question.
    if (schema.find(R"("$ref":"#"})") != std::string::npos) continue;
    SCOPED_TRACE(schema);
    const auto program = compile(schema, {});
    const auto negated = compile(negation, {});
    for (int i = 0; i < 20; ++i) {
      const test::Jsonb jsonb = test::jsonb_of(generator.instance(3));
      ASSERT_NE(evaluate(*program, jsonb.bytes(), {}), evaluate(*negated, jsonb.bytes(), {}));
    }
  }
}

}  // namespace
}  // namespace tenancy::jsonschema
