#include "adapters/gateway/dns_message.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "domain/network/host_name.hpp"

namespace mino::gateway {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kMaxNameBytes = 255;  // RFC 1035 section 3.1, lengths included
constexpr std::size_t kMaxLabelBytes = 63;
constexpr std::uint16_t kTypeOpt = 41;
constexpr std::uint16_t kMinUdpPayload = 512;
/// What we would take over UDP: the smallest MTU of IPv6 less the headers of IPv6 and UDP.
constexpr std::uint16_t kOurUdpPayload = 1232;

constexpr std::uint16_t kFlagResponse = 0x8000;
constexpr std::uint16_t kOpcodeMask = 0x7800;
constexpr std::uint16_t kFlagTruncated = 0x0200;
constexpr std::uint16_t kFlagRecursionDesired = 0x0100;
constexpr std::uint16_t kFlagRecursionAvailable = 0x0080;
constexpr std::uint16_t kFlagCheckingDisabled = 0x0010;
constexpr std::uint16_t kFlagDnssecOk = 0x8000;
constexpr std::uint16_t kCodeFormatError = 1;
constexpr std::uint16_t kCodeNotImplemented = 4;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] bool at_end() const { return position_ == bytes_.size(); }
  std::optional<std::uint8_t> u8() {
    if (at_end()) return std::nullopt;
    return static_cast<std::uint8_t>(bytes_[position_++]);
  }
  std::optional<std::uint16_t> u16() {
    if (bytes_.size() - position_ < 2) return std::nullopt;
    const auto high = static_cast<std::uint8_t>(bytes_[position_]);
    const auto low = static_cast<std::uint8_t>(bytes_[position_ + 1]);
    position_ += 2;
    return static_cast<std::uint16_t>(high << 8U | low);
  }
  std::optional<std::string_view> take(std::size_t count) {
    if (bytes_.size() - position_ < count) return std::nullopt;
    const std::string_view taken = bytes_.substr(position_, count);
    position_ += count;
    return taken;
  }
  [[nodiscard]] std::string_view since(std::size_t start) const {
    return bytes_.substr(start, position_ - start);
  }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

void put_u16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xFFU);
}

void put_u32(std::string& out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16U));
  put_u16(out, static_cast<std::uint16_t>(value & 0xFFFFU));
}

void append_label(std::string& name, std::string_view label) {
  for (const char byte : label) {
    const auto value = static_cast<std::uint8_t>(byte);
    if (byte >= 'A' && byte <= 'Z') {
      name += static_cast<char>(byte - 'A' + 'a');
    } else if (byte == '.' || byte == '\\') {
      name += '\\';
      name += byte;
    } else if (value > 0x20 && value < 0x7F) {
      name += byte;
    } else {
      name += '\\';
      name += static_cast<char>('0' + value / 100);
      name += static_cast<char>('0' + value / 10 % 10);
      name += static_cast<char>('0' + value % 10);
    }
  }
}

std::optional<std::string> read_name(Reader& reader) {
  const std::size_t start = reader.position();
  std::string name;
  for (;;) {
    const auto length = reader.u8();
    // Above 63 are compression and label types that never came into use (RFC 6891 section 5).
    if (!length || *length > kMaxLabelBytes) return std::nullopt;
    const auto label = reader.take(*length);
    if (!label || reader.position() - start > kMaxNameBytes) return std::nullopt;
    if (*length == 0) return name;
    if (!name.empty()) name += '.';
    append_label(name, *label);
  }
}

/// Options are skipped, but they must fill the record exactly.
bool well_formed_options(std::string_view options) {
  Reader reader(options);
  while (!reader.at_end()) {
    if (!reader.u16()) return false;
    const auto length = reader.u16();
    if (!length || !reader.take(*length)) return false;
  }
  return true;
}

/// RFC 6891 section 6.1.2.
bool read_opt(Reader& reader, DnsQuestion& question) {
  if (reader.u8() != 0 || reader.u16() != kTypeOpt) return false;
  const auto payload = reader.u16();
  reader.u8();  // the upper bits of a response code, which a query has not
  const auto version = reader.u8();
  const auto flags = reader.u16();
  const auto length = reader.u16();
  if (!payload || !flags || !length || version != 0) return false;
  const auto options = reader.take(*length);
  if (!options || !well_formed_options(*options)) return false;
  question.edns = true;
  question.dnssec_ok = (*flags & kFlagDnssecOk) != 0;
  question.udp_payload = std::max(*payload, kMinUdpPayload);
  return true;
}

bool read_records(Reader& reader, DnsQuestion& question) {
  if (reader.u16() != 1 || reader.u16() != 0 || reader.u16() != 0) return false;
  const auto additional = reader.u16();
  if (!additional || *additional > 1) return false;
  const std::size_t start = reader.position();
  auto name = read_name(reader);
  const auto type = reader.u16();
  const auto klass = reader.u16();
  if (!name || !type || !klass) return false;
  question.name = std::move(*name);
  question.well_formed_name = HostName::parse(question.name).ok();
  question.type = *type;
  question.klass = *klass;
  question.raw_question = std::string(reader.since(start));
  if (*additional == 1 && !read_opt(reader, question)) return false;
  return reader.at_end();
}

std::string header(const DnsQuestion& question, std::uint16_t extra_flags, std::size_t answers) {
  std::uint16_t flags = kFlagResponse | kFlagRecursionAvailable | extra_flags;
  if (question.recursion_desired) flags |= kFlagRecursionDesired;
  if (question.checking_disabled) flags |= kFlagCheckingDisabled;
  std::string out;
  put_u16(out, question.id);
  put_u16(out, flags);
  put_u16(out, 1);
  put_u16(out, static_cast<std::uint16_t>(answers));
  put_u16(out, 0);
  put_u16(out, question.edns ? 1 : 0);
  return out + question.raw_question;
}

std::string opt_record(const DnsQuestion& question) {
  if (!question.edns) return {};
  std::string out(1, '\0');
  put_u16(out, kTypeOpt);
  put_u16(out, kOurUdpPayload);
  put_u16(out, 0);
  put_u16(out, question.dnssec_ok ? kFlagDnssecOk : 0);
  put_u16(out, 0);
  return out;
}

std::string answer_record(const DnsQuestion& question, const IpAddress& address,
                          std::uint32_t ttl_seconds) {
  std::string data;
  if (address.is_v4()) {
    for (const std::uint8_t byte : address.v4_bytes()) data += static_cast<char>(byte);
  } else {
    for (const std::uint8_t byte : address.v6_bytes()) data += static_cast<char>(byte);
  }
  std::string out;
  put_u16(out, 0xC000U | kHeaderBytes);  // a pointer to the question's name
  put_u16(out, question.type);
  put_u16(out, question.klass);
  put_u32(out, ttl_seconds);
  put_u16(out, static_cast<std::uint16_t>(data.size()));
  return out + data;
}

bool asks_for(const DnsQuestion& question, const IpAddress& address) {
  return question.klass == kDnsClassIn &&
         question.type == (address.is_v4() ? kDnsTypeA : kDnsTypeAaaa);
}

}  // namespace

std::variant<DnsQuestion, DnsFault> parse_dns_query(std::string_view message) {
  if (message.size() < kHeaderBytes) return DnsFault{};
  Reader reader(message);
  DnsQuestion question;
  question.id = reader.u16().value_or(0);
  const std::uint16_t flags = reader.u16().value_or(0);
  if ((flags & kFlagResponse) != 0) return DnsFault{DnsProblem::kIgnore, question.id, flags};
  if ((flags & kOpcodeMask) != 0) return DnsFault{DnsProblem::kNotImplemented, question.id, flags};
  question.recursion_desired = (flags & kFlagRecursionDesired) != 0;
  question.checking_disabled = (flags & kFlagCheckingDisabled) != 0;
  if (!read_records(reader, question)) {
    return DnsFault{DnsProblem::kFormatError, question.id, flags};
  }
  return question;
}

std::string dns_answer_addresses(const DnsQuestion& question,
                                 const std::vector<IpAddress>& addresses,
                                 std::uint32_t ttl_seconds) {
  const std::string opt = opt_record(question);
  std::string records;
  std::size_t count = 0;
  std::uint16_t flags = 0;
  for (const IpAddress& address : addresses) {
    if (!asks_for(question, address)) continue;
    const std::string record = answer_record(question, address, ttl_seconds);
    if (kHeaderBytes + question.raw_question.size() + records.size() + record.size() + opt.size() >
        question.udp_payload) {
      flags = kFlagTruncated;
      break;
    }
    records += record;
    ++count;
  }
  return header(question, flags, count) + records + opt;
}

std::string dns_answer_empty(const DnsQuestion& question) {
  return header(question, 0, 0) + opt_record(question);
}

std::string dns_answer_error(const DnsQuestion& question, DnsCode code) {
  return header(question, static_cast<std::uint16_t>(code), 0) + opt_record(question);
}

std::string dns_fault_answer(const DnsFault& fault) {
  if (fault.problem == DnsProblem::kIgnore) return {};
  const std::uint16_t echoed =
      fault.flags & (kOpcodeMask | kFlagRecursionDesired | kFlagCheckingDisabled);
  const std::uint16_t code =
      fault.problem == DnsProblem::kFormatError ? kCodeFormatError : kCodeNotImplemented;
  std::string out;
  put_u16(out, fault.id);
  put_u16(out, static_cast<std::uint16_t>(kFlagResponse | kFlagRecursionAvailable | echoed | code));
  out.append(8, '\0');
  return out;
}

}  // namespace mino::gateway
