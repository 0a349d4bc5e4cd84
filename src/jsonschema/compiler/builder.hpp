// A program under construction: rules, which are subschemas not laid out yet, and the tables that
// their instructions speak of. The compiler fills it, optimise.cpp changes it, link.cpp makes a
// Program's tables of what the root reaches.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jsonschema/compile.hpp"
#include "jsonschema/program.hpp"

namespace tenancy::jsonschema {

// Tables have fewer entries than 32 bits count.
template <typename Table>
std::uint32_t size_of(const Table& table) {
  return static_cast<std::uint32_t>(table.size());
}

// The instructions that the keywords of one schema make, by what they are about.
struct Runs {
  TypeMask types = types::all;
  std::vector<Narrowing> narrowings;
  std::vector<Instruction> number;
  std::vector<Instruction> string;
  std::vector<Instruction> array;
  std::vector<Instruction> object;
  std::vector<Instruction> every;  // kinds alike
  std::vector<Instruction> last_for_array;
  std::vector<Instruction> last_for_object;
};

// A subschema: its runs by RunKind, without the accept at their end.
struct Rule {
  TypeMask types = types::all;
  bool collects = false;
  std::vector<Narrowing> narrowings;
  std::array<std::vector<Instruction>, run_kinds> runs;

  std::vector<Instruction>& run(RunKind kind) { return runs[static_cast<std::size_t>(kind)]; }
  const std::vector<Instruction>& run(RunKind kind) const {
    return runs[static_cast<std::size_t>(kind)];
  }
};

class Builder {
 public:
  // With the subschemas `anything` and `nothing`. `interrupted`: see CompileOptions.
  explicit Builder(bool (*interrupted)() noexcept = nullptr);

  // Called before each rule that something is done to, and for each text and number of its tables.
  // Throws Interrupted.
  void poll() const;
  SeldomPoll seldom_poll() const noexcept { return SeldomPoll(interrupted_); }

  Tables& tables() noexcept { return tables_; }
  const Tables& tables() const noexcept { return tables_; }
  std::vector<Rule>& rules() noexcept { return rules_; }
  const std::vector<Rule>& rules() const noexcept { return rules_; }

  SubschemaIndex add_rule();
  void set_rule(SubschemaIndex rule, Runs runs);

  Text add_text(std::string_view text);
  MemberKey member_key(std::string_view name, SubschemaIndex value, bool required, bool declared);
  std::uint32_t add_string(std::string_view text);
  std::uint32_t add_number(const DecimalNumber& number);
  std::uint32_t add_pattern(std::string_view text);  // throws PatternError
  std::uint32_t add_subschema_list(std::span<const SubschemaIndex> list);

 private:
  bool (*interrupted_)() noexcept;
  Tables tables_;  // without subschemas and instructions
  std::vector<Rule> rules_;
  std::unordered_map<std::string, Text> texts_;
  std::unordered_map<std::string, std::uint32_t> patterns_;  // by text
};

// The tables of a Program: what `root` reaches, and nothing else. Takes the patterns out of
// `builder`. `same`: for each rule the one to be used in its place.
Tables link(Builder& builder, SubschemaIndex root, std::vector<SubschemaIndex> same);

}  // namespace tenancy::jsonschema
