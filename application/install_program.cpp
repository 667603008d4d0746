#include "application/install_program.hpp"

#include <string>

namespace mino::application {

Result<std::filesystem::path> install_program(FileSystem& files,
                                              const std::filesystem::path& directory,
                                              const CarriedProgram& program) {
  constexpr std::size_t kDigestDigits = 16;
  const std::filesystem::path path =
      directory /
      (std::string(program.name) + "-" + std::string(program.sha256.substr(0, kDigestDigits)));
  MINO_ASSIGN(const auto there, files.info(path, FollowLinks::kNo));
  if (there && there->kind == FileKind::kRegular && there->size_bytes == program.bytes.size())
    return path;
  MINO_TRY(files.make_directories(directory, 0700));
  MINO_TRY(files.write_atomic(path, program.bytes, 0755, Durability::kRename));
  return path;
}

}  // namespace mino::application
