#include "application/new_layer.hpp"

#include <fmt/format.h>

#include "domain/layer/layer_name.hpp"
#include "domain/layer/skeleton.hpp"

namespace mino::application {

Result<std::filesystem::path> NewLayer::execute(const std::filesystem::path& directory,
                                                const std::string& name) {
  MINO_TRY(check_layer_name(name));
  if (name == kBaseName)
    return Error(ErrorCode::kUsage, "base is what layers are built on, and no layer");
  const std::filesystem::path place = directory / name;
  MINO_ASSIGN(const auto there, files_.info(place, FollowLinks::kNo));
  if (there)
    return Error(ErrorCode::kAlreadyExists, fmt::format("{} is there already", place.string()));
  MINO_TRY(files_.make_directories(place, 0755));
  MINO_TRY(files_.write_atomic(place / "layer.toml", skeleton_manifest(name), 0644,
                               Durability::kRename));
  MINO_TRY(
      files_.write_atomic(place / "install.sh", skeleton_script(name), 0755, Durability::kRename));
  return place;
}

}  // namespace mino::application
