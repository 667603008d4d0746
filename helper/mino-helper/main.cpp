#include <string_view>
#include <vector>

#include "adapters/broker/broker_main.hpp"
#include "adapters/crypto/openssl_ssh.hpp"
#include "adapters/gateway/dialler_main.hpp"
#include "adapters/gateway/gateway_main.hpp"
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/linux/box_listener.hpp"
#include "adapters/linux/confinement.hpp"
#include "adapters/linux/guard_main.hpp"
#include "adapters/linux/hook_main.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/project_defuser.hpp"
#include "adapters/posix/system_clock.hpp"
#include "adapters/ssh/filter_main.hpp"
#include "adapters/state/placeholder_ledger.hpp"
#include "domain/check.hpp"
#include "domain/credential/broker.hpp"

namespace {

/// The descriptors that mino starts the gateway and the dialler with.
constexpr int kOwnerSocket = 3;
constexpr int kPeerSocket = 4;

int run_guard(const std::vector<std::string_view>& words) {
  constexpr int kUsage = 2;
  if (words.size() < 2) return kUsage;
  mino::posix::PosixFileSystem files;
  const mino::json::RapidJsonCodec json;
  const mino::posix::PosixProcessTable processes;
  mino::state::PlaceholderLedger placeholders(
      {.files = files, .json = json, .processes = processes}, std::string(words[1]));
  mino::posix::PosixProjectDefuser defuser;
  return mino::linux::guard_main({words.begin() + 2, words.end()}, placeholders, defuser,
                                 kOwnerSocket);
}

mino::Result<mino::posix::UniqueFd> listen_for_broker(pid_t first_process) {
  const auto address = mino::IpAddress::parse(mino::kBrokerAddress);
  MINO_CHECK(address);
  return mino::linux::listen_in_box(first_process, *address, mino::kBrokerPort);
}

int run_broker() {
  const mino::json::RapidJsonCodec json;
  mino::posix::SystemClock clock;
  return mino::broker::broker_main({.codec = json,
                                    .clock = clock,
                                    .listen = &listen_for_broker,
                                    .confine = &mino::linux::confine_gateway},
                                   kOwnerSocket);
}

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
  if (words.front() == "guard") return run_guard(words);
  if (words.front() == "broker") return run_broker();
  if (words.front() == "ssh-agent") {
    return mino::ssh::filter_main({words.begin() + 1, words.end()},
                                  mino::crypto::openssl_ssh_crypto(), kOwnerSocket, kPeerSocket,
                                  &mino::linux::confine_gateway);
  }
  return kUsage;
}
