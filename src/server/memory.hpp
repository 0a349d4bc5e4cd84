// C++ objects that live exactly as long as a MemoryContext.
//
// A reset callback of the context runs the destructor, whether the context ends with its query,
// with an error or with a cancel.
#pragma once

#include "server/guard.hpp"

namespace tenancy {

// Makes a T in `context`, which owns it. Throws std::bad_alloc, and what T's constructor throws.
// Calls nothing that can ereport. The destructor runs in the server's code and must not throw;
// it may use the heap, and nothing that lives in a memory context.
template <typename T, typename... Arguments>
T* make_in(MemoryContext context, Arguments&&... arguments) {
  static_assert(std::is_nothrow_destructible_v<T>);
  static_assert(alignof(T) <= MAXIMUM_ALIGNOF);
  struct Owned {
    MemoryContextCallback callback;
    alignas(T) std::byte object[sizeof(T)];
  };
  auto* const owned =
      static_cast<Owned*>(MemoryContextAllocExtended(context, sizeof(Owned), MCXT_ALLOC_NO_OOM));
  if (!owned) throw std::bad_alloc();
  T* object = nullptr;
  try {
    object = new (owned->object) T(std::forward<Arguments>(arguments)...);
  } catch (...) {
    pfree(owned);
    throw;
  }
  owned->callback.func = [](void* argument) { static_cast<T*>(argument)->~T(); };
  owned->callback.arg = object;
  MemoryContextRegisterResetCallback(context, &owned->callback);
  return object;
}

// What the server allocates while it lives is freed when it ends: for one of many tables, of which
// a call would otherwise keep everything to its end. Results are C++ objects by then. C++ zone.
class ScratchMemory {
 public:
  ScratchMemory() : previous_(CurrentMemoryContext) {
    MemoryContext* const made = &context_;
    server([&] {
      *made =
          AllocSetContextCreate(CurrentMemoryContext, "pg_tenancy scratch", ALLOCSET_DEFAULT_SIZES);
    });
    MemoryContextSwitchTo(context_);
  }
  ~ScratchMemory() {
    MemoryContextSwitchTo(previous_);
    MemoryContextDelete(context_);
  }
  ScratchMemory(const ScratchMemory&) = delete;
  ScratchMemory& operator=(const ScratchMemory&) = delete;

 private:
  MemoryContext previous_;
  MemoryContext context_ = nullptr;
};

}  // namespace tenancy
