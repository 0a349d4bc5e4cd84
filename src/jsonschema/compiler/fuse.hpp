// Several instructions of one run become one. Part of optimise.hpp.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "jsonschema/compiler/builder.hpp"

namespace tenancy::jsonschema {

class Fuse {
 public:
  explicit Fuse(Builder& builder)
      : builder_(builder),
        tables_(builder.tables()),
        new_rules_(builder.rules().size() + 64),
        new_keys_(4 * builder.tables().member_keys.size() + 1'000) {}

  // A least and a greatest value become a range.
  void ranges(std::vector<Instruction>& run);

  // Tables of properties become one, where neither looks at names or at patterns. A property that
  // both know must satisfy what both say: that may take a new rule.
  void members(std::vector<Instruction>& run);

  // Marks the tables that need the simple merge only. Last of all.
  void mark_plain(std::vector<Instruction>& run);

  // What is asked of children that nothing has evaluated is asked of all that properties or items
  // do not name, where nothing else in the run could evaluate some.
  void unevaluated(std::vector<Instruction>& run);

 private:
  std::vector<MemberKey> keys_of(const Members& members) const;
  std::optional<Members> both(const Members& left, const Members& right);
  std::optional<SubschemaIndex> both(SubschemaIndex left, SubschemaIndex right);

  Builder& builder_;
  Tables& tables_;
  // What may still be made: merging must not make a program out of proportion to its schema.
  std::size_t new_rules_;
  std::size_t new_keys_;
  // How many made rules refer to each other in a chain, by rule; bounded, since evaluation recurses
  // along them between two questions for its stack.
  std::unordered_map<SubschemaIndex, std::uint32_t> chains_;
  std::map<std::pair<SubschemaIndex, SubschemaIndex>, SubschemaIndex> made_;
};

}  // namespace tenancy::jsonschema
