#pragma once

#include <filesystem>

#include "ports/collection_schedule.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"

namespace mino::state {

/// CollectionSchedule with the notes in `file` (JSON, 0600) and a lock beside it.
class JsonCollectionSchedule final : public CollectionSchedule {
 public:
  /// Both outlive this.
  JsonCollectionSchedule(FileSystem& files, const JsonCodec& json, std::filesystem::path file);

  [[nodiscard]] bool due(Timestamp now, std::chrono::hours interval) const override;
  [[nodiscard]] Result<Outcome> once(Timestamp now, std::chrono::hours interval,
                                     const std::function<Result<JsonValue>()>& work) override;

 private:
  [[nodiscard]] Result<void> note(const JsonValue& notes);

  FileSystem& files_;
  const JsonCodec& json_;
  std::filesystem::path file_;
};

}  // namespace mino::state
