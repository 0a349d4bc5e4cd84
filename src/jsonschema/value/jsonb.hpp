// A view over stored JSONB: walks the bytes in place, copies nothing, allocates nothing.
//
// Format (source: PostgreSQL's utils/jsonb.h, unchanged since 9.4):
//
//   container  uint32 header   28 bits of count; flags scalar, object, array
//              uint32 entry[]  one an element, or all keys and then all values, a pair each
//              data            what the entries describe, one after the other
//   entry      28 bits         the length of its data, or, flagged, the offset of their end
//              3 bits          the type: string, numeric, false, true, null, container
//
// Offsets count from the container's first data byte. Numerics and containers begin at the next
// multiple of 4, and their padding belongs to their own length. Keys are sorted by length, then by
// bytes. The root is a container too: a scalar is stored as an array of one, flagged scalar.
//
// Every offset is checked against the bytes at hand before it is followed, and a function that
// returns bool returns false when the bytes contradict themselves ("corrupt"). That keys are
// sorted is not checked: where they are not, an answer is arbitrary, but safe. Text is taken for
// UTF-8, and checked where it matters, before a pattern is matched.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace tenancy::jsonschema::jsonb {

inline constexpr std::uint32_t count_mask = 0x0FFFFFFF;
inline constexpr std::uint32_t scalar_flag = 0x10000000;
inline constexpr std::uint32_t object_flag = 0x20000000;
inline constexpr std::uint32_t array_flag = 0x40000000;

inline constexpr std::uint32_t length_mask = 0x0FFFFFFF;
inline constexpr std::uint32_t type_mask = 0x70000000;
inline constexpr std::uint32_t type_shift = 28;
inline constexpr std::uint32_t has_offset = 0x80000000;
inline constexpr std::uint32_t string_type = 0x00000000;
inline constexpr std::uint32_t numeric_type = 0x10000000;
inline constexpr std::uint32_t false_type = 0x20000000;
inline constexpr std::uint32_t true_type = 0x30000000;
inline constexpr std::uint32_t null_type = 0x40000000;
inline constexpr std::uint32_t container_type = 0x50000000;

// Not by load_word() of bytes.hpp: so inlined in another order, walks take 0.6 % more instructions.
inline std::uint32_t load32(const std::byte* at) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The first five in the order of the types of entries.
enum class Kind : std::uint8_t { string, number, false_value, true_value, null, array, object };

// One JSON value inside the bytes.
struct Value {
  const std::byte* data = nullptr;  // text, a numeric with its varlena header, or a container
  std::uint32_t size = 0;           // bytes at `data` that belong to it, its padding taken off
  Kind kind = Kind::null;

  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data), size}; }
};

// The count in the header of an array or object. Not yet known to fit its bytes.
inline std::uint32_t stored_count(Value container) noexcept {
  return load32(container.data) & count_mask;
}

// The order in which keys are stored: by length, then by bytes. Negative, zero or positive.
inline int compare_keys(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  return left.empty() ? 0 : std::memcmp(left.data(), right.data(), left.size());
}

// The beginning of a key as a word: its first 8 bytes, or, of a shorter one, all of them behind
// zeros that stand first. Two keys of one length from 1 to 8 are equal when their heads are.
// 8 bytes must be readable at `key`, however long it is; `shift`: head_shift() of its size.
[[gnu::always_inline]] inline std::uint64_t head_of(const std::byte* key,
                                                    std::uint32_t shift) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, key, sizeof word);
  return std::endian::native == std::endian::little ? word << shift : word >> shift;
}
// For a size of 1 or more.
inline std::uint8_t head_shift(std::uint32_t size) noexcept {
  return static_cast<std::uint8_t>(size < 8 ? 8 * (8 - size) : 0);
}

// What one entry describes: its data as they stand, `begin` bytes behind the first data byte of
// their container.
struct Child {
  const std::byte* data;
  std::uint32_t size;
  std::uint32_t begin;
  std::uint32_t entry;

  bool is_string() const noexcept { return (entry & type_mask) == string_type; }

  // Takes the padding off, and tells the kind. False: corrupt.
  [[gnu::always_inline]] bool read(Value& value) const noexcept {
    const std::uint32_t type = (entry & type_mask) >> type_shift;
    value = {data, size, static_cast<Kind>(type)};
    if (type == numeric_type >> type_shift) return skip_padding(value);
    if (type != container_type >> type_shift) return type <= null_type >> type_shift;
    if (!skip_padding(value) || value.size < sizeof(std::uint32_t)) return false;
    const std::uint32_t flags = load32(value.data) & ~count_mask;
    value.kind = flags == object_flag ? Kind::object : Kind::array;
    return flags == object_flag || flags == array_flag;
  }

 private:
  [[gnu::always_inline]] bool skip_padding(Value& value) const noexcept {
    const std::uint32_t padding = (0U - begin) & 3U;
    if (value.size < padding) return false;
    value.data += padding;
    value.size -= padding;
    return true;
  }
};

// A forward walk over entries of one container: step(), then ask for the current one.
class Entries {
 public:
  // At the entry stored at `entries`, whose data begin at `offset`.
  Entries(const std::byte* entries, const std::byte* data, std::uint32_t data_size,
          std::uint32_t offset) noexcept
      : next_(entries), data_(data), data_size_(data_size), end_(offset) {}
  Entries() noexcept = default;

  // Moves to the next entry; the caller counts them. False: corrupt.
  bool step() noexcept {
    entry_ = load32(next_);
    next_ += sizeof(std::uint32_t);
    begin_ = end_;
    // An offset says where the entry ends, a length how far that is from where it begins.
    const std::uint32_t from = (entry_ & has_offset) != 0 ? 0 : begin_;
    end_ = from + (entry_ & length_mask);
    return end_ >= begin_ && end_ <= data_size_;
  }

  // The current entry as an object's key. False: corrupt.
  bool key(std::string_view& key) const noexcept {
    key = {reinterpret_cast<const char*>(data_ + begin_), end_ - begin_};
    return (entry_ & type_mask) == string_type;
  }

  Child child() const noexcept { return {data_ + begin_, end_ - begin_, begin_, entry_}; }

  // The current entry as a value. False: corrupt.
  bool value(Value& value) const noexcept { return child().read(value); }

  // Whether the current entry is a string, or an object's key.
  bool is_string() const noexcept { return (entry_ & type_mask) == string_type; }
  // Its bytes, for an entry that is a string.
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(data_ + begin_), end_ - begin_};
  }
  // Where the current entry's data begin, from the container's first data byte.
  std::uint32_t offset() const noexcept { return begin_; }

 private:
  const std::byte* next_ = nullptr;
  const std::byte* data_ = nullptr;
  std::uint32_t data_size_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t entry_ = 0;
};

// An array or an object whose entries are known to lie within its bytes.
class Container {
 public:
  // `value`: an array or an object. False: corrupt.
  bool open(const Value& value) noexcept {
    count_ = load32(value.data) & count_mask;
    const std::uint32_t entry_count = value.kind == Kind::object ? count_ * 2 : count_;
    const std::uint32_t available = value.size - static_cast<std::uint32_t>(sizeof(std::uint32_t));
    if (entry_count > available / sizeof(std::uint32_t)) return false;
    entries_ = value.data + sizeof(std::uint32_t);
    const auto entries_size = static_cast<std::uint32_t>(entry_count * sizeof(std::uint32_t));
    data_ = entries_ + entries_size;
    data_size_ = available - entries_size;
    return true;
  }

  // Elements of an array, pairs of an object.
  std::uint32_t count() const noexcept { return count_; }

  // For walks that keep their own count: the entries, the data that they describe, and where the
  // data of entry `index` begin. False: corrupt.
  const std::byte* entries() const noexcept { return entries_; }
  const std::byte* data() const noexcept { return data_; }
  std::uint32_t data_size() const noexcept { return data_size_; }
  bool offset_of(std::uint32_t index, std::uint32_t& offset) const noexcept {
    std::uint64_t sum = 0;
    for (std::uint32_t before = index; before > 0;) {
      const std::uint32_t entry = load32(entries_ + --before * sizeof(std::uint32_t));
      sum += entry & length_mask;
      if ((entry & has_offset) != 0) break;
    }
    offset = static_cast<std::uint32_t>(sum);
    return sum <= data_size_;
  }

  // A walk over an array's elements, or over an object's keys.
  Entries begin() const noexcept { return {entries_, data_, data_size_, 0}; }

  // A walk over an object's values, in the order of their keys. False: corrupt.
  bool values(Entries& values) const noexcept { return entries_from(count_, values); }

  // A walk that starts at the value of an object's pair `index`. False: corrupt.
  bool value_at(std::uint32_t index, Entries& values) const noexcept {
    return entries_from(count_ + index, values);
  }

  // A walk that starts at an array's element `index`. False: corrupt.
  bool elements_from(std::uint32_t index, Entries& elements) const noexcept {
    return entries_from(index, elements);
  }

  // The position of `key` in an object, or count() when it has none. False: corrupt.
  bool find(std::string_view key, std::uint32_t& index) const noexcept;

 private:
  bool entries_from(std::uint32_t index, Entries& entries) const noexcept {
    std::uint32_t offset = 0;
    if (!offset_of(index, offset)) return false;
    entries = {entries_ + index * sizeof(std::uint32_t), data_, data_size_, offset};
    return true;
  }

  const std::byte* entries_ = nullptr;
  const std::byte* data_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t data_size_ = 0;
};

// The value that a whole jsonb holds. `bytes`: its root container. False: corrupt.
bool root(std::span<const std::byte> bytes, Value& value) noexcept;

// The code points of `text`, which is UTF-8; of other bytes, some number not above their count.
std::uint32_t count_code_points(std::string_view text) noexcept;

// Whether `text` is UTF-8 (RFC 3629), shortest forms only and no surrogates.
bool is_utf8(std::string_view text) noexcept;

}  // namespace tenancy::jsonschema::jsonb
