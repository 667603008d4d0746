#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/session_log.hpp"

namespace mino::fakes {

/// Logs in memory: a list of lines each. Following shows what there is once the session has ended.
class FakeSessionLog final : public SessionLog {
 public:
  using Line = std::pair<LogStream, std::string>;

  [[nodiscard]] Result<void> read(const std::filesystem::path& log, const LogQuery& query,
                                  LogOutput& output) override {
    while (query.has_ended && !query.has_ended()) ++looks;
    const auto found = logs.find(log);
    if (found == logs.end()) return Error(ErrorCode::kNotFound, "there is no log " + log.native());
    const std::vector<Line>& lines = found->second;
    const bool all = query.last_lines == 0 || query.last_lines >= lines.size();
    for (std::size_t index = all ? 0 : lines.size() - query.last_lines; index < lines.size();
         ++index) {
      if (output.write(lines[index].first, lines[index].second + "\n") ==
          LogOutput::Wanted::kNoMore)
        break;
    }
    return {};
  }
  [[nodiscard]] Result<void> remove(const std::filesystem::path& log) override {
    if (failure) return *failure;
    logs.erase(log);
    return {};
  }

  std::map<std::filesystem::path, std::vector<Line>> logs;
  std::optional<Error> failure;  ///< what remove() returns while set
  int looks = 0;                 ///< how often a followed session had not ended yet
};

}  // namespace mino::fakes
