// Each test confines a process of its own, which then tries what it should and should not be able
// to do.
#include "adapters/linux/confinement.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::linux {
namespace {

using posix::UniqueFd;

constexpr int kConfinementFailed = 250;
constexpr int kDeadlineMs = 20000;

/// In the child: ends it with the line of the first condition that does not hold.
#define MINO_CHILD_EXPECT(condition)                 \
  do {                                               \
    if (!(condition)) ::_exit(1 + (__LINE__ % 200)); \
  } while (false)

/// How a child that runs `body` after `confine` ended; exit code 0 when the body came to its end.
posix::ExitStatus confined(Result<void> (*confine)(), const std::function<void()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!confine().ok()) ::_exit(kConfinementFailed);
    body();
    ::_exit(0);
  }
  auto child = posix::ChildProcess::adopt(pid, posix::ChildScope::kProcess);
  if (!child.ok()) return {};
  pollfd one{child->pidfd(), POLLIN, 0};
  if (::poll(&one, 1, kDeadlineMs) != 1) return {};
  return child->wait();
}

const posix::ExitStatus kWell{.exit_code = 0, .signal = {}};
const posix::ExitStatus kKilled{.exit_code = {}, .signal = SIGSYS};

long landlock_version() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool fails_with(long result, int error) { return result == -1 && errno == error; }
bool is_refused(long result) { return result == -1 && (errno == EPERM || errno == EACCES); }

UniqueFd loopback_listener(sockaddr_in* where) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  *where = {};
  where->sin_family = AF_INET;
  where->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof *where;
  auto* plain = reinterpret_cast<sockaddr*>(where);
  EXPECT_EQ(::bind(listener.get(), plain, size), 0);
  EXPECT_EQ(::listen(listener.get(), 8), 0);
  EXPECT_EQ(::getsockname(listener.get(), plain, &size), 0);
  return listener;
}

UniqueFd connected_to(const sockaddr_in& where) {
  UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  return client;
}

void relay(int from, int to) {
  int ends[2] = {-1, -1};
  MINO_CHILD_EXPECT(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  MINO_CHILD_EXPECT(::splice(from, nullptr, ends[1], nullptr, 16, SPLICE_F_MOVE) == 4);
  MINO_CHILD_EXPECT(::splice(ends[0], nullptr, to, nullptr, 16, SPLICE_F_MOVE) == 4);
  MINO_CHILD_EXPECT(::close(ends[0]) == 0 && ::close(ends[1]) == 0);
}

void pass_descriptor(int from, int to, int descriptor) {
  char byte = 'x';
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  MINO_CHILD_EXPECT(::sendmsg(from, &message, MSG_NOSIGNAL) == 1);
  MINO_CHILD_EXPECT(::recvmsg(to, &message, MSG_CMSG_CLOEXEC) == 1);
  MINO_CHILD_EXPECT(CMSG_FIRSTHDR(&message) != nullptr);
}

TEST(ConfineGateway, LeavesWhatARelayDoes) {
  sockaddr_in where{};
  const UniqueFd listener = loopback_listener(&where);
  const UniqueFd client = connected_to(where);
  int pair[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
  const UniqueFd ours(pair[0]);
  const UniqueFd theirs(pair[1]);
  EXPECT_EQ(
      confined(&confine_gateway,
               [&] {
                 const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
                 epoll_event event{};
                 event.events = EPOLLIN;
                 MINO_CHILD_EXPECT(epoll >= 0);
                 MINO_CHILD_EXPECT(::epoll_ctl(epoll, EPOLL_CTL_ADD, listener.get(), &event) == 0);
                 MINO_CHILD_EXPECT(::epoll_wait(epoll, &event, 1, kDeadlineMs) == 1);
                 const int accepted = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
                 MINO_CHILD_EXPECT(accepted >= 0);
                 MINO_CHILD_EXPECT(::send(client.get(), "ping", 4, MSG_NOSIGNAL) == 4);
                 relay(accepted, accepted);
                 char answer[4] = {};
                 MINO_CHILD_EXPECT(::recv(client.get(), answer, sizeof answer, MSG_WAITALL) == 4);
                 pass_descriptor(ours.get(), theirs.get(), accepted);
                 const int on = 1;
                 MINO_CHILD_EXPECT(
                     ::setsockopt(accepted, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0);
                 MINO_CHILD_EXPECT(::fcntl(accepted, F_SETFL, O_NONBLOCK) == 0);
                 MINO_CHILD_EXPECT(::shutdown(accepted, SHUT_WR) == 0);
               }),
      kWell);
}

TEST(ConfineGateway, LeavesWhatTheLibrariesNeed) {
  EXPECT_EQ(confined(&confine_gateway,
                     [] {
                       char random[8] = {};
                       MINO_CHILD_EXPECT(::getrandom(random, sizeof random, 0) == sizeof random);
                       // Large enough to be mapped and not to come from the heap.
                       void* memory = std::malloc(std::size_t{8} * 1024 * 1024);
                       MINO_CHILD_EXPECT(memory != nullptr);
                       std::free(memory);
                       rlimit limit{};
                       MINO_CHILD_EXPECT(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
                       struct stat info {};
                       MINO_CHILD_EXPECT(::fstat(STDERR_FILENO, &info) == 0);
                       timespec moment{0, 1000};
                       MINO_CHILD_EXPECT(::nanosleep(&moment, nullptr) == 0);
                       MINO_CHILD_EXPECT(std::fprintf(stderr, "%s", "") == 0);
                     }),
            kWell);
}

TEST(ConfineGateway, ReachesNoFile) {
  EXPECT_EQ(
      confined(&confine_gateway,
               [] {
                 struct stat info {};
                 char target[8] = {};
                 MINO_CHILD_EXPECT(is_refused(::open("/dev/urandom", O_RDONLY | O_CLOEXEC)));
                 MINO_CHILD_EXPECT(
                     is_refused(::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)));
                 MINO_CHILD_EXPECT(is_refused(::access("/etc/passwd", R_OK)));
                 MINO_CHILD_EXPECT(is_refused(::stat("/etc/passwd", &info)));
                 MINO_CHILD_EXPECT(is_refused(::readlink("/proc/self/exe", target, sizeof target)));
               }),
      kWell);
}

TEST(ConfineGateway, EndsTheProcessThatReachesOut) {
  sockaddr_in where{};
  const UniqueFd listener = loopback_listener(&where);
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* plain = reinterpret_cast<const sockaddr*>(&where);
  char* const arguments[] = {nullptr};
  const std::pair<const char*, std::function<void()>> cases[] = {
      {"socket", [] { ::socket(AF_INET, SOCK_STREAM, 0); }},
      {"unix socket", [] { ::socket(AF_UNIX, SOCK_STREAM, 0); }},
      {"connect", [&] { ::connect(socket.get(), plain, sizeof where); }},
      {"fast open",
       [&] { ::sendto(socket.get(), "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, plain, sizeof where); }},
      {"execve", [&] { ::execve("/bin/true", arguments, arguments); }},
      {"fork", [] { static_cast<void>(::fork()); }},
      {"ptrace", [] { ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
      {"kill", [] { ::kill(::getpid(), 0); }},
      {"executable memory",
       [] { ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }},
      {"unlink", [] { ::unlink("/nowhere/at/all"); }},
      {"io_uring", [] { ::syscall(SYS_io_uring_setup, 1, nullptr); }},
  };
  for (const auto& [name, act] : cases) EXPECT_EQ(confined(&confine_gateway, act), kKilled) << name;
}

TEST(ConfineGateway, LetsAbortBeSeenAsAbort) {
  EXPECT_EQ(confined(&confine_gateway, [] { ::raise(SIGABRT); }),
            (posix::ExitStatus{.exit_code = {}, .signal = SIGABRT}));
}

TEST(ConfineDialler, LeavesResolvingAndConnecting) {
  sockaddr_in where{};
  const UniqueFd listener = loopback_listener(&where);
  EXPECT_EQ(confined(&confine_dialler,
                     [&] {
                       addrinfo* list = nullptr;
                       MINO_CHILD_EXPECT(::getaddrinfo("localhost", "443", nullptr, &list) == 0);
                       const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                       MINO_CHILD_EXPECT(::connect(client.get(),
                                                   reinterpret_cast<const sockaddr*>(&where),
                                                   sizeof where) == 0);
                       MINO_CHILD_EXPECT(UniqueFd(::socket(AF_INET6, SOCK_DGRAM, 0)) ||
                                         errno == EAFNOSUPPORT);
                       MINO_CHILD_EXPECT(UniqueFd(::socket(AF_UNIX, SOCK_STREAM, 0)));
                       MINO_CHILD_EXPECT(UniqueFd(::socket(AF_NETLINK, SOCK_RAW, 0)));
                       const pid_t child = ::fork();
                       if (child == 0) ::pause();
                       MINO_CHILD_EXPECT(child > 0 && ::kill(child, SIGKILL) == 0);
                       MINO_CHILD_EXPECT(::waitpid(child, nullptr, 0) == child);
                     }),
            kWell);
}

TEST(ConfineDialler, ReadsAFileThatWasReplacedMeanwhile) {
  const testing_support::TempDir directory;
  const std::filesystem::path path = directory / "resolv.conf";
  std::ofstream(path) << "old";
  int pair[2] = {-1, -1};
  ASSERT_EQ(::pipe2(pair, O_CLOEXEC), 0);
  const UniqueFd reading(pair[0]);
  const UniqueFd writing(pair[1]);
  // This process replaces the file once the child is confined.
  int ready[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const UniqueFd told(ready[0]);
  const UniqueFd telling(ready[1]);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    char byte = 0;
    if (!confine_dialler().ok()) ::_exit(kConfinementFailed);
    MINO_CHILD_EXPECT(::write(telling.get(), "x", 1) == 1);
    MINO_CHILD_EXPECT(::read(reading.get(), &byte, 1) == 1);
    char text[4] = {};
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    MINO_CHILD_EXPECT(file && ::read(file.get(), text, 3) == 3);
    MINO_CHILD_EXPECT(std::strcmp(text, "new") == 0);
    ::_exit(0);
  }
  auto child = posix::ChildProcess::adopt(pid, posix::ChildScope::kProcess);
  ASSERT_TRUE(child.ok());
  char byte = 0;
  pollfd one{told.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&one, 1, kDeadlineMs), 1);
  ASSERT_EQ(::read(told.get(), &byte, 1), 1);
  std::ofstream(directory / "new") << "new";
  std::filesystem::rename(directory / "new", path);
  ASSERT_EQ(::write(writing.get(), "x", 1), 1);
  EXPECT_EQ(child->wait(), kWell);
}

TEST(ConfineDialler, ChangesNoFile) {
  if (landlock_version() <= 0) GTEST_SKIP() << "this kernel has no Landlock";
  const testing_support::TempDir directory;
  const std::string old = directory / "old";
  const std::string fresh = directory / "fresh";
  std::ofstream(old) << "text";
  EXPECT_EQ(confined(&confine_dialler,
                     [&] {
                       MINO_CHILD_EXPECT(is_refused(::open(old.c_str(), O_WRONLY | O_CLOEXEC)));
                       MINO_CHILD_EXPECT(is_refused(::open(old.c_str(), O_RDWR | O_CLOEXEC)));
                       MINO_CHILD_EXPECT(
                           is_refused(::open(fresh.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)));
                       MINO_CHILD_EXPECT(is_refused(::unlink(old.c_str())));
                       MINO_CHILD_EXPECT(is_refused(::mkdir(fresh.c_str(), 0700)));
                       MINO_CHILD_EXPECT(is_refused(::symlink("x", fresh.c_str())));
                       MINO_CHILD_EXPECT(is_refused(::mkfifo(fresh.c_str(), 0600)));
                       MINO_CHILD_EXPECT(is_refused(::rename(old.c_str(), fresh.c_str())));
                       if (landlock_version() >= 3)
                         MINO_CHILD_EXPECT(is_refused(::truncate(old.c_str(), 0)));
                     }),
            kWell);
}

TEST(ConfineDialler, RefusesWhatAResolverHasNoUseFor) {
  char* const arguments[] = {nullptr};
  EXPECT_EQ(
      confined(&confine_dialler,
               [&] {
                 MINO_CHILD_EXPECT(fails_with(::execve("/bin/true", arguments, arguments), EPERM));
                 MINO_CHILD_EXPECT(
                     fails_with(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr), EPERM));
                 MINO_CHILD_EXPECT(fails_with(::socket(AF_VSOCK, SOCK_STREAM, 0), EAFNOSUPPORT));
                 MINO_CHILD_EXPECT(fails_with(::socket(AF_PACKET, SOCK_RAW, 0), EAFNOSUPPORT));
                 MINO_CHILD_EXPECT(fails_with(::socket(AF_ALG, SOCK_SEQPACKET, 0), EAFNOSUPPORT));
                 MINO_CHILD_EXPECT(fails_with(::unshare(CLONE_NEWUSER), EPERM));
                 MINO_CHILD_EXPECT(fails_with(
                     ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0),
                     EPERM));
                 MINO_CHILD_EXPECT(fails_with(::syscall(SYS_clone3, nullptr, 0), ENOSYS));
                 MINO_CHILD_EXPECT(fails_with(::syscall(SYS_io_uring_setup, 1, nullptr), ENOSYS));
                 MINO_CHILD_EXPECT(fails_with(::syscall(SYS_bpf, 0, nullptr, 0), EPERM));
                 const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                 MINO_CHILD_EXPECT(fails_with(::listen(socket.get(), 1), EPERM));
               }),
      kWell);
}

TEST(ConfineDialler, IsClosedToItsEquals) {
  EXPECT_EQ(
      confined(&confine_dialler,
               [] {
                 rlimit limit{};
                 MINO_CHILD_EXPECT(::prctl(PR_GET_DUMPABLE) == 0);
                 MINO_CHILD_EXPECT(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
                 MINO_CHILD_EXPECT(::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0);
                 if (landlock_version() >= 6) MINO_CHILD_EXPECT(is_refused(::kill(::getppid(), 0)));
               }),
      kWell);
}

}  // namespace
}  // namespace mino::linux
