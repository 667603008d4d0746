#include "integration/support/little_internet.hpp"

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <sstream>

namespace mino::integration {

namespace fs = std::filesystem;

namespace {

fs::path programs() {
  const char* source = ::getenv("MINO_SOURCE_DIR");
  return fs::path(source == nullptr ? "." : source) / "integration/internet";
}

bool is_here() { return ::getenv("MINO_LITTLE_INTERNET") != nullptr; }

}  // namespace

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

fs::path LittleInternet::prepared_;

void LittleInternet::SetUpTestSuite() {
  if (!is_here()) return;
  std::string pattern = (fs::temp_directory_path() / "mino-internet-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  prepared_ = pattern;
  const ProgramResult made = run({.argv = {(programs() / "prepare").string(), prepared_.string()}});
  ASSERT_EQ(made.code, 0) << made.err;
}

void LittleInternet::TearDownTestSuite() {
  if (!prepared_.empty()) fs::remove_all(prepared_);
  prepared_.clear();
}

void LittleInternet::SetUp() {
  if (!is_here())
    GTEST_SKIP() << "not in the little internet: run by integration/env/with-internet";
  BoxTest::SetUp();
  if (root_.empty()) return;
  for (const char* file : {"ca.pem", "ssh_client", "known_hosts"})
    fs::copy_file(prepared_ / file, project_ / file);
}

void LittleInternet::TearDown() {
  ssh_.reset();
  servers_.reset();
  BoxTest::TearDown();
}

std::unique_ptr<Background> LittleInternet::serve(std::vector<std::string> argv) const {
  argv.insert(argv.begin(), "python3");
  argv.insert(argv.end(),
              {"--directory", prepared_.string(), "--journal", (root_ / "journal").string()});
  ProgramSpec spec{.argv = std::move(argv)};
  spec.environment = {{"PYTHONDONTWRITEBYTECODE", "1"}};
  spec.deadline = seconds(180);
  auto server = std::make_unique<Background>(spec);
  if (!eventually([&] { return server->out() == "ready\n"; }, seconds(30)))
    ADD_FAILURE() << "a server does not start: " << server->err();
  return server;
}

void LittleInternet::open_internet(const std::string& tool_command) {
  servers_ = serve({(programs() / "internet.py").string(), "--tool-command", tool_command});
}

void LittleInternet::open_ssh() { ssh_ = serve({(programs() / "ssh_server.py").string()}); }

ProgramSpec LittleInternet::script(std::vector<std::string> options,
                                   const std::string& script) const {
  std::vector<std::string> words{"run", "--image", "host", "--no-home", "--name", name()};
  for (const char* variable :
       {"CURL_CA_BUNDLE", "SSL_CERT_FILE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"})
    words.insert(words.end(), {"-e", std::string(variable) + "=/app/ca.pem"});
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "sh", "-c", script});
  return mino(std::move(words));
}

std::string LittleInternet::arrivals() const {
  const fs::path journal = root_ / "journal";
  const int before = count_of(slurp(journal), "\"settled\"");
  servers_->signal(SIGUSR1);
  if (!eventually([&] { return count_of(slurp(journal), "\"settled\"") > before; }, seconds(30)))
    ADD_FAILURE() << "the servers do not settle: " << servers_->err();
  return slurp(journal);
}

int LittleInternet::connections(const std::string& place) const {
  return count_of(arrivals(), R"("kind": "connection", "to": ")" + place + "\"");
}

std::string LittleInternet::audit_line(const std::string& event, const std::string& host) const {
  std::istringstream lines(audit());
  for (std::string line; std::getline(lines, line);) {
    if (line.find("\"event\":\"" + event + "\"") != std::string::npos &&
        line.find("\"host\":\"" + host + "\"") != std::string::npos)
      return line;
  }
  return {};
}

}  // namespace mino::integration
