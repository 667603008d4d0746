#include "tests/unit/gateway/dialler_process.hpp"

#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "adapters/gateway/dial_service.hpp"

namespace mino::gateway {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

SharedResolverState*& state_slot() {
  static SharedResolverState* state = nullptr;
  return state;
}

void wait_for_gate() {
  while (resolver_state().gate_open == 0) wait_a_little();
}

std::vector<IpAddress> crowd() {
  std::vector<IpAddress> addresses;
  for (unsigned i = 0; i < 1000; ++i) {
    addresses.push_back(IpAddress::from_v4(
        {10, 0, static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i)}));
  }
  return addresses;
}

DialRequest request_of(std::uint64_t id, std::uint16_t port, DialRequest::Kind kind) {
  DialRequest request;
  std::memset(&request, 0, sizeof request);
  request.id = id;
  request.port = port;
  request.kind = kind;
  return request;
}

}  // namespace

SharedResolverState& fresh_resolver_state() {
  if (state_slot() == nullptr) {
    void* memory = ::mmap(nullptr, sizeof(SharedResolverState), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    state_slot() = static_cast<SharedResolverState*>(memory);
  }
  return *new (state_slot()) SharedResolverState{};
}

SharedResolverState& resolver_state() { return *state_slot(); }

std::vector<IpAddress> resolve_in_test(const std::string& name, int* error) {
  SharedResolverState& state = resolver_state();
  const auto call = static_cast<std::size_t>(state.calls++);
  if (call < SharedResolverState::kMaxPids) state.pids[call] = ::getpid();
  if (name == "crash.test") ::kill(::getpid(), SIGKILL);
  while (name.starts_with("hang")) ::pause();
  if (name == "gate.test") wait_for_gate();
  if (name == "broadcast.test" || name == "gate.test") return {address("255.255.255.255")};
  if (name == "mapped.test") return {address("::ffff:255.255.255.255")};
  if (name == "self.test") return {address("::1"), address("127.0.0.1"), address("0.0.0.0")};
  if (name == "private.test") return {address("10.1.2.3"), address("fe80::1")};
  if (name == "local.test") return {IpAddress::from_v4(state.local_address)};
  if (name == "crowd.test") return crowd();
  if (name == "none.test") *error = EAI_NONAME;
  if (name == "again.test") *error = EAI_AGAIN;
  return {};
}

DialRequest name_request(std::uint64_t id, std::string_view name, std::uint16_t port) {
  DialRequest request = request_of(id, port, DialRequest::Kind::kName);
  name.copy(request.name, sizeof request.name - 1);
  return request;
}

DialRequest private_request(std::uint64_t id, std::string_view name, std::uint16_t port) {
  DialRequest request = name_request(id, name, port);
  request.allow_private = 1;
  return request;
}

DialRequest address_request(std::uint64_t id, std::string_view text, std::uint16_t port) {
  DialRequest request = request_of(id, port, DialRequest::Kind::kAddress);
  const IpAddress parsed = address(text);
  request.is_v4 = parsed.is_v4() ? 1 : 0;
  const IpAddress::V6Bytes bytes = parsed.v6_bytes();
  std::memcpy(request.address, bytes.data(), bytes.size());
  return request;
}

DialRequest loopback_request(std::uint64_t id, std::uint16_t port) {
  return request_of(id, port, DialRequest::Kind::kHostLoopback);
}

DialRequest cancel_request(std::uint64_t id) {
  return request_of(id, 0, DialRequest::Kind::kCancel);
}

template <typename Body>
void DiallerProcess::start(Body body) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) throw std::bad_alloc();
  socket_.reset(ends[0]);
  posix::UniqueFd theirs(ends[1]);
  // The kernel's minimum: a few answers that nobody reads fill it.
  const int least = 1;
  EXPECT_EQ(::setsockopt(theirs.get(), SOL_SOCKET, SO_SNDBUF, &least, sizeof least), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    socket_.reset();
    ::_exit(body(std::move(theirs)));
  }
  auto process = posix::ChildProcess::adopt(pid, posix::ChildScope::kProcess);
  if (process.ok()) process_.emplace(std::move(*process));
}

DiallerProcess::DiallerProcess(const DiallerOptions& options) {
  start([&options](posix::UniqueFd socket) {
    Result<EventLoop> loop = EventLoop::create();
    if (!loop.ok()) return 99;
    PermitAll permit;
    DialService service(std::move(*loop), std::move(socket), permit, options, resolve_in_test);
    return service.run() == DialService::End::kClosed ? 0 : 1;
  });
}

DiallerProcess::DiallerProcess(int (*body)(posix::UniqueFd socket)) { start(body); }

void DiallerProcess::send(const DialRequest& request) {
  send_bytes(std::string_view(reinterpret_cast<const char*>(&request), sizeof request));
}

void DiallerProcess::send_bytes(std::string_view bytes) {
  EXPECT_TRUE(poll_for(socket_.get(), POLLOUT));
  EXPECT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

bool DiallerProcess::try_send(const DialRequest& request) {
  return ::send(socket_.get(), &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(sizeof request);
}

std::optional<TestReply> DiallerProcess::receive() {
  TestReply result{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{&result.reply, sizeof result.reply};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (!poll_for(socket_.get(), POLLIN)) {
    ADD_FAILURE() << "the dialler does not answer";
    return std::nullopt;
  }
  const ssize_t got = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return std::nullopt;
  EXPECT_EQ(got, static_cast<ssize_t>(sizeof result.reply));
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    result.connection.reset(fd);
  }
  return result;
}

void DiallerProcess::kill() { process_->signal(SIGKILL); }

std::optional<posix::ExitStatus> DiallerProcess::wait() {
  if (!poll_for(process_->pidfd(), POLLIN)) return std::nullopt;
  return process_->wait();
}

}  // namespace mino::gateway
