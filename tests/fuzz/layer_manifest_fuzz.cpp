// Any bytes as a layer.toml. What is accepted makes a Containerfile in which nothing of it stands
// raw: each instruction is one of those that mino writes, and undoing the quotes gives the values.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/toml/toml_config_source.hpp"
#include "domain/check.hpp"
#include "domain/layer/composed_image.hpp"
#include "domain/layer/manifest.hpp"
#include "domain/layer/manifest_values.hpp"

namespace {

/// The text between the quotes that `text` begins with, as a builder reads it.
std::string unquoted(std::string_view text) {
  MINO_CHECK(text.starts_with('"'));
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      MINO_CHECK(at + 1 == text.size());
      return value;
    }
    MINO_CHECK(text[at] != '$');
    if (text[at] == '\\') ++at;
    MINO_CHECK(at < text.size());
    value += text[at];
  }
  MINO_CHECK(false);
  return value;
}

bool is_known(std::string_view instruction) {
  constexpr std::string_view kBeginnings[] = {"ARG MINO_BASE=",
                                              "FROM ${MINO_BASE}",
                                              "LABEL io.mino.layers=\"true\" ",
                                              "USER ",
                                              "RUN if command ",
                                              "RUN --mount=type=bind,source=scripts/00-",
                                              "COPY [\"first-start/",
                                              "ENV "};
  return std::ranges::any_of(kBeginnings, [instruction](std::string_view beginning) {
    return instruction.starts_with(beginning);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string bytes(data, data + size);
  const auto document = mino::toml::TomlConfigSource().parse("f", bytes);
  if (!document.ok()) return 0;
  const auto manifest = mino::manifest_from_document(*document);
  if (!manifest.ok()) {
    MINO_CHECK(manifest.error().code() == mino::ErrorCode::kConfig);
    MINO_CHECK(manifest.error().text().find('\n') == std::string::npos);
    return 0;
  }
  for (const std::string& package : manifest->packages)
    MINO_CHECK(!mino::fault_of_package(package) && package.front() != '-');
  for (const auto& [name, value] : manifest->environment)
    MINO_CHECK(unquoted(mino::containerfile_quoted(value)) == value);
  mino::Layer layer;
  layer.manifest = *manifest;
  layer.script = bytes;
  const mino::LayerBase base{"localhost/base:latest", std::string(64, 'a'), "developer"};
  const mino::Composition made = mino::compose(base, {layer}, {"d1"}, "d0");
  std::size_t lines = 0;
  for (const char c : mino::containerfile_text(made.steps)) lines += c == '\n' ? 1U : 0U;
  MINO_CHECK(lines == made.steps.size());
  for (const mino::BuildStep& step : made.steps) MINO_CHECK(is_known(step.instruction));
  for (const mino::BuildFile& file : made.files)
    MINO_CHECK(file.path.find("..") == std::string::npos && !file.path.starts_with('/'));
  return 0;
}
