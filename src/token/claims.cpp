// What is said in a token.
#include <algorithm>
#include <charconv>

#include "jsonschema/value/decimal.hpp"
#include "token/json.hpp"
#include "token/jwt.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::token {
namespace {

using jsonschema::DecimalNumber;
using jsonschema::Document;
using jsonschema::no_node;
using jsonschema::NodeIndex;
using jsonschema::NodeKind;

// The end of the year 9999. A greater number is a mistake, such as milliseconds, that would make a
// token live for ever.
constexpr std::string_view last_second = "253402300799";

// A time of `microseconds` since 1970, as seconds.
DecimalNumber to_seconds(std::int64_t microseconds) {
  return *jsonschema::parse_decimal(std::to_string(microseconds) + "e-6");
}

// A NumericDate (RFC 7519, section 2), exactly. Nothing where the claim is none.
std::optional<DecimalNumber> read_time(const Document& document, NodeIndex claim) {
  if (document.kind(claim) != NodeKind::number) return std::nullopt;
  auto time = jsonschema::parse_decimal(document.text(claim));
  if (!time) return std::nullopt;
  auto limit = jsonschema::parse_decimal(last_second);
  if (compare(time->view(), limit->view()) > 0) return std::nullopt;
  limit->negative = true;
  if (compare(time->view(), limit->view()) < 0) return std::nullopt;
  return time;
}

bool has_nul(const Document& document) noexcept {
  for (NodeIndex node = 0; node < document.size(); ++node) {
    if (document.name(node).find('\0') != std::string_view::npos) return true;
    if (document.kind(node) == NodeKind::string &&
        document.text(node).find('\0') != std::string_view::npos)
      return true;
  }
  return false;
}

// Of ASCII and of Latin-1, whose second half of them is C2 80 to C2 9F in UTF-8.
bool has_control_character(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0)
      return true;
  }
  return false;
}

// One step of a JSON Pointer: "~1" is a slash, "~0" a tilde.
std::string unescape(std::string_view step) {
  std::string name;
  for (std::size_t i = 0; i < step.size(); ++i)
    name += step[i] != '~' ? step[i] : step[++i] == '0' ? '~' : '/';
  return name;
}

// An element of an array by its index, which has no leading zero; no_node where there is none.
NodeIndex find_element(const Document& document, NodeIndex array, std::string_view index) {
  const auto elements = document.children(array);
  std::size_t position = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), position);
  if (error != std::errc{} || end != index.data() + index.size() || index[0] == '-' ||
      (index[0] == '0' && index.size() > 1) || position >= elements.size())
    return no_node;
  return elements[position];
}

NodeIndex find_claim(const Document& document, std::string_view claim) {
  if (!is_claim_name(claim)) return no_node;
  if (claim[0] != '/') return document.find(0, claim);
  NodeIndex node = 0;
  while (!claim.empty() && node != no_node) {
    claim.remove_prefix(1);
    const std::string_view step = claim.substr(0, claim.find('/'));
    claim.remove_prefix(step.size());
    node = document.kind(node) == NodeKind::array ? find_element(document, node, step)
                                                  : document.find(node, unescape(step));
  }
  return node;
}

}  // namespace

bool is_claim_name(std::string_view claim) noexcept {
  if (claim.empty()) return false;
  if (claim[0] != '/') return true;
  for (std::size_t i = 0; i < claim.size(); ++i)
    if (claim[i] == '~' && (i + 1 == claim.size() || (claim[i + 1] != '0' && claim[i + 1] != '1')))
      return false;
  return true;
}

Refusal Claims::parse(std::string_view payload, Claims& claims) {
  switch (parse_object(payload, claims.document_)) {
    case JsonFault::none:
      break;
    case JsonFault::not_object:
      return Refusal::claims_not_object;
    case JsonFault::repeated_name:
      return Refusal::claims_repeat;
    case JsonFault::too_deep:
      return Refusal::claims_too_deep;
  }
  return has_nul(claims.document_) ? Refusal::claims_not_storable : Refusal::none;
}

Refusal Claims::check(const Expectations& expected, std::string& tenant) const {
  Refusal refusal = check_times(expected);
  if (refusal == Refusal::none) refusal = check_issuer(expected.issuer);
  if (refusal == Refusal::none) refusal = check_audience(expected.audience);
  if (refusal == Refusal::none) refusal = read_tenant(expected.tenant_claim, tenant);
  return refusal;
}

Refusal Claims::check_times(const Expectations& expected) const {
  const std::int64_t leeway = expected.leeway * 1'000'000;
  const NodeIndex expiry = document_.find(0, "exp");
  const NodeIndex not_before = document_.find(0, "nbf");
  const NodeIndex issued_at = document_.find(0, "iat");
  if (expiry == no_node) {
    if (expected.require_expiry) return Refusal::expiry_missing;
  } else {
    const auto time = read_time(document_, expiry);
    if (!time) return Refusal::expiry_type;
    if (compare(to_seconds(expected.now - leeway).view(), time->view()) >= 0)
      return Refusal::expired;
  }
  if (not_before != no_node) {
    const auto time = read_time(document_, not_before);
    if (!time) return Refusal::not_before_type;
    if (compare(to_seconds(expected.now + leeway).view(), time->view()) < 0)
      return Refusal::not_yet_valid;
  }
  if (issued_at != no_node && !read_time(document_, issued_at)) return Refusal::issued_at_type;
  return Refusal::none;
}

Refusal Claims::check_issuer(const std::string& issuer) const {
  if (issuer.empty()) return Refusal::none;
  const NodeIndex claim = document_.find(0, "iss");
  if (claim == no_node) return Refusal::issuer_missing;
  if (document_.kind(claim) != NodeKind::string) return Refusal::issuer_type;
  return document_.text(claim) == issuer ? Refusal::none : Refusal::issuer_wrong;
}

Refusal Claims::check_audience(const std::string& audience) const {
  if (audience.empty()) return Refusal::none;
  const NodeIndex claim = document_.find(0, "aud");
  if (claim == no_node) return Refusal::audience_missing;
  const auto is_string = [&](NodeIndex node) { return document_.kind(node) == NodeKind::string; };
  const auto is_ours = [&](NodeIndex node) { return document_.text(node) == audience; };
  if (is_string(claim)) return is_ours(claim) ? Refusal::none : Refusal::audience_wrong;
  const auto elements = document_.children(claim);
  if (document_.kind(claim) != NodeKind::array ||
      !std::all_of(elements.begin(), elements.end(), is_string))
    return Refusal::audience_type;
  return std::any_of(elements.begin(), elements.end(), is_ours) ? Refusal::none
                                                                : Refusal::audience_wrong;
}

Refusal Claims::read_tenant(std::string_view claim, std::string& tenant) const {
  const NodeIndex node = find_claim(document_, claim);
  if (node == no_node) return Refusal::tenant_missing;
  const NodeKind kind = document_.kind(node);
  if (kind != NodeKind::string && kind != NodeKind::number) return Refusal::tenant_type;
  const std::string_view text = document_.text(node);
  if (kind == NodeKind::string) {
    if (text.empty() || has_control_character(text)) return Refusal::tenant_type;
    tenant = text;
    return Refusal::none;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return Refusal::tenant_type;
  tenant = std::to_string(number);
  return Refusal::none;
}

}  // namespace tenancy::token
