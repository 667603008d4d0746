#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "application/cache_inventory.hpp"
#include "application/project_caches.hpp"
#include "domain/cache/eviction.hpp"
#include "domain/json_value.hpp"

namespace mino::cli {

/// All caches and homes as tables, a heading each; empty when there are none.
[[nodiscard]] std::string cache_tables(const application::CacheInventory& inventory, Timestamp now);
/// Their names, one a line.
[[nodiscard]] std::string cache_names(const application::CacheInventory& inventory);
/// `schema` 1; all members always.
[[nodiscard]] JsonValue cache_json(const application::CacheInventory& inventory,
                                   std::uint64_t limit_bytes);

/// The caches of one project as a table.
[[nodiscard]] std::string project_cache_table(const application::ProjectCaches::Response& caches,
                                              Timestamp now);
[[nodiscard]] JsonValue project_cache_json(const std::string& project,
                                           const application::ProjectCaches::Response& caches,
                                           std::uint64_t limit_bytes);

/// "1.5 GiB of 50 GiB (3 %)", or without a limit "1.5 GiB".
[[nodiscard]] std::string usage_text(std::uint64_t total_bytes, std::uint64_t limit_bytes);
/// A reason for a person: "not used for 30 days".
[[nodiscard]] std::string eviction_text(const Eviction& eviction, const CollectionPolicy& policy);

}  // namespace mino::cli
