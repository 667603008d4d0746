#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/layer/layers.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::full_layer;
using testing_support::mount_at;
using testing_support::plain_inputs;
using testing_support::plain_layer;
using testing_support::plan_of;
using testing_support::set_config;

constexpr const char* kComposed = "localhost/mino-composed-0123456789ab:latest";

RunInputs layered_inputs() {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.image", std::string(kComposed), flag_origin("--layers"));
  inputs.image = ImageFacts{.id = "2",
                            .user = "developer",
                            .user_id = 1000,
                            .group_id = 1000,
                            .home = "/home/developer",
                            .family = ImageFamily::kMino};
  LayeredImage image;
  image.layers = {full_layer(), plain_layer("rust")};
  image.origin = flag_origin("--layers");
  image.base = {"localhost/mino-base:latest", std::string(64, 'a'), "developer",
                LayerBase::FirstStart::kBootstraps};
  image.reference = kComposed;
  image.state = LayeredImage::State::kReady;
  inputs.layers = std::move(image);
  return inputs;
}

TEST(DecideLayers, SaysWhichLayersOnWhatAndWhere) {
  RunInputs inputs = layered_inputs();
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.image.reference, kComposed);
  ASSERT_NE(decision_on(plan, "layers"), nullptr);
  EXPECT_EQ(decision_on(plan, "layers")->value, "go, rust");
  EXPECT_EQ(decision_on(plan, "layers")->origin, "flag --layers");
  EXPECT_EQ(decision_on(plan, "layers")->reason,
            "go is /home/ann/.config/mino/layers/go, rust is built-in");
  EXPECT_EQ(decision_on(plan, "layer base")->value, "localhost/mino-base:latest");
  EXPECT_EQ(decision_on(plan, "image")->reason, "composed of the layers");
  inputs.layers->state = LayeredImage::State::kToBeBuilt;
  EXPECT_EQ(decision_on(plan_of(inputs), "image")->reason, "composed of the layers, to be built");
}

TEST(DecideLayers, OurImagesHaveTheProjectsHomeVolume) {
  RunInputs inputs = layered_inputs();
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.home_volume, "mino-home-aabbccddeeff");
  ASSERT_NE(mount_at(plan, "/home/developer"), nullptr);
  EXPECT_EQ(mount_at(plan, "/home/developer")->source, "mino-home-aabbccddeeff");

  inputs.image->family = ImageFamily::kLayered;
  EXPECT_TRUE(plan_of(inputs).home_volume);
  inputs.image->family = ImageFamily::kForeign;
  EXPECT_FALSE(plan_of(inputs).home_volume);
  EXPECT_EQ(mount_at(plan_of(inputs), "/home/developer"), nullptr);
}

TEST(DecideLayers, TheHomeVolumeIsLeftOutWhereItIsNotWanted) {
  RunInputs inputs = layered_inputs();
  inputs.request.home = Switch::kOff;
  EXPECT_FALSE(plan_of(inputs).home_volume);
  EXPECT_EQ(decision_on(plan_of(inputs), "home")->origin, "flag --no-home");
  set_config(inputs.config, "container.read_only", true, file_origin(1));
  EXPECT_EQ(mount_at(plan_of(inputs), "/home/developer")->source, "");

  inputs = layered_inputs();
  set_config(inputs.config, "home.enabled", false, file_origin(2));
  EXPECT_FALSE(plan_of(inputs).home_volume);

  inputs = layered_inputs();
  inputs.request.volumes = {"/data:/home/developer"};
  EXPECT_FALSE(plan_of(inputs).home_volume);
  inputs.request.volumes = {"/data:/home/developer2", "/data:/home/developer/x"};
  EXPECT_TRUE(plan_of(inputs).home_volume);
  for (const char* home : {"/", "relative", ""}) {
    inputs.image->home = home;
    EXPECT_FALSE(plan_of(inputs).home_volume) << home;
  }
}

TEST(DecideLayers, TheirVariablesStandAboveTheConfigurationAndBelowTheFlag) {
  RunInputs inputs = layered_inputs();
  set_config(inputs.config, "container.env", ConfigTable{{"GOPATH", "/mine"}, {"OWN", "1"}},
             file_origin(4));
  inputs.request.variables = {"SHARED=flag"};
  const RunPlan plan = plan_of(inputs);
  const auto origin = [&plan](std::string_view name) {
    const auto found = std::ranges::find(plan.environment, name, &PlannedVariable::name);
    return found == plan.environment.end() ? std::string() : found->origin;
  };
  EXPECT_EQ(origin("GOPATH"), "layer go");
  EXPECT_EQ(origin("SHARED"), "flag --env");
  EXPECT_NE(origin("OWN"), "");
  const auto settings = planned_settings(plan, inputs);
  ASSERT_TRUE(settings.ok());
  const auto values = variable_values(*settings, [](auto) { return std::nullopt; });
  EXPECT_EQ(values.at("GOPATH").reveal(), "/cache/go");
  EXPECT_EQ(values.at("SHARED").reveal(), "flag");
}

TEST(DecideLayers, WarnsWhereTheBaseHasNoBootstrap) {
  RunInputs inputs = layered_inputs();
  EXPECT_TRUE(plan_of(inputs).warnings.empty());
  inputs.layers->base.first_start = LayerBase::FirstStart::kDoesNothing;
  const RunPlan plan = plan_of(inputs);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_NE(plan.warnings[0].find("[user_install] of the layer go"), std::string::npos);
}

TEST(DecideLayers, OurImagesAreKnownToConfigureZsh) {
  EXPECT_EQ(plan_of(layered_inputs()).command.words, (std::vector{"zsh"s, "bash"s, "sh"s}));
  EXPECT_EQ(plan_of(plain_inputs()).command.words, (std::vector{"bash"s, "sh"s}));
}

}  // namespace
}  // namespace mino
