// What is refused, and how; what dialects make of keywords.
#include "jsonschema/compile.hpp"

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using test::draft2019;
using test::draft2020;
using test::draft4;
using test::draft6;
using test::draft7;
using test::expect_refused;
using test::expect_verdicts;
using test::refusal_of;
using test::schema_of;

void expect_invalid(std::string_view schema, std::string_view pointer, std::string_view message) {
  expect_refused(schema, SchemaErrorKind::invalid, pointer, message);
}

TEST(CompileErrors, NamePointerAndReason) {
  expect_invalid("17", "", "a schema must be an object, true or false");
  expect_invalid("null", "", "a schema must be an object, true or false");
  expect_invalid(R"({"properties":{"age":{"minimum":"0"}}})", "/properties/age/minimum",
                 "minimum must be a number");
  expect_invalid(
      R"({"type":"sting"})", "/type",
      "unknown type 'sting': the types are array, boolean, integer, null, number, object "
      "and string");
  expect_invalid(R"({"type":17})", "/type", "type must be the name of a type, or an array of them");
  expect_invalid(R"({"type":[]})", "/type", "type must name at least one type");
  expect_invalid(R"({"type":["null","null"]})", "/type/1", "type names 'null' twice");
  expect_invalid(R"({"enum":1})", "/enum", "enum must be an array");
  expect_invalid(R"({"required":"a"})", "/required", "required must be an array of property names");
  expect_invalid(R"({"required":["a",1]})", "/required/1",
                 "required must be an array of property names");
  expect_invalid(R"({"required":["a","a"]})", "/required/1", "required names 'a' twice");
  expect_invalid(R"({"properties":[]})", "/properties", "properties must be an object");
  expect_invalid(R"({"properties":{"a":1}})", "/properties/a",
                 "properties must be a schema: an object, true or false");
  expect_invalid(R"({"items":[{}]})", "/items",
                 "items must be a schema: the array form is called prefixItems in draft 2020-12");
  expect_invalid(R"({"allOf":[]})", "/allOf", "allOf must have at least one schema");
  expect_invalid(R"({"anyOf":{}})", "/anyOf", "anyOf must be an array of schemas");
  expect_invalid(R"({"not":1})", "/not", "not must be a schema: an object, true or false");
  expect_invalid(R"({"minLength":-1})", "/minLength",
                 "minLength must be an integer, zero or greater");
  expect_invalid(R"({"maxItems":1.5})", "/maxItems",
                 "maxItems must be an integer, zero or greater");
  expect_invalid(R"({"multipleOf":0})", "/multipleOf", "multipleOf must be greater than zero");
  expect_invalid(R"({"multipleOf":-1})", "/multipleOf", "multipleOf must be greater than zero");
  expect_invalid(R"({"uniqueItems":1})", "/uniqueItems", "uniqueItems must be true or false");
  expect_invalid(R"({"pattern":1})", "/pattern", "pattern must be a string");
  expect_invalid(R"({"title":1})", "/title", "title must be a string");
  expect_invalid(R"({"$ref":1})", "/$ref", "$ref must be a string");
  expect_invalid(R"({"$schema":1})", "/$schema", "$schema must be a string");
  expect_invalid(R"({"dependentRequired":{"a":"b"}})", "/dependentRequired/a",
                 "dependentRequired must be an array of property names");
  expect_invalid(R"({"exclusiveMinimum":true,"minimum":1})", "/exclusiveMinimum",
                 "exclusiveMinimum must be a number");
}

TEST(CompileErrors, PatternsAreChecked) {
  expect_invalid(R"({"items":{"pattern":"(a"}})", "/items/pattern",
                 "invalid regular expression '(a': a group is not closed");
  expect_invalid(R"({"patternProperties":{"[":{}}})", "/patternProperties/[",
                 "invalid regular expression '[': a class is not closed by \"]\"");
}

TEST(CompileErrors, DefinitionsAreChecked) {
  expect_invalid(R"({"$defs":{"a":{"properties":{"b":{"minimum":[]}}}}})",
                 "/$defs/a/properties/b/minimum", "minimum must be a number");
  expect_invalid(R"({"definitions":{"a":{"type":1}}})", "/definitions/a/type",
                 "type must be the name of a type, or an array of them");
  expect_invalid(R"({"then":{"type":1}})", "/then/type",
                 "type must be the name of a type, or an array of them");
}

TEST(CompileErrors, NumbersOutOfRange) {
  expect_refused(R"({"maximum":1e999999999})", SchemaErrorKind::too_large, "/maximum",
                 "maximum has an exponent beyond 1000000");
  expect_refused(R"({"multipleOf":1e-2000000})", SchemaErrorKind::too_large, "/multipleOf",
                 "multipleOf has an exponent beyond 1000000");
  expect_refused(R"({"multipleOf":)" + std::string(300, '7') + "}", SchemaErrorKind::too_large,
                 "/multipleOf", "multipleOf has more than 250 digits");
  // A count that no value reaches is no error.
  EXPECT_EQ(test::verdict_of(R"({"maxLength":1e20})", "\"a\""), Verdict::valid);
  EXPECT_EQ(test::verdict_of(R"({"minLength":1e20})", "\"a\""), Verdict::invalid);
}

TEST(CompileErrors, CanBeShown) {
  // No text of the server holds U+0000, and none should hold megabytes of a schema.
  expect_refused(R"({"properties":{"a\u0000":{"$ref":"#/\u0000"}}})", SchemaErrorKind::unresolved,
                 R"(/properties/a\u0000/$ref)",
                 R"(reference '#/\u0000' names nothing in this schema)");
  const std::string name(1'000'000, 'n');
  const auto refusal =
      refusal_of(R"({"properties":{")" + name + R"(":{"$ref":"#)" + name + "\"}}}");
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->pointer,
            "/properties/" + name.substr(0, 988) + "..." + name.substr(0, 495) + "/$ref");
  EXPECT_TRUE(refusal->message.starts_with("reference '#nnn"));
  EXPECT_TRUE(refusal->message.ends_with("nnn' names nothing in this schema"));
  EXPECT_LE(refusal->message.size(), 2'000U);
}

TEST(CompileErrors, WordsOfOtherDialectsAreNotChecked) {
  EXPECT_FALSE(refusal_of(schema_of(draft7, R"("unevaluatedProperties":17)")));
  EXPECT_FALSE(refusal_of(schema_of(draft2019, R"("$dynamicRef":17,"prefixItems":17)")));
  EXPECT_FALSE(refusal_of(schema_of(draft4, R"("$id":17,"const":17,"if":17)")));
  EXPECT_FALSE(refusal_of(schema_of(draft2020, R"("id":17,"additionalItems":17)")));
}

TEST(CompileErrors, Formats) {
  const CompileOptions assert_format{.assert_format = true};
  EXPECT_FALSE(refusal_of(R"({"format":"idn-email"})", assert_format).has_value());
  EXPECT_FALSE(refusal_of(R"({"format":"colour"})", assert_format).has_value());
}

TEST(Dialects, ExclusiveLimits) {
  expect_verdicts(schema_of(draft4, R"("minimum":1,"exclusiveMinimum":true)"), {"1.1"}, {"1", "0"});
  expect_verdicts(schema_of(draft4, R"("maximum":1,"exclusiveMaximum":false)"), {"1"}, {"1.1"});
  expect_invalid(schema_of(draft4, R"("exclusiveMinimum":1,"minimum":1)"), "/exclusiveMinimum",
                 "exclusiveMinimum must be true or false in draft 4");
  expect_invalid(schema_of(draft4, R"("exclusiveMinimum":true)"), "/exclusiveMinimum",
                 "exclusiveMinimum needs minimum beside it in draft 4");
  expect_verdicts(schema_of(draft6, R"("exclusiveMinimum":1)"), {"1.1"}, {"1"});
}

TEST(Dialects, BooleanSchemas) {
  expect_invalid(schema_of(draft4, R"("not":true)"), "/not",
                 "not must be a schema: in draft 4 an object");
  expect_verdicts(schema_of(draft4, R"("additionalProperties":false)"), {"{}", "1"}, {"{\"a\":1}"});
  expect_verdicts(schema_of(draft6, R"("not":true)"), {}, {"1"});
}

TEST(Dialects, ReferenceOverridesItsSiblingsUpToDraft7) {
  const std::string_view members = R"("$defs":{"s":{"type":"string"}},"definitions":{},
      "properties":{"a":{"$ref":"#/$defs/s","maxLength":1,"pattern":17}})";
  expect_verdicts(schema_of(draft7, members), {R"({"a":"long"})"}, {R"({"a":1})"});
  expect_invalid(schema_of(draft2019, members), "/properties/a/pattern",
                 "pattern must be a string");
  expect_verdicts(R"({"$defs":{"s":{"type":"string"}},"$ref":"#/$defs/s","maxLength":1})",
                  {"\"a\""}, {"1", "\"ab\""});
}

TEST(Dialects, ItemsBefore2020) {
  for (const std::string_view dialect : {draft4, draft6, draft7, draft2019}) {
    expect_verdicts(schema_of(dialect, R"("items":[{"type":"string"},{"type":"number"}],
                                          "additionalItems":{"type":"null"})"),
                    {"[]", R"(["a"])", R"(["a",1])", R"(["a",1,null,null])"},
                    {"[1]", R"(["a","b"])", R"(["a",1,2])"});
    expect_verdicts(schema_of(dialect, R"("items":{"type":"string"},"additionalItems":false)"),
                    {R"(["a","b"])"}, {"[1]"});
  }
  // In 2020-12 additionalItems is an unknown word.
  expect_verdicts(R"({"prefixItems":[{"type":"string"}],"additionalItems":false})", {R"(["a",1])"},
                  {"[1]"});
}

TEST(Dialects, WordsThatADialectDoesNotKnow) {
  expect_verdicts(schema_of(draft4, R"("const":1,"contains":17,"if":false)"), {"2"}, {});
  expect_verdicts(schema_of(draft6, R"("if":true,"then":false)"), {"2"}, {});
  expect_verdicts(schema_of(draft7, R"("dependentRequired":{"a":["b"]})"), {R"({"a":1})"}, {});
  expect_verdicts(R"({"x-anything":{"type":17},"minimun":3})", {"1"}, {});
}

TEST(Dialects, Dependencies) {
  for (const std::string_view dialect : {draft4, draft7, draft2020}) {
    expect_verdicts(schema_of(dialect, R"("dependencies":{"a":["b"],"c":{"minProperties":2}})"),
                    {"{}", R"({"a":1,"b":1})", R"({"c":1,"d":1})"}, {R"({"a":1})", R"({"c":1})"});
  }
}

TEST(Program, Explains) {
  const auto program = compile(R"({"type":"object","required":["b"],
      "properties":{"a":{"type":"integer","minimum":0},"b":{"enum":["x","yy",null]}},
      "additionalProperties":false})",
                               {});
  EXPECT_EQ(program->explain(), (std::vector<std::string>{
                                    "#2 root type object", "  object",
                                    "    plain_members 'a'=#3 'b'!=#4 additional nothing",
                                    "#3 type integer", "  number", "    range >= 0",
                                    "#4 type null|string", "  string", "    string_set 'x' 'yy'"}));
  EXPECT_EQ(compile("{}", {})->explain(), std::vector<std::string>{"anything"});
  EXPECT_GT(program->memory(), sizeof(Program));
}

TEST(Program, ForgetsWhatNothingReaches) {
  const auto with =
      compile(R"({"$defs":{"a":{"pattern":"x","enum":[1,"a",[2]]}},"type":"null"})", {});
  const auto without = compile(R"({"type":"null"})", {});
  EXPECT_EQ(with->memory(), without->memory());
}

}  // namespace
}  // namespace tenancy::jsonschema
