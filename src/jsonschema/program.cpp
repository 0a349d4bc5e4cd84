#include "jsonschema/program.hpp"

#include "jsonschema/format/content.hpp"
#include "jsonschema/format/format.hpp"
#include "jsonschema/value/bytes.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

template <typename Element>
std::size_t bytes_of(const std::vector<Element>& table) noexcept {
  return table.capacity() * sizeof(Element);
}

std::string types_text(TypeMask types) {
  if (types == types::all) return "any";
  if (types == types::none) return "none";
  std::string text;
  const auto add = [&](TypeMask mask, std::string_view name) {
    if ((types & mask) != mask) return;
    types = static_cast<TypeMask>(types & ~mask);
    if (!text.empty()) text += '|';
    text += name;
  };
  add(types::null, "null");
  add(types::boolean, "boolean");
  add(types::false_value, "false");
  add(types::true_value, "true");
  add(types::number, "number");
  add(types::integer, "integer");
  add(types::fraction, "fraction");
  add(types::string, "string");
  add(types::array, "array");
  add(types::object, "object");
  return text;
}

std::string limits_text(const Instruction& instruction) {
  return concat({std::to_string(instruction.first), "..",
                 instruction.second == unlimited ? "" : std::to_string(instruction.second)});
}

// What matches a pattern, where that is more than a look at its characters.
std::string_view engine_text(Pattern::Engine engine) noexcept {
  switch (engine) {
    case Pattern::Engine::simple:
      return "";
    case Pattern::Engine::automaton:
      return " by an automaton";
    case Pattern::Engine::pcre2:
      return " by PCRE2";
  }
  return "";
}

// One instruction, as a line of a listing.
class Line {
 public:
  Line(const Tables& tables, const Instruction& instruction)
      : tables_(tables), instruction_(instruction) {}

  std::string text() const { return concat({"    ", name_of(instruction_.opcode), operands()}); }

 private:
  std::string operands() const {
    const std::uint32_t first = instruction_.first;
    const std::uint32_t second = instruction_.second;
    switch (instruction_.opcode) {
      case Opcode::accept:
      case Opcode::unique_items:
        return "";
      case Opcode::string_length:
      case Opcode::array_length:
      case Opcode::object_size:
        return concat({" ", limits_text(instruction_)});
      case Opcode::string_set:
      case Opcode::dependent_required:
        return strings(first, second);
      case Opcode::pattern:
        return concat({" /", tables_.patterns[first].text(), "/",
                       engine_text(tables_.patterns[first].engine())});
      case Opcode::format:
        return concat({" ", name_of(static_cast<Format>(first))});
      case Opcode::content:
        return first == static_cast<std::uint32_t>(Content::base64) ? " base64"
               : first == static_cast<std::uint32_t>(Content::json) ? " json"
                                                                    : " json in base64";
      case Opcode::minimum:
      case Opcode::exclusive_minimum:
      case Opcode::maximum:
      case Opcode::exclusive_maximum:
        return concat({" ", to_text(tables_.number(first))});
      case Opcode::number_set: {
        std::string text;
        for (std::uint32_t i = 0; i < second; ++i) {
          text += concat({" ", to_text(tables_.number(first + i))});
        }
        return text;
      }
      case Opcode::multiple_of:
        return concat({" ", tables_.string(tables_.strings[second])});
      case Opcode::elements:
        return elements(tables_.elements[first]);
      case Opcode::contains: {
        const Contains& contains = tables_.contains[first];
        return concat({" ", subschema(contains.element), " ",
                       limits_text({Opcode::contains, {}, contains.minimum, contains.maximum})});
      }
      case Opcode::members:
      case Opcode::plain_members:
        return members(tables_.members[first]);
      case Opcode::dependent_schema:
        return concat({strings(first, 1), " ", subschema(second)});
      case Opcode::constant_set:
        return concat({" ", std::to_string(second)});
      case Opcode::no_fraction:
        return "";
      case Opcode::range:
        return range(tables_.ranges[first]);
      case Opcode::dispatch:
        return dispatch(tables_.dispatches[first]);
      case Opcode::reference:
      case Opcode::negation:
      case Opcode::unevaluated_items:
      case Opcode::unevaluated_properties:
        return concat({" ", subschema(first)});
      case Opcode::all_of:
      case Opcode::any_of:
      case Opcode::one_of:
      case Opcode::conditional:
        return list(first, second);
    }
    return "";
  }

  std::string range(const Range& range) const {
    std::string text;
    if (range.minimum != unlimited) {
      text +=
          concat({range.excludes_minimum ? " > " : " >= ", to_text(tables_.number(range.minimum))});
    }
    if (range.maximum != unlimited) {
      text +=
          concat({range.excludes_maximum ? " < " : " <= ", to_text(tables_.number(range.maximum))});
    }
    return text;
  }

  std::string dispatch(const Dispatch& dispatch) const {
    std::string text = concat({" on '", tables_.string(dispatch.key), "'"});
    for (std::uint32_t i = 0; i < dispatch.choice_count; ++i) {
      const Choice& choice = tables_.choices[dispatch.first_choice + i];
      text += concat({" '", tables_.string(choice.value), "' ", subschema(choice.branch)});
    }
    return text;
  }

  static std::string subschema(SubschemaIndex index) {
    if (index == anything) return "anything";
    if (index == nothing) return "nothing";
    return concat({"#", std::to_string(index)});
  }

  std::string strings(std::uint32_t first, std::uint32_t count) const {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
      text += concat({" '", tables_.string(tables_.strings[first + i]), "'"});
    }
    return text;
  }

  std::string list(std::uint32_t first, std::uint32_t count) const {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
      text += concat({" ", subschema(tables_.subschema_lists[first + i])});
    }
    return text;
  }

  std::string elements(const Elements& elements) const {
    return concat(
        {list(elements.first_prefix, elements.prefix_count), " rest ", subschema(elements.rest)});
  }

  std::string members(const Members& members) const {
    std::string text;
    for (std::uint32_t i = 0; i < members.key_count; ++i) {
      const MemberKey& key = tables_.member_keys[members.first_key + i];
      text += concat(
          {" '", tables_.string(key.name), key.required ? "'!=" : "'=", subschema(key.value)});
    }
    for (std::uint32_t i = 0; i < members.pattern_count; ++i) {
      const MemberPattern& pattern = tables_.member_patterns[members.first_pattern + i];
      text +=
          concat({" /", tables_.patterns[pattern.pattern].text(), "/=", subschema(pattern.value)});
    }
    if (members.names != anything) text += concat({" names ", subschema(members.names)});
    return concat({text, " additional ", subschema(members.additional)});
  }

  const Tables& tables_;
  const Instruction& instruction_;
};

}  // namespace

TypeMask type_named(std::string_view name) noexcept {
  if (name == "null") return types::null;
  if (name == "boolean") return types::boolean;
  if (name == "integer") return types::integer;
  if (name == "number") return types::number;
  if (name == "string") return types::string;
  if (name == "array") return types::array;
  return types::object;
}

std::string_view name_of(Opcode opcode) noexcept {
  switch (opcode) {
    case Opcode::accept:
      return "accept";
    case Opcode::string_length:
      return "string_length";
    case Opcode::string_set:
      return "string_set";
    case Opcode::pattern:
      return "pattern";
    case Opcode::format:
      return "format";
    case Opcode::content:
      return "content";
    case Opcode::minimum:
      return "minimum";
    case Opcode::exclusive_minimum:
      return "exclusive_minimum";
    case Opcode::maximum:
      return "maximum";
    case Opcode::exclusive_maximum:
      return "exclusive_maximum";
    case Opcode::number_set:
      return "number_set";
    case Opcode::multiple_of:
      return "multiple_of";
    case Opcode::array_length:
      return "array_length";
    case Opcode::elements:
      return "elements";
    case Opcode::contains:
      return "contains";
    case Opcode::unique_items:
      return "unique_items";
    case Opcode::object_size:
      return "object_size";
    case Opcode::members:
      return "members";
    case Opcode::plain_members:
      return "plain_members";
    case Opcode::dependent_required:
      return "dependent_required";
    case Opcode::dependent_schema:
      return "dependent_schema";
    case Opcode::constant_set:
      return "constant_set";
    case Opcode::range:
      return "range";
    case Opcode::no_fraction:
      return "no_fraction";
    case Opcode::dispatch:
      return "dispatch";
    case Opcode::unevaluated_items:
      return "unevaluated_items";
    case Opcode::unevaluated_properties:
      return "unevaluated_properties";
    case Opcode::reference:
      return "reference";
    case Opcode::all_of:
      return "all_of";
    case Opcode::any_of:
      return "any_of";
    case Opcode::one_of:
      return "one_of";
    case Opcode::negation:
      return "negation";
    case Opcode::conditional:
      return "conditional";
  }
  return "";
}

Program::Program(Tables tables) : tables_(std::move(tables)), layouts_(tables_) {
  const auto shrink = [](auto&... table) { (table.shrink_to_fit(), ...); };
  Tables& t = tables_;
  shrink(t.subschemas, t.instructions, t.narrowings, t.subschema_lists, t.member_keys,
         t.member_patterns, t.members, t.elements, t.contains, t.strings, t.numbers, t.digits,
         t.divisors, t.ranges, t.dispatches, t.choices, t.constants, t.constant_bytes, t.patterns,
         t.text);
  if (!tables_.patterns.empty()) matcher_.emplace();
}

std::size_t Program::memory() const noexcept {
  const Tables& t = tables_;
  std::size_t bytes =
      sizeof(Program) + bytes_of(t.subschemas) + bytes_of(t.instructions) + bytes_of(t.narrowings) +
      bytes_of(t.subschema_lists) + bytes_of(t.member_keys) + bytes_of(t.member_patterns) +
      bytes_of(t.members) + bytes_of(t.elements) + bytes_of(t.contains) + bytes_of(t.strings) +
      bytes_of(t.numbers) + bytes_of(t.digits) + bytes_of(t.divisors) + bytes_of(t.ranges) +
      bytes_of(t.dispatches) + bytes_of(t.choices) + bytes_of(t.constants) +
      bytes_of(t.constant_bytes) + bytes_of(t.patterns) + t.text.capacity() + layouts_.memory();
  for (const Divisor& divisor : t.divisors) bytes += divisor.memory();
  for (const Pattern& pattern : t.patterns) bytes += pattern.memory();
  return bytes;
}

void Program::prefetch() const noexcept {
  const Tables& t = tables_;
  layouts_.prefetch();
  prefetch_all(t.subschemas);
  prefetch_all(t.instructions);
  prefetch_all(t.member_keys);
  prefetch_all(t.members);
  prefetch_all(t.elements);
  prefetch_all(t.strings);
  prefetch_all(t.numbers);
  prefetch_all(t.digits);
  prefetch_all(t.ranges);
  prefetch_all(t.patterns);
  prefetch_all(t.text);
}

std::vector<std::string> Program::explain() const {
  std::vector<std::string> lines;
  const auto run = [&](std::string_view kind, std::uint32_t position) {
    if (tables_.instructions[position].opcode == Opcode::accept) return;
    lines.push_back(concat({"  ", kind}));
    for (; tables_.instructions[position].opcode != Opcode::accept; ++position) {
      lines.push_back(Line(tables_, tables_.instructions[position]).text());
    }
  };
  for (SubschemaIndex i = nothing + 1; i < tables_.subschemas.size(); ++i) {
    const Subschema& subschema = tables_.subschemas[i];
    lines.push_back(concat({"#", std::to_string(i), i == tables_.root ? " root" : "", " type ",
                            types_text(subschema.types)}));
    const std::uint32_t shared = subschema.run(RunKind::literal);
    run("any kind", shared);
    const auto own = [&](std::string_view name, RunKind kind) {
      if (subschema.run(kind) != shared) run(name, subschema.run(kind));
    };
    own("number", RunKind::number);
    own("string", RunKind::string);
    own("array", RunKind::array);
    own("object", RunKind::object);
  }
  if (lines.empty()) lines.push_back(tables_.root == nothing ? "nothing" : "anything");
  return lines;
}

}  // namespace tenancy::jsonschema
