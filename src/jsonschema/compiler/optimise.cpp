#include "jsonschema/compiler/optimise.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "jsonschema/compiler/fuse.hpp"
#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Runs up to this length are copied to wherever they are applied.
constexpr std::size_t short_run = 8;

constexpr std::array<RunKind, run_kinds> all_kinds{
    RunKind::string, RunKind::number, RunKind::literal, RunKind::array, RunKind::object};

bool is_container(RunKind kind) noexcept {
  return kind == RunKind::array || kind == RunKind::object;
}

// Cheap instructions first; what asks for evaluated children last.
int rank(Opcode opcode) noexcept {
  switch (opcode) {
    case Opcode::pattern:
    case Opcode::format:
    case Opcode::content:
    case Opcode::multiple_of:
      return 1;
    case Opcode::dispatch:
    case Opcode::dependent_required:
    case Opcode::members:
    case Opcode::elements:
      return 2;
    case Opcode::contains:
    case Opcode::unique_items:
    case Opcode::constant_set:
      return 3;
    case Opcode::dependent_schema:
    case Opcode::reference:
    case Opcode::all_of:
    case Opcode::any_of:
    case Opcode::one_of:
    case Opcode::negation:
    case Opcode::conditional:
      return 4;
    case Opcode::unevaluated_items:
    case Opcode::unevaluated_properties:
      return 5;
    default:
      return 0;
  }
}

class Optimiser {
 public:
  Optimiser(Builder& builder, bool tracks)
      : builder_(builder),
        rules_(builder.rules()),
        tables_(builder.tables()),
        tracks_(tracks),
        fuse_(builder) {}

  std::vector<SubschemaIndex> run() {
    budget_ = 1'000;
    for (const Rule& rule : rules_) {
      for (const std::vector<Instruction>& run : rule.runs) budget_ += 4 * run.size();
    }
    branches_ = 1'000 + 4 * tables_.subschema_lists.size();
    // Merging tables of properties makes new rules, at the end.
    for (SubschemaIndex rule = 0; rule < rules_.size(); ++rule) simplify(rule);
    for (Rule& rule : rules_) choose_by_property(rule.run(RunKind::object));
    for (Rule& rule : rules_) fuse_.mark_plain(rule.run(RunKind::object));
    return same_rules();
  }

 private:
  enum class State : std::uint8_t { unseen, done };

  const Rule& simplified(SubschemaIndex index) {
    simplify(index);
    return rules_[index];
  }

  // Recurses along chains of schemas for the same value, which refuse_loops() bounds.
  void simplify(SubschemaIndex index) {
    if (states_.size() < rules_.size()) states_.resize(rules_.size(), State::unseen);
    if (states_[index] == State::done) return;
    builder_.poll();
    states_[index] = State::done;
    for (const RunKind kind : all_kinds) {
      const std::vector<Instruction> before = std::move(rules_[index].run(kind));
      rules_[index].run(kind).clear();
      Draft draft{kind, rules_[index].types, {}};
      for (const Instruction& instruction : before) add(draft, instruction);
      std::stable_sort(draft.run.begin(), draft.run.end(),
                       [](const Instruction& left, const Instruction& right) {
                         return rank(left.opcode) < rank(right.opcode);
                       });
      if (kind == RunKind::number) fuse_.ranges(draft.run);
      if (kind == RunKind::object) fuse_.members(draft.run);
      if (is_container(kind)) fuse_.unevaluated(draft.run);
      if ((draft.types & types_of(kind)) == types::none) draft.run.clear();
      rules_[index].types = draft.types;
      rules_[index].run(kind) = std::move(draft.run);
    }
    rules_[index].collects =
        asks(rules_[index].run(RunKind::array)) || asks(rules_[index].run(RunKind::object));
  }

  static bool asks(const std::vector<Instruction>& run) noexcept {
    return !run.empty() && (run.back().opcode == Opcode::unevaluated_items ||
                            run.back().opcode == Opcode::unevaluated_properties);
  }

  // --- one run -----------------------------------------------------------------------------

  struct Draft {
    RunKind kind;
    TypeMask types;  // of the whole rule
    std::vector<Instruction> run;

    TypeMask of_kind() const noexcept { return types & types_of(kind); }
    // Of this kind, admit no other types than these.
    void admit(TypeMask mask) noexcept {
      types &= static_cast<TypeMask>(mask | static_cast<TypeMask>(~types_of(kind)));
    }
  };

  // Whether a rule decides about values of this kind by their type alone.
  static bool by_type(const Rule& rule, RunKind kind) noexcept {
    return rule.run(kind).empty() || (rule.types & types_of(kind)) == types::none;
  }

  void add(Draft& draft, const Instruction& instruction) {
    switch (instruction.opcode) {
      case Opcode::reference:
        return apply(draft, instruction.first);
      case Opcode::all_of:
        for (const SubschemaIndex branch : list(instruction)) apply(draft, branch);
        return;
      case Opcode::any_of:
        return any_of(draft, instruction);
      case Opcode::one_of:
        return one_of(draft, instruction);
      case Opcode::negation: {
        const Rule& forbidden = simplified(instruction.first);
        if (by_type(forbidden, draft.kind)) {
          return draft.admit(static_cast<TypeMask>(~forbidden.types));
        }
        break;
      }
      case Opcode::conditional: {
        const std::vector<SubschemaIndex> parts = list(instruction);
        const Rule& condition = simplified(parts[0]);
        const TypeMask decided = draft.of_kind() & condition.types;
        if (decided == types::none) return apply(draft, parts[2]);
        if (by_type(condition, draft.kind) && decided == draft.of_kind()) {
          return apply(draft, parts[1]);
        }
        break;
      }
      default:
        break;
    }
    draft.run.push_back(instruction);
  }

  // What `index` demands of values of this kind, unconditionally.
  void apply(Draft& draft, SubschemaIndex index) {
    const Rule& rule = simplified(index);
    draft.admit(rule.types);
    const std::vector<Instruction>& run = rule.run(draft.kind);
    if (by_type(rule, draft.kind)) return;
    // With notes of its own about what is evaluated, it stays by itself.
    const bool is_short = run.size() <= short_run && run.size() <= budget_;
    if (rule.collects || !is_short) {
      draft.run.push_back({Opcode::reference, Keyword::ref, index, 0});
      return;
    }
    budget_ -= run.size();
    draft.run.insert(draft.run.end(), run.begin(), run.end());
  }

  // A copy: simplifying may add lists.
  std::vector<SubschemaIndex> list(const Instruction& instruction) const {
    const auto first =
        tables_.subschema_lists.begin() + static_cast<std::ptrdiff_t>(instruction.first);
    return {first, first + static_cast<std::ptrdiff_t>(instruction.second)};
  }

  struct Branches {
    std::vector<SubschemaIndex> possible;  // those that admit some value of this kind
    TypeMask any = types::none;            // types that at least one admits
    TypeMask one = types::none;            // that exactly one admits
    bool by_type = true;                   // types are all that matters
    bool unconditional = false;            // one takes every value of this kind
  };

  Branches branches(const Draft& draft, const Instruction& instruction) {
    Branches result;
    TypeMask several = types::none;
    for (const SubschemaIndex branch : list(instruction)) {
      const Rule& rule = simplified(branch);
      const TypeMask types = rule.types & draft.of_kind();
      if (types == types::none) continue;
      result.possible.push_back(branch);
      several |= result.any & types;
      result.any |= types;
      const bool decided = by_type(rule, draft.kind);
      result.by_type = result.by_type && decided;
      result.unconditional = result.unconditional || (decided && types == draft.of_kind());
    }
    result.one = static_cast<TypeMask>(result.any & ~several);
    return result;
  }

  void any_of(Draft& draft, const Instruction& instruction) {
    const Branches found = branches(draft, instruction);
    draft.admit(found.any);
    if (found.by_type) return;
    if (found.possible.size() == 1) return apply(draft, found.possible[0]);
    // Where notes are taken, what the other branches evaluate counts too.
    if (found.unconditional && !(tracks_ && is_container(draft.kind))) return;
    push_list(draft, instruction, found.possible);
  }

  void one_of(Draft& draft, const Instruction& instruction) {
    const Branches found = branches(draft, instruction);
    draft.admit(found.by_type ? found.one : found.any);
    if (found.by_type) return;
    if (found.possible.size() == 1) return apply(draft, found.possible[0]);
    push_list(draft, instruction, found.possible);
  }

  void push_list(Draft& draft, Instruction instruction,
                 const std::vector<SubschemaIndex>& possible) {
    if (possible.size() != instruction.second) {
      instruction.first = builder_.add_subschema_list(possible);
      instruction.second = size_of(possible);
    }
    draft.run.push_back(instruction);
  }

  // --- dispatch ----------------------------------------------------------------------------

  // What one branch demands of one property: to be there, and to be one of these strings.
  struct Demand {
    std::uint32_t first_string;
    std::uint32_t count;
  };
  using Demands = std::map<std::string, Demand>;

  void choose_by_property(std::vector<Instruction>& run) {
    for (Instruction& instruction : run) {
      if (instruction.opcode != Opcode::one_of && instruction.opcode != Opcode::any_of) continue;
      std::vector<SubschemaIndex> found = list(instruction);
      builder_.poll();
      // Copies of a run ask the same again.
      if (found.size() > branches_) continue;
      branches_ -= found.size();
      std::vector<Demands> demands;
      for (const SubschemaIndex branch : found) demands.push_back(demands_of(rules_[branch]));
      for (const auto& [key, demand] : demands.front()) {
        if (dispatch(key, found, demands, instruction)) break;
      }
    }
  }

  Demands demands_of(const Rule& rule) const {
    Demands demands;
    for (const Instruction& instruction : rule.run(RunKind::object)) {
      if (instruction.opcode != Opcode::members) continue;
      const Members& members = tables_.members[instruction.first];
      for (std::uint32_t i = 0; i < members.key_count; ++i) {
        const MemberKey& key = tables_.member_keys[members.first_key + i];
        const Rule& value = rules_[key.value];
        if (!key.required || value.types != types::string) continue;
        for (const Instruction& condition : value.run(RunKind::string)) {
          if (condition.opcode != Opcode::string_set) continue;
          demands.emplace(tables_.string(key.name), Demand{condition.first, condition.second});
        }
      }
    }
    return demands;
  }

  // Turns `instruction` into one that looks at `key`, if that tells the branches apart.
  bool dispatch(const std::string& key, const std::vector<SubschemaIndex>& branches,
                const std::vector<Demands>& demands, Instruction& instruction) {
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      const auto demand = demands[i].find(key);
      if (demand == demands[i].end()) return false;
      for (std::uint32_t s = 0; s < demand->second.count; ++s) {
        choices.push_back({tables_.strings[demand->second.first_string + s], branches[i]});
      }
    }
    const auto order = [this](const Choice& left, const Choice& right) {
      return jsonb::compare_keys(tables_.string(left.value), tables_.string(right.value));
    };
    std::sort(choices.begin(), choices.end(),
              [&](const Choice& left, const Choice& right) { return order(left, right) < 0; });
    for (std::size_t i = 1; i < choices.size(); ++i) {
      if (order(choices[i - 1], choices[i]) == 0) return false;
    }
    tables_.dispatches.push_back(
        {builder_.add_text(key), size_of(tables_.choices), size_of(choices)});
    tables_.choices.insert(tables_.choices.end(), choices.begin(), choices.end());
    instruction = {Opcode::dispatch, instruction.keyword, size_of(tables_.dispatches) - 1, 0};
    return true;
  }

  // --- equal rules -------------------------------------------------------------------------

  std::vector<SubschemaIndex> same_rules() const {
    std::vector<SubschemaIndex> same(rules_.size());
    std::unordered_map<std::string, SubschemaIndex> known;
    for (SubschemaIndex index = 0; index < rules_.size(); ++index) {
      const Rule& rule = rules_[index];
      std::string text(1, static_cast<char>(rule.types));
      for (const RunKind kind : all_kinds) {
        for (const Instruction& instruction : rule.run(kind)) {
          text += static_cast<char>(instruction.opcode);
          for (const std::uint32_t operand : {instruction.first, instruction.second}) {
            text.append(reinterpret_cast<const char*>(&operand), sizeof operand);
          }
        }
        text += '\xFF';  // no opcode
      }
      same[index] = known.try_emplace(std::move(text), index).first->second;
    }
    return same;
  }

  Builder& builder_;
  std::vector<Rule>& rules_;
  Tables& tables_;
  const bool tracks_;
  Fuse fuse_;
  std::vector<State> states_;
  std::size_t budget_ = 0;    // instructions that may still be copied
  std::size_t branches_ = 0;  // that may still be looked at
};

}  // namespace

std::vector<SubschemaIndex> optimise(Builder& builder, bool tracks) {
  return Optimiser(builder, tracks).run();
}

}  // namespace tenancy::jsonschema
