#include "tests/unit/helper/init_box.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/test_paths.hpp"

namespace mino::testing_support {

namespace {

using lifeline::Kind;
using lifeline::Packet;

constexpr int kDeadlineMilliseconds = 20000;
constexpr int kFirstFreeDescriptor = 40;  // above every number that a test keeps for mino-init
constexpr uid_t kNobody = 65534;

bool wait_for(int descriptor, short events) {
  pollfd one{descriptor, events, 0};
  int ready = -1;
  do {
    ready = ::poll(&one, 1, kDeadlineMilliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready == 1;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

void upset_signals() {
  for (const int number : {SIGCHLD, SIGPIPE, SIGHUP}) std::signal(number, SIG_IGN);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

void become_nobody() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
      ::setresuid(kNobody, kNobody, kNobody) != 0) {
    ::_exit(99);
  }
}

[[noreturn]] void become_init(const InitOptions& options, int program, int lifeline,
                              char** arguments, char** environment) {
  ::setpgid(0, 0);
  const int null = ::open("/dev/null", O_RDWR);
  for (int number = 0; number < 3; ++number) {
    // The error output of mino-init itself is nowhere; that of the test stays out of the box.
    ::dup2(null, number);
  }
  ::dup2(lifeline, lifeline::kDescriptor);
  for (const int number : options.inherited) ::fcntl(number, F_SETFD, 0);
  if (options.signals_upset) upset_signals();
  become_nobody();
  if (::chdir("/") != 0) ::_exit(99);
  ::syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH);
  ::_exit(98);
}

int duplicate_high(int descriptor) {
  return ::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstFreeDescriptor);
}

}  // namespace

InitBox::InitBox(const InitOptions& options) {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  const Descriptor low[] = {Descriptor(ends[0]), Descriptor(ends[1]),
                            Descriptor(::open(init_program(), O_PATH | O_CLOEXEC))};
  lifeline_.reset(duplicate_high(ends[0]));
  const Descriptor theirs(duplicate_high(ends[1]));
  // By descriptor, because the unprivileged user may not reach the directory.
  const Descriptor program(duplicate_high(low[2].get()));
  EXPECT_TRUE(program.open()) << init_program();
  std::vector<std::string> arguments = options.arguments;
  arguments.insert(arguments.begin(), "mino-init");
  std::vector<std::string> environment = options.environment;
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  pid_ = ::fork();
  if (pid_ == 0) {
    become_init(options, program.get(), theirs.get(), const_cast<char**>(argument_pointers.data()),
                const_cast<char**>(environment_pointers.data()));
  }
  EXPECT_GT(pid_, 0);
}

InitBox::~InitBox() {
  lifeline_.reset();
  wait();
}

int InitBox::wait() {
  if (code_) return *code_;
  int status = 0;
  const bool ended = eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
  EXPECT_TRUE(ended) << "mino-init did not end";
  if (!ended) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status, 0);
  }
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return *code_;
}

void InitBox::send(std::span<const std::byte> bytes, std::span<const int> descriptors) {
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  iovec part{copy.data(), copy.size()};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  std::vector<char> control(CMSG_SPACE(descriptors.size_bytes()));
  if (!descriptors.empty()) {
    head.msg_control = control.data();
    head.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&head);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  // mino-init may be gone already when a test sends it what it must not take.
  const ssize_t sent = ::sendmsg(lifeline_.get(), &head, MSG_NOSIGNAL);
  EXPECT_TRUE(sent >= 0 || errno == EPIPE) << std::strerror(errno);
}

void InitBox::send(const Packet& packet, std::span<const int> descriptors) {
  send(std::as_bytes(std::span(&packet, 1)), descriptors);
}

void InitBox::describe(const InitProcess& process) {
  std::string arguments;
  for (const std::string& argument : process.arguments) arguments += argument + '\0';
  std::string environment;
  for (const std::string& assignment : process.environment) environment += assignment + '\0';
  Packet packet{};
  packet.kind = Kind::kProcess;
  packet.process = process.id;
  packet.flags = process.flags;
  packet.rows = process.rows;
  packet.columns = process.columns;
  packet.argument_count = static_cast<std::uint32_t>(process.arguments.size());
  packet.argument_bytes = static_cast<std::uint32_t>(arguments.size());
  packet.environment_bytes = static_cast<std::uint32_t>(environment.size());
  send(packet);
  const std::string all = arguments + environment;
  lifeline::DataPacket data{};
  data.kind = Kind::kData;
  data.process = process.id;
  for (std::size_t at = 0; at < all.size(); at += data.length) {
    data.length = static_cast<std::uint32_t>(std::min(lifeline::kChunkBytes, all.size() - at));
    std::memcpy(data.bytes, all.data() + at, data.length);
    send(std::as_bytes(std::span(&data, 1)).first(lifeline::kDataHeaderBytes + data.length));
  }
}

InitPipes InitBox::go_with_pipes(std::uint32_t id) {
  int ends[3][2];
  for (auto& pair : ends) EXPECT_EQ(::pipe2(pair, O_CLOEXEC), 0);
  const Descriptor inner[] = {Descriptor(ends[0][0]), Descriptor(ends[1][1]),
                              Descriptor(ends[2][1])};
  Packet packet{};
  packet.kind = Kind::kGo;
  packet.process = id;
  send(packet, std::array{inner[0].get(), inner[1].get(), inner[2].get()});
  return {Descriptor(ends[0][1]), Descriptor(ends[1][0]), Descriptor(ends[2][0])};
}

void InitBox::go_with_terminal(std::uint32_t id) {
  Packet packet{};
  packet.kind = Kind::kGo;
  packet.process = id;
  send(packet);
}

void InitBox::signal(std::uint32_t id, int number) {
  Packet packet{};
  packet.kind = Kind::kSignal;
  packet.process = id;
  packet.value = number;
  send(packet);
}

InitMessage InitBox::next() {
  InitMessage message;
  EXPECT_TRUE(wait_for(lifeline_.get(), POLLIN)) << "nothing came from mino-init";
  iovec part{&message.packet, sizeof message.packet};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  head.msg_control = control;
  head.msg_controllen = sizeof control;
  const ssize_t length = ::recvmsg(lifeline_.get(), &head, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (length != static_cast<ssize_t>(sizeof message.packet)) {
    ADD_FAILURE() << "a packet of " << length << " bytes";
    message.packet = {};
    return message;
  }
  EXPECT_EQ(head.msg_flags & (MSG_TRUNC | MSG_CTRUNC), 0);
  if (const cmsghdr* rights = CMSG_FIRSTHDR(&head); rights != nullptr) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(rights), sizeof number);
    message.attached.reset(number);
  }
  return message;
}

InitMessage InitBox::expect(Kind kind, std::uint32_t id) {
  InitMessage message = next();
  EXPECT_EQ(static_cast<int>(message.packet.kind), static_cast<int>(kind))
      << "value " << message.packet.value;
  EXPECT_EQ(message.packet.process, id);
  EXPECT_EQ(message.attached.open(), kind == Kind::kTerminal);
  return message;
}

InitPipes InitBox::start(const InitProcess& process) {
  describe(process);
  InitPipes pipes = go_with_pipes(process.id);
  expect(Kind::kStarted, process.id);
  return pipes;
}

InitOutcome InitBox::run(const InitProcess& process, std::string_view input) {
  describe(process);
  InitPipes pipes = go_with_pipes(process.id);
  write_all(pipes.in.get(), input);
  pipes.in.reset();
  InitOutcome outcome;
  outcome.last = next().packet;
  if (outcome.last.kind == Kind::kFailed) return outcome;
  EXPECT_EQ(outcome.last.kind, Kind::kStarted);
  outcome.out = read_all(pipes.out.get());
  outcome.err = read_all(pipes.err.get());
  outcome.last = expect(Kind::kEnded, process.id).packet;
  return outcome;
}

void InitBox::start_idle_agent(const std::vector<std::string>& environment) {
  expect(Kind::kReady, 0);
  InitProcess agent;
  agent.id = 1000000;
  agent.flags = lifeline::kAgentFlag;
  agent.arguments = {"cat"};
  agent.environment = environment;
  idle_input_ = start(agent).in;
}

bool InitBox::is_closed() {
  char byte = 0;
  return wait_for(lifeline_.get(), POLLIN) && ::recv(lifeline_.get(), &byte, 1, MSG_DONTWAIT) <= 0;
}

std::string read_all(int descriptor) { return read_until(descriptor, {}); }

std::string read_until(int descriptor, std::string_view wanted) {
  std::string text;
  while (wanted.empty() || text.find(wanted) == std::string::npos) {
    if (!wait_for(descriptor, POLLIN)) {
      ADD_FAILURE() << "no more than: " << text;
      break;
    }
    char buffer[4096];
    const ssize_t length = ::read(descriptor, buffer, sizeof buffer);
    if (length <= 0) break;
    text.append(buffer, static_cast<std::size_t>(length));
  }
  return text;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t length = ::write(descriptor, text.data(), text.size());
    ASSERT_GT(length, 0) << std::strerror(errno);
    text.remove_prefix(static_cast<std::size_t>(length));
  }
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(kDeadlineMilliseconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

namespace {

/// What follows the name in /proc/PID/stat: "S 1 …". The name may hold anything.
std::string stat_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end_of_name = line.rfind(')');
  return end_of_name == std::string::npos || end_of_name + 2 >= line.size()
             ? ""
             : line.substr(end_of_name + 2);
}

}  // namespace

char state_of(pid_t pid) {
  const std::string stat = stat_of(std::to_string(pid));
  return stat.empty() ? '\0' : stat.front();
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = stat_of(name);
    if (stat.size() > 2 && std::stoi(stat.substr(2)) == pid) children.push_back(std::stoi(name));
  }
  return children;
}

bool is_gone(pid_t pid) {
  return eventually([&] {
    const char state = state_of(pid);
    return state == '\0' || state == 'Z' || state == 'X';
  });
}

}  // namespace mino::testing_support
