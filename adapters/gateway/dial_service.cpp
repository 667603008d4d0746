#include "adapters/gateway/dial_service.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include "adapters/gateway/dial_address.hpp"

namespace mino::gateway {

namespace {

/// Requests taken in one turn, so that connections and resolvers get theirs.
constexpr int kRequestsATurn = 64;

DialReply reply_to(std::uint64_t id, DialReply::Outcome outcome, int error) {
  DialReply reply;
  std::memset(&reply, 0, sizeof reply);
  reply.id = id;
  reply.outcome = outcome;
  reply.error = error;
  return reply;
}

DialReply reply_with(std::uint64_t id, DialReply::Outcome outcome, const IpAddress& address) {
  DialReply reply = reply_to(id, outcome, 0);
  reply.is_v4 = address.is_v4() ? 1 : 0;
  const IpAddress::V6Bytes bytes = address.v6_bytes();
  std::memcpy(reply.address, bytes.data(), bytes.size());
  return reply;
}

std::vector<IpAddress> host_loopback() {
  return {IpAddress::from_v4({127, 0, 0, 1}),
          IpAddress::from_v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})};
}

}  // namespace

DialTargets choose_targets(const std::vector<IpAddress>& answer, PrivateAnswers private_answers,
                           std::size_t max_addresses) {
  DialTargets targets;
  for (const IpAddress& address : interleaved(answer)) {
    if (may_dial(private_answers, address)) {
      if (targets.allowed.size() < max_addresses) targets.allowed.push_back(address);
    } else if (!targets.refused) {
      targets.refused = address;
    }
  }
  return targets;
}

DialService::DialService(EventLoop loop, posix::UniqueFd socket, DialPermit& permit,
                         const DiallerOptions& options, ResolveFunction resolve)
    : options_(options),
      loop_(std::move(loop)),
      channel_(std::move(socket)),
      permit_(permit),
      pool_(loop_, options_, resolve,
            [this](std::uint64_t id, const Resolution& resolution) { resolved(id, resolution); }) {}

DialService::End DialService::run() {
  const Result<EventLoop::Watch> watch =
      loop_.watch(channel_.fd(), EPOLLIN, [this](std::uint32_t events) { ready(events); });
  if (!watch.ok()) return End::kBroken;
  watch_ = *watch;
  if (!watch_permit()) return End::kBroken;
  interest_ = EPOLLIN;
  while (!end_) {
    if (!loop_.run_once()) return End::kBroken;
    set_interest();
  }
  return *end_;
}

bool DialService::watch_permit() {
  if (permit_.fd() < 0) return true;
  const Result<EventLoop::Watch> watch = loop_.watch(permit_.fd(), EPOLLIN, [this](std::uint32_t) {
    if (permit_.take_rules() == DialPermit::Rules::kFinal) loop_.unwatch(permit_watch_);
  });
  if (watch.ok()) permit_watch_ = *watch;
  return watch.ok();
}

void DialService::set_interest() {
  // A gateway that asks without reading the answers is not listened to, so that the queue is
  // bounded.
  const std::uint32_t reading = channel_.queued() < kMaxDials ? std::uint32_t{EPOLLIN} : 0;
  const std::uint32_t writing = channel_.queued() > 0 ? std::uint32_t{EPOLLOUT} : 0;
  if ((reading | writing) == interest_) return;
  interest_ = reading | writing;
  loop_.set_events(watch_, interest_);
}

void DialService::ready(std::uint32_t events) {
  channel_.flush();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  for (int i = 0; i < kRequestsATurn && channel_.queued() < kMaxDials; ++i) {
    const DialChannel::Received received = channel_.receive();
    if (std::holds_alternative<DialChannel::Idle>(received)) return;
    if (const auto* fault = std::get_if<DialChannel::Fault>(&received)) {
      end_ = *fault == DialChannel::Fault::kClosed ? End::kClosed : End::kBroken;
      return;
    }
    accept(std::get<DialOrder>(received));
    if (end_) return;
  }
}

void DialService::accept(const DialOrder& order) {
  if (order.kind == DialRequest::Kind::kCancel) return cancel(order.id);
  if (dials_.contains(order.id)) {
    end_ = End::kBroken;
    return;
  }
  if (dials_.size() >= kMaxDials)
    return channel_.send(reply_to(order.id, DialReply::Outcome::kUnreachable, EAGAIN), {});
  if (order.address && is_never_dialled(*order.address)) {
    return channel_.send(reply_with(order.id, DialReply::Outcome::kPrivateAddress, *order.address),
                         {});
  }
  if (!permit_.permits(order))
    return channel_.send(reply_to(order.id, DialReply::Outcome::kUnreachable, EACCES), {});
  dials_.emplace(order.id, Dial{order.port, order.private_answers, order.name, nullptr});
  if (order.kind == DialRequest::Kind::kName) return pool_.ask(order.id, order.name);
  race(order.id, order.address ? std::vector{*order.address} : host_loopback());
}

void DialService::cancel(std::uint64_t id) {
  channel_.drop(id);
  const auto found = dials_.find(id);
  if (found == dials_.end()) return;
  if (!found->second.name.empty()) pool_.forget(id, found->second.name);
  dials_.erase(found);
}

void DialService::resolved(std::uint64_t id, const Resolution& resolution) {
  using Outcome = DialReply::Outcome;
  const auto found = dials_.find(id);
  if (found == dials_.end()) return;
  found->second.name.clear();
  if (resolution.kind == Resolution::Kind::kFailed)
    return finish(reply_to(id, Outcome::kResolverFailed, resolution.error), {});
  DialTargets targets =
      choose_targets(resolution.addresses, found->second.private_answers, options_.max_addresses);
  if (!targets.allowed.empty()) return race(id, std::move(targets.allowed));
  if (targets.refused)
    return finish(reply_with(id, Outcome::kPrivateAddress, *targets.refused), {});
  finish(reply_to(id, Outcome::kNoSuchName, 0), {});
}

void DialService::race(std::uint64_t id, std::vector<IpAddress> addresses) {
  Dial& dial = dials_.at(id);
  dial.race = std::make_unique<DialAttempts>(
      loop_, options_, std::move(addresses), dial.port,
      [this, id](DialOutcome outcome) { connected(id, std::move(outcome)); });
  dial.race->start();
}

void DialService::connected(std::uint64_t id, DialOutcome outcome) {
  DialReply reply = reply_with(
      id, outcome.socket ? DialReply::Outcome::kConnected : DialReply::Outcome::kUnreachable,
      outcome.peer);
  reply.error = outcome.error;
  finish(reply, std::move(outcome.socket));
}

void DialService::finish(const DialReply& reply, posix::UniqueFd connection) {
  dials_.erase(reply.id);
  channel_.send(reply, std::move(connection));
}

}  // namespace mino::gateway
