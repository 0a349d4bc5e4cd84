// How tokens are judged: settings that only a superuser may change.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// tenancy.token_*, as they are now. The server owns the texts, which are not null.
struct TokenSettings {
  char* claim;     // the tenant's: a name or, where it begins with "/", a JSON Pointer
  char* audience;  // "" for any
  char* issuer;    // "" for any
  char* setting;   // that the tenant is put into
  int leeway;      // seconds
  bool require_expiry;
};
extern constinit TokenSettings token_settings;

// Called once, by define_settings().
void define_token_settings();

}  // namespace tenancy::tenant
