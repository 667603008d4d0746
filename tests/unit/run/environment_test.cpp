#include "domain/run/environment.hpp"

#include <gtest/gtest.h>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::file_origin;
using testing_support::set_config;

std::string value_of(const std::map<std::string, Secret>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? "(absent)" : std::string(found->second.reveal());
}

TEST(ParseVariable, SplitsAtTheFirstEqualsSign) {
  const Result<VariableSetting> plain = parse_variable("A=b=c");
  EXPECT_EQ(plain->name, "A");
  EXPECT_EQ(plain->value.reveal(), "b=c");
  EXPECT_EQ(parse_variable("A=")->value.reveal(), "");
  EXPECT_EQ(parse_variable("_a1=x")->name, "_a1");
  EXPECT_EQ(parse_variable("A=")->source, ValueSource::kGiven);
  EXPECT_EQ(parse_variable("A")->source, ValueSource::kHost);
}

TEST(ParseVariable, RefusesNamesThatAreNone) {
  for (const char* text :
       {"", "=x", "1A=x", "A-B=x", "A B=x", "A.B", "\xC3\xA9=x", " A=x", "A\n=x"}) {
    const Result<VariableSetting> parsed = parse_variable(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kUsage) << text;
    EXPECT_FALSE(parsed.error().hint().empty());
  }
}

TEST(ParseVariable, NeverRepeatsTheValue) {
  const Result<VariableSetting> parsed = parse_variable("MY-TOKEN=hunter2");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ((parsed.error().text() + parsed.error().hint()).find("hunter2"), std::string::npos);
}

TEST(VariableSettings, FlagsWinOverConfigurationAndThatOverDefaults) {
  RunRequest request;
  request.variables = {"B=flag", "C=first", "C=second"};
  Config config;
  set_config(config, "container.env",
             ConfigTable{{"A", "config"}, {"B", "config"}, {"TERM", "config"}}, file_origin(4));
  const auto settings = variable_settings(
      request, config,
      {.streams = AgentStreams::kTerminal, .term = "vt100", .colorterm = "", .shell = ""});
  ASSERT_TRUE(settings.ok());
  const auto values = variable_values(*settings, [](std::string_view) { return std::nullopt; });
  EXPECT_EQ(value_of(values, "A"), "config");
  EXPECT_EQ(value_of(values, "B"), "flag");
  EXPECT_EQ(value_of(values, "C"), "second");
  EXPECT_EQ(value_of(values, "TERM"), "config");
  const std::vector<VariableSetting> effective = effective_variables(*settings);
  ASSERT_EQ(effective.size(), 4U);
  EXPECT_EQ(effective[0].origin, "/home/ann/.config/mino/config.toml:4:1");
  EXPECT_EQ(effective[1].origin, "flag --env");
}

TEST(VariableSettings, ATerminalHasItsType) {
  const auto names = [](const VariableDefaults& defaults) {
    std::map<std::string, Secret> values;
    const auto settings = variable_settings({}, Config(), defaults);
    return variable_values(settings.value(), [](std::string_view) { return std::nullopt; });
  };
  EXPECT_EQ(
      value_of(
          names({.streams = AgentStreams::kTerminal, .term = "", .colorterm = "", .shell = ""}),
          "TERM"),
      "xterm-256color");
  EXPECT_EQ(value_of(names({.streams = AgentStreams::kTerminal,
                            .term = "screen",
                            .colorterm = "24bit",
                            .shell = ""}),
                     "COLORTERM"),
            "24bit");
  EXPECT_TRUE(
      names({.streams = AgentStreams::kPipes, .term = "screen", .colorterm = "24bit", .shell = ""})
          .empty());
}

TEST(VariableSettings, ABoxWithoutImageKnowsItsUser) {
  const auto settings = variable_settings(
      {}, Config(),
      {.image = ImageChoice::Kind::kHost, .term = "", .colorterm = "", .shell = "/usr/bin/fish"});
  const auto values =
      variable_values(settings.value(), [](std::string_view) { return std::nullopt; });
  EXPECT_EQ(value_of(values, "HOME"), "/home/developer");
  EXPECT_EQ(value_of(values, "USER"), "developer");
  EXPECT_EQ(value_of(values, "LOGNAME"), "developer");
  EXPECT_EQ(value_of(values, "SHELL"), "/usr/bin/fish");
  EXPECT_EQ(value_of(values, "LANG"), "C.UTF-8");
}

TEST(VariableSettings, RefusesAValueThatWouldBeCutShort) {
  Config config;
  set_config(config, "container.env", ConfigTable{{"A", std::string("se\0cret", 7)}},
             file_origin(4));
  const auto settings = variable_settings({}, config, {});
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().code(), ErrorCode::kConfig);
  EXPECT_NE(settings.error().text().find("the value of A (/home/ann/.config/mino/config.toml:4:1)"),
            std::string::npos);
  EXPECT_EQ(settings.error().text().find("cret"), std::string::npos);
}

TEST(VariableValues, TakesBareNamesFromTheHostAndLeavesOutWhatIsNotThere) {
  RunRequest request;
  request.variables = {"TOKEN", "GONE", "EMPTY", "GONE_TOO=x", "GONE_TOO"};
  EXPECT_EQ(requested_host_variables(request),
            (std::vector<std::string>{"TOKEN", "GONE", "EMPTY", "GONE_TOO"}));
  const auto settings = variable_settings(request, Config(), {});
  const auto values =
      variable_values(settings.value(), [](std::string_view name) -> std::optional<std::string> {
        if (name == "TOKEN") return "s3cret";
        if (name == "EMPTY") return "";
        return std::nullopt;
      });
  EXPECT_EQ(value_of(values, "TOKEN"), "s3cret");
  EXPECT_EQ(value_of(values, "EMPTY"), "");
  EXPECT_EQ(value_of(values, "GONE"), "(absent)");
  EXPECT_EQ(value_of(values, "GONE_TOO"), "(absent)");
}

TEST(DecideEnvironment, PlansNamesOnly) {
  RunInputs inputs = testing_support::plain_inputs();
  inputs.request.variables = {"TOKEN=s3cret-value", "HOST_TOKEN", "GONE"};
  inputs.missing_variables = {"GONE"};
  const RunPlan plan = testing_support::plan_of(inputs);
  EXPECT_EQ(plan.environment, (std::vector<PlannedVariable>{{"GIT_CONFIG_SYSTEM", "default"},
                                                            {"HOST_TOKEN", "flag --env"},
                                                            {"TOKEN", "flag --env"}}));
  EXPECT_TRUE(testing_support::holds(plan, HostVariableGrant{"HOST_TOKEN"}));
  EXPECT_FALSE(testing_support::holds(plan, HostVariableGrant{"TOKEN"}));
  EXPECT_FALSE(testing_support::holds(plan, HostVariableGrant{"GONE"}));
  const Decision* gone = testing_support::decision_on(plan, "variable GONE");
  ASSERT_NE(gone, nullptr);
  EXPECT_EQ(gone->value, "left out");
  EXPECT_EQ(to_text(plan, PlanDetail::kReasons).find("s3cret-value"), std::string::npos);
}

TEST(DecideEnvironment, ALiteralAfterABareNameNeedsNoGrant) {
  RunInputs inputs = testing_support::plain_inputs();
  inputs.request.variables = {"TOKEN", "TOKEN=mine"};
  EXPECT_FALSE(has_grant<HostVariableGrant>(testing_support::plan_of(inputs).grants));
}

}  // namespace
}  // namespace mino
