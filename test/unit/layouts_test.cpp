// What a program remembers of the objects that it has seen changes no verdict.
#include <random>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

// A tree of objects, and arrays of them, of one recursive schema.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string tree(int depth) {
    std::string text;
    const auto add = [&](std::string_view name, const std::string& value) {
      text.append(text.empty() ? "" : ",").append("\"").append(name).append("\":").append(value);
    };
    if (!rarely()) add("a", rarely() ? "\"no number\"" : "1");
    if (often()) add("name", rarely() ? "1" : "\"text\"");
    if (often()) add("b", "true");
    if (often() && often()) add("child", depth > 0 ? tree(depth - 1) : "null");
    if (often() && often()) {
      std::string elements;
      for (std::size_t i = depth > 0 ? below(4) : 0; i > 0; --i) {
        elements += tree(depth - 1) + (i > 1 ? "," : "");
      }
      add("children", "[" + elements + "]");
    }
    if (rarely()) add("other", "[]");
    return "{" + text + "}";
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool rarely() { return below(40) == 0; }
  bool often() { return below(3) != 0; }
  std::mt19937 random_;
};

TEST(Layouts, ChangeNoVerdict) {
  for (const std::string_view additional : {"true", "false"}) {
    const std::string schema = R"({"type":"object","required":["a"],"properties":{
        "a":{"type":"integer"},"name":{"type":"string"},"b":{"type":"boolean"},
        "child":{"anyOf":[{"type":"null"},{"$ref":"#"}]},
        "children":{"items":{"$ref":"#"}}},"additionalProperties":)" +
                               std::string(additional) + "}";
    const auto used = compile(schema, {});
    Generator generator(20241122);
    int valid = 0;
    for (int i = 0; i < 3'000; ++i) {
      const std::string instance = generator.tree(3);
      const test::Jsonb jsonb = test::jsonb_of(instance);
      const Verdict verdict = evaluate(*compile(schema, {}), jsonb.bytes(), {});
      ASSERT_EQ(evaluate(*used, jsonb.bytes(), {}), verdict) << instance;
      ASSERT_EQ(evaluate(*used, jsonb.bytes(), {}), verdict) << "again: " << instance;
      valid += verdict == Verdict::valid ? 1 : 0;
    }
    EXPECT_GT(valid, 1'000);
    EXPECT_LT(valid, 2'900);
  }
}

// An empty object is not taken for one that is known before any is.
TEST(Layouts, OfObjectsWithoutProperties) {
  const auto program = compile(R"({"properties":{"a":true},"required":["a"]})", {});
  const test::Jsonb empty = test::jsonb_of("{}");
  const test::Jsonb full = test::jsonb_of(R"({"a":1})");
  EXPECT_EQ(evaluate(*program, empty.bytes(), {}), Verdict::invalid);
  EXPECT_EQ(evaluate(*program, full.bytes(), {}), Verdict::valid);
  EXPECT_EQ(evaluate(*program, empty.bytes(), {}), Verdict::invalid);
}

}  // namespace
}  // namespace tenancy::jsonschema
