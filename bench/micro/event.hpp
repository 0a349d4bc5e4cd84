// The event that speed is measured by: about 600 bytes of text, 11 properties, a nested object, an
// array of three, five patterns. script/demo stores the same one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../../test/unit/jsonb_builder.hpp"

namespace tenancy::jsonschema::bench {

// What a schema of the event says beyond types, required properties and ranges.
struct EventSchema {
  bool patterns = true;
  bool closed = false;  // additionalProperties: false, at every level
};

inline std::string event_schema(const EventSchema& options) {
  const auto string = [&](std::string_view pattern) {
    std::string schema = R"({"type":"string")";
    if (options.patterns) schema += R"(,"pattern":")" + std::string(pattern) + '"';
    return schema + "}";
  };
  const std::string closed = options.closed ? R"("additionalProperties":false,)" : "";
  const std::string uuid = string("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
  return R"({"type":"object",)" + closed +
         R"("required":["order_id","customer_id","placed_at","currency","total","items"],
  "properties":{
    "order_id":{"$ref":"#/$defs/uuid"},
    "customer_id":{"$ref":"#/$defs/uuid"},
    "placed_at":)" +
         string(R"(^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$)") + R"(,
    "currency":{"enum":["EUR","USD","GBP"]},
    "total":{"type":"number","minimum":0},
    "channel":{"type":"string","maxLength":20},
    "priority":{"type":"integer","minimum":0,"maximum":9},
    "gift":{"type":"boolean"},
    "email":)" +
         string("^[^@]+@[^@]+$") + R"(,
    "address":{"type":"object",)" +
         closed + R"("required":["city","country"],"properties":{
      "street":{"type":"string"},
      "city":{"type":"string"},
      "postcode":)" +
         string("^[0-9]{5}$") + R"(,
      "country":{"type":"string","minLength":2,"maxLength":2}}},
    "items":{"type":"array","minItems":1,"items":{"type":"object",)" +
         closed + R"("required":["sku","quantity"],"properties":{
      "sku":)" +
         string("^[A-Z]{2}-[0-9]{4}$") + R"(,
      "quantity":{"type":"integer","minimum":1},
      "price":{"type":"number","exclusiveMinimum":0}}}}},
  "$defs":{"uuid":)" +
         uuid + "}}";
}

// Which of the properties that are not required an event has.
enum class Optional : bool { all, half };

// So many events, no two alike: one alone would be learnt by heart by the branch predictor.
inline std::vector<test::Jsonb> events(std::size_t count, Optional optional = Optional::all) {
  std::uint64_t state = 42;
  const auto random = [&](std::uint64_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33U) % below;
  };
  const auto digits = [&](std::size_t width, std::string_view alphabet) {
    std::string text;
    while (text.size() < width) text += alphabet[random(alphabet.size())];
    return text;
  };
  const auto uuid = [&] {
    constexpr std::string_view hex = "0123456789abcdef";
    return digits(8, hex) + "-" + digits(4, hex) + "-" + digits(4, hex) + "-" + digits(4, hex) +
           "-" + digits(12, hex);
  };
  const auto maybe = [&](const std::string& member) {
    return optional == Optional::half && random(2) == 0 ? "" : member;
  };
  constexpr std::string_view decimal = "0123456789";
  const auto item = [&] {
    return R"({"sku":")" + digits(2, "ABCDEFGH") + "-" + digits(4, decimal) + R"(","quantity":)" +
           std::to_string(1 + random(9)) + R"(,"price":)" + std::to_string(1 + random(99)) + "." +
           digits(2, decimal) + "}";
  };
  std::vector<test::Jsonb> made;
  while (made.size() < count) {
    constexpr std::string_view currencies[] = {"EUR", "USD", "GBP"};
    constexpr std::string_view channels[] = {"web", "telephone", "shop"};
    made.push_back(test::jsonb_of(
        R"({"order_id":")" + uuid() + R"(","customer_id":")" + uuid() + R"(","placed_at":"20)" +
        digits(2, decimal) + "-01-2" + digits(1, decimal) + "T12:" + digits(2, "012345") +
        R"(:00Z","currency":")" + std::string(currencies[random(3)]) + R"(","total":)" +
        std::to_string(random(2000)) + "." + digits(2, decimal) +
        maybe(R"(,"channel":")" + std::string(channels[random(3)]) + '"') +
        maybe(R"(,"priority":)" + std::to_string(random(10))) +
        maybe(R"(,"gift":)" + std::string(random(7) == 0 ? "true" : "false")) +
        maybe(R"(,"email":"user)" + std::to_string(random(100000)) + R"(@example.com")") +
        R"(,"address":{)" +
        maybe(R"("street":")" + std::to_string(random(1000)) + R"( Main Street",)") +
        R"("city":"Springfield",)" + maybe(R"("postcode":")" + digits(5, decimal) + R"(",)") +
        R"("country":"US"},"items":[)" + item() + "," + item() + "," + item() + "]}"));
  }
  return made;
}

}  // namespace tenancy::jsonschema::bench
