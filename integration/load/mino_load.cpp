// The two ends of the traffic that the network benchmarks measure, and a client of the SSH agent.
// Static, so that it runs in any image, and cheap, so that what lies between its ends is what takes
// the time.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "integration/load/agent_client.hpp"
#include "integration/load/load_client.hpp"
#include "integration/load/load_server.hpp"

namespace {

constexpr char kUsage[] =
    R"(Usage: mino_load serve
       mino_load download HOST PORT
       mino_load connections HOST PORT COUNT LANES [PROXY PROXY-PORT]
       mino_load latency HOST PORT COUNT
       mino_load hold HOST PORT COUNT
       mino_load count-keys
       mino_load sign-logins COUNT
)";

/// The argument as a number; ends the program where it is none.
int number(const char* text) {
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  if (*end != '\0' || value < 1 || value > 1000000) {
    std::fprintf(stderr, "mino_load: not a number in range: %s\n", text);
    std::exit(2);
  }
  return static_cast<int>(value);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace mino::load;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "serve" && argc == 2) return serve();
  if (mode == "count-keys" && argc == 2) return count_keys();
  if (mode == "sign-logins" && argc == 3) return sign_logins(number(argv[2]));
  if (argc < 4) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const auto server = find_server(argv[2], number(argv[3]));
  if (!server) return 1;
  Destination to{.host = argv[2], .server = *server};
  if (argc == 8) to.proxy = find_server(argv[6], number(argv[7]));
  if (mode == "download" && argc == 4) return download(to);
  if (mode == "latency" && argc == 5) return time_connection(to, number(argv[4]));
  if (mode == "hold" && argc == 5) return hold(to, number(argv[4]));
  if (mode == "connections" && (argc == 6 || argc == 8))
    return make_connections(to, number(argv[4]), number(argv[5]));
  std::fputs(kUsage, stderr);
  return 2;
}
