#include "application/runtime_files_part.hpp"

#include <filesystem>

#include "domain/run/box_files.hpp"

namespace mino::application {

RuntimeFilesPart::RuntimeFilesPart(FileSystem& files) : files_(files) {}

Result<void> RuntimeFilesPart::prepare(const SessionContext& context) {
  const std::filesystem::path directory = context.plan.runtime_dir;
  // A session of this name that was killed may have left one.
  MINO_TRY(files_.remove_tree(directory));
  MINO_TRY(files_.make_directories(directory, 0700));
  for (const BoxFile& file : box_files(context.plan)) {
    auto written =
        files_.write_atomic(directory / file.name, file.content, 0644, Durability::kRename);
    if (!written.ok()) {
      remove(context);
      return written;
    }
  }
  return {};
}

void RuntimeFilesPart::started(const SessionContext& /*context*/) {}
void RuntimeFilesPart::exec_started(const SessionContext& /*context*/,
                                    const std::vector<std::string>& /*command*/) {}
void RuntimeFilesPart::ended(const SessionContext& context) { remove(context); }
void RuntimeFilesPart::abandon(const SessionContext& context) { remove(context); }

void RuntimeFilesPart::remove(const SessionContext& context) {
  // The directory lies on a tmpfs that ends with the login, and the next session of this name
  // empties it.
  static_cast<void>(files_.remove_tree(context.plan.runtime_dir).ok());
}

}  // namespace mino::application
