// The machine that runs a Program over one instance. Shared by evaluate.cpp, which asks for yes or
// no, and report.cpp, which asks instruction by instruction and explains what failed.
#pragma once

#include <cstdint>

#include "decimal.hpp"
#include "equality.hpp"
#include "evaluate.hpp"
#include "jsonb.hpp"
#include "program.hpp"

namespace tenancy::jsonschema {

class Evaluator {
 public:
  Evaluator(const Program& program, const Host& host) noexcept
      : tables_(program.tables()), matcher_(program.matcher()), watch_(host) {}

  // Does `value` satisfy `subschema`? Any verdict but valid and invalid ends the evaluation.
  Verdict check(SubschemaIndex subschema, const jsonb::Value& value) noexcept;

  // Is the type of `value` one that `subschema` admits? `number` is its number, if it is one.
  static bool admits(TypeMask types, const jsonb::Value& value, const Decimal& number) noexcept;

  // The run of `subschema` for values of this kind.
  const Instruction* run_of(const Subschema& subschema, jsonb::Kind kind) const noexcept;

  // Does `value` pass one instruction? `number` is its number, if it is one.
  Verdict step(const Instruction& instruction, const jsonb::Value& value,
               const Decimal& number) noexcept;

  // Does `text` match patterns[pattern]? Valid, invalid, pattern_limit or corrupt.
  Verdict match(std::uint32_t pattern, std::string_view text) noexcept;

  // How many elements of `array` satisfy `contains`, counted as far as is needed to decide.
  Verdict count_contained(const Contains& contains, const jsonb::Value& array,
                          std::uint32_t& count) noexcept;

  // How many branches of a one_of `value` satisfies, counted to two; `first` is the first one.
  Verdict count_branches(const Instruction& instruction, const jsonb::Value& value,
                         std::uint32_t& count, std::uint32_t& first) noexcept;

  // Whether `object` has the property `name`.
  static Verdict has_property(const jsonb::Value& object, std::string_view name) noexcept;

  // The pattern that last ran into its limit.
  std::uint32_t limited_pattern() const noexcept { return limited_pattern_; }

  const Tables& tables() const noexcept { return tables_; }
  Watch& watch() noexcept { return watch_; }

 private:
  Verdict run(const Instruction* instruction, const jsonb::Value& value,
              const Decimal& number) noexcept;
  Verdict members(const Members& members, const jsonb::Value& value) noexcept;
  Verdict unmatched_member(const Members& members, std::string_view name, const jsonb::Value& value,
                           bool declared) noexcept;
  Verdict elements(const Elements& elements, const jsonb::Value& value) noexcept;
  Verdict dependent_required(const Instruction& instruction, const jsonb::Value& value) noexcept;
  Verdict constant_set(const Instruction& instruction, const jsonb::Value& value) noexcept;
  bool string_set(const Instruction& instruction, std::string_view text) const noexcept;
  bool number_set(const Instruction& instruction, const Decimal& number) const noexcept;
  Verdict any_of(const Instruction& instruction, const jsonb::Value& value) noexcept;

  const Tables& tables_;
  Matcher* matcher_;
  Watch watch_;
  std::uint32_t limited_pattern_ = 0;
};

}  // namespace tenancy::jsonschema
