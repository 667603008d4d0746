#include "adapters/ssh/agent_socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "adapters/posix/posix_error.hpp"
#include "domain/ssh/agent_message.hpp"

namespace mino::ssh {
namespace {

constexpr std::chrono::milliseconds kLookPatience{2000};
constexpr int kBacklog = 64;
constexpr mode_t kForEverybody = 0666;

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

/// Whether it answers the question for its keys in time.
bool answers(int agent) {
  using Clock = std::chrono::steady_clock;
  const std::string question = framed(bare_message(AgentCode::kRequestIdentities));
  if (::send(agent, question.data(), question.size(), MSG_NOSIGNAL) < 0) return false;
  AgentStream stream;
  const auto deadline = Clock::now() + kLookPatience;
  for (auto left = kLookPatience; left.count() > 0;
       left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now())) {
    pollfd wait{agent, POLLIN, 0};
    const int ready =
        posix::retry([&] { return ::poll(&wait, 1, static_cast<int>(left.count())); });
    if (ready <= 0) return false;
    std::array<char, 4096> buffer{};
    const ssize_t got = posix::retry([&] { return ::read(agent, buffer.data(), buffer.size()); });
    if (got <= 0) return false;
    stream.add({buffer.data(), static_cast<std::size_t>(got)});
    if (stream.is_broken()) return false;
    // One that is locked refuses, or has no keys to show.
    if (const auto answer = stream.next())
      return parse_identities(*answer) || is_bare(*answer, AgentCode::kFailure);
  }
  return false;
}

}  // namespace

Result<posix::UniqueFd> connect_to_agent(const std::string& path, std::uint32_t user_id) {
  const auto address = address_of(path);
  if (!address) return Error(ErrorCode::kNotFound, "the path is too long for a socket");
  posix::UniqueFd agent(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!agent) return posix::system_error("making a socket", errno);
  const int connected = posix::retry([&] {
    return ::connect(agent.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  });
  if (connected != 0) {
    const int why = errno;
    if (why != ECONNREFUSED && why != EAGAIN) return posix::system_error("connecting", why);
    return Error(ErrorCode::kUnavailable, why == EAGAIN ? "too many wait for it" : "nobody listens")
        .set_errno(why);
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(agent.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != user_id)
    return Error(ErrorCode::kPermission, "it is another user's");
  return agent;
}

SshAgentFacts look_at_agent(std::string path, std::uint32_t user_id) {
  using State = SshAgentFacts::State;
  SshAgentFacts facts{State::kNone, std::move(path)};
  if (facts.socket.empty()) return facts;
  struct stat info {};
  if (::stat(facts.socket.c_str(), &info) != 0) {
    facts.state = errno == EACCES ? State::kForeign : State::kMissing;
  } else if (!S_ISSOCK(info.st_mode)) {
    facts.state = State::kNoSocket;
  } else if (info.st_uid != user_id) {
    facts.state = State::kForeign;
  } else if (const auto agent = connect_to_agent(facts.socket, user_id); agent.ok()) {
    facts.state = answers(agent->get()) ? State::kUsable : State::kSilent;
  } else {
    facts.state = agent.error().code() == ErrorCode::kPermission ? State::kForeign : State::kStale;
  }
  return facts;
}

Result<posix::UniqueFd> listen_for_clients(const std::string& directory, const std::string& name) {
  const posix::UniqueFd parent(
      ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!parent) return posix::file_error("opening", directory, errno);
  ::unlinkat(parent.get(), name.c_str(), 0);
  // Through the directory's descriptor the path is short enough for sun_path, however deep it lies.
  const std::string path = fmt::format("/proc/self/fd/{}/{}", parent.get(), name);
  const auto address = address_of(path);
  posix::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!address || !listener ||
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
      ::chmod(path.c_str(), kForEverybody) != 0 || ::listen(listener.get(), kBacklog) != 0)
    return posix::file_error("listening on", directory + "/" + name, errno);
  return listener;
}

}  // namespace mino::ssh
