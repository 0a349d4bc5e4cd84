#include "tenant/token_settings.hpp"

#include "tenant/settings.hpp"
#include "token/jwt.hpp"

namespace tenancy::tenant {
namespace {

constexpr int max_leeway = 3600;

// Hooks are called by the server and may neither throw nor hold an object with a destructor.
bool check_claim(char** value, void**, GucSource) noexcept {
  if (token::is_claim_name(*value ? *value : "")) return true;
  GUC_check_errdetail("It must be the name of a claim, or a JSON Pointer.");
  return false;
}

bool check_setting(char** value, void**, GucSource) noexcept {
  if (*value && std::strchr(*value, '.')) return true;
  GUC_check_errdetail("It must be the name of a setting with a prefix, such as \"app.tenant_id\".");
  return false;
}

}  // namespace

constinit TokenSettings token_settings{};

void define_token_settings() {
  DefineCustomStringVariable(
      "tenancy.token_claim", "The claim of a token that is its tenant.",
      "A value that begins with \"/\" is a JSON Pointer; any other is the name of a claim.",
      &token_settings.claim, "tenant_id", PGC_SUSET, GUC_NO_RESET_ALL, check_claim, nullptr,
      nullptr);
  DefineCustomStringVariable("tenancy.token_audience", "The audience that a token must name.",
                             "Empty: the claim \"aud\" is not looked at.", &token_settings.audience,
                             "", PGC_SUSET, GUC_NO_RESET_ALL, nullptr, nullptr, nullptr);
  DefineCustomStringVariable("tenancy.token_issuer", "The issuer that a token must name.",
                             "Empty: the claim \"iss\" is not looked at.", &token_settings.issuer,
                             "", PGC_SUSET, GUC_NO_RESET_ALL, nullptr, nullptr, nullptr);
  DefineCustomStringVariable("tenancy.token_setting",
                             "The setting that authenticate() puts the tenant into.", nullptr,
                             &token_settings.setting, own_setting, PGC_SUSET, GUC_NO_RESET_ALL,
                             check_setting, nullptr, nullptr);
  DefineCustomIntVariable("tenancy.token_leeway",
                          "How far the clock of a token's issuer may differ from this one.",
                          nullptr, &token_settings.leeway, 0, 0, max_leeway, PGC_SUSET,
                          GUC_UNIT_S | GUC_NO_RESET_ALL, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("tenancy.token_require_expiry",
                           "Whether a token without the claim \"exp\" is refused.", nullptr,
                           &token_settings.require_expiry, true, PGC_SUSET, GUC_NO_RESET_ALL,
                           nullptr, nullptr, nullptr);
}

}  // namespace tenancy::tenant
