#pragma once

#include <cstddef>

#include "helper/mino-init/allocated.hpp"

namespace mino::init {

/// A null-terminated array: `base` with the `count` strings at `strings` laid over it. A name that
/// occurs twice has the value that came last. Points into both, which must outlive it; empty when
/// there is no memory.
[[nodiscard]] Allocated<char*> overlay(char* const* base, char* strings, std::size_t count);

/// PATH when an environment has none.
inline constexpr char kDefaultPath[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// "PATH=<value of lifeline::kPathPrependVariable>:<present PATH>". Empty when the environment does
/// not have that variable, or it is empty, or there is no memory.
[[nodiscard]] Allocated<char> prepended_path(char* const* environment);

/// The value of `name`, or null.
[[nodiscard]] const char* value_of(char* const* environment, const char* name);

}  // namespace mino::init
