// Evaluating: does a stored JSONB value satisfy a Program? Yes or no, fast.
//
// Walks the bytes in place: no text, no DOM, no allocation for a node. Stops at the first failure;
// which assertion failed, and where, is the business of report.hpp. Every offset is checked
// against the bytes given, so that corrupt storage ends in Verdict::corrupt and never in a read
// past the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "jsonschema/program.hpp"

namespace tenancy::jsonschema {

enum class Verdict : std::uint8_t {
  valid,
  invalid,
  interrupted,    // Host::interrupted said so
  too_deep,       // Host::stack_exhausted said so
  pattern_limit,  // a pattern needs more work than is allowed: neither yes nor no; report() says
                  // which
  corrupt,        // the bytes are not JSONB
  out_of_memory,  // for the bookkeeping of a very large array or object
  too_long,       // a string, of more than 1 MB, for the format `regex`
};

// What the engine asks of the process that it runs in. Both are called often and must be cheap;
// neither may throw or jump. A null pointer means never.
struct Host {
  bool (*interrupted)() noexcept = nullptr;      // polled at least every 1,024 nodes
  bool (*stack_exhausted)() noexcept = nullptr;  // asked before descending into containers;
                                                 // 256 kB must be left when it says no
};

// `instance`: the root container of a jsonb value (what follows its varlena header). Any alignment.
// Frees what it may have allocated (a table for uniqueItems, sets for unevaluated... of more than
// 128 children) before it returns. One evaluation of a Program at a time.
Verdict evaluate(const Program& program, std::span<const std::byte> instance,
                 const Host& host) noexcept;

}  // namespace tenancy::jsonschema
