// What changed from one schema to another.
#include "jsonschema/compatibility/difference.hpp"

#include <chrono>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using test::draft2019;
using test::draft4;
using test::draft7;
using test::schema_of;

// Each as one line: location | change | before -> after | breaks, ok or ?
std::vector<std::string> lines_of(const std::vector<Difference>& differences) {
  std::vector<std::string> lines;
  for (const Difference& difference : differences) {
    lines.push_back(difference.location + " | " + difference.change + " | " +
                    difference.before.value_or("-") + " -> " + difference.after.value_or("-") +
                    " | " +
                    (!difference.is_breaking   ? "?"
                     : *difference.is_breaking ? "breaks"
                                               : "ok"));
  }
  return lines;
}
std::vector<std::string> changes(std::string_view before, std::string_view after,
                                 const DifferenceOptions& options = {}) {
  return lines_of(differences(before, after, options));
}

using Lines = std::vector<std::string>;

TEST(Difference, IsNoneOfWhatSaysTheSame) {
  const std::vector<std::pair<std::string, std::string>> same{
      {"true", "{}"},
      {R"({"type":["string","null"]})", R"({"anyOf":[{"type":"null"},{"type":"string"}]})"},
      {R"({"properties":{"a":{"type":"string"}}})",
       R"({"properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"string"}}})"},
      {R"({"required":["a","b"],"minLength":2})",
       R"({"allOf":[{"required":["b"]},{"required":["a"],"minLength":1}],"minLength":2.0})"},
      {R"({"const":1})", R"({"enum":[1.0]})"},
      {R"({"enum":[{"a":1,"b":2}]})", R"({"enum":[{"b":2,"a":1}]})"},
      {R"({"minLength":0,"uniqueItems":false,"required":[]})", "true"},
      {R"({"title":"a","format":"date","contentEncoding":"base64","x-y":1})", "true"},
      {R"({"multipleOf":0.5})", R"({"multipleOf":5e-1})"},
      {R"({"properties":{"a":{"$ref":"#"}}})", R"({"properties":{"a":{"$ref":"#"}}})"},
      {R"({"additionalProperties":false})", R"({"unevaluatedProperties":false})"},
      {R"({"$dynamicRef":"#a","$defs":{"a":{"$dynamicAnchor":"a","type":"null"}}})",
       R"({"type":"null"})"},
      {"false", "false"},
  };
  for (const auto& [before, after] : same) {
    EXPECT_EQ(changes(before, after), Lines{}) << before << " " << after;
    EXPECT_EQ(changes(after, before), Lines{}) << after << " " << before;
  }
}

TEST(Difference, OfDialects) {
  EXPECT_EQ(changes(schema_of(draft4, R"("minimum":3,"exclusiveMinimum":true)"),
                    R"({"exclusiveMinimum":3})"),
            Lines{" | dialect changed | draft 4 -> 2020-12 | ?"});
  EXPECT_EQ(changes(R"({"prefixItems":[{"type":"null"}],"items":{"type":"string"}})",
                    schema_of(draft7,
                              R"("items":[{"type":"null"}],"additionalItems":{"type":"string"})")),
            Lines{" | dialect changed | 2020-12 -> draft 7 | ?"});
}

TEST(Difference, OfTypes) {
  const auto type = [](const char* before, const char* after) {
    return changes(std::string(R"({"type":)") + before + "}",
                   std::string(R"({"type":)") + after + "}");
  };
  EXPECT_EQ(type(R"("string")", R"(["string","null"])"),
            Lines{" | type widened | string -> string or null | ok"});
  EXPECT_EQ(type(R"("number")", R"("integer")"),
            Lines{" | type narrowed | number -> integer | breaks"});
  EXPECT_EQ(type(R"("string")", R"("object")"),
            Lines{" | type changed | string -> object | breaks"});
  EXPECT_EQ(changes("{}", R"({"type":"array"})"),
            Lines{" | type narrowed | any -> array | breaks"});
  EXPECT_EQ(changes(R"({"type":"string"})", R"({"anyOf":[{"$ref":"#/$defs/s"},{"type":"null"}],
                                                "$defs":{"s":{"type":"string"}}})"),
            Lines{" | type widened | string -> string or null | ok"});
  EXPECT_EQ(changes("true", "false"), Lines{" | value forbidden | - -> - | breaks"});
  EXPECT_EQ(changes("false", "{}"), Lines{" | value allowed | - -> - | ok"});
}

TEST(Difference, OfValues) {
  EXPECT_EQ(changes(R"({"enum":["a","b","c"]})", R"({"enum":["b","d"]})"),
            (Lines{R"( | values removed | ["a", "c"] -> - | breaks)",
                   R"( | values added | - -> ["d"] | ok)"}));
  EXPECT_EQ(changes(R"({"type":"string"})", R"({"const":"a"})"),
            Lines{R"( | enumeration added | - -> ["a"] | breaks)"});
  EXPECT_EQ(changes(R"({"enum":["a",1]})", R"({"type":"string"})"),
            (Lines{R"( | enumeration removed | ["a", 1] -> - | ok)",
                   " | type narrowed | string or integer -> string | breaks"}));
  // Only those of the type count.
  EXPECT_EQ(changes(R"({"enum":["a",1],"type":"string"})", R"({"enum":["a"]})"), Lines{});
  EXPECT_EQ(changes(R"({"allOf":[{"enum":[1,2]},{"enum":[2,3]}]})", R"({"const":2})"), Lines{});
}

TEST(Difference, OfRequiredProperties) {
  EXPECT_EQ(
      changes(R"({"required":["a","b"],"properties":{"b":{},"c":{},"a":{}}})",
              R"({"required":["b","c","d"],"properties":{"b":{},"c":{},"d":{"type":"null"}}})"),
      (Lines{"/a | required property removed | required -> - | ok",
             "/a | property removed | {} -> - | ok",
             "/c | required property added | optional -> required | breaks",
             R"(/d | required property added | - -> {"type": "null"} | breaks)"}));
}

TEST(Difference, OfPropertiesThatComeAndGo) {
  // An instance of an open schema may have any property.
  EXPECT_EQ(changes("{}", R"({"properties":{"a":{"type":"string"},"b":{"title":"B"}}})"),
            (Lines{R"(/a | property added | - -> {"type": "string"} | breaks)",
                   R"(/b | property added | - -> {"title": "B"} | ok)"}));
  EXPECT_EQ(changes(R"({"additionalProperties":false})",
                    R"({"additionalProperties":false,"properties":{"a":{"type":"string"}}})"),
            Lines{R"(/a | property added | - -> {"type": "string"} | ok)"});
  EXPECT_EQ(changes(R"({"additionalProperties":false,"properties":{"a":{"type":"string"}}})",
                    R"({"additionalProperties":false})"),
            Lines{R"(/a | property forbidden | {"type": "string"} -> - | breaks)"});
  EXPECT_EQ(changes(R"({"properties":{"a":{}}})",
                    R"({"properties":{"a":{}},"unevaluatedProperties":false})"),
            Lines{"/* | other properties forbidden | - -> - | breaks"});
  EXPECT_EQ(changes(R"({"properties":{"a":{}},"additionalProperties":false})",
                    R"({"properties":{"a":false}})"),
            (Lines{"/a | property forbidden | {} -> - | breaks",
                   "/* | other properties allowed | - -> - | ok"}));
  EXPECT_EQ(
      changes(R"({"additionalProperties":{"type":"string"}})",
              R"({"additionalProperties":{"type":"string"},"properties":{"a":{"type":"null"}}})"),
      Lines{"/a | type changed | string -> null | breaks"});
  EXPECT_EQ(changes(R"({"additionalProperties":{"maxLength":5}})",
                    R"({"additionalProperties":{"maxLength":4}})"),
            Lines{"/* | maxLength tightened | 5 -> 4 | breaks"});
  EXPECT_EQ(changes(R"({"patternProperties":{"^a":{"type":"string"},"^b":{}}})",
                    R"({"patternProperties":{"^a":{"type":"null"},"^c":{}}})"),
            (Lines{"/* | patternProperties removed | ^b -> - | ok",
                   "/* | patternProperties added | - -> ^c | breaks",
                   "/* | type changed | string -> null | breaks"}));
}

// What a pattern matches, and what is evaluated elsewhere, is not asked.
TEST(Difference, OfWhatIsNotAskedIsLeftOpen) {
  EXPECT_EQ(
      changes(
          R"({"properties":{"b":{}},"patternProperties":{"^a":{}},"additionalProperties":false})",
          R"({"patternProperties":{"^a":{}},"additionalProperties":false})"),
      Lines{"/b | property removed | {} -> - | ?"});
  EXPECT_EQ(
      changes(
          R"({"properties":{"ca":{}},"additionalProperties":false})",
          R"({"properties":{"ca":{}},"additionalProperties":false,"patternProperties":{"^c":{"type":"null"}}})"),
      Lines{"/* | patternProperties added | - -> ^c | ?"});
  EXPECT_EQ(changes(R"({"prefixItems":[true],"unevaluatedItems":false})",
                    R"({"unevaluatedItems":false})"),
            Lines{"/* | unevaluatedItems may mean others | - -> - | ?"});
  EXPECT_EQ(changes(R"({"properties":{"a":{}},"unevaluatedProperties":false})",
                    R"({"allOf":[{"properties":{"a":{}}},{"unevaluatedProperties":false}]})"),
            (Lines{"/* | unevaluatedProperties may mean others | - -> - | ?",
                   "/* | other properties allowed | - -> - | ok",
                   " | unevaluatedProperties added | - -> false | ?"}));
}

TEST(Difference, OfLimits) {
  EXPECT_EQ(changes(R"({"minimum":1,"maximum":9,"multipleOf":2})",
                    R"({"exclusiveMinimum":1.0,"maximum":1e1,"multipleOf":3})"),
            (Lines{" | minimum tightened | 1 -> exclusive 1.0 | breaks",
                   " | maximum loosened | 9 -> 1e1 | ok",
                   " | multipleOf tightened | [2] -> [3] | breaks"}));
  EXPECT_EQ(changes(R"({"multipleOf":6})", R"({"multipleOf":3})"),
            Lines{" | multipleOf loosened | [6] -> [3] | ok"});
  EXPECT_EQ(
      changes(R"({"minLength":1,"maxItems":3,"minProperties":2})",
              R"({"maxLength":5,"uniqueItems":true,"minProperties":1})"),
      (Lines{" | uniqueItems tightened | false -> true | breaks",
             " | minLength loosened | 1 -> - | ok", " | maxLength tightened | - -> 5 | breaks",
             " | maxItems loosened | 3 -> - | ok", " | minProperties loosened | 2 -> 1 | ok"}));
  // What is not said of a value that there can be is no matter.
  EXPECT_EQ(changes(R"({"type":"string"})", R"({"type":"string","minimum":3,"minItems":1})"),
            Lines{});
  EXPECT_EQ(changes(R"({"minimum":100000000000000000000000000000001})",
                    R"({"minimum":100000000000000000000000000000002})"),
            Lines{" | minimum tightened | 100000000000000000000000000000001 -> "
                  "100000000000000000000000000000002 | breaks"});
}

TEST(Difference, OfPatternsAndFormats) {
  EXPECT_EQ(changes(R"({"pattern":"a"})", R"({"pattern":"b"})"),
            Lines{" | pattern changed | a -> b | ?"});
  EXPECT_EQ(changes("{}", R"({"pattern":"b"})"), Lines{" | pattern added | - -> b | breaks"});
  EXPECT_EQ(changes(R"({"pattern":"b"})", "{}"), Lines{" | pattern removed | b -> - | ok"});
  DifferenceOptions options;
  options.after_asserts_format = true;
  EXPECT_EQ(changes(R"({"format":"date"})", R"({"format":"date"})", options),
            Lines{" | format added | - -> date | breaks"});
  options.before_asserts_format = true;
  EXPECT_EQ(changes(R"({"format":"date"})", R"({"format":"time"})", options),
            Lines{" | format changed | date -> time | ?"});
}

TEST(Difference, OfPlaces) {
  EXPECT_EQ(
      changes(R"({"properties":{"items":{"items":{"properties":{"price":{"type":"number"}}}}}})",
              R"({"properties":{"items":{"items":{"properties":{"price":{"type":"string"}}}}}})"),
      Lines{"/items/*/price | type changed | number -> string | breaks"});
  EXPECT_EQ(changes(R"({"prefixItems":[{"type":"string"},{}],"items":{"type":"null"}})",
                    R"({"prefixItems":[{"type":"null"}],"items":{"type":"string"}})"),
            (Lines{"/0 | type changed | string -> null | breaks",
                   "/1 | type narrowed | any -> string | breaks",
                   "/* | type changed | null -> string | breaks"}));
  EXPECT_EQ(changes(R"({"items":{"type":"string"}})", R"({"items":false})"),
            Lines{"/* | value forbidden | - -> - | breaks"});
  EXPECT_EQ(changes(R"({"properties":{"a/b~":{"minLength":1}}})",
                    R"({"properties":{"a/b~":{"minLength":2}}})"),
            Lines{"/a~1b~0 | minLength tightened | 1 -> 2 | breaks"});
}

// A definition counts at each place that refers to it.
TEST(Difference, OfWhatIsReferredTo) {
  const std::string users = R"("properties":{"billing":{"$ref":"#/$defs/address"},
                                "shipping":{"$ref":"#/$defs/address"}})";
  EXPECT_EQ(
      changes("{" + users + R"(,"$defs":{"address":{"properties":{"zip":{"maxLength":5}}}}})",
              "{" + users + R"(,"$defs":{"address":{"properties":{"zip":{"maxLength":4}}}}})"),
      (Lines{"/billing/zip | maxLength tightened | 5 -> 4 | breaks",
             "/shipping/zip | maxLength tightened | 5 -> 4 | breaks"}));
  // A schema within itself: once.
  EXPECT_EQ(changes(R"({"type":"object","properties":{"next":{"$ref":"#"}}})",
                    R"({"type":"object","properties":{"next":{"$ref":"#"}},"required":["id"]})"),
            Lines{"/id | required property added | - -> - | breaks"});
  EXPECT_EQ(
      changes(schema_of(draft2019,
                        R"("$recursiveAnchor":true,"minimum":1,"items":{"$recursiveRef":"#"})"),
              schema_of(draft2019,
                        R"("$recursiveAnchor":true,"minimum":2,"items":{"$recursiveRef":"#"})")),
      Lines{" | minimum tightened | 1 -> 2 | breaks"});
}

TEST(Difference, WithinConditionsIsLeftOpen) {
  EXPECT_EQ(changes(R"({"anyOf":[{"minimum":1},{"type":"string","minLength":1}]})",
                    R"({"anyOf":[{"type":"string","minLength":0},{"minimum":1}]})"),
            Lines{" | minLength loosened | 1 -> 0 | ok"});
  EXPECT_EQ(changes(R"({"anyOf":[{"minimum":1},{"minLength":1}]})",
                    R"({"anyOf":[{"minimum":2},{"minLength":1},{"const":{}}]})"),
            (Lines{R"( | alternative of anyOf added | - -> {"const": {}} | ok)",
                   " | minimum tightened | 1 -> 2 | ?"}));
  EXPECT_EQ(changes(R"({"oneOf":[{"minimum":1},{"minLength":1}]})", R"({"oneOf":[{"minimum":0}]})"),
            (Lines{R"( | alternative of oneOf removed | {"minLength": 1} -> - | ?)",
                   " | minimum loosened | 1 -> 0 | ?"}));
  // The alternative has not changed, but what it refers to has.
  EXPECT_EQ(
      changes(R"({"anyOf":[{"$ref":"#/$defs/a"},{"minItems":1}],"$defs":{"a":{"minLength":1}}})",
              R"({"anyOf":[{"$ref":"#/$defs/a"},{"minItems":1}],"$defs":{"a":{"minLength":2}}})"),
      Lines{" | minLength tightened | 1 -> 2 | ?"});
  EXPECT_EQ(changes(R"({"not":{"type":"string"}})", R"({"not":{"type":["string","null"]}})"),
            Lines{" | type widened | string -> string or null | ?"});
  EXPECT_EQ(changes(R"({"if":{"minimum":1},"then":{"multipleOf":2}})",
                    R"({"if":{"minimum":2},"then":{"multipleOf":2}})"),
            Lines{" | minimum tightened | 1 -> 2 | ?"});
  EXPECT_EQ(changes(R"({"contains":{"const":1}})", R"({"contains":{"const":1},"minContains":2})"),
            Lines{" | minContains tightened | - -> 2 | breaks"});
  EXPECT_EQ(changes(R"({"dependentRequired":{"a":["b"]}})", R"({"dependentRequired":{"a":["c"]}})"),
            Lines{R"( | dependentRequired changed | {"a": ["b"]} -> {"a": ["c"]} | ?)"});
  EXPECT_EQ(changes("{}", R"({"not":{"type":"null"}})"),
            Lines{R"( | not added | - -> {"type": "null"} | ?)"});
}

TEST(Difference, KeepsToItsLimits) {
  std::string before = R"({"properties":{)";
  std::string after = before;
  for (int i = 0; i < 50; ++i) {
    const std::string comma = i > 0 ? "," : "";
    before += comma + "\"" + std::to_string(i) + R"(":{"minLength":1})";
    after += comma + "\"" + std::to_string(i) + R"(":{"minLength":2})";
  }
  DifferenceOptions options;
  options.limit = 10;
  const Lines lines = changes(before + "}}", after + "}}", options);
  EXPECT_EQ(lines.size(), 11U);
  EXPECT_EQ(lines.back(), " | not compared further | - -> - | ?");
  EXPECT_EQ(changes(before + "}}", after + "}}").size(), 50U);

  // Long names, values and lists are cut.
  const std::string name(100'000, 'n');
  for (const Difference& difference :
       differences(R"({"properties":{")" + name + R"(":{"const":")" + name + R"("}}})",
                   R"({"properties":{")" + name + R"(":{"const":1}}})", {})) {
    EXPECT_LT(difference.location.size(), 3'000U);
    EXPECT_LT(difference.before.value_or("").size(), 3'000U);
  }
  EXPECT_EQ(changes("{}", R"({"const":"\u0000"})"),
            Lines{R"( | enumeration added | - -> ["\u0000"] | breaks)"});
}

// Two levels of references a level: twice as many places with each. And rings of different length,
// which meet in all pairs.
std::string tower(int levels, const char* leaf) {
  std::string schema = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i < levels; ++i) {
    const std::string next = R"({"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"}";
    schema += "\"" + std::to_string(i) + R"(":{"properties":{"a":)" + next + R"(,"b":)" + next +
              R"(},"allOf":[)" + next + "," + next + "]},";
  }
  return schema + "\"" + std::to_string(levels) + "\":" + leaf + "}}";
}
std::string ring(int length) {
  std::string schema = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i < length; ++i) {
    schema += (i > 0 ? ",\"" : "\"") + std::to_string(i) + R"(":{"minLength":)" +
              std::to_string(i) + R"(,"properties":{"a":{"$ref":"#/$defs/)" +
              std::to_string((i + 1) % length) + R"("},"b":{"$ref":"#/$defs/)" +
              std::to_string((i + 7) % length) + R"("}}})";
  }
  return schema + "}}";
}

TEST(Difference, EndsOfHostileSchemas) {
  const auto begin = std::chrono::steady_clock::now();
  changes(tower(60, R"({"minLength":1})"), tower(60, R"({"minLength":2})"));
  changes(ring(997), ring(1009));
  std::string chain = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i < 20'000; ++i) {
    chain += "\"" + std::to_string(i) + R"(":{"properties":{"a":{"$ref":"#/$defs/)" +
             std::to_string(i + 1) + "\"}}},";
  }
  const Lines deep = changes(chain + R"("20000":{"minLength":1}}})", chain + R"("20000":{}}})");
  EXPECT_EQ(deep, Lines{" | not compared further | - -> - | ?"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));

  static int asked = 0;
  asked = 0;
  DifferenceOptions options;
  options.interrupted = []() noexcept { return ++asked > 3'000; };
  EXPECT_THROW(differences(ring(997), ring(1009), options), Interrupted);
}

TEST(Difference, RefusesWhatIsNoSchema) {
  EXPECT_THROW(changes("true", R"({"type":"strin"})"), SchemaError);
  EXPECT_THROW(changes("true", R"({"$ref":"urn:nowhere"})"), SchemaError);
}

}  // namespace
}  // namespace tenancy::jsonschema
