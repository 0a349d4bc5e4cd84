// What the engine asks of its host: interruption and depth.
#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

int polls = 0;
int depth_questions = 0;
int allowed_depth_questions = 0;

bool never() noexcept {
  ++polls;
  return false;
}
bool at_once() noexcept {
  return true;
}
bool exhausted() noexcept {
  return ++depth_questions > allowed_depth_questions;
}

std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

TEST(Host, IsPolledAtLeastEvery1024Nodes) {
  constexpr int nodes = 100'000;
  const std::string numbers = std::string("[").append(repeated("1,", nodes)).append("1]");
  std::string distinct = "[";
  for (int i = 0; i < nodes; ++i) distinct += std::to_string(i) + ",";
  distinct += "-1]";
  std::string object = "{";
  for (int i = 0; i < nodes; ++i) object.append(1, '"').append(std::to_string(i)).append("\":1,");
  object += "\"x\":1}";
  // So many names that they are merged with the object's, and not looked up in it one by one.
  std::string names = R"({"properties":{)";
  for (int i = 0; i < nodes / 8; ++i) {
    names.append(1, '"').append(std::to_string(i * 8)).append(R"(":{"type":"integer"},)");
  }
  const std::string properties = names + R"("zzzzzzzz":{"type":"null"}}})";
  const std::string unevaluated =
      R"({"anyOf":[{"minProperties":1}],"unevaluatedProperties":{"type":"integer"}})";
  struct Case {
    std::string_view schema;
    const std::string& instance;
  };
  for (const Case& c :
       {Case{R"({"items":{"type":"integer"}})", numbers},
        Case{R"({"contains":{"const":2},"minContains":0,"maxContains":3})", numbers},
        Case{R"({"uniqueItems":true})", distinct}, Case{R"({"not":{"const":)", numbers},
        Case{R"({"additionalProperties":{"type":"integer"}})", object}, Case{properties, object},
        Case{unevaluated, object}, Case{R"({"propertyNames":{"maxLength":9}})", object},
        Case{R"({"patternProperties":{"^9":{"type":"integer"}}})", object}}) {
    SCOPED_TRACE(c.schema);
    const bool constant = c.schema.ends_with(":");
    const std::string schema = std::string(c.schema) + (constant ? c.instance + "}}" : "");
    const auto program = compile(schema, {});
    const test::Jsonb jsonb = test::jsonb_of(c.instance);
    polls = 0;
    const Verdict verdict = evaluate(*program, jsonb.bytes(), {.interrupted = never});
    EXPECT_EQ(verdict, constant ? Verdict::invalid : Verdict::valid);
    EXPECT_GE(polls, nodes / 1024);
    EXPECT_EQ(evaluate(*program, jsonb.bytes(), {.interrupted = at_once}), Verdict::interrupted);
    std::vector<Violation> violations;
    const auto for_report = test::compile_for_report(schema);
    EXPECT_EQ(report(*for_report, jsonb.bytes(), {.interrupted = at_once}, violations),
              Verdict::interrupted);
  }
}

// Few names of a large object are looked up in it: that takes no time, and needs no poll.
TEST(Host, IsPolledForEachNameThatIsLookedUp) {
  std::string object = "{";
  for (int i = 0; i < 100'000; ++i) object.append("\"k").append(std::to_string(i)).append("\":1,");
  object += "\"x\":1}";
  std::string schema = R"({"properties":{)";
  for (int i = 0; i < 5'000; ++i) schema += "\"k" + std::to_string(i) + R"(":{"minimum":0},)";
  schema += R"("x":{"type":"integer"}},"required":["x","k77777"]})";
  const auto program = compile(schema, {});
  const test::Jsonb jsonb = test::jsonb_of(object);
  polls = 0;
  EXPECT_EQ(evaluate(*program, jsonb.bytes(), {.interrupted = never}), Verdict::valid);
  EXPECT_GE(polls, 5'000 / 1024);
  EXPECT_EQ(evaluate(*program, jsonb.bytes(), {.interrupted = at_once}), Verdict::interrupted);
}

TEST(Host, DepthEndsInAVerdict) {
  constexpr int depth = 1000;
  const std::string nested = repeated("[", depth) + repeated("]", depth);
  const test::Jsonb jsonb = test::jsonb_of(nested);
  for (const char* schema :
       {R"({"items":{"$ref":"#"}})", R"({"contains":{"$ref":"#"},"minContains":0,"maxContains":9})",
        R"({"uniqueItems":true})", R"({"enum":[[[1]]]})",
        R"({"type":"array","items":{"anyOf":[{"$ref":"#"},false]}})"}) {
    const auto program = compile(schema, {});
    allowed_depth_questions = 1'000'000'000;
    depth_questions = 0;
    const Verdict unlimited = evaluate(*program, jsonb.bytes(), {.stack_exhausted = exhausted});
    EXPECT_NE(unlimited, Verdict::too_deep) << schema;
    if (depth_questions < 3) continue;  // decided before it went deep
    allowed_depth_questions = depth_questions - 1;
    depth_questions = 0;
    EXPECT_EQ(evaluate(*program, jsonb.bytes(), {.stack_exhausted = exhausted}), Verdict::too_deep)
        << schema;
  }
}

TEST(Host, ReportOfADeepInstance) {
  constexpr int depth = 200;  // no deeper: a sanitizer's frames are large
  const std::string nested = repeated("[", depth) + "1" + repeated("]", depth);
  const std::vector<std::string> lines =
      test::violations_of(R"({"type":"array","items":{"$ref":"#"}})", nested);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], repeated("/0", depth) + " | " + repeated("/items/$ref", depth) +
                          "/type | expected array, found integer");
}

}  // namespace
}  // namespace tenancy::jsonschema
