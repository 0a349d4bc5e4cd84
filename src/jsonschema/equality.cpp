#include "equality.hpp"

#include "decimal.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

Verdict equal_numbers(Value left, Value right) noexcept {
  Decimal l;
  Decimal r;
  if (!read_numeric(left.data, left.size, l) || !read_numeric(right.data, right.size, r)) {
    return Verdict::corrupt;
  }
  return compare(l, r) == 0 ? Verdict::valid : Verdict::invalid;
}

Verdict equal_keys(const Container& left, const Container& right, Watch& watch) noexcept {
  Entries left_keys = left.begin();
  Entries right_keys = right.begin();
  for (std::uint32_t i = 0; i < left.count(); ++i) {
    std::string_view l;
    std::string_view r;
    if (!left_keys.step() || !left_keys.key(l) || !right_keys.step() || !right_keys.key(r)) {
      return Verdict::corrupt;
    }
    if (watch.interrupted()) return Verdict::interrupted;
    if (l != r) return Verdict::invalid;
  }
  return Verdict::valid;
}

Verdict equal_containers(Value left, Value right, Watch& watch) noexcept {
  if (watch.stack_exhausted()) return Verdict::too_deep;
  Container l;
  Container r;
  if (!l.open(left) || !r.open(right)) return Verdict::corrupt;
  if (l.count() != r.count()) return Verdict::invalid;
  Entries left_values = l.begin();
  Entries right_values = r.begin();
  if (left.kind == Kind::object) {
    const Verdict keys = equal_keys(l, r, watch);
    if (keys != Verdict::valid) return keys;
    if (!l.values(left_values) || !r.values(right_values)) return Verdict::corrupt;
  }
  for (std::uint32_t i = 0; i < l.count(); ++i) {
    Value left_child;
    Value right_child;
    if (!left_values.step() || !left_values.value(left_child) || !right_values.step() ||
        !right_values.value(right_child)) {
      return Verdict::corrupt;
    }
    const Verdict verdict = equal(left_child, right_child, watch);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

int compare_texts(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  return left.compare(right);
}

Verdict compare_containers(Value left, Value right, Watch& watch, int& order) noexcept {
  if (watch.stack_exhausted()) return Verdict::too_deep;
  Container l;
  Container r;
  if (!l.open(left) || !r.open(right)) return Verdict::corrupt;
  order = l.count() == r.count() ? 0 : l.count() < r.count() ? -1 : 1;
  Entries left_values = l.begin();
  Entries right_values = r.begin();
  if (left.kind == Kind::object) {
    for (std::uint32_t i = 0; i < l.count() && order == 0; ++i) {
      std::string_view left_key;
      std::string_view right_key;
      if (!left_values.step() || !left_values.key(left_key) || !right_values.step() ||
          !right_values.key(right_key)) {
        return Verdict::corrupt;
      }
      if (watch.interrupted()) return Verdict::interrupted;
      order = compare_texts(left_key, right_key);
    }
    if (!l.values(left_values) || !r.values(right_values)) return Verdict::corrupt;
  }
  for (std::uint32_t i = 0; i < l.count() && order == 0; ++i) {
    Value left_child;
    Value right_child;
    if (!left_values.step() || !left_values.value(left_child) || !right_values.step() ||
        !right_values.value(right_child)) {
      return Verdict::corrupt;
    }
    const Verdict verdict = compare_values(left_child, right_child, watch, order);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

}  // namespace

Verdict equal(Value left, Value right, Watch& watch) noexcept {
  if (watch.interrupted()) return Verdict::interrupted;
  if (left.kind != right.kind) return Verdict::invalid;
  switch (left.kind) {
    case Kind::null:
    case Kind::false_value:
    case Kind::true_value:
      return Verdict::valid;
    case Kind::string:
      return left.text() == right.text() ? Verdict::valid : Verdict::invalid;
    case Kind::number:
      return equal_numbers(left, right);
    case Kind::array:
    case Kind::object:
      break;
  }
  return equal_containers(left, right, watch);
}

Verdict compare_values(Value left, Value right, Watch& watch, int& order) noexcept {
  if (watch.interrupted()) return Verdict::interrupted;
  order = static_cast<int>(left.kind) - static_cast<int>(right.kind);
  if (order != 0) return Verdict::valid;
  switch (left.kind) {
    case Kind::null:
    case Kind::false_value:
    case Kind::true_value:
      return Verdict::valid;
    case Kind::string:
      order = compare_texts(left.text(), right.text());
      return Verdict::valid;
    case Kind::number: {
      Decimal l;
      Decimal r;
      if (!read_numeric(left.data, left.size, l) || !read_numeric(right.data, right.size, r)) {
        return Verdict::corrupt;
      }
      order = compare(l, r);
      return Verdict::valid;
    }
    case Kind::array:
    case Kind::object:
      break;
  }
  return compare_containers(left, right, watch, order);
}

}  // namespace tenancy::jsonschema
