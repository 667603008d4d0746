// Any bytes as what a process of the box sends to the credential broker. How they are cut does not
// matter; nothing but a request that carries the token, or Google's header, is a question; every
// refusal has its word.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/broker/broker_protocol.hpp"
#include "adapters/broker/http_answer.hpp"
#include "adapters/broker/http_request_reader.hpp"
#include "adapters/json/rapid_json_codec.hpp"
#include "domain/check.hpp"

namespace {

using mino::broker::HttpRequestReader;
using State = HttpRequestReader::State;

constexpr std::string_view kToken = "0123456789abcdef";

const mino::BrokerTerms& terms() {
  static const mino::BrokerTerms kTerms{
      mino::Secret(std::string(kToken)),
      {{.provider = mino::CredentialProvider::kAws},
       {.provider = mino::CredentialProvider::kGcp, .project = "p", .account = "a@p"},
       {.provider = mino::CredentialProvider::kAzure},
       {.provider = mino::CredentialProvider::kGithub, .host = "github.com"}}};
  return kTerms;
}

std::optional<mino::BrokerRequest> read(std::string_view input, std::size_t step, State& state) {
  HttpRequestReader reader;
  while (!input.empty() && reader.state() == State::kMore) {
    reader.add(input.substr(0, step));
    input.remove_prefix(std::min(step, input.size()));
  }
  state = reader.state();
  if (state != State::kComplete) return std::nullopt;
  return reader.request();
}

void check_judgement(std::string_view input, const mino::BrokerRequest& request) {
  const auto outcome = mino::judge(request, terms());
  if (const auto* ask = std::get_if<mino::BrokerAsk>(&outcome)) {
    MINO_CHECK(request.method == "GET");
    MINO_CHECK(ask->provider == mino::CredentialProvider::kGcp
                   ? input.find("Google") != std::string_view::npos
                   : input.find(kToken) != std::string_view::npos);
    return;
  }
  const auto& answer = std::get<mino::BrokerAnswer>(outcome);
  MINO_CHECK(answer.refusal.has_value() == (answer.status != 200));
  if (answer.refusal)
    MINO_CHECK(mino::parse_broker_refusal(mino::to_string(*answer.refusal)) == answer.refusal);
  const std::string bytes = mino::broker::to_http(answer, mino::json::RapidJsonCodec());
  MINO_CHECK(bytes.starts_with("HTTP/1.1 "));
  MINO_CHECK(bytes.find(kToken) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  State whole = State::kMore;
  State steps = State::kMore;
  const auto request = read(input, input.size(), whole);
  const auto again = read(input, 1, steps);
  MINO_CHECK(whole == steps);
  if (request) {
    MINO_CHECK(request->target == again->target && request->fields == again->fields);
    check_judgement(input, *request);
  }
  if (const auto packet = mino::broker::decode(input))
    MINO_CHECK(mino::broker::encode(*packet) == input);
  return 0;
}
