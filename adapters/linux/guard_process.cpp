#include "adapters/linux/guard_process.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "adapters/linux/guard_main.hpp"
#include "adapters/posix/helper_process.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/run/text.hpp"
#include "helper/protocol/guard.hpp"

namespace mino::linux {
namespace {

constexpr int kReportsAtOnce = 256;
constexpr std::chrono::seconds kEndsWithin{3};

}  // namespace

GuardProcess::GuardProcess() = default;
GuardProcess::~GuardProcess() = default;

Result<void> GuardProcess::start(const RunPlan& plan, const PlaceholderHolder& holder,
                                 ProtectionSink& sink) {
  if (!plan.protection) return {};
  std::vector<std::string> argv =
      guard_words(ledger_.native(), plan.project, plan.workdir, *plan.protection, holder);
  argv.insert(argv.begin(), plan.protection->helper_program);
  MINO_ASSIGN(posix::HelperProcess started, posix::start_helper(std::move(argv)));
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  if (!epoll_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, started.channel.get(), &event) != 0)
    return posix::system_error("starting the guard of the project", errno);
  guard_.emplace(std::move(started.process));
  channel_ = std::move(started.channel);
  sink_ = &sink;
  state_ = State::kPending;
  return {};
}

void GuardProcess::box_stands(pid_t first_process) {
  if (state_ != State::kPending) return;
  guard::Packet packet{};
  packet.kind = guard::Kind::kBox;
  packet.value = first_process;
  const std::string_view bytes(reinterpret_cast<const char*>(&packet), guard::kHeaderBytes);
  // A guard that has ended is found by handle().
  static_cast<void>(posix::send_packet(channel_.get(), bytes, {}));
}

void GuardProcess::handle() {
  for (int round = 0; round < kReportsAtOnce && channel_; ++round) {
    const posix::Received received = posix::receive_packet(channel_.get(), sizeof(guard::Packet));
    if (received.state == posix::Received::State::kNothing) return;
    if (received.state == posix::Received::State::kEnded) return ended();
    take(received.packet.bytes);
  }
}

void GuardProcess::take(std::string_view packet) {
  guard::Packet head{};
  if (packet.size() < guard::kHeaderBytes) return ended();
  std::memcpy(&head, packet.data(), guard::kHeaderBytes);
  const std::string text(packet.substr(guard::kHeaderBytes));
  switch (head.kind) {
    case guard::Kind::kUp:
      if (state_ == State::kPending) state_ = State::kUp;
      return;
    case guard::Kind::kFailed:
      return fail(text);
    case guard::Kind::kRestored:
      return sink_->restored(text, head.value == static_cast<std::int32_t>(guard::Change::kNone)
                                       ? ProtectionSink::Gap::kUnchanged
                                       : ProtectionSink::Gap::kChanged);
    case guard::Kind::kWarning:
      return sink_->warning(text);
    case guard::Kind::kDefused: {
      const auto size = static_cast<std::size_t>(std::max(head.value, 0));
      if (size > text.size()) break;
      return sink_->defused(text.substr(0, size), text.substr(size));
    }
    case guard::Kind::kBox:
      break;
  }
  ended();
}

void GuardProcess::ended() {
  channel_.reset();
  if (state_ != State::kAbsent) guard_.reset();
  if (state_ == State::kPending) return fail("the guard has ended");
  if (state_ == State::kUp && sink_ != nullptr) sink_->guard_lost();
}

void GuardProcess::fail(std::string_view text) {
  if (state_ != State::kPending) return;
  state_ = State::kFailed;
  const std::size_t line = text.find('\n');
  failure_ = Error(ErrorCode::kUnavailable,
                   "the project cannot be protected: " + std::string(text.substr(0, line)));
  failure_->set_hint(line == std::string_view::npos ? "run without that protection: --protect off"
                                                    : std::string(text.substr(line + 1)));
}

void GuardProcess::stop() {
  if (channel_ && guard_) {
    state_ = State::kAbsent;
    ::shutdown(channel_.get(), SHUT_WR);
    // It waits for the end of the box, so that the box does not outlive the placeholders, and
    // closes its end when they are gone. That it ends itself takes the kernel longer (closing an
    // inotify descriptor); the destructor waits for that.
    const auto deadline = std::chrono::steady_clock::now() + kEndsWithin;
    while (channel_ && wait_until(deadline)) handle();
    if (channel_) guard_.reset();
  }
  channel_.reset();
  sink_ = nullptr;
  state_ = State::kAbsent;
}

bool GuardProcess::wait_until(std::chrono::steady_clock::time_point deadline) const {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd wait{channel_.get(), POLLIN, 0};
  return left.count() > 0 &&
         posix::retry([&] { return ::poll(&wait, 1, static_cast<int>(left.count())); }) > 0;
}

}  // namespace mino::linux
