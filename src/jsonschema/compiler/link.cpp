// Laying out a program: what the root reaches is copied, in the order in which it is reached, from
// a Builder to new tables; what is equal is stored once.
#include <cstring>
#include <deque>
#include <utility>

#include "jsonschema/compiler/builder.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Where entries of one old table are in the new one.
using Moved = std::unordered_map<std::uint32_t, std::uint32_t>;

class Linker {
 public:
  Linker(Builder& builder, std::vector<SubschemaIndex> same)
      : builder_(builder),
        from_(builder.tables()),
        rules_(builder.rules()),
        same_(std::move(same)),
        subschemas_(rules_.size(), anything) {
    to_.instructions.push_back({});
    append(anything);
    append(nothing);
  }

  Tables run(SubschemaIndex root) {
    to_.root = subschema(root);
    while (!pending_.empty()) {
      const SubschemaIndex next = pending_.front();
      pending_.pop_front();
      builder_.poll();
      lay_out(next);
    }
    return std::move(to_);
  }

 private:
  void append(SubschemaIndex fixed) {
    to_.subschemas.emplace_back();
    lay_out(fixed);
  }

  // The new index of a rule; it is laid out when its turn comes.
  SubschemaIndex subschema(SubschemaIndex rule) {
    rule = same_[rule];
    if (rule <= nothing) return rule;
    SubschemaIndex& index = subschemas_[rule];
    if (index == anything) {
      index = size_of(to_.subschemas);
      to_.subschemas.emplace_back();
      pending_.push_back(rule);
    }
    return index;
  }

  void lay_out(SubschemaIndex index) {
    const Rule& rule = rules_[index];
    Subschema subschema;
    subschema.types = rule.types;
    subschema.collects = rule.collects;
    subschema.first_narrowing = size_of(to_.narrowings);
    subschema.narrowing_count = static_cast<std::uint16_t>(rule.narrowings.size());
    for (Narrowing narrowing : rule.narrowings) {
      if (narrowing.keyword == Keyword::constant) narrowing.shown = string(narrowing.shown);
      to_.narrowings.push_back(narrowing);
    }
    for (std::size_t kind = 0; kind < run_kinds; ++kind) {
      if ((rule.types & types_of(static_cast<RunKind>(kind))) == types::none) continue;
      subschema.runs[kind] = run(rule.runs[kind]);
    }
    const Instruction* const object = to_.instructions.data() + subschema.run(RunKind::object);
    if (object[0].opcode == Opcode::plain_members && object[1].opcode == Opcode::accept) {
      subschema.plain_table = object->first;
    }
    to_.subschemas[index <= nothing ? index : subschemas_[index]] = subschema;
  }

  std::uint32_t run(const std::vector<Instruction>& old) {
    if (old.empty()) return accept_run;
    std::vector<Instruction> instructions;
    instructions.reserve(old.size() + 1);
    for (const Instruction& instruction : old) instructions.push_back(moved(instruction));
    instructions.push_back({});
    std::string bytes(reinterpret_cast<const char*>(instructions.data()),
                      instructions.size() * sizeof(Instruction));
    const auto [at, added] = runs_.try_emplace(std::move(bytes), size_of(to_.instructions));
    if (added) {
      to_.instructions.insert(to_.instructions.end(), instructions.begin(), instructions.end());
    }
    return at->second;
  }

  // An instruction with its operands in the new tables.
  Instruction moved(Instruction instruction) {
    std::uint32_t& first = instruction.first;
    std::uint32_t& second = instruction.second;
    switch (instruction.opcode) {
      case Opcode::accept:
      case Opcode::string_length:
      case Opcode::array_length:
      case Opcode::object_size:
      case Opcode::format:
      case Opcode::content:
      case Opcode::no_fraction:
      case Opcode::unique_items:
        break;
      case Opcode::string_set:
      case Opcode::dependent_required:
        first = strings(first, second);
        break;
      case Opcode::dependent_schema:
        first = string(first);
        second = subschema(second);
        break;
      case Opcode::pattern:
        first = pattern(first);
        break;
      case Opcode::minimum:
      case Opcode::exclusive_minimum:
      case Opcode::maximum:
      case Opcode::exclusive_maximum:
        first = numbers(first, 1);
        break;
      case Opcode::number_set:
        first = numbers(first, second);
        break;
      case Opcode::range: {
        Range range = from_.ranges[first];
        if (range.minimum != unlimited) range.minimum = numbers(range.minimum, 1);
        if (range.maximum != unlimited) range.maximum = numbers(range.maximum, 1);
        first = unique(ranges_, to_.ranges, range);
        break;
      }
      case Opcode::multiple_of:
        first = moved_once(divisors_, first, [&](std::uint32_t old) {
          to_.divisors.push_back(from_.divisors[old]);
          return size_of(to_.divisors) - 1;
        });
        second = string(second);
        break;
      case Opcode::elements:
        first = moved_once(elements_, first, [&](std::uint32_t old) { return elements(old); });
        break;
      case Opcode::contains:
        first = moved_once(contains_, first, [&](std::uint32_t old) {
          Contains contains = from_.contains[old];
          contains.element = subschema(contains.element);
          to_.contains.push_back(contains);
          return size_of(to_.contains) - 1;
        });
        break;
      case Opcode::members:
      case Opcode::plain_members:
        first = moved_once(members_, first, [&](std::uint32_t old) { return members(old); });
        break;
      case Opcode::constant_set:
        first = constants(first, second);
        break;
      case Opcode::reference:
      case Opcode::negation:
      case Opcode::unevaluated_items:
      case Opcode::unevaluated_properties:
        first = subschema(first);
        break;
      case Opcode::all_of:
      case Opcode::any_of:
      case Opcode::one_of:
      case Opcode::conditional:
        first = list(first, second);
        break;
      case Opcode::dispatch:
        first = moved_once(dispatches_, first, [&](std::uint32_t old) { return dispatch(old); });
        break;
    }
    return instruction;
  }

  template <typename Move>
  static std::uint32_t moved_once(Moved& known, std::uint32_t old, Move move) {
    const auto at = known.find(old);
    if (at != known.end()) return at->second;
    const std::uint32_t index = move(old);
    known.emplace(old, index);
    return index;
  }

  // The position of an entry, stored once however often it comes.
  template <typename Entry>
  static std::uint32_t unique(std::unordered_map<std::string, std::uint32_t>& known,
                              std::vector<Entry>& table, const Entry& entry) {
    std::string bytes(sizeof(Entry), '\0');
    std::memcpy(bytes.data(), &entry, sizeof(Entry));
    const auto [at, added] = known.try_emplace(std::move(bytes), size_of(table));
    if (added) table.push_back(entry);
    return at->second;
  }

  Text text(Text old) {
    builder_.poll();
    const std::string_view bytes = from_.string(old);
    const auto [at, added] = texts_.try_emplace(std::string(bytes));
    if (added) {
      at->second = {size_of(to_.text), old.size};
      to_.text += bytes;
    }
    return at->second;
  }

  std::uint32_t string(std::uint32_t old) { return strings(old, 1); }

  std::uint32_t strings(std::uint32_t old, std::uint32_t count) {
    return moved_once(strings_, old, [&](std::uint32_t first) {
      const std::uint32_t index = size_of(to_.strings);
      for (std::uint32_t i = 0; i < count; ++i) {
        to_.strings.push_back(text(from_.strings[first + i]));
      }
      return index;
    });
  }

  std::uint32_t numbers(std::uint32_t old, std::uint32_t count) {
    return moved_once(numbers_, old, [&](std::uint32_t first) {
      const std::uint32_t index = size_of(to_.numbers);
      for (std::uint32_t i = 0; i < count; ++i) {
        builder_.poll();
        Number number = from_.numbers[first + i];
        const auto digits = from_.digits.begin() + static_cast<std::ptrdiff_t>(number.first_digit);
        number.first_digit = size_of(to_.digits);
        to_.digits.insert(to_.digits.end(), digits,
                          digits + static_cast<std::ptrdiff_t>(number.digit_count));
        to_.numbers.push_back(number);
      }
      return index;
    });
  }

  std::uint32_t constants(std::uint32_t old, std::uint32_t count) {
    return moved_once(constants_, old, [&](std::uint32_t first) {
      const std::uint32_t index = size_of(to_.constants);
      for (std::uint32_t i = 0; i < count; ++i) {
        Constant constant = from_.constants[first + i];
        const auto bytes =
            from_.constant_bytes.begin() + static_cast<std::ptrdiff_t>(constant.offset);
        to_.constant_bytes.resize((to_.constant_bytes.size() + 3) / 4 * 4);
        constant.offset = size_of(to_.constant_bytes);
        to_.constant_bytes.insert(to_.constant_bytes.end(), bytes,
                                  bytes + static_cast<std::ptrdiff_t>(constant.size));
        to_.constants.push_back(constant);
      }
      return index;
    });
  }

  std::uint32_t pattern(std::uint32_t old) {
    return moved_once(patterns_, old, [&](std::uint32_t index) {
      to_.patterns.push_back(std::move(from_.patterns[index]));
      return size_of(to_.patterns) - 1;
    });
  }

  std::uint32_t list(std::uint32_t old, std::uint32_t count) {
    if (count == 0) return 0;
    return moved_once(lists_, old, [&](std::uint32_t first) {
      const std::uint32_t index = size_of(to_.subschema_lists);
      for (std::uint32_t i = 0; i < count; ++i) {
        to_.subschema_lists.push_back(subschema(from_.subschema_lists[first + i]));
      }
      return index;
    });
  }

  std::uint32_t elements(std::uint32_t old) {
    Elements elements = from_.elements[old];
    elements.first_prefix = list(elements.first_prefix, elements.prefix_count);
    elements.rest = subschema(elements.rest);
    to_.elements.push_back(elements);
    return size_of(to_.elements) - 1;
  }

  std::uint32_t members(std::uint32_t old) {
    Members members = from_.members[old];
    const std::uint32_t first_key = size_of(to_.member_keys);
    for (std::uint32_t i = 0; i < members.key_count; ++i) {
      MemberKey key = from_.member_keys[members.first_key + i];
      key.name = text(key.name);
      key.value = subschema(key.value);
      to_.member_keys.push_back(key);
    }
    members.first_key = first_key;
    const std::uint32_t first_pattern = size_of(to_.member_patterns);
    for (std::uint32_t i = 0; i < members.pattern_count; ++i) {
      MemberPattern member = from_.member_patterns[members.first_pattern + i];
      member.pattern = pattern(member.pattern);
      member.value = subschema(member.value);
      to_.member_patterns.push_back(member);
    }
    members.first_pattern = first_pattern;
    members.additional = subschema(members.additional);
    members.names = subschema(members.names);
    to_.members.push_back(members);
    return size_of(to_.members) - 1;
  }

  std::uint32_t dispatch(std::uint32_t old) {
    Dispatch dispatch = from_.dispatches[old];
    dispatch.key = text(dispatch.key);
    const std::uint32_t first = size_of(to_.choices);
    for (std::uint32_t i = 0; i < dispatch.choice_count; ++i) {
      const Choice& choice = from_.choices[dispatch.first_choice + i];
      to_.choices.push_back({text(choice.value), subschema(choice.branch)});
    }
    dispatch.first_choice = first;
    to_.dispatches.push_back(dispatch);
    return size_of(to_.dispatches) - 1;
  }

  const Builder& builder_;
  Tables& from_;
  const std::vector<Rule>& rules_;
  std::vector<SubschemaIndex> same_;
  Tables to_;
  std::vector<SubschemaIndex> subschemas_;  // new, by rule; `anything` where not yet
  std::deque<SubschemaIndex> pending_;
  std::unordered_map<std::string, std::uint32_t> runs_;
  std::unordered_map<std::string, std::uint32_t> ranges_;
  std::unordered_map<std::string, Text> texts_;
  Moved strings_, numbers_, constants_, patterns_, divisors_, elements_, contains_, members_,
      dispatches_, lists_;
};

}  // namespace

Tables link(Builder& builder, SubschemaIndex root, std::vector<SubschemaIndex> same) {
  return Linker(builder, std::move(same)).run(root);
}

}  // namespace tenancy::jsonschema
