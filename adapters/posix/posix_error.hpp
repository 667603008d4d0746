#pragma once

#include <cerrno>
#include <filesystem>
#include <string_view>

#include "domain/error.hpp"

namespace mino::posix {

/// The code by which callers may branch on an errno.
[[nodiscard]] ErrorCode error_code_of(int error_number);

/// "<action>: <what the errno means>", e.g. system_error("starting a watch", errno).
[[nodiscard]] Error system_error(std::string_view action, int error_number);

/// "<action> <path>: <what the errno means>", e.g. file_error("opening", path, errno).
[[nodiscard]] Error file_error(std::string_view action, const std::filesystem::path& path,
                               int error_number);

/// Repeats a system call that returns -1 while a signal interrupts it.
template <typename Call>
auto retry(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

}  // namespace mino::posix
