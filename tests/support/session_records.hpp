#pragma once

#include <string>

#include "domain/session/session_record.hpp"

namespace mino::testing_support {

inline SessionName session_name(const std::string& text) { return *SessionName::parse(text); }

/// A running session without a terminal, started at 2026-03-09T12:00:00Z.
inline SessionRecord session_record(
    const std::string& name, const std::string& id = "0b8c3c0e-6f2f-4f1e-9c57-2c3f3b1f7a10") {
  const Timestamp start{std::chrono::seconds{1773057600}};
  return SessionRecord{.id = id,
                       .name = session_name(name),
                       .project_dir = "/home/user/project",
                       .command = {"make", "test"},
                       .status = SessionStatus::kRunning,
                       .created_at = start,
                       .updated_at = start,
                       .supervisor = {.pid = 4711, .start_time = 99},
                       .container_name = "mino-" + name + "-0f3a",
                       .image = "host",
                       .network = "bridge"};
}

}  // namespace mino::testing_support
