#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"

namespace mino::integration {

/// Runs with credentials: programs of the test in the places of aws, gcloud, az and gh, that note
/// each call. The directories in which the real ones would look for a login are the test's.
class CredentialTest : public BoxTest {
 protected:
  void SetUp() override;

  /// Makes PROGRAM a shell script.
  void program(const std::string& name, const std::string& script) const;
  /// PROGRAM prints `output`.
  void prints(const std::string& name, const std::string& output) const;
  /// How often the script has been started.
  [[nodiscard]] std::size_t calls(const std::string& name) const;

  /// What `aws sts` prints for a session that ends in an hour, or in `life`, with this secret key.
  [[nodiscard]] static std::string aws_session(const std::string& secret_key,
                                               seconds life = seconds(3600));
  /// The lines of the audit log with that event.
  [[nodiscard]] std::vector<std::string> audited(const std::string& event) const;

  /// `mino run --image <test image> OPTIONS… -- sh -c SCRIPT` with those programs on its PATH.
  [[nodiscard]] ProgramSpec with_programs(std::vector<std::string> options,
                                          const std::string& script) const;
  [[nodiscard]] ProgramResult run_with_programs(std::vector<std::string> options,
                                                const std::string& script) const {
    return run(with_programs(std::move(options), script));
  }
  [[nodiscard]] std::vector<std::filesystem::path> cached() const;

  std::filesystem::path programs_;
  std::map<std::string, std::string> environment_;  ///< of mino, beside the usual
};

}  // namespace mino::integration
