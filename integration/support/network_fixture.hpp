#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"

namespace mino::integration {

/// Boxes with an allow-list, and an HTTP server on the loopback address of this machine that they
/// may reach as host.mino.internal.
class NetworkTest : public BoxTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] std::string rule() const { return "host.mino.internal:" + std::to_string(port_); }
  [[nodiscard]] std::string url() const { return "http://" + rule() + "/page"; }
  /// A shell script in a box that may reach the host's server and nothing else.
  [[nodiscard]] ProgramResult run_script(const std::string& script) const {
    return run_box({"--network-allow", rule(), "--", "sh", "-c", script});
  }
  [[nodiscard]] std::string audit() const { return slurp(state_ / "mino/audit.log"); }

  int port_ = 0;

 private:
  [[nodiscard]] bool is_served() const;

  std::unique_ptr<Background> server_;
};

/// How many times `text` has `part`.
[[nodiscard]] std::size_t occurrences(const std::string& text, const std::string& part);

}  // namespace mino::integration
