#pragma once

#include <filesystem>

#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/session_store.hpp"

namespace mino::state {

/// SessionStore in one JSON file a session (0600) below one directory (0700), which is made by the
/// first record.
class JsonSessionStore final : public SessionStore {
 public:
  /// Both ports must outlive the store.
  JsonSessionStore(FileSystem& files, const JsonCodec& codec, std::filesystem::path directory);

  [[nodiscard]] Result<void> create(const SessionRecord& record) override;
  [[nodiscard]] Result<std::optional<SessionRecord>> load(const SessionName& name) const override;
  [[nodiscard]] Result<SessionListing> list() const override;
  [[nodiscard]] Result<SessionRecord> update(
      const SessionName& name, const std::string& id,
      const std::function<bool(SessionRecord&)>& change) override;
  [[nodiscard]] Result<void> remove(const SessionName& name, const std::string& id) override;

 private:
  [[nodiscard]] std::filesystem::path file_of(const SessionName& name) const;
  [[nodiscard]] Result<std::optional<SessionRecord>> read_record(const std::string& file) const;
  [[nodiscard]] Result<void> write_record(const SessionRecord& record);
  void remove_temporaries(const std::vector<std::string>& files) const;

  FileSystem& files_;
  const JsonCodec& codec_;
  std::filesystem::path directory_;
};

}  // namespace mino::state
