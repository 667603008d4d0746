#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "integration/support/leftovers.hpp"

namespace mino::integration {

/// Looks for planted values wherever they must not be.
class SecretSearch {
 public:
  /// `state` is the test's XDG_STATE_HOME. Files below it whose names are in `allowed` may hold the
  /// values.
  SecretSearch(std::vector<std::string> values, std::filesystem::path state,
               std::vector<std::string> allowed = {});

  /// The value that is in the text; empty when none is.
  [[nodiscard]] std::string in(const std::string& text) const;
  /// The files that hold one: of mino's state, of podman's storage and of the run directory, those
  /// of other ids of the user included.
  [[nodiscard]] std::string in_files() const;
  /// Command lines and readable environments of all processes of this user, apart from the
  /// environments of those in a box: they have them. `callers` were given values by the test
  /// itself.
  [[nodiscard]] std::string in_processes(const std::vector<pid_t>& callers) const;
  /// Expects that in_files() finds a value in each of its places.
  void expect_to_work(const std::string& name) const;

  [[nodiscard]] static bool in_a_box(const ProcessView& process);

 private:
  std::vector<std::string> values_;
  std::filesystem::path state_;
  std::vector<std::string> allowed_;
};

/// All that podman can say about these containers.
[[nodiscard]] std::string inspection_of(const std::vector<std::string>& containers);

}  // namespace mino::integration
