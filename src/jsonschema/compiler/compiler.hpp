// The compiler: instructions for each keyword of each schema that was found. See compile.hpp.
//
// compile.cpp takes one schema after the other. What their keywords mean stands by subject:
//
//   compile_value.cpp       type, const, enum
//   compile_number.cpp      minimum to multipleOf, and counts such as minLength
//   compile_string.cpp      pattern, format, content...
//   compile_array.cpp       items, contains, uniqueItems, unevaluatedItems
//   compile_object.cpp      properties, required, dependencies, unevaluatedProperties
//   compile_applicator.cpp  $ref, allOf to not, if: schemas for the same value
//
// A new keyword stands in vocabulary.hpp and vocabulary.cpp; metaschema.cpp says what its value
// must be, where no other keyword's does; one of these files makes the instruction, which
// program.hpp documents. evaluate.cpp carries it out and report.cpp explains its failure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jsonschema/compile.hpp"
#include "jsonschema/compiler/builder.hpp"
#include "jsonschema/compiler/loops.hpp"
#include "jsonschema/program.hpp"
#include "jsonschema/schema/document.hpp"
#include "jsonschema/schema/dynamic_scope.hpp"
#include "jsonschema/schema/schemas.hpp"
#include "jsonschema/schema/vocabulary.hpp"

namespace tenancy::jsonschema {

// The program of the schema at `root`. Throws as compile().
std::unique_ptr<const Program> compile_found(const Schemas& schemas, NodeIndex root,
                                             const CompileOptions& options);

// Compiles the schemas of one compilation. They wait in a queue until their turn, so that no
// nesting and no chain of references makes it recurse.
class Compiler {
 public:
  Compiler(const Schemas& schemas, const CompileOptions& options);

  std::unique_ptr<const Program> run(NodeIndex schema);

 private:
  struct Queued {
    NodeIndex schema;
    Context context;
    SubschemaIndex rule;
  };

  // compile.cpp: the queue
  SubschemaIndex subschema_for(NodeIndex node) { return subschema_for(node, context_); }
  SubschemaIndex subschema_for(NodeIndex node, Context context);
  void drain();
  void check_own();

  // and one schema
  NodeIndex at(Keyword keyword) const { return values_[static_cast<std::size_t>(keyword)]; }
  bool has(Keyword keyword) const { return at(keyword) != no_node; }
  void compile_schema(const Queued& queued);
  void count_copied(NodeIndex value, const KeywordEntry& entry);
  // A subschema for the same value: endless loops are made of these.
  void add_edge(SubschemaIndex to, NodeIndex keyword) { edges_.push_back({index_, to, keyword}); }

  // compile_value.cpp
  void types();
  void constant_and_enumeration();
  void narrow(Keyword keyword, TypeMask admitted, std::uint32_t shown = 0);

  // compile_number.cpp
  void numbers();
  void limit(Keyword inclusive, Keyword exclusive, Opcode inclusive_opcode,
             Opcode exclusive_opcode);
  static std::uint32_t count_of(std::string_view text);
  void counts(std::vector<Instruction>& run, Opcode opcode, Keyword least, Keyword greatest);

  // compile_string.cpp
  void strings();
  std::uint32_t pattern(NodeIndex node, std::string_view text);
  void format();
  void content();

  // compile_array.cpp
  void arrays();
  void elements();
  void contains();
  void unevaluated_items();

  // compile_object.cpp
  void objects();
  void members();
  std::vector<MemberKey> member_keys(Members& members);
  std::vector<MemberPattern> member_patterns();
  void dependencies(Keyword keyword);
  void unevaluated_properties();

  // compile_applicator.cpp
  void applicators();
  void reference(Keyword keyword);
  void list(Keyword keyword, Opcode opcode);
  void conditional();

  const CompileOptions& options_;
  const Schemas& schemas_;
  const Document& document_;
  const bool tracks_;
  Builder builder_;
  DynamicScopes scopes_;
  std::vector<SubschemaIndex> compiled_;                      // by node, without a context
  std::unordered_map<std::uint64_t, SubschemaIndex> copies_;  // in one: by Context and node
  std::size_t copied_ = 0;                                    // nodes compiled in those
  std::vector<Queued> queue_;
  std::vector<Edge> edges_;

  // Of the schema at hand.
  NodeIndex schema_ = 0;
  Context context_ = no_context;
  SubschemaIndex index_ = 0;
  Rules rules_;
  std::array<NodeIndex, keyword_count> values_{};  // by Keyword; no_node where it has none
  Runs runs_;
};

}  // namespace tenancy::jsonschema
