// The view over stored JSONB, and what it does with bytes that are damaged.
#include "jsonschema/value/jsonb.hpp"

#include <random>

#include "engine.hpp"
#include "jsonschema/value/decimal.hpp"

namespace tenancy::jsonschema {
namespace {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;
using test::Jsonb;
using test::jsonb_of;

Value root_of(const Jsonb& jsonb) {
  Value value;
  EXPECT_TRUE(jsonb::root(jsonb.bytes(), value));
  return value;
}

// The value as JSON text, read through the view alone.
std::string text_of(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::false_value:
      return "false";
    case Kind::true_value:
      return "true";
    case Kind::number: {
      Decimal number;
      EXPECT_TRUE(read_numeric(value.data, value.size, number));
      return to_text(number);
    }
    case Kind::string:
      return '"' + std::string(value.text()) + '"';
    default:
      break;
  }
  const bool object = value.kind == Kind::object;
  Container container;
  EXPECT_TRUE(container.open(value));
  Entries keys = container.begin();
  Entries values = container.begin();
  EXPECT_TRUE(!object || container.values(values));
  std::string text(1, object ? '{' : '[');
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    if (i > 0) text += ',';
    if (object) {
      std::string_view key;
      EXPECT_TRUE(keys.step() && keys.key(key));
      text += '"' + std::string(key) + "\":";
    }
    Value child;
    EXPECT_TRUE(values.step() && values.value(child));
    text += text_of(child);
  }
  return text + (object ? '}' : ']');
}

TEST(Jsonb, ReadsEveryKind) {
  for (const std::string text :
       {"null", "true", "false", "0", "-17", "1.5", R"("")", R"("text")", "[]", "{}", "[[]]",
        R"([null,true,false,1,"a",[],{}])", R"({"a":1,"b":[1,2,{"c":null}],"cc":"x"})",
        R"({"":0,"a":{"":{"":[[[]]]}}})"}) {
    EXPECT_EQ(text_of(root_of(jsonb_of(text))), text);
  }
}

TEST(Jsonb, ReadsLargeContainersWithAnyStride) {
  std::string array = "[";
  std::string object = "{";
  for (int i = 100; i < 400; ++i) {
    const std::string number = std::to_string(i);
    array += (i > 100 ? "," : "") + (i % 3 == 0 ? '"' + number + '"' : number);
    object +=
        (i > 100 ? ",\"k" : "\"k") + number + "\":" + (i % 2 == 0 ? "[" + number + "]" : number);
  }
  array += "]";
  object += "}";
  for (const std::size_t stride : {1, 2, 31, 32, 33, 1000}) {
    EXPECT_EQ(text_of(root_of(jsonb_of(array, stride))), array);
    const Jsonb jsonb = jsonb_of(object, stride);
    EXPECT_EQ(text_of(root_of(jsonb)), object);
    Container container;
    ASSERT_TRUE(container.open(root_of(jsonb)));
    for (std::uint32_t i = 0; i < 300; ++i) {
      std::uint32_t index = 0;
      ASSERT_TRUE(container.find("k" + std::to_string(i + 100), index));
      EXPECT_EQ(index, i);
    }
    std::uint32_t index = 0;
    ASSERT_TRUE(container.find("absent", index));
    EXPECT_EQ(index, 300U);
    Entries elements;
    Value value;
    Container same;
    const Jsonb array_jsonb = jsonb_of(array, stride);
    ASSERT_TRUE(same.open(root_of(array_jsonb)));
    ASSERT_TRUE(same.elements_from(299, elements) && elements.step() && elements.value(value));
    EXPECT_EQ(text_of(value), "\"399\"");
  }
}

TEST(Jsonb, TheLastOfRepeatedMembersCounts) {
  EXPECT_EQ(text_of(root_of(jsonb_of(R"({"b":1,"a":2,"b":3,"aa":4,"a":5})"))),
            R"({"a":5,"b":3,"aa":4})");
}

TEST(Jsonb, RefusesBytesThatAreNoJsonb) {
  Value value;
  EXPECT_FALSE(jsonb::root({}, value));
  const std::byte few[3] = {};
  EXPECT_FALSE(jsonb::root(few, value));
  for (const std::uint32_t header : {0U, 0x10000000U, 0x60000000U, 0x30000000U, 0x80000000U}) {
    std::vector<std::byte> bytes(64);
    std::memcpy(bytes.data(), &header, sizeof header);
    EXPECT_FALSE(jsonb::root(bytes, value)) << header;
  }
}

// A container inside of a container must not be flagged scalar.
TEST(Jsonb, RefusesNestedScalarContainers) {
  Jsonb jsonb = jsonb_of("[[1]]");
  jsonb.mutable_bytes()[8 + 3] |= std::byte{0x10};
  EXPECT_EQ(evaluate(*compile(R"({"items":{"type":"array"}})", {}), jsonb.bytes(), {}),
            Verdict::corrupt);
}

TEST(Jsonb, CountsCodePoints) {
  EXPECT_EQ(jsonb::count_code_points(""), 0U);
  EXPECT_EQ(jsonb::count_code_points("abc"), 3U);
  EXPECT_EQ(jsonb::count_code_points("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x92\xA9"), 3U);
  std::mt19937 random(1);
  const std::string_view pieces[] = {"a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x92\xA9"};
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    const auto count = static_cast<std::uint32_t>(random() % 40);
    for (std::uint32_t i = 0; i < count; ++i) text += pieces[random() % 4];
    EXPECT_EQ(jsonb::count_code_points(text), count);
    EXPECT_TRUE(jsonb::is_utf8(text));
  }
}

TEST(Jsonb, KnowsUtf8) {
  for (const std::string_view text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "aaaaaaaa\xFF"}) {
    EXPECT_FALSE(jsonb::is_utf8(text));
  }
  EXPECT_TRUE(jsonb::is_utf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"));
}

// --- damage ----------------------------------------------------------------------------------

constexpr std::string_view document = R"({
  "id": "550e8400-e29b-41d4-a716-446655440000", "n": -12345.678, "ok": true, "none": null,
  "list": [1, 2.5, "three", [4], {"five": 5}, {"five": 5, "six": [[[]]]}],
  "nested": {"a": {"b": {"c": [{"d": "e"}, {"d": "f"}]}}}, "long": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})";

constexpr std::string_view schema = R"({
  "type": "object", "required": ["id", "n"], "minProperties": 2, "maxProperties": 20,
  "properties": {
    "id": {"type": "string", "pattern": "^[0-9a-f-]{36}$", "minLength": 36},
    "n": {"type": "number", "minimum": -99999.5, "multipleOf": 0.001},
    "list": {"type": "array", "uniqueItems": true, "contains": {"const": {"five": 5}},
             "prefixItems": [{"enum": [1, 2]}], "items": {"$ref": "#/$defs/any"}, "maxItems": 10},
    "nested": {"$ref": "#/$defs/tree"}},
  "patternProperties": {"^l": {"not": {"type": "null"}}},
  "propertyNames": {"maxLength": 10}, "dependentRequired": {"id": ["n", "ok"]},
  "additionalProperties": {"type": ["boolean", "null", "string"]},
  "$defs": {"any": {"anyOf": [{"type": ["number", "string"]}, {"$ref": "#/$defs/list"},
                              {"type": "object", "additionalProperties": {"$ref": "#/$defs/any"}}]},
            "list": {"type": "array", "items": {"$ref": "#/$defs/any"}},
            "tree": {"oneOf": [{"type": "string"},
                               {"type": "array", "items": {"$ref": "#/$defs/tree"}},
                               {"type": "object", "additionalProperties": {"$ref": "#/$defs/tree"}}]}}
})";

// Evaluates a copy that ends exactly where its allocation ends, so that AddressSanitizer sees every
// read past it. Any verdict will do.
void evaluate_copy(const Program& program, const Program& for_report,
                   std::span<const std::byte> bytes) {
  const std::vector<std::byte> copy(bytes.begin(), bytes.end());
  std::vector<Violation> violations;
  const Verdict verdict = evaluate(program, copy, {});
  // Each of the two may see, or not, damage that the other passes by.
  const Verdict plain = evaluate(for_report, copy, {});
  const Verdict reported = report(for_report, copy, {}, violations);
  EXPECT_TRUE(reported == plain || (plain == Verdict::invalid && reported == Verdict::corrupt));
  EXPECT_TRUE(verdict == Verdict::valid || verdict == Verdict::invalid ||
              verdict == Verdict::corrupt);
}

TEST(DamagedJsonb, SoundBytesAreValid) {
  EXPECT_EQ(test::verdict_of(schema, document), Verdict::valid);
}

TEST(DamagedJsonb, TruncationAtEveryByteIsSafe) {
  const auto program = compile(schema, {});
  const auto for_report = test::compile_for_report(schema);
  const Jsonb jsonb = jsonb_of(document);
  for (std::size_t size = 0; size < jsonb.bytes().size(); ++size) {
    evaluate_copy(*program, *for_report, jsonb.bytes().subspan(0, size));
  }
}

TEST(DamagedJsonb, ChangedBytesAreSafe) {
  const auto program = compile(schema, {});
  const auto for_report = test::compile_for_report(schema);
  const Jsonb jsonb = jsonb_of(document);
  for (std::size_t at = 0; at < jsonb.bytes().size(); ++at) {
    for (const int mask : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF, 0xF0, 0x7F}) {
      Jsonb damaged = jsonb;
      damaged.mutable_bytes()[at] ^= static_cast<std::byte>(mask);
      evaluate_copy(*program, *for_report, damaged.bytes());
    }
  }
}

TEST(DamagedJsonb, RandomDamageIsSafe) {
  const auto program = compile(schema, {});
  const auto for_report = test::compile_for_report(schema);
  const Jsonb jsonb = jsonb_of(document);
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    Jsonb damaged = jsonb;
    std::vector<std::byte>& bytes = damaged.mutable_bytes();
    for (std::uint32_t i = random() % 8 + 1; i > 0; --i) {
      bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    evaluate_copy(*program, *for_report, bytes);
  }
}

TEST(DamagedJsonb, RandomBytesAreSafe) {
  const auto program = compile(schema, {});
  const auto for_report = test::compile_for_report(schema);
  std::mt19937 random(8);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes(random() % 200);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() % 8 == 0 ? random() : 0);
    if (bytes.size() >= 4) {
      const std::uint32_t header = (random() % 2 == 0 ? 0x20000000U : 0x40000000U) | random() % 8;
      std::memcpy(bytes.data(), &header, sizeof header);
    }
    evaluate_copy(*program, *for_report, bytes);
  }
}

TEST(DamagedJsonb, BytesAtAnyAlignment) {
  const auto program = compile(schema, {});
  const auto for_report = test::compile_for_report(schema);
  const Jsonb jsonb = jsonb_of(document);
  std::vector<std::byte> shifted(jsonb.bytes().size() + 3);
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::copy(jsonb.bytes().begin(), jsonb.bytes().end(),
              shifted.begin() + static_cast<std::ptrdiff_t>(shift));
    EXPECT_EQ(evaluate(*program, {shifted.data() + shift, jsonb.bytes().size()}, {}),
              Verdict::valid);
  }
}

}  // namespace
}  // namespace tenancy::jsonschema
