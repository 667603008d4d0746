// Dependency caches: volumes of podman that sessions share, and what removes them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "integration/support/cache_test.hpp"
#include "integration/support/leftovers.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kWriteEverywhere[] =
    "for d in npm yarn pnpm cargo sccache pip poetry uv go/mod go/build xdg new; do\n"
    "  mkdir -p /cache/$d && echo x > /cache/$d/file || echo /cache/$d\n"
    "done";

class Caches : public CacheTest {
 protected:
  void put_five_lockfiles() const {
    for (const char* file :
         {"package-lock.json", "Cargo.lock", "requirements.txt", "poetry.lock", "go.sum"})
      put_lockfile(file);
  }
};

// ---- what a box gets

/// Twelve digits as in the name of a cache.
std::string hex_of_this_run() { return fmt::format("{:012x}", ::getpid()); }

class CachesOfImages : public Caches, public ::testing::WithParamInterface<const char*> {};

TEST_P(CachesOfImages, EveryPlaceCanBeWrittenAndIsKept) {
  image_ = GetParam();
  put_five_lockfiles();
  const ProgramResult first = session(kWriteEverywhere, {"--no-home"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, "") << first.err;
  const ProgramResult second = session(
      "cat /cache/npm/file /cache/cargo/file /cache/xdg/file; stat -c %u /cache /cache/npm; id -u",
      {"--no-home"});
  std::istringstream words(second.out);
  std::string x, y, z, root, npm, user;
  words >> x >> y >> z >> root >> npm >> user;
  EXPECT_EQ(x + y + z, "xxx") << second.err;
  EXPECT_EQ(root, user);
  EXPECT_EQ(npm, user);
}

TEST_P(CachesOfImages, AReadOnlyRootHasThemToo) {
  image_ = GetParam();
  put_five_lockfiles();
  const ProgramResult result = session(kWriteEverywhere, {"--no-home", "--read-only"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "");
}

std::string image_name(const ::testing::TestParamInfo<const char*>& image) {
  constexpr const char* kNames[] = {"root", "user", "host"};
  return kNames[image.index];
}

INSTANTIATE_TEST_SUITE_P(Images, CachesOfImages,
                         ::testing::Values("localhost/mino-test:latest",
                                           "localhost/mino-test-user:latest", "host"),
                         image_name);

TEST_F(Caches, VariablesLeadToThemAndYieldToFlags) {
  put_lockfile("package-lock.json");
  put_lockfile("uv.lock");
  write_config("[container.env]\nUV_CACHE_DIR = \"/mine\"\n");
  EXPECT_EQ(session("echo $npm_config_cache $UV_CACHE_DIR $XDG_CACHE_HOME").out,
            "/cache/npm /cache/uv /cache/xdg\n");
  EXPECT_EQ(session("echo $npm_config_cache", {"-e", "npm_config_cache=/tmp/n"}).out, "/tmp/n\n");
  EXPECT_EQ(session("echo [$npm_config_cache]; ls -d /cache", {"--no-cache"}).out, "[]\n");
}

TEST_F(Caches, APlaceOutlivesTheMountThatWasThere) {
  image_ = user_image_;
  put_lockfile("package-lock.json");
  put_lockfile("yarn.lock");
  EXPECT_EQ(session("echo x > /cache/npm/a").code, 0);
  fs::remove(project_ / "package-lock.json");
  const ProgramResult result = session("echo x > /cache/npm/b && ls /cache/npm");
  EXPECT_EQ(result.out, "b\n") << result.err;
}

TEST_F(Caches, TheContentOfALockfileNamesItsCacheAndNothingElse) {
  put_lockfile("package-lock.json");
  EXPECT_EQ(session("echo x > /cache/npm/a; echo x > /cache/xdg/a").code, 0);
  const fs::path first = project_;
  project_ = root_ / "other";
  fs::create_directories(project_);
  fs::copy(first / "package-lock.json", project_ / "package-lock.json");
  EXPECT_EQ(session("ls /cache/npm /cache/xdg").out, "/cache/npm:\na\n\n/cache/xdg:\n");
  put_lockfile("package-lock.json", "changed");
  EXPECT_EQ(session("ls /cache/npm").out, "");
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(Caches, AVolumeOfTheUsersKeepsItsPlace) {
  put_five_lockfiles();
  fs::create_directories(root_ / "mine");
  std::ofstream(root_ / "mine/file") << "mine\n";
  const std::string mine = (root_ / "mine").string();
  EXPECT_EQ(session("cat /cache/npm/file; ls /cache/cargo", {"--volume", mine + ":/cache/npm"}).out,
            "mine\n");
  EXPECT_EQ(session("cat /cache/file; ls /cache", {"--volume", mine + ":/cache"}).out,
            "mine\nfile\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "mine"), fs::directory_iterator()), 1)
      << "nothing is left in it";
}

TEST_F(Caches, ShowingAPlanChangesNothing) {
  put_five_lockfiles();
  const ProgramResult shown =
      run(with_own_podman(box({"--dry-run", "--cache-fresh", "--", "true"})));
  EXPECT_THAT(shown.out, HasSubstr("/cache/npm"));
  EXPECT_EQ(run(with_own_podman(mino({"explain"}))).code, 0);
  EXPECT_EQ(cache({"info"}).code, 0);
  EXPECT_FALSE(fs::exists(state_ / "mino/cache"));
  EXPECT_THAT(take_calls(), Not(::testing::Contains(HasSubstr("volume"))));
}

// ---- the warm path

TEST_F(Caches, FiveLockfilesCostNoFurtherProcess) {
  put_five_lockfiles();
  EXPECT_EQ(session("true").code, 0);
  static_cast<void>(take_calls());
  EXPECT_EQ(session("true").code, 0);
  EXPECT_THAT(take_calls(), ElementsAre(HasSubstr("run")));
}

// ---- states

TEST_F(Caches, AreCompleteWhenASessionHasEndedWell) {
  put_lockfile("Cargo.lock");
  EXPECT_EQ(session("exit 3").code, 3);
  EXPECT_EQ(state_of(volume_of("cargo")), "building");
  EXPECT_EQ(session("true").code, 0);
  EXPECT_EQ(state_of(volume_of("cargo")), "complete");
}

TEST_F(Caches, DetachedSessionsFinishThemToo) {
  put_lockfile("Cargo.lock");
  const std::string stopped = sleeper("s");
  EXPECT_EQ(run_mino({"stop", "--force", stopped}).code, 0);
  const auto released = [this] {
    return record_of(volume_of("cargo")).find("\"holders\": []") != std::string::npos;
  };
  EXPECT_TRUE(eventually(released));
  EXPECT_EQ(state_of(volume_of("cargo")), "building");
  EXPECT_EQ(session("true", {"-d", "-n", name("d")}).code, 0);
  EXPECT_TRUE(eventually([this] { return state_of(volume_of("cargo")) == "complete"; }));
  EXPECT_TRUE(eventually(released));
}

TEST_F(Caches, AVolumeThatWasDeletedIsMadeAgainWithItsLabels) {
  put_lockfile("Cargo.lock");
  EXPECT_EQ(session("echo x > /cache/cargo/x").code, 0);
  const std::string volume = volume_of("cargo");
  EXPECT_EQ(label(volume, "io.mino.cache"), "true");
  EXPECT_TRUE(eventually([&] {
    return run({.argv = {"podman", "volume", "rm", volume}}).code == 0;
  }));
  EXPECT_THAT(cache({"list"}).out, HasSubstr("miss"));
  EXPECT_EQ(session("ls /cache/cargo").out, "");
  EXPECT_EQ(label(volume, "io.mino.cache"), "true");
  EXPECT_EQ(label(volume, "io.mino.cache.ecosystem"), "cargo");
}

TEST_F(Caches, AStateThatWasDeletedLosesNone) {
  put_lockfile("Cargo.lock");
  EXPECT_EQ(session("echo old > /cache/cargo/x").code, 0);
  EXPECT_EQ(session("echo new > /cache/cargo/x", {"--cache-fresh"}).code, 0);
  static_cast<void>(cache({"list"}));
  fs::remove_all(state_ / "mino/cache");
  EXPECT_EQ(session("cat /cache/cargo/x").out, "new\n") << "the labels tell which one holds";
}

TEST_F(Caches, ARecordThatCannotBeReadIsSaidAndItsVolumeStays) {
  put_lockfile("Cargo.lock");
  EXPECT_EQ(session("echo kept > /cache/cargo/x").code, 0);
  const std::string volume = volume_of("cargo");
  const auto spoil = [&] {
    std::ofstream(state_ / "mino/cache" / (volume + ".json")) << "{\"schema\": 1,";
  };
  spoil();
  const ProgramResult listed = cache({"list", "--json"});
  EXPECT_EQ(listed.code, 0);
  EXPECT_THAT(listed.err, HasSubstr(volume));
  EXPECT_THAT(listed.out, HasSubstr(volume));
  EXPECT_EQ(listed.out.front(), '{');
  EXPECT_EQ(cache({"gc", "--days", "1"}).code, 0);
  spoil();
  const ProgramResult used = session("cat /cache/cargo/x");
  EXPECT_EQ(used.out, "kept\n");
  EXPECT_THAT(used.err, HasSubstr("counts as unknown"));
  EXPECT_EQ(state_of(volume), "complete");
}

// ---- several sessions

TEST_F(Caches, TwoSessionsShareOneAtOnce) {
  put_lockfile("package-lock.json");
  const std::string one = sleeper("1");
  EXPECT_EQ(run_mino({"exec", one, "--", "sh", "-c", "echo shared > /cache/npm/x"}).code, 0);
  EXPECT_EQ(session("cat /cache/npm/x; echo more > /cache/npm/y").out, "shared\n");
  EXPECT_EQ(run_mino({"exec", one, "--", "cat", "/cache/npm/y"}).out, "more\n");
  const std::string two = sleeper("2");
  const ProgramResult listed = cache({"list"});
  EXPECT_THAT(listed.out, HasSubstr(one));
  EXPECT_THAT(listed.out, HasSubstr(two));
}

TEST_F(Caches, FreshOnesReplaceThoseOfARunningSessionWithoutTakingThem) {
  put_lockfile("package-lock.json");
  const std::string old = sleeper("o");
  EXPECT_EQ(run_mino({"exec", old, "--", "sh", "-c", "echo old > /cache/npm/x"}).code, 0);
  const std::string first = volume_of("npm");
  const ProgramResult fresh = session("ls /cache/npm; echo new > /cache/npm/x", {"--cache-fresh"});
  EXPECT_EQ(fresh.code, 0) << fresh.err;
  EXPECT_EQ(fresh.out, "") << "it begins empty";
  EXPECT_EQ(run_mino({"exec", old, "--", "cat", "/cache/npm/x"}).out, "old\n");
  EXPECT_EQ(session("cat /cache/npm/x").out, "new\n") << "from now on";
  EXPECT_THAT(cache({"gc"}).out, Not(HasSubstr(first + ":")));
  EXPECT_TRUE(exists(first));
  EXPECT_EQ(run_mino({"stop", "--force", old}).code, 0);
  EXPECT_TRUE(eventually([&] {
    return cache({"gc"}).out.find("removed " + first + ": replaced") != std::string::npos;
  }));
  EXPECT_FALSE(exists(first));
  EXPECT_EQ(session("cat /cache/npm/x").out, "new\n");
}

// ---- collecting

TEST_F(Caches, WhatARunningSessionUsesIsNotCollected) {
  put_lockfile("package-lock.json");
  const std::string held = sleeper("h");
  const std::string volume = volume_of("npm");
  age(volume);
  const ProgramResult collected = cache({"gc", "--days", "1"});
  EXPECT_EQ(collected.out, "") << collected.err;
  EXPECT_EQ(run_mino({"exec", held, "--", "sh", "-c", "echo x > /cache/npm/x"}).code, 0);
  EXPECT_EQ(run_mino({"stop", "--force", held}).code, 0);
  EXPECT_TRUE(eventually([&] {
    age(volume);
    return cache({"gc", "--days", "1", "--dry-run"}).out.find("would remove " + volume) !=
           std::string::npos;
  }));
  EXPECT_TRUE(exists(volume));
  EXPECT_THAT(cache({"gc", "--days", "1"}).out, HasSubstr("removed " + volume));
  EXPECT_FALSE(exists(volume));
  EXPECT_EQ(record_of(volume), "");
  EXPECT_THAT(audit_log(), HasSubstr("\"cache.evicted\""));
}

TEST_F(Caches, AnOwnerThatWasKilledHoldsNothing) {
  put_lockfile("package-lock.json");
  const std::string killed = sleeper("k");
  const std::string volume = volume_of("npm");
  const int owner = std::stoi(json_member(slurp(record(killed)), "pid"));
  ASSERT_EQ(::kill(owner, SIGKILL), 0);
  EXPECT_TRUE(eventually(
      [&] {
        age(volume);
        return cache({"gc", "--days", "1"}).out.find("removed " + volume) != std::string::npos;
      },
      seconds(20)));
  EXPECT_FALSE(exists(volume));
}

TEST_F(Caches, TheHomeOfADeletedProjectIsCollected) {
  image_ = "host";
  const fs::path stays = project_;
  EXPECT_EQ(session("true").code, 0);
  project_ = root_ / "gone";
  fs::create_directories(project_);
  EXPECT_EQ(session("true").code, 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(state_ / "mino/homes"), fs::directory_iterator()),
            2);
  const std::string gone = project_.string();
  fs::remove_all(project_);
  project_ = stays;
  EXPECT_THAT(cache({"list"}).out, HasSubstr(gone));
  EXPECT_TRUE(eventually(
      [&] { return cache({"gc"}).out.find("its project is gone") != std::string::npos; }));
  const std::string listed = cache({"list"}).out;
  EXPECT_THAT(listed, Not(HasSubstr(gone)));
  EXPECT_THAT(listed, HasSubstr(stays.string()));
}

TEST_F(Caches, AreCollectedInTheBackgroundOnceADay) {
  put_lockfile("package-lock.json");
  const auto run_with_collection = [this](std::vector<std::string> flags) {
    ProgramSpec spec = with_own_podman(
        agent({"sh", "-c", "head -c 100000 /dev/zero > /cache/npm/x"}, std::move(flags)));
    spec.environment["MINO_CACHE_GC_DAYS"] = "30";
    spec.environment["MINO_CACHE_MAX_TOTAL_GB"] = "1";
    return run(spec);
  };
  const fs::path stamp = state_ / "mino/cache-gc.json";
  const std::string old = "mino-cache-npm-" + hex_of_this_run();
  plant_volume(old, {"io.mino.cache=true"});
  EXPECT_EQ(run_with_collection({"-d", "-n", name("d")}).code, 0);
  EXPECT_TRUE(eventually([&] { return slurp(stamp).find("\"result\"") != std::string::npos; },
                         seconds(30)));
  EXPECT_TRUE(eventually([] { return processes_with("cache gc --auto").empty(); }));
  EXPECT_THAT(record_of(volume_of("project")), Not(HasSubstr("\"size_bytes\": null")));
  EXPECT_NE(record_of(old), "") << "it was adopted, and used now for all that is known";
  EXPECT_EQ(slurp(state_ / "mino/cache-gc.log"), "");
  const std::string first = slurp(stamp);
  static_cast<void>(take_calls());
  EXPECT_EQ(run_with_collection({}).code, 0);
  EXPECT_THAT(take_calls(), ElementsAre(HasSubstr("run")));
  EXPECT_EQ(slurp(stamp), first);
  // A day later, something is old.
  age(old);
  std::ofstream(stamp) << "{\"started_at\": \"2020-01-01T00:00:00Z\"}";
  EXPECT_EQ(run_with_collection({}).code, 0);
  EXPECT_TRUE(eventually([&] { return slurp(stamp).find("\"unused\"") != std::string::npos; },
                         seconds(30)));
  EXPECT_FALSE(exists(old));
  EXPECT_THAT(slurp(state_ / "mino/cache-gc.log"), HasSubstr("removed " + old));
}

// ---- bad input

TEST_F(Caches, ALockfileThatIsNoneIsAWarning) {
  put_lockfile("go.sum");
  ASSERT_EQ(::mkfifo((project_ / "package-lock.json").c_str(), 0600), 0);
  put_lockfile("yarn.lock");
  ::chmod((project_ / "yarn.lock").c_str(), 0);
  put("pnpm-lock.yaml", std::string("a\0b", 3));
  put("Cargo.lock", "x");
  fs::resize_file(project_ / "Cargo.lock", (std::uintmax_t{64} << 20) + 1);
  std::ofstream(root_ / "outside") << "x";
  fs::create_symlink("../outside", project_ / "uv.lock");
  const ProgramResult result = session("env | grep -c /cache/; ls /cache/go && echo ok");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "3\nok\n") << "GOMODCACHE, GOCACHE and XDG_CACHE_HOME";
  for (const char* ecosystem : {"npm", "yarn", "pnpm", "cargo", "uv"})
    EXPECT_THAT(result.err, HasSubstr("no " + std::string(ecosystem) + " cache: "));
}

// ---- clearing

TEST_F(Caches, ClearLeavesEverythingThatIsNotMinos) {
  put_lockfile("package-lock.json");
  EXPECT_EQ(session("true").code, 0);
  image_ = "host";
  EXPECT_EQ(session("true").code, 0);
  const std::string suffix = name();
  const std::string volumes[] = {"mino-cachex" + suffix, "mino-cache-foo" + suffix,
                                 "mino-home-mine" + suffix, "mino-cache-npm-" + hex_of_this_run()};
  for (const std::string& volume : volumes) plant_volume(volume);
  const std::string labelled = "mino-cache-mine" + suffix;
  const std::string derived = "localhost/derived-" + hex_of_this_run() + ":latest";
  plant_volume(labelled, {"io.mino.cache=true", "io.mino.home=true"});
  plant_image("localhost/mino-composed-" + hex_of_this_run() + ":w" + suffix,
              {"io.mino.layers=true"});
  plant_image(derived, {"io.mino.layers=true", "a=b"});
  plant_image("localhost/mino-composed-a" + hex_of_this_run().substr(1) + ":w" + suffix, {"a=c"});

  const ProgramResult cleared = cache({"clear", "--all", "-y"});
  EXPECT_EQ(cleared.code, 0) << cleared.err;
  EXPECT_THAT(cleared.out, HasSubstr("removed mino-cache-npm-"));
  EXPECT_THAT(cleared.out, HasSubstr("removed mino-cache-project-"));
  EXPECT_THAT(cleared.out, HasSubstr("removed mino-home-"));
  EXPECT_FALSE(has_image("localhost/mino-composed-" + hex_of_this_run() + ":w" + suffix))
      << cleared.out;
  for (const std::string& volume : volumes) EXPECT_TRUE(exists(volume)) << volume;
  EXPECT_TRUE(exists(labelled));
  EXPECT_TRUE(has_image(derived));
  EXPECT_TRUE(has_image("localhost/mino-composed-a" + hex_of_this_run().substr(1) + ":w" + suffix));
  EXPECT_THAT(volumes_of("npm"), IsEmpty());
  EXPECT_EQ(session("true").code, 0) << "and all can be made again";
}

TEST_F(Caches, ClearTakesNothingFromASession) {
  put_lockfile("package-lock.json");
  image_ = "host";
  const std::string held = sleeper("h");
  const ProgramResult cleared = cache({"clear", "--volumes", "--home", "-y"});
  EXPECT_EQ(cleared.code, 0) << cleared.err;
  EXPECT_EQ(cleared.out, "");
  EXPECT_THAT(cleared.err, HasSubstr("stays: the session " + held + " uses it"));
  EXPECT_EQ(run_mino({"exec", held, "--", "sh", "-c", "echo x > /cache/npm/x"}).code, 0);
}

TEST_F(Caches, ClearAsks) {
  put_lockfile("package-lock.json");
  EXPECT_EQ(session("true").code, 0);
  const ProgramResult unasked = cache({"clear", "--volumes"});
  EXPECT_EQ(unasked.code, 2);
  EXPECT_THAT(unasked.err, HasSubstr("--yes"));
  EXPECT_EQ(cache({"clear"}).code, 2);
  EXPECT_EQ(cache({"clear", "--all", "--home", "-y"}).code, 2);
  const auto answered = [this](const std::string& answer) {
    Terminal terminal(with_own_podman(mino({"cache", "clear", "--volumes"})));
    EXPECT_TRUE(terminal.wait_for("Remove these 2?")) << terminal.screen();
    terminal.type(answer + "\n");
    return terminal.wait();
  };
  EXPECT_EQ(answered(""), 1);
  EXPECT_TRUE(exists(volume_of("npm")));
  const std::string volume = volume_of("npm");
  EXPECT_TRUE(eventually([&] {
    return run({.argv = {"podman", "ps", "-aq", "--filter", "volume=" + volume}}).out.empty();
  }));
  EXPECT_EQ(answered("y"), 0);
  EXPECT_FALSE(exists(volume));
}

// ---- showing

TEST_F(Caches, InfoShowsWhatAProjectUses) {
  put_lockfile("package-lock.json");
  EXPECT_EQ(session("true").code, 0);
  put_lockfile("uv.lock");
  const ProgramResult shown = cache({"info", "-p", project_.string()});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, ::testing::ContainsRegex("npm +package-lock.json +[0-9a-f]+ +complete"));
  EXPECT_THAT(shown.out, ::testing::ContainsRegex("uv +uv.lock +[0-9a-f]+ +miss"));
  const ProgramResult json = cache({"info", "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"mount\": \"/cache/npm\""));
  const ProgramResult other = cache({"info", "-p", root_.string()});
  EXPECT_EQ(other.out, "");
  EXPECT_THAT(other.err, HasSubstr("no lockfile"));
  EXPECT_EQ(cache({"info", "-p", "/nonexistent"}).code, 1);
}

}  // namespace
}  // namespace mino::integration
