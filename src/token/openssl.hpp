// OpenSSL's libcrypto, 3.0 or newer, without what it has deprecated. For the .cpp files of this
// room.
//
// The server may use OpenSSL too. So no global state is changed here: no provider is loaded, no
// configuration changed, and no error of ours stays in its queue.
#pragma once

#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "pg_tenancy needs OpenSSL 3.0 or newer"
#endif

namespace tenancy::token {

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};
template <typename T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

// What OpenSSL allocated, or std::bad_alloc where it could not.
template <typename Pointer>
Pointer require(typename Pointer::pointer object) {
  if (!object) throw std::bad_alloc();
  return Pointer(object);
}

// Takes the errors that were queued in its lifetime off the queue, and no others.
class ErrorMark {
 public:
  ErrorMark() noexcept { ERR_set_mark(); }
  ~ErrorMark() { ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

}  // namespace tenancy::token
