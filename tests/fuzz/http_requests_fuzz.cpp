// Any bytes as the client's side of an HTTP connection to a.example:80. How they are cut does not
// matter; what passes is a prefix of them, passes again, and was recognised as HTTP. The same bytes
// are also read as a server's answer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/gateway/first_bytes.hpp"
#include "adapters/gateway/http_requests.hpp"
#include "domain/check.hpp"

namespace {

using mino::gateway::FirstBytes;
using mino::gateway::HttpRequests;
using mino::gateway::UpgradeAnswer;

struct Outcome {
  std::string passed;
  std::optional<mino::DenyReason> refused;
  std::string detail;
  std::uint64_t requests = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome run(std::string_view input, std::size_t step, UpgradeAnswer answer) {
  HttpRequests requests({"a.example", 80});
  Outcome outcome;
  while (!input.empty()) {
    requests.feed(input.substr(0, step));
    input.remove_prefix(std::min(step, input.size()));
    if (requests.awaits_upgrade()) requests.upgrade_answered(answer);
    outcome.passed += requests.take_passed();
  }
  if (requests.refused()) outcome.refused = requests.reason();
  outcome.detail = requests.detail();
  outcome.requests = requests.passed_requests();
  return outcome;
}

void check_requests(std::string_view input, UpgradeAnswer answer) {
  const Outcome whole = run(input, input.size(), answer);
  MINO_CHECK(whole == run(input, 1, answer));
  MINO_CHECK(whole == run(input, 13, answer));
  MINO_CHECK(input.substr(0, whole.passed.size()) == whole.passed);
  MINO_CHECK(whole.refused.has_value() == !whole.detail.empty());
  for (const char byte : whole.detail) MINO_CHECK(byte >= ' ' && byte < '\x7F');
  const Outcome again = run(whole.passed, whole.passed.size(), answer);
  MINO_CHECK(!again.refused && again.passed == whole.passed && again.requests == whole.requests);
  MINO_CHECK(whole.passed.empty() || mino::gateway::classify(input) == FirstBytes::kHttp);
}

void check_first_bytes(std::string_view input) {
  constexpr std::size_t kEnough = 64;  // each prefix is looked at from its beginning
  FirstBytes before = FirstBytes::kNeedMore;
  for (std::size_t size = 0; size <= std::min(input.size(), kEnough); ++size) {
    const FirstBytes now = mino::gateway::classify(input.substr(0, size));
    MINO_CHECK(before == FirstBytes::kNeedMore || before == now);
    before = now;
  }
  MINO_CHECK(before == FirstBytes::kNeedMore || before == mino::gateway::classify(input));
}

void check_answer(std::string_view input) {
  mino::gateway::HttpStatusReader whole;
  mino::gateway::HttpStatusReader steps;
  whole.feed(input);
  for (const char byte : input) steps.feed({&byte, 1});
  MINO_CHECK(whole.answer() == steps.answer());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_requests(input, UpgradeAnswer::kRefused);
  check_requests(input, UpgradeAnswer::kSwitched);
  check_first_bytes(input);
  check_answer(input);
  return 0;
}
