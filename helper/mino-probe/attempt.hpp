#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mino::probe {

/// What an attempt came to: "ok" when it succeeded, the name of the errno or signal that ended it,
/// "none" when it looked for something that is not there, "is" for a fact. `detail` is what was
/// found; it holds no line feed.
struct Outcome {
  std::string how;
  std::string detail;
};

/// 0 is "ok".
[[nodiscard]] Outcome of_errno(int error);
/// The outcome of a call that returned `result`, less than 0 with errno set when it failed.
[[nodiscard]] Outcome of_call(long result);
/// The same of a call that opens a descriptor, which is closed.
[[nodiscard]] Outcome of_open(long descriptor);
/// "ok" with what was found, or "none" when that is nothing.
[[nodiscard]] Outcome of_search(std::string found);
[[nodiscard]] Outcome fact(std::string value);

/// The number that `text` begins with; 0 when it begins with none.
[[nodiscard]] int number_in(std::string_view text, int base = 10);

/// Runs `act`, which returns an errno, in a child, so that what it gains is gone with it.
[[nodiscard]] Outcome apart(int (*act)());

/// One thing that a box should refuse, or must not.
struct Attempt {
  std::string_view name;
  Outcome (*act)(const std::string& argument);
};

/// System calls.
[[nodiscard]] std::span<const Attempt> kernel_attempts();
/// Taking over other processes of the box, the first one above all.
[[nodiscard]] std::span<const Attempt> process_attempts();
/// Paths, and what lies where.
[[nodiscard]] std::span<const Attempt> file_attempts();
[[nodiscard]] std::span<const Attempt> network_attempts();
/// Changing the user's SSH agent; the argument is its socket.
[[nodiscard]] std::span<const Attempt> agent_attempts();
/// What this process has got: rights, descriptors, variables.
[[nodiscard]] std::span<const Attempt> inventory_attempts();

}  // namespace mino::probe
