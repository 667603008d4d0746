#include "adapters/session/process_event.hpp"

#include <string.h>

namespace mino::session {

bool makes_sense(const lifeline::Packet& event) {
  constexpr std::int32_t kLastSignal = 64;
  constexpr std::int32_t kLastExitCode = 255;
  const bool is_signal = event.value >= 1 && event.value <= kLastSignal;
  switch (event.kind) {
    case lifeline::Kind::kFailed:
      return event.value > 0 && ::strerrordesc_np(event.value) != nullptr;
    case lifeline::Kind::kStopped:
      return is_signal;
    case lifeline::Kind::kEnded:
      return (event.flags & lifeline::kSignalled) != 0
                 ? is_signal
                 : event.value >= 0 && event.value <= kLastExitCode;
    default:
      return true;
  }
}

}  // namespace mino::session
