#include "adapters/posix/spawn.hpp"

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mino::posix {
namespace {

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  [[nodiscard]] posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() { ::posix_spawnattr_init(&attributes_); }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

void set_attributes(Attributes& attributes, SpawnSession session) {
  sigset_t all{};
  sigset_t none{};
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(attributes.get(), &all);
  ::posix_spawnattr_setsigmask(attributes.get(), &none);
  int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  if (session == SpawnSession::kNew) flags |= POSIX_SPAWN_SETSID;
  ::posix_spawnattr_setflags(attributes.get(), static_cast<short>(flags));
}

/// Maps the descriptors and closes all others. A source is first moved above all targets, so that
/// no mapping overwrites a source that a later one needs; `moved` keeps the copies open until the
/// child has been started.
int set_descriptors(FileActions& actions, const std::vector<DescriptorMapping>& mappings,
                    std::vector<UniqueFd>& moved) {
  int first_closed = 0;
  for (const DescriptorMapping& mapping : mappings) {
    moved.emplace_back(::fcntl(mapping.ours, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
    const int failed = errno;
    if (!moved.back()) return failed;
    if (const int error =
            ::posix_spawn_file_actions_adddup2(actions.get(), moved.back().get(), mapping.theirs);
        error != 0)
      return error;
    first_closed = std::max(first_closed, mapping.theirs + 1);
  }
  return ::posix_spawn_file_actions_addclosefrom_np(actions.get(), first_closed);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Result<ChildProcess> spawn(const SpawnSpec& spec) {
  FileActions actions;
  std::vector<UniqueFd> moved;
  const std::string what = fmt::format("starting {}", spec.argv.front());
  if (const int error = set_descriptors(actions, spec.descriptors, moved); error != 0)
    return system_error(what, error);
  Attributes attributes;
  set_attributes(attributes, spec.session);
  const std::vector<char*> argv = pointers_to(spec.argv);
  const std::vector<char*> environment = pointers_to(spec.environment);
  pid_t pid = -1;
  // The C library's own way to fork and exec: it shares memory with the child until the exec, so it
  // costs the same however large mino is, and it reports the exact errno of a failed exec.
  const int error = ::posix_spawn(&pid, spec.argv.front().c_str(), actions.get(), attributes.get(),
                                  argv.data(), environment.data());
  if (error != 0) return system_error(what, error);
  return ChildProcess::adopt(
      pid, spec.session == SpawnSession::kNew ? ChildScope::kGroup : ChildScope::kProcess);
}

}  // namespace mino::posix
