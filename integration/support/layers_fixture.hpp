#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"

namespace mino::integration {

/// A test of layers on real podman: layers of the user's own in its directory, built on the small
/// test image, and a podman that writes down how it was called. Removes the images and volumes that
/// it made.
class LayersTest : public BoxTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// The same with the podman that writes down how it is called.
  [[nodiscard]] ProgramSpec watched(std::vector<std::string> words) const;
  /// `mino run --layers NAME -- COMMAND…`, watched.
  [[nodiscard]] ProgramSpec layered(const std::string& layer,
                                    std::vector<std::string> command) const;

  /// A layer's name that no other test uses.
  [[nodiscard]] std::string layer_name(const std::string& stem) const;
  /// A name of an image that no other test uses, with its tag; they know no capitals.
  [[nodiscard]] std::string image_name(const std::string& stem) const;
  /// Writes a layer of the user's; `rest` follows its [layer] table, an empty script is none.
  void write_layer(const std::string& name, const std::string& rest,
                   const std::string& script) const;
  /// The same below any directory.
  static void write_layer_in(const std::filesystem::path& directory, const std::string& name,
                             const std::string& rest, const std::string& script);

  /// The first words of podman's command lines since the last call, one a call.
  [[nodiscard]] std::vector<std::string> podman_calls() const;
  /// Images of layers of this test, by reference.
  [[nodiscard]] std::vector<std::string> composed_images() const;
  /// What builds have left: containers, tags, files below the state directory; empty when nothing.
  [[nodiscard]] std::string build_remains() const;

  std::filesystem::path layers_;  ///< the user's layers
};

/// podman's answer; fails the test when it fails.
std::string podman_says(std::vector<std::string> words);

}  // namespace mino::integration
