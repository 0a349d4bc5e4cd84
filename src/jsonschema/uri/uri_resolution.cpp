// Reference resolution: RFC 3986, section 5.2.
#include <cstddef>
#include <string>

#include "jsonschema/uri/uri.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// The five components (RFC 3986, section 3). `has_...` tells an empty one from none.
struct Components {
  std::string_view scheme;  // empty when there is none
  std::string_view authority;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
  bool has_authority = false;
  bool has_query = false;
  bool has_fragment = false;
};

// Takes any text: what is no URI reference has components too (RFC 3986, appendix B).
Components split(std::string_view text) noexcept {
  Components parts;
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    parts.has_fragment = true;
    parts.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
    parts.has_query = true;
    parts.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  const std::size_t colon = text.find_first_of(":/");
  if (colon != std::string_view::npos && is_uri_scheme(text.substr(0, colon)) &&
      text[colon] == ':') {
    parts.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    parts.has_authority = true;
    text.remove_prefix(2);
    parts.authority = text.substr(0, text.find('/'));
    text.remove_prefix(parts.authority.size());
  }
  parts.path = text;
  return parts;
}

// Section 5.2.4. Appends the path to `out` without its segments `.` and `..`.
void append_without_dot_segments(std::string_view path, std::string& out) {
  const std::size_t begin = out.size();
  while (!path.empty()) {
    if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else if (path.starts_with("./") || path.starts_with("/./")) {
      path.remove_prefix(2);
    } else if (path == "/.") {
      path = "/";
    } else if (path.starts_with("/../") || path == "/..") {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos || slash < begin ? begin : slash);
      path = path == "/.." ? "/" : path.substr(3);
    } else if (path == "." || path == "..") {
      return;
    } else {
      const std::string_view segment = path.substr(0, path.find('/', 1));
      out += segment;
      path.remove_prefix(segment.size());
    }
  }
}

// Section 5.2.3.
std::string merge(const Components& base, std::string_view path) {
  std::string merged;
  if (base.has_authority && base.path.empty()) {
    merged = "/";
  } else if (const std::size_t slash = base.path.rfind('/'); slash != std::string_view::npos) {
    merged = base.path.substr(0, slash + 1);
  }
  merged += path;
  return merged;
}

}  // namespace

std::string resolve_uri(std::string_view base_text, std::string_view reference_text) {
  const Components base = split(base_text);
  const Components reference = split(reference_text);

  // Section 5.2.2: where the reference begins to speak for itself.
  const bool own_scheme = !reference.scheme.empty();
  const bool own_authority = own_scheme || reference.has_authority;
  const bool own_path = own_authority || !reference.path.empty();
  const bool own_query = own_path || reference.has_query;

  std::string path;
  if (!own_path) {
    path = base.path;
  } else if (own_authority || reference.path.starts_with('/')) {
    append_without_dot_segments(reference.path, path);
  } else {
    append_without_dot_segments(merge(base, reference.path), path);
  }

  // Section 5.3.
  const Components& scheme_from = own_scheme ? reference : base;
  const Components& authority_from = own_authority ? reference : base;
  const Components& query_from = own_query ? reference : base;
  std::string target;
  target.reserve(base_text.size() + reference_text.size() + 2);
  if (!scheme_from.scheme.empty()) {
    target += scheme_from.scheme;
    target += ':';
  }
  if (authority_from.has_authority) {
    target += "//";
    target += authority_from.authority;
  } else if (path.starts_with("//")) {
    target += "/.";  // else the path would be read as an authority
  } else if (scheme_from.scheme.empty() && !split(path).scheme.empty()) {
    target += "./";  // else its first segment would be read as a scheme
  }
  target += path;
  if (query_from.has_query) {
    target += '?';
    target += query_from.query;
  }
  if (reference.has_fragment) {
    target += '#';
    target += reference.fragment;
  }
  return target;
}

std::string_view without_fragment(std::string_view uri) noexcept {
  return uri.substr(0, uri.find('#'));
}

std::string_view fragment_of(std::string_view uri) noexcept {
  const std::size_t hash = uri.find('#');
  return hash == std::string_view::npos ? std::string_view{} : uri.substr(hash + 1);
}

}  // namespace tenancy::jsonschema
