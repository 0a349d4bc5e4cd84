#include "jsonschema/compiler/properties.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "jsonschema/schema/schemas.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t max_names = 16;
constexpr std::size_t max_visits = 20'000;
constexpr std::size_t max_places = 50'000;
constexpr std::size_t max_pending = 1'000'000;
constexpr std::size_t short_length = 600;  // four bytes a character fit into an entry of a b-tree

bool names_identifier(std::string_view name) noexcept {
  return name.ends_with("_id") || name.ends_with("Id");
}

// Formats whose values are short.
bool is_short_format(std::string_view format) noexcept {
  static constexpr std::string_view formats[] = {"uuid", "date", "date-time", "time",
                                                 "ipv4", "ipv6", "hostname"};
  return std::find(std::begin(formats), std::end(formats), format) != std::end(formats);
}

// Walks without recursion: a schema may be nested as deeply as it likes, and refer to itself.
class Walk {
 public:
  Walk(const Schemas& schemas, const CompileOptions& options)
      : schemas_(schemas), document_(schemas.document()), options_(options) {
    places_.emplace_back();
    pending_.push_back({0, 0});
  }

  Properties run() {
    while (!pending_.empty()) {
      if (++visits_ > max_visits || places_.size() > max_places || pending_.size() > max_pending) {
        is_whole_ = false;
        break;
      }
      const Visit next = pending_.back();
      pending_.pop_back();
      visit(next);
    }
    Properties result;
    result.is_whole = is_whole_;
    for (Place& place : places_) {
      if (place.property.path.empty() || (place.is_element && !place.property.is_marked)) continue;
      place.property.is_container = place.is_container && !place.is_scalar;
      result.found.push_back(std::move(place.property));
    }
    std::sort(result.found.begin(), result.found.end(),
              [](const Property& a, const Property& b) { return a.pointer < b.pointer; });
    return result;
  }

 private:
  using PlaceIndex = std::size_t;  // 0 is the root

  struct Place {
    PlaceIndex parent = 0;
    std::size_t depth = 0;
    bool is_element = false;    // of an array, not a property
    bool is_container = false;  // some schema says so
    bool is_scalar = false;     // some schema says so
    Property property;
  };

  struct Visit {
    NodeIndex schema;
    PlaceIndex place;
  };

  void visit(const Visit& at) {
    for (PlaceIndex place = at.place;; place = places_[place].parent) {
      if (seen_.contains({at.schema, place})) return;
      if (place == 0) break;
    }
    seen_.insert({at.schema, at.place});
    poll(options_.interrupted);
    if (document_.kind(at.schema) != NodeKind::object) return;
    const NodeIndex mark = document_.find(at.schema, "x-index");
    if (mark != no_node && document_.kind(mark) == NodeKind::true_value) {
      places_[at.place].property.is_marked = true;
    }
    for (const NodeIndex value : document_.children(at.schema)) {
      const KeywordEntry* const entry = schemas_.keyword(value);
      if (entry != nullptr) apply(entry->keyword, value, at.place);
    }
  }

  void apply(Keyword keyword, NodeIndex value, PlaceIndex place) {
    switch (keyword) {
      case Keyword::properties:
        for (const NodeIndex child : document_.children(value)) {
          descend(child, document_.name(child), false, place);
        }
        return;
      case Keyword::all_of:
      case Keyword::any_of:
      case Keyword::one_of:
      case Keyword::dependent_schemas:
      case Keyword::dependencies:
        for (const NodeIndex child : document_.children(value)) pending_.push_back({child, place});
        return;
      case Keyword::then_branch:
      case Keyword::else_branch:
        pending_.push_back({value, place});
        return;
      case Keyword::ref:
      case Keyword::dynamic_ref:
      case Keyword::recursive_ref:
        pending_.push_back({schemas_.target(value).schema, place});
        return;
      case Keyword::items:
      case Keyword::prefix_items:
      case Keyword::additional_items:
      case Keyword::contains:
        if (document_.kind(value) != NodeKind::array) {
          descend(value, "*", true, place);
          return;
        }
        for (const NodeIndex child : document_.children(value)) descend(child, "*", true, place);
        return;
      default:
        describe(keyword, value, places_[place]);
    }
  }

  void describe(Keyword keyword, NodeIndex value, Place& place) const {
    switch (keyword) {
      case Keyword::type:
        describe_type(value, place);
        return;
      case Keyword::format:
        if (document_.text(value) == "uuid") place.property.is_identifier = true;
        if (is_short_format(document_.text(value))) place.property.is_short = true;
        return;
      case Keyword::max_length: {
        const std::string_view digits = document_.text(value);
        const bool is_plain =
            digits.size() <= 3 && digits.find_first_not_of("0123456789") == std::string_view::npos;
        if (is_plain && std::stoul(std::string(digits)) <= short_length) {
          place.property.is_short = true;
        }
        return;
      }
      case Keyword::constant:
        if (is_short_value(value)) place.property.is_short = true;
        return;
      case Keyword::enumeration: {
        const auto& values = document_.children(value);
        if (std::all_of(values.begin(), values.end(),
                        [this](NodeIndex child) { return is_short_value(child); })) {
          place.property.is_short = true;
        }
        return;
      }
      default:
        return;
    }
  }

  bool is_short_value(NodeIndex value) const noexcept {
    const NodeKind kind = document_.kind(value);
    return kind != NodeKind::array && kind != NodeKind::object &&
           (kind != NodeKind::string || document_.text(value).size() <= short_length);
  }

  void describe_type(NodeIndex value, Place& place) const {
    const bool is_list = document_.kind(value) == NodeKind::array;
    bool has_text = false;
    for (const NodeIndex type : is_list ? document_.children(value) : std::span(&value, 1)) {
      const std::string_view name = document_.text(type);
      const bool is_container = name == "object" || name == "array";
      (is_container ? place.is_container : place.is_scalar) = true;
      has_text = has_text || is_container || name == "string";
    }
    if (!has_text) place.property.is_short = true;
  }

  void descend(NodeIndex schema, std::string_view name, bool is_element, PlaceIndex parent) {
    if (places_[parent].depth == max_names) {
      is_whole_ = false;
      return;
    }
    const auto [at, is_new] =
        children_.try_emplace({parent, is_element, std::string(name)}, places_.size());
    if (is_new) {
      Place place;
      place.parent = parent;
      place.depth = places_[parent].depth + 1;
      place.is_element = is_element;
      const Property& outer = places_[parent].property;
      place.property.path = outer.path;
      place.property.path.emplace_back(name);
      place.property.pointer = outer.pointer;
      append_pointer_token(place.property.pointer, name);
      place.property.is_in_array = outer.is_in_array || is_element;
      place.property.is_identifier = !is_element && names_identifier(name);
      places_.push_back(std::move(place));
    }
    pending_.push_back({schema, at->second});
  }

  const Schemas& schemas_;
  const Document& document_;
  const CompileOptions& options_;
  std::vector<Place> places_;
  std::map<std::tuple<PlaceIndex, bool, std::string>, PlaceIndex> children_;
  std::set<std::pair<NodeIndex, PlaceIndex>> seen_;
  std::vector<Visit> pending_;
  std::size_t visits_ = 0;
  bool is_whole_ = true;
};

}  // namespace

Properties find_properties(std::string_view schema, const CompileOptions& options) {
  const Schemas schemas(schema, options);
  return Walk(schemas, options).run();
}

}  // namespace tenancy::jsonschema
