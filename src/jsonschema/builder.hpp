// Fills the tables of a Program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "program.hpp"

namespace tenancy::jsonschema {

// The instructions of one subschema, before they are laid out.
struct Runs {
  TypeMask types = types::all;
  std::vector<Narrowing> narrowings;
  std::vector<Instruction> number;
  std::vector<Instruction> string;
  std::vector<Instruction> array;
  std::vector<Instruction> object;
  std::vector<Instruction> every;  // kinds alike
};

class Builder {
 public:
  Builder();  // with the subschemas `anything` and `nothing`

  Tables& tables() noexcept { return tables_; }

  SubschemaIndex add_subschema();
  void lay_out(SubschemaIndex subschema, const Runs& runs);

  Text add_text(std::string_view text);
  std::uint32_t add_string(std::string_view text);
  std::uint32_t add_number(const DecimalNumber& number);
  std::uint32_t add_pattern(std::string_view text);  // throws PatternError
  std::uint32_t add_subschema_list(std::span<const SubschemaIndex> list);

  // How far the tables are filled, and a way back: what was added since is forgotten.
  struct Mark {
    std::size_t subschemas, instructions, narrowings, subschema_lists, member_keys, member_patterns,
        members, elements, contains, strings, numbers, digits, divisors, constants, constant_bytes,
        patterns, text;
  };
  Mark mark() const noexcept;
  void forget_since(const Mark& mark);

 private:
  std::uint32_t append_run(std::span<const Instruction> own, std::span<const Instruction> every);

  Tables tables_;
  std::unordered_map<std::string, std::uint32_t> patterns_;  // by text
};

}  // namespace tenancy::jsonschema
