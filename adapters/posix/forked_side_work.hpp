#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "adapters/posix/box_companion.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "ports/json_codec.hpp"
#include "ports/side_work.hpp"

namespace mino::posix {

/// SideWork in forked children, which have no descriptor of this process, end with it, and bring
/// their findings through a pipe. This process must have one thread.
class ForkedSideWork final : public SideWork, public BoxCompanion {
 public:
  /// `codec` outlives this.
  explicit ForkedSideWork(const JsonCodec& codec);

  [[nodiscard]] Result<void> start(Work work, std::chrono::seconds deadline, Done done) override;
  void stop() override;

  [[nodiscard]] int fd() const override { return epoll_.get(); }
  void handle() override;

 private:
  using Id = std::uint64_t;
  struct Job {
    ChildProcess process;
    UniqueFd findings;
    UniqueFd deadline;
    Done done;
    std::string text;
  };

  [[nodiscard]] Result<Job> fork_job(const Work& work);
  void watch(int fd, Id tag) const;
  void read_findings(Id id, Job& job);
  void finish(Id id, Result<JsonValue> result);

  const JsonCodec& codec_;
  UniqueFd epoll_;
  std::map<Id, Job> jobs_;
  Id next_ = 1;
};

}  // namespace mino::posix
