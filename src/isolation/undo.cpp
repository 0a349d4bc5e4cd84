#include "isolation/undo.hpp"

#include <algorithm>

#include "server/relation.hpp"

namespace tenancy::isolation {
namespace {

constexpr std::string_view prefix = "pg_tenancy isolation";
constexpr std::string_view through = " through foreign key ";
constexpr std::string_view infix = "; disabling it does: ";
constexpr std::string_view drop_policy = "DROP POLICY";
constexpr std::string_view keep_policy = "KEEP POLICY";
constexpr std::string_view grant = ", GRANT TRUNCATE TO ";
constexpr std::string_view grant_option = " WITH GRANT OPTION";

struct PartLabel {
  Part part;
  std::string_view text;
};
constexpr PartLabel parts[] = {{Part::shared, ", shared rows"},
                               {Part::guard_insert, ", guard of INSERT"},
                               {Part::guard_update, ", guard of UPDATE"},
                               {Part::guard_delete, ", guard of DELETE"},
                               {Part::guard, ", guard"},
                               {Part::bypass, ", bypass"}};

struct Flag {
  std::string_view text;
  bool Undo::*member;
};
constexpr Flag options[] = {{", without default", &Undo::without_default},
                            {", without index", &Undo::without_index}};
constexpr Flag steps[] = {{", DROP DEFAULT", &Undo::column_default},
                          {", DROP INDEX", &Undo::index},
                          {", NO FORCE ROW LEVEL SECURITY", &Undo::force_row_security},
                          {", DISABLE ROW LEVEL SECURITY", &Undo::row_security}};

bool take(std::string_view& text, std::string_view start) {
  bool const found = text.starts_with(start);
  if (found) text.remove_prefix(start.size());
  return found;
}

// A name as SQL would have it, on one line whatever is in it.
std::string write_name(const std::string& name) {
  if (name.find('\n') == std::string::npos) return quote_roles({name});
  std::string text = "U&\"";
  for (char const c : name) {
    if (c == '\n')
      text += "\\000A";
    else
      text += std::string(c == '"' || c == '\\' ? 2 : 1, c);
  }
  return text + '"';
}

std::optional<std::string> take_name(std::string_view& text) {
  if (take(text, "PUBLIC")) return "public";
  std::string name;
  bool const is_escaped = take(text, "U&\"");
  if (!is_escaped && !take(text, "\"")) {
    while (!text.empty() && (text[0] == '_' || (text[0] >= 'a' && text[0] <= 'z') ||
                             (!name.empty() && text[0] >= '0' && text[0] <= '9'))) {
      name += text[0];
      text.remove_prefix(1);
    }
    return name.empty() ? std::nullopt : std::optional(name);
  }
  while (!text.empty()) {
    if (take(text, "\"\"")) {
      name += '"';
    } else if (take(text, "\"")) {
      return name;
    } else if (is_escaped && take(text, "\\000A")) {
      name += '\n';
    } else {
      if (is_escaped && text.starts_with("\\\\")) text.remove_prefix(1);
      name += text[0];
      text.remove_prefix(1);
    }
  }
  return std::nullopt;
}

// The whole line or nothing: a record that is only half understood must not take anything back.
std::optional<Undo> parse_line(std::string_view line) {
  if (!take(line, prefix)) return std::nullopt;
  Undo undo;
  if (take(line, through)) {
    std::optional<std::string> name = take_name(line);
    if (!name) return std::nullopt;
    undo.foreign_key = std::move(*name);
  }
  for (const PartLabel& label : parts)
    if (undo.part == Part::tenant && take(line, label.text)) undo.part = label.part;
  for (const Flag& option : options) undo.*option.member = take(line, option.text);
  if (!take(line, infix)) return std::nullopt;
  undo.policy = take(line, drop_policy);
  if (!undo.policy && !take(line, keep_policy)) return std::nullopt;
  for (const Flag& step : steps) undo.*step.member = take(line, step.text);
  while (take(line, grant)) {
    std::optional<std::string> role = take_name(line);
    if (!role) return std::nullopt;
    bool const with_option = take(line, grant_option);
    undo.truncate.push_back({std::move(*role), with_option});
  }
  return line.empty() ? std::optional(std::move(undo)) : std::nullopt;
}

}  // namespace

std::string Undo::to_comment() const {
  std::string comment = other_comment;
  if (!comment.empty()) comment += '\n';
  comment += prefix;
  if (!foreign_key.empty()) comment.append(through).append(write_name(foreign_key));
  for (const PartLabel& label : parts)
    if (part == label.part) comment += label.text;
  for (const Flag& option : options)
    if (this->*option.member) comment += option.text;
  comment += infix;
  comment += policy ? drop_policy : keep_policy;
  for (const Flag& step : steps)
    if (this->*step.member) comment += step.text;
  for (const TruncateGrant& granted : truncate) {
    comment.append(grant).append(write_name(granted.role));
    if (granted.grant_option) comment += grant_option;
  }
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
