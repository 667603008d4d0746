#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/gateway/dial_attempts.hpp"
#include "adapters/gateway/dial_channel.hpp"
#include "adapters/gateway/dial_permit.hpp"
#include "adapters/gateway/dialler.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/resolver_pool.hpp"
#include "adapters/gateway/resolver_worker.hpp"
#include "domain/network/egress_policy.hpp"

namespace mino::gateway {

/// Which addresses of an answer are dialled, in this order, and the first that is refused.
struct DialTargets {
  std::vector<IpAddress> allowed;
  std::optional<IpAddress> refused;
};
[[nodiscard]] DialTargets choose_targets(const std::vector<IpAddress>& answer,
                                         PrivateAnswers private_answers, std::size_t max_addresses);

/// What run_dialler() runs, with the resolver to ask.
class DialService {
 public:
  /// How a run ended.
  enum class End : std::uint8_t {
    kClosed,  ///< the gateway has closed its end
    kBroken,  ///< the gateway has sent what is no request, or this process cannot go on
  };

  /// `permit` outlives this.
  DialService(EventLoop loop, posix::UniqueFd socket, DialPermit& permit,
              const DiallerOptions& options, ResolveFunction resolve);
  DialService(const DialService&) = delete;
  DialService& operator=(const DialService&) = delete;

  [[nodiscard]] End run();

 private:
  struct Dial {
    std::uint16_t port;
    PrivateAnswers private_answers;
    std::string name;  ///< while it is being resolved
    std::unique_ptr<DialAttempts> race;
  };

  void ready(std::uint32_t events);
  void accept(const DialOrder& order);
  void cancel(std::uint64_t id);
  void resolved(std::uint64_t id, const Resolution& resolution);
  void race(std::uint64_t id, std::vector<IpAddress> addresses);
  void connected(std::uint64_t id, DialOutcome outcome);
  /// The dial is over.
  void finish(const DialReply& reply, posix::UniqueFd connection);
  void set_interest();
  [[nodiscard]] bool watch_permit();

  DiallerOptions options_;
  EventLoop loop_;
  DialChannel channel_;
  DialPermit& permit_;
  EventLoop::Watch permit_watch_ = 0;
  ResolverPool pool_;
  std::unordered_map<std::uint64_t, Dial> dials_;
  EventLoop::Watch watch_ = 0;
  std::uint32_t interest_ = 0;  ///< events that the channel is watched for
  std::optional<End> end_;
};

}  // namespace mino::gateway
