// authenticate(): the tenant that a token names.
#include "server/cached_table.hpp"
#include "server/function.hpp"
#include "tenant/seal.hpp"
#include "tenant/settings.hpp"
#include "tenant/signing_key.hpp"
#include "tenant/token_settings.hpp"
#include "token/jwt.hpp"

namespace tenancy::tenant {
namespace {

using token::Refusal;

const char* hint_for(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::key_id_not_string:
    case Refusal::too_many_keys:
      return "Have the issuer put the key's name into the header, as \"kid\".";
    case Refusal::key_unknown:
    case Refusal::no_key:
      return "Signing keys are rows of tenancy.signing_key.";
    case Refusal::expiry_type:
    case Refusal::not_before_type:
    case Refusal::issued_at_type:
      return "It must be a number of seconds since 1970, before the year 10000.";
    case Refusal::tenant_missing:
      return "The setting \"tenancy.token_claim\" names the claim.";
    default:
      return "";
  }
}

Error refused(Refusal refusal) {
  return Error(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, token::message(refusal))
      .hint(hint_for(refusal));
}

void require(Refusal refusal) {
  if (refusal != Refusal::none) throw refused(refusal);
}

// Whether an error is about data: its message may quote them, which are not to be shown.
bool is_about_data(int sqlstate) noexcept {
  int const category = ERRCODE_TO_CATEGORY(sqlstate);
  return category == ERRCODE_DATA_EXCEPTION || category == ERRCODE_PROGRAM_LIMIT_EXCEEDED;
}

// Runs `body` in the server zone; where the data do not suit the server, refuses the token instead
// of telling which they are. The transaction is aborted either way.
template <typename Body>
auto server_or_refuse(Refusal refusal, Body&& body) {
  try {
    return server(body);
  } catch (const ServerError& error) {
    if (!is_about_data(error.sqlstate())) throw;
  }
  throw refused(refusal);
}

// Tokens are in UTF-8, whatever the encoding of the database.
std::string from_utf8(const std::string& text, Refusal refusal) {
  return server_or_refuse(refusal, [&]() -> const char* {
    return pg_any_to_server(text.c_str(), static_cast<int>(text.size()), PG_UTF8);
  });
}

std::string to_utf8(const char* text) {
  return server([&]() -> const char* {
    return pg_server_to_any(text, static_cast<int>(std::strlen(text)), PG_UTF8);
  });
}

void verify_with_named_key(const token::Token& token, const std::string& kid) {
  if (kid.find('\0') != kid.npos) throw refused(Refusal::key_unknown);
  auto const key = find_signing_key(from_utf8(kid, Refusal::key_unknown));
  if (!key) throw refused(Refusal::key_unknown);
  require(token.verify(*key->key));
  // Last, so that only whoever holds the key learns that it is retired.
  if (key->is_retired(GetCurrentTimestamp())) throw refused(Refusal::key_retired);
}

void verify_with_any_key(const token::Token& token) {
  auto const keys = find_signing_keys(token.algorithm());
  if (!keys) throw refused(Refusal::too_many_keys);
  if (keys->empty()) throw refused(Refusal::no_key);
  Refusal refusal = Refusal::signature_length;
  for (const SigningKey& candidate : *keys) {
    Refusal const outcome = token.verify(*candidate.key);
    if (outcome == Refusal::none) return;
    if (outcome == Refusal::signature_wrong) refusal = outcome;
  }
  throw refused(refusal);
}

token::Expectations expectations() {
  token::Expectations expected;
  expected.now = GetCurrentTimestamp() + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) *
                                             static_cast<std::int64_t>(USECS_PER_DAY);
  expected.leeway = token_settings.leeway;
  expected.require_expiry = token_settings.require_expiry;
  expected.issuer = to_utf8(token_settings.issuer);
  expected.audience = to_utf8(token_settings.audience);
  expected.tenant_claim = to_utf8(token_settings.claim);
  return expected;
}

// A setting of another module may refuse the tenant, and say which.
void set_tenant(const std::string& setting, const std::string& tenant) {
  try {
    return set_authenticated_tenant(setting, tenant);
  } catch (const ServerError& error) {
    if (!is_about_data(error.sqlstate())) throw;
  }
  throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
              "setting \"" + setting + "\" does not take the tenant of the token")
      .hint("The setting \"tenancy.token_setting\" names it.");
}

// Not detoasted where it is too large: a compressed one could be of a gigabyte.
std::string read_argument(FunctionCallInfo fcinfo) {
  Arguments const arguments(fcinfo);
  if (!arguments.is_null(0)) {
    Datum const value = fcinfo->args[0].value;
    std::size_t const size = server([&] { return toast_raw_datum_size(value); });
    if (size > token::max_token_size + VARHDRSZ) throw refused(Refusal::too_large);
  }
  return arguments.text(0);
}

}  // namespace

TENANCY_FUNCTION(tenancy_authenticate) {
  server([] { require_settings(); });
  std::string const text = read_argument(fcinfo);
  std::string const setting = token_settings.setting;
  require_tenant_setting(setting);
  server([] { accept_changes(); });

  token::Token token;
  require(token::Token::parse(text, token));
  if (token.key_id()) {
    verify_with_named_key(token, *token.key_id());
  } else {
    verify_with_any_key(token);
  }

  token::Claims claims;
  require(token::Claims::parse(token.payload(), claims));
  std::string tenant;
  require(claims.check(expectations(), tenant));
  std::string const payload = from_utf8(token.payload(), Refusal::claims_not_storable);
  // From the text itself, so that numbers stay exact.
  Datum const result = server_or_refuse(Refusal::claims_not_storable, [&]() -> Datum {
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(payload.c_str()));
  });
  set_tenant(setting, from_utf8(tenant, Refusal::claims_not_storable));
  return result;
}

}  // namespace tenancy::tenant
