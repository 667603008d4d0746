// What the dependency cache saves of an installation from the package registries.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "integration/bench/benches.hpp"

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

struct Installation {
  std::string name;
  fs::path project;
  std::string script;
};

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// Node brings its own list of authorities; a machine behind a proxy has one more in the system's.
std::string with_authorities(const std::string& script) {
  return "for f in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do "
         "[ -r $f ] && export NODE_EXTRA_CA_CERTS=$f PIP_CERT=$f; done; " +
         script;
}

Installation pip_installation(const Workspace& workspace) {
  const fs::path project = workspace.root() / "pip";
  write(project / "requirements.txt", "numpy\nrequests\n");
  return {"pip install of numpy and requests", project,
          with_authorities("python3 -m pip install -q --disable-pip-version-check --target "
                           "/tmp/out -r requirements.txt")};
}

Installation npm_installation(const Workspace& workspace) {
  const fs::path project = workspace.root() / "npm";
  write(project / "package.json",
        R"({"name": "bench", "dependencies": {"express": "4", "typescript": "5"}})");
  const std::string quiet = "--no-audit --no-fund --loglevel=error";
  const Outcome locked =
      run({.argv = {"sh", "-c",
                    with_authorities("cd '" + project.string() +
                                     "' && npm install --package-lock-only " + quiet)}});
  if (locked.code != 0) throw Failure("npm cannot lock the project: " + locked.err);
  return {"npm ci of express and typescript", project,
          with_authorities("rm -rf node_modules && npm ci " + quiet)};
}

Command install(const Workspace& workspace, const Installation& installation,
                const std::vector<std::string>& options) {
  std::vector<std::string> words{
      "run",       "--image", "host",      "--no-home",
      "--network", "host",    "--project", installation.project.string()};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "sh", "-c", installation.script});
  return workspace.mino(std::move(words));
}

}  // namespace

void bench_install(const Workspace& workspace, Effort effort, Report& report) {
  for (const Installation& installation :
       {pip_installation(workspace), npm_installation(workspace)}) {
    const Command warm = install(workspace, installation, {});
    const Command cold = install(workspace, installation, {"--cache-fresh"});
    std::vector<Contestant> contestants;
    contestants.push_back({installation.name + ", warm", [&] { return time_of(warm); }});
    contestants.push_back({installation.name + ", cold", [&] { return time_of(cold); }});
    // Fills the cache, and says what is wrong before anything is timed.
    const Outcome filled = run(warm);
    if (filled.code != 0) throw Failure(installation.name + ": " + filled.err);
    interleave(contestants, effort.pairs);
    for (const Contestant& contestant : contestants) report.add_raw(contestant);
    report.add({.name = installation.name + ", warm cache / cold",
                .measured = contestants[0].median_seconds() / contestants[1].median_seconds(),
                .unit = "×"});
  }
}

}  // namespace mino::bench
