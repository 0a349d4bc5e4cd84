// The keys that tokens are verified with: tenancy.signing_key, read through a cache
// (server/cached_table.hpp).
//
// Whoever authenticates need not be able to read the table: it is readable by its owner alone. A
// key that is inserted, changed or removed counts for the next token, in every session.
#pragma once

#include "server/guard.hpp"
#include "token/key.hpp"

namespace tenancy::tenant {

// The keys that are tried for a token that names none.
inline constexpr std::size_t max_keys_tried = 16;

struct SigningKey {
  std::shared_ptr<const token::Key> key;
  TimestampTz not_after = DT_NOEND;

  bool is_retired(TimestampTz now) const noexcept { return now >= not_after; }
};

// The key of that name, which is in the server's encoding; nothing where there is none. C++ zone;
// 55000 where the table or the key is not what it should be.
std::optional<SigningKey> find_signing_key(const std::string& kid);

// The keys of an algorithm, less those retired; nothing where they are more than max_keys_tried.
std::optional<std::vector<SigningKey>> find_signing_keys(token::Algorithm algorithm);

}  // namespace tenancy::tenant
