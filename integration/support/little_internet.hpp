#pragma once

#include <memory>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"

namespace mino::integration {

/// Boxes with an allow-list on a machine whose internet is integration/internet: names,
/// certificates and servers of the test's own. Skipped unless it runs under
/// integration/env/with-internet.
class LittleInternet : public BoxTest {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  /// Starts the servers. `tool_command` is what the model behind api.example wants run.
  void open_internet(const std::string& tool_command = "true");
  void open_ssh();

  /// `mino run --image host OPTIONS… -- sh -c SCRIPT`, whose programs trust the authority of the
  /// little internet.
  [[nodiscard]] ProgramSpec script(std::vector<std::string> options,
                                   const std::string& script) const;
  /// The same with `--network-allow RULES`.
  [[nodiscard]] ProgramResult run_script(const std::string& rules, const std::string& text) const {
    return run(script({"--network-allow", rules}, text));
  }

  /// What has arrived at the servers until now, as JSON lines.
  [[nodiscard]] std::string arrivals() const;
  /// How many connections have arrived at "web:443": a name without its domain, a port.
  [[nodiscard]] int connections(const std::string& place) const;
  [[nodiscard]] std::string audit() const { return slurp(state_ / "mino/audit.log"); }
  /// The line of the audit with this event that names this host; empty when there is none.
  [[nodiscard]] std::string audit_line(const std::string& event, const std::string& host) const;

 private:
  [[nodiscard]] std::unique_ptr<Background> serve(std::vector<std::string> argv) const;

  /// What integration/internet/prepare has made for all tests of the suite.
  static std::filesystem::path prepared_;
  std::unique_ptr<Background> servers_;
  std::unique_ptr<Background> ssh_;
};

/// How often `part` stands in `text`.
[[nodiscard]] int count_of(const std::string& text, const std::string& part);

}  // namespace mino::integration
