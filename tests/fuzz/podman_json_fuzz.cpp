// What podman prints: JSON of several commands, the tar archive of `podman cp` and the account
// files in it, command lines and error texts. An input is given to all of them.
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/podman/account_files.hpp"
#include "adapters/podman/box_processes.hpp"
#include "adapters/podman/podman_error.hpp"
#include "adapters/podman/podman_json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void read_json(std::string_view text) {
  const auto json = mino::json::RapidJsonCodec().parse(text);
  if (!json.ok()) return;
  // What was read and kept in the cache is read back as it was.
  if (const auto facts = mino::podman::engine_facts_from_info(*json); facts.ok()) {
    require(mino::podman::engine_facts_from_json(mino::podman::to_json(*facts)) == *facts);
  }
  if (const auto facts = mino::podman::image_facts_from_inspect(*json); facts.ok()) {
    require(mino::podman::image_facts_from_json(mino::podman::to_json(*facts)) == *facts);
  }
  static_cast<void>(mino::podman::engine_facts_from_json(*json));
  static_cast<void>(mino::podman::image_facts_from_json(*json));
  if (const auto containers = mino::podman::containers_from_ps(*json); containers.ok()) {
    for (const auto& container : *containers) require(!container.id.empty());
  }
  if (const auto volumes = mino::podman::volumes_from_ls(*json); volumes.ok()) {
    for (const auto& volume : *volumes) require(!volume.name.empty());
  }
  if (const auto images = mino::podman::images_from_ls(*json); images.ok()) {
    for (const auto& image : *images) require(!image.id.empty());
  }
}

void read_accounts(std::string_view text) {
  const std::string file = mino::podman::first_file_of_tar(text).value_or(std::string(text));
  for (const std::string_view user :
       {"root", "developer", "1000", "developer:developer", "1000:1000"}) {
    const auto account = mino::podman::resolve_account(user, file, file);
    if (account.ok()) require(account->home.starts_with('/'));
  }
  const std::string_view user = text.substr(0, text.find('\n'));
  static_cast<void>(mino::podman::resolve_account(user, file, file));
}

void read_error(std::string_view text) {
  const mino::Error error =
      mino::podman::reworded({.action = "making the box", .image = "x", .exit_code = 125}, text);
  constexpr std::size_t kLongest = 1000;
  require(!error.text().empty() && error.text().size() < kLongest);
  for (const char c : error.text()) require(static_cast<unsigned char>(c) >= 0x20);
}

void read_process(std::string_view text) {
  const std::vector<std::string> ids{std::string(64, 'a')};
  const auto process = mino::podman::box_process_from_arguments(text, "mino-x-0a1b", ids);
  if (process)
    require(process->container_id.empty() || mino::podman::is_container_id(process->container_id));
  static_cast<void>(mino::podman::start_time_from_stat(text));
}

}  // namespace

// The name and signature that libFuzzer prescribes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {  // NOLINT(readability-identifier-naming)
  const std::string bytes(data, data + size);
  read_json(bytes);
  read_accounts(bytes);
  read_error(bytes);
  read_process(bytes);
  static_cast<void>(mino::podman::is_at_least(bytes, 4, 3));
  return 0;
}
