#pragma once

#include <filesystem>

#include "ports/facts_cache.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"

namespace mino::state {

/// FactsCache in one JSON file (0600) whose directory is made when something is put. A file that
/// cannot be understood is an empty one.
class JsonFactsCache final : public FactsCache {
 public:
  static constexpr std::size_t kMostFactsOfASection = 64;

  /// Both ports must outlive the cache.
  JsonFactsCache(FileSystem& files, const JsonCodec& codec, std::filesystem::path file);

  [[nodiscard]] std::optional<JsonValue> get(const std::string& section,
                                             const std::string& key) const override;
  [[nodiscard]] Result<void> put(const std::string& section, const std::string& key,
                                 const JsonValue& value) override;

 private:
  [[nodiscard]] JsonValue load() const;

  FileSystem& files_;
  const JsonCodec& codec_;
  std::filesystem::path file_;
};

}  // namespace mino::state
