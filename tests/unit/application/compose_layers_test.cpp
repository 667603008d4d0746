#include "application/compose_layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/application/layers_world.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using namespace std::string_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::set_config;

class ComposeLayersTest : public ::testing::Test, protected LayersWorld {
 protected:
  ComposeLayersTest() {
    set_config(config, "container.layer_base", std::string(kBaseReference), file_origin(3));
  }
  Result<LayeredImage> look_up(std::vector<std::string> names = {"rust"}) {
    return compose.look_up({std::move(names), {}, flag_origin("--layers"), {}}, config,
                           ResolveLayers::Approving::kNever);
  }
  Result<LayeredImage> ensured(ComposeLayers::Build build = ComposeLayers::Build::kIfMissing) {
    MINO_ASSIGN(LayeredImage image, look_up());
    MINO_TRY(compose.ensure(image, build));
    return image;
  }
  Error failure() {
    auto image = ensured();
    EXPECT_FALSE(image.ok());
    return image.ok() ? Error(ErrorCode::kInternal, "") : image.error();
  }

  Config config;
  ResolveLayers layers = resolver();
  ComposeLayers compose{{engine, builder, digest, progress, notices}, layers};
};

TEST_F(ComposeLayersTest, BuildsOnceAndThenOnlyLooks) {
  const auto first = ensured();
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->state, LayeredImage::State::kReady);
  ASSERT_EQ(builder.builds.size(), 1U);
  const ImageBuild& build = builder.builds.front();
  EXPECT_EQ(build.tag, first->reference);
  EXPECT_EQ(build.base, std::string(64, 'a'));
  EXPECT_EQ(builder.removals, (std::vector{std::pair{"rust"s, first->reference}}));
  const auto second = ensured();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->reference, first->reference);
  EXPECT_EQ(builder.builds.size(), 1U);
}

TEST_F(ComposeLayersTest, LookingChangesNothing) {
  const auto image = look_up();
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(image->state, LayeredImage::State::kToBeBuilt);
  EXPECT_TRUE(builder.builds.empty());
  EXPECT_THAT(engine.calls, ::testing::Not(Contains("pull")));
}

TEST_F(ComposeLayersTest, AnotherBaseMakesAnotherImage) {
  const std::string before = ensured()->reference;
  engine.images[kBaseReference].id = std::string(64, 'b');
  const auto after = ensured();
  ASSERT_TRUE(after.ok());
  EXPECT_NE(after->reference, before);
  EXPECT_EQ(builder.builds.size(), 2U);
}

TEST_F(ComposeLayersTest, ForceBuildsAgain) {
  ASSERT_TRUE(ensured().ok());
  ASSERT_TRUE(ensured(ComposeLayers::Build::kAnyway).ok());
  EXPECT_EQ(builder.builds.size(), 2U);
}

TEST_F(ComposeLayersTest, AnAbsentBaseIsPulled) {
  engine.registry["registry.example/base:1"] = engine.images[kBaseReference];
  set_config(config, "container.layer_base", "registry.example/base:1"s, file_origin(3));
  EXPECT_EQ(look_up()->state, LayeredImage::State::kUnknown);
  EXPECT_EQ(look_up()->reference, "registry.example/base:1");
  const auto image = ensured();
  ASSERT_TRUE(image.ok()) << image.error().text();
  EXPECT_EQ(builder.builds.size(), 1U);
}

TEST_F(ComposeLayersTest, ABaseThatCannotBeHadSaysHowToMakeOne) {
  set_config(config, "container.layer_base", "registry.example/gone:1"s, file_origin(3));
  EXPECT_THAT(failure().hint(), HasSubstr("mino layers build base"));
  EXPECT_THAT(failure().hint(), HasSubstr("mino config set container.layer_base"));
  engine.calls.clear();
  set_config(config, "container.layer_base", "localhost/gone:1"s, file_origin(3));
  EXPECT_EQ(failure().code(), ErrorCode::kNotFound);
  EXPECT_THAT(failure().hint(), HasSubstr("mino layers build base"));
  EXPECT_THAT(engine.calls, ::testing::Not(Contains("pull")));
  EXPECT_TRUE(builder.builds.empty());
}

TEST_F(ComposeLayersTest, AHostileBaseIsRefusedBeforeAnythingIsBuilt) {
  engine.images[kBaseReference].user = "a\nRUN id";
  EXPECT_EQ(failure().code(), ErrorCode::kConfig);
  EXPECT_TRUE(builder.builds.empty());
}

TEST_F(ComposeLayersTest, AStepIsShownByItsLabelAndAFailureNamesIt) {
  builder.failure = Error(ErrorCode::kInternal, "exit status 1");
  EXPECT_THAT(failure().text(), HasSubstr("rust: install.sh: exit status 1"));
  EXPECT_THAT(progress.shown, Contains(HasSubstr("] rust: install.sh")));
  EXPECT_FALSE(progress.visible);
  EXPECT_THAT(notices.infos, Contains("output of step 5"));
  EXPECT_TRUE(builder.removals.empty());
}

TEST_F(ComposeLayersTest, WhatAnotherMinoBuiltIsUsed) {
  builder.built_by_other = true;
  ASSERT_TRUE(ensured().ok());
  EXPECT_THAT(progress.shown, Contains(HasSubstr("waiting for it")));
}

TEST_F(ComposeLayersTest, EachFailureOfTheEngineEndsWithoutAnImage) {
  for (std::size_t n = 1;; ++n) {
    engine.images.erase(look_up().ok() ? look_up()->reference : "");
    std::size_t calls = 0;
    engine.on_call = [&](const std::string& method) -> std::optional<Error> {
      if (++calls != n) return std::nullopt;
      return Error(ErrorCode::kUnavailable, "injected failure of " + method);
    };
    const auto image = ensured();
    engine.on_call = nullptr;
    if (calls < n) {
      EXPECT_TRUE(image.ok());
      break;
    }
    ASSERT_FALSE(image.ok()) << n;
    EXPECT_THAT(image.error().text(), HasSubstr("injected failure"));
    EXPECT_FALSE(progress.visible);
  }
}

}  // namespace
}  // namespace mino::application
