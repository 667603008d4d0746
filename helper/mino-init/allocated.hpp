#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace mino::init {

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};

/// An array from malloc: the program is linked without the C++ library and so has no operator new.
template <class T>
using Allocated = std::unique_ptr<T[], FreeMemory>;

/// Empty when there is no memory. The elements are zero.
template <class T>
[[nodiscard]] Allocated<T> allocate(std::size_t count) {
  return Allocated<T>(static_cast<T*>(std::calloc(count, sizeof(T))));
}

}  // namespace mino::init
