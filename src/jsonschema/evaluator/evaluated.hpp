// Which children of one array or object have been evaluated: what unevaluatedItems and
// unevaluatedProperties ask (2020-12 Core, section 11).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace tenancy::jsonschema {

// A set of positions below a count. Up to 128 of them need no memory of their own.
class Evaluated {
 public:
  // Empty. Check ready() before anything else.
  explicit Evaluated(std::uint32_t count) noexcept : word_count_((count + 63) / 64) {
    if (word_count_ <= few_.size()) return;
    many_.reset(static_cast<std::uint64_t*>(std::calloc(word_count_, sizeof(std::uint64_t))));
    words_ = many_.get();
  }
  Evaluated(const Evaluated&) = delete;
  Evaluated& operator=(const Evaluated&) = delete;

  // False: there was no memory.
  bool ready() const noexcept { return words_ != nullptr; }

  void add(std::uint32_t position) noexcept {
    words_[position / 64] |= std::uint64_t{1} << (position % 64);
  }
  void add_all() noexcept { all_ = true; }
  // Of the same count.
  void add(const Evaluated& other) noexcept {
    all_ = all_ || other.all_;
    for (std::size_t i = 0; i < word_count_; ++i) words_[i] |= other.words_[i];
  }

  bool all() const noexcept { return all_; }
  bool has(std::uint32_t position) const noexcept {
    return all_ || (words_[position / 64] >> (position % 64) & 1U) != 0;
  }

 private:
  struct Free {
    void operator()(std::uint64_t* words) const noexcept { std::free(words); }
  };

  std::array<std::uint64_t, 2> few_{};
  std::unique_ptr<std::uint64_t[], Free> many_;
  std::uint64_t* words_ = few_.data();
  std::uint32_t word_count_;
  bool all_ = false;
};

}  // namespace tenancy::jsonschema
