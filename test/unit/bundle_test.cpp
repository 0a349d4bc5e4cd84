// Bundles say what the schemas say that they are made of.
#include "jsonschema/bundle.hpp"

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using test::draft2019;
using test::draft2020;
using test::draft4;
using test::draft6;
using test::draft7;
using test::finder;
using test::given;
using test::Resources;
using test::schema_of;

// Expects that the bundle needs nothing, and says of each instance what the schema says.
void expect_equal(const std::string& schema, const Resources& resources,
                  const std::vector<std::string>& valid, const std::vector<std::string>& invalid) {
  SCOPED_TRACE(schema);
  test::expect_verdicts(schema, valid, invalid, given(resources));
  std::string bundled;
  ASSERT_NO_THROW(bundled = bundle(schema, finder(resources)));
  test::expect_verdicts(bundled, valid, invalid);
  EXPECT_EQ(bundle(bundled, finder(resources)), bundled);
}

TEST(Bundle, IsTheSchemaThatNeedsNothing) {
  for (const char* schema : {"true", " {} ", R"({ "$ref":"#/$defs/a","$defs":{"a":{}} })",
                             R"({"$ref":"http://json-schema.org/draft-07/schema#"})"}) {
    EXPECT_EQ(bundle(schema, finder({})), schema);
    EXPECT_EQ(bundle(schema, nullptr), schema);
  }
}

TEST(Bundle, HoldsWhatIsReferredTo) {
  EXPECT_EQ(bundle(R"({"$ref":"http://x.y/a","minimum":1.50,"$defs":{"own":{}}})",
                   finder({{"http://x.y/a", R"({"type": "number"})"}})),
            R"({"$ref":"http://x.y/a","minimum":1.50,"$defs":{"own":{},)"
            R"("http://x.y/a":{"$id":"http://x.y/a","type":"number"}}})");
}

TEST(Bundle, OfReferencesBehindReferences) {
  expect_equal(
      R"({"$id":"http://x.y/root","items":{"$ref":"a/b"}})",
      {{"http://x.y/a/b", R"({"properties":{"p":{"$ref":"../c#n"},"q":{"$ref":"../root"}}})"},
       {"http://x.y/c", R"({"$defs":{"d":{"$anchor":"n","$ref":"urn:x:e"}}})"},
       {"urn:x:e", R"({"$ref":"#/$defs/f","$defs":{"f":{"type":"null"}}})"}},
      {R"([{"p":null,"q":[{"p":null}]}])"}, {R"([{"p":1}])", R"([{"q":[{"p":1}]}])"});
  // Relative all the way: no base is absolute.
  expect_equal(
      R"({"$ref":"dir/a"})",
      {{"dir/a", R"({"$ref":"b#/$defs/n"})"}, {"dir/b", R"({"$defs":{"n":{"type":"null"}}})"}},
      {"null"}, {"1"});
}

TEST(Bundle, OfBooleans) {
  for (const std::string_view dialect : {draft4, draft6, draft7, draft2019, draft2020}) {
    expect_equal(
        schema_of(dialect, R"("properties":{"t":{"$ref":"x:true"},"f":{"$ref":"x:false"}})"),
        {{"x:true", "true"}, {"x:false", "false"}}, {R"({"t":1})"}, {R"({"f":1})"});
    // Found from a schema of another dialect than the root's.
    expect_equal(schema_of(dialect, R"("properties":{"p":{"$ref":"http://x.y/a"}})"),
                 {{"http://x.y/a", schema_of(draft4, R"("properties":{"q":{"$ref":"b"}})")},
                  {"http://x.y/b", "false"}},
                 {R"({"p":{}})"}, {R"({"p":{"q":1}})"});
  }
}

TEST(Bundle, OfSchemasThatCallThemselvesOtherwise) {
  expect_equal(R"({"items":{"$ref":"http://x.y/a"}})",
               {{"http://x.y/a", R"({"$id":"http://z/b","items":{"$ref":"c"}})"},
                {"http://z/c", R"({"type":"null"})"}},
               {"[[null]]"}, {"[[1]]"});
  expect_equal(schema_of(draft4, R"("properties":{"p":{"$ref":"http://x.y/a"}})"),
               {{"http://x.y/a", R"({"id":"http://z/b","type":"null"})"}}, {R"({"p":null})"},
               {R"({"p":1})"});
  // Under two names, and under its own.
  const std::string text = R"({"$id":"http://z/b","type":"null"})";
  expect_equal(
      R"({"prefixItems":[{"$ref":"http://x.y/a"},{"$ref":"http://x.y/b"},{"$ref":"http://z/b"}]})",
      {{"http://x.y/a", text}, {"http://x.y/b", text}}, {"[null,null,null]"},
      {"[1]", "[null,1]", "[null,null,1]"});
  // One that is inside of the root already.
  expect_equal(R"({"prefixItems":[{"$ref":"http://x.y/a"}],"$defs":{"b":)" + text + "}}",
               {{"http://x.y/a", text}}, {"[null]"}, {"[1]"});
}

TEST(Bundle, RefersBelowASecondNameByTheFirst) {
  const Resources resources{
      {"http://x.y/a",
       R"({"$id":"http://z/b","$defs":{"n":{"type":"null"},"m":{"$anchor":"m","type":"array"}}})"},
      {"http://x.y/c", R"({"items":{"$ref":"a#/$defs/n"},"contains":{"$ref":"http://z/b#m"}})"},
      {"http://x.y/7", schema_of(draft7, R"("allOf":[{"$ref":"a#/$defs/n"}],"$ref":"a#m")")}};
  EXPECT_EQ(bundle(R"({"$ref":"http://x.y/a#/$defs/n","const":"http://x.y/a#/$defs/n"})",
                   finder(resources)),
            R"({"$ref":"http://z/b#/$defs/n","const":"http://x.y/a#/$defs/n","$defs":{)"
            R"("http://z/b":{"$id":"http://z/b","$defs":{"n":{"type":"null"},)"
            R"("m":{"$anchor":"m","type":"array"}}},)"
            R"("http://x.y/a":{"$id":"http://x.y/a","$ref":"http://z/b"}}})");
  expect_equal(R"({"prefixItems":[{"$ref":"http://x.y/a#/$defs/n"},{"$ref":"http://x.y/a#m"},
                                  {"$ref":"http://x.y/a"},{"$ref":"http://x.y/7"}]})",
               resources, {"[null,[],1,[]]"}, {"[1]", "[null,1]", "[null,[],1,null]"});
  expect_equal(R"({"allOf":[{"$ref":"http://x.y/c"}],"minItems":1})",
               {{"http://x.y/a", resources.find("http://x.y/a")->second},
                {"http://x.y/c", R"({"items":{"$ref":"a#/$defs/n"}})"}},
               {"[null]"}, {"[1]", "[]"});
  expect_equal(R"({"$dynamicRef":"http://x.y/a#n"})",
               {{"http://x.y/a", R"({"$id":"http://z/b","$defs":{"d":{"$dynamicAnchor":"n",
                                                             "type":"null"}}})"}},
               {"null"}, {"1"});
}

TEST(Bundle, CannotReferToAPlaceByARelativeName) {
  try {
    bundle(R"({"$ref":"dir/a#/$defs/n"})",
           finder({{"dir/a", R"({"$id":"b","$defs":{"n":{"$ref":"c#/$defs/n"}}})"},
                   {"dir/c", R"({"$id":"d","$defs":{"n":{}}})"}}));
    FAIL();
  } catch (const SchemaError& error) {
    EXPECT_EQ(error.kind(), SchemaErrorKind::unsupported);
    EXPECT_STREQ(error.what(),
                 "schema cannot be bundled: in one document, reference 'c#/$defs/n' names nothing "
                 "in the schema 'dir/c'");
  }
}

TEST(Bundle, KeepsSiblingsOfReferencesSilentUpToDraft7) {
  for (const std::string_view dialect : {draft4, draft6, draft7}) {
    expect_equal(schema_of(dialect, R"("$ref":"http://x.y/a","type":"string","allOf":[{"not":{}}],
                                       "$id":"http://z/","id":"http://z/")"),
                 {{"http://x.y/a", R"({"type":"null"})"}}, {"null"}, {"\"a\""});
    // Of a root that is read by its $ref alone, what that leads to stays where it is.
    expect_equal(schema_of(dialect, R"("$ref":"#/x/y","x":{"y":{"type":"object","properties":{
                                       "p":{"$ref":"http://x.y/a"}}}},"definitions":{"d":{}})"),
                 {{"http://x.y/a", R"({"type":"null"})"}}, {R"({"p":null})"}, {"1", R"({"p":1})"});
    // So it is in what is embedded.
    expect_equal(R"({"items":{"$ref":"http://x.y/a"}})",
                 {{"http://x.y/a", schema_of(dialect, R"("$ref":"b","$id":"http://z/#q",
                                              "type":"string")")},
                  {"http://x.y/b", R"({"type":"null"})"}},
                 {"[null]"}, {"[\"a\"]"});
  }
}

TEST(Bundle, MixesDialects) {
  const Resources resources{
      {"http://x.y/4", schema_of(draft4, R"("minimum":1,"exclusiveMinimum":true)")},
      {"http://x.y/7", schema_of(draft7, R"("items":[{"$ref":"4"}],"additionalItems":false)")},
      // A `$ref` with siblings that count, which a root of draft 7 would ignore.
      {"http://x.y/20", schema_of(draft2020, R"("$ref":"#/allOf/0","allOf":[{"type":"array"}],
                                  "prefixItems":[{"$ref":"7"}],"unevaluatedItems":false)")},
  };
  for (const std::string_view dialect : {draft4, draft6, draft7, draft2019, draft2020}) {
    const auto schema = [&](const std::string& uri) {
      return schema_of(dialect, R"("properties":{"p":{"$ref":")" + uri + "\"}}");
    };
    expect_equal(schema("http://x.y/4"), resources, {R"({"p":2})"}, {R"({"p":1})"});
    expect_equal(schema("http://x.y/7"), resources, {R"({"p":[2]})"},
                 {R"({"p":[1]})", R"({"p":[2,2]})"});
    expect_equal(schema("http://x.y/20"), resources, {R"({"p":[[2]]})"},
                 {R"({"p":[[1]]})", R"({"p":[[2],1]})", R"({"p":1})"});
  }
}

TEST(Bundle, OfAnchors) {
  expect_equal(
      schema_of(draft7, R"("items":[{"$ref":"http://x.y/a#n"},{"$ref":"http://x.y/a#top"}])"),
      {{"http://x.y/a", R"({"$id":"http://x.y/a#top","type":["null","array"],
                                     "definitions":{"d":{"$id":"#n","type":"null"}}})"}},
      {"[null,[]]"}, {"[[]]", "[null,1]"});
}

TEST(Bundle, OfDynamicScopes) {
  expect_equal(
      R"({"$id":"http://x.y/r","$dynamicAnchor":"n","$ref":"t","unevaluatedProperties":false})",
      {{"http://x.y/t", R"({"$dynamicAnchor":"n","type":"object",
                                     "properties":{"c":{"$dynamicRef":"#n"},"v":{}}})"}},
      {R"({"c":{"v":1}})"}, {R"({"c":{"w":1}})"});
  expect_equal(schema_of(draft2019, R"("$id":"http://x.y/r","$recursiveAnchor":true,"$ref":"t",
                                       "unevaluatedProperties":false)"),
               {{"http://x.y/t", R"({"$recursiveAnchor":true,"type":"object",
                                     "properties":{"c":{"$recursiveRef":"#"},"v":{}}})"}},
               {R"({"c":{"v":1}})"}, {R"({"c":{"w":1}})"});
}

TEST(Bundle, OfMetaschemas) {
  const std::string core =
      R"("$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,
      "https://json-schema.org/draft/2020-12/vocab/applicator":true})";
  // Called by its own name, by another, by none.
  for (const char* id : {R"("$id":"http://x.y/m",)", R"("$id":"http://z/m",)", ""}) {
    const std::string metaschema = schema_of(draft2020, id + core);
    expect_equal(R"({"$schema":"http://x.y/m","type":"null","items":false})",
                 {{"http://x.y/m", metaschema}}, {"1", "[]"}, {"[1]"});
    // A schema with no $schema of its own, read as the one that refers to it.
    expect_equal(R"({"items":{"$ref":"http://x.y/b"}})",
                 {{"http://x.y/m", metaschema},
                  {"http://x.y/b", R"({"$schema":"http://x.y/m","allOf":[{"$ref":"c"}]})"},
                  {"http://x.y/c", R"({"type":"null","items":false})"}},
                 {"[1]", "[[]]"}, {"[[1]]"});
    // The other way around: a root with fewer keywords than what it refers to.
    expect_equal(
        R"({"$schema":"http://x.y/m","type":"null","items":{"$ref":"http://x.y/b"}})",
        {{"http://x.y/m", metaschema}, {"http://x.y/b", schema_of(draft2020, R"("type":"null")")}},
        {"1", "[null]"}, {"[1]"});
    expect_equal(
        R"({"$schema":"http://x.y/m","type":"null","items":{"$ref":"http://x.y/b"}})",
        {{"http://x.y/m", metaschema}, {"http://x.y/b", R"({"type":"null","items":false})"}},
        {"1", "[null]", "[1]"}, {"[[1]]"});
  }
  expect_equal(R"({"$schema":"http://x.y/m","minimum":1,"exclusiveMinimum":true})",
               {{"http://x.y/m", schema_of(draft4, R"("id":"http://x.y/m#")")}}, {"2"}, {"1"});
  // Bundled metaschemas are known anyway.
  expect_equal(
      R"({"prefixItems":[{"$ref":"http://json-schema.org/draft-07/schema#"},{"$ref":"x:a"}]})",
      {{"x:a", R"({"type":"null"})"}}, {"[true,null]"}, {"[1]", "[true,1]"});
}

TEST(Bundle, FindsNamesThatAreFree) {
  expect_equal(
      R"({"$ref":"http://x.y/a","$defs":{"http://x.y/a":{"type":"string"},"http://x.y/a_":{}}})",
      {{"http://x.y/a", R"({"type":"null"})"}}, {"null"}, {"1"});
}

TEST(Bundle, RefusesWhatCompileRefuses) {
  const auto refused = [](std::string_view schema, const Resources& resources) {
    try {
      bundle(schema, finder(resources));
    } catch (const SchemaError& error) {
      return error.pointer() + " " + error.what();
    }
    return std::string("taken");
  };
  EXPECT_EQ(refused(R"({"$ref":"http://x.y/a"})", {}),
            "/$ref reference 'http://x.y/a' names nothing that is known");
  EXPECT_EQ(refused(R"({"$ref":"http://x.y/a"})", {{"http://x.y/a", R"({"type":1})"}}),
            "http://x.y/a#/type type must be the name of a type, or an array of them");
  EXPECT_EQ(refused(R"({"$ref":"http://x.y/a"})", {{"http://x.y/a", R"({"$ref":"#"})"}}),
            "/$defs/http:~1~1x.y~1a/$ref schema applies itself to the same value without end");
}

}  // namespace
}  // namespace tenancy::jsonschema
