#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "helper/mino-init/allocated.hpp"
#include "helper/mino-init/description.hpp"
#include "helper/mino-init/descriptor.hpp"
#include "helper/mino-init/filter.hpp"
#include "helper/mino-init/launch.hpp"
#include "helper/mino-init/lifeline_socket.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::init {

/// The image's ENTRYPOINT: what podman put before the placeholder of the agent's command.
struct Entrypoint {
  char* const* arguments = nullptr;
  std::size_t count = 0;
  bool valid = false;  // the placeholder was where it belongs
};

/// What the supervisor watches beside the lifeline.
struct Sources {
  int signals = -1;          // a signalfd that does not block
  int changes = -1;          // the pipe on which keepers report stops
  int changes_writing = -1;  // its other end, handed to keepers
};

/// The life of the box: starts what the owner describes, reaps what ends, and ends the box with the
/// agent or when the lifeline closes.
class Supervisor {
 public:
  /// `environment` is the image's. All of it has to outlive the supervisor.
  Supervisor(Entrypoint entrypoint, char* const* environment, Sources sources);

  /// Says that it is ready and serves until the process exits.
  [[noreturn]] void run();

 private:
  struct Process {
    std::uint32_t id = 0;
    pid_t keeper = 0;  // 0 when it is gone
    pid_t pid = 0;     // 0 until it is reported
  };

  void serve_lifeline();
  void start();
  void start_process(const Description& description);
  [[nodiscard]] Allocated<char*> arguments_of(const Description& description) const;
  [[nodiscard]] char* const* environment_of(const Description& description,
                                            Allocated<char*>& storage);
  [[nodiscard]] bool give_terminal(const Description& description, Launch& plan, Descriptor& slave);
  [[nodiscard]] bool starting(const Process* process) const;
  void take_report();
  void take_reports();
  void drain_signals();
  void drain_changes();
  void reap();
  void note_stop(pid_t pid, int signal);
  void note_end(pid_t pid, int status);
  void forward_signal(const Inbox::Signal& signal);

  void fail(std::uint32_t id, int error, lifeline::FailedStage stage);
  void tell(lifeline::Kind kind, std::uint32_t id, std::int32_t value, std::uint32_t flags,
            int attached);
  [[nodiscard]] Process* find_pid(pid_t pid);
  [[nodiscard]] Process* find_keeper(pid_t pid);
  [[nodiscard]] Process* find_id(std::uint32_t id);
  void forget(Process* process);
  [[noreturn]] void end(int code);
  static void kill_and_reap(const Process& process);

  Entrypoint entrypoint_;
  char* const* base_environment_;
  Sources sources_;
  Inbox inbox_;
  Incoming incoming_;
  Filter filter_;
  Description agent_;  // its bytes are part of every later environment
  Allocated<char>
      agent_path_;  ///< the string that is PATH in agent_environment_, if it was extended
  Allocated<char*> agent_environment_;
  std::uint32_t agent_id_ = 0;
  std::array<Process, lifeline::kMaxProcesses> processes_{};
  std::size_t process_count_ = 0;
  Descriptor report_;  // open while the exec of the last of processes_ is not reported
};

}  // namespace mino::init
