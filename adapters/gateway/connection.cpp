#include "adapters/gateway/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "adapters/gateway/dial_address.hpp"
#include "adapters/gateway/first_bytes.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {
namespace {

using std::chrono::milliseconds;

/// How long a refused client may take to say what it speaks. Clients that speak first do so at
/// once; the others learn from the reset.
constexpr milliseconds kRefusalPatience{300};
constexpr milliseconds kLeavePatience{1000};
/// From the first byte of a request line or a ClientHello to its end.
constexpr milliseconds kInspectionPatience{10000};
constexpr std::size_t kReadBytes = 65536;
constexpr std::uint32_t kEdges = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

/// The peer that was dialled, or the one that was not.
IpAddress address_of(const DialReply& reply) {
  IpAddress::V6Bytes bytes{};
  std::copy(std::begin(reply.address), std::end(reply.address), bytes.begin());
  const IpAddress address = IpAddress::from_v6(bytes);
  return reply.is_v4 != 0 ? unmapped(address) : address;
}

}  // namespace

Connection::Connection(ConnectionHost& host, std::uint64_t id, posix::UniqueFd client,
                       ConnectionTarget target)
    : host_(host), id_(id), client_(std::move(client)), target_(std::move(target)) {
  const int on = 1;
  ::setsockopt(client_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  stop_timer();
  host_.loop().unwatch(client_watch_);
  host_.loop().unwatch(server_watch_);
}

EgressVerdict Connection::verdict(const EgressPolicy& policy) const {
  return target_.name ? decide(policy, *target_.name, target_.port)
                      : decide(policy, target_.address, target_.port);
}

void Connection::start(const EgressPolicy& policy) {
  const auto watch = host_.loop().watch(client_.get(), kEdges,
                                        [this](std::uint32_t events) { client_ready(events); });
  if (!watch.ok()) return close(Ending::kReset);
  client_watch_ = *watch;
  const EgressVerdict decided = verdict(policy);
  if (decided.rule != nullptr) rule_ = to_string(decided.rule->rule);
  if (!decided.allowed()) return refuse(*decided.denied, {});
  request_dial(policy);
}

void Connection::request_dial(const EgressPolicy& policy) {
  DialRequest request{};
  request.id = id_;
  request.port = target_.port;
  request.allow_private = policy.private_answers == PrivateAnswers::kAllowed ? 1 : 0;
  request.is_v4 = target_.address.is_v4() ? 1 : 0;
  const IpAddress::V6Bytes bytes = target_.address.v6_bytes();
  std::copy(bytes.begin(), bytes.end(), std::begin(request.address));
  request.kind = DialRequest::Kind::kAddress;
  if (target_.name) {
    const std::string& name = target_.name->str();
    request.kind =
        name == kHostLoopbackName ? DialRequest::Kind::kHostLoopback : DialRequest::Kind::kName;
    std::memcpy(request.name, name.data(), std::min(name.size(), sizeof request.name - 1));
  }
  host_.dial(request);
}

EgressEvent Connection::event(EgressEvent::Kind kind) const {
  EgressEvent event;
  event.kind = kind;
  event.connection = id_;
  event.host = target_.name ? target_.name->str() : target_.address.to_string();
  event.port = target_.port;
  event.address = address_;
  event.rule = rule_;
  event.detail = detail_;
  if (up_) event.bytes_sent = up_->bytes();
  if (down_) event.bytes_received = down_->bytes();
  return event;
}

void Connection::report_denied(DenyReason reason, std::string detail) {
  EgressEvent denied = event(EgressEvent::Kind::kDenied);
  denied.reason = reason;
  denied.detail = std::move(detail);
  host_.report(denied);
}

void Connection::refuse(DenyReason reason, std::string detail) {
  report_denied(reason, std::move(detail));
  refusal_ = reason;
  state_ = State::kRefusing;
  start_timer(kRefusalPatience, [this] { close(Ending::kReset); });
  // The server learns at once that nothing follows.
  host_.loop().unwatch(std::exchange(server_watch_, 0));
  if (server_) ::shutdown(server_.get(), SHUT_RDWR);
  answer_refusal();
}

void Connection::answer_refusal() {
  if (state_ != State::kRefusing) return;
  if (first_.size() < kReadBytes) first_ += read_client();
  switch (requests_ ? FirstBytes::kHttp : classify(first_)) {
    case FirstBytes::kTls:
      return leave_with(kAccessDeniedAlert);
    case FirstBytes::kHttp: {
      const EgressEvent self = event(EgressEvent::Kind::kDenied);
      EgressDestination destination{target_.address, target_.port};
      if (target_.name) destination.host = *target_.name;
      return leave_with(forbidden_response(self.host, target_.port, refusal_,
                                           allowing_flag(refusal_, destination)));
    }
    case FirstBytes::kOther:
      return close(Ending::kReset);
    case FirstBytes::kNeedMore:
      if (client_ended_) close(Ending::kReset);
      return;
  }
}

void Connection::leave_with(std::string_view words) {
  state_ = State::kLeaving;
  static_cast<void>(::send(client_.get(), words.data(), words.size(), MSG_NOSIGNAL));
  ::shutdown(client_.get(), SHUT_WR);
  start_timer(kLeavePatience, [this] { close(Ending::kOrderly); });
  // Unread bytes at the time of the close would turn it into a reset, which may overtake the words.
  drain_client();
}

void Connection::drain_client() {
  // A client that never stops must not keep the loop: what is left makes it ready again.
  constexpr int kRounds = 16;
  for (int round = 0; round < kRounds && !read_client().empty(); ++round) {
  }
  if (client_ended_) close(Ending::kOrderly);
}

void Connection::dialled(const DialReply& reply, posix::UniqueFd server) {
  if (state_ != State::kDialling) return;
  if (reply.outcome != DialReply::Outcome::kConnected || !server) return fail(reply);
  address_ = address_of(reply).to_string();
  server_ = std::move(server);
  opened_ = true;
  host_.report(event(EgressEvent::Kind::kOpened));
  begin_relay();
}

void Connection::fail(const DialReply& reply) {
  if (reply.outcome == DialReply::Outcome::kPrivateAddress) {
    const IpAddress address = address_of(reply);
    // No flag allows these.
    const bool is_never = is_never_dialled(address);
    return refuse(is_never ? DenyReason::kBoxItself : DenyReason::kPrivateAddress,
                  address.to_string());
  }
  EgressEvent failed = event(EgressEvent::Kind::kFailed);
  switch (reply.outcome) {
    case DialReply::Outcome::kNoSuchName:
      failed.detail = "no such name";
      break;
    case DialReply::Outcome::kResolverFailed:
      failed.detail = "the resolver does not answer";
      break;
    default: {
      const char* text = ::strerrordesc_np(reply.error);
      failed.detail = text != nullptr ? text : "cannot be reached";
    }
  }
  host_.report(failed);
  close(Ending::kReset);
}

void Connection::begin_relay() {
  up_.emplace(host_.pipes(), client_.get(), server_.get(), [this] { schedule_pump(); });
  down_.emplace(host_.pipes(), server_.get(), client_.get(), [this] { schedule_pump(); });
  down_->read_on();
  const auto watch = host_.loop().watch(server_.get(), kEdges,
                                        [this](std::uint32_t events) { server_ready(events); });
  if (!watch.ok()) return close(Ending::kReset);
  server_watch_ = *watch;
  if (!target_.name) {
    relay_rest();
  } else {
    state_ = State::kInspecting;
    inspect();
  }
  if (state_ != State::kOver) pump();
}

void Connection::relay_rest() {
  state_ = State::kRelaying;
  settle();
  if (!first_.empty()) up_->send(std::exchange(first_, {}));
  if (client_ended_) {
    up_->source_ended();
  } else {
    up_->read_on();
  }
}

void Connection::settle() {
  stop_timer();
  if (!std::exchange(settled_, true)) host_.settled();
}

void Connection::start_timer(milliseconds patience, EventLoop::Action due) {
  stop_timer();
  timer_ = host_.loop().after(patience, std::move(due));
}

void Connection::stop_timer() {
  if (timer_) host_.loop().cancel(*timer_);
  timer_.reset();
}

std::string Connection::read_client() {
  if (client_ended_) return {};
  std::array<char, kReadBytes> buffer;  // not cleared: it is much larger than most of what comes
  const ssize_t got =
      posix::retry([&] { return ::recv(client_.get(), buffer.data(), buffer.size(), 0); });
  if (got == 0 || (got < 0 && errno != EAGAIN)) client_ended_ = true;
  return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

void Connection::inspect() {
  while (state_ == State::kInspecting) {
    const std::string fresh = read_client();
    if (fresh.empty() && !client_ended_) return;
    if (!timer_) {
      start_timer(kInspectionPatience, [this] {
        refuse(DenyReason::kBadRequest, "it does not finish what it began to say");
      });
    }
    first_ += fresh;
    if (hello_) {
      inspect_hello(fresh);
      continue;
    }
    switch (classify(first_)) {
      case FirstBytes::kTls:
        hello_.emplace();
        inspect_hello(first_);
        break;
      case FirstBytes::kHttp:
        state_ = State::kHttp;
        requests_.emplace(HttpHost{target_.name->str(), target_.port});
        requests_->feed(std::exchange(first_, {}));
        settle();
        requests_progress();
        break;
      case FirstBytes::kOther:
        relay_rest();
        break;
      case FirstBytes::kNeedMore:
        if (client_ended_) return relay_rest();
        if (leading_line_ends(first_) == first_.size()) up_->send(std::exchange(first_, {}));
        break;
    }
  }
  if (state_ == State::kHttp) read_requests();
}

void Connection::inspect_hello(std::string_view fresh) {
  switch (hello_->feed(fresh)) {
    case HelloState::kNeedMore:
      if (client_ended_) refuse(DenyReason::kBadRequest, "half a TLS hello");
      return;
    case HelloState::kBroken:
      return refuse(DenyReason::kBadRequest, "a TLS hello that cannot be read in one way");
    case HelloState::kComplete:
      return check_server_name(hello_->hello());
  }
}

void Connection::check_server_name(const ClientHello& hello) {
  if (!hello.server_name) return refuse(DenyReason::kNoServerName, {});
  const auto name = HostName::parse(*hello.server_name);
  if (!name.ok() || *name != *target_.name) {
    std::string shown = name.ok() ? name->str() : std::string("no host name");
    return refuse(DenyReason::kServerNameMismatch, std::move(shown));
  }
  if (hello.encrypted_client_hello) detail_ = "encrypted client hello";
  hello_.reset();
  relay_rest();
}

void Connection::read_requests() {
  while (state_ == State::kHttp && up_->idle() && !client_ended_ && !status_) {
    const std::string bytes = read_client();
    if (bytes.empty() && !client_ended_) return;
    requests_->feed(bytes);
    requests_progress();
  }
}

void Connection::requests_progress() {
  if (std::string passed = requests_->take_passed(); !passed.empty()) up_->send(std::move(passed));
  if (requests_->refused()) {
    if (requests_->passed_requests() == 0 && down_->bytes() == 0)
      return refuse(requests_->reason(), requests_->detail());
    report_denied(requests_->reason(), requests_->detail());
    return close(Ending::kReset);
  }
  if (requests_->awaits_upgrade() && !status_) {
    // The answer is read here and no longer spliced past.
    down_->hold();
    status_.emplace();
  }
  if (requests_->switched()) {
    status_.reset();
    down_->read_on();
    return relay_rest();
  }
  if (client_ended_) up_->source_ended();
}

void Connection::await_upgrade() {
  while (status_ && down_->idle()) {
    std::array<char, 16384> buffer{};
    const ssize_t got =
        posix::retry([&] { return ::recv(server_.get(), buffer.data(), buffer.size(), 0); });
    if (got < 0) {
      if (errno != EAGAIN) close(Ending::kReset);
      return;
    }
    if (got == 0) {
      status_.reset();
      return down_->source_ended();
    }
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    down_->send(std::string(bytes));
    const UpgradeAnswer answer = status_->feed(bytes);
    if (answer != UpgradeAnswer::kNeedMore) {
      status_.reset();
      requests_->upgrade_answered(answer);
      down_->read_on();
      requests_progress();
      if (state_ == State::kHttp) read_requests();
      return;
    }
    if (down_->pump() == Flow::Step::kFailed) return close(Ending::kReset);
  }
}

void Connection::client_ready(std::uint32_t events) {
  if ((events & EPOLLERR) != 0 && state_ != State::kRelaying && state_ != State::kHttp)
    return close(Ending::kReset);
  switch (state_) {
    case State::kRefusing:
      return answer_refusal();
    case State::kLeaving:
      return drain_client();
    case State::kDialling:
      if ((events & EPOLLHUP) != 0) close(Ending::kReset);
      return;
    case State::kOver:
      return;
    case State::kInspecting:
    case State::kHttp:
    case State::kRelaying:
      break;
  }
  if ((events & ~std::uint32_t{EPOLLOUT}) != 0) up_->readable();
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) down_->writable();
  if ((events & EPOLLERR) != 0) client_failed_ = true;
  pump();
}

void Connection::server_ready(std::uint32_t events) {
  if ((events & ~std::uint32_t{EPOLLOUT}) != 0) down_->readable();
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) up_->writable();
  if ((events & EPOLLERR) != 0) server_failed_ = true;
  pump();
}

void Connection::pump() {
  pump_scheduled_ = false;
  if (state_ == State::kInspecting) inspect();
  if (state_ == State::kHttp) read_requests();
  if (state_ == State::kHttp && status_) await_upgrade();
  if (state_ == State::kRefusing || state_ == State::kLeaving || state_ == State::kOver) return;
  const Flow::Step up = up_->pump();
  const Flow::Step down = down_->pump();
  if (up == Flow::Step::kFailed || down == Flow::Step::kFailed) return close(Ending::kReset);
  if (up == Flow::Step::kDone && down == Flow::Step::kDone) return close(Ending::kOrderly);
  // Behind an end, a reset shows nowhere else.
  if ((client_failed_ && up == Flow::Step::kDone) || (server_failed_ && down == Flow::Step::kDone))
    return close(Ending::kReset);
  if (up == Flow::Step::kAgain || down == Flow::Step::kAgain) return schedule_pump();
  if (state_ != State::kHttp || !up_->idle()) return;
  // What was left unread because the server was slow.
  read_requests();
  if (state_ != State::kOver && (!up_->idle() || (client_ended_ && !up_->done()))) schedule_pump();
}

void Connection::schedule_pump() {
  if (std::exchange(pump_scheduled_, true)) return;
  host_.pump_later(id_);
}

void Connection::rules_changed(const EgressPolicy& policy) {
  if (state_ == State::kRefusing || state_ == State::kLeaving || state_ == State::kOver) return;
  const EgressVerdict decided = verdict(policy);
  if (decided.allowed()) return;
  report_denied(*decided.denied, "the rules have changed");
  close(Ending::kReset);
}

void Connection::end() { close(Ending::kReset); }

void Connection::close(Ending ending) {
  const State before = std::exchange(state_, State::kOver);
  if (before == State::kOver) return;
  if (before == State::kDialling) host_.cancel_dial(id_);
  if (opened_) host_.report(event(EgressEvent::Kind::kClosed));
  settle();
  host_.loop().unwatch(std::exchange(client_watch_, 0));
  host_.loop().unwatch(std::exchange(server_watch_, 0));
  if (ending == Ending::kReset) {
    const linger now{1, 0};  // the close becomes a reset
    ::setsockopt(client_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    if (server_) ::setsockopt(server_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  client_.reset();
  server_.reset();
  host_.finished(id_);
}

}  // namespace mino::gateway
