#pragma once

namespace mino::load {

/// What the first byte of a connection asks for.
constexpr char kPing = '?';      ///< one byte back; any further packet is answered alike
constexpr char kDownload = '>';  ///< kDownloadBytes, then the end
constexpr char kGet = 'G';       ///< an HTTP request: kHttpAnswer back
constexpr char kPong = '!';

constexpr long kDownloadBytes = 1L << 30;
constexpr char kHttpAnswer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Listens on a free port of 127.0.0.1, prints it, and serves until it is killed. Returns only when
/// it cannot, with an exit code.
int serve();

}  // namespace mino::load
