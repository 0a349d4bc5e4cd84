// What a schema says of properties that an index could be for.
#include "jsonschema/compiler/properties.hpp"

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using test::draft4;
using test::draft7;
using test::schema_of;

// Each property: its pointer and its signs: * marked, # identifier, [ in an array, { a container,
// - short.
std::vector<std::string> describe(const Properties& properties) {
  std::vector<std::string> lines;
  for (const Property& property : properties.found) {
    std::string line = property.pointer + " ";
    if (property.is_marked) line += '*';
    if (property.is_identifier) line += '#';
    if (property.is_in_array) line += '[';
    if (property.is_container) line += '{';
    if (property.is_short) line += '-';
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

Lines properties_of(std::string_view schema) {
  const Properties properties = find_properties(schema, {});
  EXPECT_TRUE(properties.is_whole);
  return describe(properties);
}

TEST(Properties, AreThoseThatAreNamed) {
  EXPECT_EQ(properties_of("true"), Lines{});
  EXPECT_EQ(properties_of(R"({"required":["a"],"patternProperties":{"b":{"x-index":true}},
      "additionalProperties":{"x-index":true},"propertyNames":{"x-index":true}})"),
            Lines{});
  EXPECT_EQ(properties_of(R"({"properties":{"b":true,"a":{},"c":false}})"),
            (Lines{"/a ", "/b ", "/c "}));
  EXPECT_EQ(properties_of(R"({"properties":{"a":{"properties":{"b/c":{"properties":{"":{}}}}}}})"),
            (Lines{"/a ", "/a/b~1c ", "/a/b~1c/ "}));
}

TEST(Properties, AreMarkedByTrueAlone) {
  EXPECT_EQ(
      properties_of(R"({"x-index":true,"properties":{"a":{"x-index":true},"b":{"x-index":false},
      "c":{"x-index":"true"},"d":{"x-index":1},"x-index":{}}})"),
      (Lines{"/a *", "/b ", "/c ", "/d ", "/x-index "}));
}

TEST(Properties, AreMarkedThroughWhatAppliesToThem) {
  EXPECT_EQ(properties_of(R"({"properties":{
      "ref":{"$ref":"#/$defs/mark"},
      "anchor":{"$ref":"#named"},
      "all":{"allOf":[{},{"allOf":[{"x-index":true}]}]},
      "any":{"anyOf":[{},{"x-index":true}]},
      "one":{"oneOf":[{"x-index":true}]},
      "then":{"if":{},"then":{"x-index":true}},
      "else":{"if":{},"else":{"x-index":true}},
      "depends":{"dependentSchemas":{"a":{"x-index":true}}},
      "not":{"not":{"x-index":true}},
      "if":{"if":{"x-index":true}}},
      "$defs":{"mark":{"x-index":true},"other":{"$anchor":"named","x-index":true}}})"),
            (Lines{"/all *", "/anchor *", "/any *", "/depends *", "/else *", "/if ", "/not ",
                   "/one *", "/ref *", "/then *"}));
  // From several schemas; and the root's own.
  EXPECT_EQ(
      properties_of(
          R"({"allOf":[{"properties":{"a":{"x-index":true}}},{"properties":{"a":{"maxLength":5},"b":{}}}],
      "$ref":"#/$defs/base","$defs":{"base":{"properties":{"c":{"x-index":true}}}}})"),
      (Lines{"/a *-", "/b ", "/c *"}));
}

TEST(Properties, AreFoundInAllDialects) {
  EXPECT_EQ(properties_of(schema_of(draft4, R"("properties":{"a":{"$ref":"#/definitions/m"}},
      "definitions":{"m":{"x-index":true}})")),
            (Lines{"/a *"}));
  EXPECT_EQ(properties_of(schema_of(
                draft7, R"("dependencies":{"x":{"properties":{"a":{"x-index":true}}},"y":["z"]})")),
            (Lines{"/a *"}));
  // Beside a $ref other keywords are ignored up to draft 7; what is no keyword may stand there.
  EXPECT_EQ(
      properties_of(schema_of(
          draft7,
          R"("properties":{"a":{"$ref":"#/definitions/m","x-index":true,"properties":{"b":{}}}},
      "definitions":{"m":{}})")),
      (Lines{"/a *"}));
  EXPECT_EQ(properties_of(R"({"$id":"http://x.y/z","properties":{"a":{"$ref":"w#/$defs/m"}},
      "$defs":{"w":{"$id":"w","$defs":{"m":{"x-index":true}}}}})"),
            (Lines{"/a *"}));
}

TEST(Properties, AreIdentifiersByNameOrFormat) {
  EXPECT_EQ(
      properties_of(
          R"({"properties":{"order_id":{},"orderId":{},"id":{},"_id":{},"Id":{},"paid":{},"valid":{},"ID":{},
      "u":{"format":"uuid"},"v":{"format":"uri"}}})"),
      (Lines{"/ID ", "/Id #", "/_id #", "/id ", "/orderId #", "/order_id #", "/paid ", "/u #-",
             "/v ", "/valid "}));
}

TEST(Properties, AreTextOrNot) {
  EXPECT_EQ(properties_of(R"({"properties":{
      "a":{"type":"object"},"b":{"type":["array","object"]},"c":{"type":["string","object"]},
      "d":{"anyOf":[{"type":"object"},{"type":"string"}]},"e":{"type":"integer"},"f":{"type":["number","null"]},
      "g":{"type":["number","string"]},"h":{"maxLength":600},"i":{"maxLength":601},"j":{"maxLength":1e2},
      "k":{"type":"string","format":"date-time"},"l":{"type":"boolean"},"m":{"maxLength":99999999999999999999},
      "n":{"enum":["a",1,null]},"o":{"enum":["a",{}]},"p":{"const":"a"},"q":{"const":[]}}})"),
            (Lines{"/a {", "/b {", "/c ", "/d ", "/e -", "/f -", "/g ", "/h -", "/i ", "/j ",
                   "/k -", "/l -", "/m ", "/n -", "/o ", "/p -", "/q "}));
}

TEST(Properties, BelowArraysHaveNoPath) {
  EXPECT_EQ(
      properties_of(
          R"({"properties":{"a":{"items":{"x-index":true,"properties":{"b_id":{"x-index":true}}},
      "prefixItems":[{"properties":{"c":{}}}],"contains":{"properties":{"d":{}}}},"*":{"properties":{"e":{}}}}})"),
      (Lines{"/* ", "/*/e ", "/a ", "/a/* *[", "/a/*/b_id *#[", "/a/*/c [", "/a/*/d ["}));
  EXPECT_EQ(properties_of(schema_of(
                draft7,
                R"("items":[{"properties":{"a":{}}}],"additionalItems":{"properties":{"b":{}}})")),
            (Lines{"/*/a [", "/*/b ["}));
}

TEST(Properties, OfSchemasWithinThemselvesAreFoundOnce) {
  EXPECT_EQ(
      properties_of(
          R"({"properties":{"child":{"$ref":"#"},"node_id":{},"list":{"items":{"$ref":"#"}}}})"),
      (Lines{"/child ", "/list ", "/node_id #"}));
  EXPECT_EQ(
      properties_of(R"({"$ref":"#/$defs/a","$defs":{"a":{"properties":{"b":{"$ref":"#/$defs/b"}}},
      "b":{"properties":{"a":{"$ref":"#/$defs/a"},"x_id":{}}}}})"),
      (Lines{"/b ", "/b/a ", "/b/x_id #"}));
  // The same schema twice, but not within itself, is two properties.
  EXPECT_EQ(properties_of(R"({"properties":{"from":{"$ref":"#/$defs/p"},"to":{"$ref":"#/$defs/p"}},
      "$defs":{"p":{"properties":{"id":{"x-index":true}}}}})"),
            (Lines{"/from ", "/from/id *", "/to ", "/to/id *"}));
}

TEST(Properties, OfHugeSchemasAreFoundWithinBounds) {
  // Each level has two properties of the next: 2 to the 40th paths.
  std::string doubling = R"({"$ref":"#/$defs/d0","$defs":{)";
  std::string same = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 40; ++i) {
    const std::string next = R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}";
    const std::string name = "\"d" + std::to_string(i) + "\":";
    doubling += name + R"({"properties":{"a":)" + next + R"(,"b":)" + next + "}},";
    same += name + R"({"allOf":[)" + next + "," + next + "]},";
  }
  const Properties found = find_properties(doubling + R"("d40":{"x-index":true}}})", {});
  EXPECT_FALSE(found.is_whole);
  EXPECT_LE(found.found.size(), 20'000U);
  // To apply a schema to the same value twice is no more work than once.
  EXPECT_EQ(properties_of(same + R"("d40":{"properties":{"a":{"x-index":true}}}}})"),
            (Lines{"/a *"}));

  std::string deep = "{}";
  for (int i = 0; i < 20; ++i) deep = R"({"properties":{"a":)" + deep + "}}";
  const Properties cut = find_properties(deep, {});
  EXPECT_FALSE(cut.is_whole);
  EXPECT_EQ(cut.found.size(), 16U);

  // Many ways to many properties.
  std::string many =
      R"({"properties":{"a":{"$ref":"#/$defs/d"},"b":{"$ref":"#/$defs/d"}},"$defs":{"d":{"properties":{)";
  for (int i = 0; i < 2000; ++i)
    many += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + R"(":{"$ref":"#/$defs/e"})";
  many += R"(}},"e":{"properties":{)";
  for (int i = 0; i < 2000; ++i) many += (i > 0 ? ",\"q" : "\"q") + std::to_string(i) + "\":{}";
  const Properties part = find_properties(many + "}}}}", {});
  EXPECT_FALSE(part.is_whole);
  EXPECT_LE(part.found.size(), 60'000U);

  std::string wide = R"({"properties":{)";
  for (int i = 0; i < 5000; ++i) wide += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + "\":{}";
  EXPECT_EQ(find_properties(wide + "}}", {}).found.size(), 5000U);
}

TEST(Properties, OfWhatIsNoSchemaAreRefused) {
  EXPECT_THROW(find_properties("{", {}), SchemaError);
  EXPECT_THROW(find_properties(R"({"$ref":"#/nowhere"})", {}), SchemaError);
  CompileOptions options;
  options.interrupted = []() noexcept { return true; };
  EXPECT_THROW(find_properties("{}", options), Interrupted);
}

}  // namespace
}  // namespace tenancy::jsonschema
