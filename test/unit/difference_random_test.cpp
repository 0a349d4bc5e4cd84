// What is said to break nothing breaks nothing: random schemas, a little changed, and random
// instances.
#include <random>

#include "engine.hpp"
#include "jsonschema/compatibility/difference.hpp"

namespace tenancy::jsonschema {
namespace {

using Random = std::mt19937;

// Choices, one after the other. A schema made of the same choices but one is much the same schema.
class Choices {
 public:
  explicit Choices(std::vector<unsigned> choices) : choices_(std::move(choices)) {}
  unsigned below(unsigned limit) {
    return at_ < choices_.size() ? choices_[at_++] % limit : limit - 1;
  }
  bool once_in(unsigned times) { return below(times) == 0; }
  template <std::size_t count>
  std::string of(const char* const (&texts)[count]) {
    return texts[below(count)];
  }

 private:
  std::vector<unsigned> choices_;
  std::size_t at_ = 0;
};

constexpr const char* names[] = {"a", "b", "ab", "c"};

class Schema {
 public:
  explicit Schema(Choices& choices) : choices_(choices) {}

  std::string make() {
    std::string text = schema(3);
    // In front of the rest, if that is an object.
    if (text.front() != '{') return text;
    text.pop_back();
    text += text.size() > 1 ? "," : "";
    return text + R"("$defs":{"x":)" + schema(2) + R"(,"y":)" + schema(1) + "}}";
  }

 private:
  std::string schema(int depth) {
    if (choices_.once_in(8)) return choices_.of({"true", "true", "{}", "false"});
    std::vector<std::string> members;
    const auto add = [&](const std::string& name, const std::string& value) {
      members.push_back("\"" + name + "\":" + value);
    };
    if (choices_.once_in(3)) {
      add("type", choices_.of({R"("object")", R"("string")", R"("array")", R"("number")",
                               R"("integer")", R"(["string","null"])", R"(["object","array"])",
                               R"(["number","boolean"])"}));
    }
    if (choices_.once_in(12))
      add("enum", choices_.of({R"(["a","b"])", R"(["a",1])", R"([1,2.5])", R"([{"a":1},null])",
                               R"(["a","b","ab"])"}));
    if (choices_.once_in(16)) add("const", choices_.of({R"("a")", "1", "1.0", R"({"a":1})"}));
    for (const char* const keyword :
         {"minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "minItems",
          "maxItems", "minProperties", "maxProperties"}) {
      if (choices_.once_in(14)) add(keyword, choices_.of({"0", "1", "2", "3"}));
    }
    if (choices_.once_in(14)) add("multipleOf", choices_.of({"1", "2", "0.5", "4"}));
    if (choices_.once_in(14)) add("pattern", choices_.of({R"("a")", R"("^a")", R"("b$")"}));
    if (choices_.once_in(14)) add("uniqueItems", choices_.of({"true", "false"}));
    if (choices_.once_in(5))
      add("required", choices_.of({R"(["a"])", R"(["a","b"])", "[]", R"(["c"])"}));
    if (choices_.once_in(20)) {
      add("dependentRequired", choices_.of({R"({"a":["b"]})", R"({"a":["c"]})"}));
    }
    if (depth == 0) return object(members);
    if (choices_.once_in(6)) add("$ref", choices_.of({R"("#/$defs/x")", R"("#/$defs/y")"}));
    if (choices_.once_in(3)) {
      std::vector<std::string> properties;
      for (const char* const name : names) {
        if (choices_.once_in(2))
          properties.push_back("\"" + std::string(name) + "\":" + schema(depth - 1));
      }
      add("properties", object(properties));
    }
    for (const char* const keyword :
         {"additionalProperties", "items", "unevaluatedProperties", "unevaluatedItems", "not", "if",
          "then", "else", "contains", "propertyNames"}) {
      const bool is_common =
          keyword == std::string("additionalProperties") || keyword == std::string("items");
      if (choices_.once_in(is_common ? 5 : 24)) {
        add(keyword, choices_.once_in(2) ? "false" : schema(depth - 1));
      }
    }
    if (choices_.once_in(12)) {
      add("patternProperties",
          "{" + choices_.of({R"("^a":)", R"("b":)"}) + schema(depth - 1) + "}");
    }
    for (const char* const keyword : {"prefixItems", "allOf", "anyOf", "oneOf"}) {
      if (!choices_.once_in(10)) continue;
      std::string list = "[" + schema(depth - 1);
      while (choices_.once_in(2)) list += "," + schema(depth - 1);
      add(keyword, list + "]");
    }
    return object(members);
  }

  static std::string object(const std::vector<std::string>& members) {
    std::string text = "{";
    for (const std::string& member : members) text += (text.size() > 1 ? "," : "") + member;
    return text + "}";
  }

  Choices& choices_;
};

std::string instance(Random& random, int depth) {
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  constexpr const char* scalars[] = {"null",   "true",   "false",   "0",       "1",
                                     "2",      "2.5",    "4",       "-1",      R"("")",
                                     R"("a")", R"("b")", R"("ab")", R"("bab")"};
  if (depth == 0 || below(3) == 0) return scalars[below(std::size(scalars))];
  const bool is_object = below(3) != 0;
  std::string text = is_object ? "{" : "[";
  if (is_object) {
    for (const char* const name : names) {
      if (below(2) == 0) continue;
      text += (text.size() > 1 ? "," : "") + ("\"" + std::string(name) + "\":") +
              instance(random, depth - 1);
    }
  } else {
    for (unsigned i = below(4); i > 0; --i) {
      text += (text.size() > 1 ? "," : "") + instance(random, depth - 1);
    }
  }
  return text + (is_object ? "}" : "]");
}

std::string schema_of_choices(const std::vector<unsigned>& choices) {
  Choices all(choices);
  return Schema(all).make();
}

std::unique_ptr<const Program> compiled(const std::string& schema) {
  try {
    return compile(schema, {});
  } catch (const SchemaError&) {  // a reference that leads back to itself
    return nullptr;
  }
}

TEST(DifferenceAtRandom, WhatIsSaidToBreakNothingBreaksNothing) {
  constexpr int pairs = 20'000;
  Random random(20'260'101);
  std::vector<test::Jsonb> instances;
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) {
    texts.push_back(instance(random, 3));
    instances.push_back(test::jsonb_of(texts.back()));
  }
  int harmless = 0;
  int accepted = 0;
  for (int pair = 0; pair < pairs; ++pair) {
    std::vector<unsigned> choices(400);
    for (unsigned& choice : choices) choice = static_cast<unsigned>(random());
    const std::string before = schema_of_choices(choices);
    for (unsigned i = 0; i <= random() % 3; ++i) {
      choices[random() % 120] = static_cast<unsigned>(random());
    }
    const std::string after = schema_of_choices(choices);
    const auto former = compiled(before);
    const auto latter = compiled(after);
    if (former == nullptr || latter == nullptr || before == after) continue;
    bool breaks = false;
    for (const Difference& difference : differences(before, after, {})) {
      breaks = breaks || difference.is_breaking != std::optional(false);
    }
    if (breaks) continue;
    ++harmless;
    for (std::size_t i = 0; i < instances.size(); ++i) {
      if (evaluate(*former, instances[i].bytes(), {}) != Verdict::valid) continue;
      ++accepted;
      ASSERT_EQ(evaluate(*latter, instances[i].bytes(), {}), Verdict::valid) << before << "\n"
                                                                             << after << "\n"
                                                                             << texts[i];
    }
  }
  EXPECT_GT(harmless, pairs / 20);
  EXPECT_GT(accepted, pairs);
}

}  // namespace
}  // namespace tenancy::jsonschema
