// Any bytes as the beginning of a TLS connection: read in one piece or in many, the verdict is the
// same, and what is complete was recognised as TLS.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/gateway/client_hello.hpp"
#include "adapters/gateway/first_bytes.hpp"
#include "domain/check.hpp"

namespace {

using mino::gateway::HelloState;

struct Seen {
  HelloState state = HelloState::kNeedMore;
  std::optional<std::string> name;
  bool encrypted = false;
  bool operator==(const Seen&) const = default;
};

Seen read(std::string_view bytes, std::size_t step) {
  mino::gateway::ClientHelloReader reader;
  Seen seen;
  while (!bytes.empty()) {
    seen.state = reader.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  if (seen.state == HelloState::kComplete) {
    seen.name = reader.hello().server_name;
    seen.encrypted = reader.hello().encrypted_client_hello;
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Seen whole = read(bytes, size);
  MINO_CHECK(whole == read(bytes, 1));
  MINO_CHECK(whole == read(bytes, 13));
  if (whole.state == HelloState::kComplete) {
    MINO_CHECK(mino::gateway::classify(bytes) == mino::gateway::FirstBytes::kTls);
    MINO_CHECK(!whole.name ||
               (!whole.name->empty() && whole.name->find('\0') == std::string::npos));
  }
  return 0;
}
