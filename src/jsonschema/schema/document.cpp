#include "jsonschema/schema/document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <iterator>
#include <utility>

#include "jsonschema/compile.hpp"
#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/value/concat.hpp"
#include "jsonschema/value/jsonb.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

namespace json = boost::json;
using ErrorCode = boost::system::error_code;  // json::error_code is gone in Boost 1.92

// Receives the parser's events and builds the nodes.
class Document::Handler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  explicit Handler(Document& into, bool (*interrupted)() noexcept)
      : document(into),
        poll_(interrupted),
        pending_text_(static_cast<std::uint32_t>(into.text_.size())) {}

  Document& document;

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_array_begin(ErrorCode&) { return begin_container(NodeKind::array); }
  bool on_array_end(std::size_t count, ErrorCode&) { return end_container(count); }
  bool on_object_begin(ErrorCode&) { return begin_container(NodeKind::object); }
  bool on_object_end(std::size_t count, ErrorCode&) {
    end_container(count);
    find_repeated_name();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, ErrorCode&) { return append(part); }
  bool on_string(json::string_view part, std::size_t, ErrorCode&) {
    append(part);
    return add_text(NodeKind::string);
  }
  bool on_key_part(json::string_view part, std::size_t, ErrorCode&) { return append(part); }
  bool on_key(json::string_view part, std::size_t, ErrorCode&) {
    append(part);
    name_ = pending_text_;
    name_size_ = take_text();
    return true;
  }
  bool on_number_part(json::string_view part, ErrorCode&) { return append(part); }
  bool on_int64(std::int64_t, json::string_view part, ErrorCode&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, ErrorCode&) { return number(part); }
  bool on_double(double, json::string_view part, ErrorCode&) { return number(part); }
  bool on_bool(bool value, ErrorCode&) {
    add(value ? NodeKind::true_value : NodeKind::false_value);
    return true;
  }
  bool on_null(ErrorCode&) {
    add(NodeKind::null);
    return true;
  }
  bool on_comment_part(json::string_view, ErrorCode&) { return true; }
  bool on_comment(json::string_view, ErrorCode&) { return true; }

  // A property whose name another one of its object has; where it stands is known at the end.
  NodeIndex repeated() const noexcept { return repeated_; }

 private:
  bool append(json::string_view part) {
    document.text_.append(part.data(), part.size());
    return true;
  }
  bool number(json::string_view part) {
    append(part);
    return add_text(NodeKind::number);
  }

  // The size of the text that was appended since the last call.
  std::uint32_t take_text() {
    const auto size = static_cast<std::uint32_t>(document.text_.size()) - pending_text_;
    pending_text_ += size;
    return size;
  }

  NodeIndex add(NodeKind kind) {
    poll_();
    const auto index = static_cast<NodeIndex>(document.nodes_.size());
    Node node;
    node.kind = kind;
    node.name = name_;
    node.name_size = name_size_;
    node.parent = open_.empty() ? no_node : open_.back();
    document.nodes_.push_back(node);
    if (!open_.empty()) siblings_.push_back(index);
    name_ = 0;
    name_size_ = 0;
    return index;
  }

  bool add_text(NodeKind kind) {
    const std::uint32_t first = pending_text_;
    const std::uint32_t size = take_text();
    Node& node = document.nodes_[add(kind)];
    node.first = first;
    node.count = size;
    return true;
  }

  bool begin_container(NodeKind kind) {
    open_.push_back(add(kind));
    return true;
  }

  bool end_container(std::size_t count) {
    ended_ = open_.back();
    open_.pop_back();
    Node& node = document.nodes_[ended_];
    node.first = static_cast<std::uint32_t>(document.order_.size());
    node.count = static_cast<std::uint32_t>(count);
    const auto children = siblings_.end() - static_cast<std::ptrdiff_t>(count);
    document.order_.insert(document.order_.end(), children, siblings_.end());
    if (node.kind == NodeKind::object) {
      std::sort(children, siblings_.end(), [this](NodeIndex left, NodeIndex right) {
        poll_();
        return jsonb::compare_keys(document.name(left), document.name(right)) < 0;
      });
      document.order_.insert(document.order_.end(), children, siblings_.end());
    }
    siblings_.erase(children, siblings_.end());
    return true;
  }

  void find_repeated_name() {
    const std::span<const NodeIndex> sorted = document.sorted(ended_);
    for (std::size_t i = 1; i < sorted.size() && repeated_ == no_node; ++i) {
      if (document.name(sorted[i]) == document.name(sorted[i - 1])) repeated_ = sorted[i];
    }
  }

  SeldomPoll poll_;                  // for each node, and each comparison of names
  std::vector<NodeIndex> open_;      // containers that have begun and not ended
  std::vector<NodeIndex> siblings_;  // children of all of those
  NodeIndex ended_ = no_node;
  NodeIndex repeated_ = no_node;
  std::uint32_t pending_text_;  // where the text of the current event begins
  std::uint32_t name_ = 0;
  std::uint32_t name_size_ = 0;
};

namespace {

// `uri`: of the text, empty for none.
[[noreturn]] void refuse_syntax(std::string_view text, std::string_view uri, std::size_t at,
                                ErrorCode code) {
  const std::string place = uri.empty() ? std::string() : concat({uri, "#"});
  const std::string schema = uri.empty() ? "schema" : concat({"schema '", uri, "'"});
  if (code == json::error::too_deep) {
    throw SchemaError(SchemaErrorKind::too_large, place,
                      schema + " is nested deeper than " + std::to_string(Document::max_depth));
  }
  if (code == json::error::exponent_overflow) {
    throw SchemaError(SchemaErrorKind::too_large, place,
                      schema + " has a number with an exponent that is too large");
  }
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  throw SchemaError(SchemaErrorKind::syntax, place,
                    schema + " is not valid JSON: " + code.message() + " at line " +
                        std::to_string(line) + ", column " + std::to_string(at - line_start + 1));
}

}  // namespace

Document Document::parse(std::string_view text) {
  Document document;
  document.append(text, {});
  return document;
}

NodeIndex Document::append(std::string_view text, std::string_view uri,
                           bool (*interrupted)() noexcept) {
  if (text.size() > max_size) {
    throw SchemaError(SchemaErrorKind::too_large, "",
                      concat({"schema ", uri.empty() ? "" : concat({"'", uri, "' "}),
                              "is larger than ", std::to_string(max_size), " bytes"}));
  }
  if (text_.size() > max_total_size - text.size()) {
    throw SchemaError(SchemaErrorKind::too_large, "",
                      concat({"schema and those that it refers to are together larger than ",
                              std::to_string(max_total_size), " bytes"}));
  }
  json::parse_options options;
  options.max_depth = max_depth;
  const auto root = static_cast<NodeIndex>(nodes_.size());
  roots_.push_back({root, std::string(uri)});
  json::basic_parser<Handler> parser(options, *this, interrupted);
  ErrorCode code;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
  if (!code && used < text.size()) code = json::error::extra_data;
  if (code) refuse_syntax(text, uri, used, code);
  const NodeIndex repeated = parser.handler().repeated();
  if (repeated != no_node) {
    throw SchemaError(SchemaErrorKind::invalid, location(repeated),
                      concat({"property '", name(repeated), "' is given twice"}));
  }
  return root;
}

std::span<const NodeIndex> Document::children(NodeIndex node) const noexcept {
  const Node& container = nodes_[node];
  if (container.kind < NodeKind::array) return {};
  return {order_.data() + container.first, container.count};
}

std::span<const NodeIndex> Document::sorted(NodeIndex node) const noexcept {
  const Node& object = nodes_[node];
  if (object.kind != NodeKind::object) return {};
  return {order_.data() + object.first + object.count, object.count};
}

NodeIndex Document::find(NodeIndex node, std::string_view name) const noexcept {
  const std::span<const NodeIndex> values = sorted(node);
  const auto found = std::lower_bound(values.begin(), values.end(), name,
                                      [this](NodeIndex value, std::string_view wanted) {
                                        return jsonb::compare_keys(this->name(value), wanted) < 0;
                                      });
  return found != values.end() && this->name(*found) == name ? *found : no_node;
}

NodeIndex Document::last_within(NodeIndex node) const noexcept {
  while (!children(node).empty()) node = children(node).back();
  return node;
}

const std::string& Document::uri(NodeIndex node) const noexcept {
  const auto after =
      std::upper_bound(roots_.begin(), roots_.end(), node,
                       [](NodeIndex wanted, const Root& root) { return wanted < root.node; });
  return std::prev(after)->uri;
}

std::string Document::pointer(NodeIndex node) const {
  std::vector<NodeIndex> path;
  for (NodeIndex at = node; nodes_[at].parent != no_node; at = nodes_[at].parent) {
    path.push_back(at);
  }
  std::string pointer;
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    const NodeIndex parent = nodes_[*at].parent;
    if (nodes_[parent].kind == NodeKind::object) {
      append_pointer_token(pointer, name(*at));
    } else {
      const std::span<const NodeIndex> elements(order_.data() + nodes_[parent].first,
                                                nodes_[parent].count);
      const auto position = std::find(elements.begin(), elements.end(), *at) - elements.begin();
      append_pointer_token(pointer, std::to_string(position));
    }
  }
  return pointer;
}

std::string Document::location(NodeIndex node) const {
  const std::string& text = uri(node);
  return text.empty() ? pointer(node) : text + "#" + pointer(node);
}

std::string Document::excerpt(NodeIndex node, std::size_t limit) const {
  std::string out;
  append_excerpt(node, limit, out);
  if (out.size() <= limit) return out;
  std::size_t end = limit;
  while (end > 0 && is_continuation(out[end])) --end;
  return out.substr(0, end) + "...";
}

void Document::append_excerpt(NodeIndex node, std::size_t limit, std::string& out) const {
  if (out.size() > limit) return;
  switch (kind(node)) {
    case NodeKind::null:
      out += "null";
      return;
    case NodeKind::false_value:
      out += "false";
      return;
    case NodeKind::true_value:
      out += "true";
      return;
    case NodeKind::number:
      out += text(node).substr(0, limit + 1);  // no more of it can be shown
      return;
    case NodeKind::string:
      append_json_string(text(node).substr(0, limit + 1), out);
      return;
    default:
      break;
  }
  const bool object = kind(node) == NodeKind::object;
  out += object ? '{' : '[';
  bool first = true;
  for (const NodeIndex child : children(node)) {
    if (out.size() > limit) return;
    if (!first) out += ", ";
    first = false;
    if (object) {
      append_json_string(name(child).substr(0, limit + 1), out);
      out += ": ";
    }
    append_excerpt(child, limit, out);
  }
  out += object ? '}' : ']';
}

void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else if (c == '\0') {
      pointer += "\\u0000";  // no text of the server can hold it
    } else {
      pointer += c;
    }
  }
}

bool same_document(std::string_view a, std::string_view b) {
  const Document left = Document::parse(a);
  const Document right = Document::parse(b);
  std::vector<std::pair<NodeIndex, NodeIndex>> pairs{{0, 0}};
  while (!pairs.empty()) {
    const auto [x, y] = pairs.back();
    pairs.pop_back();
    if (left.kind(x) != right.kind(y)) return false;
    switch (left.kind(x)) {
      case NodeKind::string:
      case NodeKind::number:
        if (left.text(x) != right.text(y)) return false;
        break;
      case NodeKind::array:
      case NodeKind::object: {
        const bool is_object = left.kind(x) == NodeKind::object;
        const auto xs = is_object ? left.sorted(x) : left.children(x);
        const auto ys = is_object ? right.sorted(y) : right.children(y);
        if (xs.size() != ys.size()) return false;
        for (std::size_t i = 0; i < xs.size(); ++i) {
          if (is_object && left.name(xs[i]) != right.name(ys[i])) return false;
          pairs.emplace_back(xs[i], ys[i]);
        }
        break;
      }
      default:
        break;
    }
  }
  return true;
}

}  // namespace tenancy::jsonschema
