#include "adapters/gateway/wire.hpp"

#include <cstdint>
#include <utility>

namespace mino::gateway {
namespace {

constexpr std::size_t kMaxText = 1024;

class Writer {
 public:
  explicit Writer(Message message) { bytes_.push_back(static_cast<char>(message)); }
  template <typename Number>
  Writer& number(Number value) {
    for (std::size_t i = 0; i < sizeof(Number); ++i)
      bytes_.push_back(static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xff));
    return *this;
  }
  Writer& text(std::string_view text) {
    text = text.substr(0, kMaxText);
    number(static_cast<std::uint16_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  Reader(std::string_view bytes, Message message) : rest_(bytes) {
    good_ = number<unsigned char>() == static_cast<unsigned char>(message) && good_;
  }
  template <typename Number>
  Number number() {
    if (rest_.size() < sizeof(Number)) {
      good_ = false;
      return Number{};
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
    rest_.remove_prefix(sizeof(Number));
    return static_cast<Number>(value);
  }
  std::string text() {
    const std::size_t size = number<std::uint16_t>();
    if (size > kMaxText || rest_.size() < size) {
      good_ = false;
      return {};
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  /// An enumerator up to `last`.
  template <typename Enum>
  Enum choice(Enum last) {
    const auto value = number<std::uint8_t>();
    if (value > static_cast<std::uint8_t>(last)) good_ = false;
    return static_cast<Enum>(value);
  }
  /// Everything was there, and nothing else is.
  [[nodiscard]] bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string encode(Message message) { return Writer(message).take(); }

std::string encode_policy(const EgressPolicy& policy) {
  return Writer(Message::kPolicy)
      .number(static_cast<std::uint8_t>(policy.private_answers))
      .number(static_cast<std::uint8_t>(policy.deny_at))
      .take();
}

std::string encode_rule(const PolicyRule& rule) {
  return Writer(Message::kRule).text(to_string(rule.rule)).text(rule.origin).take();
}

std::string encode_sockets(bool ipv6) {
  return Writer(Message::kSockets).number(static_cast<std::uint8_t>(ipv6 ? 1 : 0)).take();
}

std::string encode_event(const EgressEvent& event) {
  return Writer(Message::kEvent)
      .number(static_cast<std::uint8_t>(event.kind))
      .number(static_cast<std::uint8_t>(event.reason))
      .number(event.connection)
      .number(event.port)
      .number(event.bytes_sent)
      .number(event.bytes_received)
      .text(event.host)
      .text(event.address)
      .text(event.rule)
      .text(event.detail)
      .take();
}

std::optional<Message> kind_of(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto kind = static_cast<Message>(bytes.front());
  switch (kind) {
    case Message::kPolicy:
    case Message::kRule:
    case Message::kCommit:
    case Message::kSockets:
    case Message::kEnd:
    case Message::kServing:
    case Message::kEvent:
      return kind;
  }
  return std::nullopt;
}

std::optional<EgressPolicy> decode_policy(std::string_view bytes) {
  Reader reader(bytes, Message::kPolicy);
  EgressPolicy policy;
  policy.private_answers = reader.choice(PrivateAnswers::kAllowed);
  policy.deny_at = reader.choice(DenyAt::kDns);
  if (!reader.complete()) return std::nullopt;
  return policy;
}

std::optional<PolicyRule> decode_rule(std::string_view bytes) {
  Reader reader(bytes, Message::kRule);
  const std::string rule_text = reader.text();
  std::string origin = reader.text();
  if (!reader.complete()) return std::nullopt;
  auto rule = parse_egress_rule(rule_text);
  if (!rule.ok()) return std::nullopt;
  return PolicyRule{std::move(rule).value(), std::move(origin)};
}

std::optional<bool> decode_sockets(std::string_view bytes) {
  Reader reader(bytes, Message::kSockets);
  const auto ipv6 = reader.number<std::uint8_t>();
  if (!reader.complete() || ipv6 > 1) return std::nullopt;
  return ipv6 == 1;
}

std::optional<EgressEvent> decode_event(std::string_view bytes) {
  Reader reader(bytes, Message::kEvent);
  EgressEvent event;
  event.kind = reader.choice(EgressEvent::Kind::kFailed);
  event.reason = reader.choice(DenyReason::kLimit);
  event.connection = reader.number<std::uint64_t>();
  event.port = reader.number<std::uint16_t>();
  event.bytes_sent = reader.number<std::uint64_t>();
  event.bytes_received = reader.number<std::uint64_t>();
  event.host = reader.text();
  event.address = reader.text();
  event.rule = reader.text();
  event.detail = reader.text();
  if (!reader.complete()) return std::nullopt;
  return event;
}

}  // namespace mino::gateway
