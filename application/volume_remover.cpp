#include "application/volume_remover.hpp"

#include "domain/cache/ecosystem.hpp"

namespace mino::application {

Result<void> VolumeRemover::remove(const std::string& volume, std::string_view reason) {
  if (is_home_volume_name(volume)) {
    // Without its marker the volume is made, or found, anew by the next session that wants it; with
    // it, one that is gone would be made by podman, without labels.
    MINO_TRY(ports_.files.remove(home_markers_ / volume));
    MINO_TRY(ports_.storage.remove_volume(volume));
  } else {
    MINO_TRY(ports_.store.evict(volume, [&] { return ports_.storage.remove_volume(volume); }));
  }
  audit_.record("cache.evicted", {{"volume", volume}, {"reason", std::string(reason)}});
  return {};
}

Result<void> VolumeRemover::forget(const std::string& volume) {
  return ports_.store.evict(volume, [] { return Result<void>(); });
}

}  // namespace mino::application
