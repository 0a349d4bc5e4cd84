// Jsonb documents as large as jsonb can be, written byte by byte: the server would take minutes and
// gigabytes to make them.
//
// Each is one allocation, a varlena, aligned for any use. Little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace tenancy::boundary {

class LargeJsonb {
 public:
  // What of: `numbers`, `strings` (all different), `objects`, an array of them; `members`, an
  // object with names all different and nulls; `nested`, arrays in each other; else a string that
  // is this text over and over.
  LargeJsonb(std::string_view shape, std::size_t size) {
    bytes_.reserve(size + 64);
    put(0);  // the length, at the end
    if (shape == "numbers") {
      write_array(size / 16, numeric_type, [this](std::uint32_t i) { put_number(i); });
    } else if (shape == "strings") {
      write_array(size / 16, string_type, [this](std::uint32_t i) { put_text(i, 12); });
    } else if (shape == "objects") {
      write_array(size / 40, container_type, [this](std::uint32_t i) { put_object(i); });
    } else if (shape == "members") {
      const auto count = static_cast<std::uint32_t>(size / 20);
      write_container(object_flag, count, count, string_type, null_type,
                      [this](std::uint32_t i) { put_text(i, 12); });
    } else if (shape == "nested") {
      const std::size_t end = size / 8;
      for (std::size_t i = 0; i < end; ++i) {
        put(array_flag | 1);
        put(container_type | static_cast<std::uint32_t>((end - i) * 8 - 4));
      }
      put(array_flag);
    } else {
      write_string(shape, size);
    }
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    const std::uint32_t header = length << 2U;
    std::memcpy(bytes_.data(), &header, sizeof header);
  }

  std::byte* data() noexcept { return bytes_.data(); }
  std::size_t size() const noexcept { return bytes_.size(); }

 private:
  static constexpr std::uint32_t array_flag = 0x40000000, object_flag = 0x20000000,
                                 scalar_flag = 0x10000000;
  static constexpr std::uint32_t string_type = 0, numeric_type = 0x10000000, null_type = 0x40000000,
                                 container_type = 0x50000000, has_offset = 0x80000000;
  static constexpr std::uint32_t stride = 32;  // so many entries from an offset to the next

  void put(std::uint32_t word) { put_bytes(&word, sizeof word); }
  void put_bytes(const void* from, std::size_t size) {
    const auto* const begin = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), begin, begin + size);
  }
  void align() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }

  // An array, or an object whose values have no bytes. `put_datum` writes what the entry is for.
  template <typename PutDatum>
  void write_container(std::uint32_t flag, std::uint32_t data, std::uint32_t empty,
                       std::uint32_t type, std::uint32_t empty_type, PutDatum put_datum) {
    put(flag | data);
    const std::size_t entries = bytes_.size();
    bytes_.resize(entries + (std::size_t{data} + empty) * 4);
    const std::size_t begin = bytes_.size();
    std::size_t before = begin;
    for (std::uint32_t i = 0; i < data + empty; ++i) {
      if (i < data) put_datum(i);
      const std::size_t end = bytes_.size();
      const std::uint32_t entry =
          (i < data ? type : empty_type) |
          (i % stride == 0 ? has_offset | static_cast<std::uint32_t>(end - begin)
                           : static_cast<std::uint32_t>(end - before));
      std::memcpy(bytes_.data() + entries + std::size_t{i} * 4, &entry, 4);
      before = end;
    }
  }
  template <typename PutDatum>
  void write_array(std::size_t count, std::uint32_t type, PutDatum put_datum) {
    write_container(array_flag, static_cast<std::uint32_t>(count), 0, type, 0, put_datum);
  }

  // A whole number of five to eight digits, all different.
  void put_number(std::uint32_t i) {
    align();
    put(10U << 2U);
    const std::uint16_t parts[]{0x8001, static_cast<std::uint16_t>(1 + i / 9999),
                                static_cast<std::uint16_t>(1 + i % 9999)};
    put_bytes(parts, sizeof parts);
  }

  void put_text(std::uint32_t i, std::size_t width) {
    char digits[16];
    for (std::size_t at = width; at-- > 0; i /= 10) digits[at] = static_cast<char>('0' + i % 10);
    put_bytes(digits, width);
  }

  // {"a": number, "b": true}
  void put_object(std::uint32_t i) {
    align();
    put(object_flag | 2);
    put(string_type | has_offset | 1);
    put(string_type | 1);
    put(numeric_type | 12);
    put(0x30000000);
    put_bytes("ab", 2);
    put_number(i);
  }

  void write_string(std::string_view text, std::size_t size) {
    const std::size_t times = size / text.size();
    put(array_flag | scalar_flag | 1);
    put(string_type | has_offset | static_cast<std::uint32_t>(times * text.size()));
    for (std::size_t i = 0; i < times; ++i) put_bytes(text.data(), text.size());
  }

  std::vector<std::byte> bytes_;
};

}  // namespace tenancy::boundary
