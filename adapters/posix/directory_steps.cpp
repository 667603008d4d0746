#include "adapters/posix/directory_steps.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {

UniqueFd open_directory_beneath(int root, std::string_view path) {
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd current(retry([&] { return ::openat(root, ".", kFlags); }));
  while (current && !path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string step(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    if (step.empty() || step == "." || step == "..") {
      errno = EINVAL;
      return UniqueFd();
    }
    UniqueFd next(retry([&] { return ::openat(current.get(), step.c_str(), kFlags); }));
    const int failed = errno;
    current = std::move(next);
    errno = failed;
  }
  return current;
}

SplitPath split_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace mino::posix
