#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

/// Longer than anything takes, unless it hangs.
inline constexpr int kTestDeadlineMs = 20000;

/// False after the deadline.
[[nodiscard]] bool poll_for(int fd, short events);

/// Sleeps a millisecond.
void wait_a_little();

/// Waits until `condition` holds; false after the deadline.
template <typename Condition>
bool eventually(Condition condition) {
  for (int waited = 0; waited < kTestDeadlineMs; ++waited) {
    if (condition()) return true;
    wait_a_little();
  }
  return false;
}

/// A listening socket on a loopback address, on a port of its own choice or on `port`.
class TestListener {
 public:
  explicit TestListener(std::string_view address, std::uint16_t port = 0);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// A connection that waits already or arrives before the deadline; else an invalid descriptor.
  [[nodiscard]] posix::UniqueFd accept();
  [[nodiscard]] bool has_connection();
  /// From now on connections to it are neither made nor refused.
  void fill();

 private:
  posix::UniqueFd socket_;
  std::uint16_t port_ = 0;
  std::string address_;
  std::vector<posix::UniqueFd> fillers_;
};

}  // namespace mino::gateway
