#pragma once

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "adapters/posix/request_budget.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "adapters/ssh/filter_protocol.hpp"
#include "domain/ssh/agent_session.hpp"

namespace mino::ssh {

struct FilterLimits {
  std::size_t clients = 64;  ///< more of them wait in the kernel's queue
  posix::RequestBudget::Rate rate = {};
  std::chrono::milliseconds agent_patience{10'000};
  std::chrono::milliseconds signing_patience{120'000};  ///< the agent may wait for a touch
  std::chrono::milliseconds question_patience{90'000};
};

/// Stands between the clients of one box and the user's SSH agent: a connection to the agent for
/// each client, an AgentSession that decides about each request. One thread, poll(2). Holds at most
/// one message of each direction of each client.
class AgentFilter {
 public:
  /// What decides.
  struct Rules {
    SshPolicy policy;
    KnownHosts hosts;
    SshCrypto crypto;
  };

  /// `owner` is a SOCK_SEQPACKET socket that speaks filter_protocol.hpp, `listener` a listening
  /// unix stream socket.
  AgentFilter(Rules rules, posix::UniqueFd owner, posix::UniqueFd listener, FilterLimits limits);
  AgentFilter(const AgentFilter&) = delete;
  AgentFilter& operator=(const AgentFilter&) = delete;

  /// Serves until the owner is gone.
  void run();

 private:
  using Clock = std::chrono::steady_clock;
  using Id = std::uint32_t;

  struct Client {
    Client(const Rules& rules, posix::UniqueFd connection)
        : fd(std::move(connection)), session(rules.policy, rules.hosts, rules.crypto) {}

    posix::UniqueFd fd;
    posix::UniqueFd agent;
    AgentSession session;
    AgentStream requests;
    AgentStream answers;
    std::string to_client;
    std::string to_agent;
    bool has_ended = false;  ///< it sends nothing more
    bool is_over = false;    ///< to be forgotten as soon as it has its answer
    bool is_asking = false;  ///< the owner has a question of it
    Clock::time_point deadline = Clock::time_point::max();

    /// Ready for its next request.
    [[nodiscard]] bool is_free() const { return session.is_idle() && to_client.empty(); }
  };

  void turn();
  [[nodiscard]] std::vector<pollfd> descriptors() const;
  [[nodiscard]] int timeout_ms(Clock::time_point now) const;
  void accept_client();
  void owner_speaks();
  void take(FilterPacket packet, std::vector<posix::UniqueFd> descriptors);
  void client_ready(Id id, Client& client, short events);
  void agent_ready(Id id, Client& client, short events);
  void serve(Id id, Client& client);
  void act(Id id, Client& client, AgentStep step);
  void ask_agent(Id id, Client& client, const std::string& message);
  void agent_lost(Id id, Client& client, std::string why);
  void check_deadline(Id id, Client& client, Clock::time_point now);
  void tell_owner(const FilterPacket& packet);
  static void flush(const posix::UniqueFd& fd, std::string& bytes);
  [[nodiscard]] static bool is_done(const Client& client);

  Rules rules_;
  posix::UniqueFd owner_;
  posix::UniqueFd listener_;
  FilterLimits limits_;
  posix::RequestBudget budget_;
  bool is_waiting_ = false;  ///< somebody waits for the budget
  std::map<Id, Client> clients_;
  Id next_ = 1;
};

}  // namespace mino::ssh
