#include "jsonschema/report.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "jsonschema/evaluator/evaluator.hpp"
#include "jsonschema/message.hpp"
#include "jsonschema/schema/document.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

// Walks a program as Evaluator does, but past failures. Whether one instruction holds is always
// Evaluator's answer, or follows from the answers inside of it; so the two cannot disagree.
//
// Its functions return valid, invalid, or a verdict that ends the report. A pattern that met its
// limit is noted and counts as invalid here: the walk goes on.
class Reporter {
 public:
  Reporter(const Program& program, const Host& host, std::size_t limit, bool only_limits)
      : evaluator_(program, host),
        tables_(program.tables()),
        limit_(limit),
        only_limits_(only_limits) {}

  Verdict explain(SubschemaIndex index, const Value& value) {
    if (is_full()) return Verdict::invalid;
    if (evaluator_.watch().interrupted()) return Verdict::interrupted;
    if (evaluator_.watch().stack_exhausted()) return Verdict::too_deep;
    Decimal number;
    if (value.kind == Kind::number && !read_numeric(value.data, value.size, number)) {
      return Verdict::corrupt;
    }
    const Subschema& subschema = tables_.subschemas[index];
    Verdict result = explain_types(subschema, value, number);
    const Instruction* const run = evaluator_.run_of(subschema, value.kind);
    for (const Instruction* at = run; at->opcode != Opcode::accept; ++at) {
      const bool asks =
          at->opcode == Opcode::unevaluated_items || at->opcode == Opcode::unevaluated_properties;
      const Verdict verdict = asks ? unevaluated(run, *at, value) : explain(*at, value, number);
      if (!merge(result, verdict)) return result;
    }
    return result;
  }

  // Moves what was found to `violations`, in document order.
  void take(std::vector<Violation>& violations) {
    std::stable_sort(found_.begin(), found_.end(), [](const Found& left, const Found& right) {
      return left.position < right.position;
    });
    for (Found& found : found_) violations.push_back(std::move(found.violation));
  }

 private:
  struct Found {
    std::vector<std::uint32_t> position;  // of the value: which child of the root, of that, ...
    Violation violation;
  };

  // A longer path for as long as it lives.
  class Deeper {
   public:
    explicit Deeper(std::string& path) : path_(path), size_(path.size()) {}
    ~Deeper() { path_.resize(size_); }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    std::string& path_;
    std::size_t size_;
  };

  // False: the report ends with `result`.
  static bool merge(Verdict& result, Verdict verdict) {
    if (verdict == Verdict::valid) return true;
    result = verdict;
    return verdict == Verdict::invalid;
  }

  bool is_full() const noexcept { return found_.size() >= limit_ || size_ >= max_report_size; }

  Verdict add(std::string_view keyword, std::string message) {
    if (only_limits_ || is_full()) return Verdict::invalid;
    add_always(keyword, std::move(message));
    return Verdict::invalid;
  }

  void add_always(std::string_view keyword, std::string message) {
    std::string location = keyword_path_;
    if (!keyword.empty()) append_pointer_token(location, keyword);
    found_.push_back(
        {position_, {instance_path_, std::move(location), message_prefix_ + std::move(message)}});
    const Violation& added = found_.back().violation;
    size_ += added.instance_location.size() + added.keyword_location.size() + added.message.size();
  }

  Verdict add_limit(std::string_view keyword, const Value& value, const Decimal& number) {
    if (is_full()) return Verdict::invalid;
    const Pattern& pattern = tables_.patterns[evaluator_.limited_pattern()];
    add_always(keyword, concat({"matching the pattern ", quoted(pattern.text()), " against ",
                                described(value, number), " takes more work than is allowed"}));
    return Verdict::invalid;
  }

  // Goes from an applicator into a subschema, at the same value.
  Verdict enter(std::string_view keyword, SubschemaIndex subschema, const Value& value) {
    const Deeper deeper(keyword_path_);
    append_pointer_token(keyword_path_, keyword);
    return explain(subschema, value);
  }
  Verdict enter(std::string_view keyword, std::string_view token, SubschemaIndex subschema,
                const Value& value) {
    const Deeper deeper(keyword_path_);
    append_pointer_token(keyword_path_, keyword);
    append_pointer_token(keyword_path_, token);
    return explain(subschema, value);
  }

  Verdict explain_types(const Subschema& subschema, const Value& value, const Decimal& number) {
    Verdict result = Verdict::valid;
    for (std::uint32_t i = 0; i < subschema.narrowing_count; ++i) {
      const Narrowing& narrowing = tables_.narrowings[subschema.first_narrowing + i];
      if (Evaluator::admits(narrowing.types, value, number)) continue;
      const bool in_number_set = value.kind == Kind::number && narrowing.keyword != Keyword::type &&
                                 (narrowing.types & types::number) != 0;
      // The instruction beside it says the same, if some number is admitted: else there is none.
      if (in_number_set && (subschema.types & types::number) != 0) continue;
      switch (narrowing.keyword) {
        case Keyword::type:
          result = add("type", type_message(narrowing.types, value, number));
          break;
        case Keyword::constant:
          result = add("const", constant_message(narrowing, value, number));
          break;
        case Keyword::enumeration:
          result =
              add("enum", concat({described(value, number), " is not one of the allowed values"}));
          break;
        default:
          result = add("", "no value is allowed here");
          break;
      }
    }
    return result;
  }

  std::string constant_message(const Narrowing& narrowing, const Value& value,
                               const Decimal& number) const {
    return concat({described(value, number), " is not the required value ",
                   tables_.string(tables_.strings[narrowing.shown])});
  }

  // What a failed instruction from `const` says; its narrowing knows the text.
  std::string constant_message(const Instruction& instruction, const Value& value,
                               const Decimal& number) const {
    switch (instruction.opcode) {
      case Opcode::string_set:
        return concat({described(value, number), " is not the required value ",
                       quoted(tables_.string(tables_.strings[instruction.first]))});
      case Opcode::number_set:
        return concat({described(value, number), " is not the required value ",
                       to_text(tables_.number(instruction.first))});
      default:
        return concat({described(value, number), " is not the required value"});
    }
  }

  Verdict explain(const Instruction& instruction, const Value& value, const Decimal& number) {
    const std::string_view keyword = name_of(instruction.keyword);
    switch (instruction.opcode) {
      case Opcode::elements:
        return elements(tables_.elements[instruction.first], value);
      case Opcode::members:
        return members(tables_.members[instruction.first], value);
      case Opcode::dependent_required:
        return dependent_required(instruction, value);
      case Opcode::dependent_schema: {
        const std::string_view name = tables_.string(tables_.strings[instruction.first]);
        const Verdict present = Evaluator::has_property(value, name);
        if (present != Verdict::valid) {
          return present == Verdict::invalid ? Verdict::valid : present;
        }
        return enter(keyword, name, instruction.second, value);
      }
      case Opcode::reference:
        return enter(keyword, instruction.first, value);
      case Opcode::all_of:
        return branches(instruction, value);
      case Opcode::conditional:
        return conditional(instruction, value, number);
      default:
        break;
    }
    const Verdict verdict = evaluator_.step(instruction, value, number);
    if (verdict == Verdict::pattern_limit) return add_limit(keyword, value, number);
    if (verdict != Verdict::invalid) return verdict;
    switch (instruction.opcode) {
      case Opcode::contains:
        return contains(tables_.contains[instruction.first], value);
      case Opcode::unique_items: {
        std::uint32_t first = 0;
        std::uint32_t second = 0;
        const Verdict unique = unique_elements(value, evaluator_.watch(), first, second);
        if (unique != Verdict::invalid) return unique;
        return add(keyword, concat({"elements ", std::to_string(first), " and ",
                                    std::to_string(second), " are equal"}));
      }
      case Opcode::any_of:
        add(keyword, concat({described(value, number), " matches none of the ",
                             std::to_string(instruction.second), " schemas of anyOf"}));
        return failed_branches(instruction, value);
      case Opcode::one_of:
        return one_of(instruction, value, number);
      case Opcode::negation:
        return add(keyword,
                   concat({described(value, number), " matches the schema that \"not\" forbids"}));
      default:
        break;
    }
    if (instruction.keyword == Keyword::constant) {
      return add(keyword, constant_message(instruction, value, number));
    }
    return add(name_of(failed_keyword(instruction, value)),
               assertion_message(tables_, instruction, value, number));
  }

  // --- arrays ------------------------------------------------------------------------------

  // Goes to a child of the current value while it lives.
  class Child {
   public:
    Child(Reporter& reporter, std::uint32_t position, std::string_view token)
        : reporter_(reporter), deeper_(reporter.instance_path_) {
      reporter_.position_.push_back(position);
      append_pointer_token(reporter_.instance_path_, token);
    }
    ~Child() { reporter_.position_.pop_back(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

   private:
    Reporter& reporter_;
    Deeper deeper_;
  };

  Verdict elements(const Elements& elements, const Value& value) {
    Container array;
    if (!array.open(value)) return Verdict::corrupt;
    Entries entries = array.begin();
    Verdict result = Verdict::valid;
    for (std::uint32_t i = 0; i < array.count() && !is_full(); ++i) {
      const bool in_prefix = i < elements.prefix_count;
      if (!in_prefix && elements.rest == anything) break;
      Value element;
      if (!entries.step() || !entries.value(element)) return Verdict::corrupt;
      if (evaluator_.watch().interrupted()) return Verdict::interrupted;
      const std::string token = std::to_string(i);
      const Child child(*this, i, token);
      Verdict verdict = Verdict::valid;
      if (in_prefix) {
        verdict = enter(name_of(elements.prefix_keyword), token,
                        tables_.subschema_lists[elements.first_prefix + i], element);
      } else if (elements.rest == nothing) {
        verdict =
            add(name_of(elements.rest_keyword), concat({"element ", token, " is not allowed"}));
      } else {
        verdict = enter(name_of(elements.rest_keyword), elements.rest, element);
      }
      if (!merge(result, verdict)) return result;
    }
    return result;
  }

  Verdict contains(const Contains& contains, const Value& value) {
    std::uint32_t count = 0;
    const Verdict verdict = evaluator_.count_contained(contains, value, count);
    if (verdict != Verdict::valid) return verdict;
    if (count > contains.maximum) {
      return add("maxContains", concat({"more than ", std::to_string(contains.maximum),
                                        " elements match the schema of contains"}));
    }
    if (contains.minimum == 1) {
      return add("contains", "no element matches the schema of contains");
    }
    return add("minContains", concat({"only ", std::to_string(count), " of at least ",
                                      std::to_string(contains.minimum),
                                      " elements match the schema of contains"}));
  }

  // --- what nothing has evaluated ------------------------------------------------------------

  // `asking`: the instruction of `run` that applies its subschema to those children. What
  // instructions before it evaluate counts whether they are satisfied or not: they say themselves
  // what they miss.
  Verdict unevaluated(const Instruction* run, const Instruction& asking, const Value& value) {
    Container container;
    if (!container.open(value)) return Verdict::corrupt;
    Evaluated evaluated(container.count());
    if (!evaluated.ready()) return Verdict::out_of_memory;
    for (; run != &asking; ++run) {
      const Verdict verdict = evaluator_.note_evaluated(*run, value, evaluated);
      if (verdict != Verdict::valid && verdict != Verdict::pattern_limit) return verdict;
    }
    const bool object = value.kind == Kind::object;
    Entries names = container.begin();
    Entries values = container.begin();
    if (object && !container.values(values)) return Verdict::corrupt;
    Verdict result = Verdict::valid;
    for (std::uint32_t i = 0; i < container.count() && !is_full(); ++i) {
      std::string_view name;
      Value child_value;
      if (object && (!names.step() || !names.key(name))) return Verdict::corrupt;
      if (!values.step() || !values.value(child_value)) return Verdict::corrupt;
      if (evaluator_.watch().interrupted()) return Verdict::interrupted;
      if (evaluated.has(i)) continue;
      const std::string position = object ? std::string() : std::to_string(i);
      const Child child(*this, i, object ? name : position);
      const std::string_view keyword = name_of(asking.keyword);
      Verdict verdict = Verdict::valid;
      if (asking.first != nothing) {
        verdict = enter(keyword, asking.first, child_value);
      } else if (object) {
        verdict = add(keyword, concat({"property ", quoted(name), " is not allowed"}));
      } else {
        verdict = add(keyword, concat({"element ", position, " is not allowed"}));
      }
      if (!merge(result, verdict)) return result;
    }
    return result;
  }

  // --- objects -----------------------------------------------------------------------------

  Verdict missing(const MemberKey& key) {
    if (!key.required) return Verdict::valid;
    return add("required",
               concat({"missing required property ", quoted(tables_.string(key.name))}));
  }

  Verdict members(const Members& members, const Value& value) {
    Container object;
    Entries values;
    if (!object.open(value) || !object.values(values)) return Verdict::corrupt;
    Entries names = object.begin();
    const MemberKey* key = tables_.member_keys.data() + members.first_key;
    const MemberKey* const end = key + members.key_count;
    Verdict result = Verdict::valid;
    for (std::uint32_t i = 0; i < object.count() && !is_full(); ++i) {
      std::string_view name;
      Value member;
      if (!names.step() || !names.key(name) || !values.step() || !values.value(member)) {
        return Verdict::corrupt;
      }
      if (evaluator_.watch().interrupted()) return Verdict::interrupted;
      int order = 1;
      for (; key != end; ++key) {
        order = jsonb::compare_keys(tables_.string(key->name), name);
        if (order >= 0) break;
        merge(result, missing(*key));
      }
      const MemberKey* const named = key != end && order == 0 ? key++ : nullptr;
      const Child child(*this, i, name);
      if (named != nullptr && named->value != anything) {
        if (!merge(result, enter("properties", name, named->value, member))) return result;
      }
      const bool declared = named != nullptr && named->declared;
      if (!merge(result, other_member(members, name, member, declared))) return result;
    }
    for (; key != end; ++key) merge(result, missing(*key));
    return result;
  }

  Verdict other_member(const Members& members, std::string_view name, const Value& value,
                       bool declared) {
    Verdict result = Verdict::valid;
    if (members.names != anything && !merge(result, property_name(members, name))) return result;
    bool matched = declared;
    for (std::uint32_t i = 0; i < members.pattern_count; ++i) {
      const MemberPattern& pattern = tables_.member_patterns[members.first_pattern + i];
      const Verdict match = evaluator_.match(pattern.pattern, name);
      if (match == Verdict::invalid) continue;
      if (match == Verdict::corrupt) return match;
      matched = true;
      if (match == Verdict::pattern_limit) {
        const Value name_value{reinterpret_cast<const std::byte*>(name.data()),
                               static_cast<std::uint32_t>(name.size()), Kind::string};
        result = add_limit("patternProperties", name_value, {});
        continue;
      }
      const std::string_view text = tables_.patterns[pattern.pattern].text();
      if (!merge(result, enter("patternProperties", text, pattern.value, value))) return result;
    }
    if (matched || members.additional == anything) return result;
    if (members.additional == nothing) {
      return add("additionalProperties", concat({"property ", quoted(name), " is not allowed"}));
    }
    merge(result, enter("additionalProperties", members.additional, value));
    return result;
  }

  // The violations of a name are located at its property and say that they are the name's.
  Verdict property_name(const Members& members, std::string_view name) {
    const Value value{reinterpret_cast<const std::byte*>(name.data()),
                      static_cast<std::uint32_t>(name.size()), Kind::string};
    const Deeper deeper(message_prefix_);
    message_prefix_ += "property name: ";
    return enter("propertyNames", members.names, value);
  }

  Verdict dependent_required(const Instruction& instruction, const Value& value) {
    const std::string_view trigger = tables_.string(tables_.strings[instruction.first]);
    Verdict result = Verdict::valid;
    for (std::uint32_t i = 0; i < instruction.second; ++i) {
      const std::string_view name = tables_.string(tables_.strings[instruction.first + i]);
      const Verdict present = Evaluator::has_property(value, name);
      if (present == Verdict::invalid && i == 0) return Verdict::valid;
      if (present == Verdict::invalid) {
        result = add(name_of(instruction.keyword),
                     concat({"missing property ", quoted(name), ", which property ",
                             quoted(trigger), " requires"}));
      } else if (present != Verdict::valid) {
        return present;
      }
    }
    return result;
  }

  // --- schemas for the same value ----------------------------------------------------------

  Verdict branches(const Instruction& instruction, const Value& value) {
    Verdict result = Verdict::valid;
    for (std::uint32_t i = 0; i < instruction.second; ++i) {
      const SubschemaIndex branch = tables_.subschema_lists[instruction.first + i];
      const Verdict verdict = enter(name_of(instruction.keyword), std::to_string(i), branch, value);
      if (!merge(result, verdict)) return result;
    }
    return result;
  }

  // All branches failed: so did the instruction, whatever can still be found inside of them.
  Verdict failed_branches(const Instruction& instruction, const Value& value) {
    const Verdict verdict = branches(instruction, value);
    return verdict == Verdict::valid ? Verdict::invalid : verdict;
  }

  Verdict one_of(const Instruction& instruction, const Value& value, const Decimal& number) {
    std::uint32_t count = 0;
    std::uint32_t first = 0;
    const Verdict verdict = evaluator_.count_branches(instruction, value, count, first);
    if (verdict != Verdict::valid) return verdict;
    const std::string text = described(value, number);
    if (count > 1) {
      return add("oneOf",
                 concat({text, " matches more than one schema of oneOf, among them schema ",
                         std::to_string(first)}));
    }
    add("oneOf", concat({text, " matches none of the ", std::to_string(instruction.second),
                         " schemas of oneOf"}));
    return failed_branches(instruction, value);
  }

  Verdict conditional(const Instruction& instruction, const Value& value, const Decimal& number) {
    const SubschemaIndex* parts = tables_.subschema_lists.data() + instruction.first;
    const Verdict condition = evaluator_.check(parts[0], value);
    if (condition == Verdict::valid) return enter("then", parts[1], value);
    if (condition == Verdict::invalid) return enter("else", parts[2], value);
    return condition == Verdict::pattern_limit ? add_limit("if", value, number) : condition;
  }

  Evaluator evaluator_;
  const Tables& tables_;
  std::size_t limit_;
  std::size_t size_ = 0;  // bytes of what was found
  bool only_limits_;
  std::vector<Found> found_;
  std::vector<std::uint32_t> position_;
  std::string instance_path_;
  std::string keyword_path_;
  std::string message_prefix_;
};

}  // namespace

Verdict report(const Program& program, std::span<const std::byte> instance, const Host& host,
               std::vector<Violation>& violations, std::size_t limit) {
  if (!program.tables().for_report) throw std::invalid_argument("program is not for reports");
  const Verdict verdict = evaluate(program, instance, host);
  if (verdict != Verdict::invalid && verdict != Verdict::pattern_limit) return verdict;
  Value value;
  if (!jsonb::root(instance, value)) return Verdict::corrupt;
  Reporter reporter(program, host, limit, verdict == Verdict::pattern_limit);
  const Verdict ended = reporter.explain(program.tables().root, value);
  const std::size_t before = violations.size();
  reporter.take(violations);
  if (ended != Verdict::invalid && ended != Verdict::valid) return ended;
  // Never reached as far as is known: a caller is promised a reason.
  if (violations.size() == before && limit > 0) {
    violations.push_back({"", "", "value does not satisfy the schema"});
  }
  return verdict;
}

}  // namespace tenancy::jsonschema
