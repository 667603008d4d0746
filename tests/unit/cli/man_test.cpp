#include "cli/man.hpp"

#include "cli/version.hpp"
#include "tests/unit/cli/golden.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mino::cli {
namespace {

// The version changes with every release and is not what is recorded.
std::string without_version(std::string page) {
  const std::string shown = "mino " + std::string(version());
  const std::size_t at = page.find(shown);
  EXPECT_NE(at, std::string::npos);
  if (at != std::string::npos) page.replace(at, shown.size(), "mino VERSION");
  return page;
}

TEST(ManPage, OfTheCommandIsAsRecorded) {
  testing_support::expect_golden("man/mino.1", without_version(command_man_page()));
}

TEST(ManPage, OfTheConfigurationIsAsRecorded) {
  static constexpr std::array<std::string_view, 2> kChoices = {"a", "b-c"};
  static constexpr std::array kKeys = {ConfigKey{.path = "general.flag",
                                                 .type = ValueType::kBoolean,
                                                 .default_text = "false",
                                                 .doc = "A flag",
                                                 .effect = Effect::kNow},
                                       ConfigKey{.path = "general.choice",
                                                 .type = ValueType::kString,
                                                 .default_text = "a",
                                                 .doc = "'quoted' first",
                                                 .choices = kChoices},
                                       ConfigKey{.path = "general.list",
                                                 .type = ValueType::kStringList,
                                                 .doc = ".dot first, a \\ and --dashes",
                                                 .effect = Effect::kIgnored}};
  testing_support::expect_golden("man/mino-config.5", without_version(config_man_page(kKeys)));
}

}  // namespace
}  // namespace mino::cli
