#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ports/placeholder_store.hpp"
#include "ports/process_table.hpp"

namespace mino::fakes {

/// Placeholders of projects that are sets of names.
class FakePlaceholderStore final : public PlaceholderStore {
 public:
  explicit FakePlaceholderStore(const ProcessTable& processes) : processes_(processes) {}

  [[nodiscard]] Result<void> hold(const PlaceholderHolder& holder,
                                  const std::vector<Placeholder>& placeholders) override {
    for (const Placeholder& placeholder : placeholders) {
      const std::string path = placeholder.project + "/" + placeholder.path;
      if (theirs.contains(path)) continue;
      std::vector<PlaceholderHolder>& holders = held[path];
      if (std::ranges::find(holders, holder) == holders.end()) holders.push_back(holder);
    }
    return {};
  }
  [[nodiscard]] Result<void> release(const std::string& session_id) override {
    for (auto& [path, holders] : held) {
      std::erase_if(holders, [&](const PlaceholderHolder& holder) {
        return holder.session_id == session_id || !processes_.alive(holder.owner);
      });
    }
    std::erase_if(held, [](const auto& entry) { return entry.second.empty(); });
    return {};
  }
  [[nodiscard]] Result<void> sweep() override { return release({}); }

  [[nodiscard]] bool exists(const std::string& path) const {
    return held.contains(path) || theirs.contains(path);
  }

  std::map<std::string, std::vector<PlaceholderHolder>> held;  ///< by absolute path
  std::set<std::string> theirs;                                ///< what is the user's

 private:
  const ProcessTable& processes_;
};

}  // namespace mino::fakes
