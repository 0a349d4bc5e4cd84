// The background worker that builds an index while others write to its table.
#pragma once

#include "index/definition.hpp"

namespace tenancy::index {

struct BuildTask {
  Oid relation = InvalidOid;
  IndexRequest request;
  int lock_timeout = 0;  // of each wait for a lock, in milliseconds; 0: none
  int attempts = 1;      // how often at most a step is begun that a lock or a deadlock ends

  // For the worker, and back. C++ zone.
  std::string encode() const;
  static BuildTask decode(const std::string& text);
};

// The worker's exported name. Its task is an encoded BuildTask. It runs what
// plan_concurrent_build() plans, each step planned when its turn comes, under a lock that keeps
// other builds of that table waiting. Should it fail or be cancelled, it removes the invalid index
// that the server leaves, or warns that it is still there.
inline constexpr const char* build_worker = "tenancy_build_index";

// What the worker sends, each a message that begins with this and goes on with a text.
enum class BuildNews : char {
  statement = 's',  // that it runs now
  partition = 'p',  // that it turns to
  action = 'a',     // at the end: created, exists or rebuilt
};

}  // namespace tenancy::index
