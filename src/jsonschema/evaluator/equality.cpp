#include "jsonschema/evaluator/equality.hpp"

#include "jsonschema/value/decimal.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

constexpr Comparison corrupt{Verdict::corrupt, 0};
constexpr Comparison equals{Verdict::valid, 0};

Comparison compare_containers(Value left, Value right, Watch& watch) noexcept;

// Inlined into the walk over containers too: most of what is in them are no containers.
[[gnu::always_inline]] inline Comparison order_of(Value left, Value right, Watch& watch) noexcept {
  if (watch.interrupted()) return {Verdict::interrupted, 0};
  if (left.kind != right.kind) return {Verdict::valid, left.kind < right.kind ? -1 : 1};
  switch (left.kind) {
    case Kind::null:
    case Kind::false_value:
    case Kind::true_value:
      return equals;
    case Kind::string:
      return {Verdict::valid, jsonb::compare_keys(left.text(), right.text())};
    case Kind::number: {
      Decimal l;
      Decimal r;
      if (!read_numeric(left.data, left.size, l) || !read_numeric(right.data, right.size, r)) {
        return corrupt;
      }
      return {Verdict::valid, compare(l, r)};
    }
    case Kind::array:
    case Kind::object:
      break;
  }
  return compare_containers(left, right, watch);
}

Comparison compare_containers(Value left, Value right, Watch& watch) noexcept {
  if (watch.stack_exhausted()) return {Verdict::too_deep, 0};
  Container l;
  Container r;
  if (!l.open(left) || !r.open(right)) return corrupt;
  if (l.count() != r.count()) return {Verdict::valid, l.count() < r.count() ? -1 : 1};
  Entries left_at = l.begin();  // behind an object's keys, its values follow
  Entries right_at = r.begin();
  if (left.kind == Kind::object) {
    for (std::uint32_t i = 0; i < l.count(); ++i) {
      std::string_view left_key;
      std::string_view right_key;
      if (!left_at.step() || !left_at.key(left_key) || !right_at.step() ||
          !right_at.key(right_key)) {
        return corrupt;
      }
      if (watch.interrupted()) return {Verdict::interrupted, 0};
      const int order = jsonb::compare_keys(left_key, right_key);
      if (order != 0) return {Verdict::valid, order};
    }
  }
  for (std::uint32_t i = 0; i < l.count(); ++i) {
    Value left_child;
    Value right_child;
    if (!left_at.step() || !left_at.value(left_child) || !right_at.step() ||
        !right_at.value(right_child)) {
      return corrupt;
    }
    const Comparison children = order_of(left_child, right_child, watch);
    if (children.verdict != Verdict::valid || children.order != 0) return children;
  }
  return equals;
}

}  // namespace

Comparison compare_values(Value left, Value right, Watch& watch) noexcept {
  return order_of(left, right, watch);
}

}  // namespace tenancy::jsonschema
