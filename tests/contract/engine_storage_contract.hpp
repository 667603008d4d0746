#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "ports/engine_storage.hpp"

namespace mino::contract {

class EngineStorageHarness {
 public:
  virtual ~EngineStorageHarness() = default;
  virtual EngineStorage& storage() = 0;
  /// Why nothing can be tested here; empty when it can.
  virtual std::string problem() = 0;
  /// A name that is used by nobody else, also not by another run; it begins with "mino-".
  virtual std::string unique(const std::string& stem) = 0;
  /// A new volume.
  virtual void make_volume(const std::string& name, const std::string& label,
                           const std::string& value) = 0;
  virtual bool has_volume(const std::string& name) = 0;
  /// Puts so many bytes into the volume where only its user namespace can see them.
  virtual void fill(const std::string& volume, std::uint64_t bytes) = 0;
  /// A container, not running, that has the volume; until it is removed again.
  virtual void use_volume(const std::string& volume) = 0;
  virtual void stop_using() = 0;
  /// The names in the volume that the user of a box can write to.
  virtual std::vector<std::string> writable_names(const std::string& volume) = 0;
  /// A new image under that name.
  virtual void make_image(const std::string& name, const std::string& label,
                          const std::string& value) = 0;
  /// Gives it a further name.
  virtual void tag_image(const std::string& name, const std::string& other) = 0;
  virtual bool has_image(const std::string& name) = 0;
  /// A container, not running, that is made from the image.
  virtual void use_image(const std::string& name) = 0;
};

using EngineStorageFactory = std::unique_ptr<EngineStorageHarness> (*)();

class EngineStorageContract : public ::testing::TestWithParam<EngineStorageFactory> {
 protected:
  void SetUp() override {
    harness_ = GetParam()();
    const std::string problem = harness_->problem();
    if (problem.empty()) return;
    const char* required = std::getenv("MINO_REQUIRE_REAL");
    if (required != nullptr && std::string(required) == "1") FAIL() << problem;
    GTEST_SKIP() << problem;
  }
  EngineStorage& storage() { return harness_->storage(); }
  std::string new_volume() {
    std::string name = harness_->unique("volume");
    harness_->make_volume(name, "io.mino.test", "a b=c");
    return name;
  }
  StoredVolume stored(const std::string& name) {
    const auto volumes = storage().volumes();
    if (!volumes.ok()) throw std::runtime_error(volumes.error().text());
    const auto found = std::ranges::find(*volumes, name, &StoredVolume::name);
    if (found == volumes->end()) throw std::runtime_error("there is no volume " + name);
    return *found;
  }
  std::string new_image() {
    std::string name = "localhost/" + harness_->unique("image") + ":latest";
    harness_->make_image(name, "io.mino.test", "a");
    return name;
  }
  std::unique_ptr<EngineStorageHarness> harness_;
};

TEST_P(EngineStorageContract, ListsVolumesWithTheirLabels) {
  const StoredVolume volume = stored(new_volume());
  EXPECT_EQ(volume.labels.at("io.mino.test"), "a b=c");
  EXPECT_TRUE(volume.mount_point.starts_with('/'));
  EXPECT_TRUE(volume.created.has_value());
}

TEST_P(EngineStorageContract, RemovesAVolumeOnce) {
  const std::string volume = new_volume();
  ASSERT_TRUE(storage().remove_volume(volume).ok());
  EXPECT_FALSE(harness_->has_volume(volume));
  EXPECT_TRUE(storage().remove_volume(volume).ok()) << "there is nothing to remove";
}

TEST_P(EngineStorageContract, NeverTakesAVolumeFromAContainer) {
  const std::string volume = new_volume();
  harness_->use_volume(volume);
  EXPECT_TRUE(storage().volumes_in_use()->contains(volume));
  const auto removed = storage().remove_volume(volume);
  ASSERT_FALSE(removed.ok());
  EXPECT_EQ(removed.error().code(), ErrorCode::kBusy) << removed.error().text();
  EXPECT_TRUE(harness_->has_volume(volume));
  harness_->stop_using();
  EXPECT_FALSE(storage().volumes_in_use()->contains(volume));
  EXPECT_TRUE(storage().remove_volume(volume).ok());
}

TEST_P(EngineStorageContract, MeasuresWhatOnlyTheUserNamespaceSees) {
  constexpr std::uint64_t kBytes = std::uint64_t{3} << 20;
  const std::string large = new_volume();
  const std::string empty = new_volume();
  harness_->fill(large, kBytes);
  const auto sizes = storage().measure({stored(large), stored(empty)});
  ASSERT_TRUE(sizes.ok()) << sizes.error().text();
  EXPECT_GE(sizes->at(large), kBytes);
  EXPECT_LT(sizes->at(large), kBytes * 2);
  EXPECT_LT(sizes->at(empty), kBytes);
}

TEST_P(EngineStorageContract, MeasuresTheOthersWhenOneHasGone) {
  const std::string there = new_volume();
  StoredVolume gone = stored(there);
  gone.name = harness_->unique("gone");
  gone.mount_point = "/nonexistent/" + gone.name;
  const auto sizes = storage().measure({gone, stored(there)});
  ASSERT_TRUE(sizes.ok()) << sizes.error().text();
  EXPECT_TRUE(sizes->contains(there));
  EXPECT_FALSE(sizes->contains(gone.name));
  EXPECT_TRUE(storage().measure({})->empty());
}

TEST_P(EngineStorageContract, KnowsWhichVolumesAreMissing) {
  const std::string there = new_volume();
  const std::string missing = harness_->unique("missing");
  const auto found = storage().missing_volumes({there, missing});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found, std::vector<std::string>{missing});
}

TEST_P(EngineStorageContract, MakesDirectoriesForTheUserOfABox) {
  const std::string volume = new_volume();
  ASSERT_TRUE(storage().make_directories(volume, {"npm", "xdg"}).ok());
  ASSERT_TRUE(storage().make_directories(volume, {"npm"}).ok());
  EXPECT_EQ(harness_->writable_names(volume), (std::vector<std::string>{"npm", "xdg"}));
}

TEST_P(EngineStorageContract, ListsImagesWithNamesAndLabels) {
  const std::string image = new_image();
  const auto images = storage().images();
  ASSERT_TRUE(images.ok()) << images.error().text();
  const auto found = std::ranges::find_if(*images, [&image](const StoredImage& each) {
    return std::ranges::find(each.names, image) != each.names.end();
  });
  ASSERT_NE(found, images->end());
  EXPECT_EQ(found->labels.at("io.mino.test"), "a");
  EXPECT_FALSE(found->id.empty());
}

TEST_P(EngineStorageContract, RemovesAnImageOnce) {
  const std::string image = new_image();
  ASSERT_TRUE(storage().remove_image(image).ok());
  EXPECT_FALSE(harness_->has_image(image));
  EXPECT_TRUE(storage().remove_image(image).ok());
}

TEST_P(EngineStorageContract, AnImageKeepsItsOtherNames) {
  const std::string image = new_image();
  const std::string other = "localhost/" + harness_->unique("other") + ":latest";
  harness_->tag_image(image, other);
  ASSERT_TRUE(storage().remove_image(image).ok());
  EXPECT_FALSE(harness_->has_image(image));
  EXPECT_TRUE(harness_->has_image(other));
}

TEST_P(EngineStorageContract, NeverTakesAnImageFromAContainer) {
  const std::string image = new_image();
  harness_->use_image(image);
  const auto removed = storage().remove_image(image);
  ASSERT_FALSE(removed.ok());
  EXPECT_EQ(removed.error().code(), ErrorCode::kBusy) << removed.error().text();
  EXPECT_TRUE(harness_->has_image(image));
}

}  // namespace mino::contract
