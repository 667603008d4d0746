#pragma once

#include "ports/process_table.hpp"

namespace mino::posix {

/// ProcessTable over /proc and pidfds (Linux 5.3).
class PosixProcessTable final : public ProcessTable {
 public:
  [[nodiscard]] ProcessIdentity self() const override;
  [[nodiscard]] bool alive(const ProcessIdentity& process) const override;
  [[nodiscard]] Wait wait_gone(const ProcessIdentity& process,
                               std::chrono::milliseconds patience) override;
  [[nodiscard]] Result<void> signal(const ProcessIdentity& process, int signal_number) override;
};

}  // namespace mino::posix
