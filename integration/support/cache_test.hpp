#pragma once

#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"

namespace mino::integration {

/// Tests of caches, home volumes and what removes them. Podman's volumes and images belong to a
/// person, or to other tests: mino gets a podman that shows it only those of this test, refuses to
/// remove any other, and notes what it was called for.
class CacheTest : public AgentTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// The same as those of the base, with that podman.
  [[nodiscard]] ProgramSpec with_own_podman(ProgramSpec spec) const;
  [[nodiscard]] ProgramResult cache(std::vector<std::string> words) const;
  [[nodiscard]] ProgramResult session(const std::string& script,
                                      std::vector<std::string> flags = {}) const;
  /// A detached session that sleeps; its name.
  [[nodiscard]] std::string sleeper(const std::string& suffix,
                                    std::vector<std::string> flags = {}) const;

  /// Puts a lockfile that no other test has into the project.
  void put_lockfile(const std::string& file, const std::string& content = "") const;
  /// A file of the project, a link or whatever else it was is replaced.
  void put(const std::string& file, const std::string& content) const;

  /// The volume of the only record of that ecosystem; empty when there is not exactly one.
  [[nodiscard]] std::string volume_of(const std::string& ecosystem) const;
  [[nodiscard]] std::vector<std::string> volumes_of(const std::string& ecosystem) const;
  [[nodiscard]] std::string record_of(const std::string& volume) const;
  [[nodiscard]] std::string state_of(const std::string& volume) const;
  /// Lets the cache look as if it had been used long ago.
  void age(const std::string& volume) const;
  [[nodiscard]] static bool exists(const std::string& volume);
  [[nodiscard]] static std::string label(const std::string& volume, const std::string& name);

  /// A volume or an image that mino is to see although it did not make it.
  void plant_volume(const std::string& volume, const std::vector<std::string>& labels = {}) const;
  void plant_image(const std::string& image, const std::vector<std::string>& labels) const;
  [[nodiscard]] static bool has_image(const std::string& image);

  /// What podman was called for since the last time.
  [[nodiscard]] std::vector<std::string> take_calls() const;

 private:
  [[nodiscard]] std::vector<std::string> lines_of(const std::string& file) const;
};

}  // namespace mino::integration
