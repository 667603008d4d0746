#include "integration/bench/benches.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace mino::bench {

namespace {

constexpr std::uint64_t kBytes = std::uint64_t{1} << 30;
constexpr Target kBulkTarget{Target::Kind::kAtLeast, 1};
constexpr milliseconds kPatience{300000};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Failure("cannot make a pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Reads to the end and throws away; how much it was.
std::uint64_t drain(int pipe) {
  const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  constexpr std::size_t kAtOnce = 1024 * 1024;
  std::uint64_t total = 0;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    pollfd one{pipe, POLLIN, 0};
    ::poll(&one, 1, 1000);
    pause_for(milliseconds(0));
    if (std::chrono::steady_clock::now() > deadline) throw Failure("the transfer does not end");
    if (one.revents == 0) continue;
    const ssize_t got = ::splice(pipe, nullptr, null.get(), nullptr, kAtOnce, 0);
    if (got <= 0) return total;
    total += static_cast<std::uint64_t>(got);
  }
}

/// The bytes come from a pipe and go to a pipe, as in a pipeline of a shell.
Seconds transfer(const Command& command) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  const auto start = std::chrono::steady_clock::now();
  Child feeder({.argv = {"head", "-c", std::to_string(kBytes), "/dev/zero"}},
               {.out = in.write.get()});
  Child program(command, {.in = in.read.get(), .out = out.write.get()});
  in.read.reset();
  in.write.reset();
  out.write.reset();
  const std::uint64_t total = drain(out.read.get());
  const int code = program.wait(kPatience);
  const Seconds elapsed = std::chrono::steady_clock::now() - start;
  if (code != 0 || total != kBytes)
    throw Failure(
        fmt::format("{} ended with {} after {} bytes", command.argv.front(), code, total));
  static_cast<void>(feeder.wait(kPatience));
  return elapsed;
}

}  // namespace

void bench_bulk(const Workspace& workspace, Effort effort, Report& report) {
  std::vector<Contestant> contestants;
  contestants.push_back({"mino run -- cat, 1 GiB", [&workspace] {
                           return transfer(workspace.mino_run({"--", "cat"}));
                         }});
  contestants.push_back({"podman run -i -- cat, 1 GiB", [&workspace] {
                           return transfer(workspace.podman({"run", "--rm", "-i", "--network",
                                                             "none", workspace.image(), "cat"}));
                         }});
  interleave(contestants, std::max(effort.pairs / 6, 3));
  for (const Contestant& contestant : contestants) report.add_raw(contestant);
  report.add({.name = "bulk from stdin to stdout, rate / podman run -i",
              .measured = contestants[1].median_seconds() / contestants[0].median_seconds(),
              .unit = "×",
              .target = kBulkTarget});
}

}  // namespace mino::bench
