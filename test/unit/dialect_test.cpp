// Dialects, and the metaschemas and vocabularies that make others.
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
using test::given;
using test::refusal_of;
using test::schema_of;

// A metaschema of 2020-12 with these members of $vocabulary, each without its common beginning.
std::string metaschema_2020(std::string_view id, const std::vector<std::string>& vocabularies) {
  std::string list;
  for (const std::string& vocabulary : vocabularies) {
    list += (list.empty() ? "" : ",") +
            std::string(R"("https://json-schema.org/draft/2020-12/vocab/)") + vocabulary;
  }
  return schema_of(draft2020, R"("$id":")" + std::string(id) + R"(","$vocabulary":{)" + list + "}");
}

TEST(Dialect, IsNamedWithOrWithoutAnEmptyFragment) {
  for (const char* uri :
       {"http://json-schema.org/draft-04/schema", "http://json-schema.org/draft-04/schema#",
        "https://json-schema.org/draft-04/schema#"}) {
    // exclusiveMinimum is a boolean in draft 4 alone.
    const std::string schema =
        R"({"$schema":")" + std::string(uri) + R"(","minimum":1,"exclusiveMinimum":true})";
    expect_verdicts(schema, {"2"}, {"1"});
  }
  for (const char* uri : {"https://json-schema.org/draft/2020-12/schema#",
                          "http://json-schema.org/draft/2020-12/schema"}) {
    expect_verdicts(R"({"$schema":")" + std::string(uri) + R"(","prefixItems":[false]})", {"[]"},
                    {"[1]"});
  }
}

TEST(Dialect, IsTheOneOfTheOptionsWhereNothingNamesOne) {
  CompileOptions options;
  options.dialect = Dialect::draft7;
  expect_verdicts(R"({"items":[false],"prefixItems":17})", {"[]"}, {"[1]"}, options);
  expect_verdicts(schema_of(draft2020, R"("prefixItems":[false])"), {"[]"}, {"[1]"}, options);
}

TEST(Dialect, Unknown) {
  const auto expect_unknown = [](std::string_view schema, std::string_view pointer,
                                 const std::string& uri, const CompileOptions& options = {}) {
    expect_refused(schema, SchemaErrorKind::unresolved, pointer, "unknown dialect '" + uri + "'",
                   options);
  };
  expect_unknown(R"({"$schema":"http://json-schema.org/draft-03/schema#"})", "/$schema",
                 "http://json-schema.org/draft-03/schema#");
  expect_unknown(R"({"$schema":""})", "/$schema", "");
  expect_unknown(R"({"$schema":"http://x.y/m"})", "/$schema", "http://x.y/m",
                 given({{"http://x.y/m", "[1]"}}));
  expect_unknown(R"({"$schema":"http://x.y/m"})", "/$schema", "http://x.y/m",
                 given({{"http://x.y/m", "true"}}));
}

TEST(Dialect, OfAMetaschemaThatDescribesItself) {
  const auto unresolved = SchemaErrorKind::unresolved;
  expect_refused(R"({"$id":"http://x.y/m","$schema":"http://x.y/m"})", unresolved, "/$schema",
                 "unknown dialect 'http://x.y/m'");
  // Known by nothing but the name under which it is found: no `$id` ends the search.
  expect_refused(R"({"$schema":"http://x.y/m"})", unresolved, "http://x.y/m#/$schema",
                 "unknown dialect 'http://x.y/m'",
                 given({{"http://x.y/m", R"({"$schema":"http://x.y/m"})"}}));
  expect_refused(R"({"$schema":"http://x.y/m"})", unresolved, "http://x.y/n#/$schema",
                 "unknown dialect 'http://x.y/m'",
                 given({{"http://x.y/m", R"({"$schema":"http://x.y/n"})"},
                        {"http://x.y/n", R"({"$schema":"http://x.y/m"})"}}));
  test::Resources endless;
  for (int i = 0; i < 1000; ++i) {
    endless["http://x.y/" + std::to_string(i)] =
        R"({"$schema":"http://x.y/)" + std::to_string(i + 1) + "\"}";
  }
  expect_refused(R"({"$schema":"http://x.y/0"})", unresolved, "http://x.y/7#/$schema",
                 "unknown dialect 'http://x.y/8'", given(endless));
}

TEST(Dialect, OfAGivenMetaschemaIsLookedUpOnce) {
  int calls = 0;
  CompileOptions options;
  options.find_resource = [&](std::string_view) -> std::optional<std::string> {
    ++calls;
    return schema_of(draft7, "");  // without an identifier
  };
  std::string schema = R"({"$schema":"http://x.y/m","definitions":{)";
  for (int i = 0; i < 100; ++i) {
    schema += "\"" + std::to_string(i) + R"(":{"$id":"http://x.y/)" + std::to_string(i) +
              R"(","$schema":"http://x.y/m#","items":[false]},)";
  }
  schema += R"("x":{}},"allOf":[{"$ref":"http://x.y/7"},{"$ref":"http://x.y/m"}]})";
  expect_verdicts(schema, {"[]"}, {"[1]"}, options);
  EXPECT_EQ(calls, 2);  // one for each of two programs
}

TEST(Dialect, MixedAcrossReferences) {
  // Each reads `items` and the siblings of `$ref` by its own rules.
  const auto options = given({
      {"http://x.y/4", schema_of(draft4, R"("items":[{"type":"null"}],"additionalItems":false)")},
      {"http://x.y/7", schema_of(draft7, R"("definitions":{"n":{"$ref":"4","maxItems":0}},
                                            "allOf":[{"$ref":"#/definitions/n"}])")},
      {"http://x.y/19",
       schema_of(draft2019, R"("items":[{"type":"null"}],"unevaluatedItems":false)")},
  });
  for (const char* reference : {"http://x.y/4", "http://x.y/7", "http://x.y/19"}) {
    expect_verdicts(R"({"$ref":")" + std::string(reference) + R"(","minItems":1})", {"[null]"},
                    {"[]", "[1]", "[null,null]"}, options);
  }
}

TEST(Dialect, OfWhatHasNoneIsThatOfTheReferring) {
  const auto options =
      given({{"http://x.y/n", R"({"items":[{"type":"null"}],"additionalItems":false})"}});
  expect_verdicts(schema_of(draft6, R"("allOf":[{"$ref":"http://x.y/n"}])"), {"[null]", "[]"},
                  {"[1]", "[null,1]"}, options);
  expect_refused(R"({"$ref":"http://x.y/n"})", SchemaErrorKind::invalid, "http://x.y/n#/items",
                 "items must be a schema: the array form is called prefixItems in draft 2020-12",
                 options);
}

TEST(Dialect, OfEmbeddedResources) {
  expect_verdicts(schema_of(draft2020, R"("properties":{"a":{"$ref":"urn:x:seven"}},
      "$defs":{"s":{"$id":"urn:x:seven","$schema":"http://json-schema.org/draft-07/schema#",
                    "items":[{"type":"null"}],"additionalItems":false}})"),
                  {R"({"a":[null]})"}, {R"({"a":[1]})", R"({"a":[null,1]})"});
  // Without a name of its own it is no resource, and has no dialect of its own.
  expect_refused(R"({"not":{"$schema":"http://json-schema.org/draft-07/schema#"}})",
                 SchemaErrorKind::invalid, "/not/$schema",
                 "another dialect inside of a schema needs an identifier beside $schema");
  EXPECT_FALSE(refusal_of(R"({"not":{"$schema":"https://json-schema.org/draft/2020-12/schema"}})"));
}

TEST(Dialect, Draft4IntegersHaveNoFraction) {
  expect_verdicts(schema_of(draft4, R"("type":"integer")"), {"1", "1e2", "-0"},
                  {"1.0", "1.5", "100.00", "null"});
  expect_verdicts(schema_of(draft4, R"("type":["integer","string"])"), {"1", "\"a\""}, {"1.0"});
  expect_verdicts(schema_of(draft4, R"("type":["integer","number"])"), {"1", "1.0"}, {"null"});
  expect_verdicts(schema_of(draft4, R"("type":"number")"), {"1", "1.0"}, {"null"});
  expect_verdicts(schema_of(draft4, R"("not":{"type":"integer"})"), {"1.0", "null"}, {"1"});
  expect_verdicts(schema_of(draft6, R"("type":"integer")"), {"1", "1.0", "100.00"}, {"1.5"});
  // In each schema of its own dialect.
  expect_verdicts(R"({"type":"integer","$ref":"urn:x:four"})", {"1"}, {"1.0", "1.5"},
                  given({{"urn:x:four", schema_of(draft4, R"("type":"integer")")}}));
}

TEST(Vocabularies, ThatAreNotThereLeaveUnknownWords) {
  const auto options =
      given({{"http://x.y/m",
              metaschema_2020("http://x.y/m", {R"(core":true)", R"(applicator":true)"})}});
  expect_verdicts(R"({"$schema":"http://x.y/m","type":"null","minimum":[],
                      "properties":{"a":false,"b":{"type":17}},"unevaluatedProperties":false})",
                  {"1", R"({"b":1,"c":1})"}, {R"({"a":1})"}, options);
}

TEST(Vocabularies, OfAnEmbeddedMetaschema) {
  expect_verdicts(R"({"$schema":"http://x.y/m","type":"null","$defs":{"m":)" +
                      metaschema_2020("http://x.y/m", {R"(core":true)"}) + "}}",
                  {"1", "null"}, {});
  // A draft 4 metaschema names itself in its own way.
  expect_verdicts(R"({"$schema":"http://x.y/m","definitions":{"m":{"id":"http://x.y/m#",)" +
                      std::string(draft4) + R"(}},"minimum":1,"exclusiveMinimum":true})",
                  {"2"}, {"1"});
}

TEST(Vocabularies, UnknownOnesMayBeOptional) {
  const auto with = [](std::string_view required) {
    return given({{"http://x.y/m", schema_of(draft2020, R"("$vocabulary":{
        "https://json-schema.org/draft/2020-12/vocab/core":true,
        "https://json-schema.org/draft/2020-12/vocab/validation":false,
        "http://x.y/vocabulary":)" + std::string(required) + "}")}});
  };
  const std::string schema = R"({"$schema":"http://x.y/m","type":"null"})";
  expect_verdicts(schema, {"null"}, {"1"}, with("false"));
  expect_refused(schema, SchemaErrorKind::unsupported,
                 "http://x.y/m#/$vocabulary/http:~1~1x.y~1vocabulary",
                 "the vocabulary 'http://x.y/vocabulary' is not known", with("true"));
}

TEST(Vocabularies, AssertFormats) {
  const std::string schema = R"({"$schema":"http://x.y/m","format":"date"})";
  const std::vector<std::string> valid{"\"2024-02-29\"", "1"};
  const std::vector<std::string> wrong{"\"2023-02-29\""};
  for (const char* required : {"true", "false"}) {
    expect_verdicts(
        schema, valid, wrong,
        given({{"http://x.y/m",
                metaschema_2020("http://x.y/m", {R"(core":true)", R"(format-assertion":)" +
                                                                      std::string(required)})}}));
  }
  expect_verdicts(
      schema, {"\"2024-02-29\"", "\"2023-02-29\""}, {},
      given({{"http://x.y/m",
              metaschema_2020("http://x.y/m", {R"(core":true)", R"(format-annotation":true)"})}}));
  // 2019-09 asserts where its one format vocabulary is required.
  const auto of_2019 = [](std::string_view required) {
    return given({{"http://x.y/m", schema_of(draft2019, R"("$vocabulary":{
        "https://json-schema.org/draft/2019-09/vocab/core":true,
        "https://json-schema.org/draft/2019-09/vocab/format":)" +
                                                            std::string(required) + "}")}});
  };
  expect_verdicts(schema, valid, wrong, of_2019("true"));
  expect_verdicts(schema, {"\"2023-02-29\""}, {}, of_2019("false"));
  // Of the caller's wish there is no end.
  CompileOptions options = of_2019("false");
  options.assert_format = true;
  expect_verdicts(schema, valid, wrong, options);
}

TEST(Vocabularies, ThroughAMetaschemaOfAMetaschema) {
  // The outer one has no $vocabulary: only the keywords' meaning comes from its own $schema.
  const auto options = given({
      {"http://x.y/outer", R"({"$id":"http://x.y/outer","$schema":"http://x.y/inner"})"},
      {"http://x.y/inner", metaschema_2020("http://x.y/inner", {R"(core":true)"})},
  });
  expect_verdicts(R"({"$schema":"http://x.y/outer","type":"null"})", {"1"}, {}, options);
}

}  // namespace
}  // namespace tenancy::jsonschema
