#include "adapters/gateway/dns_message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace mino::gateway {
namespace {

std::string u16(unsigned value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}

std::string header(unsigned flags, unsigned questions, unsigned answers, unsigned authorities,
                   unsigned additional) {
  return u16(0x1234) + u16(flags) + u16(questions) + u16(answers) + u16(authorities) +
         u16(additional);
}

std::string wire_name(const std::vector<std::string>& labels) {
  std::string out;
  for (const std::string& label : labels) out += static_cast<char>(label.size()) + label;
  return out + std::string(1, '\0');
}

std::string opt(unsigned payload, unsigned version, unsigned flags, const std::string& options) {
  return std::string(1, '\0') + u16(41) + u16(payload) + u16(version) + u16(flags) +
         u16(static_cast<unsigned>(options.size())) + options;
}

std::string query(const std::vector<std::string>& labels, unsigned type) {
  return header(0x0100, 1, 0, 0, 0) + wire_name(labels) + u16(type) + u16(1);
}

DnsQuestion parsed(const std::string& message) {
  const auto result = parse_dns_query(message);
  const auto* question = std::get_if<DnsQuestion>(&result);
  EXPECT_NE(nullptr, question);
  return question != nullptr ? *question : DnsQuestion{};
}

std::optional<DnsProblem> problem(const std::string& message) {
  const auto result = parse_dns_query(message);
  const auto* fault = std::get_if<DnsFault>(&result);
  return fault != nullptr ? std::optional(fault->problem) : std::nullopt;
}

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(DnsMessage, ReadsAnOrdinaryQuestion) {
  const DnsQuestion question = parsed(query({"gitHub", "COM"}, kDnsTypeA));
  EXPECT_EQ("github.com", question.name);
  EXPECT_TRUE(question.well_formed_name);
  EXPECT_EQ(kDnsTypeA, question.type);
  EXPECT_EQ(kDnsClassIn, question.klass);
  EXPECT_EQ(0x1234, question.id);
  EXPECT_TRUE(question.recursion_desired);
  EXPECT_FALSE(question.checking_disabled);
  EXPECT_FALSE(question.edns);
  EXPECT_EQ(512, question.udp_payload);
  EXPECT_EQ(wire_name({"gitHub", "COM"}) + u16(1) + u16(1), question.raw_question);
}

TEST(DnsMessage, ReadsEdns) {
  const std::string question = wire_name({"a", "example"}) + u16(28) + u16(1);
  const std::string cookie = u16(10) + u16(8) + "12345678";
  const DnsQuestion with =
      parsed(header(0x0110, 1, 0, 0, 1) + question + opt(1232, 0, 0x8000, cookie));
  EXPECT_TRUE(with.edns);
  EXPECT_TRUE(with.dnssec_ok);
  EXPECT_TRUE(with.checking_disabled);
  EXPECT_EQ(1232, with.udp_payload);
  EXPECT_EQ(512, parsed(header(0x0100, 1, 0, 0, 1) + question + opt(100, 0, 0, "")).udp_payload);
}

TEST(DnsMessage, RefusesMalformedEdns) {
  const std::string start = header(0x0100, 1, 0, 0, 1) + wire_name({"a"}) + u16(1) + u16(1);
  const std::string good = opt(1232, 0, 0, u16(10) + u16(2) + "ab");
  EXPECT_EQ(std::nullopt, problem(start + good));
  EXPECT_EQ(DnsProblem::kFormatError, problem(start));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(DnsProblem::kFormatError, problem(start + good.substr(0, size))) << size;
  }
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + opt(1232, 1, 0, ""))) << "version 1";
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + opt(1232, 0, 0, u16(10) + u16(3) + "ab")));
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + opt(1232, 0, 0, "abc")));
  EXPECT_EQ(DnsProblem::kFormatError, problem(start +
                                              "\x01"
                                              "a" +
                                              good))
      << "an owner";
  const std::string two = header(0x0100, 1, 0, 0, 2) + wire_name({"a"}) + u16(1) + u16(1);
  EXPECT_EQ(DnsProblem::kFormatError, problem(two + good + good));
}

TEST(DnsMessage, IgnoresWhatIsTooShortOrAResponse) {
  const std::string message = query({"a", "b"}, 1);
  for (std::size_t size = 0; size < 12; ++size) {
    EXPECT_EQ(DnsProblem::kIgnore, problem(message.substr(0, size))) << size;
  }
  EXPECT_EQ(DnsProblem::kIgnore, problem(header(0x8100, 1, 0, 0, 0) + message.substr(12)));
  EXPECT_EQ("", dns_fault_answer({DnsProblem::kIgnore, 1, 0x0100}));
}

TEST(DnsMessage, RefusesEveryTruncation) {
  const std::string message = query({"www", "example", "com"}, 1);
  for (std::size_t size = 12; size < message.size(); ++size) {
    EXPECT_EQ(DnsProblem::kFormatError, problem(message.substr(0, size))) << size;
  }
}

TEST(DnsMessage, RefusesTrailingBytesAndOtherCounts) {
  const std::string body = query({"a", "b"}, 1).substr(12);
  EXPECT_EQ(DnsProblem::kFormatError, problem(query({"a", "b"}, 1) + "x"));
  EXPECT_EQ(DnsProblem::kFormatError, problem(header(0x0100, 0, 0, 0, 0)));
  EXPECT_EQ(DnsProblem::kFormatError, problem(header(0x0100, 2, 0, 0, 0) + body + body));
  EXPECT_EQ(DnsProblem::kFormatError, problem(header(0x0100, 1, 1, 0, 0) + body));
  EXPECT_EQ(DnsProblem::kFormatError, problem(header(0x0100, 1, 0, 1, 0) + body));
  EXPECT_EQ(DnsProblem::kFormatError, problem(header(0x0100, 65535, 65535, 65535, 65535) + body));
}

TEST(DnsMessage, RefusesMessagesOfTheGreatestSize) {
  EXPECT_EQ(DnsProblem::kFormatError, problem(query({"a"}, 1) + std::string(65535 - 19, '\0')));
  EXPECT_EQ(DnsProblem::kFormatError,
            problem(header(0x0100, 1, 0, 0, 0) + std::string(65535 - 12, '\x01')));
  EXPECT_EQ(DnsProblem::kIgnore, problem(std::string(65535, '\xFF')));
}

TEST(DnsMessage, AnswersOtherOpcodesWithNotImplemented) {
  const auto result = parse_dns_query(header(0x2900, 1, 0, 0, 0) + "rubbish");  // UPDATE
  const auto* fault = std::get_if<DnsFault>(&result);
  ASSERT_NE(nullptr, fault);
  EXPECT_EQ(DnsProblem::kNotImplemented, fault->problem);
  EXPECT_EQ(u16(0x1234) + u16(0xA984) + std::string(8, '\0'), dns_fault_answer(*fault));
}

TEST(DnsMessage, AnswersAFormatErrorWithAHeader) {
  const auto result = parse_dns_query(header(0x0100, 1, 0, 0, 0) +
                                      "\x05"
                                      "ab");
  const auto* fault = std::get_if<DnsFault>(&result);
  ASSERT_NE(nullptr, fault);
  EXPECT_EQ(u16(0x1234) + u16(0x8181) + std::string(8, '\0'), dns_fault_answer(*fault));
}

TEST(DnsMessage, RefusesCompressionPointers) {
  const std::string start = header(0x0100, 1, 0, 0, 0);
  const std::string end = u16(1) + u16(1);
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + "\xC0\x0C" + end)) << "to itself";
  EXPECT_EQ(DnsProblem::kFormatError, problem(start +
                                              "\x01"
                                              "a\xC0\x0C" +
                                              end))
      << "a loop";
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + "\xC0\xFF" + end)) << "out of it";
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + "\x40" + std::string(64, 'a') + end));
  EXPECT_EQ(DnsProblem::kFormatError, problem(start + "\x80" + std::string(128, 'a') + end));
}

TEST(DnsMessage, BoundsLabelsAndNames) {
  const std::string label(63, 'a');
  EXPECT_EQ(label + ".b", parsed(query({label, "b"}, 1)).name);
  // 3 * 64 + 62 + 1 = 255 bytes on the wire, 253 as text.
  const DnsQuestion longest = parsed(query({label, label, label, std::string(61, 'a')}, 1));
  EXPECT_EQ(253U, longest.name.size());
  EXPECT_TRUE(longest.well_formed_name);
  EXPECT_EQ(DnsProblem::kFormatError,
            problem(query({label, label, label, std::string(62, 'a')}, 1)));
  EXPECT_EQ(DnsProblem::kFormatError, problem(query({label, label, label, label}, 1)));
}

TEST(DnsMessage, NamesThatAreNoHostNamesReadUnambiguously) {
  const auto name = [](const std::vector<std::string>& labels) {
    const DnsQuestion question = parsed(query(labels, 1));
    EXPECT_FALSE(question.well_formed_name) << question.name;
    return question.name;
  };
  EXPECT_EQ("", name({}));
  EXPECT_EQ("evil.com\\000.example.com", name({"evil", std::string("com\0", 4), "example", "com"}));
  EXPECT_EQ("a\\.b.com", name({"a.B", "com"}));
  EXPECT_EQ("a\\\\b.com", name({"a\\b", "com"}));
  EXPECT_EQ("a\\032b.\\255\\127", name({"a b", "\xFF\x7F"}));
  EXPECT_EQ("*.example.com", name({"*", "example", "com"}));
  EXPECT_EQ("10.0.0.1", name({"10", "0", "0", "1"}));
}

TEST(DnsMessage, AnswersWithTheAddressesOfTheAskedType) {
  const std::vector<IpAddress> both = {address("198.18.1.0"), address("fd6d:696e:6f00::100")};
  const DnsQuestion a = parsed(query({"Git", "example"}, kDnsTypeA));
  EXPECT_EQ(u16(0x1234) + u16(0x8180) + u16(1) + u16(1) + u16(0) + u16(0) +
                wire_name({"Git", "example"}) + u16(1) + u16(1) + "\xC0\x0C" + u16(1) + u16(1) +
                u16(0) + u16(60) + u16(4) + std::string("\xC6\x12\x01\x00", 4),
            dns_answer_addresses(a, both, 60));
  const DnsQuestion aaaa = parsed(query({"a"}, kDnsTypeAaaa));
  EXPECT_EQ(u16(0x1234) + u16(0x8180) + u16(1) + u16(1) + u16(0) + u16(0) + wire_name({"a"}) +
                u16(28) + u16(1) + "\xC0\x0C" + u16(28) + u16(1) + u16(1) + u16(2) + u16(16) +
                std::string("\xFD\x6D\x69\x6E\x6F\0\0\0\0\0\0\0\0\0\x01\0", 16),
            dns_answer_addresses(aaaa, both, 65538));
}

TEST(DnsMessage, AnswersNothingForOtherTypesAndClasses) {
  const std::vector<IpAddress> both = {address("198.18.1.0"), address("fd6d:696e:6f00::100")};
  DnsQuestion question = parsed(query({"a"}, 65));  // HTTPS
  EXPECT_EQ(dns_answer_empty(question), dns_answer_addresses(question, both, 1));
  question = parsed(query({"a"}, kDnsTypeA));
  question.klass = 3;  // CHAOS
  EXPECT_EQ(dns_answer_empty(question), dns_answer_addresses(question, both, 1));
}

TEST(DnsMessage, KeepsToTheClientsPayload) {
  const DnsQuestion question = parsed(query({"a"}, kDnsTypeA));
  const std::vector<IpAddress> many(1000, address("198.18.1.0"));
  const std::string answer = dns_answer_addresses(question, many, 1);
  EXPECT_EQ(12U + 7U + 30U * 16U, answer.size());  // one more would be 515
  EXPECT_EQ(u16(0x8380), answer.substr(2, 2)) << "TC";
  EXPECT_EQ(u16(30), answer.substr(6, 2));
}

TEST(DnsMessage, ErrorsEchoTheQuestionAndEdns) {
  const std::string body = wire_name({"X"}) + u16(1) + u16(1);
  const DnsQuestion plain = parsed(header(0, 1, 0, 0, 0) + body);
  EXPECT_EQ(u16(0x1234) + u16(0x8083) + u16(1) + u16(0) + u16(0) + u16(0) + body,
            dns_answer_error(plain, DnsCode::kNoSuchName));
  const DnsQuestion edns =
      parsed(header(0x0110, 1, 0, 0, 1) + body + opt(4096, 0, 0x8000, u16(3) + u16(0)));
  const std::string record = opt(1232, 0, 0x8000, "");
  EXPECT_EQ(u16(0x1234) + u16(0x8192) + u16(1) + u16(0) + u16(0) + u16(1) + body + record,
            dns_answer_error(edns, DnsCode::kServerFailure));
  EXPECT_EQ(u16(0x1234) + u16(0x8195) + u16(1) + u16(0) + u16(0) + u16(1) + body + record,
            dns_answer_error(edns, DnsCode::kRefused));
  EXPECT_EQ(u16(0x1234) + u16(0x8190) + u16(1) + u16(0) + u16(0) + u16(1) + body + record,
            dns_answer_empty(edns));
}

}  // namespace
}  // namespace mino::gateway
