#include "adapters/linux/hook_main.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "adapters/linux/box_routes.hpp"
#include "adapters/linux/oci_state.hpp"
#include "adapters/linux/packet_filter.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/filter_spec.hpp"
#include "helper/protocol/hook.hpp"

namespace mino::linux {
namespace {

using posix::UniqueFd;

constexpr std::size_t kMaxState = std::size_t{1} << 20;
constexpr int kAnswerPatienceMs = 8000;
constexpr int kBacklog = 4096;

struct Prepared {
  hook::Report report{};
  std::vector<UniqueFd> sockets;
};

Result<std::string> read_all(int fd, std::size_t max_bytes) {
  std::string text;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = posix::retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
    if (got < 0) return posix::system_error("reading", errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > max_bytes) return Error(ErrorCode::kCorrupt, "it is too large");
  }
}

Result<void> enter_network_of(std::int64_t process) {
  const std::string path = fmt::format("/proc/{}/ns/net", process);
  const UniqueFd theirs(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!theirs) return posix::file_error("opening", path, errno);
  struct stat its {};
  struct stat own {};
  if (::fstat(theirs.get(), &its) != 0 || ::stat("/proc/self/ns/net", &own) != 0)
    return posix::file_error("looking at", path, errno);
  if (its.st_ino == own.st_ino && its.st_dev == own.st_dev) {
    return Error(ErrorCode::kInternal,
                 "the container has no network namespace of its own: rules there would be the "
                 "host's");
  }
  if (::setns(theirs.get(), CLONE_NEWNET) != 0) return posix::file_error("entering", path, errno);
  return {};
}

Result<UniqueFd> bound_socket(int type, std::uint16_t port, int family) {
  UniqueFd socket(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return posix::system_error("making a socket", errno);
  const int on = 1;
  if (type == SOCK_STREAM) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  const sockaddr* address = reinterpret_cast<const sockaddr*>(&v4);
  socklen_t size = sizeof v4;
  if (family == AF_INET6) {
    if (::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0)
      return posix::system_error("making a socket of IPv6 alone", errno);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    v6.sin6_port = htons(port);
    address = reinterpret_cast<const sockaddr*>(&v6);
    size = sizeof v6;
  } else {
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v4.sin_port = htons(port);
  }
  if (::bind(socket.get(), address, size) != 0)
    return posix::system_error(fmt::format("binding port {}", port), errno);
  if (type == SOCK_STREAM && ::listen(socket.get(), kBacklog) != 0)
    return posix::system_error(fmt::format("listening on port {}", port), errno);
  return socket;
}

Result<void> open_sockets(int family, std::vector<UniqueFd>& sockets) {
  struct Wanted {
    int type;
    std::uint16_t port;
  };
  for (const Wanted& wanted :
       {Wanted{SOCK_STREAM, hook::kTcpPort}, Wanted{SOCK_DGRAM, hook::kDnsPort},
        Wanted{SOCK_STREAM, hook::kDnsPort}}) {
    MINO_ASSIGN(UniqueFd socket, bound_socket(wanted.type, wanted.port, family));
    sockets.push_back(std::move(socket));
  }
  return {};
}

/// The words are none, or an address and a port.
Result<std::optional<BoxService>> service_of(const std::vector<std::string_view>& words) {
  if (words.empty()) return std::optional<BoxService>();
  const auto address = IpAddress::parse(words[0]);
  std::uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), port);
  if (!address || error != std::errc() || end != words[1].data() + words[1].size())
    return Error(ErrorCode::kUsage, "the service of the box is no address and port");
  return std::optional<BoxService>({*address, port});
}

Result<void> make_gateway_box(const std::optional<BoxService>& service, Prepared& prepared) {
  MINO_TRY(load_packet_rules(gateway_rules({hook::kTcpPort, hook::kDnsPort}, service)));
  MINO_ASSIGN(const Ipv6 ipv6, make_every_address_local());
  MINO_TRY(open_sockets(AF_INET, prepared.sockets));
  if (ipv6 == Ipv6::kPresent) {
    MINO_TRY(open_sockets(AF_INET6, prepared.sockets));
    prepared.report.ipv6 = 1;
  }
  return {};
}

Result<void> make_filtered_box(const std::string& rules_file) {
  const UniqueFd file(::open(rules_file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return posix::file_error("opening", rules_file, errno);
  MINO_ASSIGN(const std::string text, read_all(file.get(), FilterSpec::kMaxBytes));
  MINO_ASSIGN(const FilterSpec spec, parse_filter_spec(text));
  return load_packet_rules(filter_rules(spec.allowed, spec.resolvers));
}

/// Before the namespace is entered: the path is the owner's.
Result<UniqueFd> connect_owner(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const UniqueFd parent(::open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!parent) return posix::file_error("opening the directory of", path, errno);
  // Through the directory's descriptor the path fits a sockaddr, however deep it lies.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string through =
      fmt::format("/proc/self/fd/{}/{}", parent.get(), path.substr(slash + 1));
  if (through.size() >= sizeof address.sun_path)
    return Error(ErrorCode::kUsage, "the name of the owner's socket is too long");
  std::memcpy(address.sun_path, through.c_str(), through.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return posix::system_error("making a socket", errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return posix::file_error("connecting to", path, errno);
  return socket;
}

Result<void> send_report(int owner, const Prepared& prepared) {
  std::vector<int> sockets;
  for (const UniqueFd& socket : prepared.sockets) sockets.push_back(socket.get());
  const std::string_view bytes(reinterpret_cast<const char*>(&prepared.report),
                               sizeof prepared.report);
  if (posix::send_packet(owner, bytes, sockets) != posix::SendState::kSent)
    return Error(ErrorCode::kUnavailable, "the session's owner does not take the report");
  return {};
}

Result<void> await_acceptance(int owner) {
  pollfd answer{owner, POLLIN, 0};
  if (posix::retry([&] { return ::poll(&answer, 1, kAnswerPatienceMs); }) <= 0)
    return Error(ErrorCode::kTimeout, "the session's owner does not answer");
  char word = 0;
  if (posix::retry([&] { return ::recv(owner, &word, 1, 0); }) != 1 || word != hook::kAccepted)
    return Error(ErrorCode::kUnavailable, "the session's owner has refused the box");
  return {};
}

Result<Prepared> prepare(const std::vector<std::string_view>& words, const JsonCodec& json) {
  Prepared prepared;
  prepared.report.version = hook::kVersion;
  prepared.report.status = hook::Status::kInForce;
  MINO_ASSIGN(const std::string state,
              read_all(STDIN_FILENO, kMaxState).with_context("the container's state"));
  MINO_ASSIGN(const std::int64_t process, container_process(state, json));
  MINO_TRY(enter_network_of(process));
  if (words[1] == "gateway") {
    MINO_ASSIGN(const auto service, service_of({words.begin() + 3, words.end()}));
    MINO_TRY(make_gateway_box(service, prepared));
  } else {
    MINO_TRY(make_filtered_box(std::string(words[3])));
  }
  return prepared;
}

Result<void> run_hook(const std::vector<std::string_view>& words, const JsonCodec& json) {
  const bool known = ((words.size() == 3 || words.size() == 5) && words[1] == "gateway") ||
                     (words.size() == 4 && words[1] == "filter");
  if (!known || words[2].find('/') == std::string_view::npos)
    return Error(ErrorCode::kUsage,
                 "oci-hook gateway SOCKET [ADDRESS PORT] | oci-hook filter SOCKET RULES");
  MINO_ASSIGN(const UniqueFd owner, connect_owner(std::string(words[2])));
  auto prepared = prepare(words, json);
  if (!prepared.ok()) {
    Prepared failed;
    failed.report.version = hook::kVersion;
    failed.report.status = hook::Status::kFailed;
    const std::string text = prepared.error().text();
    std::memcpy(failed.report.text, text.data(),
                std::min(text.size(), sizeof failed.report.text - 1));
    static_cast<void>(send_report(owner.get(), failed));
    return std::move(prepared).error();
  }
  MINO_TRY(send_report(owner.get(), *prepared));
  return await_acceptance(owner.get());
}

}  // namespace

int hook_main(const std::vector<std::string_view>& words, const JsonCodec& json) {
  const auto done = run_hook(words, json);
  if (done.ok()) return 0;
  static_cast<void>(std::fprintf(stderr, "mino hook: %s\n", done.error().text().c_str()));
  return 1;
}

}  // namespace mino::linux
