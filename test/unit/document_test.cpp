// Parsing of schema documents.
#include "jsonschema/schema/document.hpp"

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using test::expect_refused;

TEST(Document, KeepsNumbersAsWritten) {
  const Document document = Document::parse(
      "[1e400, 12345678901234567890.00001, -0.0, 1.0, 100000000000000000000, 9223372036854775808]");
  const char* expected[] = {"1e400", "12345678901234567890.00001", "-0.0",
                            "1.0",   "100000000000000000000",      "9223372036854775808"};
  std::size_t i = 0;
  for (const NodeIndex node : document.children(0)) {
    EXPECT_EQ(document.kind(node), NodeKind::number);
    EXPECT_EQ(document.text(node), expected[i++]);
  }
  EXPECT_EQ(i, 6U);
}

TEST(Document, KeepsMembersInTheOrderGiven) {
  const Document document = Document::parse(R"({"bb":1,"a":[true,null],"c":"\u00e4\ud83d\udca9"})");
  std::vector<std::string> given;
  std::vector<std::string> sorted;
  for (const NodeIndex node : document.children(0)) given.emplace_back(document.name(node));
  for (const NodeIndex node : document.sorted(0)) sorted.emplace_back(document.name(node));
  EXPECT_EQ(given, (std::vector<std::string>{"bb", "a", "c"}));
  EXPECT_EQ(sorted, (std::vector<std::string>{"a", "c", "bb"}));
  EXPECT_EQ(document.text(document.find(0, "c")), "\xC3\xA4\xF0\x9F\x92\xA9");
  EXPECT_EQ(document.find(0, "d"), no_node);
  EXPECT_EQ(document.find(document.find(0, "a"), "a"), no_node);
}

int polls = 0;
int polls_left = 0;
bool in_a_while() noexcept {
  ++polls;
  return polls_left-- == 0;
}

TEST(Document, ParsingIsInterrupted) {
  std::string text = R"({"items":[0)";
  for (int i = 0; i < 50'000; ++i) text += ",0";
  text += R"(],"properties":{"":true)";
  for (int i = 0; i < 50'000; ++i) {
    text += ",\"" + std::to_string(i * 7919 % 100'003) + "\":true";
  }
  text += "}}";
  polls = 0;
  polls_left = 1'000'000;
  Document document;
  document.append(text, {}, in_a_while);
  EXPECT_GE(polls, 100'000 / 4096 + 50'000 * 10 / 4096);  // nodes, and comparisons of names
  for (int left = polls; left-- > 0;) {
    polls_left = left;
    EXPECT_THROW(Document().append(text, {}, in_a_while), Interrupted);
  }
}

TEST(Document, KnowsPointers) {
  const Document document = Document::parse(R"({"a/b":{"m~n":[0,[1]]}})");
  const NodeIndex array = document.find(document.find(0, "a/b"), "m~n");
  const NodeIndex inner = document.children(document.children(array)[1])[0];
  EXPECT_EQ(document.pointer(0), "");
  EXPECT_EQ(document.pointer(inner), "/a~1b/m~0n/1/0");
}

TEST(Document, Excerpts) {
  const Document document = Document::parse(R"({"a":[1,"b",null,true,{}],"c":"aaaaaaaaaaaaaaa"})");
  EXPECT_EQ(document.excerpt(0, 100), R"({"a": [1, "b", null, true, {}], "c": "aaaaaaaaaaaaaaa"})");
  EXPECT_EQ(document.excerpt(0, 10), R"({"a": [1, ...)");
}

TEST(Document, RefusesWhatIsNotJson) {
  const auto syntax = SchemaErrorKind::syntax;
  for (const char* text : {"", " ", "{", "{\"a\"}", "[1,]", "{\"a\":1,}", "nul", "01", "1 2", "'a'",
                           "// x\n{}", "\"\xFF\"", R"("\ud800")", "\"\n\"", "NaN", "{} x"}) {
    const auto refusal = test::refusal_of(text);
    ASSERT_TRUE(refusal.has_value()) << text;
    EXPECT_EQ(refusal->kind, syntax) << text;
    EXPECT_TRUE(refusal->message.starts_with("schema is not valid JSON: ")) << refusal->message;
    EXPECT_EQ(refusal->message.find(".hpp"), std::string::npos) << refusal->message;
  }
  expect_refused("{\n  \"type\": strin\n}", syntax, "",
                 "schema is not valid JSON: syntax error at line 2, column 11");
}

TEST(Document, RefusesRepeatedNames) {
  expect_refused(R"({"properties":{"a/b":{"type":"string","x":1,"type":"null"}}})",
                 SchemaErrorKind::invalid, "/properties/a~1b/type",
                 "property 'type' is given twice");
  // Inside of arrays, which have not ended when the object has.
  expect_refused(R"({"allOf":[{},[0,{"a":1,"b":2,"a":3}],{"b":1,"b":1}]})",
                 SchemaErrorKind::invalid, "/allOf/1/1/a", "property 'a' is given twice");
}

TEST(Document, NamesTheTextThatIsBroken) {
  const std::string schema = R"({"properties":{"a":{"$ref":"http://x.y/a#/b"}}})";
  const auto expect = [&](std::string text, SchemaErrorKind kind, std::string_view pointer,
                          std::string_view message) {
    expect_refused(schema, kind, pointer, message,
                   test::given({{"http://x.y/a", std::move(text)}}));
  };
  expect("{\"b\":}", SchemaErrorKind::syntax, "http://x.y/a#",
         "schema 'http://x.y/a' is not valid JSON: syntax error at line 1, column 6");
  expect(" ", SchemaErrorKind::syntax, "http://x.y/a#",
         "schema 'http://x.y/a' is not valid JSON: incomplete JSON at line 1, column 2");
  expect(R"({"allOf":[{},{"c":1,"c":1}]})", SchemaErrorKind::invalid, "http://x.y/a#/allOf/1/c",
         "property 'c' is given twice");
  expect(std::string(513, '['), SchemaErrorKind::too_large, "http://x.y/a#",
         "schema 'http://x.y/a' is nested deeper than 512");
  expect(
      R"({"properties":{"b":{"type":"x"}}})", SchemaErrorKind::invalid,
      "http://x.y/a#/properties/b/type",
      "unknown type 'x': the types are array, boolean, integer, null, number, object and string");
}

TEST(Document, RefusesDepthAndSize) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += R"({"not":)";
    text += "true";
    return text + std::string(depth, '}');
  };
  EXPECT_FALSE(test::refusal_of(nested(200)).has_value());
  expect_refused(nested(600), SchemaErrorKind::too_large, "", "schema is nested deeper than 512");
  // Deeper than any stack: the parser must stop, and nothing may recurse.
  expect_refused(std::string(1'000'000, '['), SchemaErrorKind::too_large, "",
                 "schema is nested deeper than 512");
}

TEST(Document, SaysTheSame) {
  EXPECT_TRUE(
      same_document(R"({"a": [1, "x", null], "bb": {}})", R"({ "bb":{},"a":[1,"x",null] })"));
  EXPECT_TRUE(same_document(R"("\u0041\u0000")", R"("A\u0000")"));
  EXPECT_TRUE(same_document("1e200000", "1e200000"));
  EXPECT_FALSE(same_document("1", "1.0"));
  EXPECT_FALSE(same_document("[1, 2]", "[2, 1]"));
  EXPECT_FALSE(same_document("[1]", "[1, 2]"));
  EXPECT_FALSE(same_document(R"({"a": 1})", R"({"b": 1})"));
  EXPECT_FALSE(same_document(R"({"a": 1})", R"({"a": 1, "b": 1})"));
  EXPECT_FALSE(same_document("true", "false"));
  EXPECT_FALSE(same_document("{}", "[]"));
}

}  // namespace
}  // namespace tenancy::jsonschema
