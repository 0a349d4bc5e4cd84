// Objects. See evaluator.hpp.
#include "jsonschema/evaluator/evaluator_inline.hpp"
#include "jsonschema/value/bytes.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Value;

namespace {

// An object with so many properties for each name of a table is searched, not merged with it.
constexpr std::uint32_t search_factor = 16;

}  // namespace

// For a name whose size and head are those of the key.
inline bool Evaluator::is_named(const MemberKey& key, const std::byte* name) const noexcept {
  constexpr std::uint32_t width = sizeof key.head;
  if (key.name.size <= width) return true;
  return same_bytes(tables_.text.data() + key.name.offset + width, name + width,
                    key.name.size - width);
}

Verdict Evaluator::run_object(const Instruction* instruction, Value value,
                              Evaluated* evaluated) noexcept {
  for (;; ++instruction) {
    Verdict verdict = Verdict::valid;
    switch (instruction->opcode) {
      case Opcode::accept:
        return Verdict::valid;
      case Opcode::object_size:
        verdict = verdict_of(within(stored_count(value), *instruction));
        break;
      case Opcode::plain_members:
        if (evaluated == nullptr) [[likely]] {
          verdict = plain_members(instruction->first, value);
          break;
        }
        [[fallthrough]];
      case Opcode::members:
        verdict = members(tables_.members[instruction->first], value, evaluated);
        break;
      case Opcode::dependent_required:
        verdict = dependent_required(*instruction, value);
        break;
      case Opcode::dependent_schema:
        verdict = dependent_schema(*instruction, value, evaluated);
        break;
      case Opcode::constant_set:
        verdict = constant_set(*instruction, value);
        break;
      case Opcode::dispatch:
        verdict = dispatch(tables_.dispatches[instruction->first], value, evaluated);
        break;
      case Opcode::unevaluated_properties:
        verdict = unevaluated(*instruction, value, evaluated);
        break;
      default:
        verdict = apply(*instruction, value, evaluated);
        break;
    }
    if (verdict != Verdict::valid) return verdict;
  }
}

// One merge of two lists that are sorted alike: the stored keys and the table's.
Verdict Evaluator::members(const Members& members, Value value, Evaluated* evaluated) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container object;
  if (!object.open(value)) return Verdict::corrupt;
  const std::uint32_t count = object.count();
  if (count < members.required_count) return Verdict::invalid;
  if (evaluated != nullptr && members.evaluates_all) evaluated->add_all();
  if (count == 0) return Verdict::valid;
  if (watch_.interrupted(1)) return Verdict::interrupted;

  const bool looks_at_named = members.names != anything || members.pattern_count != 0;
  const bool looks_at_every_one = members.additional != anything || looks_at_named;
  if (!looks_at_every_one && evaluated == nullptr && count / search_factor > members.key_count) {
    return look_up_members(members, object);
  }
  const MemberKey* key = tables_.member_keys.data() + members.first_key;
  const MemberKey* const end = key + members.key_count;
  Entries names = object.begin();
  Entries values;
  if (!object.values(values)) return Verdict::corrupt;

  for (std::uint32_t i = 0; i < count; ++i) {
    if (!names.step() || !values.step() || !names.is_string()) [[unlikely]] {
      return Verdict::corrupt;
    }
    if (i % polling_stride == polling_stride - 1 && watch_.interrupted(polling_stride)) {
      return Verdict::interrupted;
    }
    const std::string_view name = names.text();
    if (key != end) {
      key = pass(key, end, name);
      if (key == nullptr) return Verdict::invalid;
    }
    const bool named = key != end && tables_.string(key->name) == name;
    if (named) {
      const bool declared = key->declared;
      const SubschemaIndex subschema = key->value;
      ++key;
      if (subschema != anything) {
        const Verdict verdict = check_entry(subschema, values);
        if (verdict != Verdict::valid) return verdict;
      }
      if (declared && evaluated != nullptr) evaluated->add(i);
      if (declared && !looks_at_named) continue;
    } else if (key == end && !looks_at_every_one) {
      return Verdict::valid;
    }
    if (!looks_at_every_one) continue;
    const bool declared = named && (key - 1)->declared;
    bool noted = false;
    Value member;
    if (!values.value(member)) return Verdict::corrupt;
    const Verdict verdict = unmatched_member(members, name, member, declared, noted);
    if (verdict != Verdict::valid) return verdict;
    if (noted && evaluated != nullptr) evaluated->add(i);
  }
  for (; key != end; ++key) {
    if (key->required) return Verdict::invalid;
  }
  return Verdict::valid;
}

// The same where nothing but the table matters: what most objects of most schemas take. Where the
// layout of the object is known, values alone are left to look at.
Verdict Evaluator::plain_members(std::uint32_t table, Value value) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container object;
  if (!object.open(value)) return Verdict::corrupt;
  Layouts::Known known = layouts_.find(table, object);
  if (known.subschemas == nullptr) [[unlikely]] {
    const Verdict verdict = other_members(table, value, object, known);
    if (known.subschemas == nullptr) return verdict;
  }
  const std::uint32_t count = object.count();
  if (watch_.interrupted(count)) return Verdict::interrupted;
  const SubschemaIndex* next = known.subschemas;
  layouts_.hold(table);
  const Verdict verdict =
      check_children(object, object.entries() + count * sizeof(std::uint32_t), count,
                     known.names_size, [&]() noexcept { return *next++; });
  layouts_.release(table);
  return verdict;
}

// Those of an object whose layout was not known, `value` opened. If it is `known` then, the names
// are right, and the values are still to be looked at; else the verdict is that of the object. The
// container is a copy: a reference would keep plain_members() from having it in registers, which
// costs objects whose layout is known 1 to 2 %.
Verdict Evaluator::other_members(std::uint32_t table, Value value, Container object,
                                 Layouts::Known& known) noexcept {
  const std::uint32_t count = object.count();
  const Members& members = tables_.members[table];
  if (count < members.required_count) return Verdict::invalid;
  if (count == 0) return Verdict::valid;
  if (count / search_factor > members.key_count || count >= polling_stride) {
    return this->members(members, value, nullptr);
  }
  std::uint32_t names_size = 0;
  if (!object.offset_of(count, names_size)) return Verdict::corrupt;
  SubschemaIndex* const subschemas = layouts_.place(table, object, names_size);
  if (subschemas == nullptr) return merge_members(members, object, names_size);
  const Verdict verdict = merge_names(members, object, subschemas);
  if (verdict != Verdict::valid) return verdict;
  layouts_.learn(table, object, names_size);
  known = {subschemas, names_size};
  return verdict;
}

// The names alone: are they as they should be, and which subschema is for the value of each?
Verdict Evaluator::merge_names(const Members& members, const Container& object,
                               SubschemaIndex* subschemas) noexcept {
  const MemberKey* key = tables_.member_keys.data() + members.first_key;
  const MemberKey* const end = key + members.key_count;
  Entries names = object.begin();
  for (std::uint32_t i = 0; i < object.count(); ++i) {
    if (!names.step() || !names.is_string()) return Verdict::corrupt;
    const std::string_view name = names.text();
    key = pass(key, end, name);
    if (key == nullptr) return Verdict::invalid;
    if (key != end && tables_.string(key->name) == name) {
      subschemas[i] = key->value;
      ++key;
    } else {
      if (members.additional == nothing) return Verdict::invalid;
      subschemas[i] = anything;
    }
  }
  for (; key != end; ++key) {
    if (key->required) return Verdict::invalid;
  }
  return Verdict::valid;
}

Verdict Evaluator::merge_members(const Members& members, const Container& object,
                                 std::uint32_t names_size) noexcept {
  std::uint32_t left = object.count();
  if (watch_.interrupted(left)) return Verdict::interrupted;
  const MemberKey* key = tables_.member_keys.data() + members.first_key;
  const MemberKey* const end = key + members.key_count;
  const std::byte* const data = object.data();
  const std::byte* const data_end = data + object.data_size();
  const std::byte* entry = object.entries();
  const std::size_t to_value = left * sizeof(std::uint32_t);
  const std::byte* name = data;
  const std::byte* child = data + names_size;
  for (; left > 0; --left) {
    const std::uint32_t name_entry = jsonb::load32(entry);
    const std::uint32_t child_entry = jsonb::load32(entry + to_value);
    entry += sizeof(std::uint32_t);
    std::uint32_t size = name_entry;  // a string without an offset is its length
    if (name_entry > jsonb::length_mask) [[unlikely]] {
      if ((name_entry & jsonb::type_mask) != jsonb::string_type) return Verdict::corrupt;
      const std::uint32_t begin = static_cast<std::uint32_t>(name - data);
      size = (name_entry & jsonb::length_mask) - begin;
      if ((name_entry & jsonb::length_mask) < begin) return Verdict::corrupt;
    }
    std::uint32_t child_size = child_entry & jsonb::length_mask;
    if ((child_entry & jsonb::has_offset) != 0) [[unlikely]] {
      const std::uint32_t begin = static_cast<std::uint32_t>(child - data);
      if (child_size < begin) return Verdict::corrupt;
      child_size -= begin;
    }
    if (size > static_cast<std::size_t>(data_end - name) ||
        child_size > static_cast<std::size_t>(data_end - child)) [[unlikely]] {
      return Verdict::corrupt;
    }
    // Mostly, the next stored key is the next one of the table.
    const bool readable = data_end - name >= static_cast<std::ptrdiff_t>(sizeof(std::uint64_t));
    const bool same_head = key != end && key->name.size == size && readable &&
                           jsonb::head_of(name, key->shift) == key->head;
    const bool is_next = same_head && is_named(*key, name);
    if (!is_next) [[unlikely]] {
      const std::string_view text(reinterpret_cast<const char*>(name), size);
      if (key != end) {
        key = pass(key, end, text);
        if (key == nullptr) return Verdict::invalid;
      }
      if (key == end || tables_.string(key->name) != text) {
        if (members.additional == nothing) return Verdict::invalid;
        if (key == end) return Verdict::valid;
        name += size;
        child += child_size;
        continue;
      }
    }
    const SubschemaIndex subschema = key->value;
    ++key;
    name += size;
    if (subschema != anything) {
      const Verdict verdict = check_child(
          subschema, {child, child_size, static_cast<std::uint32_t>(child - data), child_entry});
      if (verdict != Verdict::valid) return verdict;
    }
    child += child_size;
  }
  for (; key != end; ++key) {
    if (key->required) return Verdict::invalid;
  }
  return Verdict::valid;
}

// The first key of a table, from `key` on, that does not come before `name`; null when that passes
// one that is required.
const MemberKey* Evaluator::pass(const MemberKey* key, const MemberKey* end,
                                 std::string_view name) const noexcept {
  for (; key != end; ++key) {
    if (jsonb::compare_keys(tables_.string(key->name), name) >= 0) break;
    if (key->required) return nullptr;
  }
  return key;
}

// The other way around, for an object that has many more properties than are asked for.
Verdict Evaluator::look_up_members(const Members& members, const Container& object) noexcept {
  for (std::uint32_t i = 0; i < members.key_count; ++i) {
    if (watch_.interrupted()) return Verdict::interrupted;
    const MemberKey& key = tables_.member_keys[members.first_key + i];
    std::uint32_t index = 0;
    if (!object.find(tables_.string(key.name), index)) return Verdict::corrupt;
    if (index == object.count()) {
      if (key.required) return Verdict::invalid;
      continue;
    }
    if (key.value == anything) continue;
    Entries value;
    if (!object.value_at(index, value) || !value.step()) return Verdict::corrupt;
    const Verdict verdict = check_entry(key.value, value);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

// What applies to a property because of its name's form, or because nothing else does.
Verdict Evaluator::unmatched_member(const Members& members, std::string_view name, Value value,
                                    bool declared, bool& evaluated) noexcept {
  if (members.names != anything) {
    const Verdict verdict = check(members.names, string_value(name));
    if (verdict != Verdict::valid) return verdict;
  }
  bool matched = declared;
  for (std::uint32_t i = 0; i < members.pattern_count; ++i) {
    if (watch_.interrupted()) return Verdict::interrupted;
    const MemberPattern& pattern = tables_.member_patterns[members.first_pattern + i];
    const Verdict match = this->match(pattern.pattern, name);
    if (match == Verdict::invalid) continue;
    if (match != Verdict::valid) return match;
    matched = evaluated = true;
    const Verdict verdict = check(pattern.value, value);
    if (verdict != Verdict::valid) return verdict;
  }
  if (matched || members.additional == anything) return Verdict::valid;
  return check(members.additional, value);
}

Verdict Evaluator::has_property(Value value, std::string_view name) noexcept {
  Container object;
  std::uint32_t index = 0;
  if (!object.open(value) || !object.find(name, index)) return Verdict::corrupt;
  return verdict_of(index < object.count());
}

Verdict Evaluator::dependent_required(const Instruction& instruction, Value value) noexcept {
  for (std::uint32_t i = 0; i < instruction.second; ++i) {
    const std::string_view name = tables_.string(tables_.strings[instruction.first + i]);
    const Verdict present = has_property(value, name);
    if (present == Verdict::invalid) return verdict_of(i == 0);
    if (present != Verdict::valid) return present;
  }
  return Verdict::valid;
}

Verdict Evaluator::dependent_schema(const Instruction& instruction, Value value,
                                    Evaluated* evaluated) noexcept {
  const std::string_view name = tables_.string(tables_.strings[instruction.first]);
  const Verdict present = has_property(value, name);
  if (present == Verdict::invalid) return Verdict::valid;
  return present == Verdict::valid ? check(instruction.second, value, evaluated) : present;
}

Verdict Evaluator::dispatch(const Dispatch& dispatch, Value value, Evaluated* evaluated) noexcept {
  Container object;
  std::uint32_t index = 0;
  if (!object.open(value) || !object.find(tables_.string(dispatch.key), index)) {
    return Verdict::corrupt;
  }
  if (index == object.count()) return Verdict::invalid;
  Entries entry;
  if (!object.value_at(index, entry) || !entry.step()) return Verdict::corrupt;
  if (!entry.is_string()) return Verdict::invalid;
  const std::string_view text = entry.text();
  std::uint32_t low = 0;
  std::uint32_t high = dispatch.choice_count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const Choice& choice = tables_.choices[dispatch.first_choice + middle];
    const int order = jsonb::compare_keys(tables_.string(choice.value), text);
    if (order == 0) return check(choice.branch, value, evaluated);
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Verdict::invalid;
}

}  // namespace tenancy::jsonschema
