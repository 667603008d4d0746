#include "adapters/ssh/agent_filter.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <utility>

#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::ssh {
namespace {

constexpr std::size_t kOwner = 0;
constexpr std::size_t kListener = 1;
constexpr std::size_t kFirstClient = 2;
constexpr std::size_t kChunk = std::size_t{16} * 1024;

enum class Reading { kMore, kNothing, kEnded };

Reading read_some(int fd, AgentStream& stream) {
  std::array<char, kChunk> buffer;
  const ssize_t got = posix::retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
  if (got < 0) return errno == EAGAIN ? Reading::kNothing : Reading::kEnded;
  if (got == 0) return Reading::kEnded;
  stream.add({buffer.data(), static_cast<std::size_t>(got)});
  return Reading::kMore;
}

std::uint64_t seconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now).count());
}

constexpr short kGone = POLLHUP | POLLERR | POLLNVAL;

}  // namespace

AgentFilter::AgentFilter(Rules rules, posix::UniqueFd owner, posix::UniqueFd listener,
                         FilterLimits limits)
    : rules_(std::move(rules)),
      owner_(std::move(owner)),
      listener_(std::move(listener)),
      limits_(limits),
      budget_(limits.rate, Clock::now()) {}

void AgentFilter::run() {
  while (owner_) turn();
}

void AgentFilter::turn() {
  std::vector<pollfd> waited = descriptors();
  const int ready = ::poll(waited.data(), waited.size(), timeout_ms(Clock::now()));
  if (ready < 0 && errno != EINTR) return owner_.reset();
  is_waiting_ = false;
  if (waited[kOwner].revents != 0) owner_speaks();
  std::size_t at = kFirstClient;
  const auto now = Clock::now();
  // Nothing below adds a client or takes one away.
  for (auto& [id, client] : clients_) {
    const short from_client = waited[at].revents;
    const short from_agent = waited[at + 1].revents;
    at += 2;
    if (from_agent != 0 && client.agent) agent_ready(id, client, from_agent);
    if (from_client != 0) client_ready(id, client, from_client);
    check_deadline(id, client, now);
    serve(id, client);
  }
  std::erase_if(clients_, [](const auto& entry) { return is_done(entry.second); });
  if (owner_ && (waited[kListener].revents & POLLIN) != 0) accept_client();
}

std::vector<pollfd> AgentFilter::descriptors() const {
  std::vector<pollfd> list;
  list.reserve(kFirstClient + 2 * clients_.size());
  list.push_back({owner_.get(), POLLIN, 0});
  const bool has_room = clients_.size() < limits_.clients;
  list.push_back({has_room ? listener_.get() : -1, POLLIN, 0});
  for (const auto& [id, client] : clients_) {
    short events = 0;
    // What it sends on while its last request is not answered stays where it costs us nothing.
    const bool wants_more = client.is_free() && !client.has_ended && !client.requests.has_next();
    if (wants_more) events |= POLLIN;
    if (!client.to_client.empty()) events |= POLLOUT;
    list.push_back({client.fd.get(), events, 0});
    short agent_events = POLLIN;
    if (!client.to_agent.empty()) agent_events |= POLLOUT;
    list.push_back({client.agent.get(), agent_events, 0});
  }
  return list;
}

int AgentFilter::timeout_ms(Clock::time_point now) const {
  auto wait = std::chrono::milliseconds::max();
  for (const auto& [id, client] : clients_) {
    if (client.is_free() && client.requests.has_next())
      wait = std::min(wait, is_waiting_ ? budget_.wait() : std::chrono::milliseconds(0));
    if (client.deadline == Clock::time_point::max()) continue;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(client.deadline - now);
    wait = std::min(wait, left);
  }
  if (wait == std::chrono::milliseconds::max()) return -1;
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(wait.count(), 0, INT_MAX));
}

void AgentFilter::accept_client() {
  posix::UniqueFd connection(posix::retry([this] {
    return ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }));
  if (connection) clients_.try_emplace(next_++, rules_, std::move(connection));
}

void AgentFilter::owner_speaks() {
  for (;;) {
    posix::Received received = posix::receive_packet(owner_.get(), kMaxFilterPacket);
    if (received.state == posix::Received::State::kNothing) return;
    if (received.state == posix::Received::State::kEnded) return owner_.reset();
    if (auto packet = decode(received.packet.bytes))
      take(*std::move(packet), std::move(received.packet.descriptors));
  }
}

void AgentFilter::take(FilterPacket packet, std::vector<posix::UniqueFd> descriptors) {
  const auto found = clients_.find(packet.client);
  if (found == clients_.end()) return;
  auto& [id, client] = *found;
  switch (packet.kind) {
    case FilterMessage::kConnected:
      // One that comes when its request was given up has nothing to be asked.
      if (descriptors.size() != 1 || client.agent || !client.session.waits_for_agent()) return;
      client.agent = std::move(descriptors.front());
      return flush(client.agent, client.to_agent);
    case FilterMessage::kUnreachable:
      return agent_lost(id, client, std::move(packet.text));
    case FilterMessage::kAnswer: {
      if (!std::exchange(client.is_asking, false) || packet.text.size() != 1) return;
      const auto answer = static_cast<Confirmation>(packet.text.front());
      return act(id, client, client.session.confirmed(answer));
    }
    default:
      return;
  }
}

void AgentFilter::client_ready(Id id, Client& client, short events) {
  if ((events & kGone) != 0) {
    // Nobody is there to read an answer.
    client.to_client.clear();
    client.has_ended = client.is_over = true;
    if (std::exchange(client.is_asking, false)) tell_owner({FilterMessage::kForget, id, {}});
    return;
  }
  if ((events & POLLOUT) != 0) flush(client.fd, client.to_client);
  if ((events & POLLIN) != 0 && read_some(client.fd.get(), client.requests) == Reading::kEnded)
    client.has_ended = true;
}

void AgentFilter::serve(Id id, Client& client) {
  if (!client.is_free() || client.is_over) return;
  if (client.requests.is_broken()) {
    client.is_over = true;
    return act(id, client, client.session.request({}));
  }
  if (!client.requests.has_next()) return;
  if (!budget_.take(Clock::now())) {
    is_waiting_ = true;
    return;
  }
  act(id, client, client.session.request(client.requests.next().value(), seconds_since_1970()));
}

void AgentFilter::agent_ready(Id id, Client& client, short events) {
  if ((events & POLLOUT) != 0) flush(client.agent, client.to_agent);
  if ((events & (POLLIN | kGone)) == 0) return;
  if (read_some(client.agent.get(), client.answers) == Reading::kEnded ||
      !client.session.waits_for_agent() || client.answers.is_broken())
    return agent_lost(id, client, "the agent has closed the connection");
  if (auto answer = client.answers.next()) act(id, client, client.session.answer(*answer));
}

void AgentFilter::act(Id id, Client& client, AgentStep step) {
  if (step.question || !step.to_agent.empty() || !step.to_client.empty())
    client.deadline = Clock::time_point::max();
  if (step.agent_is_broken) {
    client.agent.reset();
    client.answers = {};
    client.to_agent.clear();
  }
  if (step.event) tell_owner({FilterMessage::kEvent, 0, encode_ssh_event(*step.event)});
  if (step.question) {
    client.is_asking = true;
    client.deadline = Clock::now() + limits_.question_patience;
    tell_owner({FilterMessage::kAsk, id, encode_ssh_event(*step.question)});
  }
  if (!step.to_agent.empty()) ask_agent(id, client, step.to_agent);
  if (!step.to_client.empty()) {
    client.to_client = framed(step.to_client);
    flush(client.fd, client.to_client);
  }
}

void AgentFilter::ask_agent(Id id, Client& client, const std::string& message) {
  client.deadline = Clock::now() + (client.session.is_signing() ? limits_.signing_patience
                                                                : limits_.agent_patience);
  client.to_agent = framed(message);
  if (client.agent) return flush(client.agent, client.to_agent);
  tell_owner({FilterMessage::kConnect, id, {}});
}

void AgentFilter::agent_lost(Id id, Client& client, std::string why) {
  client.agent.reset();
  client.answers = {};
  client.to_agent.clear();
  act(id, client, client.session.agent_failed(std::move(why)));
}

void AgentFilter::check_deadline(Id id, Client& client, Clock::time_point now) {
  if (now < client.deadline) return;
  if (std::exchange(client.is_asking, false)) {
    tell_owner({FilterMessage::kForget, id, {}});
    return act(id, client, client.session.confirmed(Confirmation::kNo));
  }
  // Its answer may still come, and would then be taken for that of the next request.
  agent_lost(id, client, "the agent does not answer");
}

/// Waits until the owner takes it.
void AgentFilter::tell_owner(const FilterPacket& packet) {
  const std::string bytes = encode(packet);
  const ssize_t sent =
      posix::retry([&] { return ::send(owner_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (sent < 0) owner_.reset();
}

void AgentFilter::flush(const posix::UniqueFd& fd, std::string& bytes) {
  if (bytes.empty()) return;
  const ssize_t sent = posix::retry(
      [&] { return ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT); });
  // Whoever is gone is seen by poll.
  if (sent > 0) bytes.erase(0, static_cast<std::size_t>(sent));
  if (bytes.empty()) std::string().swap(bytes);
}

bool AgentFilter::is_done(const Client& client) {
  if (client.is_over) return client.to_client.empty();
  return client.has_ended && client.is_free() && !client.requests.has_next();
}

}  // namespace mino::ssh
