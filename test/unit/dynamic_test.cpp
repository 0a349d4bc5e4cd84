// References that depend on the way by which they are reached: $dynamicRef and $recursiveRef.
#include <algorithm>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using test::draft2019;
using test::draft2020;
using test::draft7;
using test::expect_refused;
using test::expect_verdicts;
using test::given;
using test::refusal_of;
using test::schema_of;
using test::violations_of;

// A list whose elements are whatever the one who refers to it says.
const std::string generic_list = R"("list":{"$id":"http://x.y/list","type":"array",
    "items":{"$dynamicRef":"#element"},"$defs":{"any":{"$dynamicAnchor":"element"}}})";

TEST(DynamicRef, TakesTheOutermostAnchor) {
  expect_verdicts(R"({"$id":"http://x.y/strings","$ref":"list","$defs":{)" + generic_list +
                      R"(,"element":{"$dynamicAnchor":"element","type":"string"}}})",
                  {"[]", R"(["a"])"}, {"1", "[1]", R"(["a",1])"});
  // The one in the middle does not count, whatever it says.
  expect_verdicts(R"({"$id":"http://x.y/strings","$ref":"numbers","$defs":{)" + generic_list +
                      R"(,"numbers":{"$id":"numbers","$ref":"list","$defs":{
                            "element":{"$dynamicAnchor":"element","type":"number"}}},
                        "element":{"$dynamicAnchor":"element","type":"string"}}})",
                  {R"(["a"])"}, {"[1]"});
}

TEST(DynamicRef, OfSeveralWaysToOnePlace) {
  const std::string schema = R"({"$id":"http://x.y/","properties":{
        "any":{"$ref":"list"},"strings":{"$ref":"strings"},"numbers":{"$ref":"numbers"}},
      "$defs":{)" + generic_list +
                             R"(,"strings":{"$id":"strings","$ref":"list","$defs":{
              "e":{"$dynamicAnchor":"element","type":"string"}}},
         "numbers":{"$id":"numbers","$ref":"list","$defs":{
              "e":{"$dynamicAnchor":"element","type":"number"}}}}})";
  expect_verdicts(schema, {R"({"any":[1,"a"],"strings":["a"],"numbers":[1]})", R"({"any":[null]})"},
                  {R"({"strings":[1]})", R"({"numbers":["a"]})", R"({"any":{}})"});
  EXPECT_EQ(violations_of(schema, R"({"strings":[1],"numbers":["a"]})"),
            (std::vector<std::string>{
                "/numbers/0 | /properties/numbers/$ref/$ref/items/$dynamicRef/type | expected "
                "number, found string",
                "/strings/0 | /properties/strings/$ref/$ref/items/$dynamicRef/type | expected "
                "string, found integer"}));
}

TEST(DynamicRef, LeavesScopesAgain) {
  // The branch of `if` has been through a resource that says something else.
  expect_verdicts(R"({"$id":"http://x.y/","if":{"$ref":"numbers"},"then":{"$ref":"list"},
      "else":{"$ref":"strings"},"$defs":{)" +
                      generic_list +
                      R"(,"numbers":{"$id":"numbers","$ref":"list","$defs":{
              "e":{"$dynamicAnchor":"element","type":"number"}}},
         "strings":{"$id":"strings","$ref":"list","$defs":{
              "e":{"$dynamicAnchor":"element","type":"string"}}}}})",
                  {"[1]", R"(["a"])", "[]"}, {R"([1,"a"])", "[null]", "1"});
}

TEST(DynamicRef, IsPlainWhereItFirstLeadsToNoDynamicAnchor) {
  const std::string_view list = R"("list":{"$id":"list","items":{"$dynamicRef":"#element"},
      "$defs":{"any":{"$anchor":"element"}}})";
  expect_verdicts(R"({"$id":"http://x.y/s","$ref":"list","$defs":{)" + std::string(list) +
                      R"(,"e":{"$dynamicAnchor":"element","type":"string"}}})",
                  {"[1]", R"(["a"])"}, {});
  // A JSON Pointer names one schema, not a name.
  expect_verdicts(R"({"$id":"http://x.y/s","$ref":"list","$defs":{
      "list":{"$id":"list","items":{"$dynamicRef":"#/$defs/any"},
              "$defs":{"any":{"$dynamicAnchor":"element"}}},
      "e":{"$dynamicAnchor":"element","type":"string"}}})",
                  {"[1]"}, {});
  // $ref knows no dynamic scope, also where it leads to a dynamic anchor.
  expect_verdicts(R"({"$id":"http://x.y/s","$ref":"list","$defs":{
      "list":{"$id":"list","items":{"$ref":"#element"},
              "$defs":{"any":{"$dynamicAnchor":"element"}}},
      "e":{"$dynamicAnchor":"element","type":"string"}}})",
                  {"[1]"}, {});
}

TEST(DynamicRef, LeadsIntoAnotherResource) {
  const auto options = given(
      {{"http://x.y/list", R"({"type":"array","items":{"$dynamicRef":"kinds#element"}})"},
       {"http://x.y/kinds", R"({"$defs":{"e":{"$dynamicAnchor":"element","type":"null"}}})"}});
  expect_verdicts(R"({"$ref":"http://x.y/list"})", {"[null]"}, {"[1]"}, options);
  expect_verdicts(R"({"$ref":"http://x.y/list","$defs":{
                      "e":{"$dynamicAnchor":"element","type":"string"}}})",
                  {R"(["a"])"}, {"[null]"}, options);
}

TEST(DynamicRef, ExtendsATree) {
  const auto options = given(
      {{"http://x.y/tree", R"({"$id":"http://x.y/tree","$dynamicAnchor":"node","type":"object",
          "properties":{"data":true,"children":{"type":"array","items":{"$dynamicRef":"#node"}}}})"}});
  expect_verdicts(
      R"({"$id":"http://x.y/strict","$dynamicAnchor":"node","$ref":"tree",
                      "unevaluatedProperties":false})",
      {R"({"children":[{"data":1},{"children":[{}]}]})"},
      {R"({"daat":1})", R"({"children":[{"daat":1}]})", R"({"children":[{"children":[{"x":1}]}]})"},
      options);
  // Without it, the tree is what it says alone.
  expect_verdicts(R"({"$ref":"http://x.y/tree"})", {R"({"children":[{"daat":1}]})"},
                  {R"({"children":[1]})"}, options);
}

TEST(DynamicRef, SeveralNamesAtOnce) {
  const std::string pair = R"("pair":{"$id":"http://x.y/pair","prefixItems":[
      {"$dynamicRef":"#left"},{"$dynamicRef":"#right"}],
      "$defs":{"l":{"$dynamicAnchor":"left"},"r":{"$dynamicAnchor":"right"}}})";
  const std::string schema = R"({"$id":"http://x.y/","properties":{"a":{"$ref":"l"},
      "b":{"$ref":"r"},"c":{"$ref":"lr"},"d":{"$ref":"pair"}},"$defs":{)" +
                             pair + R"(,
      "l":{"$id":"l","$ref":"pair","$defs":{"x":{"$dynamicAnchor":"left","type":"null"}}},
      "r":{"$id":"r","$ref":"pair","$defs":{"x":{"$dynamicAnchor":"right","type":"null"}}},
      "lr":{"$id":"lr","$ref":"l","$defs":{"x":{"$dynamicAnchor":"right","type":"string"}}}}})";
  expect_verdicts(schema, {R"({"a":[null,1],"b":[1,null],"c":[null,"s"],"d":[1,1]})"},
                  {R"({"a":[1,1]})", R"({"b":[1,1]})", R"({"c":[null,1]})", R"({"c":[1,"s"]})"});
}

TEST(DynamicRef, LoopsAreRefused) {
  expect_refused(R"({"$dynamicAnchor":"a","$dynamicRef":"#a"})", SchemaErrorKind::looping,
                 "/$dynamicRef", "schema applies itself to the same value without end");
  // A loop only by the way through the outer resource.
  const auto refusal = refusal_of(R"({"$id":"http://x.y/o","$dynamicAnchor":"n","$ref":"i",
      "$defs":{"i":{"$id":"i","allOf":[{"$dynamicRef":"#n"}],
                    "$defs":{"n":{"$dynamicAnchor":"n"}}}}})");
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->kind, SchemaErrorKind::looping);
  EXPECT_EQ(refusal->pointer, "/$defs/i/allOf/0/$dynamicRef");
}

TEST(DynamicRef, Unresolved) {
  expect_refused(R"({"$dynamicRef":"#a","$defs":{"i":{"$id":"i","$dynamicAnchor":"a"}}})",
                 SchemaErrorKind::unresolved, "/$dynamicRef",
                 "reference '#a' names nothing in this schema");
  expect_refused(R"({"$defs":{"a":{"$dynamicAnchor":"n"},"b":{"$anchor":"n"}}})",
                 SchemaErrorKind::invalid, "/$defs/b/$anchor", "anchor 'n' is given twice");
  EXPECT_FALSE(refusal_of(R"({"$defs":{"a":{"$dynamicAnchor":"n","$anchor":"n"}}})"));
}

// "http://x.y/tree" in 2019-09, open or not to those who extend it.
CompileOptions tree_2019(bool open) {
  return given(
      {{"http://x.y/tree", schema_of(draft2019, R"("$id":"http://x.y/tree","$recursiveAnchor":)" +
                                                    std::string(open ? "true" : "false") +
                                                    R"(,"type":"object","properties":{"data":true,
          "children":{"type":"array","items":{"$recursiveRef":"#"}}})")}});
}

TEST(RecursiveRef, ExtendsATree) {
  const std::string strict =
      schema_of(draft2019, R"("$id":"http://x.y/strict","$recursiveAnchor":true,"$ref":"tree",
                    "unevaluatedProperties":false)");
  expect_verdicts(strict, {R"({"children":[{"data":1}]})"},
                  {R"({"daat":1})", R"({"children":[{"daat":1}]})"}, tree_2019(true));
  // Both must agree: here the tree does not, and there the one who extends it.
  expect_verdicts(strict, {R"({"children":[{"daat":1}]})"}, {R"({"daat":1})"}, tree_2019(false));
  expect_verdicts(schema_of(draft2019, R"("$id":"http://x.y/strict","$ref":"tree",
                                          "unevaluatedProperties":false)"),
                  {R"({"children":[{"daat":1}]})"}, {R"({"daat":1})"}, tree_2019(true));
}

TEST(RecursiveRef, IsAPlainReferenceWithoutAnAnchor) {
  expect_verdicts(schema_of(draft2019, R"("type":"object",
                                          "additionalProperties":{"$recursiveRef":"#"})"),
                  {R"({"a":{"b":{}}})"}, {R"({"a":1})"});
  // Only at the root of a resource does the anchor mean something.
  expect_verdicts(schema_of(draft2019, R"("$id":"http://x.y/o","properties":{"a":{"$ref":"i"}},
      "type":"object","$recursiveAnchor":true,"$defs":{"i":{"$id":"i","$defs":{
          "x":{"$recursiveAnchor":true}},"items":{"$recursiveRef":"#"}}})"),
                  {R"({"a":[[],1]})"}, {"1"});
}

TEST(RecursiveRef, TheOutermostCounts) {
  const auto options =
      given({{"http://x.y/a", schema_of(draft2019, R"("$recursiveAnchor":true,
                                                "items":{"$recursiveRef":"#"})")},
             {"http://x.y/b", schema_of(draft2019, R"("$recursiveAnchor":true,"$ref":"a",
                                                "type":"array")")},
             {"http://x.y/c", schema_of(draft2019, R"("$recursiveAnchor":true,"$ref":"b",
                                                "maxItems":1)")}});
  expect_verdicts(schema_of(draft2019, R"("$ref":"http://x.y/a")"), {"[[1],1,1]"}, {}, options);
  expect_verdicts(schema_of(draft2019, R"("$ref":"http://x.y/b")"), {"[[],[]]"}, {"[1]"}, options);
  expect_verdicts(schema_of(draft2019, R"("$ref":"http://x.y/c")"), {"[[[]]]"},
                  {"[1]", "[[],[]]", "[[[],[]]]"}, options);
}

TEST(DynamicScopes, ThatMakeNoDifferenceAreNotTold) {
  // Nothing looks for these anchors: one resource needs one program, whoever refers to it.
  std::string schema = R"({"$id":"http://x.y/","anyOf":[)";
  std::string definitions;
  for (int i = 0; i < 2'000; ++i) {
    const std::string name = "r" + std::to_string(i);
    schema += (i > 0 ? R"(,{"$ref":")" : R"({"$ref":")") + name + "\"}";
    definitions +=
        "\"" + name + R"(":{"$id":")" + name + R"(","$dynamicAnchor":"a","$ref":"common"},)";
  }
  schema += R"(],"$defs":{)" + definitions + R"("common":{"$id":"common","$dynamicAnchor":"a",
      "type":"null"}}})";
  expect_verdicts(schema, {"null"}, {"1"});
}

TEST(DynamicScopes, HaveALimit) {
  const auto schema = [](int resources, int constant) {
    std::string any;
    std::string definitions;
    for (int i = 0; i < resources; ++i) {
      const std::string name = "r" + std::to_string(i);
      any += (i > 0 ? R"(,{"$ref":")" : R"({"$ref":")") + name + "\"}";
      definitions +=
          "\"" + name + R"(":{"$id":")" + name + R"(","$dynamicAnchor":"a","$ref":"common"},)";
    }
    std::string zeros = "0";
    for (int i = 0; i < constant; ++i) zeros += ",0";
    return R"({"$id":"http://x.y/","anyOf":[)" + any + R"(],"$defs":{)" + definitions +
           R"("common":{"$id":"common","$dynamicAnchor":"a","items":{"$dynamicRef":"#a"},
              "not":{"const":[)" +
           zeros + "]}}}}";
  };
  EXPECT_FALSE(refusal_of(schema(900, 1)));
  const auto scopes = refusal_of(schema(1'100, 1));
  ASSERT_TRUE(scopes.has_value());
  EXPECT_EQ(scopes->kind, SchemaErrorKind::too_large);
  EXPECT_EQ(scopes->message, "more than 1000 different dynamic scopes");
  // Each scope would have a copy of the constant.
  const auto size = refusal_of(schema(200, 10'000));
  ASSERT_TRUE(size.has_value());
  EXPECT_EQ(size->kind, SchemaErrorKind::too_large);
  EXPECT_EQ(size->message, "schema is too large for the number of its different dynamic scopes");
}

TEST(DynamicScopes, ManyAnchorsTakeTimeInProportion) {
  std::string schema = R"({"$id":"http://x.y/","properties":{"b":{"$ref":"b"}},"$defs":{)";
  std::string definitions;
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "a" + std::to_string(i);
    definitions += "\"" + name + R"(":{"$dynamicAnchor":")" + name +
                   R"(","items":{"$dynamicRef":"#)" + name + "\"}},";
  }
  schema +=
      R"("b":{"$id":"b","$defs":{)" + definitions + R"("z":{}}},)" + definitions + R"("z":{}}})";
  expect_verdicts(schema, {R"({"b":1})"}, {});  // a minute, when each looked at all
}

}  // namespace
}  // namespace tenancy::jsonschema
