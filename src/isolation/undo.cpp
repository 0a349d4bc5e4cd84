#include "isolation/undo.hpp"

namespace tenancy::isolation {
namespace {

constexpr std::string_view prefix = "pg_tenancy isolation; disabling it does: ";
constexpr std::string_view drop_policy = "DROP POLICY";
constexpr std::string_view keep_policy = "KEEP POLICY";

struct Step {
  std::string_view text;
  bool Undo::*done_here;
};
constexpr Step steps[] = {{", DROP DEFAULT", &Undo::column_default},
                          {", NO FORCE ROW LEVEL SECURITY", &Undo::force_row_security},
                          {", DISABLE ROW LEVEL SECURITY", &Undo::row_security}};

bool take(std::string_view& text, std::string_view start) {
  bool const found = text.starts_with(start);
  if (found) text.remove_prefix(start.size());
  return found;
}

// The whole line or nothing: a record that is only half understood must not take anything back.
std::optional<Undo> parse_line(std::string_view line) {
  if (!take(line, prefix)) return std::nullopt;
  Undo undo;
  undo.policy = take(line, drop_policy);
  if (!undo.policy && !take(line, keep_policy)) return std::nullopt;
  for (const Step& step : steps) undo.*step.done_here = take(line, step.text);
  return line.empty() ? std::optional(undo) : std::nullopt;
}

}  // namespace

std::string Undo::to_comment() const {
  std::string comment = other_comment;
  if (!comment.empty()) comment += '\n';
  comment += prefix;
  comment += policy ? drop_policy : keep_policy;
  for (const Step& step : steps)
    if (this->*step.done_here) comment += step.text;
  return comment;
}

std::optional<Undo> Undo::from_comment(const std::string& comment) {
  for (std::size_t begin = 0; begin <= comment.size();) {
    std::size_t const end = std::min(comment.find('\n', begin), comment.size());
    if (auto undo = parse_line(std::string_view(comment).substr(begin, end - begin))) {
      // One of the two newlines around the line goes with it.
      if (begin > 0)
        undo->other_comment = comment.substr(0, begin - 1) + comment.substr(end);
      else if (end < comment.size())
        undo->other_comment = comment.substr(end + 1);
      return undo;
    }
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace tenancy::isolation
