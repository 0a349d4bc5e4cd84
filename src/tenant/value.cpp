#include "tenant/value.hpp"

#include <charconv>

namespace tenancy::tenant {
namespace {

// The 32 digits of a UUID, with or without hyphens and braces, as uuid_in reads them: a hyphen may
// stand after every fourth digit.
bool parse_uuid(const char* text, pg_uuid_t& uuid) noexcept {
  bool const braces = *text == '{';
  if (braces) ++text;
  for (int i = 0; i < UUID_LEN; ++i) {
    auto const [end, error] =
        std::from_chars(text, text + 2 * (text[0] && text[1]), uuid.data[i], 16);
    if (error != std::errc{} || end != text + 2) return false;
    text += 2;
    if (*text == '-' && i % 2 == 1 && i < UUID_LEN - 1) ++text;
  }
  if (braces && *text++ != '}') return false;
  return *text == '\0';
}

bool is_between(const Tenant& tenant, std::int64_t least, std::int64_t most) noexcept {
  return tenant.is_integer && tenant.integer >= least && tenant.integer <= most;
}

}  // namespace

bool has_form(Oid type) noexcept {
  return type == INT2OID || type == INT4OID || type == INT8OID || type == UUIDOID;
}

std::optional<Datum> to_datum(const Tenant& tenant, Oid type, TenantStorage* storage) noexcept {
  switch (type) {
    case INT2OID:
      if (!is_between(tenant, PG_INT16_MIN, PG_INT16_MAX)) return std::nullopt;
      return Int16GetDatum(static_cast<int16>(tenant.integer));
    case INT4OID:
      if (!is_between(tenant, PG_INT32_MIN, PG_INT32_MAX)) return std::nullopt;
      return Int32GetDatum(static_cast<int32>(tenant.integer));
    case INT8OID:
      if (!tenant.is_integer) return std::nullopt;
      storage->integer = tenant.integer;
      return FLOAT8PASSBYVAL ? Int64GetDatum(storage->integer) : PointerGetDatum(&storage->integer);
    case UUIDOID:
      if (!tenant.is_uuid) return std::nullopt;
      storage->uuid = tenant.uuid;
      return UUIDPGetDatum(&storage->uuid);
    default:
      return std::nullopt;
  }
}

Tenant parse_tenant(const char* text) noexcept {
  Tenant tenant{};
  tenant.is_set = *text != '\0';
  const char* const end = text + std::strlen(text);
  // An integer as int8in reads it, but without white space around it.
  const char* const digits = *text == '+' && text[1] != '-' ? text + 1 : text;
  auto const [stop, error] = std::from_chars(digits, end, tenant.integer);
  tenant.is_integer = tenant.is_set && error == std::errc{} && stop == end;
  tenant.is_uuid = tenant.is_set && parse_uuid(text, tenant.uuid);
  return tenant;
}

}  // namespace tenancy::tenant
