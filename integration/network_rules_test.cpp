// The hook and the packet rules of a box, on the kernel of this machine: in user and network
// namespaces of the test's own, without podman.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <nss.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/linux/hook_main.hpp"
#include "adapters/linux/packet_filter.hpp"
#include "domain/network/filter_spec.hpp"
#include "domain/network/packet_rules.hpp"
#include "helper/protocol/hook.hpp"
#include "integration/support/network_namespace.hpp"
#include "integration/support/program.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::integration {
namespace {

using posix::UniqueFd;
using testing_support::TempDir;

constexpr int kPatienceMs = 10000;

/// The session's owner as the hook sees it.
class Owner {
 public:
  Owner() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    listener_.reset(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
  }

  [[nodiscard]] std::string path() const { return directory_.path() / hook::kSocketName; }
  [[nodiscard]] const TempDir& directory() const { return directory_; }

  /// Takes the report and the sockets of one hook.
  void take() {
    pollfd wait{listener_.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&wait, 1, kPatienceMs), 1) << "no hook has come";
    hook_.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    alignas(cmsghdr) std::array<char, CMSG_SPACE((hook::kSockets + 1) * sizeof(int))> control{};
    iovec part{&report, sizeof report};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ASSERT_EQ(::recvmsg(hook_.get(), &message, MSG_CMSG_CLOEXEC),
              static_cast<ssize_t>(sizeof report));
    EXPECT_EQ(report.version, hook::kVersion);
    EXPECT_EQ(report.text[sizeof report.text - 1], '\0');
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
      for (std::size_t at = 0; CMSG_LEN(at + sizeof(int)) <= head->cmsg_len; at += sizeof(int)) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(head) + at, sizeof fd);
        sockets.emplace_back(fd);
      }
    }
  }
  void answer(char word) const { EXPECT_EQ(::send(hook_.get(), &word, 1, MSG_NOSIGNAL), 1); }
  void hang_up() { hook_.reset(); }
  [[nodiscard]] int socket(hook::Socket which) const {
    return sockets.at(static_cast<std::size_t>(which)).get();
  }

  hook::Report report{};
  std::vector<UniqueFd> sockets;

 private:
  TempDir directory_;
  UniqueFd listener_;
  UniqueFd hook_;
};

/// The hook in a process of its own, with `state` as its input.
pid_t start_hook(std::vector<std::string> arguments, const std::string& state) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int input = ::memfd_create("state", MFD_CLOEXEC);
  if (::write(input, state.data(), state.size()) != static_cast<ssize_t>(state.size()) ||
      ::lseek(input, 0, SEEK_SET) != 0 || ::dup2(input, STDIN_FILENO) < 0)
    ::_exit(99);
  std::vector<std::string_view> words{"oci-hook"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  ::_exit(linux::hook_main(words, json::RapidJsonCodec()));
}

int exit_code(pid_t process) {
  int status = 0;
  EXPECT_EQ(::waitpid(process, &status, 0), process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string state_of(pid_t process) {
  return R"({"ociVersion":"1.0.2","id":"box","status":"created","pid":)" + std::to_string(process) +
         R"(,"bundle":"/b","annotations":{}})";
}

/// A box that the hook has made a gateway box; the calling process is moved into its network.
void enter_gateway_box(const BoxProcess& box, Owner& owner) {
  const pid_t hook = start_hook({"gateway", owner.path()}, state_of(box.pid()));
  ASSERT_NO_FATAL_FAILURE(owner.take());
  ASSERT_EQ(owner.report.status, hook::Status::kInForce) << owner.report.text;
  owner.answer(hook::kAccepted);
  EXPECT_EQ(exit_code(hook), 0);
  box.enter();
}

void with_gateway_box(const std::function<void(const Owner&)>& probe) {
  in_namespace([&] {
    Owner owner;
    const BoxProcess box;
    ASSERT_NO_FATAL_FAILURE(enter_gateway_box(box, owner));
    ASSERT_EQ(owner.report.ipv6, 1U);
    ASSERT_EQ(owner.sockets.size(), hook::kSockets);
    probe(owner);
  });
}

/// A hook that must fail; what it tells its owner, or nothing when it must not get so far.
std::string failure_of(const std::vector<std::string>& words, const std::string& state,
                       Owner* owner) {
  const pid_t hook = start_hook(words, state);
  std::string text;
  if (owner != nullptr) {
    owner->take();
    EXPECT_EQ(owner->report.status, hook::Status::kFailed);
    EXPECT_TRUE(owner->sockets.empty());
    text = owner->report.text;
    EXPECT_FALSE(text.empty());
  }
  EXPECT_EQ(exit_code(hook), 1);
  return text;
}

TEST(GatewayBox, TcpReachesTheListenerWithItsTrueDestination) {
  with_gateway_box([](const Owner& owner) {
    struct Case {
      const char* address;
      std::uint16_t port;
      hook::Socket socket;
      const char* destination;
    };
    for (const Case& wanted :
         {Case{"8.8.8.8", 443, hook::Socket::kTcp4, "8.8.8.8:443"},
          Case{"198.18.0.9", 22, hook::Socket::kTcp4, "198.18.0.9:22"},
          Case{"8.8.8.8", 1, hook::Socket::kTcp4, "8.8.8.8:1"},
          Case{"8.8.8.8", 2, hook::Socket::kTcp4, "8.8.8.8:2"},
          Case{"192.0.2.10", 80, hook::Socket::kTcp4, "192.0.2.10:80"},
          Case{"9.9.9.9", 53, hook::Socket::kDnsTcp4, "9.9.9.9:53"},
          Case{"127.0.0.1", 53, hook::Socket::kDnsTcp4, "127.0.0.1:53"},
          Case{"2001:db8::1", 443, hook::Socket::kTcp6, "[2001:db8::1]:443"},
          Case{"::ffff:1.2.3.4", 80, hook::Socket::kTcp4, "1.2.3.4:80"},
          Case{"2001:db8::53", 53, hook::Socket::kDnsTcp6, "[2001:db8::53]:53"}}) {
      const Attempt attempt = connect_to(wanted.address, wanted.port, SOCK_STREAM);
      EXPECT_EQ(attempt.error, 0) << wanted.destination << std::strerror(attempt.error);
      const UniqueFd connection = accept_next(owner.socket(wanted.socket));
      ASSERT_TRUE(connection) << wanted.destination;
      EXPECT_EQ(original_destination(connection.get()), wanted.destination);
    }
  });
}

TEST(GatewayBox, ItsPortsAreReachedByRedirectOnly) {
  with_gateway_box([](const Owner& owner) {
    for (const char* address : {"127.0.0.1", "127.0.0.2", "::1"}) {
      for (const std::uint16_t port : {hook::kTcpPort, hook::kDnsPort}) {
        EXPECT_EQ(connect_to(address, port, SOCK_STREAM).error, ECONNREFUSED) << address << port;
      }
      // The kernel tells the sender of a rejected datagram before the ICMP error does.
      const Attempt dns = connect_to(address, hook::kDnsPort, SOCK_DGRAM);
      EXPECT_EQ(error_of_datagram(dns.socket.get()), EPERM) << address;
    }
    for (const UniqueFd& socket : owner.sockets) EXPECT_TRUE(has_nothing(socket.get()));
  });
}

TEST(GatewayBox, OtherUdpIsRefusedAtOnce) {
  with_gateway_box([](const Owner&) {
    for (const char* address : {"8.8.8.8", "2001:db8::1", "192.0.2.10"}) {
      const Attempt quic = connect_to(address, 443, SOCK_DGRAM);
      ASSERT_EQ(quic.error, 0) << address;
      EXPECT_EQ(error_of_datagram(quic.socket.get()), ECONNREFUSED) << address;
    }
  });
}

TEST(GatewayBox, QuestionsReachTheDnsSocketsAndAnswersComeFromTheServerAsked) {
  with_gateway_box([](const Owner& owner) {
    struct Case {
      const char* server;
      hook::Socket socket;
      const char* sender;
    };
    for (const Case& wanted : {Case{"9.9.9.9", hook::Socket::kDnsUdp4, "9.9.9.9:53"},
                               Case{"127.0.0.53", hook::Socket::kDnsUdp4, "127.0.0.53:53"},
                               Case{"2001:db8::53", hook::Socket::kDnsUdp6, "[2001:db8::53]:53"}}) {
      const Attempt client = connect_to(wanted.server, 53, SOCK_DGRAM);
      ASSERT_EQ(::send(client.socket.get(), "question", 8, 0), 8);
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      std::array<char, 16> buffer{};
      const int server = owner.socket(wanted.socket);
      ASSERT_EQ(::recvfrom(server, buffer.data(), buffer.size(), 0,
                           reinterpret_cast<sockaddr*>(&peer), &size),
                8)
          << wanted.server;
      ASSERT_EQ(::sendto(server, "answer", 6, 0, reinterpret_cast<sockaddr*>(&peer), size), 6);
      const Datagram answer = receive_next(client.socket.get());
      EXPECT_EQ(answer.bytes, "answer");
      EXPECT_EQ(answer.sender, wanted.sender);
    }
  });
}

TEST(GatewayBox, ItsOwnServersWork) {
  with_gateway_box([](const Owner& owner) {
    for (const char* address : {"127.0.0.1", "::1"}) {
      const int family =
          std::string_view(address).find(':') == std::string_view::npos ? AF_INET : AF_INET6;
      const UniqueFd server(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
      sockaddr_in6 place{};
      place.sin6_family = static_cast<sa_family_t>(family);
      place.sin6_port = htons(9999);  // the same place in a sockaddr_in
      place.sin6_addr = in6addr_any;
      if (family == AF_INET6) {
        const int on = 1;
        ::setsockopt(server.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
      }
      ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
      ASSERT_EQ(::listen(server.get(), 1), 0);
      const Attempt client = connect_to(address, 9999, SOCK_STREAM);
      EXPECT_EQ(client.error, 0);
      EXPECT_TRUE(accept_next(server.get())) << address;
    }
    EXPECT_TRUE(has_nothing(owner.socket(hook::Socket::kTcp4)));
    EXPECT_TRUE(has_nothing(owner.socket(hook::Socket::kTcp6)));
  });
}

TEST(GatewayBox, NothingAnswersAnEcho) {
  with_gateway_box([](const Owner&) {
    icmphdr request{};
    request.type = ICMP_ECHO;
    request.checksum = static_cast<std::uint16_t>(~htons(ICMP_ECHO << 8));
    const UniqueFd v4(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    const auto send_v4 = [&](const char* address) {
      ::inet_pton(AF_INET, address, &to.sin_addr);
      return ::sendto(v4.get(), &request, sizeof request, 0, reinterpret_cast<sockaddr*>(&to),
                      sizeof to);
    };
    EXPECT_EQ(send_v4("8.8.8.8"), -1);
    EXPECT_EQ(errno, EPERM);
    EXPECT_TRUE(has_nothing(v4.get()));
    EXPECT_EQ(send_v4("127.0.0.1"), static_cast<ssize_t>(sizeof request));
    EXPECT_FALSE(has_nothing(v4.get())) << "the box's own loopback is exempt";

    icmp6_hdr request6{};
    request6.icmp6_type = ICMP6_ECHO_REQUEST;
    const UniqueFd v6(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6));
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, "2001:db8::1", &to6.sin6_addr);
    ::sendto(v6.get(), &request6, sizeof request6, 0, reinterpret_cast<sockaddr*>(&to6),
             sizeof to6);
    EXPECT_TRUE(has_nothing(v6.get()));
  });
}

/// Answers questions for any name with one address of the asked family.
void serve_dns(const Owner& owner) {
  std::array<pollfd, 2> wait{pollfd{owner.socket(hook::Socket::kDnsUdp4), POLLIN, 0},
                             pollfd{owner.socket(hook::Socket::kDnsUdp6), POLLIN, 0}};
  while (::poll(wait.data(), wait.size(), kPatienceMs) > 0) {
    const int socket = wait[0].revents != 0 ? wait[0].fd : wait[1].fd;
    std::array<char, 512> buffer{};
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const ssize_t got = ::recvfrom(socket, buffer.data(), buffer.size(), 0,
                                   reinterpret_cast<sockaddr*>(&peer), &size);
    constexpr std::size_t kHead = 12;
    if (got <= static_cast<ssize_t>(kHead)) continue;
    const std::string asked(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t question_end = asked.find('\0', kHead) + 5;
    const bool v6 = asked.at(question_end - 3) == 28;
    std::string answer = asked.substr(0, 2) + std::string("\x81\x80\0\1\0\1\0\0\0\0", 10) +
                         asked.substr(kHead, question_end - kHead) + std::string("\xc0\x0c\0", 3);
    const std::string address = v6 ? std::string("\xfd\x6d\x69\x6e\x6f\0\0\0\0\0\0\0\0\0\0\7", 16)
                                   : std::string("\xc6\x12\0\7", 4);
    answer += std::string(1, v6 ? '\x1c' : '\1') + std::string("\0\1\0\0\0\1\0", 7) +
              static_cast<char>(address.size()) + address;
    ::sendto(socket, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
  }
}

/// The families of the addresses, in order: "46".
std::string families(const char* name, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name, nullptr, &hints, &found);
  if (error != 0) return ::gai_strerror(error);
  std::string result;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next)
    result += at->ai_family == AF_INET ? "4" : "6";
  ::freeaddrinfo(found);
  return result;
}

TEST(GatewayBox, NamesHaveAddressesOfBothFamiliesIpv4First) {
  with_gateway_box([](const Owner& owner) {
    EXPECT_EQ(families("192.0.2.1", AF_INET), "4");
    EXPECT_EQ(families("2001:db8::1", AF_INET6), "6");
    ASSERT_EQ(::__nss_configure_lookup("hosts", "dns"), 0);
    const pid_t server = ::fork();
    if (server == 0) {
      serve_dns(owner);
      ::_exit(0);
    }
    EXPECT_EQ(families("both.example.", AF_INET), "4");
    EXPECT_EQ(families("both.example.", AF_INET6), "6");
    EXPECT_EQ(families("both.example.", AF_UNSPEC), "46");
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
  });
}

TEST(GatewayBox, WithoutIpv6ItHasThreeSocketsAndNoWayOut) {
  in_namespace([] {
    Owner owner;
    const BoxProcess box([] {
      const UniqueFd file(::open("/proc/sys/net/ipv6/conf/all/disable_ipv6", O_WRONLY | O_CLOEXEC));
      if (::write(file.get(), "1", 1) != 1) ::_exit(1);
    });
    ASSERT_NO_FATAL_FAILURE(enter_gateway_box(box, owner));
    EXPECT_EQ(owner.report.ipv6, 0U);
    ASSERT_EQ(owner.sockets.size(), hook::kSockets4);
    EXPECT_NE(connect_to("2001:db8::1", 443, SOCK_STREAM).error, 0);
    EXPECT_EQ(connect_to("8.8.8.8", 443, SOCK_STREAM).error, 0);
    EXPECT_TRUE(accept_next(owner.socket(hook::Socket::kTcp4)));
  });
}

TEST(Hook, RefusesABoxWithAnotherInterface) {
  in_namespace([] {
    Owner owner;
    const BoxProcess box([] { static const UniqueFd kTunnel = make_dead_interface(); });
    const std::string text = failure_of({"gateway", owner.path()}, state_of(box.pid()), &owner);
    EXPECT_NE(text.find("dead0"), std::string::npos) << text;
  });
}

TEST(Hook, FailsWithoutABoxOfItsOwn) {
  in_namespace([] {
    const BoxProcess box;
    const std::string good = state_of(box.pid());
    const std::vector<std::string> states = {state_of(999999999),
                                             state_of(-1),
                                             state_of(0),
                                             state_of(::getpid()),
                                             "",
                                             "{",
                                             "[]",
                                             R"({"id":"box"})",
                                             R"({"id":"box","pid":"7"})",
                                             std::string(2 << 20, ' ') + good};
    for (const std::string& state : states) {
      Owner owner;
      static_cast<void>(failure_of({"gateway", owner.path()}, state, &owner));
    }
    Owner owner;
    static_cast<void>(failure_of({"filter", owner.path(), owner.path() + ".absent"}, good, &owner));
    const std::string rules = owner.path() + ".rules";
    std::ofstream(rules) << "allow everything\n";
    static_cast<void>(failure_of({"filter", owner.path(), rules}, good, &owner));
  });
}

TEST(Hook, FailsWithoutAnOwnerThatAccepts) {
  in_namespace([] {
    const BoxProcess box;
    const std::string state = state_of(box.pid());
    const TempDir empty;
    static_cast<void>(failure_of({"gateway", empty / "network"}, state, nullptr));
    static_cast<void>(failure_of({"gateway"}, state, nullptr));
    static_cast<void>(failure_of({"filter", empty / "network"}, state, nullptr));
    static_cast<void>(failure_of({"other", empty / "network"}, state, nullptr));
  });
  for (const bool speaks : {true, false}) {
    in_namespace([speaks] {
      Owner owner;
      const BoxProcess box;
      const pid_t hook = start_hook({"gateway", owner.path()}, state_of(box.pid()));
      ASSERT_NO_FATAL_FAILURE(owner.take());
      if (speaks) owner.answer('n');
      owner.hang_up();
      EXPECT_EQ(exit_code(hook), 1);
    });
  }
}

TEST(FilteredBox, ReachesWhatItsRulesAllowOverAnInterfaceThatComesLater) {
  in_namespace([] {
    Owner owner;
    const BoxProcess box(raise_loopback);
    const std::string rules = owner.path() + ".rules";
    std::ofstream(rules) << "resolver 10.9.0.3\nallow 10.20.0.0/16 443\nallow 1.2.3.4 *\n";
    const pid_t hook = start_hook({"filter", owner.path(), rules}, state_of(box.pid()));
    ASSERT_NO_FATAL_FAILURE(owner.take());
    EXPECT_EQ(owner.report.status, hook::Status::kInForce) << owner.report.text;
    EXPECT_TRUE(owner.sockets.empty());
    owner.answer(hook::kAccepted);
    EXPECT_EQ(exit_code(hook), 0);
    box.enter();
    const UniqueFd outside = make_dead_interface();
    if (!outside) GTEST_SKIP() << "no tunnel interface can be made here";

    EXPECT_EQ(begin_connecting("10.20.3.4", 443).error, EINPROGRESS);
    EXPECT_EQ(begin_connecting("1.2.3.4", 9).error, EINPROGRESS);
    EXPECT_EQ(connect_to("10.20.3.4", 80, SOCK_STREAM).error, ECONNREFUSED);
    EXPECT_EQ(connect_to("8.8.8.8", 443, SOCK_STREAM).error, ECONNREFUSED);
    EXPECT_EQ(begin_connecting("10.9.0.3", 53).error, EINPROGRESS);
    EXPECT_EQ(connect_to("10.9.0.4", 53, SOCK_STREAM).error, ECONNREFUSED);
    EXPECT_EQ(error_of_datagram(connect_to("10.9.0.3", 53, SOCK_DGRAM).socket.get()), 0);
    EXPECT_EQ(error_of_datagram(connect_to("8.8.8.8", 53, SOCK_DGRAM).socket.get()), EPERM);
    EXPECT_EQ(error_of_datagram(connect_to("1.2.3.4", 443, SOCK_DGRAM).socket.get()), EPERM);
    const UniqueFd ping(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    ::inet_pton(AF_INET, "1.2.3.4", &to.sin_addr);
    EXPECT_EQ(::sendto(ping.get(), "\x08\0\0\0", 4, 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
              -1);
    EXPECT_EQ(errno, EPERM);
  });
}

TEST(PacketRules, AreLoadedHoweverManyTheyAre) {
  in_namespace([] {
    std::vector<AllowedDestination> allowed;
    for (std::size_t i = 0; i < FilterSpec::kMaxAllowed; ++i) {
      const auto high = static_cast<std::uint8_t>(i >> 8);
      const auto low = static_cast<std::uint8_t>(i & 0xff);
      allowed.push_back({IpNetwork::of(IpAddress::from_v4({10, 9, high, low})), 443});
    }
    const auto loaded = linux::load_packet_rules(filter_rules(allowed, {}));
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    raise_loopback();
    const UniqueFd outside = make_dead_interface();
    if (!outside) GTEST_SKIP() << "no tunnel interface can be made here";
    EXPECT_EQ(begin_connecting("10.9.0.1", 443).error, EINPROGRESS);
    EXPECT_EQ(begin_connecting("10.9.63.255", 443).error, EINPROGRESS);
    EXPECT_EQ(connect_to("10.9.64.0", 443, SOCK_STREAM).error, ECONNREFUSED);
  });
}

TEST(PacketRules, AreRefusedWhereTheTableIsThere) {
  in_namespace([] {
    ASSERT_TRUE(linux::load_packet_rules(filter_rules({}, {})).ok());
    const auto again = linux::load_packet_rules(filter_rules({}, {}));
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().sys_errno(), EEXIST);
    EXPECT_NE(again.error().text().find("table inet mino"), std::string::npos);
  });
}

/// What nft makes of `words`; nothing when the program is not there.
std::optional<std::string> nft(std::vector<std::string> words, const std::string& input = "") {
  ProgramSpec spec;
  spec.argv = std::move(words);
  spec.argv.insert(spec.argv.begin(), "nft");
  spec.environment["PATH"] = "/usr/sbin:/sbin:/usr/bin:/bin";
  spec.input = input;
  const ProgramResult result = run(spec);
  if (result.code == 127) return std::nullopt;
  EXPECT_EQ(result.code, 0) << result.err;
  return result.out;
}

TEST(PacketRules, AreWhatNftMakesOfTheirText) {
  const auto parse = [](const char* text) { return *IpNetwork::parse(text); };
  const std::vector<AllowedDestination> allowed = {
      {parse("10.0.0.0/9"), 443},    {parse("1.2.3.4"), std::nullopt}, {parse("0.0.0.0/0"), 80},
      {parse("2001:db8::/33"), 443}, {parse("::/0"), std::nullopt},    {parse("2001:db8::1"), 22},
      {parse("224.0.0.0/4"), 65535}};
  for (const PacketRules& rules :
       {gateway_rules({hook::kTcpPort, hook::kDnsPort}),
        filter_rules(allowed, {*IpAddress::parse("10.0.2.3"), *IpAddress::parse("fd00::3")})}) {
    in_namespace([&rules] {
      const auto loaded = linux::load_packet_rules(rules);
      ASSERT_TRUE(loaded.ok()) << loaded.error().text();
      const auto ours = nft({"-n", "list", "table", "inet", "mino"});
      if (!ours) GTEST_SKIP() << "there is no nft(8) to compare with";
      ASSERT_TRUE(nft({"delete", "table", "inet", "mino"}));
      ASSERT_TRUE(nft({"-f", "-"}, to_nft_text(rules)));
      EXPECT_EQ(ours, nft({"-n", "list", "table", "inet", "mino"}));
    });
  }
}

}  // namespace
}  // namespace mino::integration
