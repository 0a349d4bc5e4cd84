// What references name: identifiers, anchors and pointers, in one text and in several.
#include <utility>

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
using test::violations_of;

TEST(References, Local) {
  expect_verdicts(R"({"$defs":{"a/b":{"x~y":{"type":"null"}},"%":{"type":"string"}},
                      "properties":{"p":{"$ref":"#/$defs/a~1b/x~0y"},"q":{"$ref":"#/%24defs/%25"},
                                    "r":{"$ref":"#/prefixItems/1"}},
                      "prefixItems":[true,{"type":"array"}]})",
                  {R"({"p":null,"q":"s","r":[]})"}, {R"({"p":1})", R"({"q":1})", R"({"r":1})"});
  expect_verdicts(R"({"$id":"http://x.y/z#","items":{"$ref":"http://x.y/z#/$defs/a"},
                      "$defs":{"a":{"type":"null"}}})",
                  {"[null]"}, {"[1]"});
  expect_verdicts(R"({"items":{"$ref":"#n"},"$defs":{"a":{"$anchor":"n","type":"null"}}})",
                  {"[null]"}, {"[1]"});
  expect_verdicts(schema_of(draft7, R"("items":{"$ref":"#n"},
                                       "definitions":{"a":{"$id":"#n","type":"null"}})"),
                  {"[null]"}, {"[1]"});
}

TEST(References, Pointers) {
  // Escapes of JSON Pointers are inside of those of URIs.
  expect_verdicts(R"({"$defs":{"~":{"type":"null"},"/":{"type":"null"},"~1":{"type":"null"},
                               "%7E":{"type":"null"},"":{"":{"type":"null"}},"ä":{"type":"null"}},
                      "items":{"anyOf":[{"$ref":"#/$defs/~0"},{"$ref":"#/$defs/%7e0"}]},
                      "allOf":[{"items":{"$ref":"#/$defs/~1"}},{"items":{"$ref":"#/$defs/~01"}},
                               {"items":{"$ref":"#/$defs/%257E"}},{"items":{"$ref":"#/$defs//"}},
                               {"items":{"$ref":"#/$defs/ä"}},{"items":{"$ref":"#/$defs/%C3%a4"}}]})",
                  {"[null]"}, {"[1]"});
  // Elements of arrays have numbers; so may properties.
  expect_verdicts(R"({"allOf":[{"items":{"$ref":"#/allOf/1"}},{"type":"array"}],
                      "$defs":{"0":{"type":"null"}},"items":{"items":{"$ref":"#/$defs/0"}}})",
                  {"[]", "[[null]]"}, {"[1]", "[[1]]"});
}

TEST(References, ToWhereNoKeywordPutsASchema) {
  // What they lead to is a schema, with all that is in it.
  expect_verdicts(R"({"x":{"y":[{"items":{"$ref":"#/x/z"}}],"z":{"type":"null"}},
                      "$ref":"#/x/y/0"})",
                  {"[null]"}, {"[1]"});
  expect_refused(R"({"x":{"properties":{"a":{"type":"nil"}}},"$ref":"#/x"})",
                 SchemaErrorKind::invalid, "/x/properties/a/type",
                 "unknown type 'nil': the types are array, boolean, integer, null, number, object "
                 "and string");
  // Of nothing else is anything asked, and no identifier in it counts.
  EXPECT_FALSE(refusal_of(R"({"x":{"type":"nil","$ref":"#/nowhere"},"const":{"$ref":"#/no"}})"));
  expect_refused(R"({"x":{"$id":"http://x.y/x"},"const":{"$anchor":"a"},
                     "$ref":"http://x.y/x"})",
                 SchemaErrorKind::unresolved, "/$ref",
                 "reference 'http://x.y/x' names nothing that is known");
  // A map of schemas is a schema where a reference says so.
  expect_verdicts(R"({"properties":{"type":{"type":"string"},"minimum":{}},
                      "$defs":{"a":{"items":{"type":"null"}}},"items":{"$ref":"#/$defs/a/items"}})",
                  {"[null]"}, {"[1]"});
}

TEST(References, Unresolved) {
  const auto unresolved = SchemaErrorKind::unresolved;
  for (const char* reference : {"#/$defs/a", "#x", "#/", "#/items/00", "#/items/-", "#/allOf/1",
                                "#/allOf/01", "#/allOf/4294967296", "#/allOf/", "#/%zz", "#/a~2",
                                "#/a~", "#%", "#/properties/0", "#/allOf/0/type/0"}) {
    expect_refused(
        R"({"allOf":[{"type":"null"}],"items":{"$ref":")" + std::string(reference) + "\"}}",
        unresolved, "/items/$ref",
        "reference '" + std::string(reference) + "' names nothing in this schema");
  }
  expect_refused(R"({"$ref":"other.json#/a"})", unresolved, "/$ref",
                 "reference 'other.json#/a' names nothing that is known: no schema has the "
                 "identifier 'other.json'");
  expect_refused(R"({"$ref":"http://x.y/a"})", unresolved, "/$ref",
                 "reference 'http://x.y/a' names nothing that is known");
  expect_refused(R"({"$id":"http://x.y/a/b","$ref":"c#d"})", unresolved, "/$ref",
                 "reference 'c#d' names nothing that is known: no schema has the identifier "
                 "'http://x.y/a/c'");
  expect_refused(R"({"$id":"http://x.y/a/b","$ref":"b#d"})", unresolved, "/$ref",
                 "reference 'b#d' names nothing in the schema 'http://x.y/a/b'");
  expect_refused(R"({"$ref":"http://x.y/a#/b"})", unresolved, "/$ref",
                 "reference 'http://x.y/a#/b' names nothing in the schema 'http://x.y/a'",
                 given({{"http://x.y/a", "{}"}}));
  // The first of several, as they stand in the text.
  expect_refused(R"({"allOf":[{"$ref":"x:1"},{"$ref":"x:2"}],"$ref":"#"})", unresolved,
                 "/allOf/0/$ref", "reference 'x:1' names nothing that is known");
}

TEST(References, ToWhatIsNoSchema) {
  for (const char* reference : {"#/title", "#/enum", "#/enum/0", "#/required"}) {
    expect_refused(
        R"({"$ref":")" + std::string(reference) + R"(","title":"t","enum":[1],"required":[]})",
        SchemaErrorKind::invalid, "/$ref",
        "reference '" + std::string(reference) +
            "' names something that is not a schema: a schema is an object, true or "
            "false");
  }
  expect_refused(R"({"$ref":"http://x.y/a"})", SchemaErrorKind::invalid, "/$ref",
                 "reference 'http://x.y/a' names something that is not a schema: a schema is an "
                 "object, true or false",
                 given({{"http://x.y/a", "[1]"}}));
  expect_verdicts(R"({"items":{"$ref":"#/const"},"const":true})", {"true"}, {"[1]"});
}

TEST(References, UpToDraft7IgnoreTheirSiblings) {
  for (const std::string_view dialect : {draft4, draft6, draft7}) {
    const std::string id = dialect == draft4 ? "id" : "$id";
    // An identifier is a sibling as well: the reference is relative to what is around it.
    expect_verdicts(
        schema_of(dialect, "\"" + id + R"(":"http://x.y/root","items":{")" + id +
                               R"(":"http://z/","$ref":"#/definitions/n","maxLength":[]},
                                           "definitions":{"n":{"type":"null"}})"),
        {"[null]"}, {"[1]", R"(["a"])"});
    // At the root, it takes the identifier from the whole.
    expect_refused(schema_of(dialect, "\"" + id + R"(":"http://x.y/root","$ref":"#/definitions/n",
                                       "definitions":{"n":{"$ref":"http://x.y/root"}})"),
                   SchemaErrorKind::unresolved, "/definitions/n/$ref",
                   "reference 'http://x.y/root' names nothing that is known");
  }
  expect_verdicts(schema_of(draft2019, R"("$id":"http://x.y/root","$ref":"#/$defs/n","maxLength":1,
                                          "$defs":{"n":{"type":"string"}})"),
                  {"\"a\""}, {"1", "\"ab\""});
}

TEST(Identifiers, AreResolvedAgainstTheOnesAround) {
  const std::string_view schema = R"({"$id":"http://x.y/a/root","$defs":{
      "one":{"$id":"one/","$defs":{
          "two":{"$id":"two","type":"null"},
          "three":{"$id":"/three","$defs":{"four":{"$id":"?q","type":"null"}}},
          "five":{"$id":"urn:x:five","$defs":{"n":{"$anchor":"n","type":"null"}}}}}},
      "items":{"$ref":"REFERENCE"}})";
  for (const char* reference :
       {"one/two", "http://x.y/a/one/two", "/a/one/two", "./one/../one/two", "//x.y/a/one/two#",
        "/three?q", "urn:x:five#n", "urn:x:five#/$defs/n", "#/$defs/one/$defs/two",
        "one/#/$defs/two", "root#/$defs/one/$defs/two"}) {
    std::string text(schema);
    text.replace(text.find("REFERENCE"), 9, reference);
    expect_verdicts(text, {"[null]"}, {"[1]"});
  }
}

TEST(Identifiers, MakeResourcesOfTheirOwn) {
  // "#" is the innermost resource.
  expect_verdicts(R"({"type":"object","additionalProperties":{"$id":"http://x.y/in",
                      "type":["array","null"],"items":{"$ref":"#"}}})",
                  {R"({"a":[null,[null]]})"}, {R"({"a":[{}]})", "[]"});
  // A pointer may lead through one into the next; an anchor belongs to one.
  expect_verdicts(R"({"$id":"http://x.y/o","$defs":{"i":{"$id":"i","$defs":{
                        "n":{"$anchor":"n","items":{"$ref":"#n"},"type":"array"}}}},
                      "$ref":"#/$defs/i/$defs/n"})",
                  {"[[]]"}, {"[1]"});
  expect_refused(R"({"$id":"http://x.y/o","$defs":{"i":{"$id":"i","$anchor":"n"}},"$ref":"#n"})",
                 SchemaErrorKind::unresolved, "/$ref",
                 "reference '#n' names nothing in this schema");
  expect_verdicts(R"({"$id":"http://x.y/o","$defs":{"a":{"$anchor":"n","type":"null"},
                      "i":{"$id":"i","$anchor":"n","type":"string"}},
                      "prefixItems":[{"$ref":"#n"},{"$ref":"i#n"}]})",
                  {R"([null,"a"])"}, {R"(["a","a"])", "[null,null]"});
}

TEST(Identifiers, WithFragments) {
  // Up to draft 7, a fragment is an anchor; an empty one is none.
  for (const std::string_view dialect : {draft6, draft7}) {
    expect_verdicts(schema_of(dialect, R"("$id":"http://x.y/o#","definitions":{
                        "a":{"$id":"#a","type":"null"},"b":{"$id":"i#b","type":"null"}},
                        "items":[{"$ref":"#a"},{"$ref":"i#b"},{"$ref":"i"},{"$ref":"o#a"}])"),
                    {"[null,null,null,null]"},
                    {"[1]", "[null,1]", "[null,null,1]", "[null,null,null,1]"});
  }
  expect_verdicts(schema_of(draft4, R"("id":"http://x.y/o#top","definitions":{
                      "a":{"id":"#a","type":"null"}},"type":["array","null"],
                      "items":[{"$ref":"#a"},{"$ref":"o#top"},{"$ref":"#"}])"),
                  {"[null,null,[]]"}, {"[1]", "[null,1]", "[null,null,1]"});
}

TEST(Identifiers, GivenTwice) {
  const auto invalid = SchemaErrorKind::invalid;
  expect_refused(R"({"$defs":{"a":{"$id":"http://x.y/a"},"b":{"$id":"http://x.y/b/../a"}}})",
                 invalid, "/$defs/b/$id", "the identifier 'http://x.y/a' is given twice");
  expect_refused(R"({"$id":"http://x.y/a","$defs":{"a":{"$id":"a#"}}})", invalid, "/$defs/a/$id",
                 "the identifier 'http://x.y/a' is given twice");
  expect_refused(R"({"$defs":{"a":{"$anchor":"n"},"b":{"$anchor":"n"}}})", invalid,
                 "/$defs/b/$anchor", "anchor 'n' is given twice");
  expect_refused(schema_of(draft7, R"("definitions":{"a":{"$id":"#n"},"b":{"$id":"#n"}})"), invalid,
                 "/definitions/b/$id", "anchor 'n' is given twice");
  // By another text, of which references would lead into this one.
  expect_refused(R"({"$id":"http://x.y/a","$ref":"http://x.y/b"})", invalid, "http://x.y/b#/$id",
                 "the identifier 'http://x.y/a' is given twice",
                 given({{"http://x.y/b", R"({"$id":"http://x.y/a","$ref":"#/$defs/c"})"}}));
  expect_refused(R"({"$ref":"http://x.y/b","$defs":{"a":{"$id":"http://x.y/a"}}})", invalid,
                 "http://x.y/b#/not/$id", "the identifier 'http://x.y/a' is given twice",
                 given({{"http://x.y/b", R"({"not":{"$id":"http://x.y/a"}})"}}));
}

TEST(GivenResources, AreFoundByTheirAbsoluteUri) {
  std::vector<std::string> asked;
  CompileOptions options;
  options.find_resource = [&](std::string_view uri) -> std::optional<std::string> {
    asked.emplace_back(uri);
    if (uri == "http://x.y/a/b") return R"({"items":{"$ref":"../c#/$defs/n"}})";
    if (uri == "http://x.y/c") return R"({"$defs":{"n":{"type":"null"}},"$ref":"a/b"})";
    return std::nullopt;
  };
  const auto program = compile(
      R"({"$id":"http://x.y/root","allOf":[{"$ref":"a/b"},{"$ref":"a/b#/items"},{"$ref":"root#/$defs/x"},
          {"$ref":"http://json-schema.org/draft-07/schema"}],"$defs":{"x":true}})",
      options);
  EXPECT_EQ(asked,
            (std::vector<std::string>{"http://x.y/a/b", "http://json-schema.org/draft-07/schema",
                                      "http://x.y/c"}));
}

TEST(GivenResources, ComeBeforeBundledMetaschemas) {
  expect_verdicts(R"({"$ref":"http://json-schema.org/draft-07/schema#"})", {"true", "{}"},
                  {"1", R"({"type":1})"});
  expect_verdicts(R"({"$ref":"https://json-schema.org/draft-07/schema"})", {"true"}, {"1"});
  expect_verdicts(R"({"$ref":"http://json-schema.org/draft-07/schema#"})", {"1"}, {"true"},
                  given({{"http://json-schema.org/draft-07/schema", R"({"type":"integer"})"}}));
  expect_verdicts(R"({"$ref":"http://json-schema.org/draft-07/schema#/definitions/simpleTypes"})",
                  {"\"null\""}, {"\"nil\""});
}

TEST(GivenResources, MayCallThemselvesOtherwise) {
  const auto options = given({
      {"http://x.y/a", R"({"$id":"http://z/b","$ref":"c","$defs":{"n":{"type":"null"}}})"},
      {"http://z/c", R"({"type":"null"})"},
      {"http://x.y/c", R"({"type":"string"})"},
  });
  expect_verdicts(R"({"$ref":"http://x.y/a"})", {"null"}, {"\"a\""}, options);
  expect_verdicts(R"({"$ref":"http://x.y/a#/$defs/n"})", {"null"}, {"\"a\""}, options);
  // Known by either name from then on.
  expect_verdicts(R"({"allOf":[{"$ref":"http://x.y/a"},{"$ref":"http://z/b#/$defs/n"}]})", {"null"},
                  {"\"a\""}, options);
  // Relative to the name under which it was found.
  expect_verdicts(R"({"$ref":"http://x.y/d/e"})", {"null"}, {"1"},
                  given({{"http://x.y/d/e", R"({"$id":"f/g","$ref":"h"})"},
                         {"http://x.y/d/f/h", R"({"type":"null"})"}}));
}

TEST(GivenResources, MayBeOneUnderTwoNames) {
  const std::string text = R"({"$id":"http://x.y/c","items":{"$ref":"#/$defs/n"},
                               "$defs":{"n":{"type":"null"}}})";
  expect_verdicts(R"({"allOf":[{"$ref":"http://x.y/a"},{"$ref":"http://x.y/b#"}],
                      "$ref":"http://x.y/c"})",
                  {"[null]"}, {"[1]"}, given({{"http://x.y/a", text}, {"http://x.y/b", text}}));
  expect_refused(R"({"allOf":[{"$ref":"http://x.y/a"},{"$ref":"http://x.y/b#"}]})",
                 SchemaErrorKind::invalid, "http://x.y/b#/$id",
                 "the identifier 'http://x.y/c' is given twice",
                 given({{"http://x.y/a", text}, {"http://x.y/b", R"({"$id":"http://x.y/c"})"}}));
}

TEST(GivenResources, HoldOthers) {
  const auto options = given({{"http://x.y/bundle", R"({"$defs":{"i":{"$id":"http://x.y/inner",
                                                         "type":"null"}}})"}});
  // Whatever is named first.
  expect_verdicts(R"({"allOf":[{"$ref":"http://x.y/bundle"},{"$ref":"http://x.y/inner"}]})",
                  {"null"}, {"1"}, options);
  expect_verdicts(R"({"allOf":[{"$ref":"http://x.y/inner"},{"$ref":"http://x.y/bundle"}]})",
                  {"null"}, {"1"}, options);
  // One that has the name under which its text is found.
  expect_verdicts(R"({"$ref":"http://x.y/inner"})", {"null"}, {"1"},
                  given({{"http://x.y/inner", R"({"$id":"http://x.y/bundle","type":"string",
                          "$defs":{"i":{"$id":"inner","type":"null"}}})"}}));
}

TEST(GivenResources, RefuseWhatIsWrongInThem) {
  const auto expect = [](std::string text, SchemaErrorKind kind, std::string_view pointer,
                         std::string_view message) {
    expect_refused(R"({"$ref":"http://x.y/a#/$defs/n"})", kind, pointer, message,
                   given({{"http://x.y/a", std::move(text)}}));
  };
  expect("", SchemaErrorKind::syntax, "http://x.y/a#",
         "schema 'http://x.y/a' is not valid JSON: incomplete JSON at line 1, column 1");
  expect(R"({"$defs":{"n":{"minimum":"1"}}})", SchemaErrorKind::invalid,
         "http://x.y/a#/$defs/n/minimum", "minimum must be a number");
  expect(R"({"$defs":{"n":{"pattern":"("}}})", SchemaErrorKind::invalid,
         "http://x.y/a#/$defs/n/pattern", "invalid regular expression '(': a group is not closed");
  expect(R"({"$defs":{"n":{"$ref":"#/n"}}})", SchemaErrorKind::unresolved,
         "http://x.y/a#/$defs/n/$ref", "reference '#/n' names nothing in this schema");
  expect(R"({"$defs":{"n":{"$ref":"#/$defs/n"}}})", SchemaErrorKind::looping,
         "http://x.y/a#/$defs/n/$ref", "schema applies itself to the same value without end");
  expect(R"({"$schema":"http://x.y/m"})", SchemaErrorKind::unresolved, "http://x.y/a#/$schema",
         "unknown dialect 'http://x.y/m'");
}

TEST(GivenResources, EndWithWhatTheirFinderThrows) {
  CompileOptions options;
  options.find_resource = [](std::string_view) -> std::optional<std::string> {
    throw std::bad_alloc();
  };
  EXPECT_THROW(compile(R"({"$ref":"http://x.y/a"})", options), std::bad_alloc);
  EXPECT_THROW(compile(R"({"$schema":"http://x.y/a"})", options), std::bad_alloc);
}

TEST(GivenResources, AreReportedThroughTheReference) {
  EXPECT_EQ(
      violations_of(R"({"items":{"$ref":"http://x.y/a#n"}})", "[1]", 10,
                    given({{"http://x.y/a", R"({"$defs":{"x":{"$anchor":"n","type":"null"}}})"}})),
      std::vector<std::string>{"/0 | /items/$ref/type | expected null, found integer"});
}

TEST(References, Loops) {
  const auto looping = SchemaErrorKind::looping;
  const std::string message = "schema applies itself to the same value without end";
  expect_refused(R"({"$ref":"#"})", looping, "/$ref", message);
  expect_refused(R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"$ref":"#/$defs/a"}]}},
                     "$ref":"#/$defs/a"})",
                 looping, "/$defs/b/allOf/0/$ref", message);
  for (const char* schema :
       {R"({"anyOf":[{"type":"null"},{"$ref":"#"}]})", R"({"not":{"$ref":"#"}})",
        R"({"if":{"$ref":"#"},"then":false})", R"({"oneOf":[{"$ref":"#"}]})",
        R"({"dependentSchemas":{"a":{"$ref":"#"}}})", R"({"$defs":{"a":{"$ref":"#/$defs/a"}}})"}) {
    const auto refusal = refusal_of(schema);
    ASSERT_TRUE(refusal.has_value()) << schema;
    EXPECT_EQ(refusal->kind, looping) << schema;
  }
  // A schema may meet itself further down, and twice at one place.
  expect_verdicts(R"({"items":{"$ref":"#"},"type":"array"})", {"[[],[[]]]"}, {"[[1]]", "1"});
  expect_verdicts(R"({"$defs":{"i":{"type":"integer"}},"allOf":[{"$ref":"#/$defs/i"},
                     {"$ref":"#/$defs/i"}]})",
                  {"1"}, {"1.5"});
}

TEST(References, LoopThroughOtherTexts) {
  expect_refused(R"({"$id":"http://x.y/r","$ref":"a"})", SchemaErrorKind::looping,
                 "http://x.y/a#/allOf/0/$ref",
                 "schema applies itself to the same value without end",
                 given({{"http://x.y/a", R"({"allOf":[{"$ref":"r"}]})"}}));
  expect_verdicts(R"({"$id":"http://x.y/r","type":"array","$ref":"a"})", {"[[]]"}, {"[1]"},
                  given({{"http://x.y/a", R"({"items":{"$ref":"r"}})"}}));
}

TEST(References, ChainsUpToALimit) {
  const auto chain = [](int length) {
    std::string schema = R"({"$ref":"#/$defs/0","$defs":{)";
    for (int i = 0; i < length; ++i) {
      schema += '"' + std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"},";
    }
    return schema + '"' + std::to_string(length) + R"(":{"type":"null"}}})";
  };
  expect_verdicts(chain(250), {"null"}, {"1"});
  expect_refused(chain(300), SchemaErrorKind::too_large, "/$defs/43/$ref",
                 "more than 256 schemas apply each other to one value");
}

TEST(References, LongChainsAreRefused) {
  std::string schema = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i < 100'000; ++i) {
    schema += '"' + std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"},";
  }
  schema += R"("100000":{}}})";
  const auto refusal = refusal_of(schema);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->kind, SchemaErrorKind::too_large);
}

}  // namespace
}  // namespace tenancy::jsonschema
