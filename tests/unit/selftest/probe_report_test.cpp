#include "domain/selftest/probe_report.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mino {
namespace {

TEST(ProbeReport, HoldsEachAttemptWithItsOutcome) {
  const ProbeReport report = parse_probe_report(
      "vsock EAFNOSUPPORT\nstatus:CapEff is 0000000000000000\n"
      "sockets ok /run/a socket\ndevices none\nend ok\n");
  EXPECT_TRUE(report.is_whole);
  EXPECT_EQ(report.outcomes.at("vsock"), (AttemptOutcome{"EAFNOSUPPORT", ""}));
  EXPECT_EQ(report.outcomes.at("status:CapEff"), (AttemptOutcome{"is", "0000000000000000"}));
  EXPECT_EQ(report.outcomes.at("sockets"), (AttemptOutcome{"ok", "/run/a socket"}));
  EXPECT_EQ(report.outcomes.at("devices"), (AttemptOutcome{"none", ""}));
  EXPECT_EQ(report.outcomes.size(), 4U);
}

TEST(ProbeReport, IsNotWholeWithoutItsLastLine) {
  for (const char* text : {"", "\n", "vsock EPERM\n", "vsock EPERM\nend", "vsock EPERM\nend no\n"})
    EXPECT_FALSE(parse_probe_report(text).is_whole) << text;
}

TEST(ProbeReport, PassesOverWhatIsNoLineOfTheProbe) {
  const ProbeReport report = parse_probe_report(" \n\nvsock\n EPERM\n\x01\xff\nfork ok");
  EXPECT_EQ(report.outcomes.size(), 1U);
  EXPECT_EQ(report.outcomes.at("fork").how, "ok");
}

TEST(ProbeReport, OfTwoOutcomesTheWorseHolds) {
  EXPECT_EQ(parse_probe_report("bpf EPERM\nbpf ok\n").outcomes.at("bpf").how, "ok");
  EXPECT_EQ(parse_probe_report("bpf ok\nbpf EPERM\n").outcomes.at("bpf").how, "ok");
}

TEST(LeakedVariable, IsOneWithTheHostsVeryValue) {
  const std::map<std::string, std::string, std::less<>> host{
      {"TOKEN", "a"}, {"PATH", "a"}, {"LC_ALL", "a"}, {"EMPTY", ""}};
  const auto value = [&host](std::string_view name) -> std::optional<std::string> {
    const auto found = host.find(name);
    return found == host.end() ? std::nullopt : std::optional(found->second);
  };
  const auto leaked = [&value](const char* detail) {
    return leaked_variable({"ok", detail}, value);
  };
  EXPECT_EQ(leaked("X:0 TOKEN:af63dc4c8601ec8c"), "TOKEN");
  EXPECT_EQ(leaked("TOKEN:af63dc4c8601ec8d"), std::nullopt) << "another value";
  EXPECT_EQ(leaked("OTHER:af63dc4c8601ec8c"), std::nullopt) << "the host has no such variable";
  EXPECT_EQ(leaked("PATH:af63dc4c8601ec8c LC_ALL:af63dc4c8601ec8c"), std::nullopt);
  EXPECT_EQ(leaked("EMPTY:cbf29ce484222325"), std::nullopt);
  EXPECT_EQ(leaked(""), std::nullopt);
  EXPECT_EQ(leaked(": :: TOKEN"), std::nullopt);
}

}  // namespace
}  // namespace mino
