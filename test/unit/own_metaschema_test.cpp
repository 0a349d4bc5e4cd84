// Schemas against metaschemas that are none of the five.
#include "engine.hpp"
#include "jsonschema/bundle.hpp"

namespace tenancy::jsonschema {
namespace {

using test::draft2019;
using test::draft2020;
using test::draft4;
using test::draft7;
using test::expect_refused;
using test::expect_verdicts;
using test::finder;
using test::given;
using test::refusal_of;
using test::Resources;
using test::schema_of;

// All keywords of 2020-12, and `members`, for each subschema.
std::string metaschema(std::string_view id, std::string_view members,
                       std::string_view dialect = draft2020) {
  return schema_of(dialect, R"("$id":")" + std::string(id) + R"(","$dynamicAnchor":"meta",
      "$ref":"https://json-schema.org/draft/2020-12/schema",)" +
                                std::string(members));
}

// Objects need a title.
const std::string titled = metaschema("http://x.y/m", R"("required":["title"])");

TEST(OwnMetaschema, DecidesWhatIsASchema) {
  const auto options = given({{"http://x.y/m", titled}});
  expect_verdicts(R"({"$schema":"http://x.y/m","title":"a","type":"null"})", {"null"}, {"1"},
                  options);
  expect_refused(R"({"$schema":"http://x.y/m","type":"null"})", SchemaErrorKind::invalid, "",
                 "missing required property 'title' (metaschema 'http://x.y/m', at '/required')",
                 options);
}

TEST(OwnMetaschema, DecidesOfSubschemas) {
  const std::string schema = R"({"$schema":"http://x.y/m","title":"a","properties":{"p/q":{}}})";
  expect_refused(schema, SchemaErrorKind::invalid, "/properties/p~1q",
                 "missing required property 'title' (metaschema 'http://x.y/m', at "
                 "'/$ref/allOf/1/$ref/properties/properties/additionalProperties/$dynamicRef/"
                 "required')",
                 given({{"http://x.y/m", titled}}));
  // Where nothing leads from it to subschemas, it says nothing of them.
  EXPECT_FALSE(refusal_of(
      schema, given({{"http://x.y/m", schema_of(draft2020, R"("required":["title"])")}})));
}

TEST(OwnMetaschema, DecidesOfUnknownKeywords) {
  const auto options =
      given({{"http://x.y/m", metaschema("http://x.y/m", R"("properties":{"unit":{"enum":["m","s"]},
          "limit":{"maximum":100000000000000000.5}},
          "dependentRequired":{"unit":["limit"]})")}});
  expect_verdicts(
      R"({"$schema":"http://x.y/m","items":{"unit":"m",
          "limit":100000000000000000.5}})",
      {"[1]"}, {}, options);
  expect_refused(R"({"$schema":"http://x.y/m","items":{"unit":"m",
                    "limit":100000000000000000.6}})",
                 SchemaErrorKind::invalid, "/items/limit",
                 "100000000000000000.6 is greater than the maximum of "
                 "100000000000000000.5 (metaschema 'http://x.y/m', at "
                 "'/$ref/allOf/1/$ref/properties/items/$dynamicRef/properties/limit/maximum')",
                 options);
  EXPECT_TRUE(refusal_of(R"({"$schema":"http://x.y/m","unit":"kg","limit":1})", options));
  EXPECT_TRUE(refusal_of(R"({"$schema":"http://x.y/m","unit":"m"})", options));
}

TEST(OwnMetaschema, OfEachDialect) {
  const Resources resources{
      {"http://x.y/4", schema_of(draft4, R"("id":"http://x.y/4#",
          "allOf":[{"$ref":"http://json-schema.org/draft-04/schema#"}],
          "properties":{"minimum":{"maximum":5}})")},
      {"http://x.y/7", schema_of(draft7, R"("$id":"http://x.y/7",
          "allOf":[{"$ref":"http://json-schema.org/draft-07/schema#"}],
          "properties":{"minimum":{"maximum":5}})")},
      {"http://x.y/19", schema_of(draft2019, R"("$id":"http://x.y/19","$recursiveAnchor":true,
          "$ref":"https://json-schema.org/draft/2019-09/schema",
          "properties":{"minimum":{"maximum":5}})")},
  };
  for (const char* uri : {"http://x.y/4", "http://x.y/7", "http://x.y/19"}) {
    const auto schema = [&](std::string_view members) {
      return schema_of(R"("$schema":")" + std::string(uri) + "\"", members);
    };
    expect_verdicts(schema(R"("minimum":5)"), {"5"}, {"4"}, given(resources));
    expect_refused(schema(R"("minimum":6)"), SchemaErrorKind::invalid, "/minimum",
                   "6 is greater than the maximum of 5 (metaschema '" + std::string(uri) +
                       "', at '/properties/minimum/maximum')",
                   given(resources));
    // Of the three, 2019-09 alone has a way to change what the standard one says of subschemas.
    EXPECT_EQ(refusal_of(schema(R"("not":{"minimum":6})"), given(resources)).has_value(),
              uri == std::string_view("http://x.y/19"));
  }
}

TEST(OwnMetaschema, Embedded) {
  for (const char* id : {"http://x.y/m", "m", "./m#"}) {
    const std::string definitions =
        R"("$defs":{"m":)" + metaschema(id, R"("properties":{"minimum":{"maximum":5}})") + "}}";
    const std::string start = R"({"$id":"http://x.y/s","$schema":"http://x.y/m",)";
    expect_verdicts(start + R"("minimum":5,)" + definitions, {"5"}, {"4"});
    expect_refused(start + R"("minimum":6,)" + definitions, SchemaErrorKind::invalid, "/minimum",
                   "6 is greater than the maximum of 5 (metaschema 'http://x.y/m', at "
                   "'/properties/minimum/maximum')");
  }
  // Below two relative identifiers, and in draft 4.
  expect_refused(
      R"({"$id":"http://x.y/s","$schema":"http://x.y/a/m","minLength":1,"$defs":{
          "a":{"$id":"a/b","$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{
               "m":{"$id":"m","maxProperties":2}}}}})",
      SchemaErrorKind::invalid, "",
      "object has 4 properties, more than the maximum of 2 (metaschema 'http://x.y/a/m', at "
      "'/maxProperties')");
  expect_refused(R"({"id":"http://x.y/s","$schema":"http://x.y/m","minLength":1,"definitions":{
                     "m":{"id":"m",)" +
                     std::string(draft4) + R"(,"maxProperties":2}}})",
                 SchemaErrorKind::invalid, "",
                 "object has 4 properties, more than the maximum of 2 (metaschema 'http://x.y/m', "
                 "at '/maxProperties')");
}

TEST(OwnMetaschema, IsASchemaSomewhere) {
  // Inside of a constant it is none.
  expect_refused(R"({"$schema":"http://x.y/m","const":{"$id":"http://x.y/m"}})",
                 SchemaErrorKind::unresolved, "/$schema", "unknown dialect 'http://x.y/m'");
}

TEST(OwnMetaschema, OfEmbeddedSchemas) {
  const auto options = given({{"http://x.y/m", titled}});
  const std::string own = R"("$id":"http://x.y/e","$schema":"http://x.y/m")";
  // The schema around it has no titles.
  expect_verdicts(R"({"items":{)" + own + R"(,"title":"a","type":"null"}})", {"[null]"}, {"[1]"},
                  options);
  expect_refused(R"({"items":{)" + own + R"(,"type":"null"}})", SchemaErrorKind::invalid, "/items",
                 "missing required property 'title' (metaschema 'http://x.y/m', at '/required')",
                 options);
  expect_refused(
      R"({"$defs":{"d":{)" + own + R"(,"type":"null"}}})", SchemaErrorKind::invalid, "/$defs/d",
      "missing required property 'title' (metaschema 'http://x.y/m', at '/required')", options);
  // Without a `$schema` it is a part of what it stands in.
  expect_refused(R"({"$schema":"http://x.y/m","title":"a","$defs":{"d":{"$id":"http://x.y/e"}}})",
                 SchemaErrorKind::invalid, "/$defs/d",
                 "missing required property 'title' (metaschema 'http://x.y/m', at "
                 "'/$ref/allOf/0/$ref/properties/$defs/additionalProperties/$dynamicRef/required')",
                 options);
}

TEST(OwnMetaschema, IsNotThatOfEmbeddedSchemas) {
  // As a definition it is not looked at, elsewhere as if it were referred to.
  const std::string embedded = R"({"$id":"e","$schema":"http://json-schema.org/draft-07/schema#",
                                   "items":[{"type":"null"}]})";
  const std::string start = R"({"$id":"http://x.y/s","$schema":"http://x.y/m","title":"a",)";
  const auto need = [](std::string_view names) {
    return given({{"http://x.y/m", metaschema("http://x.y/m", R"("anyOf":[{"required":[)" +
                                                                  std::string(names) + "]}]")}});
  };
  expect_verdicts(
      start + R"("properties":{"p":{"title":"b","$ref":"e"}},"$defs":{"e":)" + embedded + "}}",
      {R"({"p":[null]})"}, {R"({"p":[1]})"}, need(R"("title")"));
  const std::string applied = start + R"("properties":{"p":)" + embedded + "}}";
  EXPECT_EQ(refusal_of(applied, need(R"("title")"))->pointer, "/properties/p");
  const auto options = given({{"http://x.y/m", metaschema("http://x.y/m",
                                                          R"("anyOf":[{"required":["title"]},
          {"properties":{"$ref":{"const":"http://x.y/e"}},"required":["$ref"],"maxProperties":1}])")}});
  expect_verdicts(applied, {R"({"p":[null]})"}, {R"({"p":[1]})"}, options);
}

TEST(OwnMetaschema, OfOneDialectInPlace) {
  // What is of the same dialect is a part of what it is applied in, and stands for itself too.
  const std::string inner = R"({"$id":"e","$schema":"http://x.y/m","title":"b","not":)";
  const std::string start =
      R"({"$id":"http://x.y/s","$schema":"http://x.y/m","title":"a","items":)";
  const auto options = given({{"http://x.y/m", titled}});
  expect_verdicts(start + inner + R"({"title":"c","type":"null"}}})", {"[1]"}, {"[null]"}, options);
  EXPECT_EQ(refusal_of(start + inner + "{}}}", options)->pointer, "/items/not");
}

TEST(OwnMetaschema, OfWhatItsReferencesName) {
  const Resources resources{{"http://x.y/m", titled},
                            {"http://x.y/a", R"({"$schema":"http://x.y/m"})"},
                            {"http://x.y/b", R"({"type":"null"})"},
                            {"http://x.y/t", "true"}};
  const std::string where = "missing required property 'title' (metaschema 'http://x.y/m', at ";
  expect_refused(R"({"$ref":"http://x.y/a"})", SchemaErrorKind::invalid, "http://x.y/a#",
                 where + "'/required')", given(resources));
  // It inherits the dialect.
  expect_refused(R"({"$schema":"http://x.y/m","title":"a","$ref":"http://x.y/b"})",
                 SchemaErrorKind::invalid, "http://x.y/b#", where + "'/required')",
                 given(resources));
  EXPECT_FALSE(refusal_of(R"({"$schema":"http://x.y/m","title":"a","$ref":"http://x.y/t"})",
                          given(resources)));
}

TEST(OwnMetaschema, ThatDescribesItself) {
  const std::string core =
      R"("$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,
                        "https://json-schema.org/draft/2020-12/vocab/validation":true},)";
  const auto own = [&](std::string_view members) {
    return metaschema("http://x.y/m", core + std::string(members), R"("$schema":"http://x.y/m")");
  };
  const std::string schema = R"({"$schema":"http://x.y/m","title":"a","type":"array",
                                 "items":false})";
  const Resources good{{"http://x.y/m", own(R"("title":"m","required":["title"],
      "$defs":{"d":{"title":"d"}})")}};
  expect_verdicts(schema, {"[]", "[1]"}, {"1"}, given(good));
  expect_verdicts(good.begin()->second, {R"({"title":"t"})", "true"}, {"{}"});
  expect_refused(schema, SchemaErrorKind::invalid, "http://x.y/m#",
                 "missing required property 'title' (metaschema 'http://x.y/m', at '/required')",
                 given({{"http://x.y/m", own(R"("required":["title"])")}}));
  // Two that describe each other; the first of them is a schema of the second, and so on.
  const auto pair = [&](std::string_view m, std::string_view n) {
    const auto one = [&](const std::string& id, const std::string& dialect, std::string_view more) {
      return metaschema(id, core + std::string(more), R"("$schema":")" + dialect + "\"");
    };
    return given({{"http://x.y/m", one("http://x.y/m", "http://x.y/n", m)},
                  {"http://x.y/n", one("http://x.y/n", "http://x.y/m", n)}});
  };
  expect_verdicts(schema, {"[1]"}, {"1"}, pair(R"("title":"m")", R"("required":["title"])"));
  expect_refused(schema, SchemaErrorKind::invalid, "http://x.y/m#",
                 "missing required property 'title' (metaschema 'http://x.y/n', at '/required')",
                 pair(R"("description":"m")", R"("required":["title"])"));
  expect_refused(schema, SchemaErrorKind::invalid, "http://x.y/n#",
                 "missing required property 'title' (metaschema 'http://x.y/m', at '/required')",
                 pair(R"("required":["title"])", R"("description":"n")"));
}

TEST(OwnMetaschema, ThatIsNoSchema) {
  expect_refused(R"({"$schema":"http://x.y/m"})", SchemaErrorKind::looping, "http://x.y/m#/$ref",
                 "schema applies itself to the same value without end",
                 given({{"http://x.y/m", schema_of(draft2020, R"("$ref":"#")")}}));
  expect_refused(R"({"$schema":"http://x.y/m"})", SchemaErrorKind::invalid,
                 "http://x.y/m#/minLength", "minLength must be an integer, zero or greater",
                 given({{"http://x.y/m", schema_of(draft2020, R"("minLength":-1)")}}));
  EXPECT_EQ(refusal_of(R"({"$schema":"http://x.y/m"})",
                       given({{"http://x.y/m", schema_of(draft2020, R"("pattern":"(")")}}))
                ->pointer,
            "http://x.y/m#/pattern");
}

TEST(OwnMetaschema, AssertsFormatsOnlyByItsOwnDialect) {
  auto options = given({{"http://x.y/m", metaschema("http://x.y/m", R"("properties":{
                            "since":{"format":"date"}})")}});
  options.assert_format = true;
  const std::string schema = R"({"$schema":"http://x.y/m","since":"yesterday"})";
  EXPECT_FALSE(refusal_of(schema, options));
  const std::string assertive = R"({"$id":"http://x.y/d",)" + std::string(draft2020) + R"(,
      "$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,
      "https://json-schema.org/draft/2020-12/vocab/applicator":true,
      "https://json-schema.org/draft/2020-12/vocab/format-assertion":true}})";
  expect_refused(schema, SchemaErrorKind::invalid, "/since",
                 "'yesterday' does not have the format 'date' (metaschema 'http://x.y/m', at "
                 "'/properties/since/format')",
                 given({{"http://x.y/d", assertive},
                        {"http://x.y/m", R"({"$id":"http://x.y/m","$schema":"http://x.y/d",
                            "properties":{"since":{"format":"date"}}})"}}));
}

TEST(OwnMetaschema, CannotJudgeWhatJsonbCannotHold) {
  const auto options = given({{"http://x.y/m", titled}});
  const std::string message =
      "jsonb cannot hold this, so the schema cannot be held against its metaschema";
  expect_refused(R"({"$schema":"http://x.y/m","title":"a","default":["\u0000"]})",
                 SchemaErrorKind::unsupported, "/default/0", message, options);
  expect_refused(R"({"$schema":"http://x.y/m","title":"a","x":1e140000})",
                 SchemaErrorKind::unsupported, "/x", message, options);
  EXPECT_FALSE(refusal_of(R"({"title":"a","default":["\u0000"],"x":1e140000})"));
}

TEST(OwnMetaschema, MayBeInterrupted) {
  auto options = given({{"http://x.y/m", titled}});
  static int left;
  options.interrupted = []() noexcept { return left-- == 0; };
  std::string schema = R"({"$schema":"http://x.y/m","title":"a","default":[0)";
  for (int i = 0; i < 100'000; ++i) schema += ",1";
  schema += "]}";
  left = 1'000'000;
  EXPECT_NO_THROW(compile(schema, options));
  const int polls = 1'000'000 - left;
  EXPECT_GT(polls, 200);  // most of them while that array is looked at
  for (int i = 0; i < polls; ++i) {
    left = i;
    EXPECT_THROW(compile(schema, options), Interrupted) << i;
  }
}

TEST(OwnMetaschema, IsBounded) {
  auto options = given({{"http://x.y/m", titled}});
  options.stack_exhausted = []() noexcept { return true; };
  expect_refused(R"({"$schema":"http://x.y/m","title":"a"})", SchemaErrorKind::too_large, "",
                 "schema is nested too deeply to be held against its metaschema 'http://x.y/m'",
                 options);
  expect_refused(
      R"({"$schema":"http://x.y/m","x":")" + std::string(10'000, 'a') + "b\"}",
      SchemaErrorKind::too_large, "/x",
      "matching the pattern '(a+)+(?!a)$' against '" + std::string(80, 'a') +
          "...' takes more work than is allowed (metaschema 'http://x.y/m', at "
          "'/properties/x/pattern')",
      given({{"http://x.y/m",
              schema_of(draft2020, R"("properties":{"x":{"pattern":"(a+)+(?!a)$"}})")}}));
  // It describes schemas by the vocabulary that asserts formats, since it is so described itself.
  expect_refused(
      R"({"$schema":"http://x.y/m","x":")" + std::string(1'000'001, 'a') + "\"}",
      SchemaErrorKind::too_large, "",
      "schema has a string that is too long for the metaschema 'http://x.y/m', which asserts its "
      "format",
      given(
          {{"http://x.y/m", R"({"$schema":"http://x.y/n","properties":{"x":{"format":"regex"}}})"},
           {"http://x.y/n", schema_of(draft2020, R"("$vocabulary":{
                 "https://json-schema.org/draft/2020-12/vocab/core":true,
                 "https://json-schema.org/draft/2020-12/vocab/applicator":true,
                 "https://json-schema.org/draft/2020-12/vocab/format-assertion":true})")}}));
  std::string many = R"({"$defs":{)";
  for (int i = 0; i < 101; ++i) {
    const std::string n = std::to_string(i);
    many += "\"m" + n + R"(":{"$id":"urn:m:)" + n + R"("},"s)" + n + R"(":{"$id":"urn:s:)" + n +
            R"(","$schema":"urn:m:)" + n + "\"},";
  }
  expect_refused(many + R"("x":{}}})", SchemaErrorKind::too_large, "/$defs/s100/$schema",
                 "more than 100 metaschemas");
}

TEST(OwnMetaschema, OfABundle) {
  // Nothing of the metaschema itself has a title, nor has the schema of another dialect.
  const Resources resources{
      {"http://x.y/m", titled},
      {"http://x.y/a",
       R"({"$schema":"http://x.y/m","title":"a","items":{"title":"i","$ref":"b"}})"},
      {"http://x.y/b", R"({"title":"b","type":"null"})"},
      {"http://x.y/7", schema_of(draft7, R"("items":[{"type":"null"}])")}};
  const std::string schema = R"({"$schema":"http://x.y/m","title":"r","properties":{
      "p":{"title":"p","$ref":"http://x.y/a"},"q":{"title":"q","$ref":"http://x.y/7"}}})";
  const std::string bundled = bundle(schema, finder(resources));
  expect_verdicts(bundled, {R"({"p":[null],"q":[null]})"}, {R"({"p":[1]})", R"({"q":[1]})"});
  EXPECT_EQ(bundle(bundled, finder({})), bundled);
  // One that describes itself, and two that describe each other.
  const auto describing = [](std::string_view id, std::string_view dialect) {
    return metaschema(id, R"("$vocabulary":{
        "https://json-schema.org/draft/2020-12/vocab/core":true,
        "https://json-schema.org/draft/2020-12/vocab/validation":true},"title":"m",
        "required":["title"])",
                      R"("$schema":")" + std::string(dialect) + "\"");
  };
  for (const char* other : {"http://x.y/m", "http://x.y/n"}) {
    const Resources cycle{{"http://x.y/m", describing("http://x.y/m", other)},
                          {"http://x.y/n", describing("http://x.y/n", "http://x.y/m")}};
    const std::string small = R"({"$schema":"http://x.y/m","title":"a","minimum":5,"items":false})";
    const std::string self_contained = bundle(small, finder(cycle));
    expect_verdicts(self_contained, {"5", "[1]"}, {"4"});
    EXPECT_EQ(bundle(self_contained, finder({})), self_contained);
    EXPECT_THROW(bundle(R"({"$schema":"http://x.y/m","minimum":6})", finder(cycle)), SchemaError);
  }
  try {
    bundle(R"({"$ref":"http://x.y/a"})",
           finder({{"http://x.y/m", titled}, {"http://x.y/a", R"({"$schema":"http://x.y/m"})"}}));
    FAIL();
  } catch (const SchemaError& error) {
    EXPECT_EQ(error.kind(), SchemaErrorKind::invalid);
    EXPECT_STREQ(error.what(),
                 "missing required property 'title' (metaschema 'http://x.y/m', at '/required')");
  }
}

}  // namespace
}  // namespace tenancy::jsonschema
