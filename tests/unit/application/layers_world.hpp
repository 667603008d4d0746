#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/toml/toml_config_source.hpp"
#include "application/compose_layers.hpp"
#include "application/resolve_layers.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_image_builder.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_progress_line.hpp"
#include "tests/fakes/fake_prompter.hpp"
#include "tests/fakes/fake_trust_store.hpp"

namespace mino::application {

inline std::string manifest_text(const std::string& name, const std::string& rest = "") {
  return "[layer]\nname = \"" + name + "\"\ndescription = \"about " + name +
         "\"\nversion = \"1\"\n" + rest;
}

/// What finding and building layers works on.
struct LayersWorld {
  static constexpr const char* kUserLayers = "/home/me/.config/mino/layers";
  static constexpr const char* kBaseReference = "localhost/base:latest";

  LayersWorld() {
    built_in = {{"rust/layer.toml", kRust}, {"rust/install.sh", "#!/bin/sh\ntrue\n"}};
    engine.images[kBaseReference] = ImageFacts{.id = std::string(64, 'a'),
                                               .user = "developer",
                                               .user_id = 1000,
                                               .group_id = 1000,
                                               .home = "/home/developer",
                                               .family = ImageFamily::kMino};
  }

  void add_user_layer(const std::string& name, const std::string& rest = "") {
    files.add_file(std::string(kUserLayers) + "/" + name + "/layer.toml",
                   manifest_text(name, rest));
  }
  void add_project_layer(const std::string& name, ProjectLayers::Trust trusted,
                         const std::string& rest = "") {
    if (!project) project = ProjectLayers{{"/p/.mino.toml", {}, {}}, "digest", trusted, {}};
    project->trust = trusted;
    project->snapshot.layers.push_back({name + "/layer.toml", manifest_text(name, rest)});
  }

  ResolveLayers resolver(Prompter& whom) {
    return ResolveLayers({files, source, trust, clock, whom, audit, notices},
                         {kUserLayers, built_in, project});
  }
  ResolveLayers resolver() { return resolver(prompter); }

  static constexpr const char* kRust =
      "[layer]\nname = \"rust\"\ndescription = \"about rust\"\nversion = \"1\"\n";

  fakes::FakeFileSystem files;
  toml::TomlConfigSource source;
  fakes::FakeTrustStore trust;
  fakes::FakeClock clock;
  fakes::FakePrompter prompter;
  fakes::FakeAuditSink audit;
  fakes::FakeNotices notices;
  fakes::FakeDigest digest;
  fakes::FakeContainerEngine engine;
  fakes::FakeImageBuilder builder{engine};
  fakes::FakeProgressLine progress;
  std::vector<CarriedLayerFile> built_in;
  std::optional<ProjectLayers> project;
};

}  // namespace mino::application
