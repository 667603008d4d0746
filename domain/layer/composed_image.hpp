#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/layer/layer.hpp"
#include "domain/result.hpp"

namespace mino {

/// The local image that layers are built on.
struct LayerBase {
  std::string reference;  ///< as configured
  std::string id;         ///< of the image that the reference names now
  std::string user;       ///< its USER, as written; empty means root
  /// Whether it has mino's bootstrap, which installs what the layers want in the home directory.
  enum class FirstStart { kBootstraps, kDoesNothing };
  FirstStart first_start = FirstStart::kDoesNothing;
};

/// A label by which images with layers are known as mino's.
inline constexpr std::string_view kLayersLabel = "io.mino.layers";
/// The same of base images, ours or built from ours.
inline constexpr std::string_view kBaseLabel = "io.mino.base";
/// Which layers, "rust,python".
inline constexpr std::string_view kLayerNamesLabel = "io.mino.layers.names";
inline constexpr std::string_view kLayersDigestLabel = "io.mino.layers.digest";
/// The argument of our Containerfiles that names what they build on.
inline constexpr std::string_view kBaseArgument = "MINO_BASE";

/// The bytes whose SHA-256 identifies an image of these layers on that base: the format of composed
/// images, reference and id of the base, and for each layer in order all that goes into the image,
/// each item preceded by its length.
[[nodiscard]] std::string composed_bytes(const LayerBase& base, const std::vector<Layer>& layers);

/// The bytes whose SHA-256 identifies one layer, whatever it is built on: what marks it as
/// installed in a home directory.
[[nodiscard]] std::string layer_bytes(const Layer& layer);

/// Success for a base whose reference and user hold nothing that a Containerfile reads as more than
/// a name; every base has to be checked before compose(). kConfig.
[[nodiscard]] Result<void> check_layer_base(const LayerBase& base);

/// "localhost/mino-composed-<12 digits>:latest".
[[nodiscard]] std::string composed_reference(std::string_view digest);

/// A file of the directory that an image is built from.
struct BuildFile {
  std::string path;  ///< relative, without `..`
  std::string bytes;
  std::uint32_t mode = 0644;
  bool operator==(const BuildFile&) const = default;
};

/// One instruction of a Containerfile.
struct BuildStep {
  std::string instruction;  ///< one line
  std::string label;        ///< what a person is told while it runs; empty: nothing worth telling
  bool operator==(const BuildStep&) const = default;
};

/// How an image of layers is built: instructions and the files that they use. Nothing of a manifest
/// stands in an instruction but names that were checked and values in quotes; what is to be
/// installed at the first start travels as a file.
struct Composition {
  std::vector<BuildStep> steps;
  std::vector<BuildFile> files;
  bool operator==(const Composition&) const = default;
};

/// `layer_digests` has one digest of layer_bytes() for each layer, `digest` is that of
/// composed_bytes().
[[nodiscard]] Composition compose(const LayerBase& base, const std::vector<Layer>& layers,
                                  const std::vector<std::string>& layer_digests,
                                  const std::string& digest);

/// The text of the Containerfile: one instruction a line.
[[nodiscard]] std::string containerfile_text(const std::vector<BuildStep>& steps);

/// A value of ENV or LABEL in double quotes, in which nothing is expanded. `value` holds no line
/// feed.
[[nodiscard]] std::string containerfile_quoted(std::string_view value);

}  // namespace mino
