#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/bench/descriptor.hpp"

namespace mino::bench {

using Seconds = std::chrono::duration<double>;
using std::chrono::milliseconds;

/// A measured program did not do what it is measured for, or the user interrupted the benchmark.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Command {
  std::vector<std::string> argv{};
  std::map<std::string, std::string> environment{};  ///< added to the benchmark's own
  std::string directory{};                           ///< empty: the benchmark's own
};

/// A child in a session of its own. Killed with its group and reaped by the destructor if it still
/// runs.
class Child {
 public:
  struct Streams {
    int in = -1;  ///< -1: /dev/null
    int out = -1;
    int err = -1;
  };
  Child(const Command& command, Streams streams);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// The exit code, or 128 plus the signal. Throws Failure at the deadline and when the user
  /// interrupts.
  int wait(milliseconds patience);
  void signal(int number) const;

 private:
  pid_t pid_ = -1;
  Descriptor pidfd_;
};

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
  Seconds elapsed{};
};

/// Runs it to its end, both outputs read. Throws Failure only at the deadline and when the user
/// interrupts.
[[nodiscard]] Outcome run(const Command& command);

/// The time from the start to the end of a program that has to succeed, its output thrown away.
[[nodiscard]] Seconds time_of(const Command& command);

/// Sleeps; throws Failure when the user interrupts.
void pause_for(milliseconds time);

/// SIGINT, SIGTERM and SIGHUP from now on only make the waiting functions here throw, so that
/// everything is cleaned up.
void catch_interrupts();
/// Whether one has come and made a function throw. Those that are called afterwards, to clean up,
/// wait as usual.
[[nodiscard]] bool was_interrupted();

}  // namespace mino::bench
