#pragma once

#include <map>
#include <optional>
#include <string>

#include "ports/lockfile_reader.hpp"
#include "tests/fakes/fake_digest.hpp"

namespace mino::fakes {

/// Files by their whole path; one may be an error.
class FakeLockfileReader final : public LockfileReader {
 public:
  [[nodiscard]] Result<std::optional<std::string>> digest(const std::filesystem::path& project,
                                                          const std::string& name) const override {
    const std::string path = (project / name).native();
    if (const auto failed = failures.find(path); failed != failures.end()) return failed->second;
    const auto found = files.find(path);
    if (found == files.end()) return std::optional<std::string>();
    return std::optional(FakeDigest().sha256_hex(found->second));
  }

  std::map<std::string, std::string> files;  ///< contents
  std::map<std::string, Error> failures;
};

}  // namespace mino::fakes
