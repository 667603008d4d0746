#include "cli/render/self_test.hpp"

#include <gtest/gtest.h>

namespace mino::cli {
namespace {

TEST(RenderSelfTest, OneLineAWallAndASummary) {
  const SelfTestReport report{
      {{"a", "the box cannot fly", WallState::kStands, ""},
       {"b", "the box cannot swim", WallState::kOff, "container.network = bridge (default)"}}};
  EXPECT_EQ(render_self_test(report, Colour::kNever),
            "stands        the box cannot fly\n"
            "off           the box cannot swim\n"
            "              by container.network = bridge (default)\n"
            "\n"
            "Every wall stands that the configuration asks for (1 stand, 0 missing, 1 off).\n");
}

TEST(RenderSelfTest, SaysWhatIsAmiss) {
  const SelfTestReport report{
      {{"a", "the box cannot fly", WallState::kMissing, "fly succeeded\x1b[2J"},
       {"b", "the box cannot swim", WallState::kNotTestable, "the probe died in the box"}}};
  const std::string text = render_self_test(report, Colour::kNever);
  EXPECT_NE(text.find("missing       the box cannot fly\n"
                      "              because fly succeeded\\x1b[2J\n"
                      "              hint: "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("not testable  the box cannot swim\n"
                      "              because the probe died in the box\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("This box does not keep all that it should "
                      "(0 stand, 1 missing, 1 not testable).\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace mino::cli
