#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "helper/mino-init/descriptor.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::testing_support {

using init::Descriptor;

/// A process as a test describes it to mino-init.
struct InitProcess {
  std::uint32_t id = 1;
  std::vector<std::string> arguments;
  std::vector<std::string> environment = {};
  std::uint32_t flags = 0;
  std::uint16_t rows = 0;
  std::uint16_t columns = 0;
};

/// The outer ends of a process's pipes.
struct InitPipes {
  Descriptor in;
  Descriptor out;
  Descriptor err;
};

struct InitMessage {
  lifeline::Packet packet{};
  Descriptor attached;
};

struct InitOutcome {
  lifeline::Packet last{};  // kEnded or kFailed
  std::string out;
  std::string err;
};

struct InitOptions {
  std::vector<std::string> arguments = {"--", "mino-agent"};
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin"};
  std::vector<int> inherited = {};  // kept open for mino-init under their own numbers
  bool signals_upset = false;       // SIGCHLD, SIGPIPE and SIGHUP ignored, SIGTERM blocked
};

/// Runs the built mino-init as an ordinary child, as an unprivileged user when the test is root,
/// and is its owner. Everything that waits has a deadline, and fails the test when it passes.
class InitBox {
 public:
  explicit InitBox(const InitOptions& options = {});
  ~InitBox();
  InitBox(const InitBox&) = delete;
  InitBox& operator=(const InitBox&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  void send(std::span<const std::byte> bytes, std::span<const int> descriptors = {});
  void send(const lifeline::Packet& packet, std::span<const int> descriptors = {});
  /// kProcess and as many kData as it takes.
  void describe(const InitProcess& process);
  InitPipes go_with_pipes(std::uint32_t id);
  void go_with_terminal(std::uint32_t id);
  void signal(std::uint32_t id, int number);

  /// The next packet; one of kind 0 after a failure.
  InitMessage next();
  /// The next packet, which has to be this one.
  InitMessage expect(lifeline::Kind kind, std::uint32_t id);

  InitPipes start(const InitProcess& process);
  /// Starts it with `input`, reads both outputs to the end and waits for its last packet.
  InitOutcome run(const InitProcess& process, std::string_view input = {});
  /// An agent that does nothing until the box ends, so that other processes can be started.
  void start_idle_agent(const std::vector<std::string>& environment = {});

  void close_lifeline() { lifeline_.reset(); }
  /// Whether mino-init has closed its end.
  bool is_closed();
  /// Its exit code, or 128 plus the signal.
  int wait();

 private:
  pid_t pid_ = -1;
  std::optional<int> code_;
  Descriptor lifeline_;
  Descriptor idle_input_;
};

/// Everything until end of file (or until the terminal's other side is gone).
std::string read_all(int descriptor);
/// Reads until `wanted` has come. What was read is returned.
std::string read_until(int descriptor, std::string_view wanted);
void write_all(int descriptor, std::string_view text);

/// Calls `condition` until it says true. False when the deadline passed.
bool eventually(const std::function<bool()>& condition);
/// The process is gone, or a zombie that waits for a parent other than mino-init.
bool is_gone(pid_t pid);
/// Its children that are alive or zombies.
std::vector<pid_t> children_of(pid_t pid);
/// The letter of its state in /proc, or 0 when there is no such process.
char state_of(pid_t pid);

}  // namespace mino::testing_support
