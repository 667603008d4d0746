// Reads arbitrary bytes as a configuration file and, where they are one, edits them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "domain/config/config.hpp"
#include "domain/config/layers.hpp"
#include "domain/config/trust.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// An edit either fails or yields a text that says what was asked for, and says it a second time
/// unchanged.
void edit(const mino::ConfigDocument& document, const std::vector<std::string>& path,
          const mino::ConfigValue& value) {
  const mino::toml::TomlConfigEditor editor;
  const auto edited = editor.set(document, path, value);
  if (!edited.ok()) return;
  const auto read = mino::toml::TomlConfigSource().parse("f", *edited);
  if (!read.ok()) {
    // Only a text at the limit may have grown out of it.
    require(edited->size() > mino::ConfigSource::kMaxBytes);
    return;
  }
  const auto again = editor.set(*read, path, value);
  require(again.ok() && *again == *edited);
}

}  // namespace

// The name and signature that libFuzzer prescribes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {  // NOLINT(readability-identifier-naming)
  const std::string bytes(data, data + size);
  const auto document = mino::toml::TomlConfigSource().parse("f", bytes);
  if (!document.ok()) {
    require(document.error().code() == mino::ErrorCode::kConfig &&
            !document.error().message().empty());
    return 0;
  }
  require(document->bytes == bytes);
  edit(*document, {"container", "image"}, std::string("a 'b' \"c\""));
  edit(*document, {"container", "volumes"}, mino::ConfigList{"/a:/a", "b\n"});
  edit(*document, {"container", "env", "A b"}, std::string("x"));
  edit(*document, {"container", "env"}, mino::ConfigTable{{"A", "1"}});
  const auto layer = mino::layer_from_document(*document, mino::OriginKind::kProjectFile);
  if (!layer.ok()) return 0;
  mino::Config config;
  const mino::GatedLayer sorted = mino::sort_by_trust(*layer, config);
  require(sorted.gated.size() + sorted.narrowing.size() == layer->size());
  static_cast<void>(mino::describe_gated(sorted.gated));
  config.apply(*layer);
  return 0;
}
