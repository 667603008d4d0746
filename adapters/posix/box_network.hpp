#pragma once

#include <string>
#include <vector>

#include "domain/error.hpp"
#include "domain/network/network_request.hpp"

namespace mino::posix {

/// What stands between one box and the network, as the loop of the session's owner sees it. The
/// owner holds the agent back until it is up.
class BoxNetwork {
 public:
  enum class State {
    kAbsent,   ///< the plan has no egress rules: nothing to wait for
    kPending,  ///< the box's rules are not in force yet
    kUp,
    kFailed,  ///< before it was up; failure() says why
  };

  BoxNetwork() = default;
  BoxNetwork(const BoxNetwork&) = delete;
  BoxNetwork& operator=(const BoxNetwork&) = delete;
  virtual ~BoxNetwork() = default;

  [[nodiscard]] virtual State state() const = 0;
  /// Readable (poll POLLIN) when handle() has something to do; -1 with kAbsent. The same descriptor
  /// for the whole session.
  [[nodiscard]] virtual int fd() const = 0;
  /// Takes what has arrived, without blocking. May change state().
  virtual void handle() = 0;
  /// Only with kFailed.
  [[nodiscard]] virtual const Error& failure() const = 0;
  /// Answers a client of the session's control socket. Without egress rules: an answer with an
  /// error.
  [[nodiscard]] virtual NetworkAnswer answer(const NetworkRequest& request) = 0;
};

}  // namespace mino::posix
