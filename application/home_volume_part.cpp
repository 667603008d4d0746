#include "application/home_volume_part.hpp"

#include <utility>

namespace mino::application {

HomeVolumePart::HomeVolumePart(ContainerEngine& engine, EngineStorage& storage, FileSystem& files,
                               Clock& clock, std::filesystem::path marker_directory)
    : engine_(engine),
      storage_(storage),
      files_(files),
      clock_(clock),
      marker_directory_(std::move(marker_directory)) {}

Result<void> HomeVolumePart::prepare(const SessionContext& context) {
  if (!context.plan.home_volume) return {};
  const std::string& volume = *context.plan.home_volume;
  const std::filesystem::path marker = marker_directory_ / volume;
  MINO_ASSIGN(const auto known, files_.info(marker, FollowLinks::kNo));
  if (known) {
    const auto missing = storage_.missing_volumes({volume});
    if (!missing.ok() || missing->empty()) return {};
  }
  MINO_TRY(
      engine_.ensure_volume(volume, {{"io.mino.home", "true"},
                                     {"io.mino.home.project", context.plan.project},
                                     {"io.mino.home.created_at", format_rfc3339(clock_.now())}}));
  MINO_TRY(files_.make_directories(marker_directory_, 0700));
  return files_.write_atomic(marker, context.plan.project + "\n", 0600, Durability::kRename);
}

// The volume outlives the session on purpose: it is the project's.
void HomeVolumePart::started(const SessionContext& /*context*/) {}
void HomeVolumePart::exec_started(const SessionContext& /*context*/,
                                  const std::vector<std::string>& /*command*/) {}
void HomeVolumePart::ended(const SessionContext& /*context*/) {}
void HomeVolumePart::abandon(const SessionContext& /*context*/) {}

}  // namespace mino::application
