#include "adapters/linux/guard_main.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "adapters/linux/project_guard.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "helper/protocol/guard.hpp"

namespace mino::linux {
namespace {

constexpr std::size_t kFixedWords = 6;
/// A box ends when its owner does, within milliseconds; podman kills one that does not.
constexpr int kBoxEndsWithinMs = 10'000;
constexpr int kLookEveryMs = 500;

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<ProjectGuard::Task> task_of(const std::vector<std::string_view>& words) {
  if (words.size() < kFixedWords) return std::nullopt;
  const auto level = parse_protect_level(words[2]);
  const auto pid = number_of<std::int64_t>(words[4]);
  const auto start = number_of<std::uint64_t>(words[5]);
  if (!level || !pid || !start) return std::nullopt;
  ProjectGuard::Task task;
  task.project = words[0];
  task.workdir = words[1];
  task.plan.level = *level;
  task.holder = {std::string(words[3]), {*pid, *start}};
  for (std::size_t i = kFixedWords; i < words.size(); ++i) task.plan.hidden.emplace_back(words[i]);
  return task;
}

class Service {
 public:
  Service(ProjectGuard::Task task, PlaceholderStore& store, ProjectDefuser& defuser, int socket)
      : socket_(socket),
        store_(store),
        session_(task.holder.session_id),
        guard_(std::move(task), store, defuser,
               [this](const ProjectGuard::Report& report) { tell(report); }) {}

  void run() {
    if (const auto prepared = guard_.prepare(); !prepared.ok()) return fail(prepared.error());
    while (serve_once()) {
    }
    // A box that still runs would make what the placeholders stand for.
    pollfd box{box_.get(), POLLIN, 0};
    if (box_) static_cast<void>(posix::retry([&] { return ::poll(&box, 1, kBoxEndsWithinMs); }));
    guard_.leave();
    static_cast<void>(store_.release(session_).ok());
    ::shutdown(socket_, SHUT_RDWR);  // the owner need not wait for the end of this process
  }

 private:
  /// False when the owner is gone.
  bool serve_once() {
    std::array<pollfd, 3> wait{pollfd{socket_, POLLIN, 0},
                               pollfd{is_up_ ? guard_.fd() : -1, POLLIN, 0},
                               pollfd{is_up_ ? guard_.box_fd() : -1, POLLIN, 0}};
    const int patience = is_up_ && guard_.needs_looks() ? kLookEveryMs : -1;
    const int ready = posix::retry([&] { return ::poll(wait.data(), wait.size(), patience); });
    if (ready < 0) return false;
    if (ready == 0) guard_.look_for_silent_writes();
    if (wait[0].revents != 0 && !owner_speaks()) return false;
    if (wait[2].revents != 0) {
      is_up_ = false;
      return true;
    }
    if (wait[1].revents != 0) restore();
    return true;
  }

  bool owner_speaks() {
    guard::Packet packet{};
    const ssize_t got = posix::retry([&] { return ::recv(socket_, &packet, sizeof packet, 0); });
    if (got != static_cast<ssize_t>(guard::kHeaderBytes) || packet.kind != guard::Kind::kBox)
      return false;
    box_.reset(static_cast<int>(::syscall(SYS_pidfd_open, packet.value, 0)));
    const auto protected_paths = guard_.protect(packet.value);
    if (!protected_paths.ok()) {
      fail(protected_paths.error());
      return true;
    }
    is_up_ = true;
    send(guard::Kind::kUp, *protected_paths, {});
    restore();
    return true;
  }

  void restore() {
    const auto restored = guard_.handle_changes();
    if (restored.ok()) return;
    send(guard::Kind::kWarning, 0,
         "a path that was replaced on the host is not protected again: " + restored.error().text());
  }

  void tell(const ProjectGuard::Report& report) {
    using Kind = ProjectGuard::Report::Kind;
    if (report.kind == Kind::kDefused)
      return send(guard::Kind::kDefused, static_cast<std::int32_t>(report.text.size()),
                  report.text + report.detail);
    if (report.kind == Kind::kWarning) return send(guard::Kind::kWarning, 0, report.text);
    const auto change =
        report.kind == Kind::kRestored ? guard::Change::kNone : guard::Change::kChanged;
    send(guard::Kind::kRestored, static_cast<std::int32_t>(change), report.text);
  }

  void fail(const Error& error) {
    std::string text = error.text();
    if (!error.hint().empty()) text += "\n" + error.hint();
    send(guard::Kind::kFailed, 0, text);
  }

  void send(guard::Kind kind, std::int32_t value, const std::string& text) const {
    guard::Packet packet{};
    packet.kind = kind;
    packet.value = value;
    const std::size_t size = std::min(text.size(), guard::kMaxText);
    std::memcpy(packet.text, text.data(), size);
    static_cast<void>(::send(socket_, &packet, guard::kHeaderBytes + size, MSG_NOSIGNAL));
  }

  int socket_;
  PlaceholderStore& store_;
  std::string session_;
  ProjectGuard guard_;
  posix::UniqueFd box_;  ///< pidfd of its first process
  bool is_up_ = false;
};

}  // namespace

int guard_main(const std::vector<std::string_view>& words, PlaceholderStore& store,
               ProjectDefuser& defuser, int socket) {
  constexpr int kUsage = 2;
  auto task = task_of(words);
  if (!task) return kUsage;
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Comes when a program opens a file for writing in the moment in which it is asked who does.
  ::signal(SIGIO, SIG_IGN);
  Service(std::move(*task), store, defuser, socket).run();
  return 0;
}

std::vector<std::string> guard_words(const std::string& state_directory, const std::string& project,
                                     const std::string& workdir, const ProtectionPlan& plan,
                                     const PlaceholderHolder& holder) {
  std::vector<std::string> words{"guard",
                                 state_directory,
                                 project,
                                 workdir,
                                 std::string(to_string(plan.level)),
                                 holder.session_id,
                                 std::to_string(holder.owner.pid),
                                 std::to_string(holder.owner.start_time)};
  words.insert(words.end(), plan.hidden.begin(), plan.hidden.end());
  return words;
}

}  // namespace mino::linux
