// Requests about the network of a live session, as the owner reads them off its control socket, and
// its answers, as clients read them. An input is lines: each is taken for both, and the requests
// are carried out one after the other.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/json/rapid_json_codec.hpp"
#include "domain/check.hpp"
#include "domain/network/network_request.hpp"

namespace {

/// Requests times rules stay few enough for many inputs a second.
constexpr std::size_t kMostLines = 64;

using Kind = mino::NetworkRequest::Kind;

/// The same after it was sent: the client that reads it is of the same build.
void check_answer(const mino::JsonCodec& codec, const mino::NetworkAnswer& answer) {
  const auto sent = codec.parse(codec.write(to_json(answer), mino::JsonLayout::kCompact));
  MINO_CHECK(sent.ok());
  const auto again = mino::network_answer_from_json(*sent);
  MINO_CHECK(again.ok() && *again == answer);
}

void carry_out(const mino::JsonCodec& codec, const mino::NetworkRequest& request,
               mino::EgressPolicy& policy) {
  const mino::EgressPolicy before = policy;
  const mino::NetworkAnswer answer = mino::answer(policy, request);
  MINO_CHECK(answer.rules.size() == policy.rules.size());
  const bool changes = request.kind == Kind::kAllow || request.kind == Kind::kDeny;
  MINO_CHECK(policy == before || (changes && !answer.error));
  if (request.kind == Kind::kList) MINO_CHECK(!answer.error);
  if (request.kind == Kind::kExplain) MINO_CHECK(answer.error || answer.explanation);
  if (request.kind == Kind::kAllow)
    MINO_CHECK(policy.rules.size() - before.rules.size() <= (answer.error ? 0U : 1U));
  if (request.kind == Kind::kDeny)
    MINO_CHECK(answer.error ? policy == before : policy.rules.size() < before.rules.size());
  if (answer.explanation) MINO_CHECK(!to_text(*answer.explanation).empty());
  check_answer(codec, answer);
}

void read(const mino::JsonCodec& codec, std::string_view line, mino::EgressPolicy& policy) {
  const auto json = codec.parse(line);
  if (!json.ok()) return;
  if (const auto request = mino::network_request_from_json(*json); request.ok()) {
    const auto again = mino::network_request_from_json(to_json(*request));
    MINO_CHECK(again.ok() && *again == *request);
    carry_out(codec, *request, policy);
  }
  if (const auto answer = mino::network_answer_from_json(*json); answer.ok()) {
    if (answer->explanation)
      for (const char byte : to_text(*answer->explanation))
        MINO_CHECK(static_cast<unsigned char>(byte) >= 0x20 && byte != '\x7F');
    check_answer(codec, *answer);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const mino::json::RapidJsonCodec codec;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  mino::EgressPolicy policy;
  for (std::size_t lines = 0; lines < kMostLines && !rest.empty(); ++lines) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    read(codec, line, policy);
  }
  return 0;
}
