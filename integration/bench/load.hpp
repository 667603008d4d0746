#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/bench/workspace.hpp"

namespace mino::bench {

/// The host of a box, as the box and a rule name it.
constexpr std::string_view kHostOfBox = "host.mino.internal";

/// A program whose output is read while it runs, and whose input can be ended. Killed by the
/// destructor if it still runs.
class Talker {
 public:
  explicit Talker(const Command& command);

  /// The next line of its output. Throws Failure when there is none.
  [[nodiscard]] std::string line();
  void end_input() { input_.reset(); }
  Child& child() { return *child_; }

 private:
  Descriptor input_;
  Descriptor output_;
  std::optional<Child> child_;
};

/// The server end of mino_load on a free port of 127.0.0.1, for as long as this lives. One for each
/// timing: the addresses of closed connections stay taken for a minute, and finding free ones among
/// them takes time.
class LoadServer {
 public:
  explicit LoadServer(const Workspace& workspace);

  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  Talker server_;
  std::string port_;
};

/// tinyproxy on a free port of 127.0.0.1, for as long as this lives.
class Proxy {
 public:
  /// `settings` are lines of its configuration.
  Proxy(const Workspace& workspace, std::string_view settings);

  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  std::string port_;
  std::optional<Child> proxy_;
};

/// mino_load on the host; it lies in the project as well, and so in every box.
[[nodiscard]] std::string staged_load(const Workspace& workspace);
/// A client end of mino_load in a box that may reach the server and nothing else; `words` follow
/// its address.
[[nodiscard]] Command load_in_box(const Workspace& workspace, const LoadServer& server,
                                  std::string_view mode, const std::vector<std::string>& words);
/// One in a container on this network of podman's.
[[nodiscard]] Command load_in_container(const Workspace& workspace, const std::string& network,
                                        const std::vector<std::string>& words);

/// What a client end says that it has measured, so that the start of its box does not count.
[[nodiscard]] Seconds told_by(const Command& client);

}  // namespace mino::bench
