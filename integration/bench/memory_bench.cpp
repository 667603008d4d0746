#include "integration/bench/benches.hpp"
#include "integration/bench/inspectable.hpp"
#include "integration/bench/proc_memory.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>

#include <array>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr Target kMemoryTarget{Target::Kind::kAtMost, 10};
constexpr Target kNoPodmanTarget{Target::Kind::kAtMost, 0};
constexpr milliseconds kPatience{60000};

struct Usage {
  long pss_kib = 0;
  int processes = 0;
};

/// Of mino and what it forked, which all have the command line of the session with that name.
Usage usage_of(const std::string& program, const std::string& session) {
  Usage usage;
  for (const fs::path& process : processes()) {
    const std::string words = slurp(process / "cmdline");
    if (!words.starts_with(program + '\0') || words.find(session) == std::string::npos) continue;
    const long pss = pss_of(process);
    if (pss == 0) throw Failure("the memory of mino cannot be looked at");
    usage.pss_kib += pss;
    ++usage.processes;
  }
  if (usage.processes == 0) throw Failure("mino is not among the processes");
  return usage;
}

/// Podman's own processes that have to do with the workspace; conmon, which every container has, is
/// none.
int podman_processes(const Workspace& workspace) {
  int count = 0;
  for (const fs::path& process : processes()) {
    if (slurp(process / "comm") != "podman\n") continue;
    if (slurp(process / "cmdline").find(workspace.project().string()) != std::string::npos) ++count;
  }
  return count;
}

/// Reads what a terminal shows until `text` is in it.
void wait_for(int terminal, std::string_view text) {
  std::string shown;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (shown.find(text) == std::string::npos) {
    pollfd one{terminal, POLLIN, 0};
    std::array<char, 4096> buffer;
    ssize_t got = -1;
    if (::poll(&one, 1, 100) == 1) {
      got = ::read(terminal, buffer.data(), buffer.size());
      if (got <= 0) throw Failure("the session on a terminal ended: " + shown);
      shown.append(buffer.data(), static_cast<std::size_t>(got));
    }
    pause_for(milliseconds(0));
    if (std::chrono::steady_clock::now() > deadline)
      throw Failure("the session on a terminal does not start: " + shown);
  }
}

}  // namespace

void bench_memory(const Workspace& workspace, Effort /*effort*/, Report& report) {
  int master = -1;
  int slave = -1;
  if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0)
    throw Failure("cannot open a terminal");
  const Descriptor outer(master);
  const Descriptor inner(slave);
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  const std::string name = workspace.name("memory");
  const Command command = inspectable(workspace.mino_run(
      {"-t", "--name", name, "--", "sh", "-c", "echo run''ning; exec sleep 100000"}));
  Child session(command, {.in = slave, .out = slave, .err = slave});
  wait_for(master, "running");
  for (int i = 0; i < 100 && podman_processes(workspace) > 0; ++i) pause_for(milliseconds(50));
  const int podmans = podman_processes(workspace);
  const Usage usage = usage_of(workspace.program(), name);
  report.add({.name = fmt::format("PSS of an attached mino ({} processes)", usage.processes),
              .measured = static_cast<double>(usage.pss_kib) / kKibPerMib,
              .unit = " MiB",
              .target = kMemoryTarget});
  report.add({.name = "podman processes while it runs",
              .measured = static_cast<double>(podmans),
              .unit = "",
              .target = kNoPodmanTarget});
  static_cast<void>(run(workspace.mino({"stop", "--force", name})));
  static_cast<void>(session.wait(kPatience));
}

}  // namespace mino::bench
