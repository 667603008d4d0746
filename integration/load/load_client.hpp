#pragma once

#include <netinet/in.h>

#include <optional>
#include <string>

namespace mino::load {

/// Where the connections of a client go.
struct Destination {
  std::string host;  ///< as an HTTP request names it
  sockaddr_in server;
  std::optional<sockaddr_in> proxy{};  ///< asked by CONNECT to connect to the server
};

/// An IPv4 address, or the one that the gateway of the box hands out for the name. Says why not.
[[nodiscard]] std::optional<sockaddr_in> find_server(const std::string& host, int port);

// Each prints what it has measured in seconds and returns an exit code.
/// The time of one download.
int download(const Destination& to);
/// The time of `count` connections with a request and an answer each, `lanes` at once.
int make_connections(const Destination& to, int count, int lanes);
/// The median time of one connection from its start to the first byte of the answer.
int time_connection(const Destination& to, int count);
/// Opens `count` connections, passes bytes through each, prints "held" and holds them until its
/// input ends; then all of them have to work still.
int hold(const Destination& to, int count);

}  // namespace mino::load
