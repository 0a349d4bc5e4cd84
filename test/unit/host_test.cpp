// What the engine asks of its host: interruption and depth.
#include "engine.hpp"
#include "jsonschema/format/format.hpp"

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
int polls_left = 0;
bool in_a_while() noexcept {
  return polls_left-- == 0;
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
  const std::string twice =
      "[" + object + ",1," + object.substr(0, object.size() - 1) + ",\"y\":1}]";
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
        Case{R"({"uniqueItems":true})", distinct}, Case{R"({"uniqueItems":true})", twice},
        Case{R"({"not":{"const":)", numbers},
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

// A long string is one node, which is polled for by its length.
TEST(Host, IsPolledWhileALongStringIsRead) {
  constexpr std::size_t size = 4'000'000;
  const auto repeated_to_size = [](std::string_view piece) {
    return repeated(piece, static_cast<int>(size / piece.size()));
  };
  struct Case {
    const char* format;
    std::string text;
    int readings = 2;  // UTF-8 is checked first
  };
  const std::string digits = repeated_to_size("1");
  for (const Case& c : {Case{"date-time", "2024-01-01T00:00:00." + digits + "Z"},
                        Case{"time", "00:00:00." + digits + "Z"},
                        Case{"duration", "P" + digits + "D"},
                        Case{"duration", "P" + digits + "W"},
                        Case{"json-pointer", repeated_to_size("/~0")},
                        Case{"relative-json-pointer", digits},
                        Case{"relative-json-pointer", "0" + digits},
                        Case{"relative-json-pointer", "1+" + digits},
                        Case{"uri", digits},
                        Case{"uri", "a" + digits + ":"},
                        Case{"uri", "a://b:" + digits},
                        Case{"uri", "a://[v" + digits + ".a]"},
                        Case{"uri", "a://[vA." + digits + "]"},
                        Case{"iri", "a:" + repeated_to_size("\xC3\xA9")},
                        Case{"uri-template", digits},
                        Case{"uri-template", "{" + digits + "}"},
                        Case{"uri-template", "{" + digits + "*}"},
                        Case{"uri-template", "{" + repeated_to_size("a,") + "a}"},
                        Case{"uri-template", repeated_to_size("{a}")},
                        Case{"email", digits, 1},
                        Case{"idn-hostname", digits, 1},
                        Case{"ipv6", repeated_to_size("1:"), 1}}) {
    SCOPED_TRACE(std::string(c.format) + " " + c.text.substr(0, 20));
    const Format format = *find_format(c.format, Dialect::draft2020_12);
    polls = 0;
    EXPECT_NE(match_format(format, c.text, never), Match::interrupted);
    EXPECT_GE(polls, c.readings * static_cast<int>(size / Interruption::slice) - 1);
    // At each poll there is.
    for (int left = polls; left-- > 0;) {
      polls_left = left;
      EXPECT_EQ(match_format(format, c.text, in_a_while), Match::interrupted);
    }
  }
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
