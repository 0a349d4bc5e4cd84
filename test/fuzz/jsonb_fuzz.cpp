// Corrupt storage: any bytes, taken for a jsonb, against schemas that use every instruction.
//
//   jsonb_fuzz -max_len=1024 CORPUS
//
// Whatever the bytes are, an evaluation ends, and reads none but them: they lie in a buffer of
// exactly their size. The mutator begins with well-formed ones.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "../unit/jsonb_builder.hpp"
#include "host.hpp"
#include "jsonschema/compile.hpp"
#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace tenancy::jsonschema::fuzz {
namespace {

constexpr std::string_view schemas[] = {
    R"({"$defs":{"node":{"type":["object","array","string","number","boolean","null"],
      "properties":{"a":{"$ref":"#/$defs/node"},"b":{"minLength":1,"maxLength":4},"abc":{"enum":["x","y",1,2.5,null,true]}},
      "required":["a"],"additionalProperties":{"$ref":"#/$defs/node"},"items":{"$ref":"#/$defs/node"}}},
      "$ref":"#/$defs/node"})",
    R"({"prefixItems":[{"multipleOf":0.01},{"multipleOf":7},{"minimum":-1e30,"maximum":12345678901234567890.5}],
      "items":{"anyOf":[{"exclusiveMinimum":0,"exclusiveMaximum":100},{"type":"string","pattern":"^[a-z]+(-[0-9]{2})?$"},{"$ref":"#"}]},
      "minItems":1,"maxItems":20,"uniqueItems":true})",
    R"({"uniqueItems":true,"items":{"uniqueItems":true},"additionalProperties":{"uniqueItems":true}})",
    R"({"patternProperties":{"^a":{"type":"number"},"[0-9]$":{"$ref":"#"}},"propertyNames":{"maxLength":5},
      "additionalProperties":{"type":["string","array"]},"minProperties":1,"maxProperties":9})",
    R"({"oneOf":[{"properties":{"kind":{"const":"a"},"v":{"type":"integer"}},"required":["kind"]},
      {"properties":{"kind":{"const":"b"},"v":{"type":"string"}},"required":["kind","v"]},
      {"properties":{"kind":{"enum":["c",3]}},"required":["kind"],"additionalProperties":false}]})",
    R"({"enum":[{"a":[1,2,{"b":null}]},[1.5,"x",[]],"text",12345.678]})",
    R"({"const":{"a":{"b":[true,false,null,"s",1e100]},"c":-0.001}})",
    R"({"contains":{"const":"x"},"minContains":1,"maxContains":2,"not":{"contains":{"type":"object","required":["z"]}}})",
    R"({"if":{"properties":{"a":{"type":"string"}}},"then":{"dependentRequired":{"a":["b","c"]}},
      "else":{"dependentSchemas":{"b":{"minProperties":2}},"allOf":[{"maxProperties":3},{"items":{"format":"date-time"}}]}})",
    R"({"items":{"anyOf":[{"format":"uuid"},{"format":"email"},{"format":"ipv4"},{"format":"uri"},{"format":"date"}]},
      "additionalProperties":{"oneOf":[{"format":"ipv6"},{"format":"time"},{"format":"json-pointer"},{"format":"hostname"}]}})",
    R"({"allOf":[{"properties":{"a":true}},{"properties":{"b":{"$ref":"#"}}}],"unevaluatedProperties":{"type":"number"}})",
    R"({"anyOf":[{"prefixItems":[{"type":"integer"}]},{"contains":{"type":"string"}}],"unevaluatedItems":{"type":"null"}})",
    R"({"$dynamicAnchor":"node","properties":{"a":{"$dynamicRef":"#node"}},"items":{"$dynamicRef":"#node"},"unevaluatedProperties":false})",
    R"({"type":"object","required":["id"],"additionalProperties":false,"properties":{
      "id":{"pattern":"^[0-9a-f]{8}-[0-9a-f]{4}$"},"a name of some length":{"pattern":"^[^@\\s]+@[^@\\s]+\\.[a-z]+$"},
      "n":{"minimum":1,"maximum":9.5},"s":{"enum":["a","bc","a longer one of these"]},"t":{"minLength":1},
      "child":{"$ref":"#"},"list":{"maxItems":3,"items":{"$ref":"#"}}}})",
};

constexpr std::string_view seeds[] = {
    R"({"id":"0123abcd-89ef","n":2,"s":"a longer one of these","t":"text","a name of some length":"a@b.example",
      "child":{"id":"0123abcd-89ef","n":2.5},"list":[{"id":"0123abcd-89ef"},{"id":"0123abcd-89ef","s":"a"}]})",
    R"({"a":{"a":"x","b":"y","abc":2.5},"kind":"b","v":"text","z1":[1,2,3]})",
    R"([7,14,-1.25,"ab-12",[70,"zz"],{"a":1},1e20,0.0001,null,true,false])",
    R"(["x","x",{"z":1},"2026-01-01T00:00:00Z","0b8d1c3e-52a4-4cf5-9d8e-2f1a3b4c5d6e","a@b.example"])",
    R"({"a":[1,2,{"b":null}]})",
    R"([1.5,"x",[]])",
    R"("text")",
    "12345.678",
    "1e1000",
    R"({"a":{"b":[true,false,null,"s",1e100]},"c":-0.001})",
    R"([[[[[[[[{"a":{"a":{"a":{}}}}]]]]]]]])",
    "{}",
    "[]",
    R"([1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35])",
};

struct Pair {
  std::unique_ptr<const Program> fast;
  std::unique_ptr<const Program> telling;
};

const std::vector<Pair>& programs() {
  static const auto* const made = [] {
    auto* const list = new std::vector<Pair>;
    for (const std::string_view schema : schemas) {
      try {
        list->push_back({compile(schema, {.assert_format = true}),
                         compile(schema, {.assert_format = true, .for_report = true})});
      } catch (const SchemaError& error) {
        std::fprintf(stderr, "left out: %s: %.*s\n", error.what(), static_cast<int>(schema.size()),
                     schema.data());
        if (error.kind() != SchemaErrorKind::unsupported) std::abort();
      }
    }
    return list;
  }();
  return *made;
}

std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  if (size < 9 || seed % 100 == 0) {
    const test::Jsonb jsonb = test::jsonb_of(seeds[seed / 100 % std::size(seeds)]);
    if (jsonb.bytes().size() < max_size) {
      size = jsonb.bytes().size() + 1;
      data[0] = static_cast<std::uint8_t>(seed / 2000);
      std::memcpy(data + 1, jsonb.bytes().data(), jsonb.bytes().size());
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

}  // namespace
}  // namespace tenancy::jsonschema::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return tenancy::jsonschema::fuzz::mutate(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenancy::jsonschema;
  using namespace tenancy::jsonschema::fuzz;
  if (size == 0) return -1;
  const auto bytes = std::make_unique<std::byte[]>(size - 1);
  std::memcpy(bytes.get(), data + 1, size - 1);
  const std::span<const std::byte> jsonb(bytes.get(), size - 1);
  const Pair& pair = programs()[data[0] % programs().size()];
  static_cast<void>(evaluate(*pair.fast, jsonb, host()));
  static_cast<void>(evaluate(*pair.telling, jsonb, host()));
  std::vector<Violation> violations;
  static_cast<void>(report(*pair.telling, jsonb, host(), violations, 20));
  return 0;
}
