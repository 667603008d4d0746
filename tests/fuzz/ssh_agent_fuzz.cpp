// Both ends of the conversation between a client in a box and the user's SSH agent. An input is a
// row of pieces, each behind its length in two bytes, low byte first: the pieces with an even
// number are requests, those behind them what the agent answers when it is asked. Whatever is in
// them, each request gets one answer, and the agent nothing that the policy does not allow. The
// whole input is read as known_hosts as well, as a certificate, as a stream, and as an event.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/check.hpp"
#include "domain/ssh/agent_session.hpp"
#include "domain/ssh/host_certificate.hpp"
#include "domain/ssh/ssh_bytes.hpp"

namespace {

using mino::AgentRequest;
using mino::AgentSession;
using mino::AgentStep;
using mino::BindRequest;
using mino::KnownHosts;
using mino::ListRequest;
using mino::SignRequest;
using mino::SshCrypto;
using mino::SshPolicy;

/// Cryptography that costs nothing: a signature is valid when it begins with its key.
SshCrypto cheap_crypto() {
  return {.sha256 = [](std::string_view bytes) { return std::string(bytes.substr(0, 32)); },
          .hmac_sha1 = [](std::string_view key, std::string_view) { return std::string(key); },
          .verify =
              [](std::string_view key, std::string_view, std::string_view signature) {
                if (key.starts_with("cert")) return mino::SignatureCheck::kUnknownKey;
                return signature.starts_with(key) ? mino::SignatureCheck::kValid
                                                  : mino::SignatureCheck::kInvalid;
              }};
}

void check_asked(const SshPolicy& policy, std::string_view asked) {
  const AgentRequest request = mino::parse_agent_request(asked);
  if (std::holds_alternative<ListRequest>(request)) return;
  if (std::holds_alternative<BindRequest>(request)) return;
  const auto* sign = std::get_if<SignRequest>(&request);
  MINO_CHECK(sign != nullptr);
  const mino::SignContent content = mino::parse_sign_content(sign->data);
  if (std::holds_alternative<mino::FileContent>(content)) {
    MINO_CHECK(policy.files == SshPolicy::Files::kAllowed);
    return;
  }
  const auto* login = std::get_if<mino::LoginContent>(&content);
  MINO_CHECK(login != nullptr && login->key == sign->key);
}

/// In 2023.
constexpr std::uint64_t kDay = 1'700'000'000;

void converse(const SshPolicy& policy, const std::vector<std::string_view>& pieces) {
  const KnownHosts hosts;
  const SshCrypto crypto = cheap_crypto();
  AgentSession session(policy, hosts, crypto);
  for (std::size_t i = 0; i < pieces.size(); i += 2) {
    AgentStep step = session.request(std::string(pieces[i]), kDay);
    while (step.to_client.empty()) {
      MINO_CHECK(step.to_agent.empty() == step.question.has_value());
      if (step.question) {
        step = session.confirmed(i % 4 == 0 ? mino::Confirmation::kYes : mino::Confirmation::kNo);
        continue;
      }
      check_asked(policy, step.to_agent);
      step = i + 1 < pieces.size() ? session.answer(pieces[i + 1]) : session.agent_failed("gone");
    }
    MINO_CHECK(session.is_idle() && step.to_client.size() <= mino::kMaxAgentMessage + 64);
    if (!step.event) continue;
    const std::string bytes = mino::encode_ssh_event(*step.event);
    MINO_CHECK(bytes.size() <= mino::kMaxSshEventBytes && mino::decode_ssh_event(bytes));
    for (const char byte : mino::describe_use(*step.event))
      MINO_CHECK(static_cast<unsigned char>(byte) >= 0x20 && byte != '\x7F');
  }
}

void check_stream(std::string_view input) {
  mino::AgentStream whole;
  mino::AgentStream steps;
  whole.add(input);
  std::vector<std::string> messages;
  for (const char byte : input) {
    steps.add({&byte, 1});
    while (auto message = steps.next()) messages.push_back(*std::move(message));
  }
  for (const std::string& message : messages) MINO_CHECK(whole.next() == message);
  MINO_CHECK(!whole.next() && whole.is_broken() == steps.is_broken());
}

void check_known_hosts(std::string_view input) {
  const SshCrypto crypto = cheap_crypto();
  const KnownHosts hosts = KnownHosts::parse(input);
  static_cast<void>(hosts.name_of(input, {"github.com"}, crypto));
  static_cast<void>(mino::known_hosts_field_matches(input.substr(0, 256), "github.com", crypto));
  static_cast<void>(
      hosts.certified_name_of(input.substr(0, 64), {"github.com"}, {"github.com"}, crypto));
  if (const auto decoded = mino::decode_base64(input))
    MINO_CHECK(mino::encode_base64(*decoded) == input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kHead = 2;
  std::vector<std::string_view> pieces;
  for (std::string_view rest = input; rest.size() >= kHead;) {
    const std::size_t length = static_cast<unsigned char>(rest[0]) |
                               static_cast<std::size_t>(static_cast<unsigned char>(rest[1])) << 8U;
    pieces.push_back(rest.substr(kHead, length));
    rest.remove_prefix(std::min(kHead + length, rest.size()));
  }
  converse({}, pieces);
  converse({.keys = {"work@laptop"},
            .hosts = {"github.com"},
            .files = SshPolicy::Files::kAllowed,
            .forwarding = SshPolicy::Forwarding::kAllowed,
            .confirmation = SshPolicy::Confirmation::kEachUse},
           pieces);
  check_stream(input);
  check_known_hosts(input);
  if (const auto certificate = mino::parse_host_certificate(input))
    MINO_CHECK(certificate->signed_part.size() < input.size());
  if (const auto event = mino::decode_ssh_event(input))
    MINO_CHECK(mino::encode_ssh_event(*event) == input);
  return 0;
}
