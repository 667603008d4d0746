#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mino {

/// An image that mino built here.
enum class MinoImage {
  kComposed,  ///< layers on a base: localhost/mino-composed-<digest>, io.mino.layers=true
  kBase,      ///< localhost/mino-base, io.mino.base=true
};

/// Which of them an image is under that name; nothing for any other. It takes the label and the
/// name: whatever the user builds from one of mino's images has their labels too.
[[nodiscard]] std::optional<MinoImage> mino_image(std::string_view name,
                                                  const std::map<std::string, std::string>& labels);

}  // namespace mino
