#pragma once

#include "helper/protocol/lifeline.hpp"

namespace mino::session {

/// Whether an event of a process holds what mino-init can have sent: an errno, a signal or an exit
/// code that exists.
[[nodiscard]] bool makes_sense(const lifeline::Packet& event);

}  // namespace mino::session
