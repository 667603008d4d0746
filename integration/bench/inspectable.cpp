#include "integration/bench/inspectable.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <utility>

namespace mino::bench {

namespace {

constexpr char kOption[] = "--as-inspectable-command";
constexpr int kCannotRun = 125;

}  // namespace

Command inspectable(Command command) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  command.argv.insert(command.argv.begin(), {self, kOption});
  return command;
}

bool is_inspectable_start(int argument_count, char** arguments) {
  return argument_count > 2 && std::strcmp(arguments[1], kOption) == 0;
}

int start_inspectable(char** arguments) {
  // prctl(PR_SET_DUMPABLE) seems to succeed and does nothing; everything else is allowed.
  std::array<sock_filter, 6> program{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, SYS_prctl},
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, args)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, PR_SET_DUMPABLE},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return kCannotRun;
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) return kCannotRun;
  ::execv(arguments[2], arguments + 2);
  return kCannotRun;
}

}  // namespace mino::bench
