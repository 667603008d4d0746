#include "adapters/posix/project_walker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/tree_walk.hpp"
#include "domain/run/text.hpp"

namespace mino::posix {
namespace {

UniqueFd open_project(const std::filesystem::path& project) {
  return UniqueFd(
      retry([&] { return ::open(project.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
}

Error too_large(std::size_t max_bytes) {
  return {ErrorCode::kCorrupt, fmt::format("larger than {} bytes", max_bytes)};
}

}  // namespace

Result<ProjectWalk> PosixProjectWalker::walk(const WalkRequest& request) const {
  const UniqueFd root = open_project(request.project);
  if (!root) return file_error("opening directory", visible_text(request.project.native()), errno);
  return TreeWalk(root.get(), request).run();
}

Result<std::optional<std::string>> PosixProjectWalker::read(const std::filesystem::path& project,
                                                            const std::string& path,
                                                            std::size_t max_bytes) const {
  const UniqueFd root = open_project(project);
  if (!root) return file_error("opening directory", visible_text(project.native()), errno);
  const auto [directory, name] = split_path(path);
  const UniqueFd parent = open_directory_beneath(root.get(), directory);
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const std::string file_name(name);
  UniqueFd file;
  if (parent) file.reset(retry([&] { return ::openat(parent.get(), file_name.c_str(), kFlags); }));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    if (errno == ELOOP) return Error(ErrorCode::kCorrupt, "not a regular file");
    return system_error("opening", errno);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_error("reading", errno);
  if (!S_ISREG(status.st_mode)) return Error(ErrorCode::kCorrupt, "not a regular file");
  if (status.st_size > static_cast<off_t>(max_bytes)) return too_large(max_bytes);
  std::string bytes(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t used = 0;
  for (;;) {
    const ssize_t got =
        retry([&] { return ::read(file.get(), bytes.data() + used, bytes.size() - used); });
    if (got < 0) return system_error("reading", errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) return too_large(max_bytes);
    if (used == bytes.size()) bytes.resize(std::min(used * 2, max_bytes + 1));
  }
  bytes.resize(used);
  return std::optional(std::move(bytes));
}

}  // namespace mino::posix
