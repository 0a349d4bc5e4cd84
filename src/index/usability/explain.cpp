// explain_index().
#include "index/usability/expression_tree.hpp"
#include "index/usability/key_use.hpp"
#include "index/usability/query_condition.hpp"
#include "index/usability/rewriting.hpp"
#include "server/catalog.hpp"
#include "server/expression.hpp"
#include "server/function.hpp"

namespace tenancy::index {
namespace {

// Server zone but for the last function.

enum class Answer { no, yes, unknown };

// A row of the result; null where a column is.
struct Line {
  const char* part;
  const char* clause;
  Answer met;
  const char* met_by;
  const char* reason;
  const char* rewriting;
  Answer same_rows;
};

const char* reason_of(IndexState state) {
  switch (state) {
    case IndexState::being_dropped:
      return "It is being dropped, or a DROP INDEX CONCURRENTLY that was interrupted left it "
             "behind: drop it again.";
    case IndexState::not_ready:
      return "It is being built, or a CREATE INDEX CONCURRENTLY that failed left it behind: "
             "REINDEX it, or drop it.";
    case IndexState::invalid:
      return "It is invalid: it is being built, or a CREATE INDEX CONCURRENTLY that failed left it "
             "behind. REINDEX it, or drop it.";
    case IndexState::invalid_partitioned:
      return "It is invalid: partitions lack an index that is attached to it.";
    case IndexState::too_new:
      return "Rows were updated as it was built: it serves transactions that begin after those "
             "that were open then have ended.";
    case IndexState::ready:
      break;
  }
  return nullptr;
}

class Explanation {
 public:
  Explanation(const OpenIndex& open, Node* condition)
      : open_(open),
        table_(RelationGetRelid(open.table)),
        stated_(and_list(condition)),
        rewritten_(stated_),
        policies_(policies_of(open.table)) {}

  Rows<Line> explain() {
    IndexState const state = state_of(open_);
    lines_.add({"index", nullptr, state == IndexState::ready ? Answer::yes : Answer::no, nullptr,
                reason_of(state), nullptr, Answer::unknown});
    ListCell* cell;
    foreach (cell, predicate_of(open_)) add_clause(static_cast<Node*>(lfirst(cell)));
    for (int i = 0; i < open_.index->rd_index->indnkeyatts; ++i) add_key(i);
    return lines_;
  }

 private:
  const char* sql(Node* node) const { return readable_sql(table_, node); }

  void add_clause(Node* clause) {
    Line line{"predicate", sql(clause), Answer::no, nullptr, nullptr, nullptr, Answer::unknown};
    if (proves(planned_conditions(open_.table, stated_, policies_), clause)) {
      line.met = Answer::yes;
      add_proof(line, clause);
    } else if (proves(planned_conditions(open_.table, rewritten_, policies_), clause)) {
      line.reason = "It follows from what is rewritten for a clause before it.";
      add_rewriting(line);
    } else {
      Rewriting const rewriting =
          rewrite({open_.table, rewritten_, policies_, predicate_of(open_), clause});
      line.reason = rewriting.reason;
      if (rewriting.clauses != NIL) {
        rewritten_ = rewriting.clauses;
        same_rows_ = same_rows_ && rewriting.same_rows;
        add_rewriting(line);
      }
    }
    lines_.add(line);
  }

  void add_rewriting(Line& line) const {
    line.rewriting = sql(reinterpret_cast<Node*>(make_ands_explicit(rewritten_)));
    line.same_rows = same_rows_ ? Answer::yes : Answer::no;
  }

  void add_proof(Line& line, Node* clause) const {
    ListCell* cell;
    foreach (cell, stated_) {
      auto* const stated = static_cast<Node*>(lfirst(cell));
      if (!proves(planned_condition(open_.table, stated), clause)) continue;
      line.met_by = sql(stated);
      return;
    }
    foreach (cell, policies_) {
      auto* const policy = static_cast<Node*>(lfirst(cell));
      if (!proves(list_make1(policy), clause)) continue;
      line.met_by = sql(policy);
      line.reason = "Row level security states it for the current role.";
      return;
    }
    line.reason = "It takes more than one clause of the condition.";
  }

  void add_key(int position) {
    KeyUse const use = use_of_key(open_, position, stated_, policies_);
    Answer const met = use.narrows == Narrowing::yes  ? Answer::yes
                       : use.narrows == Narrowing::no ? Answer::no
                                                      : Answer::unknown;
    lines_.add({"key", use.key, met, use.clause ? sql(use.clause) : nullptr, use.reason, nullptr,
                Answer::unknown});
  }

  OpenIndex open_;
  Oid table_;
  List* stated_;     // the condition's clauses
  List* rewritten_;  // they, as rewritten so far
  List* policies_;
  bool same_rows_ = true;  // both are true of
  Rows<Line> lines_{};
};
static_assert(std::is_trivially_destructible_v<Explanation>);

OptionalText text_or_null(const char* text) {
  return text ? OptionalText(text) : std::nullopt;
}

OptionalText boolean_or_null(Answer answer) {
  return answer == Answer::unknown ? std::nullopt : OptionalText(answer == Answer::yes ? "t" : "f");
}

}  // namespace

TENANCY_FUNCTION(tenancy_explain_index) {
  Arguments const arguments(fcinfo);
  Oid const oid = arguments.oid(0);
  const std::string condition = arguments.text(1);
  Rows<Line> const lines = server([&]() -> Rows<Line> {
    OpenIndex const open = open_index(oid);
    Rows<Line> const explained =
        Explanation(open, parse_query_condition(open.table, condition.c_str())).explain();
    close_index(open);
    return explained;
  });
  ResultRows rows(fcinfo);
  for (const Line& line : lines)
    rows.add({line.part, text_or_null(line.clause), boolean_or_null(line.met),
              text_or_null(line.met_by), text_or_null(line.reason), text_or_null(line.rewriting),
              boolean_or_null(line.same_rows)});
  return Datum{0};
}

}  // namespace tenancy::index
