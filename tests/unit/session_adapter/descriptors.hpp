#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/poll_loop.hpp"

namespace mino::testing_support {

struct Pipe {
  posix::UniqueFd read;
  posix::UniqueFd write;
};

enum class PipeMode { kBlocking, kNonBlocking };

/// Both ends close on exec.
inline Pipe make_pipe(PipeMode mode = PipeMode::kNonBlocking) {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | (mode == PipeMode::kNonBlocking ? O_NONBLOCK : 0)), 0);
  return {posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
}

/// A file in memory: takes every write.
inline posix::UniqueFd make_memory_file() {
  return posix::UniqueFd(::memfd_create("mino-test", MFD_CLOEXEC));
}

inline std::string contents_of(int file) {
  std::string all;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(all.size()));
    if (got <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// What can be read without waiting; stops at `most` bytes.
inline std::string read_now(int descriptor, std::size_t most = std::string::npos) {
  std::string all;
  std::array<char, 4096> buffer;
  while (all.size() < most) {
    pollfd one{descriptor, POLLIN, 0};
    if (::poll(&one, 1, 0) != 1) return all;
    const ssize_t got =
        ::read(descriptor, buffer.data(), std::min(buffer.size(), most - all.size()));
    if (got <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return all;
}

inline void write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(descriptor, text.data(), text.size());
    ASSERT_GT(put, 0);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

/// Writes until nothing more fits; how much it was.
inline std::size_t fill(int descriptor, char byte) {
  const std::string block(4096, byte);
  std::size_t total = 0;
  for (;;) {
    const ssize_t put = ::write(descriptor, block.data(), block.size());
    if (put <= 0) return total;
    total += static_cast<std::size_t>(put);
  }
}

/// Numbered lines: a byte that is lost, doubled or out of its place shows.
inline std::string numbered(std::size_t bytes) {
  std::string text;
  for (std::size_t line = 0; text.size() < bytes; ++line) text += std::to_string(line) + '\n';
  text.resize(bytes);
  return text;
}

inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

/// Turns the loop until `done`; false when that has not come about in time.
[[nodiscard]] inline bool run_until(session::PollLoop& loop, const std::function<bool()>& done) {
  bool late = false;
  const auto timer = loop.after(std::chrono::seconds(30), [&late] { late = true; });
  while (!late && !done()) loop.run_once();
  loop.cancel(timer);
  return !late;
}

/// Turns the loop as long as something is ready at once.
inline void run_ready(session::PollLoop& loop, int turns = 50) {
  for (int turn = 0; turn < turns; ++turn) {
    const auto timer = loop.after(std::chrono::milliseconds(0), [] {});
    loop.run_once();
    loop.cancel(timer);
  }
}

/// Asks again and again; false when it has not become true in time.
[[nodiscard]] inline bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace mino::testing_support
