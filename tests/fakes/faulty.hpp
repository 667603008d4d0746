#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/audit_sink.hpp"
#include "ports/box_runner.hpp"
#include "ports/container_engine.hpp"
#include "ports/detacher.hpp"
#include "ports/file_system.hpp"
#include "ports/session_store.hpp"
#include "tests/fakes/faults.hpp"

namespace mino::fakes {

// Decorators: each passes a call on unless it is its turn to fail, and then nothing was done. They
// borrow both.

class FaultySessionStore final : public SessionStore {
 public:
  FaultySessionStore(Faults& faults, SessionStore& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<void> create(const SessionRecord& record) override {
    if (auto error = faults_.next("sessions.create")) return *std::move(error);
    return inner_.create(record);
  }
  [[nodiscard]] Result<std::optional<SessionRecord>> load(const SessionName& name) const override {
    if (auto error = faults_.next("sessions.load")) return *std::move(error);
    return inner_.load(name);
  }
  [[nodiscard]] Result<SessionListing> list() const override {
    if (auto error = faults_.next("sessions.list")) return *std::move(error);
    return inner_.list();
  }
  [[nodiscard]] Result<SessionRecord> update(
      const SessionName& name, const std::string& id,
      const std::function<bool(SessionRecord&)>& change) override {
    if (auto error = faults_.next("sessions.update")) return *std::move(error);
    return inner_.update(name, id, change);
  }
  [[nodiscard]] Result<void> remove(const SessionName& name, const std::string& id) override {
    if (auto error = faults_.next("sessions.remove")) return *std::move(error);
    return inner_.remove(name, id);
  }

 private:
  Faults& faults_;
  SessionStore& inner_;
};

class FaultyFileSystem final : public FileSystem {
 public:
  FaultyFileSystem(Faults& faults, FileSystem& inner) : faults_(faults), inner_(inner) {}
  using Path = std::filesystem::path;
  [[nodiscard]] Result<std::optional<std::string>> read(const Path& path,
                                                        std::size_t max_bytes) const override {
    if (auto error = faults_.next("files.read")) return *std::move(error);
    return inner_.read(path, max_bytes);
  }
  [[nodiscard]] Result<std::optional<FileInfo>> info(const Path& path,
                                                     FollowLinks follow) const override {
    if (auto error = faults_.next("files.info")) return *std::move(error);
    return inner_.info(path, follow);
  }
  [[nodiscard]] Result<std::optional<Path>> canonical(const Path& path) const override {
    if (auto error = faults_.next("files.canonical")) return *std::move(error);
    return inner_.canonical(path);
  }
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> list(
      const Path& directory) const override {
    if (auto error = faults_.next("files.list")) return *std::move(error);
    return inner_.list(directory);
  }
  [[nodiscard]] Result<void> write_atomic(const Path& path, std::string_view bytes,
                                          std::uint32_t mode, Durability durability) override {
    if (auto error = faults_.next("files.write_atomic")) return *std::move(error);
    return inner_.write_atomic(path, bytes, mode, durability);
  }
  [[nodiscard]] Result<void> make_directories(const Path& path, std::uint32_t mode) override {
    if (auto error = faults_.next("files.make_directories")) return *std::move(error);
    return inner_.make_directories(path, mode);
  }
  [[nodiscard]] Result<void> make_link(const Path& target, const Path& path) override {
    if (auto error = faults_.next("files.make_link")) return *std::move(error);
    return inner_.make_link(target, path);
  }
  [[nodiscard]] Result<void> remove(const Path& path) override {
    if (auto error = faults_.next("files.remove")) return *std::move(error);
    return inner_.remove(path);
  }
  [[nodiscard]] Result<void> remove_tree(const Path& path) override {
    if (auto error = faults_.next("files.remove_tree")) return *std::move(error);
    return inner_.remove_tree(path);
  }

 private:
  Faults& faults_;
  FileSystem& inner_;
};

class FaultyContainerEngine final : public ContainerEngine {
 public:
  FaultyContainerEngine(Faults& faults, ContainerEngine& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<EngineFacts> facts() override {
    if (auto error = faults_.next("engine.facts")) return *std::move(error);
    return inner_.facts();
  }
  [[nodiscard]] Result<std::optional<ImageFacts>> image(const std::string& reference) override {
    if (auto error = faults_.next("engine.image")) return *std::move(error);
    return inner_.image(reference);
  }
  [[nodiscard]] Result<void> pull(const std::string& reference) override {
    if (auto error = faults_.next("engine.pull")) return *std::move(error);
    return inner_.pull(reference);
  }
  [[nodiscard]] Result<void> ensure_volume(
      const std::string& name, const std::map<std::string, std::string>& labels) override {
    if (auto error = faults_.next("engine.ensure_volume")) return *std::move(error);
    return inner_.ensure_volume(name, labels);
  }
  [[nodiscard]] Result<BoxState> box_state(const BoxTrace& trace) override {
    if (auto error = faults_.next("engine.box_state")) return *std::move(error);
    return inner_.box_state(trace);
  }
  [[nodiscard]] Result<void> settle_box(const BoxTrace& trace) override {
    if (auto error = faults_.next("engine.settle_box")) return *std::move(error);
    return inner_.settle_box(trace);
  }
  [[nodiscard]] Result<void> remove_box(const BoxTrace& trace) override {
    if (auto error = faults_.next("engine.remove_box")) return *std::move(error);
    return inner_.remove_box(trace);
  }
  [[nodiscard]] Result<std::vector<BoxTrace>> list_boxes() override {
    if (auto error = faults_.next("engine.list_boxes")) return *std::move(error);
    return inner_.list_boxes();
  }

 private:
  Faults& faults_;
  ContainerEngine& inner_;
};

class FaultyAuditSink final : public AuditSink {
 public:
  FaultyAuditSink(Faults& faults, AuditSink& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<void> record(const std::string& event, const JsonValue& data) override {
    if (auto error = faults_.next("audit.record")) return *std::move(error);
    return inner_.record(event, data);
  }

 private:
  Faults& faults_;
  AuditSink& inner_;
};

class FaultyBoxRunner final : public BoxRunner {
 public:
  FaultyBoxRunner(Faults& faults, BoxRunner& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override {
    if (auto error = faults_.next("runner.run")) return *std::move(error);
    return inner_.run(std::move(launch), observer);
  }

 private:
  Faults& faults_;
  BoxRunner& inner_;
};

class FaultyDetacher final : public Detacher {
 public:
  FaultyDetacher(Faults& faults, Detacher& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<std::optional<int>> detach() override {
    if (auto error = faults_.next("detacher.detach")) return *std::move(error);
    return inner_.detach();
  }
  /// Cannot fail, so it is not counted.
  void report(int exit_code) override { inner_.report(exit_code); }

 private:
  Faults& faults_;
  Detacher& inner_;
};

}  // namespace mino::fakes
