#include "adapters/linux/confinement.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>

#include "adapters/linux/landlock.hpp"
#include "adapters/linux/system_call_filter.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/process_privacy.hpp"

namespace mino::linux {
namespace {

/// No other process of the user looks into this one, its memory never comes to lie on disk, and no
/// program gives it privileges back.
Result<void> close_off() {
  posix::refuse_inspection();
  constexpr rlimit kNoCore{0, 0};
  if (::setrlimit(RLIMIT_CORE, &kNoCore) != 0)
    return posix::system_error("switching core dumps off", errno);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return posix::system_error("giving up new privileges", errno);
  return {};
}

}  // namespace

Result<void> confine_gateway() {
  MINO_TRY(close_off());
  MINO_TRY(restrict_with_landlock(LandlockProfile::kNothing));
  return filter_gateway_calls();
}

Result<void> confine_dialler() {
  MINO_TRY(close_off());
  MINO_TRY(restrict_with_landlock(LandlockProfile::kReadAndConnect));
  return filter_dialler_calls();
}

}  // namespace mino::linux
