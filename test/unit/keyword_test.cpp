// Every keyword: what it accepts and what it rejects.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine.hpp"
#include "jsonschema/value/jsonb.hpp"

namespace tenancy::jsonschema {
namespace {

using test::expect_verdicts;

const std::vector<std::string> one_of_each{"null",  "true", "false", "0",  "1.5",       "\"\"",
                                           "\"a\"", "[]",   "[1,2]", "{}", R"({"a":1})"};

TEST(Keyword, BooleanSchemas) {
  expect_verdicts("true", one_of_each, {});
  expect_verdicts("{}", one_of_each, {});
  expect_verdicts("false", {}, one_of_each);
}

TEST(Keyword, Type) {
  expect_verdicts(R"({"type":"null"})", {"null"}, {"false", "0", "\"\"", "[]", "{}"});
  expect_verdicts(R"({"type":"boolean"})", {"true", "false"}, {"null", "0", "\"true\""});
  expect_verdicts(R"({"type":"number"})", {"0", "1.5", "-1e300"}, {"null", "\"1\"", "[1]"});
  expect_verdicts(R"({"type":"integer"})", {"0", "1.0", "-5", "1e300", "100e-2"},
                  {"1.5", "1e-1", "\"1\""});
  expect_verdicts(R"({"type":"string"})", {"\"\"", "\"a\""}, {"null", "1", "[\"a\"]"});
  expect_verdicts(R"({"type":"array"})", {"[]", "[1]"}, {"{}", "1", "\"[]\""});
  expect_verdicts(R"({"type":"object"})", {"{}", R"({"a":1})"}, {"[]", "1"});
  expect_verdicts(R"({"type":["integer","null"]})", {"1", "null"}, {"1.5", "\"1\""});
}

TEST(Keyword, EnumAndConst) {
  expect_verdicts(R"({"enum":["red","green",null,1,2.50,true,[1,{"a":2}],{"b":[],"aa":1}]})",
                  {"\"red\"", "\"green\"", "null", "1", "1.0", "2.5", "true", "[1.0,{\"a\":2}]",
                   R"({"aa":1,"b":[]})"},
                  {"\"blue\"", "\"\"", "\"Red\"", "false", "2", "2.51", "[1]", "[1,{\"a\":3}]",
                   "{}", R"({"aa":1,"b":{}})", R"({"aa":1,"b":[],"c":1})"});
  expect_verdicts(R"({"enum":[]})", {}, one_of_each);
  expect_verdicts(R"({"const":"x"})", {"\"x\""}, {"\"y\"", "null", "[\"x\"]"});
  expect_verdicts(R"({"const":false})", {"false"}, {"true", "null", "0", "[]"});
  expect_verdicts(R"({"const":0})", {"0", "0.0", "-0"}, {"false", "1", "null", "\"0\""});
  expect_verdicts(R"({"const":1e400})", {"1" + std::string(400, '0')}, {"1", "1e399"});
  expect_verdicts(R"({"const":9007199254740993})", {"9007199254740993"}, {"9007199254740992"});
  expect_verdicts(R"({"const":"\u0000","enum":["\u0000",1]})", {}, {"\"\"", "\"a\"", "1"});
  expect_verdicts(R"({"enum":[1e900000,[1e900000],{"\u0000":1},"a"]})", {"\"a\""},
                  {"1", "[1]", "{}"});
  expect_verdicts(R"({"const":[]})", {"[]"}, {"{}", "[1]", "null"});
}

TEST(Keyword, ConstantsWithManyMembers) {
  std::string object = "{";
  for (int i = 0; i < 200; ++i) {
    object += (i == 0 ? "\"" : ",\"") + std::string("k") + std::to_string(i * 7 % 200) + "\":[" +
              std::to_string(i) + ".5,\"" + std::string(static_cast<std::size_t>(i % 5), 'x') +
              "\"]";
  }
  expect_verdicts(R"({"const":)" + object + "}}", {object + "}"}, {object + R"(,"z":1})"});
}

TEST(Keyword, NumberLimits) {
  expect_verdicts(R"({"minimum":1.1})", {"1.1", "2", "\"0\""}, {"1", "-5"});
  expect_verdicts(R"({"maximum":-3})", {"-3.0", "-4", "null"}, {"-2.9999", "0"});
  expect_verdicts(R"({"exclusiveMinimum":0,"exclusiveMaximum":1})", {"0.5", "1e-300"},
                  {"0", "1", "2"});
  expect_verdicts(R"({"maximum":12345678901234567890.00001})", {"12345678901234567890.00001", "1"},
                  {"12345678901234567890.00002", "1e20"});
  expect_verdicts(R"({"minimum":1e400})", {"1" + std::string(400, '0')},
                  {"9" + std::string(399, '9')});
}

TEST(Keyword, MultipleOf) {
  expect_verdicts(R"({"multipleOf":2})", {"0", "4", "-10", "\"x\""}, {"7", "0.5"});
  expect_verdicts(R"({"multipleOf":0.01})", {"4.35", "19.99", "1e100"}, {"4.355", "1e-3"});
  expect_verdicts(R"({"multipleOf":0.1})", {"0.3", "0.7", "1.1"}, {"0.35"});
  expect_verdicts(R"({"multipleOf":1e-8})", {"12391239123"}, {"1e-9"});
}

TEST(Keyword, Lengths) {
  expect_verdicts(R"({"minLength":2})", {"\"ab\"", "\"abc\"", "1"},
                  {"\"\"", "\"a\"", "\"\\ud83d\\udca9\""});
  expect_verdicts(R"({"maxLength":2})", {"\"\"", "\"ab\"", "\"\\ud83d\\udca9\\ud83d\\udca9\""},
                  {"\"abc\""});
  expect_verdicts(R"({"minLength":2.0,"maxLength":3})", {"\"\\u00e4\\u00e4\""},
                  {"\"\\u00e4\"", "\"abcd\""});
}

TEST(Keyword, Pattern) {
  expect_verdicts(R"({"pattern":"^a+$"})", {"\"a\"", "\"aaa\"", "5"}, {"\"\"", "\"ab\""});
}

TEST(Keyword, Arrays) {
  expect_verdicts(R"({"minItems":1,"maxItems":2})", {"[1]", "[1,2]", "{}"}, {"[]", "[1,2,3]"});
  expect_verdicts(R"({"items":{"type":"integer"}})", {"[]", "[1,2]", "\"a\""},
                  {"[1,\"a\"]", "[null]"});
  expect_verdicts(R"({"items":false})", {"[]"}, {"[1]"});
  expect_verdicts(R"({"prefixItems":[{"type":"integer"},true,{"const":3}]})",
                  {"[]", "[1]", "[1,\"x\"]", "[1,2,3,4]"}, {"[\"a\"]", "[1,2,4]"});
  expect_verdicts(R"({"prefixItems":[{"type":"integer"}],"items":{"type":"string"}})",
                  {"[1]", "[1,\"a\"]"}, {"[1,2]", "[\"a\"]"});
  expect_verdicts(R"({"prefixItems":[true],"items":false})", {"[]", "[1]"}, {"[1,2]"});
}

TEST(Keyword, Contains) {
  expect_verdicts(R"({"contains":{"type":"string"}})", {"[1,\"a\"]", "{}"}, {"[]", "[1]"});
  expect_verdicts(R"({"contains":{"const":1},"minContains":2})", {"[1,2,1]"}, {"[1]", "[]"});
  expect_verdicts(R"({"contains":{"const":1},"maxContains":1})", {"[1,2]"}, {"[2]", "[1,1]"});
  expect_verdicts(R"({"contains":{"const":1},"minContains":0})", {"[]", "[2]"}, {});
  expect_verdicts(R"({"contains":{"const":1},"minContains":0,"maxContains":1})", {"[]", "[1]"},
                  {"[1,1]"});
  expect_verdicts(R"({"contains":true})", {"[1]"}, {"[]"});
  expect_verdicts(R"({"contains":false})", {"1"}, {"[]", "[1]"});
  expect_verdicts(R"({"minContains":5,"maxContains":1})", {"[]", "[1,2]"}, {});
}

TEST(Keyword, UniqueItems) {
  const std::vector<std::string> unique{"[]",
                                        "[1]",
                                        "[1,2]",
                                        "[1,\"1\"]",
                                        "[0,false]",
                                        "[1,true]",
                                        "[[1],[2]]",
                                        "[[],{}]",
                                        R"([{"a":1},{"a":2},{"b":1}])",
                                        "[null,0,false,\"\",[],{}]"};
  const std::vector<std::string> repeated{"[1,1]",
                                          "[1,1.0]",
                                          "[\"a\",\"b\",\"a\"]",
                                          "[[1],[1.0]]",
                                          "[null,null]",
                                          "[[],[]]",
                                          "[{},{}]",
                                          R"([{"a":1,"bb":[2]},{"bb":[2.0],"a":1}])"};
  expect_verdicts(R"({"uniqueItems":true})", unique, repeated);
  expect_verdicts(R"({"uniqueItems":false})", repeated, {});
  // Enough elements for the table, and for it to grow.
  std::string many = "[";
  for (int i = 0; i < 5000; ++i) {
    many += std::to_string(i) + ",\"" + std::to_string(i) + "\",[" + std::to_string(i) + "],";
  }
  expect_verdicts(R"({"uniqueItems":true})", {many + "{}]"},
                  {many + "4321.0]", many + "\"0\"]", many + "[7]]"});
}

// Strings of 16 characters that have one and the same hash in the table of elements, as somebody
// can choose them who has read its source.
std::vector<std::string> strings_of_one_hash(std::size_t count) {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15U;
  std::uint64_t inverse = factor;
  for (int i = 0; i < 6; ++i) inverse *= 2 - factor * inverse;
  const auto mix = [](std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * factor;
    return hash ^ (hash >> 32U);
  };
  const std::uint64_t start =
      mix(mix(0, static_cast<std::uint64_t>(jsonschema::jsonb::Kind::string)), 16);
  std::vector<std::string> strings;
  for (std::uint64_t n = 0; strings.size() < count; ++n) {
    std::string text = std::to_string(10'000'000 + n % 90'000'000) + "12345678";
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    word = mix(start, word) ^ 0x0123456789ABCDEFU * inverse;
    std::memcpy(text.data() + sizeof word, &word, sizeof word);
    const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
      return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    });
    if (is_plain) strings.push_back(text);
  }
  return strings;
}

int polls_of_unique_items;

TEST(Keyword, UniqueItemsOfOneHash) {
  const std::vector<std::string> strings = strings_of_one_hash(5'000);
  std::string array;
  for (const std::string& text : strings) array += ",\"" + text + "\"";
  array = "[" + array.substr(1);
  // Pairs of them would be 12,500,000, and a poll for each 1,024.
  const auto program = compile(R"({"uniqueItems":true})", {});
  const test::Jsonb jsonb = test::jsonb_of(array + "]");
  polls_of_unique_items = 0;
  const Host host{.interrupted = []() noexcept {
    ++polls_of_unique_items;
    return false;
  }};
  EXPECT_EQ(evaluate(*program, jsonb.bytes(), host), Verdict::valid);
  EXPECT_LT(polls_of_unique_items, 1'000);
  expect_verdicts(R"({"uniqueItems":true})", {array + ",null,1,{},[]]"},
                  {array + ",\"" + strings[2500] + "\"]", array + ",1,[1],1.0]",
                   array + R"(,{"a":[1],"b":2},3,{"b":2.0,"a":[1.0]}])"});
  EXPECT_EQ(test::violations_of(R"({"uniqueItems":true})", array + ",\"" + strings[2500] + "\"]"),
            std::vector<std::string>{" | /uniqueItems | elements 2500 and 5000 are equal"});
}

// Sorted, whatever their kinds.
TEST(Keyword, UniqueItemsOfEachKindAmongThoseOfOneHash) {
  std::string array = "[";
  for (const std::string& text : strings_of_one_hash(100)) array += "\"" + text + "\",";
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i * 7 % 300);
    array += "[" + n + R"(],{"a)" + n + R"(":1},{"a":)" + n + "}," + n + ".5,-" + n + ".5,[[" + n +
             R"(]],{"a":{"b":)" + n + "}},";
  }
  expect_verdicts(
      R"({"uniqueItems":true})", {array + "null,false,true,[],{},\"\"]"},
      {array + "null,null]", array + "{},{}]", array + "[299.0]]", array + R"({"a":{"b":17.0}}])",
       array + R"({"a299":1.0}])", array + "-0.50]", array + "false,true,false]"});
}

TEST(Keyword, Properties) {
  const char* schema =
      R"({"properties":{"a":{"type":"integer"},"bb":{"type":"string"},"":{"type":"null"}}})";
  expect_verdicts(schema, {"{}", R"({"a":1})", R"({"bb":"x","zzz":1,"a":2,"":null})", "[]", "1"},
                  {R"({"a":"x"})", R"({"zz":1,"bb":2})", R"({"":0})"});
  expect_verdicts(R"({"properties":{"a":false,"b":true}})", {R"({"b":1})"}, {R"({"a":1})"});
}

TEST(Keyword, Required) {
  expect_verdicts(R"({"required":["bb","a"]})",
                  {R"({"a":1,"bb":2})", R"({"bb":2,"c":1,"a":1})", "[]"},
                  {"{}", R"({"a":1})", R"({"bb":1})", R"({"b":1,"aa":2})"});
  expect_verdicts(R"({"required":["a"],"properties":{"a":{"type":"null"},"b":{}}})",
                  {R"({"a":null})"}, {R"({"b":1})", R"({"a":1})"});
  expect_verdicts(R"({"required":["a\u0000b"]})", {"1"}, {"{}", R"({"a":1})"});
}

TEST(Keyword, AdditionalProperties) {
  expect_verdicts(R"({"properties":{"a":{},"bb":{}},"additionalProperties":false})",
                  {"{}", R"({"a":1})", R"({"a":1,"bb":2})"}, {R"({"c":1})", R"({"a":1,"b":2})"});
  expect_verdicts(R"({"properties":{"a":{}},"additionalProperties":{"type":"string"}})",
                  {R"({"a":1,"b":"x"})"}, {R"({"b":1})"});
  expect_verdicts(R"({"additionalProperties":{"type":"string"}})", {"{}", R"({"b":"x"})"},
                  {R"({"b":1})"});
  // A name that only `required` knows is not declared.
  expect_verdicts(R"({"required":["a"],"additionalProperties":false})", {}, {R"({"a":1})", "{}"});
}

TEST(Keyword, PatternProperties) {
  expect_verdicts(R"({"patternProperties":{"^a":{"type":"integer"},"z$":{"minimum":5}}})",
                  {"{}", R"({"a":1,"b":"x"})", R"({"az":5})"},
                  {R"({"a":"x"})", R"({"az":4})", R"({"z":1})"});
  expect_verdicts(R"({"properties":{"ab":{"minimum":2}},"patternProperties":{"^a":{"maximum":3}},
                      "additionalProperties":false})",
                  {R"({"ab":2})", R"({"ac":1})"}, {R"({"ab":1})", R"({"ab":4})", R"({"b":1})"});
}

TEST(Keyword, PropertyNamesAndSizes) {
  expect_verdicts(R"({"propertyNames":{"maxLength":2}})", {"{}", R"({"ab":1})"}, {R"({"abc":1})"});
  expect_verdicts(R"({"propertyNames":false})", {"{}"}, {R"({"a":1})"});
  expect_verdicts(R"({"propertyNames":{"enum":["a","b"]},"properties":{"a":{"type":"null"}}})",
                  {R"({"a":null,"b":1})"}, {R"({"a":1})", R"({"c":1})"});
  expect_verdicts(R"({"minProperties":1,"maxProperties":2})", {R"({"a":1})", "[]"},
                  {"{}", R"({"a":1,"b":2,"c":3})"});
}

TEST(Keyword, Dependencies) {
  expect_verdicts(R"({"dependentRequired":{"a":["b","c"],"d":[]}})",
                  {"{}", R"({"b":1})", R"({"a":1,"b":1,"c":1})", R"({"d":1})"},
                  {R"({"a":1,"b":1})"});
  expect_verdicts(R"({"dependentSchemas":{"a":{"required":["b"]},"c":false}})",
                  {"{}", R"({"a":1,"b":2})"}, {R"({"a":1})", R"({"c":1})"});
}

TEST(Keyword, Combinations) {
  expect_verdicts(R"({"allOf":[{"minimum":1},{"maximum":3}]})", {"1", "3", "\"x\""}, {"0", "4"});
  expect_verdicts(R"({"anyOf":[{"type":"integer"},{"minimum":2}]})", {"1", "2.5", "\"x\""},
                  {"1.5"});
  expect_verdicts(R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", {"1", "2.5"}, {"3", "1.5"});
  expect_verdicts(R"({"not":{"type":["integer","null"]}})", {"1.5", "\"a\""}, {"1", "null"});
  expect_verdicts(R"({"if":{"type":"integer"},"then":{"minimum":5},"else":{"type":"string"}})",
                  {"5", "\"a\""}, {"4", "null", "1.5"});
  expect_verdicts(R"({"if":{"minimum":0},"then":{"multipleOf":2}})", {"-1", "2"}, {"3"});
  expect_verdicts(R"({"if":false,"else":{"const":1}})", {"1"}, {"2"});
  expect_verdicts(R"({"then":false,"else":false})", {"1"}, {});
}

TEST(Keyword, ApplicatorsBesideAssertionsOfSeveralKinds) {
  const char* schema = R"({"minLength":2,"minimum":2,"minItems":2,"minProperties":2,
                           "not":{"const":"xx"},"anyOf":[{"type":["string","array"]},{"not":{"const":7}}]})";
  expect_verdicts(schema, {"\"ab\"", "2", "[1,2]", R"({"a":1,"b":2})", "null", "true"},
                  {"\"a\"", "\"xx\"", "1", "7", "[1]", "{}"});
}

TEST(Keyword, RecursiveSchemas) {
  const char* tree =
      R"({"type":"object","required":["value"],"properties":{"value":{"type":"number"},
      "children":{"type":"array","items":{"$ref":"#"}}},"additionalProperties":false})";
  expect_verdicts(
      tree, {R"({"value":1})", R"({"value":1,"children":[{"value":2},{"value":3,"children":[]}]})"},
      {R"({"children":[]})", R"({"value":1,"children":[{"value":2,"children":[{}]}]})"});
}

TEST(Keyword, FormatIsAnAnnotationUnlessAsserted) {
  expect_verdicts(R"({"format":"date"})", {"\"x\"", "1"}, {});
  expect_verdicts(R"({"format":"date"})", {"\"2024-02-29\"", "1"}, {"\"x\"", "\"2023-02-29\""},
                  {.assert_format = true});
}

TEST(Keyword, ContentKeywordsAreAnnotations) {
  expect_verdicts(R"({"contentMediaType":"application/json","contentEncoding":"base64",
                      "contentSchema":{"type":"object"}})",
                  {"\"{\"", "1"}, {});
}

}  // namespace
}  // namespace tenancy::jsonschema
