#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/posix/placeholder_files.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/process_table.hpp"

namespace mino::state {

/// PlaceholderStore with a ledger in `directory` (one JSON file, 0600, under a lock). The ledger is
/// written before anything is made and after anything is removed, so that whoever dies in between
/// leaves only what the next call finds and clears.
class PlaceholderLedger final : public PlaceholderStore {
 public:
  /// All outlive the ledger.
  struct Ports {
    FileSystem& files;
    const JsonCodec& json;
    const ProcessTable& processes;
  };
  PlaceholderLedger(Ports ports, std::filesystem::path directory);

  [[nodiscard]] Result<void> hold(const PlaceholderHolder& holder,
                                  const std::vector<Placeholder>& placeholders) override;
  [[nodiscard]] Result<void> release(const std::string& session_id) override;
  [[nodiscard]] Result<void> sweep() override;

 private:
  struct Entry {
    Placeholder placeholder;
    std::vector<PlaceholderHolder> holders;
  };
  using Entries = std::vector<Entry>;

  /// Adds the holder to those that are known or free; the free ones.
  [[nodiscard]] static std::vector<const Placeholder*> note(
      Entries& entries, const PlaceholderHolder& holder,
      const std::vector<Placeholder>& placeholders, posix::PlaceholderRoots& roots);
  static void write_all_excludes(const Entries& entries);
  [[nodiscard]] static JsonValue to_json(const Entries& entries);
  [[nodiscard]] static Result<Entries> from_json(const JsonValue& json);
  [[nodiscard]] std::filesystem::path file() const { return directory_ / "placeholders.json"; }
  [[nodiscard]] Result<Entries> load() const;
  [[nodiscard]] Result<void> store(const Entries& entries);
  /// Drops holders; removes and forgets what nobody holds any more.
  [[nodiscard]] Result<void> drop(const std::string& session_id);

  Ports ports_;
  std::filesystem::path directory_;
};

}  // namespace mino::state
