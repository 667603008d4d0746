#include "adapters/posix/placeholder_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>

#include "adapters/posix/beneath.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/protect/exclude_block.hpp"

namespace mino::posix {
namespace {

constexpr char kExcludeFile[] = "info/exclude";
constexpr std::size_t kMaxExcludeBytes = std::size_t{1} << 20;

UniqueFd open_directory(const std::string& path) {
  return open_canonical(path, O_PATH | O_DIRECTORY);
}

bool is_impossible(int error) {
  return error == EROFS || error == EACCES || error == EPERM || error == ENOENT ||
         error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG || error == EXDEV;
}

/// The errno, or 0.
int make_in(const ParentAndName& place, const Placeholder& placeholder) {
  const char* name = place.name.c_str();
  if (placeholder.kind == ProtectedKind::kDirectory)
    return ::mkdirat(place.parent.get(), name, 0755) == 0 ? 0 : errno;
  const UniqueFd file(::openat(place.parent.get(), name,
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return errno;
  const std::string& content = placeholder.content;
  const ssize_t wrote = retry([&] { return ::write(file.get(), content.data(), content.size()); });
  if (wrote == static_cast<ssize_t>(content.size())) return 0;
  const int error = wrote < 0 ? errno : ENOSPC;
  ::unlinkat(place.parent.get(), name, 0);
  return error;
}

bool lies_in(const Placeholder& inner, const Placeholder& outer) {
  return inner.project == outer.project && inner.path.starts_with(outer.path + "/");
}

/// Fails for one that is not empty, which is what is wanted. Removing a directory makes the caller
/// wait for the file system (ext4, Linux 6.18: one tick), so some are removed at the same time.
void remove_directories(const std::vector<ParentAndName>& places) {
  constexpr std::size_t kMaxThreads = 8;
  std::atomic<std::size_t> next = 0;
  const auto work = [&places, &next] {
    for (std::size_t at = next++; at < places.size(); at = next++) {
      const ParentAndName& place = places[at];
      if (place.parent) ::unlinkat(place.parent.get(), place.name.c_str(), AT_REMOVEDIR);
    }
  };
  std::vector<std::thread> others;
  try {
    while (others.size() + 1 < std::min(kMaxThreads, places.size())) others.emplace_back(work);
  } catch (const std::system_error&) {
    // Fewer do it as well.
  }
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace

int PlaceholderRoots::of(const std::string& project) {
  auto known = open_.find(project);
  if (known == open_.end()) known = open_.emplace(project, open_directory(project)).first;
  return known->second.get();
}

bool is_untouched(PlaceholderRoots& roots, const Placeholder& placeholder) {
  const int project = roots.of(placeholder.project);
  if (placeholder.kind == ProtectedKind::kDirectory)
    return kind_beneath(project, placeholder.path) == Kind::kDirectory;
  return read_beneath(project, placeholder.path, placeholder.content.size()) == placeholder.content;
}

bool is_free(PlaceholderRoots& roots, const Placeholder& placeholder) {
  const int project = roots.of(placeholder.project);
  return project >= 0 && kind_beneath(project, placeholder.path) == Kind::kAbsent;
}

Result<Made> make_placeholder(PlaceholderRoots& roots, const Placeholder& placeholder) {
  const int project = roots.of(placeholder.project);
  const ParentAndName place = open_parent_beneath(project, placeholder.path);
  if (!place.parent) return Made::kImpossible;
  const int error = make_in(place, placeholder);
  if (error == 0) return Made::kYes;
  if (error == EEXIST) return Made::kOccupied;
  if (is_impossible(error)) return Made::kImpossible;
  return file_error("making", placeholder.project + "/" + placeholder.path, error);
}

void remove_placeholders(PlaceholderRoots& roots,
                         const std::vector<const Placeholder*>& placeholders) {
  std::vector<const Placeholder*> directories;
  for (const Placeholder* placeholder : placeholders) {
    if (placeholder->kind == ProtectedKind::kDirectory) {
      directories.push_back(placeholder);
      continue;
    }
    const ParentAndName place =
        open_parent_beneath(roots.of(placeholder->project), placeholder->path);
    if (place.parent && is_untouched(roots, *placeholder))
      ::unlinkat(place.parent.get(), place.name.c_str(), 0);
  }
  std::vector<ParentAndName> independent;
  std::vector<const Placeholder*> below;  // those of `independent`
  for (const Placeholder* directory : directories) {
    if (std::ranges::any_of(below, [&](const auto* each) { return lies_in(*each, *directory); })) {
      remove_directories(independent);
      independent.clear();
      below.clear();
    }
    independent.push_back(open_parent_beneath(roots.of(directory->project), directory->path));
    below.push_back(directory);
  }
  remove_directories(independent);
}

void write_excludes(const std::string& git_directory, const std::vector<std::string>& patterns) {
  const UniqueFd git = open_directory(git_directory);
  if (!git) return;
  const bool exists = kind_beneath(git.get(), kExcludeFile) != Kind::kAbsent;
  const std::optional<std::string> old =
      exists ? read_beneath(git.get(), kExcludeFile, kMaxExcludeBytes) : std::string();
  if (!old) return;
  const std::string text = with_exclude_block(*old, patterns);
  if (text == *old) return;
  static_cast<void>(write_beneath(git.get(), kExcludeFile, text, 0644).ok());
}

}  // namespace mino::posix
