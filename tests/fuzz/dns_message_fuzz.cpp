// Any bytes as a DNS query. What is understood is answered within bounds, and an answer without
// records, turned back into a query, is the same question.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/gateway/dns_message.hpp"
#include "domain/check.hpp"
#include "domain/network/host_name.hpp"

namespace {

using mino::gateway::DnsFault;
using mino::gateway::DnsProblem;
using mino::gateway::DnsQuestion;

void check_fault(const DnsFault& fault) {
  const std::string answer = mino::gateway::dns_fault_answer(fault);
  MINO_CHECK(answer.size() == (fault.problem == DnsProblem::kIgnore ? 0U : 12U));
}

void check_question(const DnsQuestion& question, std::string_view message) {
  MINO_CHECK(message.substr(12, question.raw_question.size()) == question.raw_question);
  MINO_CHECK(question.raw_question.size() <= 255 + 4);
  const auto name = mino::HostName::parse(question.name);
  MINO_CHECK(name.ok() == question.well_formed_name);
  MINO_CHECK(!name.ok() || name->str() == question.name);
  for (const char byte : question.name) MINO_CHECK(byte > ' ' && byte < '\x7F');

  std::string query = mino::gateway::dns_answer_empty(question);
  query[2] = static_cast<char>(static_cast<unsigned char>(query[2]) & 0x7FU);
  const auto again = mino::gateway::parse_dns_query(query);
  const auto* same = std::get_if<DnsQuestion>(&again);
  MINO_CHECK(same != nullptr && same->raw_question == question.raw_question &&
             same->name == question.name && same->id == question.id &&
             same->edns == question.edns && same->dnssec_ok == question.dnssec_ok &&
             same->recursion_desired == question.recursion_desired &&
             same->checking_disabled == question.checking_disabled);

  const auto v4 = mino::IpAddress::from_v4({198, 18, 1, 0});
  const auto v6 = mino::IpAddress::from_v6({0xFD});
  const std::string answer =
      mino::gateway::dns_answer_addresses(question, {v4, v6, v4, v6, v4, v6}, 60);
  MINO_CHECK(answer.size() <= question.udp_payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const auto parsed = mino::gateway::parse_dns_query(message);
  if (const auto* fault = std::get_if<DnsFault>(&parsed)) {
    check_fault(*fault);
  } else {
    check_question(std::get<DnsQuestion>(parsed), message);
  }
  return 0;
}
