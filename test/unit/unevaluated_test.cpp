// unevaluatedProperties and unevaluatedItems: what has been evaluated, and what is said of the
// rest.
#include <algorithm>
#include <random>
#include <set>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using Lines = std::vector<std::string>;
using test::draft2019;
using test::draft2020;
using test::expect_verdicts;
using test::schema_of;
using test::violations_of;

// A schema that evaluates nothing of what `members` does not.
std::string closed(std::string_view members) {
  return schema_of(draft2020, std::string(members) + R"(,"unevaluatedProperties":false)");
}

TEST(UnevaluatedProperties, ThroughEveryApplicator) {
  for (const char* members : {
           R"("properties":{"a":{}})",
           R"("patternProperties":{"^a$":{}})",
           R"("allOf":[true,{"properties":{"a":{}}}])",
           R"("anyOf":[{"properties":{"a":true}},false])",
           R"("oneOf":[false,{"properties":{"a":{}}}])",
           R"("if":{"properties":{"a":{}}})",
           R"("if":true,"then":{"properties":{"a":{}}})",
           R"("if":false,"else":{"properties":{"a":{}}})",
           R"("dependentSchemas":{"a":{"properties":{"a":{}}}})",
           R"("$ref":"#/$defs/a","$defs":{"a":{"properties":{"a":{}}}})",
           R"("$dynamicRef":"#a","$defs":{"a":{"$dynamicAnchor":"a","properties":{"a":{}}}})",
           R"("allOf":[{"anyOf":[{"allOf":[{"oneOf":[{"properties":{"a":{}}}]}]}]}])",
           R"("dependencies":{"a":{"properties":{"a":{}}}})",
       }) {
    expect_verdicts(closed(members), {"{}", R"({"a":1})", "[1]", "1"},
                    {R"({"b":1})", R"({"a":1,"b":1})"});
  }
  expect_verdicts(schema_of(draft2019, R"("$recursiveRef":"#/$defs/a","unevaluatedProperties":false,
                                          "$defs":{"a":{"properties":{"a":{}}}})"),
                  {R"({"a":1})"}, {R"({"b":1})"});
}

TEST(UnevaluatedProperties, NotThroughTheseKeywords) {
  for (const char* members : {
           R"("required":["a"])",
           R"("propertyNames":{"const":"a"})",
           R"("not":{"not":{"properties":{"a":{}}}})",
           R"("dependentSchemas":{"b":{"properties":{"a":{}}}})",
           R"("dependentRequired":{"a":["a"]})",
           R"("const":{"a":1})",
           R"("then":{"properties":{"a":{}}},"else":{"properties":{"a":{}}})",
           R"("anyOf":[true,{"properties":{"a":{}},"required":["b"]}])",
           R"("if":{"properties":{"a":{}},"required":["b"]})",
           R"("$defs":{"a":{"properties":{"a":{}}}})",
           R"("contains":{"properties":{"a":{}}},"minContains":0)",
       }) {
    expect_verdicts(closed(members), {}, {R"({"a":1})"});
  }
}

TEST(UnevaluatedProperties, OfCousinsAndChildren) {
  // A cousin's notes are not seen; a nested one's are.
  expect_verdicts(R"({"allOf":[{"properties":{"a":{}}},{"unevaluatedProperties":false}]})", {"{}"},
                  {R"({"a":1})"});
  expect_verdicts(R"({"allOf":[{"properties":{"a":{}},"unevaluatedProperties":{"type":"null"}}],
                      "unevaluatedProperties":false})",
                  {R"({"a":1,"b":null})"}, {R"({"b":1})"});
  expect_verdicts(R"({"allOf":[{"unevaluatedProperties":true}],"unevaluatedProperties":false})",
                  {R"({"a":1})"}, {});
  expect_verdicts(R"({"anyOf":[{"properties":{"a":{"const":1}},"unevaluatedProperties":false},
                               {"properties":{"b":{}},"required":["b"]}],"unevaluatedProperties":false})",
                  {R"({"a":1})", R"({"b":1})"}, {R"({"a":1,"b":1})", R"({"a":2})"});
  // Of a child's properties nothing is noted here.
  expect_verdicts(R"({"properties":{"c":{"properties":{"a":{}}}},"unevaluatedProperties":false})",
                  {R"({"c":{"a":1,"z":1}})"}, {R"({"a":1})"});
  expect_verdicts(R"({"properties":{"c":{"properties":{"a":{}},"unevaluatedProperties":false}},
                      "unevaluatedProperties":false})",
                  {R"({"c":{"a":1}})"}, {R"({"c":{"b":1}})"});
}

TEST(UnevaluatedProperties, BesideAdditionalProperties) {
  expect_verdicts(closed(R"("additionalProperties":{"type":"null"})"), {R"({"a":null})"},
                  {R"({"a":1})"});
  expect_verdicts(closed(R"("properties":{"a":{}},"allOf":[{"additionalProperties":true}])"),
                  {R"({"a":1,"b":1})"}, {});
}

TEST(UnevaluatedProperties, OfBranchesThatFail) {
  const std::string schema = closed(R"("anyOf":[
      {"properties":{"kind":{"const":"circle"},"radius":{}},"required":["kind"]},
      {"properties":{"kind":{"const":"square"},"side":{}},"required":["kind"]}])");
  expect_verdicts(schema, {R"({"kind":"circle","radius":1})", R"({"kind":"square","side":1})"},
                  {R"({"kind":"circle","side":1})", R"({"kind":"star"})"});
  // All that are satisfied count, not the first alone.
  expect_verdicts(closed(R"("anyOf":[{"properties":{"a":{}}},{"properties":{"b":{}}}])"),
                  {R"({"a":1,"b":1})"}, {R"({"c":1})"});
}

TEST(UnevaluatedProperties, OfManyChildren) {
  for (const int count : {127, 128, 129, 5000}) {
    std::string evens = R"("properties":{)";
    std::string instance = "{";
    for (int i = 0; i < count; ++i) {
      const std::string name = "\"p" + std::to_string(i) + "\":";
      if (i % 2 == 0) evens += name + "{},";
      instance += name + "1,";
    }
    const std::string schema = R"({"anyOf":[{)" + evens +
                               R"("z":{}}},{"patternProperties":{"[13579]$":{}}}],
                                  "unevaluatedProperties":false})";
    expect_verdicts(schema, {instance + "\"z\":1}"}, {instance + "\"y\":1}"});
    const Lines lines = violations_of(schema, instance + "\"y\":1}");
    EXPECT_EQ(lines, Lines{"/y | /unevaluatedProperties | property 'y' is not allowed"});
  }
}

std::string closed_items(std::string_view dialect, std::string_view members) {
  return schema_of(dialect, std::string(members) + R"(,"unevaluatedItems":false)");
}

TEST(UnevaluatedItems, ThroughEveryApplicator) {
  for (const char* members : {
           R"("prefixItems":[true])",
           R"("allOf":[{"prefixItems":[true]}])",
           R"("anyOf":[false,{"prefixItems":[true]}])",
           R"("oneOf":[{"prefixItems":[true]}])",
           R"("if":{"prefixItems":[true]})",
           R"("if":true,"then":{"prefixItems":[true]})",
           R"("if":false,"else":{"prefixItems":[true]})",
           R"("$ref":"#/$defs/a","$defs":{"a":{"prefixItems":[{}]}})",
       }) {
    expect_verdicts(closed_items(draft2020, members), {"[]", "[1]", R"({"a":1})"}, {"[1,2]"});
  }
  for (const char* members : {R"("items":true)", R"("allOf":[{"items":true}])",
                              R"("allOf":[{"unevaluatedItems":true}])"}) {
    expect_verdicts(closed_items(draft2020, members), {"[1,2,3]"}, {});
  }
  for (const char* members :
       {R"("minItems":0)", R"("uniqueItems":true)", R"("not":{"items":false})",
        R"("allOf":[{"items":{"prefixItems":[true]}},false])"}) {
    expect_verdicts(closed_items(draft2020, members), {}, {"[1]"});
  }
  expect_verdicts(closed_items(draft2019, R"("items":[true],"allOf":[{"items":[true,true]}])"),
                  {"[1,2]"}, {"[1,2,3]"});
  expect_verdicts(closed_items(draft2019, R"("items":[true],"additionalItems":{"const":1})"),
                  {"[2,1,1]"}, {"[1,2]"});
  // Without an array of items, additionalItems is silent.
  expect_verdicts(closed_items(draft2019, R"("additionalItems":true)"), {"[]"}, {"[1]"});
}

TEST(UnevaluatedItems, AndContains) {
  // What contains finds is evaluated from 2020-12 on.
  expect_verdicts(closed_items(draft2020, R"("contains":{"const":1})"), {"[1]", "[1,1]"},
                  {"[]", "[1,2]", "[2,1]"});
  expect_verdicts(closed_items(draft2019, R"("contains":{"const":1})"), {}, {"[]", "[1]"});
  expect_verdicts(closed_items(draft2020, R"("contains":{"const":1},"minContains":0)"),
                  {"[]", "[1,1,1]"}, {"[2]", "[1,2,1]"});
  expect_verdicts(
      closed_items(draft2020, R"("contains":{"const":1},"maxContains":1,"prefixItems":[true])"),
      {"[2,1]"}, {"[1,1]", "[2,1,3]", "[2,2]"});
  expect_verdicts(R"({"allOf":[{"contains":{"multipleOf":2}},{"contains":{"multipleOf":3}}],
                      "unevaluatedItems":{"const":5}})",
                  {"[2,3,4,5,6]"}, {"[2,3,7]", "[2,4]"});
}

TEST(UnevaluatedItems, OfManyElements) {
  for (const int count : {127, 128, 129, 5000}) {
    std::string array = "[";
    for (int i = 0; i < count; ++i) array += std::to_string(i) + ",";
    const std::string schema = R"({"anyOf":[{"contains":{"multipleOf":2}},
        {"contains":{"type":"integer","not":{"multipleOf":2}}}],"unevaluatedItems":false})";
    expect_verdicts(schema, {array + "0]"}, {array + "0.5]"});
    EXPECT_EQ(
        violations_of(R"({"allOf":[{"contains":{"type":"integer"}}],"unevaluatedItems":false})",
                      array + "\"a\"]"),
        Lines{"/" + std::to_string(count) + " | /unevaluatedItems | element " +
              std::to_string(count) + " is not allowed"});
  }
}

TEST(UnevaluatedReports, SayWhereAndWhat) {
  EXPECT_EQ(violations_of(R"({"$ref":"#/$defs/a","unevaluatedProperties":{"type":"string"},
                              "$defs":{"a":{"properties":{"a":true}}}})",
                          R"({"a":1,"b":1,"c":"s","d":null})"),
            (Lines{"/b | /unevaluatedProperties/type | expected string, found integer",
                   "/d | /unevaluatedProperties/type | expected string, found null"}));
  EXPECT_EQ(violations_of(R"({"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"prefixItems":[true],
                              "unevaluatedItems":false}}})",
                          "[1,2,3]"),
            (Lines{"/1 | /allOf/0/$ref/unevaluatedItems | element 1 is not allowed",
                   "/2 | /allOf/0/$ref/unevaluatedItems | element 2 is not allowed"}));
}

// A property that fails what was said of it is not called unevaluated as well.
TEST(UnevaluatedReports, DoNotRepeatWhatOtherKeywordsSay) {
  EXPECT_EQ(violations_of(R"({"properties":{"a":{"type":"string"}},"unevaluatedProperties":false})",
                          R"({"a":1,"b":1})"),
            (Lines{"/a | /properties/a/type | expected string, found integer",
                   "/b | /unevaluatedProperties | property 'b' is not allowed"}));
  EXPECT_EQ(violations_of(R"({"allOf":[{"properties":{"a":{"type":"string"}}}],
                              "unevaluatedProperties":false})",
                          R"({"a":1})"),
            Lines{"/a | /allOf/0/properties/a/type | expected string, found integer"});
  EXPECT_EQ(violations_of(R"({"contains":{"const":1},"maxContains":1,"unevaluatedItems":false})",
                          "[1,1,1,1]"),
            Lines{" | /maxContains | more than 1 elements match the schema of contains"});
}

TEST(UnevaluatedReports, OfAlternativesThatAllFail) {
  EXPECT_EQ(violations_of(closed(R"("anyOf":[
                {"properties":{"kind":{"const":"circle"},"radius":{"type":"number"}},
                 "required":["kind"]}])"),
                          R"({"kind":"circle","radius":"1","x":0})"),
            (Lines{" | /anyOf | an object with 3 properties matches none of the 1 schemas of anyOf",
                   "/x | /unevaluatedProperties | property 'x' is not allowed",
                   "/radius | /anyOf/0/properties/radius/type | expected number, found string"}));
}

// --- against the specification's own words ----------------------------------------------------

using Tree = test::Tree;

const Tree* member(const Tree& tree, std::string_view name) {
  for (std::size_t i = 0; i < tree.names.size(); ++i) {
    if (tree.names[i] == name) return &tree.elements[i];
  }
  return nullptr;
}

struct Annotations {
  std::set<std::string> properties;
  std::set<std::size_t> items;
  void add(const Annotations& other) {
    properties.insert(other.properties.begin(), other.properties.end());
    items.insert(other.items.begin(), other.items.end());
  }
};

// 2020-12, sections 10 and 11, keyword by keyword, with annotations as sets. Patterns are "^x".
bool holds(const Tree& root, const Tree& schema, const Tree& value, Annotations& notes) {
  if (schema.kind == Tree::Kind::boolean) return schema.truth;
  bool valid = true;
  Annotations own;
  const auto apply = [&](const Tree& sub) {
    Annotations found;
    const bool result = holds(root, sub, value, found);
    if (result) own.add(found);
    return result;
  };
  const auto child = [&](const Tree& sub, const Tree& of) {
    Annotations ignored;
    return holds(root, sub, of, ignored);
  };
  if (const Tree* type = member(schema, "type")) {
    const char* names[] = {"null", "boolean", "integer", "string", "array", "object"};
    valid = valid && type->text == names[static_cast<int>(value.kind)];
  }
  if (const Tree* required = member(schema, "required");
      required && value.kind == Tree::Kind::object) {
    for (const Tree& name : required->elements) valid = valid && member(value, name.text);
  }
  if (const Tree* reference = member(schema, "$ref")) {
    const Tree* target = member(*member(root, "$defs"), reference->text.substr(8));
    valid = apply(*target) && valid;
  }
  if (const Tree* all = member(schema, "allOf")) {
    for (const Tree& sub : all->elements) valid = apply(sub) && valid;
  }
  if (const Tree* any = member(schema, "anyOf")) {
    bool one = false;
    for (const Tree& sub : any->elements) one = apply(sub) || one;
    valid = valid && one;
  }
  if (const Tree* one = member(schema, "oneOf")) {
    int count = 0;
    for (const Tree& sub : one->elements) count += apply(sub) ? 1 : 0;
    valid = valid && count == 1;
  }
  if (const Tree* negation = member(schema, "not")) valid = !child(*negation, value) && valid;
  if (const Tree* condition = member(schema, "if")) {
    const Tree* branch = member(schema, apply(*condition) ? "then" : "else");
    if (branch != nullptr) valid = apply(*branch) && valid;
  }
  if (value.kind == Tree::Kind::object) {
    if (const Tree* dependent = member(schema, "dependentSchemas")) {
      for (std::size_t i = 0; i < dependent->names.size(); ++i) {
        if (member(value, dependent->names[i])) valid = apply(dependent->elements[i]) && valid;
      }
    }
    const Tree* properties = member(schema, "properties");
    const Tree* patterns = member(schema, "patternProperties");
    const Tree* additional = member(schema, "additionalProperties");
    const Tree* unevaluated = member(schema, "unevaluatedProperties");
    for (std::size_t i = 0; i < value.names.size(); ++i) {
      const std::string& name = value.names[i];
      bool seen = false;
      if (const Tree* sub = properties ? member(*properties, name) : nullptr) {
        seen = true;
        valid = child(*sub, value.elements[i]) && valid;
      }
      for (std::size_t p = 0; patterns && p < patterns->names.size(); ++p) {
        if (!name.starts_with(patterns->names[p].substr(1))) continue;
        seen = true;
        valid = child(patterns->elements[p], value.elements[i]) && valid;
      }
      if (!seen && additional) {
        seen = true;
        valid = child(*additional, value.elements[i]) && valid;
      }
      if (seen) own.properties.insert(name);
    }
    for (std::size_t i = 0; unevaluated && i < value.names.size(); ++i) {
      if (!own.properties.insert(value.names[i]).second) continue;
      valid = child(*unevaluated, value.elements[i]) && valid;
    }
  }
  if (value.kind == Tree::Kind::array) {
    const Tree* prefix = member(schema, "prefixItems");
    const Tree* items = member(schema, "items");
    const Tree* contains = member(schema, "contains");
    const Tree* unevaluated = member(schema, "unevaluatedItems");
    bool contained = false;
    for (std::size_t i = 0; i < value.elements.size(); ++i) {
      const bool in_prefix = prefix && i < prefix->elements.size();
      const Tree* sub = in_prefix ? &prefix->elements[i] : items;
      if (sub != nullptr) {
        own.items.insert(i);
        valid = child(*sub, value.elements[i]) && valid;
      }
      if (contains && child(*contains, value.elements[i])) {
        own.items.insert(i);
        contained = true;
      }
    }
    if (contains) valid = valid && contained;
    for (std::size_t i = 0; unevaluated && i < value.elements.size(); ++i) {
      if (!own.items.insert(i).second) continue;
      valid = child(*unevaluated, value.elements[i]) && valid;
    }
  }
  if (valid) notes.add(own);
  return valid;
}

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string schema(int depth) {
    if (depth == 0 || pick(8) == 0) {
      return choice({"true", "false", R"({"type":"null"})", R"({"type":"integer"})",
                     R"({"type":"object"})", R"({"required":["a"]})", R"({"required":["b"]})"});
    }
    std::set<std::string> seen;
    std::string members;
    for (int i = 1 + pick(3); i > 0; --i) {
      std::string made = keyword(depth - 1);
      if (!seen.insert(made.substr(0, made.find(':'))).second) continue;
      members += (members.empty() ? "" : ",") + made;
    }
    return "{" + members + "}";
  }
  std::string instance(int depth) {
    switch (pick(depth > 0 ? 5 : 2)) {
      case 0:
        return "null";
      case 1:
        return "1";
      case 2: {
        std::string text;
        for (int i = pick(4); i > 0; --i) text += (text.empty() ? "" : ",") + instance(depth - 1);
        return "[" + text + "]";
      }
      default: {
        std::string text;
        for (const char* name : {"a", "b", "ab", "c"}) {
          if (pick(2) == 0) continue;
          text += (text.empty() ? "\"" : ",\"") + std::string(name) + "\":" + instance(depth - 1);
        }
        return "{" + text + "}";
      }
    }
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % static_cast<std::uint32_t>(count)); }
  std::string choice(std::initializer_list<const char*> choices) {
    return choices.begin()[pick(static_cast<int>(choices.size()))];
  }
  std::string map(int depth) {
    std::string text;
    for (const char* name : {"a", "b", "ab"}) {
      if (pick(2) == 0) continue;
      text += (text.empty() ? "\"" : ",\"") + std::string(name) + "\":" + schema(depth);
    }
    return "{" + text + "}";
  }
  std::string list(int depth) {
    std::string text = schema(depth);
    for (int i = pick(3); i > 0; --i) text += "," + schema(depth);
    return "[" + text + "]";
  }
  std::string keyword(int depth) {
    switch (pick(19)) {
      case 0:
      case 1:
        return R"("unevaluatedProperties":)" + schema(pick(2) * depth);
      case 2:
        return R"("unevaluatedItems":)" + schema(pick(2) * depth);
      case 3:
      case 4:
        return R"("properties":)" + map(depth);
      case 5:
        return R"("patternProperties":{"^a":)" + schema(depth) + "}";
      case 6:
        return R"("additionalProperties":)" + schema(depth);
      case 7:
        return R"("allOf":)" + list(depth);
      case 8:
      case 9:
        return R"("anyOf":)" + list(depth);
      case 10:
        return R"("oneOf":)" + list(depth);
      case 11:
        return R"("not":)" + schema(depth);
      case 12:
        return R"("if":)" + schema(depth) + R"(,"then":)" + schema(depth) + R"(,"else":)" +
               schema(depth);
      case 13:
        return R"("dependentSchemas":)" + map(depth);
      case 14:
        return R"("$ref":"#/$defs/)" + choice({"x", "y"}) + "\"";
      case 15:
        return R"("prefixItems":)" + list(depth);
      case 16:
        return R"("items":)" + schema(depth);
      case 17:
        return R"("contains":)" + schema(depth);
      default:
        return R"("type":)" + choice({R"("object")", R"("array")", R"("null")"});
    }
  }

  std::mt19937 random_;
};

TEST(Unevaluated, AsTheSpecificationSays) {
  int compared = 0;
  int valid = 0;
  for (std::uint32_t seed = 0; seed < 3'000; ++seed) {
    Generator generator(seed);
    const std::string schema =
        R"({"$defs":{"x":)" + generator.schema(2) + R"(,"y":)" + generator.schema(1) +
        R"(},"allOf":[)" + generator.schema(4) + "]," +
        (seed % 2 == 0 ? R"("unevaluatedProperties":false)" : R"("unevaluatedItems":false)") + "}";
    if (test::refusal_of(schema)) continue;  // loops
    SCOPED_TRACE(schema);
    const auto program = compile(schema, {});
    const auto for_report = test::compile_for_report(schema);
    const Tree tree = test::TreeParser(schema).parse();
    for (int i = 0; i < 15; ++i) {
      const std::string instance = generator.instance(3);
      SCOPED_TRACE(instance);
      Annotations notes;
      const bool expected = holds(tree, tree, test::TreeParser(instance).parse(), notes);
      const test::Jsonb jsonb = test::jsonb_of(instance);
      const Verdict verdict = expected ? Verdict::valid : Verdict::invalid;
      ASSERT_EQ(evaluate(*program, jsonb.bytes(), {}), verdict);
      std::vector<Violation> violations;
      ASSERT_EQ(report(*for_report, jsonb.bytes(), {}, violations), verdict);
      for (const Violation& violation : violations) {
        ASSERT_NE(violation.message, "value does not satisfy the schema");
      }
      ++compared;
      valid += expected ? 1 : 0;
    }
  }
  EXPECT_GT(compared, 30'000);
  EXPECT_GT(valid, 3'000);
  EXPECT_LT(valid, compared - 3'000);
}

}  // namespace
}  // namespace tenancy::jsonschema
