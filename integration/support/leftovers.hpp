#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "integration/support/program.hpp"

namespace mino::integration {

/// Looks from outside for what sessions must not leave behind: processes, containers of podman and
/// of the OCI runtime, unnamed volumes, network namespaces and entries of the runtime directory.
/// What carries no session's name counts when it was not there at the time of construction and
/// stays.
class Leftovers {
 public:
  /// A podman that is killed between making a network namespace and starting the container forgets
  /// the namespace's file; nothing tells whose it was. Tests that kill podman leave those out.
  enum class Namespaces { kCounted, kLeftOut };

  Leftovers();

  /// What is left of the sessions whose name starts with `prefix`, one line each, once `patience`
  /// has passed; returns as soon as nothing is. What other sessions make meanwhile and remove again
  /// is not counted.
  [[nodiscard]] std::vector<std::string> wait(const std::string& prefix,
                                              Namespaces namespaces = Namespaces::kCounted,
                                              seconds patience = seconds(20)) const;

 private:
  [[nodiscard]] std::set<std::string> find(const std::string& prefix) const;

  std::set<std::string> before_;
};

/// The lines, for a failure's message.
[[nodiscard]] std::string joined(const std::vector<std::string>& lines);

struct ProcessView {
  int pid = 0;
  int parent = 0;
  std::string program;  ///< base name of the first word of its command line
  std::string words;    ///< command line, separated by blanks
};

/// This user's processes that have a command line (zombies have none), apart from the test itself.
[[nodiscard]] std::vector<ProcessView> own_processes();

/// The children of `parent` whose program is `program`.
[[nodiscard]] std::vector<int> children_named(int parent, const std::string& program);

/// The text of a string or number member of a JSON text, wherever its first occurrence is; empty
/// when there is none.
[[nodiscard]] std::string json_member(const std::string& json, const std::string& name);

}  // namespace mino::integration
