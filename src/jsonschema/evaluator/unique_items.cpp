// Whether no two elements of an array are equal. See equality.hpp.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <memory>
#include <utility>

#include "jsonschema/evaluator/equality.hpp"
#include "jsonschema/value/bytes.hpp"
#include "jsonschema/value/decimal.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

// --- hashing ---------------------------------------------------------------------------------

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32U);
}

std::uint64_t hash_text(std::uint64_t hash, std::string_view text) noexcept {
  hash = mix(hash, text.size());
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    hash = mix(hash, load_word<std::uint64_t>(text.data()));
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return mix(hash, rest);
}

// Equal values have equal hashes. Only Verdict::valid leaves one in `hash`.
Verdict hash_value(Value value, Watch& watch, std::uint64_t& hash) noexcept {
  if (watch.interrupted()) return Verdict::interrupted;
  hash = mix(hash, static_cast<std::uint64_t>(value.kind));
  switch (value.kind) {
    case Kind::null:
    case Kind::false_value:
    case Kind::true_value:
      return Verdict::valid;
    case Kind::string:
      hash = hash_text(hash, value.text());
      return Verdict::valid;
    case Kind::number: {
      Decimal number;
      if (!read_numeric(value.data, value.size, number)) return Verdict::corrupt;
      hash = mix(hash, static_cast<std::uint64_t>(number.weight) * 2 + (number.negative ? 1 : 0));
      for (std::uint32_t i = 0; i < number.count; ++i) hash = mix(hash, number.digit(i));
      return Verdict::valid;
    }
    case Kind::array:
    case Kind::object:
      break;
  }
  if (watch.stack_exhausted()) return Verdict::too_deep;
  Container container;
  if (!container.open(value)) return Verdict::corrupt;
  hash = mix(hash, container.count());
  Entries values = container.begin();
  if (value.kind == Kind::object) {
    Entries keys = container.begin();
    for (std::uint32_t i = 0; i < container.count(); ++i) {
      std::string_view key;
      if (!keys.step() || !keys.key(key)) return Verdict::corrupt;
      if (watch.interrupted()) return Verdict::interrupted;
      hash = hash_text(hash, key);
    }
    if (!container.values(values)) return Verdict::corrupt;
  }
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    Value child;
    if (!values.step() || !values.value(child)) return Verdict::corrupt;
    const Verdict verdict = hash_value(child, watch, hash);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

// --- the table -------------------------------------------------------------------------------

// Walks an array and reads one element after the other, hash included.
class ElementReader {
 public:
  ElementReader(const Container& array, Watch& watch) noexcept
      : elements_(array.begin()), watch_(watch) {}

  Verdict next(Value& element, std::uint64_t& hash) noexcept {
    if (!elements_.step() || !elements_.value(element)) return Verdict::corrupt;
    hash = 0;
    const Verdict verdict = hash_value(element, watch_, hash);
    // Where texts differ in their last bytes, so far, the lower half alone may differ.
    if (element.kind != Kind::number) hash *= 0x94D049BB133111EBULL;
    return verdict;
  }

 private:
  Entries elements_;
  Watch& watch_;
};

// An open-addressed set of elements: 32 bits of hash and the position + 1, or 0, a slot.
class ElementSet {
 public:
  // For an array of so many elements.
  explicit ElementSet(std::size_t count) noexcept : most_(std::bit_ceil(2 * count)) {}

  // Makes room for one more element. Verdict::valid, out_of_memory or interrupted.
  Verdict reserve(Watch& watch) noexcept {
    if (used_ * 2 < capacity_) return Verdict::valid;
    const std::size_t capacity = std::min<std::size_t>(capacity_ == 0 ? 256 : capacity_ * 4, most_);
    Slots slots(static_cast<std::uint64_t*>(std::calloc(capacity, sizeof(std::uint64_t))));
    if (!slots) return Verdict::out_of_memory;
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (watch.interrupted()) return Verdict::interrupted;
      if (slots_[i] == 0) continue;
      std::size_t at = (slots_[i] >> 32U) & (capacity - 1);
      while (slots[at] != 0) at = (at + 1) & (capacity - 1);
      slots[at] = slots_[i];
    }
    slots_ = std::move(slots);
    capacity_ = capacity;
    return Verdict::valid;
  }

  // Enters an element, or finds one before it that is equal: Verdict::invalid, and `found`.
  Verdict enter(const Container& array, std::uint32_t index, const Value& element,
                std::uint64_t hash, Watch& watch, std::uint32_t& found) noexcept {
    const std::uint64_t high = hash >> 32U;
    std::size_t at = high & (capacity_ - 1);
    for (; slots_[at] != 0; at = (at + 1) & (capacity_ - 1)) {
      if (watch.interrupted()) return Verdict::interrupted;
      ++collisions_;
      if (slots_[at] >> 32U != high) continue;
      found = static_cast<std::uint32_t>(slots_[at]) - 1;
      Entries other;
      Value value;
      if (!array.elements_from(found, other) || !other.step() || !other.value(value)) {
        return Verdict::corrupt;
      }
      const Verdict same = equal(element, value, watch);
      if (same == Verdict::valid) return Verdict::invalid;
      if (same != Verdict::invalid) return same;
    }
    slots_[at] = high << 32U | (index + 1);
    ++used_;
    return Verdict::valid;
  }

  // More collisions than come by chance, which makes about one for each element: somebody has
  // chosen the elements for their hashes.
  bool is_crowded() const noexcept { return collisions_ > 1'000 + 16 * used_; }

 private:
  struct Free {
    void operator()(std::uint64_t* slots) const noexcept { std::free(slots); }
  };
  using Slots = std::unique_ptr<std::uint64_t[], Free>;

  Slots slots_;
  std::size_t most_;  // slots, of which half are used when all elements are different
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::size_t collisions_ = 0;
};

// --- sorting ---------------------------------------------------------------------------------

// An element: its position, and where its data begin.
struct Place {
  std::uint32_t index;
  std::uint32_t offset;
};

// Merges sorted halves into larger ones, until two elements are equal or all are sorted. It does
// not recurse, and whatever the elements are, it takes few comparisons.
class Sorter {
 public:
  Sorter(const Container& array, Watch& watch) noexcept : array_(array), watch_(watch) {}

  bool reserve() noexcept {
    from_.reset(static_cast<Place*>(std::calloc(array_.count(), sizeof(Place))));
    to_.reset(static_cast<Place*>(std::calloc(array_.count(), sizeof(Place))));
    return from_ && to_;
  }

  Verdict run(std::uint32_t& first, std::uint32_t& second) noexcept {
    const std::uint32_t count = array_.count();
    Entries elements = array_.begin();
    for (std::uint32_t i = 0; i < count; ++i) {
      if (watch_.interrupted()) return Verdict::interrupted;
      if (!elements.step()) return Verdict::corrupt;
      from_[i] = {i, elements.offset()};
    }
    for (std::uint64_t width = 1; width < count; width *= 2) {
      for (std::uint64_t begin = 0; begin < count; begin += 2 * width) {
        const auto middle =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(begin + width, count));
        const auto end =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(begin + 2 * width, count));
        const Verdict verdict = merge(static_cast<std::uint32_t>(begin), middle, end);
        if (verdict == Verdict::invalid) {
          first = std::min(equal_[0], equal_[1]);
          second = std::max(equal_[0], equal_[1]);
        }
        if (verdict != Verdict::valid) return verdict;
      }
      std::swap(from_, to_);
    }
    return Verdict::valid;
  }

 private:
  struct Free {
    void operator()(Place* places) const noexcept { std::free(places); }
  };
  using Places = std::unique_ptr<Place[], Free>;

  // Invalid: two of them are equal.
  Verdict merge(std::uint32_t begin, std::uint32_t middle, std::uint32_t end) noexcept {
    std::uint32_t left = begin;
    std::uint32_t right = middle;
    for (std::uint32_t at = begin; at < end; ++at) {
      bool takes_left = right == end;
      if (left < middle && right < end) {
        const Comparison comparison = compare_places(from_[left], from_[right]);
        if (comparison.verdict != Verdict::valid) return comparison.verdict;
        if (comparison.order == 0) {
          equal_ = {from_[left].index, from_[right].index};
          return Verdict::invalid;
        }
        takes_left = comparison.order < 0;
      }
      to_[at] = from_[takes_left ? left++ : right++];
    }
    return Verdict::valid;
  }

  Comparison compare_places(const Place& left, const Place& right) noexcept {
    Value l;
    Value r;
    if (!read(left, l) || !read(right, r)) return {Verdict::corrupt, 0};
    return compare_values(l, r, watch_);
  }

  bool read(const Place& place, Value& value) const noexcept {
    Entries at(array_.entries() + place.index * sizeof(std::uint32_t), array_.data(),
               array_.data_size(), place.offset);
    return at.step() && at.value(value);
  }

  const Container& array_;
  Watch& watch_;
  Places from_;
  Places to_;
  std::array<std::uint32_t, 2> equal_{};
};

// --- pairs -----------------------------------------------------------------------------------

// Compares an element with each one before it.
Verdict compare_with_earlier(const Container& array, std::uint32_t index, const Value& element,
                             Watch& watch, std::uint32_t& found) noexcept {
  Entries earlier = array.begin();
  for (found = 0; found < index; ++found) {
    Value value;
    if (!earlier.step() || !earlier.value(value)) return Verdict::corrupt;
    const Verdict same = equal(element, value, watch);
    if (same == Verdict::valid) return Verdict::invalid;
    if (same != Verdict::invalid) return same;
  }
  return Verdict::valid;
}

Verdict compare_all(const Container& array, Watch& watch, std::uint32_t& first,
                    std::uint32_t& second) noexcept {
  Entries elements = array.begin();
  for (second = 0; second < array.count(); ++second) {
    Value element;
    if (!elements.step() || !elements.value(element)) return Verdict::corrupt;
    const Verdict verdict = compare_with_earlier(array, second, element, watch, first);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

constexpr std::uint32_t few_elements = 8;  // for which pairs are faster than a table

}  // namespace

Verdict unique_elements(Value array, Watch& watch, std::uint32_t& first,
                        std::uint32_t& second) noexcept {
  Container container;
  if (!container.open(array)) return Verdict::corrupt;
  ElementReader reader(container, watch);
  ElementSet set(container.count());
  bool pairs = container.count() <= few_elements;
  for (second = 0; second < container.count(); ++second) {
    Value element;
    std::uint64_t hash = 0;
    Verdict verdict = reader.next(element, hash);
    if (verdict != Verdict::valid) return verdict;
    if (!pairs) {
      verdict = set.reserve(watch);
      if (verdict == Verdict::interrupted) return verdict;
      pairs = verdict == Verdict::out_of_memory;
    }
    verdict = pairs ? compare_with_earlier(container, second, element, watch, first)
                    : set.enter(container, second, element, hash, watch, first);
    if (verdict != Verdict::valid) return verdict;
    if (set.is_crowded()) {
      Sorter sorter(container, watch);
      return sorter.reserve() ? sorter.run(first, second)
                              : compare_all(container, watch, first, second);
    }
  }
  return Verdict::valid;
}

}  // namespace tenancy::jsonschema
