#include "adapters/linux/link_walk.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>

#include "domain/run/mount.hpp"

namespace mino::linux {
namespace {

namespace fs = std::filesystem;

/// As many as the kernel follows (path_resolution(7)).
constexpr int kMaxLinks = 40;

std::optional<std::string> relative_to(const std::string& project, const fs::path& path) {
  if (path.native() == project || !is_within(path.native(), project)) return std::nullopt;
  return path.native().substr(project == "/" ? 1 : project.size() + 1);
}

}  // namespace

LinkWalk walk_links(const std::string& project, const std::string& path) {
  LinkWalk walk;
  const fs::path whole = fs::path(project) / path;
  std::deque<fs::path> rest(whole.begin(), whole.end());
  fs::path here = "/";
  std::error_code error;
  for (int links = 0; !rest.empty();) {
    const fs::path name = rest.front();
    rest.pop_front();
    if (name == "/") {
      here = "/";
      continue;
    }
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      here = here.parent_path();
      continue;
    }
    const fs::path next = here / name;
    if (auto step = relative_to(project, next)) walk.steps.push_back(*std::move(step));
    if (!fs::is_symlink(fs::symlink_status(next, error))) {
      here = next;
      continue;
    }
    if (++links > kMaxLinks) return walk;
    if (const auto link = relative_to(project, next)) walk.links.push_back(*link);
    const fs::path target = fs::read_symlink(next, error);
    if (error) return walk;
    rest.insert(rest.begin(), target.begin(), target.end());
  }
  if (fs::exists(fs::symlink_status(here, error))) walk.target = relative_to(project, here);
  return walk;
}

}  // namespace mino::linux
