#include "application/install_init.hpp"

#include <string>

namespace mino::application {

Result<std::filesystem::path> install_init(FileSystem& files,
                                           const std::filesystem::path& directory,
                                           std::string_view bytes, std::string_view sha256) {
  constexpr std::size_t kDigestDigits = 16;
  const std::filesystem::path program =
      directory / ("mino-init-" + std::string(sha256.substr(0, kDigestDigits)));
  MINO_ASSIGN(const auto there, files.info(program, FollowLinks::kNo));
  if (there && there->kind == FileKind::kRegular && there->size_bytes == bytes.size())
    return program;
  MINO_TRY(files.make_directories(directory, 0700));
  MINO_TRY(files.write_atomic(program, bytes, 0755, Durability::kRename));
  return program;
}

}  // namespace mino::application
