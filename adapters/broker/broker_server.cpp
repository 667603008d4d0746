#include "adapters/broker/broker_server.hpp"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>
#include <variant>

#include "adapters/broker/http_answer.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/credential/credential_json.hpp"

namespace mino::broker {
namespace {

constexpr std::size_t kOwner = 0;
constexpr std::size_t kListener = 1;
constexpr std::size_t kFirstClient = 2;
constexpr std::size_t kChunk = 4096;
constexpr short kGone = POLLHUP | POLLRDHUP | POLLERR | POLLNVAL;

}  // namespace

BrokerServer::BrokerServer(Ports ports, BrokerTerms terms, posix::UniqueFd owner,
                           posix::UniqueFd listener, ServerLimits limits)
    : ports_(ports),
      terms_(std::move(terms)),
      owner_(std::move(owner)),
      listener_(std::move(listener)),
      limits_(limits),
      budget_(limits.rate, Steady::now()) {}

void BrokerServer::run() {
  while (owner_) turn();
}

void BrokerServer::turn() {
  std::vector<pollfd> waited = descriptors();
  const int ready = ::poll(waited.data(), waited.size(), timeout_ms(Steady::now()));
  if (ready < 0 && errno != EINTR) return owner_.reset();
  is_waiting_ = false;
  if (waited[kOwner].revents != 0) owner_speaks();
  std::size_t at = kFirstClient;
  const auto now = Steady::now();
  // Nothing below adds a client or takes one away.
  for (auto& [id, client] : clients_) {
    client_ready(client, waited[at++].revents);
    if (now >= client.deadline) client.is_over = true;
    if (client.is_due()) serve(id, client);
  }
  for (auto& [id, client] : clients_)
    if (client.is_over) wipe(client.answer);
  std::erase_if(clients_, [](const auto& entry) { return entry.second.is_over; });
  if (owner_ && (waited[kListener].revents & POLLIN) != 0) accept_client();
}

std::vector<pollfd> BrokerServer::descriptors() const {
  std::vector<pollfd> list;
  list.reserve(kFirstClient + clients_.size());
  list.push_back({owner_.get(), POLLIN, 0});
  const bool has_room = clients_.size() < limits_.clients;
  list.push_back({has_room ? listener_.get() : -1, POLLIN, 0});
  for (const auto& [id, client] : clients_) {
    // Who closes while waiting for an answer makes room; no client of ours closes only one
    // direction.
    short events = client.ask ? POLLRDHUP : 0;
    if (client.is_reading()) events |= POLLIN;
    if (!client.answer.empty()) events |= POLLOUT;
    list.push_back({client.fd.get(), events, 0});
  }
  return list;
}

int BrokerServer::timeout_ms(Steady::time_point now) const {
  auto wait = std::chrono::milliseconds::max();
  for (const auto& [id, client] : clients_) {
    if (client.is_due())
      wait = std::min(wait, is_waiting_ ? budget_.wait() : std::chrono::milliseconds(0));
    wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(client.deadline - now));
  }
  if (wait == std::chrono::milliseconds::max()) return -1;
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(wait.count(), 0, INT_MAX));
}

void BrokerServer::accept_client() {
  posix::UniqueFd connection(posix::retry([this] {
    return ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }));
  if (!connection) return;
  Client& client = clients_[next_++];
  client.fd = std::move(connection);
  client.deadline = Steady::now() + limits_.patience;
}

void BrokerServer::client_ready(Client& client, short events) {
  if ((events & kGone) != 0) {
    // Nobody is there to read an answer.
    client.is_over = true;
    return;
  }
  if ((events & POLLIN) != 0) read_request(client);
  if ((events & POLLOUT) != 0) write_answer(client);
}

void BrokerServer::read_request(Client& client) {
  std::array<char, kChunk> buffer;
  const ssize_t got = posix::retry([&] { return ::read(client.fd.get(), buffer.data(), kChunk); });
  if (got == 0 || (got < 0 && errno != EAGAIN)) client.is_over = true;
  if (got > 0) client.reader.add({buffer.data(), static_cast<std::size_t>(got)});
}

void BrokerServer::write_answer(Client& client) {
  const ssize_t sent = posix::retry([&] {
    return ::send(client.fd.get(), client.answer.data(), client.answer.size(),
                  MSG_NOSIGNAL | MSG_DONTWAIT);
  });
  if (sent < 0 && errno != EAGAIN) client.is_over = true;
  if (sent <= 0) return;
  ::explicit_bzero(client.answer.data(), static_cast<std::size_t>(sent));
  client.answer.erase(0, static_cast<std::size_t>(sent));
  if (!client.answer.empty()) return;
  ::shutdown(client.fd.get(), SHUT_WR);
  client.is_over = true;
}

void BrokerServer::serve(Id id, Client& client) {
  if (!budget_.take(Steady::now())) {
    is_waiting_ = true;
    return;
  }
  if (client.reader.state() == HttpRequestReader::State::kBroken)
    return give(client, malformed_answer());
  auto outcome = judge(client.reader.request(), terms_);
  if (auto* answer = std::get_if<BrokerAnswer>(&outcome)) return give(client, std::move(*answer));
  client.ask = std::get<BrokerAsk>(std::move(outcome));
  client.deadline = Steady::now() + limits_.answer_patience;
  std::string text(to_string(client.ask->provider));
  if (!client.ask->subject.empty()) text.append(" ").append(client.ask->subject);
  tell_owner({BrokerMessage::kAsked, id, std::move(text)});
}

void BrokerServer::give(Client& client, BrokerAnswer answer) {
  if (answer.refusal) {
    std::string text(to_string(*answer.refusal));
    if (answer.provider) text.append(" ").append(to_string(*answer.provider));
    tell_owner({BrokerMessage::kRefused, 0, std::move(text)});
  }
  client.answer = to_http(answer, ports_.codec);
  client.deadline = Steady::now() + limits_.patience;
  wipe(answer.json);
  write_answer(client);
}

void BrokerServer::owner_speaks() {
  for (;;) {
    posix::Received received = posix::receive_packet(owner_.get(), kMaxBrokerPacket);
    if (received.state == posix::Received::State::kNothing) return;
    if (received.state == posix::Received::State::kEnded) return owner_.reset();
    auto packet = decode(received.packet.bytes);
    wipe(received.packet.bytes);
    if (packet) take(*std::move(packet));
  }
}

void BrokerServer::take(BrokerPacket packet) {
  const auto found = clients_.find(packet.number);
  if (found == clients_.end() || !found->second.ask || found->second.is_over)
    return wipe(packet.text);
  Client& client = found->second;
  const BrokerAsk ask = *std::exchange(client.ask, std::nullopt);
  if (packet.kind != BrokerMessage::kCredential)
    return give(client, answer_without(ask, packet.text));
  auto json = ports_.codec.parse(packet.text);
  wipe(packet.text);
  const auto issued = json.ok() ? take_credential(*json, ask.provider) : std::nullopt;
  if (!issued) return give(client, answer_without(ask, "the credential cannot be read"));
  give(client, answer_with(ask, *issued, ports_.clock.now()));
}

/// Waits until the owner takes it.
void BrokerServer::tell_owner(const BrokerPacket& packet) {
  const std::string bytes = encode(packet);
  const ssize_t sent =
      posix::retry([&] { return ::send(owner_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (sent < 0) owner_.reset();
}

}  // namespace mino::broker
