// The machine that runs a Program over one instance. Shared by evaluate.cpp, which asks for yes or
// no, and report.cpp, which asks instruction by instruction and explains what failed.
//
// What is evaluated of an array or object is noted only where some subschema asks (see
// Subschema::collects): elsewhere the pointer to the notes is null, and an anyOf stops at its first
// success.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "jsonschema/evaluate.hpp"
#include "jsonschema/evaluator/equality.hpp"
#include "jsonschema/evaluator/evaluated.hpp"
#include "jsonschema/format/content.hpp"
#include "jsonschema/format/format.hpp"
#include "jsonschema/program.hpp"
#include "jsonschema/value/decimal.hpp"
#include "jsonschema/value/jsonb.hpp"

namespace tenancy::jsonschema {

class Evaluator {
 public:
  Evaluator(const Program& program, const Host& host) noexcept
      : tables_(program.tables()),
        instructions_(tables_.instructions.data()),
        subschemas_(tables_.subschemas.data()),
        matcher_(program.matcher()),
        layouts_(program.layouts()),
        watch_(host) {}

  // Does `value` satisfy `subschema`? Any verdict but valid and invalid ends the evaluation. What
  // it evaluates of `value` is added to `evaluated`; to be used only if the answer is valid.
  Verdict check(SubschemaIndex subschema, jsonb::Value value,
                Evaluated* evaluated = nullptr) noexcept;

  // Is the type of `value` one that `subschema` admits? `number` is its number, if it is one.
  static bool admits(TypeMask types, jsonb::Value value, const Decimal& number) noexcept;

  // The run of `subschema` for values of this kind.
  const Instruction* run_of(const Subschema& subschema, jsonb::Kind kind) const noexcept;

  // Does `value` pass one instruction? `number` is its number, if it is one.
  Verdict step(const Instruction& instruction, jsonb::Value value, const Decimal& number) noexcept;

  // Adds to `evaluated` what one instruction, satisfied or not, evaluates of `value`: what it
  // applies subschemas to, and what those of its branches evaluate that are satisfied.
  Verdict note_evaluated(const Instruction& instruction, jsonb::Value value,
                         Evaluated& evaluated) noexcept;

  // Does `text` match patterns[pattern]? Valid, invalid, pattern_limit, interrupted or corrupt.
  Verdict match(std::uint32_t pattern, std::string_view text) noexcept;

  // How many elements of `array` satisfy `contains`, counted as far as is needed to decide; those
  // are added to `evaluated`.
  Verdict count_contained(const Contains& contains, jsonb::Value array, std::uint32_t& count,
                          Evaluated* evaluated = nullptr) noexcept;

  // How many branches of a one_of `value` satisfies, counted to two; `first` is the first one.
  Verdict count_branches(const Instruction& instruction, jsonb::Value value, std::uint32_t& count,
                         std::uint32_t& first, Evaluated* evaluated = nullptr) noexcept;

  // Whether `object` has the property `name`.
  static Verdict has_property(jsonb::Value object, std::string_view name) noexcept;

  // The pattern that last ran into its limit.
  std::uint32_t limited_pattern() const noexcept { return limited_pattern_; }

  const Tables& tables() const noexcept { return tables_; }
  Watch& watch() noexcept { return watch_; }

 private:
  friend Verdict evaluate(const Program& program, std::span<const std::byte> instance,
                          const Host& host) noexcept;

  Verdict check(const Subschema& subschema, jsonb::Value value, Evaluated* evaluated) noexcept;
  Verdict check_string(const Subschema& subschema, jsonb::Value value) noexcept;
  Verdict check_number(const Subschema& subschema, jsonb::Value value) noexcept;
  Verdict check_decimal(const Subschema& subschema, jsonb::Value value) noexcept;
  Verdict check_collecting(const Instruction* run, jsonb::Value value,
                           Evaluated* evaluated) noexcept;
  Verdict check_child(SubschemaIndex subschema, jsonb::Child child) noexcept;
  Verdict check_entry(SubschemaIndex subschema, const jsonb::Entries& entry) noexcept;

  // Whole runs, by the kind of value.
  Verdict run_string(const Instruction* instruction, jsonb::Value value) noexcept;
  Verdict run_string_from(const Instruction* instruction, jsonb::Value value) noexcept;
  Verdict run_number(const Instruction* instruction, jsonb::Value value,
                     const Decimal& number) noexcept;
  Verdict run_literal(const Instruction* instruction, jsonb::Value value) noexcept;
  Verdict run_array(const Instruction* instruction, jsonb::Value value,
                    Evaluated* evaluated) noexcept;
  Verdict run_array_from(const Instruction* instruction, jsonb::Value value,
                         Evaluated* evaluated) noexcept;
  Verdict run_object(const Instruction* instruction, jsonb::Value value,
                     Evaluated* evaluated) noexcept;
  Verdict run(const Instruction* instruction, jsonb::Value value, const Decimal& number,
              Evaluated* evaluated) noexcept;

  // One instruction that applies other subschemas to the same value.
  Verdict apply(const Instruction& instruction, jsonb::Value value, Evaluated* evaluated) noexcept;
  Verdict any_of(const Instruction& instruction, jsonb::Value value, Evaluated* evaluated) noexcept;
  Verdict check_branch(SubschemaIndex branch, jsonb::Value value, Evaluated* evaluated) noexcept;
  Verdict conditional(const Instruction& instruction, jsonb::Value value,
                      Evaluated* evaluated) noexcept;

  // One instruction for an array or an object.
  Verdict constant_set(const Instruction& instruction, jsonb::Value value) noexcept;
  Verdict unevaluated(const Instruction& instruction, jsonb::Value value,
                      Evaluated* evaluated) noexcept;

  Verdict elements(const Elements& elements, jsonb::Value value, Evaluated* evaluated) noexcept;

  Verdict members(const Members& members, jsonb::Value value, Evaluated* evaluated) noexcept;
  Verdict plain_members(std::uint32_t table, jsonb::Value value) noexcept;
  Verdict merge_names(const Members& members, const jsonb::Container& object,
                      SubschemaIndex* subschemas) noexcept;
  Verdict merge_members(const Members& members, const jsonb::Container& object,
                        std::uint32_t names_size) noexcept;
  [[gnu::noinline]] Verdict other_members(std::uint32_t table, jsonb::Value value,
                                          jsonb::Container object, Layouts::Known& known) noexcept;
  template <typename SubschemaOfNext>
  Verdict check_children(const jsonb::Container& container, const std::byte* entry,
                         std::uint32_t count, std::uint32_t begin,
                         SubschemaOfNext subschema_of_next) noexcept;
  bool is_named(const MemberKey& key, const std::byte* name) const noexcept;
  [[gnu::noinline]] const MemberKey* pass(const MemberKey* key, const MemberKey* end,
                                          std::string_view name) const noexcept;
  Verdict look_up_members(const Members& members, const jsonb::Container& object) noexcept;
  Verdict unmatched_member(const Members& members, std::string_view name, jsonb::Value value,
                           bool declared, bool& evaluated) noexcept;
  Verdict dependent_required(const Instruction& instruction, jsonb::Value value) noexcept;
  Verdict dependent_schema(const Instruction& instruction, jsonb::Value value,
                           Evaluated* evaluated) noexcept;
  Verdict dispatch(const Dispatch& dispatch, jsonb::Value value, Evaluated* evaluated) noexcept;

  Verdict match_format(Format format, std::string_view text) noexcept;
  Verdict match_content(Content content, std::string_view text) noexcept;
  bool string_set(const Instruction& instruction, jsonb::Value value) const noexcept;
  bool number_set(const Instruction& instruction, const Decimal& number) const noexcept;
  bool in_range(const Range& range, const Decimal& number) const noexcept;

  Verdict note_members(const Members& members, jsonb::Value value, Evaluated& evaluated) noexcept;
  Verdict note_elements(const Elements& elements, jsonb::Value value,
                        Evaluated& evaluated) noexcept;
  Verdict note_subschema(SubschemaIndex subschema, jsonb::Value value,
                         Evaluated& evaluated) noexcept;
  Verdict note_branch(SubschemaIndex branch, jsonb::Value value, Evaluated& evaluated) noexcept;

  const Tables& tables_;
  const Instruction* instructions_;
  const Subschema* subschemas_;
  Matcher* matcher_;
  Layouts& layouts_;
  Watch watch_;
  std::uint32_t limited_pattern_ = 0;
};

}  // namespace tenancy::jsonschema
