// Reading words wherever they stand, comparing a few bytes, and asking for many, inlined: for these
// a call costs more than its work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenancy::jsonschema {

template <typename Word>
[[gnu::always_inline]] inline Word load_word(const void* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Whether the two are the same, word by word, the last of which overlaps the one before it. For a
// size of one word or more.
template <typename Word>
[[gnu::always_inline]] inline bool same_words(const void* left_bytes, const void* right_bytes,
                                              std::size_t size) noexcept {
  const auto* const left = static_cast<const std::byte*>(left_bytes);
  const auto* const right = static_cast<const std::byte*>(right_bytes);
  const std::size_t last = size - sizeof(Word);
  for (std::size_t at = 0; at < last; at += sizeof(Word)) {
    if (load_word<Word>(left + at) != load_word<Word>(right + at)) return false;
  }
  return load_word<Word>(left + last) == load_word<Word>(right + last);
}

// Sixteen bytes, of which processors have a register.
struct WordPair {
  std::uint64_t first;
  std::uint64_t second;
  [[gnu::always_inline]] bool operator==(const WordPair& other) const noexcept {
    return ((first ^ other.first) | (second ^ other.second)) == 0;
  }
};

[[gnu::always_inline]] inline bool same_bytes(const void* left, const void* right,
                                              std::size_t size) noexcept {
  if (size >= sizeof(WordPair)) return same_words<WordPair>(left, right, size);
  if (size >= sizeof(std::uint64_t)) return same_words<std::uint64_t>(left, right, size);
  if (size >= sizeof(std::uint32_t)) return same_words<std::uint32_t>(left, right, size);
  for (std::size_t at = 0; at < size; ++at) {
    if (static_cast<const std::byte*>(left)[at] != static_cast<const std::byte*>(right)[at]) {
      return false;
    }
  }
  return true;
}

// Asks for the elements of a vector or string, which the processor fetches while it goes on; for no
// more of them than a small document can need.
template <typename Elements>
[[gnu::always_inline]] inline void prefetch_all(const Elements& elements) noexcept {
  constexpr std::size_t cache_line = 64;
  constexpr std::size_t most = 4096;
  const auto* const bytes = reinterpret_cast<const std::byte*>(elements.data());
  const std::size_t size = elements.size() * sizeof *elements.data();
  for (std::size_t at = 0; at < size && at < most; at += cache_line) __builtin_prefetch(bytes + at);
}

}  // namespace tenancy::jsonschema
