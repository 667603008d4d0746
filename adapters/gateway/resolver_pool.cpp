#include "adapters/gateway/resolver_pool.hpp"

#include <netdb.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kCacheTime{1};
constexpr std::size_t kCacheNames = 256;

bool says_no_such_name(int error) {
  return error == EAI_NONAME || error == EAI_NODATA || error == EAI_ADDRFAMILY;
}

IpAddress address_of(const ResolverAnswer::Address& address) {
  IpAddress::V6Bytes bytes{};
  std::memcpy(bytes.data(), address.bytes, bytes.size());
  if (address.is_v4 == 0) return IpAddress::from_v6(bytes);
  return IpAddress::from_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

Resolution resolution_of(const ResolverAnswer& answer) {
  Resolution resolution;
  const std::uint32_t count = std::min(answer.count, ResolverAnswer::kMaxAddresses);
  for (std::uint32_t i = 0; i < count; ++i)
    resolution.addresses.push_back(address_of(answer.addresses[i]));
  if (answer.error != 0) {
    resolution.addresses.clear();
    if (says_no_such_name(answer.error)) resolution.kind = Resolution::Kind::kNoSuchName;
    return resolution;
  }
  resolution.kind =
      resolution.addresses.empty() ? Resolution::Kind::kNoSuchName : Resolution::Kind::kAnswered;
  return resolution;
}

}  // namespace

ResolverPool::ResolverPool(EventLoop& loop, const DiallerOptions& options, ResolveFunction resolve,
                           Answered answered)
    : loop_(loop),
      options_(options),
      resolve_(resolve),
      answered_(std::move(answered)),
      slots_(static_cast<std::size_t>(options.resolvers)) {}

ResolverPool::~ResolverPool() {
  for (const auto& [name, question] : questions_) loop_.cancel(question.deadline);
  for (const Slot& slot : slots_) {
    if (slot) loop_.unwatch(slot->watch);
  }
  for (const auto& [pid, retired] : retired_) loop_.unwatch(retired.watch);
}

void ResolverPool::ask(std::uint64_t id, const std::string& name) {
  if (const Resolution* known = cached(name)) {
    const Resolution copy = *known;
    return answered_(id, copy);
  }
  const auto [found, fresh] = questions_.try_emplace(name);
  found->second.waiting.push_back(id);
  if (!fresh) return;
  found->second.deadline =
      loop_.after(milliseconds(options_.resolve_timeout_ms), [this, name] { expired(name); });
  queue_.push_back(name);
  dispatch();
}

void ResolverPool::forget(std::uint64_t id, const std::string& name) {
  const auto found = questions_.find(name);
  if (found == questions_.end()) return;
  std::erase(found->second.waiting, id);
  if (!found->second.waiting.empty() || std::erase(queue_, name) == 0) return;
  loop_.cancel(found->second.deadline);
  questions_.erase(found);
}

void ResolverPool::dispatch() {
  while (!queue_.empty()) {
    Slot* slot = idle_slot();
    if (slot == nullptr && anyone_busy()) return;
    const std::string name = std::move(queue_.front());
    queue_.pop_front();
    if (slot == nullptr) {
      settle(name, {});
      continue;
    }
    Question& question = questions_.at(name);
    loop_.cancel(question.deadline);
    question.deadline =
        loop_.after(milliseconds(options_.resolve_timeout_ms), [this, name] { expired(name); });
    (*slot)->name = name;
    // An idle worker's socket is empty: this cannot block. One that has ended is told by its watch.
    static_cast<void>(posix::retry([&] {
      return ::send((*slot)->socket.get(), name.data(), name.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }));
  }
}

ResolverPool::Slot* ResolverPool::idle_slot() {
  Slot* empty = nullptr;
  for (Slot& slot : slots_) {
    if (slot && slot->name.empty()) return &slot;
    if (!slot && empty == nullptr) empty = &slot;
  }
  if (empty == nullptr || !start_worker(*empty)) return nullptr;
  return empty;
}

bool ResolverPool::start_worker(Slot& slot) {
  Result<ResolverWorker> forked = fork_resolver_worker(resolve_);
  if (!forked.ok()) return false;
  Result<posix::ChildProcess> process =
      posix::ChildProcess::adopt(forked->pid, posix::ChildScope::kProcess);
  if (!process.ok()) return false;
  const Result<EventLoop::Watch> watch =
      loop_.watch(forked->socket.get(), EPOLLIN, [this, &slot](std::uint32_t) { received(slot); });
  if (!watch.ok()) return false;
  slot.emplace(Worker{std::move(*process), std::move(forked->socket), *watch, {}});
  return true;
}

bool ResolverPool::anyone_busy() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot && !slot->name.empty(); });
}

void ResolverPool::received(Slot& slot) {
  ResolverAnswer answer;
  const ssize_t got = posix::retry(
      [&] { return ::recv(slot->socket.get(), &answer, sizeof answer, MSG_DONTWAIT); });
  if (got < 0 && errno == EAGAIN) return;
  const std::string name = std::exchange(slot->name, {});
  const bool whole = got == static_cast<ssize_t>(sizeof answer) && !name.empty();
  if (!whole) retire(slot);
  if (!name.empty()) settle(name, whole ? resolution_of(answer) : Resolution{});
  dispatch();
}

void ResolverPool::expired(const std::string& name) {
  std::erase(queue_, name);
  for (Slot& slot : slots_) {
    if (slot && slot->name == name) retire(slot);
  }
  settle(name, {.kind = Resolution::Kind::kFailed, .error = ETIMEDOUT, .addresses = {}});
  dispatch();
}

void ResolverPool::retire(Slot& slot) {
  loop_.unwatch(slot->watch);
  posix::ChildProcess process = std::move(slot->process);
  slot.reset();
  process.signal(SIGKILL);
  // Not waited for here: a process that sleeps in the kernel (a file system of the network) ends
  // only when it wakes up.
  const pid_t pid = process.pid();
  const Result<EventLoop::Watch> watch =
      loop_.watch(process.pidfd(), EPOLLIN, [this, pid](std::uint32_t) { reap(pid); });
  if (watch.ok()) retired_.emplace(pid, Retired{std::move(process), *watch});
}

void ResolverPool::reap(pid_t pid) {
  const auto found = retired_.find(pid);
  if (found == retired_.end()) return;
  loop_.unwatch(found->second.watch);
  retired_.erase(found);
}

void ResolverPool::settle(const std::string& name, const Resolution& resolution) {
  const auto found = questions_.find(name);
  if (found == questions_.end()) return;
  loop_.cancel(found->second.deadline);
  const std::vector<std::uint64_t> waiting = std::move(found->second.waiting);
  questions_.erase(found);
  if (resolution.kind != Resolution::Kind::kFailed) remember(name, resolution);
  for (const std::uint64_t id : waiting) answered_(id, resolution);
}

const Resolution* ResolverPool::cached(const std::string& name) {
  const auto found = cache_.find(name);
  if (found == cache_.end()) return nullptr;
  if (found->second.until > steady_clock::now()) return &found->second.resolution;
  cache_.erase(found);
  return nullptr;
}

void ResolverPool::remember(const std::string& name, const Resolution& resolution) {
  const auto now = steady_clock::now();
  if (cache_.size() >= kCacheNames)
    std::erase_if(cache_, [now](const auto& entry) { return entry.second.until <= now; });
  if (cache_.size() >= kCacheNames) return;
  cache_.insert_or_assign(name, Cached{resolution, now + kCacheTime});
}

}  // namespace mino::gateway
