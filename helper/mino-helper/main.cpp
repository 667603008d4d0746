#include <string_view>
#include <vector>

#include "adapters/gateway/dialler_main.hpp"
#include "adapters/gateway/gateway_main.hpp"
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/linux/confinement.hpp"
#include "adapters/linux/hook_main.hpp"

namespace {

/// The descriptors that mino starts the gateway and the dialler with.
constexpr int kOwnerSocket = 3;
constexpr int kPeerSocket = 4;

}  // namespace

// mino-helper <part> [<argument>…]: started by mino, and as a hook by the OCI runtime.
int main(int argc, char** argv) {
  constexpr int kUsage = 2;
  if (argc < 2) return kUsage;
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.front() == "oci-hook") {
    const mino::json::RapidJsonCodec json;
    return mino::linux::hook_main(words, json);
  }
  if (words.front() == "gateway")
    return mino::gateway::gateway_main(kOwnerSocket, kPeerSocket, &mino::linux::confine_gateway);
  if (words.front() == "dialler")
    return mino::gateway::dialler_main(kPeerSocket, kOwnerSocket, &mino::linux::confine_dialler);
  return kUsage;
}
