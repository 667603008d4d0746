#include "domain/cache/mino_image.hpp"

namespace mino {
namespace {

bool is_labelled(const std::map<std::string, std::string>& labels, const char* label) {
  const auto found = labels.find(label);
  return found != labels.end() && found->second == "true";
}

bool is_composed_name(std::string_view repository) {
  constexpr std::string_view kPrefix = "localhost/mino-composed-";
  constexpr std::size_t kDigits = 12;
  if (!repository.starts_with(kPrefix)) return false;
  const std::string_view digest = repository.substr(kPrefix.size());
  return digest.size() == kDigits &&
         digest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::optional<MinoImage> mino_image(std::string_view name,
                                    const std::map<std::string, std::string>& labels) {
  // The registry's name has no colon here, so the last one separates the tag.
  const std::string_view repository = name.substr(0, name.rfind(':'));
  if (is_composed_name(repository) && is_labelled(labels, "io.mino.layers"))
    return MinoImage::kComposed;
  if (repository == "localhost/mino-base" && is_labelled(labels, "io.mino.base"))
    return MinoImage::kBase;
  return std::nullopt;
}

}  // namespace mino
