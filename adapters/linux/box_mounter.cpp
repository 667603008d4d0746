#include "adapters/linux/box_mounter.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

#include "adapters/linux/mount_tree.hpp"
#include "adapters/posix/beneath.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::linux {
namespace {

using posix::UniqueFd;

constexpr std::size_t kMaxPath = 4096;

struct Request {
  ProtectionRule::Kind kind;
  char path[kMaxPath];  ///< NUL-terminated
};

struct Reply {
  std::int32_t outcome;  ///< a BoxMounter::Outcome, or -1
  char text[512];        ///< NUL-terminated: why it failed
};

void set_text(Reply& reply, const std::string& text) {
  std::memcpy(reply.text, text.data(), std::min(text.size(), sizeof reply.text - 1));
}

// --- in the child -----------------------------------------------------------------------------

Result<void> enter_namespaces(pid_t box) {
  // Both are opened before either is entered: afterwards /proc is the box's.
  std::array<UniqueFd, 2> spaces;
  constexpr std::array<const char*, 2> kNames{"user", "mnt"};
  for (std::size_t i = 0; i < spaces.size(); ++i) {
    const std::string path = fmt::format("/proc/{}/ns/{}", box, kNames.at(i));
    spaces.at(i).reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!spaces.at(i)) return posix::file_error("opening", path, errno);
    struct stat its {};
    struct stat own {};
    const std::string self = fmt::format("/proc/self/ns/{}", kNames.at(i));
    if (::fstat(spaces.at(i).get(), &its) != 0 || ::stat(self.c_str(), &own) != 0)
      return posix::file_error("looking at", path, errno);
    if (its.st_ino == own.st_ino && its.st_dev == own.st_dev)
      return Error(ErrorCode::kUnavailable, "the box has no namespaces of its own");
  }
  if (::setns(spaces[0].get(), CLONE_NEWUSER) != 0 || ::setns(spaces[1].get(), CLONE_NEWNS) != 0)
    return posix::system_error("entering the box's namespaces", errno);
  return {};
}

class Mounter {
 public:
  static Result<Mounter> make(pid_t box, const BoxMounter::Place& place) {
    struct stat outside {};
    struct stat inside {};
    if (::stat(place.project.c_str(), &outside) != 0)
      return posix::file_error("looking at", place.project, errno);
    MINO_TRY(enter_namespaces(box));
    UniqueFd root(::open(place.workdir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root || ::fstat(root.get(), &inside) != 0)
      return posix::file_error("opening", place.workdir, errno);
    if (inside.st_ino != outside.st_ino || inside.st_dev != outside.st_dev) {
      return Error(ErrorCode::kInternal,
                   fmt::format("{} in the box is not the project", place.workdir));
    }
    Mounter mounter(std::move(root));
    if (place.hidden > 0) {
      // Some are lost when the host replaces what they are to be mounted on.
      constexpr std::size_t kSpare = 64;
      MINO_ASSIGN(mounter.empty_, EmptyTrees::make(mounter.root_.get(), 2 * place.hidden + kSpare));
    }
    return mounter;
  }

  /// What was found may be replaced by the host before the mount on it stands: then the kernel
  /// refuses the mount, and what is there now is taken.
  Result<BoxMounter::Outcome> mount(ProtectionRule::Kind kind, const std::string& path) {
    constexpr int kRounds = 64;
    Result<BoxMounter::Outcome> done = BoxMounter::Outcome::kAbsent;
    for (int round = 0; round < kRounds; ++round) {
      done = mount_once(kind, path);
      if (done.ok()) return done;
    }
    return done;
  }

 private:
  explicit Mounter(UniqueFd root) : root_(std::move(root)) {}

  Result<BoxMounter::Outcome> mount_once(ProtectionRule::Kind kind, const std::string& path) {
    if (path.empty()) return BoxMounter::Outcome::kAbsent;
    const UniqueFd place = posix::open_beneath(root_.get(), path, O_PATH);
    if (!place) {
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
        return BoxMounter::Outcome::kAbsent;
      return posix::file_error("opening", path, errno);
    }
    if (is_mount_root(place.get())) return BoxMounter::Outcome::kStands;
    MINO_ASSIGN(const UniqueFd tree, tree_for(kind, place.get()).with_context(path));
    MINO_TRY(attach_tree(tree.get(), place.get()).with_context(path));
    if (kind == ProtectionRule::Kind::kHidden) refill(path);
    return BoxMounter::Outcome::kMounted;
  }

  /// Puts a copy of what was just mounted there to the empty ones, so that they never run out: a
  /// mount can be copied as long as it stands.
  void refill(const std::string& path) {
    const UniqueFd place = posix::open_beneath(root_.get(), path, O_PATH);
    struct stat info {};
    if (!empty_ || !place || !is_mount_root(place.get()) || ::fstat(place.get(), &info) != 0 ||
        S_ISLNK(info.st_mode))
      return;
    auto copy = clone_tree(place.get(), TreeAccess::kReadOnly);
    if (!copy.ok()) return;
    empty_->give(S_ISDIR(info.st_mode) ? ProtectedKind::kDirectory : ProtectedKind::kFile,
                 std::move(copy).value());
  }

  Result<UniqueFd> tree_for(ProtectionRule::Kind kind, int place) {
    using Kind = ProtectionRule::Kind;
    if (kind != Kind::kHidden)
      return clone_tree(place, kind == Kind::kPin ? TreeAccess::kAsItIs : TreeAccess::kReadOnly);
    struct stat info {};
    if (::fstat(place, &info) != 0) return posix::system_error("looking at it", errno);
    // A link that is hidden would be followed: it is held where it is, and what it leads to is
    // hidden by a rule of its own.
    if (S_ISLNK(info.st_mode)) return clone_tree(place, TreeAccess::kReadOnly);
    UniqueFd tree = empty_ ? empty_->take(S_ISDIR(info.st_mode) ? ProtectedKind::kDirectory
                                                                : ProtectedKind::kFile)
                           : UniqueFd();
    if (!tree) return Error(ErrorCode::kInternal, "it was replaced too often to be hidden again");
    return tree;
  }

  UniqueFd root_;
  std::optional<EmptyTrees> empty_;
};

Reply failed(const Error& error) {
  Reply reply{};
  reply.outcome = -1;
  set_text(reply, error.text());
  return reply;
}

[[noreturn]] void serve(pid_t box, const BoxMounter::Place& place, int socket) {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, box, 0)));
  auto mounter = Mounter::make(box, place);
  Reply first{};
  if (!mounter.ok()) first = failed(mounter.error());
  if (::send(socket, &first, sizeof first, MSG_NOSIGNAL) != sizeof first || !mounter.ok())
    ::_exit(1);
  for (;;) {
    // With the box goes its mount namespace, which this process must not keep.
    std::array<pollfd, 2> wait{pollfd{socket, POLLIN, 0}, pollfd{process.get(), POLLIN, 0}};
    if (posix::retry([&] { return ::poll(wait.data(), wait.size(), -1); }) < 0 ||
        wait[1].revents != 0)
      ::_exit(0);
    Request request{};
    const ssize_t got = posix::retry([&] { return ::recv(socket, &request, sizeof request, 0); });
    if (got <= static_cast<ssize_t>(offsetof(Request, path))) ::_exit(0);
    request.path[kMaxPath - 1] = '\0';
    const auto done = mounter->mount(request.kind, static_cast<const char*>(request.path));
    Reply reply{};
    if (done.ok()) {
      reply.outcome = static_cast<std::int32_t>(*done);
    } else {
      reply = failed(done.error());
    }
    if (::send(socket, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply) ::_exit(0);
  }
}

// --- in the parent ----------------------------------------------------------------------------

Error child_ended() {
  return {ErrorCode::kUnavailable, "the process that mounts in the box has ended"};
}

Result<Reply> receive_reply(int socket) {
  Reply reply{};
  const ssize_t got = posix::retry([&] { return ::recv(socket, &reply, sizeof reply, 0); });
  if (got != sizeof reply) return child_ended();
  reply.text[sizeof reply.text - 1] = '\0';
  return reply;
}

/// What a reply says; an error in words for one that says no.
Result<BoxMounter::Outcome> outcome_of(const Reply& reply) {
  if (reply.outcome < 0)
    return Error(ErrorCode::kUnavailable, std::string(static_cast<const char*>(reply.text)));
  return static_cast<BoxMounter::Outcome>(reply.outcome);
}

}  // namespace

Result<BoxMounter> BoxMounter::enter(pid_t box, const Place& place) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return posix::system_error("making a socket pair", errno);
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return posix::system_error("starting a process", errno);
  if (pid == 0) {
    ours.reset();
    serve(box, place, theirs.get());
  }
  theirs.reset();
  MINO_ASSIGN(posix::ChildProcess child,
              posix::ChildProcess::adopt(pid, posix::ChildScope::kProcess));
  BoxMounter mounter(std::move(child), std::move(ours));
  MINO_ASSIGN(const Reply entered, receive_reply(mounter.socket_.get()));
  MINO_TRY(outcome_of(entered));
  return mounter;
}

Result<void> BoxMounter::request(const ProtectionRule& rule) const {
  Request request{};
  request.kind = rule.kind;
  // A longer path than any program can name stands for nothing.
  const std::size_t size = rule.path.size() < kMaxPath ? rule.path.size() : 0;
  std::memcpy(request.path, rule.path.data(), size);
  const std::size_t bytes = offsetof(Request, path) + size + 1;
  if (::send(socket_.get(), &request, bytes, MSG_NOSIGNAL) != static_cast<ssize_t>(bytes))
    return child_ended();
  return {};
}

Result<std::vector<BoxMounter::Outcome>> BoxMounter::mount(
    const std::vector<ProtectionRule>& rules) {
  // Requests and replies under way fit the socket's buffers many times over.
  constexpr std::size_t kWindow = 16;
  std::vector<Outcome> outcomes;
  Result<void> failure;
  for (std::size_t asked = 0; outcomes.size() < rules.size();) {
    for (; asked < rules.size() && asked < outcomes.size() + kWindow; ++asked)
      MINO_TRY(request(rules[asked]));
    MINO_ASSIGN(const Reply reply, receive_reply(socket_.get()));
    auto outcome = outcome_of(reply);
    outcomes.push_back(outcome.ok() ? *outcome : Outcome::kAbsent);
    // The others are mounted in any case.
    if (!outcome.ok() && failure.ok()) failure = std::move(outcome).error();
  }
  MINO_TRY(std::move(failure));
  return outcomes;
}

}  // namespace mino::linux
