// Several instructions of one run become one. Part of optimise.hpp.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "builder.hpp"

namespace tenancy::jsonschema {

class Fuse {
 public:
  explicit Fuse(Builder& builder)
      : builder_(builder), tables_(builder.tables()), new_rules_(builder.rules().size() + 64) {}

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
  std::size_t new_rules_;  // that may still be made
  std::map<std::pair<SubschemaIndex, SubschemaIndex>, SubschemaIndex> made_;
};

}  // namespace tenancy::jsonschema
