#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "tests/contract/config_editor_contract.hpp"
#include "tests/contract/config_source_contract.hpp"
#include "tests/fakes/fake_config_editor.hpp"
#include "tests/fakes/fake_config_source.hpp"

namespace mino::contract {
namespace {

INSTANTIATE_TEST_SUITE_P(
    All, ConfigSourceContract,
    ::testing::Values(
        ConfigSourceCase{"Fake", [] { return std::make_unique<fakes::FakeConfigSource>(); }},
        ConfigSourceCase{"Toml", [] { return std::make_unique<toml::TomlConfigSource>(); }}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    All, ConfigEditorContract,
    ::testing::Values(ConfigEditorCase{"Fake",
                                       [] { return std::make_unique<fakes::FakeConfigSource>(); },
                                       [] { return std::make_unique<fakes::FakeConfigEditor>(); }},
                      ConfigEditorCase{"Toml",
                                       [] { return std::make_unique<toml::TomlConfigSource>(); },
                                       [] { return std::make_unique<toml::TomlConfigEditor>(); }}),
    editor_case_name);

}  // namespace
}  // namespace mino::contract
