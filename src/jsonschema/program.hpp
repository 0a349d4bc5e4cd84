// A Program: a JSON Schema, compiled. Flat tables, immutable, evaluated over JSONB bytes.
//
// Shape
//   Every subschema that evaluation can reach is one Subschema: a mask of the types it admits, and
//   for each kind of value a run of instructions that ends in Opcode::accept. Evaluation is one
//   test of the mask, one choice by kind, and that run. Runs are ordered, cheap instructions
//   first, then those that apply other subschemas to the same value, and last those that ask what
//   the ones before them have evaluated. `enum` and `const` are split: what they say about types,
//   true, false and null is in the mask, the rest in instructions. Equal runs are stored once.
//
// Two kinds
//   A program for evaluate() has been through optimise.hpp: subschemas are merged, and instructions
//   that no keyword alone stands for take the place of several. A program for report() has not:
//   its subschemas and instructions are those of the schema, each with its keyword.
//
// Sharing
//   A Program may be used again and again, but by one evaluation at a time: its patterns share one
//   Matcher to write to, so that no search allocates, and its Layouts remember what the objects
//   before looked like.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jsonschema/evaluator/layouts.hpp"
#include "jsonschema/regex/pattern.hpp"
#include "jsonschema/schema/vocabulary.hpp"
#include "jsonschema/value/decimal.hpp"

namespace tenancy::jsonschema {

// A set of types. Booleans and numbers are split in two, so that a mask says all that there is to
// say about literals, and tells integers from other numbers.
//
// The first five bits stand as the types of stored entries do (see jsonb.hpp), the next two for
// arrays and objects: the bit of a value is `1 << Kind`, but for numbers that are no integers.
using TypeMask = std::uint8_t;
namespace types {
inline constexpr TypeMask string = 1;
inline constexpr TypeMask integer = 2;  // a number without a fractional part: 1.0 is one
inline constexpr TypeMask false_value = 4;
inline constexpr TypeMask true_value = 8;
inline constexpr TypeMask null = 16;
inline constexpr TypeMask array = 32;
inline constexpr TypeMask object = 64;
inline constexpr TypeMask fraction = 128;  // any other number
inline constexpr TypeMask boolean = false_value | true_value;
inline constexpr TypeMask number = integer | fraction;
inline constexpr TypeMask none = 0;
inline constexpr TypeMask all = 255;
}  // namespace types

// The types that one of the names of the keyword `type` stands for.
TypeMask type_named(std::string_view name) noexcept;

using SubschemaIndex = std::uint32_t;
inline constexpr SubschemaIndex anything = 0;  // `true`: always the first subschema
inline constexpr SubschemaIndex nothing = 1;   // `false`: always the second
inline constexpr std::uint32_t unlimited = 0xFFFFFFFF;

// `first` and `second` are what the line of each opcode says.
enum class Opcode : std::uint8_t {
  accept,  // end of a run: the value satisfies the subschema

  // Strings
  string_length,  // code points at least `first`, at most `second` (or unlimited)
  string_set,     // equals one of strings[first .. first + second), sorted as keys are
  pattern,        // patterns[first] matches some part
  format,         // has Format `first`
  content,        // draft 7: holds Content `first`

  // Numbers; numbers[first] is the limit
  minimum,            // value >= limit
  exclusive_minimum,  // value > limit
  maximum,            // value <= limit
  exclusive_maximum,  // value < limit
  range,              // optimised: a least and a greatest value: ranges[first]
  number_set,         // equals one of numbers[first .. first + second), ascending
  multiple_of,        // divisors[first] divides it, whose text is strings[second]
  no_fraction,        // draft 4: is written without a fraction; 1.0 is not

  // Arrays
  array_length,  // elements at least `first`, at most `second` (or unlimited)
  elements,      // every element satisfies its subschema: elements[first]
  contains,      // so many elements satisfy one subschema: contains[first]
  unique_items,  // no two elements are equal

  // Objects
  object_size,         // properties at least `first`, at most `second` (or unlimited)
  members,             // one merge of keys with a table: members[first]
  plain_members,       // optimised: the same, where neither names nor patterns matter, and other
                       // properties are all allowed or none is
  dependent_required,  // with property strings[first], also strings[first + 1 .. first + second)
  dependent_schema,    // with property strings[first], satisfies subschema `second`

  // Arrays and objects
  constant_set,  // equals one of constants[first .. first + second)

  // Every kind: other subschemas, applied to the same value
  reference,    // satisfies subschema `first`
  all_of,       // satisfies each of subschema_lists[first .. first + second)
  any_of,       // satisfies at least one of them
  one_of,       // satisfies exactly one of them
  dispatch,     // optimised, objects: satisfies the one that a property's value chooses:
                // dispatches[first]
  negation,     // does not satisfy subschema `first`
  conditional,  // satisfies if, then, else: subschema_lists[first], [first + 1], [first + 2]

  // Last in a run
  unevaluated_items,       // elements that nothing before has evaluated satisfy subschema `first`
  unevaluated_properties,  // so do properties
};
std::string_view name_of(Opcode opcode) noexcept;

struct Instruction {
  constexpr Instruction() noexcept = default;
  constexpr Instruction(Opcode opcode, Keyword keyword, std::uint32_t first,
                        std::uint32_t second) noexcept
      : opcode(opcode), keyword(keyword), first(first), second(second) {}

  Opcode opcode = Opcode::accept;
  Keyword keyword{};  // that it came from; for fused ones the first of them. For reports.
  std::uint16_t unused = 0;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
};

// The kinds of value that have runs. Null, true and false share one.
enum class RunKind : std::uint8_t { string, number, literal, array, object };
inline constexpr std::size_t run_kinds = 5;

// The types whose values have that kind of run.
constexpr TypeMask types_of(RunKind kind) noexcept {
  constexpr std::array<TypeMask, run_kinds> masks{
      types::string, types::number, types::boolean | types::null, types::array, types::object};
  return masks[static_cast<std::size_t>(kind)];
}

struct alignas(32) Subschema {
  std::array<std::uint32_t, run_kinds> runs{};  // by RunKind: positions in instructions
  TypeMask types = types::all;
  bool collects = false;  // some run has an unevaluated_... instruction
  std::uint16_t narrowing_count = 0;
  std::uint32_t first_narrowing = 0;
  std::uint32_t plain_table =
      unlimited;  // the run for objects is plain_members for it, and no more

  std::uint32_t run(RunKind kind) const noexcept { return runs[static_cast<std::size_t>(kind)]; }
};
inline constexpr std::uint32_t accept_run = 0;  // the run that accepts at once

// One keyword that took types out of a subschema's mask. For reports alone.
struct Narrowing {
  Keyword keyword{};    // type, enumeration or constant; or `not` for the schema `false`
  TypeMask types = 0;   // those that it admits
  std::uint32_t shown;  // constant: its text, cut short, is strings[shown]
};

// A part of Tables::text.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// A property that `properties` or `required` names.
struct MemberKey {
  std::uint64_t head = 0;  // of its name, see jsonb::head_of(); 0 for the empty one
  Text name;
  SubschemaIndex value = anything;
  std::uint8_t shift = 0;  // for the head of a name of this size
  bool required = false;
  bool declared = false;  // in `properties`: evaluated, and none of additionalProperties' business
};

struct MemberPattern {
  std::uint32_t pattern = 0;
  SubschemaIndex value = anything;
};

// properties, required, patternProperties, additionalProperties and propertyNames of one object.
struct Members {
  std::uint32_t first_key = 0;  // member_keys[first_key .. first_key + key_count), sorted as
  std::uint32_t key_count = 0;  // stored keys are: by length, then by bytes
  std::uint32_t required_count = 0;
  std::uint32_t first_pattern = 0;  // member_patterns[...]
  std::uint32_t pattern_count = 0;
  SubschemaIndex additional = anything;
  SubschemaIndex names = anything;
  bool evaluates_all = false;  // additionalProperties is there: every property is evaluated
};

// prefixItems, items and additionalItems of one array.
struct Elements {
  std::uint32_t first_prefix = 0;  // subschema_lists[...]
  std::uint32_t prefix_count = 0;
  SubschemaIndex rest = anything;
  Keyword prefix_keyword = Keyword::prefix_items;
  Keyword rest_keyword = Keyword::items;
  bool evaluates_all = false;  // there is a schema for the rest: every element is evaluated
};

struct Contains {
  SubschemaIndex element = anything;
  std::uint32_t minimum = 1;
  std::uint32_t maximum = unlimited;
  bool evaluates = false;  // what satisfies it is evaluated (from 2020-12 on)
};

// A part of Tables::digits.
struct Number {
  std::uint32_t first_digit = 0;
  std::uint32_t digit_count = 0;
  std::int32_t weight = 0;
  bool negative = false;
};

// A least and a greatest value. Small integers are compared with `low` and `high`, both included;
// small numbers with a fraction, where no limit has one, by the integers below them with
// `floor_low` and `floor_high`; other numbers with numbers[...], where there are such.
struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t floor_low = 0;
  std::int64_t floor_high = 0;
  std::uint32_t minimum = unlimited;
  std::uint32_t maximum = unlimited;
  bool excludes_minimum = false;
  bool excludes_maximum = false;
  bool has_fraction = false;  // some limit
};

// What chooses among the branches of a oneOf or anyOf of objects: one property, which each of them
// requires and demands to be one of some strings, which no other one admits.
struct Dispatch {
  Text key;
  std::uint32_t first_choice = 0;  // choices[...], sorted as keys are
  std::uint32_t choice_count = 0;
};
struct Choice {
  Text value;
  SubschemaIndex branch = anything;
};

// A part of Tables::constant_bytes: the root container of an array or object, as jsonb stores it.
struct Constant {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// All that a Program consists of. The root is subschemas[root].
struct Tables {
  SubschemaIndex root = anything;
  bool for_report = false;
  std::vector<Subschema> subschemas;
  std::vector<Instruction> instructions;
  std::vector<Narrowing> narrowings;
  std::vector<SubschemaIndex> subschema_lists;
  std::vector<MemberKey> member_keys;
  std::vector<MemberPattern> member_patterns;
  std::vector<Members> members;
  std::vector<Elements> elements;
  std::vector<Contains> contains;
  std::vector<Text> strings;
  std::vector<Number> numbers;
  std::vector<std::uint16_t> digits;
  std::vector<Divisor> divisors;
  std::vector<Range> ranges;
  std::vector<Dispatch> dispatches;
  std::vector<Choice> choices;
  std::vector<Constant> constants;
  std::vector<std::byte> constant_bytes;
  std::vector<Pattern> patterns;
  std::string text;

  std::string_view string(Text part) const noexcept {
    return {text.data() + part.offset, part.size};
  }
  Decimal number(std::uint32_t index) const noexcept {
    const Number& number = numbers[index];
    return {reinterpret_cast<const std::byte*>(digits.data() + number.first_digit),
            number.digit_count, number.weight, number.negative};
  }
};

class Program {
 public:
  explicit Program(Tables tables);  // throws std::bad_alloc

  const Tables& tables() const noexcept { return tables_; }

  // What a search of one of the patterns writes to; null when there are none.
  Matcher* matcher() const noexcept { return matcher_ ? &*matcher_ : nullptr; }

  Layouts& layouts() const noexcept { return layouts_; }

  // Asks for the memory that an evaluation reads, all at once, so that it need not wait for one
  // part after the other. For a program that has not run for a while.
  void prefetch() const noexcept;

  // Bytes that it occupies, machine code of its patterns included.
  std::size_t memory() const noexcept;

  // A listing, a line for each subschema and each instruction. For whoever debugs a schema.
  std::vector<std::string> explain() const;

 private:
  Tables tables_;
  mutable std::optional<Matcher> matcher_;
  mutable Layouts layouts_;
};

}  // namespace tenancy::jsonschema
