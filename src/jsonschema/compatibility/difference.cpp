#include "jsonschema/compatibility/difference.hpp"

#include "jsonschema/compatibility/comparison.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::uint64_t constant_effort = 4'000'000;

}  // namespace

std::vector<Difference> differences(std::string_view before, std::string_view after,
                                    const DifferenceOptions& options) {
  CompileOptions reading;
  reading.interrupted = options.interrupted;
  reading.stack_exhausted = options.stack_exhausted;
  const Schemas former(before, reading);
  const Schemas latter(after, reading);
  const std::uint64_t nodes = former.document().size() + latter.document().size();
  const std::uint64_t effort = constant_effort + 16 * nodes + before.size() + after.size();
  return SchemaComparison(former, latter, effort, options).run();
}

}  // namespace tenancy::jsonschema
