// What the optimiser makes of schemas. That it changes no verdict is tested by agreement_test.cpp,
// by every use of test::expect_verdicts(), and by test/differential.
#include "jsonschema/compiler/optimise.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using Lines = std::vector<std::string>;

Lines listing(std::string_view schema) {
  return compile(schema, {})->explain();
}

bool mentions(const Lines& lines, std::string_view word) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(word) != std::string::npos; });
}

TEST(Optimise, MergesWhatIsAppliedUnconditionally) {
  EXPECT_EQ(listing(R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"string","minLength":1}}})"),
            (Lines{"#2 root type string", "  string", "    string_length 1.."}));
  EXPECT_EQ(listing(R"({"allOf":[{"type":["string","null"]},{"type":["null","array"]}]})"),
            (Lines{"#2 root type null"}));
  const Lines lines = listing(
      R"({"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},
                   {"properties":{"a":{"maxLength":3},"b":{"type":"null"}}}]})");
  EXPECT_EQ(std::count_if(
                lines.begin(), lines.end(),
                [](const std::string& line) { return line.find("members") != std::string::npos; }),
            1);
}

TEST(Optimise, DecidesByType) {
  EXPECT_EQ(listing(R"({"anyOf":[{"type":"string"},{"type":"null"}]})"),
            (Lines{"#2 root type null|string"}));
  EXPECT_EQ(listing(R"({"not":{"type":"null"},"oneOf":[{"type":"null"},{"type":"boolean"}]})"),
            (Lines{"#2 root type boolean"}));
  EXPECT_FALSE(mentions(listing(R"({"if":{"type":"string"},"then":{"minLength":2},
                                    "else":{"type":"integer"}})"),
                        "conditional"));
}

TEST(Optimise, ChoosesByAProperty) {
  constexpr std::string_view schema = R"({"oneOf":[
      {"type":"object","required":["kind"],"properties":{"kind":{"const":"a"},"x":{"type":"null"}}},
      {"type":"object","required":["kind"],"properties":{"kind":{"enum":["b","c"]}}}]})";
  EXPECT_TRUE(mentions(listing(schema), "dispatch on 'kind' 'a' #"));
  test::expect_verdicts(schema, {R"({"kind":"a"})", R"({"kind":"b"})", R"({"kind":"c","x":1})"},
                        {R"({"kind":"a","x":1})", R"({"kind":"d"})", R"({"kind":1})", "{}", "1"});
  // Not where two branches could take the same.
  EXPECT_FALSE(
      mentions(listing(R"({"anyOf":[{"required":["k"],"properties":{"k":{"enum":["a","b"]}}},
                           {"required":["k"],"properties":{"k":{"enum":["b"]}}}]})"),
               "dispatch"));
}

TEST(Optimise, NeedsNoNotesBesidePropertiesAndItems) {
  EXPECT_FALSE(mentions(listing(R"({"$ref":"#/$defs/a","unevaluatedProperties":false,
                                    "$defs":{"a":{"properties":{"b":{"type":"null"}}}}})"),
                        "unevaluated"));
  EXPECT_TRUE(mentions(listing(R"({"anyOf":[{"properties":{"a":true}},{"required":["b"]}],
                                   "unevaluatedProperties":false})"),
                       "unevaluated"));
}

TEST(Optimise, LimitsBecomeRanges) {
  for (const char* schema :
       {R"({"minimum":-2.5,"exclusiveMaximum":3})", R"({"exclusiveMinimum":-3,"maximum":2.5})"}) {
    EXPECT_TRUE(mentions(listing(schema), "range"));
    test::expect_verdicts(schema, {"-2", "0", "2", "-2.5", "2.5", "-0.0"},
                          {"-3", "3", "-3.5", "9999999999999999", "-1e400", "1e400", "3.0"});
  }
  // Integer limits, and numbers between two integers.
  test::expect_verdicts(R"({"exclusiveMinimum":-2,"exclusiveMaximum":2})",
                        {"-1.99", "-0.5", "0.5", "1.5", "1.9999999999999999999", "-1", "1"},
                        {"-2", "2", "-2.01", "2.01", "-9999.5", "9999.5", "123456789012345678.5"});
  test::expect_verdicts(R"({"minimum":-2,"maximum":2})", {"-2", "2", "-1.5", "1.5", "0.0001"},
                        {"-2.0001", "2.0001", "-3", "3", "-3.5", "3.5"});
  test::expect_verdicts(R"({"minimum":0})", {"0", "0.1", "1e-30", "12345678901234567890.5"},
                        {"-0.1", "-1e-30", "-12345678901234567890.5"});
  test::expect_verdicts(R"({"minimum":1e16})", {"1e16", "10000000000000001", "1e131071"},
                        {"9999999999999999", "0", "-1e16", "9999999999999999.9"});
  test::expect_verdicts(R"({"maximum":-1e16})", {"-1e16", "-1e17"}, {"-9999999999999999", "1"});
}

// Names are compared by their beginnings and ends first.
TEST(Optimise, TellsNamesOfEveryLengthApart) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 15U, 16U, 17U, 24U, 40U}) {
    const std::string name(size, 'n');
    const std::string schema = R"({"required":[")" + name + R"("],"properties":{")" + name +
                               R"(":{"type":"null"}},"additionalProperties":false})";
    std::vector<std::string> invalid{"{}", R"({")" + name + R"(":0})",
                                     R"({"nn":null,")" + name + R"(x":null})"};
    for (std::size_t at = 0; at < size; ++at) {  // another byte at each place
      std::string other = name;
      other[at] = 'm';
      invalid.push_back(R"({")" + other + R"(":null})");
    }
    test::expect_verdicts(schema, {R"({")" + name + R"(":null})"}, invalid);
  }
}

// The longest way along the instruction `reference`, of which evaluation takes one after the other.
std::size_t longest_chain(const Lines& lines) {
  std::map<std::string, std::string> next;
  std::string subschema;
  for (const std::string& line : lines) {
    if (line.starts_with('#')) subschema = line.substr(0, line.find(' '));
    const std::size_t at = line.find("    reference ");
    if (at != std::string::npos) next.emplace(subschema, line.substr(at + 14));
  }
  std::size_t longest = 0;
  for (const auto& [from, to] : next) {
    std::size_t length = 1;
    for (auto step = next.find(to); step != next.end(); step = next.find(step->second)) ++length;
    longest = std::max(longest, length);
  }
  return longest;
}

TEST(Optimise, BoundsWhatMergingMakes) {
  std::string same = R"({"allOf":[)";
  std::string different = same;
  constexpr int count = 3'000;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string comma = i == 0 ? "" : ",";
    same += comma + R"({"properties":{"k":{"minLength":)" + number + R"(,"not":{"minLength":9)" +
            number + R"(},"anyOf":[{"maxLength":8},{"pattern":"x"}]}}})";
    different += comma + R"({"properties":{"k)" + number + R"(":{"type":"string"}}})";
  }
  const auto chained = compile(same + "]}", {});
  EXPECT_LE(longest_chain(chained->explain()), 64U);
  const auto merged = compile(different + "]}", {});
  EXPECT_LE(merged->memory(), 4 * different.size());
}

}  // namespace
}  // namespace tenancy::jsonschema
