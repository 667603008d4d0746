#pragma once

#include <sys/types.h>
#include <termios.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mino::integration {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How a program under test is started. It gets a session of its own and is killed with its group
/// at the deadline.
struct ProgramSpec {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< added to the test's own
  std::string directory;                           ///< empty: the test's own
  std::optional<std::string> input;                ///< nothing: /dev/null
  milliseconds deadline{60000};
};

struct ProgramResult {
  int code = -1;  ///< exit code, or 128 + signal
  std::string out;
  std::string err;
  bool timed_out = false;
};

[[nodiscard]] ProgramResult run(const ProgramSpec& spec);

/// A program that runs beside the test, its stdout and stderr in files.
class Background {
 public:
  explicit Background(const ProgramSpec& spec);
  ~Background();  ///< kills the group and reaps
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// The exit code (128 + signal), or nothing when it has not ended in time.
  [[nodiscard]] std::optional<int> wait(milliseconds patience);
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> code_;
  std::string directory_;
};

/// A program on a terminal of its own, as a person would start it.
class Terminal {
 public:
  Terminal(const ProgramSpec& spec, unsigned short rows = 24, unsigned short columns = 80);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& text) const;
  /// Reads until `text` has appeared after what was waited for before; false when it has not come
  /// in time.
  [[nodiscard]] bool wait_for(const std::string& text, milliseconds patience = milliseconds(20000));
  /// Everything that was shown so far.
  [[nodiscard]] const std::string& screen() const { return screen_; }
  void resize(unsigned short rows, unsigned short columns) const;
  [[nodiscard]] termios mode() const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::optional<int> wait(milliseconds patience = milliseconds(20000));

 private:
  bool read_some(milliseconds patience);

  pid_t pid_ = -1;
  int master_ = -1;
  int slave_ = -1;  ///< kept open so that its mode can be asked for after the program has ended
  std::string screen_;
  std::size_t seen_ = 0;
  std::optional<int> code_;
};

/// Calls `done` every few milliseconds until it is true; false when it has not become so in time.
template <typename Condition>
[[nodiscard]] bool eventually(Condition done, milliseconds patience = milliseconds(10000));

void pause_briefly();

template <typename Condition>
bool eventually(Condition done, milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    pause_briefly();
  }
  return true;
}

}  // namespace mino::integration
