#include "integration/support/credential_test.hpp"

#include <stdlib.h>

#include <algorithm>
#include <ctime>
#include <fstream>

namespace mino::integration {

namespace fs = std::filesystem;

void CredentialTest::SetUp() {
  BoxTest::SetUp();
  if (root_.empty()) return;
  programs_ = root_ / "programs";
  fs::create_directories(programs_);
  const char* path = ::getenv("PATH");
  environment_ = {{"PATH", programs_.string() + ":" + (path == nullptr ? "" : path)},
                  {"AWS_CONFIG_FILE", (root_ / "aws-config").string()},
                  {"AWS_SHARED_CREDENTIALS_FILE", (root_ / "aws-credentials").string()},
                  {"AWS_EC2_METADATA_DISABLED", "true"},
                  {"AZURE_CONFIG_DIR", (root_ / "azure").string()},
                  {"CLOUDSDK_CONFIG", (root_ / "gcloud").string()},
                  {"GH_CONFIG_DIR", (root_ / "gh").string()}};
}

void CredentialTest::program(const std::string& name, const std::string& script) const {
  const fs::path file = programs_ / name;
  std::ofstream(file) << "#!/bin/sh\necho \"$*\" >>'" << file.string() << ".calls'\n"
                      << script << "\n";
  fs::permissions(file, fs::perms(0755));
}

void CredentialTest::prints(const std::string& name, const std::string& output) const {
  std::ofstream(programs_ / (name + ".output")) << output;
  program(name, "exec cat '" + (programs_ / (name + ".output")).string() + "'");
}

std::size_t CredentialTest::calls(const std::string& name) const {
  const std::string text = slurp(programs_ / (name + ".calls"));
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::vector<std::string> CredentialTest::audited(const std::string& event) const {
  std::vector<std::string> found;
  std::ifstream file(state_ / "mino/audit.log");
  for (std::string line; std::getline(file, line);) {
    if (line.find("\"event\":\"" + event + "\"") != std::string::npos) found.push_back(line);
  }
  return found;
}

std::string CredentialTest::aws_session(const std::string& secret_key, seconds life) {
  const std::time_t end = std::time(nullptr) + life.count();
  std::tm parts{};
  ::gmtime_r(&end, &parts);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
  return R"({"Credentials": {"AccessKeyId": "ASIAPLANTED", "SecretAccessKey": ")" + secret_key +
         R"(", "SessionToken": ")" + secret_key + R"(-session", "Expiration": ")" +
         std::string(text, length) + "\"}}\n";
}

ProgramSpec CredentialTest::with_programs(std::vector<std::string> options,
                                          const std::string& script) const {
  std::vector<std::string> words{"run", "--image", image_};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "sh", "-c", script});
  ProgramSpec spec = mino(std::move(words));
  for (const auto& [name, value] : environment_) spec.environment[name] = value;
  return spec;
}

std::vector<fs::path> CredentialTest::cached() const {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(state_ / "mino/credentials", failed)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  return files;
}

}  // namespace mino::integration
