#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "ports/ssh_agent_filter.hpp"

namespace mino::fakes {

/// What was reported, in its order.
class RecordingSshSink final : public SshSink {
 public:
  void ssh_used(const SshEvent& event) override { events.push_back(event); }
  void agent_unreachable(const std::string& why) override { unreachable.push_back(why); }
  void filter_lost() override { ++losses; }

  [[nodiscard]] std::ptrdiff_t count(SshEvent::Kind kind) const {
    return std::ranges::count(events, kind, &SshEvent::kind);
  }

  std::vector<SshEvent> events;
  std::vector<std::string> unreachable;
  int losses = 0;
};

}  // namespace mino::fakes
