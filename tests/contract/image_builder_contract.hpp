#pragma once

#include "ports/container_engine.hpp"
#include "ports/image_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace mino::contract {

class ImageBuilderHarness {
 public:
  virtual ~ImageBuilderHarness() = default;
  virtual ImageBuilder& builder() = 0;
  virtual ContainerEngine& engine() = 0;
  /// Why nothing can be tested here; empty when it can.
  virtual std::string problem() = 0;
  /// An image that is here, with the user developer.
  virtual std::string base_image() = 0;
  /// A word that is used by nobody else, also not by another run; images whose tag holds it are
  /// removed at the end.
  virtual std::string unique() = 0;
};

using ImageBuilderFactory = std::unique_ptr<ImageBuilderHarness> (*)();

class ImageBuilderContract : public ::testing::TestWithParam<ImageBuilderFactory> {
 protected:
  class Heard final : public BuildObserver {
   public:
    void waiting() override {}
    void step(std::size_t number, std::size_t count, std::string_view instruction) override {
      numbers.push_back(number);
      counts.push_back(count);
      instructions.emplace_back(instruction);
    }
    void line(std::string_view text) override { lines.emplace_back(text); }
    std::vector<std::size_t> numbers;
    std::vector<std::size_t> counts;
    std::vector<std::string> instructions;
    std::vector<std::string> lines;
  };

  void SetUp() override {
    harness_ = GetParam()();
    const std::string problem = harness_->problem();
    if (problem.empty()) return;
    const char* required = std::getenv("MINO_REQUIRE_REAL");
    if (required != nullptr && std::string(required) == "1") FAIL() << problem;
    GTEST_SKIP() << problem;
  }

  /// An image labelled as layers of that name, whose last instruction is `last`.
  ImageBuild labelled(const std::string& tag, const std::string& names,
                      const std::string& last = "USER developer") {
    const auto base = harness_->engine().image(harness_->base_image());
    EXPECT_TRUE(base.ok() && base->has_value());
    return {.tag = tag,
            .base = base.ok() && *base ? (*base)->id : std::string(),
            .containerfile =
                "ARG MINO_BASE=unused\nFROM ${MINO_BASE}\n"
                "LABEL io.mino.layers=\"true\" io.mino.layers.names=\"" +
                names + "\"\nUSER root\n" + last + "\n",
            .files = {},
            .arguments = {},
            .steps = ImageBuild::Steps::kDropped};
  }
  bool is_there(const std::string& tag) {
    const auto found = harness_->engine().image(tag);
    EXPECT_TRUE(found.ok()) << found.error().text();
    return found.ok() && found->has_value();
  }

  std::unique_ptr<ImageBuilderHarness> harness_;
};

TEST_P(ImageBuilderContract, ABuiltImageIsThereAndKnownAsOurs) {
  const std::string tag = "localhost/mino-composed-" + harness_->unique() + ":latest";
  EXPECT_FALSE(is_there(tag));
  Heard heard;
  const auto built = harness_->builder().build(labelled(tag, "a"), heard);
  ASSERT_TRUE(built.ok()) << built.error().text();
  EXPECT_EQ(*built, BuildEnd::kBuilt);
  const auto image = harness_->engine().image(tag);
  ASSERT_TRUE(image.ok() && image->has_value());
  EXPECT_EQ((*image)->family, ImageFamily::kLayered);
  EXPECT_EQ((*image)->user_id, 1000U);
  EXPECT_THAT(heard.instructions, ::testing::Contains("USER developer"));
  EXPECT_TRUE(std::ranges::is_sorted(heard.numbers));
  ASSERT_FALSE(heard.counts.empty());
  EXPECT_EQ(heard.numbers.back(), heard.counts.back());
}

TEST_P(ImageBuilderContract, WhatIsThereIsKeptUnlessItIsToBeReplaced) {
  const std::string tag = "localhost/mino-composed-" + harness_->unique() + ":latest";
  Heard heard;
  ImageBuild build = labelled(tag, "a");
  ASSERT_TRUE(harness_->builder().build(build, heard).ok());
  auto again = harness_->builder().build(build, heard);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, BuildEnd::kBuiltByOther);
  build.when_there = ImageBuild::WhenThere::kReplace;
  again = harness_->builder().build(build, heard);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, BuildEnd::kBuilt);
  EXPECT_TRUE(is_there(tag));
}

TEST_P(ImageBuilderContract, AStepThatFailsIsAnErrorAndMakesNoImage) {
  const std::string tag = "localhost/mino-composed-" + harness_->unique() + ":latest";
  Heard heard;
  const auto built = harness_->builder().build(labelled(tag, "a", "RUN echo seen; false"), heard);
  ASSERT_FALSE(built.ok());
  EXPECT_EQ(built.error().code(), ErrorCode::kInternal);
  EXPECT_FALSE(built.error().hint().empty());
  EXPECT_THAT(heard.lines, ::testing::Contains("seen"));
  EXPECT_FALSE(is_there(tag));
}

TEST_P(ImageBuilderContract, TakesAwayWhatASameNamedImageSupersedesAndNothingElse) {
  const std::string word = harness_->unique();
  const std::string old = "localhost/mino-composed-" + word + "old:latest";
  const std::string kept = "localhost/mino-composed-" + word + "kept:latest";
  const std::string other = "localhost/mino-composed-" + word + "other:latest";
  const std::string foreign = "localhost/foreign-" + word + ":latest";
  Heard heard;
  ASSERT_TRUE(harness_->builder().build(labelled(old, word, "RUN echo old"), heard).ok());
  ASSERT_TRUE(harness_->builder().build(labelled(kept, word), heard).ok());
  ASSERT_TRUE(harness_->builder().build(labelled(other, word + ",b"), heard).ok());
  ASSERT_TRUE(harness_->builder().build(labelled(foreign, word, "RUN echo own"), heard).ok());
  ASSERT_TRUE(harness_->builder().remove_superseded(word, kept).ok());
  EXPECT_FALSE(is_there(old));
  EXPECT_TRUE(is_there(kept));
  EXPECT_TRUE(is_there(other));
  EXPECT_TRUE(is_there(foreign));
  EXPECT_TRUE(is_there(harness_->base_image()));
}

}  // namespace mino::contract
