// Locations and messages of violations.
#include "jsonschema/report.hpp"

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using Lines = std::vector<std::string>;
using test::violations_of;

TEST(Report, MessagesOfEveryAssertion) {
  struct Case {
    const char* schema;
    const char* instance;
    const char* line;
  };
  for (const Case& c : {
           Case{R"({"type":"string"})", "1", " | /type | expected string, found integer"},
           Case{R"({"type":"integer"})", "1.5", " | /type | expected integer, found number"},
           Case{R"({"type":["null","string","object"]})", "true",
                " | /type | expected string, object or null, found boolean"},
           Case{R"({"enum":["blue"]})", "\"red\"",
                " | /enum | 'red' is not one of the allowed values"},
           Case{R"({"enum":["blue"]})", "[1]",
                " | /enum | an array of 1 element is not one of the allowed values"},
           Case{R"({"enum":[1,2]})", "1.5", " | /enum | 1.5 is not one of the allowed values"},
           Case{R"({"const":"a"})", "\"b\"", " | /const | 'b' is not the required value 'a'"},
           Case{R"({"const":{"a":1}})", "null",
                " | /const | null is not the required value {\"a\": 1}"},
           Case{R"({"const":1})", "2", " | /const | 2 is not the required value 1"},
           Case{R"({"maximum":10})", "17", " | /maximum | 17 is greater than the maximum of 10"},
           Case{R"({"minimum":1e2})", "-1.50",
                " | /minimum | -1.5 is less than the minimum of 100"},
           Case{R"({"exclusiveMinimum":5})", "5",
                " | /exclusiveMinimum | 5 is not greater than the exclusive minimum of 5"},
           Case{R"({"exclusiveMaximum":5})", "6",
                " | /exclusiveMaximum | 6 is not less than the exclusive maximum of 5"},
           Case{R"({"multipleOf":0.01})", "0.001",
                " | /multipleOf | 0.001 is not a multiple of 0.01"},
           Case{R"({"minLength":3})", "\"a\"",
                " | /minLength | 'a' has 1 character, fewer than the minimum of 3"},
           Case{R"({"minLength":1,"maxLength":2})", "\"abc\"",
                " | /maxLength | 'abc' has 3 characters, more than the maximum of 2"},
           Case{R"({"pattern":"^x"})", "\"abc\"",
                " | /pattern | 'abc' does not match the pattern '^x'"},
           Case{R"({"minItems":2})", "[1]",
                " | /minItems | array has 1 element, fewer than the minimum of 2"},
           Case{R"({"maxItems":0})", "[1,2]",
                " | /maxItems | array has 2 elements, more than the maximum of 0"},
           Case{R"({"minProperties":1})", "{}",
                " | /minProperties | object has 0 properties, fewer than the minimum of 1"},
           Case{R"({"uniqueItems":true})", "[1,2,3,2.0]",
                " | /uniqueItems | elements 1 and 3 are equal"},
           Case{R"({"contains":{"const":1}})", "[2]",
                " | /contains | no element matches the schema of contains"},
           Case{R"({"contains":{"const":1},"minContains":2})", "[1]",
                " | /minContains | only 1 of at least 2 elements match the schema of contains"},
           Case{R"({"contains":{"const":1},"maxContains":1})", "[1,1]",
                " | /maxContains | more than 1 elements match the schema of contains"},
           Case{R"({"required":["email"]})", "{}",
                " | /required | missing required property 'email'"},
           Case{R"({"additionalProperties":false})", R"({"x/y":1})",
                "/x~1y | /additionalProperties | property 'x/y' is not allowed"},
           Case{R"({"items":false})", "[7]", "/0 | /items | element 0 is not allowed"},
           Case{R"({"properties":{"a":false}})", R"({"a":1})",
                "/a | /properties/a | no value is allowed here"},
           Case{"false", "1", " |  | no value is allowed here"},
           Case{R"({"propertyNames":{"maxLength":1}})", R"({"ab":1})",
                "/ab | /propertyNames/maxLength | property name: 'ab' has 2 characters, more than "
                "the "
                "maximum of 1"},
           Case{R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})",
                " | /dependentRequired | missing property 'b', which property 'a' requires"},
           Case{R"({"not":{"type":"null"}})", "null",
                " | /not | null matches the schema that \"not\" forbids"},
           Case{R"({"oneOf":[{"type":"string"},{"type":"integer"},true]})", "1",
                " | /oneOf | 1 matches more than one schema of oneOf, among them schema 1"},
       }) {
    EXPECT_EQ(violations_of(c.schema, c.instance), Lines{c.line});
  }
  EXPECT_EQ(violations_of(R"({"format":"date"})", "\"x\"", 10, {.assert_format = true}),
            Lines{" | /format | 'x' does not have the format 'date'"});
}

TEST(Report, OfNumbersWhereNoneIsAdmitted) {
  EXPECT_EQ(violations_of(R"({"type":"integer","const":0.01})", "2"),
            Lines{" | /const | 2 is not the required value 0.01"});
  EXPECT_EQ(violations_of(R"({"type":"integer","enum":[0.5,"a"]})", "2"),
            Lines{" | /enum | 2 is not one of the allowed values"});
  EXPECT_EQ(violations_of(R"({"type":"integer","const":0.01})", "0.01"),
            Lines{" | /type | expected integer, found number"});
}

TEST(Report, HoldsNothingThatATextCannot) {
  // jsonb has no U+0000, but a schema may have.
  EXPECT_EQ(violations_of(R"({"required":["a\u0000b"],"patternProperties":{"[^\u0000]":false},
                              "allOf":[{"const":{"\u0000":["\u0000\""]}}]})",
                          R"({"x":1})"),
            (Lines{" | /required | missing required property 'a\\u0000b'",
                   " | /allOf/0/const | an object with 1 property is not the required value "
                   R"({"\u0000": ["\u0000\""]})",
                   "/x | /patternProperties/[^\\u0000] | no value is allowed here"}));
}

TEST(Report, EndsBeforeLongNamesFillTheMemory) {
  std::string instance = R"({")" + std::string(1'000'000, 'n') + R"(":[)";
  for (int i = 0; i < 999; ++i) instance += "1,";
  std::vector<Violation> violations;
  const auto program =
      test::compile_for_report(R"({"additionalProperties":{"items":{"type":"null"}}})");
  EXPECT_EQ(report(*program, test::jsonb_of(instance + "1]}").bytes(), {}, violations),
            Verdict::invalid);
  EXPECT_EQ(violations.size(), max_report_size / 1'000'000 + 1);
  EXPECT_EQ(violations[0].message, "expected null, found integer");
}

TEST(Report, LocationsLeadThroughReferences) {
  EXPECT_EQ(
      violations_of(R"({"properties":{"a":{"$ref":"#/$defs/s"}},"$defs":{"s":{"type":"string"}}})",
                    R"({"a":1})"),
      Lines{"/a | /properties/a/$ref/type | expected string, found integer"});
  EXPECT_EQ(violations_of(R"({"allOf":[true,{"if":true,"then":{"type":"null"}}]})", "1"),
            Lines{" | /allOf/1/then/type | expected null, found integer"});
  EXPECT_EQ(violations_of(R"({"patternProperties":{"/~":{"items":{"type":"null"}}}})",
                          R"({"a/~":[null,1]})"),
            Lines{"/a~1~0/1 | /patternProperties/~1~0/items/type | expected null, found integer"});
  EXPECT_EQ(violations_of(R"({"dependentSchemas":{"a":{"required":["b"]}}})", R"({"a":1})"),
            Lines{" | /dependentSchemas/a/required | missing required property 'b'"});
  EXPECT_EQ(
      violations_of(R"({"prefixItems":[true,{"type":"null"}],"items":{"const":1}})", "[0,0,0]"),
      (Lines{"/1 | /prefixItems/1/type | expected null, found integer",
             "/2 | /items/const | 0 is not the required value 1"}));
  EXPECT_EQ(violations_of(test::schema_of(test::draft7, R"("items":[true,{"type":"null"}],
                                                           "additionalItems":{"const":1})"),
                          "[0,0,0]"),
            (Lines{"/1 | /items/1/type | expected null, found integer",
                   "/2 | /additionalItems/const | 0 is not the required value 1"}));
}

TEST(Report, AlternativesWithTheirReasons) {
  EXPECT_EQ(violations_of(R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "1"),
            (Lines{" | /anyOf | 1 matches none of the 2 schemas of anyOf",
                   " | /anyOf/0/type | expected string, found integer",
                   " | /anyOf/1/minimum | 1 is less than the minimum of 5"}));
  EXPECT_EQ(violations_of(R"({"oneOf":[{"type":"string"},{"minimum":5}]})", "1"),
            (Lines{" | /oneOf | 1 matches none of the 2 schemas of oneOf",
                   " | /oneOf/0/type | expected string, found integer",
                   " | /oneOf/1/minimum | 1 is less than the minimum of 5"}));
}

TEST(Report, FindsAllInDocumentOrder) {
  const char* schema = R"({"type":"object","required":["id","zz"],"minProperties":9,
    "allOf":[{"properties":{"b":{"maximum":0}}}],
    "properties":{"a":{"type":"array","items":{"type":"string","minLength":2}},"b":{"type":"string"}},
    "additionalProperties":false})";
  EXPECT_EQ(violations_of(schema, R"({"a":[1,"x","xx",null],"b":3,"c":1})"),
            (Lines{" | /minProperties | object has 3 properties, fewer than the minimum of 9",
                   " | /required | missing required property 'id'",
                   " | /required | missing required property 'zz'",
                   "/a/0 | /properties/a/items/type | expected string, found integer",
                   "/a/1 | /properties/a/items/minLength | 'x' has 1 character, fewer than the "
                   "minimum of 2",
                   "/a/3 | /properties/a/items/type | expected string, found null",
                   "/b | /properties/b/type | expected string, found integer",
                   "/b | /allOf/0/properties/b/maximum | 3 is greater than the maximum of 0",
                   "/c | /additionalProperties | property 'c' is not allowed"}));
}

TEST(Report, HasALimit) {
  std::string array = "[1";
  for (int i = 0; i < 5000; ++i) array += ",1";
  array += "]";
  const char* schema = R"({"items":{"type":"string"}})";
  EXPECT_EQ(violations_of(schema, array).size(), 1000U);
  EXPECT_EQ(violations_of(schema, array, 3).size(), 3U);
  EXPECT_EQ(violations_of(schema, array, 3)[2],
            "/2 | /items/type | expected string, found integer");
  EXPECT_EQ(violations_of(schema, array, 0).size(), 0U);
}

TEST(Report, AppendsAndKeepsWhatWasThere) {
  std::vector<Violation> violations{{"x", "y", "z"}};
  const auto program = test::compile_for_report(R"({"type":"string"})");
  EXPECT_EQ(report(*program, test::jsonb_of("1").bytes(), {}, violations), Verdict::invalid);
  EXPECT_EQ(report(*program, test::jsonb_of("\"a\"").bytes(), {}, violations), Verdict::valid);
  ASSERT_EQ(violations.size(), 2U);
  EXPECT_EQ(violations[0].message, "z");
}

TEST(Report, CutsLongValuesAtACharacter) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xE2\x82\xAC";
  const Lines lines = violations_of(R"({"maxLength":1})", '"' + text + '"');
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], " | /maxLength | '" + text.substr(0, 78) +
                          "...' has 100 characters, more than the maximum of 1");
}

}  // namespace
}  // namespace tenancy::jsonschema
