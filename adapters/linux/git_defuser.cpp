#include "adapters/linux/git_defuser.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/linux/git_pointer.hpp"
#include "adapters/posix/beneath.hpp"
#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/handoff/git_config.hpp"
#include "domain/handoff/place.hpp"

namespace mino::linux {
namespace {

using posix::Kind;
using posix::UniqueFd;

/// A directory with more hooks than this goes as a whole.
constexpr std::size_t kMaxHooks = 64;
constexpr std::size_t kMaxNames = 10'000;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

EntryKind entry_kind(unsigned char type) {
  if (type == DT_DIR) return EntryKind::kDirectory;
  if (type == DT_LNK) return EntryKind::kLink;
  return type == DT_REG || type == DT_UNKNOWN ? EntryKind::kFile : EntryKind::kOther;
}

/// Names of hooks; nothing when they are too many to be renamed one by one.
std::optional<std::vector<std::string>> hooks_in(int root, const std::string& directory) {
  std::vector<std::string> hooks;
  UniqueFd fd = posix::open_beneath(root, directory, O_RDONLY | O_DIRECTORY);
  if (!fd) return hooks;
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(fd.get()));
  if (stream == nullptr) return hooks;
  static_cast<void>(fd.release());
  std::size_t names = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = static_cast<const char*>(entry->d_name);
    if (++names > kMaxNames || hooks.size() > kMaxHooks) return std::nullopt;
    const auto what =
        classify({.place = Place::kGitHooks, .name = name, .kind = entry_kind(entry->d_type)});
    if (what == HandoffClass::kHook) hooks.push_back(name);
  }
  return hooks;
}

std::string enumerate(const std::vector<std::string>& keys) {
  constexpr std::size_t kNamed = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(keys.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + keys[i];
  return keys.size() > kNamed ? text + ", …" : text;
}

}  // namespace

GitDefuser::GitDefuser(std::string project, int root, ProjectDefuser& defuser, Sink sink)
    : project_(std::move(project)), root_(root), defuser_(defuser), sink_(std::move(sink)) {}

void GitDefuser::defuse(const std::string& directory) {
  for (const char* name : {"/config", "/config.worktree"}) defuse_config(directory + name);
  for (const char* name : {"/commondir", "/index", "/hooks"}) drop_if_odd(directory + name);
  defuse_hooks(directory + "/hooks");
}

void GitDefuser::drop_if_odd(const std::string& path) {
  const Kind kind = posix::kind_beneath(root_, path);
  if (kind == Kind::kLink) drop(path, "a link");
  if (kind == Kind::kOther) drop(path, "no ordinary file");
}

void GitDefuser::defuse_config(const std::string& path) {
  const auto depth = static_cast<std::size_t>(std::ranges::count(path, '/'));
  constexpr int kRounds = 16;  // of which each is spoilt only by one more write of the box
  for (int round = 0; round < kRounds; ++round) {
    drop_if_odd(path);
    if (posix::kind_beneath(root_, path) != Kind::kFile) return;
    errno = 0;
    const auto text = posix::read_beneath(root_, path, kMaxConfigBytes);
    // Git may not read it either.
    if (!text && errno == EACCES) return;
    if (!text && errno != 0) continue;
    if (!text) return drop(path, "too large to be judged");
    const std::vector<std::string> keys = dangerous_keys(*text, depth);
    if (keys.empty()) return;
    const auto done = attempt(path, [&] {
      return defuser_.replace(project_, path, *text, defused_git_config(*text, depth));
    });
    if (done.ok()) return sink_.defused(path, enumerate(keys));
    if (done.error().code() != ErrorCode::kBusy && done.error().code() != ErrorCode::kNotFound)
      return sink_.failed(path, done.error());
  }
  drop(path, "it changes too often");
}

void GitDefuser::defuse_hooks(const std::string& directory) {
  const auto hooks = hooks_in(root_, directory);
  if (!hooks) return drop(directory, "many git hooks");
  for (const std::string& hook : *hooks) drop(directory + "/" + hook, "a git hook");
}

void GitDefuser::drop(const std::string& path, const std::string& what) {
  const auto renamed = attempt(path, [&]() -> Result<void> {
    MINO_ASSIGN(const std::string name, defuser_.rename_beside(project_, path));
    return {};
  });
  if (renamed.ok()) return sink_.defused(path, what);
  if (renamed.error().code() == ErrorCode::kNotFound) return;
  // No name beside it is left for what the box itself has just made.
  const posix::ParentAndName place = posix::open_parent_beneath(root_, path);
  if (place.parent && ::unlinkat(place.parent.get(), place.name.c_str(), 0) == 0)
    return sink_.defused(path, what);
  sink_.failed(path, renamed.error());
}

Result<void> GitDefuser::attempt(const std::string& path,
                                 const std::function<Result<void>()>& action) const {
  Result<void> done = action();
  if (done.ok() || done.error().code() != ErrorCode::kPermission) return done;
  const UniqueFd directory = posix::open_beneath(
      root_, std::string(posix::split_path(path).directory), O_PATH | O_DIRECTORY);
  struct stat info {};
  if (!directory || ::fstat(directory.get(), &info) != 0) return done;
  const std::string name = "/proc/self/fd/" + std::to_string(directory.get());
  if (::chmod(name.c_str(), (info.st_mode & 07777) | S_IRWXU) != 0) return done;
  return action();
}

}  // namespace mino::linux
