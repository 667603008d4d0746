#pragma once

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/broker/broker_protocol.hpp"
#include "adapters/broker/http_request_reader.hpp"
#include "adapters/posix/request_budget.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "ports/clock.hpp"
#include "ports/json_codec.hpp"

namespace mino::broker {

struct ServerLimits {
  std::size_t clients = 64;  ///< more of them wait in the kernel's queue
  posix::RequestBudget::Rate rate = {.burst = 500, .per_second = 100};
  std::chrono::milliseconds patience{10'000};         ///< with a client that says or takes nothing
  std::chrono::milliseconds answer_patience{90'000};  ///< with the owner, who may have to renew
};

/// Serves the credentials of one session to clients in its box: one request a connection. One
/// thread, poll(2). Holds at most one request or one answer of each client.
class BrokerServer {
 public:
  struct Ports {
    const JsonCodec& codec;
    Clock& clock;
  };

  /// `owner` is a SOCK_SEQPACKET socket that speaks broker_protocol.hpp, `listener` a listening
  /// stream socket, non-blocking. The ports outlive this.
  BrokerServer(Ports ports, BrokerTerms terms, posix::UniqueFd owner, posix::UniqueFd listener,
               ServerLimits limits);
  BrokerServer(const BrokerServer&) = delete;
  BrokerServer& operator=(const BrokerServer&) = delete;

  /// Serves until the owner is gone.
  void run();

 private:
  using Steady = std::chrono::steady_clock;
  using Id = std::uint32_t;

  struct Client {
    posix::UniqueFd fd;
    HttpRequestReader reader;
    std::optional<BrokerAsk> ask;  ///< the owner has been asked
    std::string answer;
    Steady::time_point deadline;
    bool is_over = false;

    [[nodiscard]] bool is_reading() const {
      return reader.state() == HttpRequestReader::State::kMore;
    }
    /// It has said all that it has to say, and nobody has looked at it yet.
    [[nodiscard]] bool is_due() const {
      return !is_over && !ask && answer.empty() && !is_reading();
    }
  };

  void turn();
  [[nodiscard]] std::vector<pollfd> descriptors() const;
  [[nodiscard]] int timeout_ms(Steady::time_point now) const;
  void accept_client();
  void client_ready(Client& client, short events);
  void read_request(Client& client);
  void write_answer(Client& client);
  void serve(Id id, Client& client);
  void give(Client& client, BrokerAnswer answer);
  void owner_speaks();
  void take(BrokerPacket packet);
  void tell_owner(const BrokerPacket& packet);

  Ports ports_;
  BrokerTerms terms_;
  posix::UniqueFd owner_;
  posix::UniqueFd listener_;
  ServerLimits limits_;
  posix::RequestBudget budget_;
  bool is_waiting_ = false;  ///< somebody waits for the budget
  std::map<Id, Client> clients_;
  Id next_ = 1;
};

}  // namespace mino::broker
