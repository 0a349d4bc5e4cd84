// The comparison of two schemas, place by place. See difference.hpp for what comes of it; the parts
// of it stand in comparison.cpp (places and rows) and, by what they compare, in compare_*.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jsonschema/compatibility/conjunction.hpp"
#include "jsonschema/compatibility/difference.hpp"

namespace tenancy::jsonschema {

class SchemaComparison {
 public:
  // `effort`: about how many nodes may be looked at.
  SchemaComparison(const Schemas& before, const Schemas& after, std::uint64_t effort,
                   const DifferenceOptions& options)
      : before_(before), after_(after), options_(options), effort_(effort, options.interrupted) {}

  std::vector<Difference> run();

 private:
  using OptionalText = std::optional<std::string>;
  using PatternSchemas = std::map<std::string_view, SchemaSet>;

  // How sure it is that what breaks an instance here breaks the whole.
  enum class Certainty : std::uint8_t {
    certain,
    perhaps,  // within one of several alternatives: what breaks here may be allowed elsewhere
    unknown,  // within a condition or a negation: what allows more here may allow less in the whole
  };

  enum class Breaks : std::uint8_t { no, yes, unknown };

  static constexpr std::uint32_t no_place = 0xFFFFFFFF;

  // A place in the instance, behind another.
  struct Place {
    std::uint32_t parent;
    std::uint32_t depth;
    std::uint32_t pair;  // what is compared there
    std::string_view name;
    std::uint32_t position;  // of an element; no_place: `name` counts, if it is not null
  };

  struct Pair {
    SchemaSet before, after;
    Certainty certainty;

    auto operator<=>(const Pair&) const = default;
  };

  // What a conjunction says of one property or element.
  struct Applied {
    SchemaSet schemas;
    NodeIndex declared = no_node;  // where it is named
    bool is_forbidden = false;
    // What patterns match, and what is evaluated elsewhere, is not asked: more may be demanded.
    bool is_uncertain = false;
  };

  bool is_full() const { return rows_.size() > options_.limit || effort_.is_spent(); }

  // ---- places to be compared, and rows of the result ----

  // To be compared at a place behind this one: that of a property, of an element, or, with neither,
  // this one itself.
  void push(std::string_view name, std::uint32_t position, SchemaSet before, SchemaSet after,
            Certainty certainty);
  void push_here(NodeIndex before, NodeIndex after, Certainty certainty);
  std::string location(std::string_view name = {}) const;
  void add(std::string_view change, const OptionalText& before, const OptionalText& after,
           Breaks breaks, std::string_view name = {});
  // Added, removed, tightened or loosened: what narrows, breaks.
  void add_narrowing(std::string_view what, bool narrows, const OptionalText& before,
                     const OptionalText& after);

  // ---- schemas ----

  void add_schema(const Schemas& schemas, NodeIndex schema, SchemaSet& set);
  SchemaSet set_of(const Schemas& schemas, NodeIndex schema);
  static std::string excerpt(const Schemas& schemas, NodeIndex node);
  std::string canonical(const Schemas& schemas, NodeIndex node);
  // Whether `unevaluatedProperties` does just what `additionalProperties` would do: where nothing
  // but names and patterns evaluate, and it stands above all of them.
  static bool forbids_unevaluated(const Schemas& schemas, const Conjunction& conjunction);
  static std::string list(const Schemas& schemas, const std::vector<NodeIndex>& values);

  // ---- any value ----

  void compare_conjunctions(const Conjunction& a, const Conjunction& b);
  // What is evaluated, any keyword within may change.
  void unevaluated(const Conjunction& b);
  void types_and_values(const Conjunction& a, const Conjunction& b);

  // ---- numbers and counts ----

  // `implied`: what a limit that is not there is.
  void limit(std::string_view name, const std::optional<Limit>& a, const std::optional<Limit>& b,
             bool is_lower, const std::optional<Limit>& implied = std::nullopt);
  void numbers(const Conjunction& a, const Conjunction& b);
  // Whether a multiple of all these is one of all the others: where each of those divides one.
  bool implies(const Schemas& schemas, const std::vector<NodeIndex>& divisors,
               const Schemas& other_schemas, const std::vector<NodeIndex>& others);
  void counts(const Conjunction& a, const Conjunction& b, TypeMask both);

  // ---- strings ----

  void strings(const Conjunction& a, const Conjunction& b);
  // Whether one pattern allows all that another does is not asked.
  void texts(std::string_view name, const std::set<std::string_view>& a,
             const std::set<std::string_view>& b);

  // ---- arrays ----

  SchemaSet elements_at(const Schemas& schemas, const Conjunction& conjunction,
                        std::size_t position);
  void arrays(const Conjunction& a, const Conjunction& b);

  // ---- objects ----

  Applied applied_to(const Schemas& schemas, const Conjunction& conjunction, std::string_view name);
  // Those that are neither named nor matched.
  Applied applied_to_others(const Schemas& schemas, const Conjunction& conjunction);
  void add_names(const Schemas& schemas, const Conjunction& conjunction,
                 std::set<std::string_view>& names);
  void objects(const Conjunction& a, const Conjunction& b);
  void property(const Conjunction& a, const Conjunction& b, std::string_view name);
  PatternSchemas pattern_schemas(const Schemas& schemas, const Conjunction& conjunction);
  void patterns(const Conjunction& a, const Conjunction& b);

  // ---- what applies other schemas to the same value, or to some elements ----

  void others(const Conjunction& a, const Conjunction& b);
  void other(Keyword keyword, NodeIndex before, NodeIndex after);
  // Branches that are written alike belong together, wherever they stand; of the others, those that
  // have the same place among them.
  void alternatives(Keyword keyword, NodeIndex before, NodeIndex after, Certainty certainty);
  void dependencies(Keyword keyword, NodeIndex before, NodeIndex after);

  const Schemas& before_;
  const Schemas& after_;
  const DifferenceOptions& options_;
  Effort effort_;
  std::map<Pair, std::uint32_t> numbers_;
  std::vector<std::map<Pair, std::uint32_t>::const_iterator> pairs_;
  std::vector<std::uint32_t> visited_;  // how often, by pair
  std::vector<Place> places_;
  std::vector<std::uint32_t> pending_;
  std::vector<std::uint32_t> next_;  // behind the place that is being compared
  std::uint32_t place_ = no_place;
  Certainty certainty_ = Certainty::certain;
  std::vector<Difference> rows_;
  bool is_incomplete_ = false;
  bool is_same_text_ = false;
};

}  // namespace tenancy::jsonschema
