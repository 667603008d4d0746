#include "tests/contract/engine_storage_contract.hpp"
#include "tests/fakes/fake_engine_storage.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public EngineStorageHarness {
 public:
  EngineStorage& storage() override { return storage_; }
  std::string problem() override { return {}; }
  std::string unique(const std::string& stem) override {
    return "mino-" + stem + std::to_string(++count_);
  }
  void make_volume(const std::string& name, const std::string& label,
                   const std::string& value) override {
    engine_.volumes[name] = {{label, value}};
    storage_.sizes[name] = 0;
  }
  bool has_volume(const std::string& name) override { return engine_.volumes.contains(name); }
  void fill(const std::string& volume, std::uint64_t bytes) override {
    storage_.sizes[volume] = bytes;
  }
  void use_volume(const std::string& volume) override { storage_.in_use.insert(volume); }
  void stop_using() override { storage_.in_use.clear(); }
  std::vector<std::string> writable_names(const std::string& volume) override {
    const auto& names = storage_.directories[volume];
    return {names.begin(), names.end()};
  }
  void make_image(const std::string& name, const std::string& label,
                  const std::string& value) override {
    storage_.stored_images.push_back({"id-" + name, {name}, {{label, value}}, 1});
  }
  void tag_image(const std::string& name, const std::string& other) override {
    for (StoredImage& image : storage_.stored_images) {
      if (std::ranges::find(image.names, name) != image.names.end()) image.names.push_back(other);
    }
  }
  bool has_image(const std::string& name) override {
    return std::ranges::any_of(storage_.stored_images, [&name](const StoredImage& image) {
      return std::ranges::find(image.names, name) != image.names.end();
    });
  }
  void use_image(const std::string& name) override { storage_.images_in_use.insert(name); }

 private:
  fakes::FakeContainerEngine engine_;
  fakes::FakeEngineStorage storage_{engine_};
  int count_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Fake, EngineStorageContract,
                         ::testing::Values([]() -> std::unique_ptr<EngineStorageHarness> {
                           return std::make_unique<FakeHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
