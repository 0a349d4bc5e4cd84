// A schema as large ones are: many definitions of objects, each with descriptions, enumerations,
// patterns, limits, and references to other definitions, also back to itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenancy::jsonschema::bench {

class LargeSchema {
 public:
  // At least `size` bytes of text; the same ones every time.
  std::string make(std::size_t size) {
    std::string definitions;
    std::size_t count = 0;
    while (definitions.size() + 1000 < size) {
      if (count > 0) definitions += ',';
      definitions += '"' + name(count) + R"(":)" + definition(count);
      ++count;
    }
    std::string properties;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % 3 != 0 && i + 1 != count) continue;
      if (!properties.empty()) properties += ',';
      properties += quoted(word(i) + std::to_string(i)) + R"(:{"$ref":"#/$defs/)" + name(i) + "\"}";
    }
    return R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
           R"("properties":{)" +
           properties + R"(},"$defs":{)" + definitions + "}}";
  }

 private:
  std::uint64_t random(std::uint64_t below) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % below;
  }

  static std::string word(std::uint64_t i) {
    constexpr std::string_view words[] = {
        "name",   "value",  "kind",    "region", "status", "limit",  "source",  "target",
        "policy", "engine", "version", "path",   "owner",  "window", "account", "format",
        "label",  "access", "queue",   "volume", "filter", "metric", "network", "schedule"};
    return std::string(words[i % std::size(words)]);
  }
  static std::string name(std::size_t i) { return word(i * 7) + "_" + word(i) + std::to_string(i); }
  static std::string quoted(const std::string& text) { return '"' + text + '"'; }

  std::string sentence() {
    std::string text = "The";
    for (std::uint64_t i = 4 + random(14); i > 0; --i) text += " " + word(random(1000));
    return text + ".";
  }

  std::string definition(std::size_t index) {
    std::string properties;
    std::string required;
    const std::uint64_t count = 3 + random(10);
    const std::uint64_t first = random(24);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string key = quoted(word(first + i) + (i % 3 == 0 ? "_" + word(index) : ""));
      if (i > 0) properties += ',';
      properties += key + ":" + property(index);
      if (random(3) != 0) continue;
      if (!required.empty()) required += ',';
      required += key;
    }
    std::string schema = R"({"type":"object","description":)" + quoted(sentence()) +
                         R"(,"properties":{)" + properties + "}";
    if (!required.empty()) schema += R"(,"required":[)" + required + "]";
    if (random(2) == 0) schema += R"(,"additionalProperties":false)";
    return schema + "}";
  }

  std::string property(std::size_t index) {
    const std::string description = R"("description":)" + quoted(sentence());
    const auto reference = [&](std::size_t to) {
      return R"({"$ref":"#/$defs/)" + name(to) + "\"}";
    };
    const std::size_t other = index == 0 ? 0 : index - 1 - random(std::min<std::size_t>(index, 50));
    switch (random(12)) {
      case 0:
      case 1:
        return "{" + description + R"(,"type":"string"})";
      case 2:
        return "{" + description + R"(,"type":"string","minLength":1,"maxLength":)" +
               std::to_string(10 + random(200)) + "}";
      case 3: {
        std::string values;
        for (std::uint64_t i = 2 + random(8); i > 0; --i) {
          values += quoted(word(random(24)) + std::to_string(i)) + (i > 1 ? "," : "");
        }
        return "{" + description + R"(,"type":"string","enum":[)" + values + "]}";
      }
      case 4: {
        constexpr std::string_view patterns[] = {
            "^[a-z][a-z0-9-]{0,62}$", "^arn:[a-z]+:", R"(^\\d{4}-\\d{2}-\\d{2}$)",
            "^[A-Za-z0-9_.-]+$",      "^(in|out)$",   R"(^([0-9]{1,3}\\.){3}[0-9]{1,3}(/\\d+)?$)"};
        return "{" + description + R"(,"type":"string","pattern":")" +
               std::string(patterns[random(std::size(patterns))]) + "\"}";
      }
      case 5:
        return "{" + description + R"(,"type":"integer","minimum":0,"maximum":)" +
               std::to_string(1 + random(100'000)) + "}";
      case 6:
        return "{" + description + R"(,"type":"boolean","default":false})";
      case 7:
        return "{" + description + R"(,"type":"array","items":)" + reference(other) +
               (random(2) == 0 ? R"(,"uniqueItems":true})" : "}");
      case 8:
        return "{" + description + R"(,"type":"object","additionalProperties":{"type":"string"}})";
      case 9:
        return "{" + description + R"(,"oneOf":[{"type":"string"},)" + reference(other) + "]}";
      case 10:
        return random(8) == 0 ? reference(index) : reference(other);
      default:
        return "{" + description + R"(,"type":"number","exclusiveMinimum":0})";
    }
  }

  std::uint64_t state_ = 42;
};

inline std::string large_schema(std::size_t size) {
  return LargeSchema().make(size);
}

}  // namespace tenancy::jsonschema::bench
