#include "jsonschema/compiler/loops.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "jsonschema/schema/metaschema.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

// A depth-first walk with a stack of its own. A subschema's height is the longest chain below it.
void refuse_loops(std::span<const Edge> edges, std::size_t subschema_count,
                  const Document& document) {
  std::vector<Edge> sorted(edges.begin(), edges.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Edge& left, const Edge& right) { return left.from < right.from; });
  std::vector<std::uint32_t> first_edge(subschema_count + 1, 0);
  for (const Edge& edge : sorted) ++first_edge[edge.from + 1];
  for (std::size_t i = 0; i < subschema_count; ++i) first_edge[i + 1] += first_edge[i];

  enum class State : std::uint8_t { unseen, open, done };
  std::vector<State> states(subschema_count, State::unseen);
  std::vector<std::uint32_t> heights(subschema_count, 0);
  struct Visit {
    SubschemaIndex subschema;
    std::uint32_t next_edge;
  };
  std::vector<Visit> stack;
  const auto enter = [&](SubschemaIndex subschema) {
    states[subschema] = State::open;
    stack.push_back({subschema, first_edge[subschema]});
  };

  for (SubschemaIndex start = 0; start < subschema_count; ++start) {
    if (states[start] != State::unseen) continue;
    enter(start);
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next_edge == first_edge[visit.subschema + 1]) {
        states[visit.subschema] = State::done;
        stack.pop_back();
        continue;
      }
      const Edge& edge = sorted[visit.next_edge];
      if (states[edge.to] == State::open) {
        refuse(SchemaErrorKind::looping, document, edge.keyword,
               "schema applies itself to the same value without end");
      }
      if (states[edge.to] == State::unseen) {
        enter(edge.to);
        continue;  // comes back to this edge when that one is done
      }
      ++visit.next_edge;
      heights[edge.from] = std::max(heights[edge.from], heights[edge.to] + 1);
      if (heights[edge.from] > max_chain) {
        refuse(SchemaErrorKind::too_large, document, edge.keyword,
               "more than " + std::to_string(max_chain) + " schemas apply each other to one value");
      }
    }
  }
}

}  // namespace tenancy::jsonschema
