#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/network/ip_address.hpp"

namespace mino::gateway {

/// Types and the class of RFC 1035 and RFC 3596 that are answered with an address.
inline constexpr std::uint16_t kDnsTypeA = 1;
inline constexpr std::uint16_t kDnsTypeAaaa = 28;
inline constexpr std::uint16_t kDnsClassIn = 1;

/// The one question of a query (RFC 1035 section 4.1).
struct DnsQuestion {
  /// Lower case, without the trailing dot; "" is the root. A byte that no host name has is written
  /// as \DDD and a dot inside a label as \., so that two names never read alike (RFC 4343).
  std::string name;
  bool well_formed_name = false;  ///< HostName::parse(name) takes it
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint16_t id = 0;
  bool recursion_desired = false;
  bool checking_disabled = false;
  bool edns = false;                ///< the query has an OPT record (RFC 6891)
  bool dnssec_ok = false;           ///< its DO bit
  std::uint16_t udp_payload = 512;  ///< bytes the client takes over UDP; at least 512
  std::string raw_question;         ///< name, type and class as sent
};

enum class DnsProblem {
  kIgnore,          ///< shorter than a header, or a response: no answer at all
  kFormatError,     ///< FORMERR
  kNotImplemented,  ///< an opcode other than QUERY: NOTIMP
};

struct DnsFault {
  DnsProblem problem = DnsProblem::kIgnore;
  std::uint16_t id = 0;
  std::uint16_t flags = 0;  ///< the second word of the query's header
};

/// Response codes of RFC 1035 section 4.1.1.
enum class DnsCode : std::uint8_t { kServerFailure = 2, kNoSuchName = 3, kRefused = 5 };

/// Reads one message (without the length that TCP puts before it). Exactly one question, no answer
/// and no authority record, no additional record but one OPT of version 0, nothing behind it;
/// compression is refused, since a question has nothing before it to point to.
[[nodiscard]] std::variant<DnsQuestion, DnsFault> parse_dns_query(std::string_view message);

/// The answer with those of `addresses` that are of the asked type and of class IN, as many as fit
/// the client's udp_payload (TC is set when some do not).
[[nodiscard]] std::string dns_answer_addresses(const DnsQuestion& question,
                                               const std::vector<IpAddress>& addresses,
                                               std::uint32_t ttl_seconds);
/// The name exists and has no record of this type (NODATA, RFC 2308).
[[nodiscard]] std::string dns_answer_empty(const DnsQuestion& question);
[[nodiscard]] std::string dns_answer_error(const DnsQuestion& question, DnsCode code);
/// A header alone; empty for kIgnore, which is not answered.
[[nodiscard]] std::string dns_fault_answer(const DnsFault& fault);

}  // namespace mino::gateway
