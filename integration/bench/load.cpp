#include "integration/bench/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = "mino_load";
constexpr milliseconds kPatience{60000};
constexpr milliseconds kPause{20};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Failure("cannot make a pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor tcp_socket() { return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

/// A port of 127.0.0.1 on which nobody listens now.
int free_port() {
  const Descriptor socket = tcp_socket();
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw Failure("no port is free");
  return ntohs(address.sin_port);
}

bool is_served(int port) {
  const Descriptor socket = tcp_socket();
  const sockaddr_in address = loopback(port);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

/// The program lies beside the benchmark.
std::string staged_load(const Workspace& workspace) {
  const fs::path copy = workspace.project() / kProgram;
  if (!fs::exists(copy)) {
    const fs::path original = fs::read_symlink("/proc/self/exe").parent_path() / kProgram;
    std::error_code failed;
    fs::copy_file(original, copy, failed);
    if (failed) throw Failure(fmt::format("{}: {}", original.string(), failed.message()));
  }
  return copy.string();
}

Talker::Talker(const Command& command) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  child_.emplace(command, Child::Streams{.in = in.read.get(), .out = out.write.get()});
  input_ = std::move(in.write);
  output_ = std::move(out.read);
}

std::string Talker::line() {
  std::string line;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    pollfd one{output_.get(), POLLIN, 0};
    if (::poll(&one, 1, 100) == 1) {
      char byte = 0;
      if (::read(output_.get(), &byte, 1) != 1) break;
      if (byte == '\n') return line;
      line += byte;
    }
    pause_for(milliseconds(0));
  }
  throw Failure(fmt::format("process {} does not say what it should", child_->pid()));
}

LoadServer::LoadServer(const Workspace& workspace)
    : server_({.argv = {staged_load(workspace), "serve"}}), port_(server_.line()) {}

Proxy::Proxy(const Workspace& workspace, std::string_view settings) {
  const int port = free_port();
  port_ = std::to_string(port);
  const std::string configuration = (workspace.root() / ("tinyproxy-" + port_)).string();
  std::ofstream(configuration) << fmt::format(
      "Port {}\nListen 127.0.0.1\nAllow 127.0.0.1\nMaxClients 100\nTimeout 600\n{}\n", port,
      settings);
  proxy_.emplace(Command{.argv = {"tinyproxy", "-d", "-c", configuration}}, Child::Streams{});
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!is_served(port)) {
    pause_for(kPause);
    if (std::chrono::steady_clock::now() > deadline) throw Failure("tinyproxy does not start");
  }
}

Command load_in_box(const Workspace& workspace, const LoadServer& server, std::string_view mode,
                    const std::vector<std::string>& words) {
  static_cast<void>(staged_load(workspace));
  std::vector<std::string> all{"run",
                               "--image",
                               workspace.image(),
                               "--network-allow",
                               fmt::format("{}:{}", kHostOfBox, server.port()),
                               "--",
                               std::string("./") + kProgram,
                               std::string(mode),
                               std::string(kHostOfBox),
                               server.port()};
  all.insert(all.end(), words.begin(), words.end());
  return workspace.mino(std::move(all));
}

Command load_in_container(const Workspace& workspace, const std::string& network,
                          const std::vector<std::string>& words) {
  const std::string program = staged_load(workspace);
  std::vector<std::string> all{"run",
                               "--rm",
                               "-v",
                               program + ":" + program + ":ro",
                               "--network",
                               network,
                               workspace.image(),
                               program};
  all.insert(all.end(), words.begin(), words.end());
  return workspace.podman(std::move(all));
}

Seconds told_by(const Command& client) {
  const Outcome outcome = run(client);
  char* end = nullptr;
  const double seconds = std::strtod(outcome.out.c_str(), &end);
  if (outcome.code != 0 || end == outcome.out.c_str())
    throw Failure(fmt::format("{} ended with {}: {}", fmt::join(client.argv, " "), outcome.code,
                              outcome.err));
  return Seconds(seconds);
}

}  // namespace mino::bench
