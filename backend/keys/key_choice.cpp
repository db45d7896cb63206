#include "backend/keys/key_choice.h"

#include <algorithm>
#include <array>

#include "backend/keys/key_pool.h"

namespace geminate::keys {
namespace {

/// In how long a request that found all doubtful ones busy may find one free.
constexpr std::int64_t kBeyondWaitMs = 1000;
/// Of how many keys whose turn it is the best is taken.
constexpr std::size_t kDraws = 4;
/// Beyond this a conversation leaves its project: what is left of it is for those who have none.
constexpr std::uint32_t kStickyPressure = 180;
/// Requests that may be on their way at once beyond what is only believed: enough to show soon that it holds
/// no more.
constexpr std::uint32_t kBelievedAtOnce = 8;
/// So few are in the cache anyway.
constexpr std::size_t kFewKeys = 256;
/// Siblings that are looked at when the very key of a conversation cannot serve.
constexpr int kStickySiblings = 8;

}  // namespace

std::optional<std::uint32_t> AffinityTable::find(std::uint64_t affinity) const {
  const std::uint64_t word = words_[affinity % kPlaces].load(std::memory_order_relaxed);
  if (word >> 32 != affinity >> 32 || (word & 0xFFFFFFFF) == 0) return std::nullopt;
  return static_cast<std::uint32_t>(word & 0xFFFFFFFF) - 1;
}

void AffinityTable::keep(std::uint64_t affinity, std::uint32_t slot) {
  words_[affinity % kPlaces].store((affinity >> 32 << 32) | (slot + std::uint64_t{1}),
                                   std::memory_order_relaxed);
}

KeyChoice::KeyChoice(const Published<PoolSnapshot>& published, std::uint64_t version,
                     const PoolSnapshot& snapshot, AffinityTable& affinities, const Asked& asked)
    : published_(published),
      version_(version),
      snapshot_(snapshot),
      affinities_(affinities),
      asked_(asked),
      lane_(snapshot.lanes->lane(asked.model)) {}

std::optional<Taken> KeyChoice::take() {
  lane_.begin_day(asked_.time.day);
  if (lane_.returns.is_due(asked_.time.ms)) bring_back_due();
  if (asked_.demand.owner) return take_owned();
  if (asked_.demand.affinity != 0) {
    if (auto taken = take_sticky()) return taken;
  }
  std::optional<Taken> taken;
  for (std::size_t i = 0; i < snapshot_.tiers.size() && !taken; ++i) taken = take_from(*snapshot_.tiers[i]);
  if (!taken) taken = take_beyond(lane_.believed, Depth::Believed);
  if (!taken) taken = take_beyond(lane_.doubtful, Depth::Doubtful);
  if (taken && asked_.demand.affinity != 0) affinities_.keep(asked_.demand.affinity, taken->entry->slot());
  return taken;
}

std::optional<Taken> KeyChoice::take_beyond(const ReadySet& set, Depth depth) {
  std::optional<Taken> taken;
  for (std::size_t i = 0; i < snapshot_.tiers.size() && !taken; ++i) {
    const TurnTier& tier = *snapshot_.tiers[i];
    taken = search(set, tier, tier.at(tier.begin_turn()).slot, depth);
  }
  return taken;
}

void KeyChoice::bring_back_due() {
  for (const Returns::Item& item : lane_.returns.take_due(asked_.time.ms)) {
    if (item.slot != Returns::kWholeProject) {
      lane_.bring_back(item.slot);
      continue;
    }
    if (ModelLedger* ledger = item.project->find_ledger(asked_.model)) ledger->scheduled.store(0);
    item.project->for_each_slot([this](std::uint32_t slot) {
      if (is_in_lane(slot)) lane_.bring_back(slot);
    });
  }
}

std::optional<Taken> KeyChoice::take_owned() {
  const auto slot = snapshot_.slot_of_owner(*asked_.demand.owner, asked_.demand.owner_project);
  if (!slot) return std::nullopt;
  if (auto taken = try_slot(*slot, Depth::Doubtful)) return taken;
  std::array<std::uint32_t, kStickySiblings> siblings{};
  std::size_t count = 0;
  snapshot_.entries.at(*slot)->project().for_each_slot([&](std::uint32_t sibling) {
    if (count < siblings.size() && sibling != *slot && is_in_lane(sibling)) siblings[count++] = sibling;
  });
  std::optional<Taken> taken;
  for (std::size_t i = 0; i < count && !taken; ++i) taken = try_slot(siblings[i], Depth::Doubtful);
  return taken;
}

std::optional<Taken> KeyChoice::take_sticky() {
  const auto slot = affinities_.find(asked_.demand.affinity);
  if (!slot) return std::nullopt;
  const auto& entry = snapshot_.entries.at(*slot);
  if (entry == nullptr) return std::nullopt;
  // All that taking it will touch, at once: what one after the other would be waited for.
  __builtin_prefetch(&entry->runtime());
  __builtin_prefetch(&lane_.day_pressure[*slot]);
  if (const ModelLedger* ledger = entry->project().find_ledger(asked_.model)) ledger->fetch();
  if (load_of(*slot).pressure > kStickyPressure) return std::nullopt;
  if (lane_.ready.contains(*slot)) {
    if (auto taken = try_slot(*slot, Depth::Ready)) return taken;
  }
  std::array<std::uint32_t, kStickySiblings> siblings{};
  std::size_t count = 0;
  entry->project().for_each_slot([&](std::uint32_t sibling) {
    if (count < siblings.size() && sibling != *slot && is_in_lane(sibling) && lane_.ready.contains(sibling))
      siblings[count++] = sibling;
  });
  std::optional<Taken> taken;
  for (std::size_t i = 0; i < count && !taken; ++i) taken = try_slot(siblings[i], Depth::Ready);
  if (taken) affinities_.keep(asked_.demand.affinity, taken->entry->slot());
  return taken;
}

const ModelLedger* KeyChoice::ledger_of(std::uint32_t slot) const {
  const auto& entry = snapshot_.entries.at(slot);
  return entry == nullptr ? nullptr : entry->project().find_ledger(asked_.model);
}

void KeyChoice::look_ahead(const TurnTier& tier, TurnTier::Unit unit) const {
  if (!tier.is_foreseeable() || tier.size() < kFewKeys) return;
  // What a choice compares lies behind four pointers, each in memory that nobody has touched for long. Every
  // turn adds one key to those that are drawn; this fetches a step of the way to each of the next few.
  const auto entry_at = [&] { return snapshot_.entries.at(tier.at(unit).slot).get(); };
  if (const PoolEntry* entry = entry_at()) {
    if (const ModelLedger* ledger = entry->project().find_ledger(asked_.model)) ledger->fetch();
  }
  unit = tier.after(unit);
  if (const PoolEntry* entry = entry_at()) {
    entry->project().fetch();
    __builtin_prefetch(&entry->runtime());
  }
  unit = tier.after(unit);
  if (const PoolEntry* entry = entry_at()) entry->fetch();
  unit = tier.after(unit);
  const std::uint32_t slot = tier.at(unit).slot;
  snapshot_.entries.fetch(slot);
  __builtin_prefetch(&lane_.day_pressure[slot]);
  tier.fetch(tier.after(unit));
}

KeyChoice::Load KeyChoice::load_of(std::uint32_t slot) const {
  const ModelLedger* ledger = ledger_of(slot);
  if (ledger == nullptr) return {};
  const auto use = ledger->minute_use(asked_.time);
  return {ledger->pressure(asked_.time, asked_.beliefs, use),
          use.requests + std::int64_t{ledger->in_flight()}};
}

bool KeyChoice::has_more_headroom(const Candidate& first, const Candidate& second) {
  const auto one_pressure = static_cast<std::uint64_t>(first.load.pressure) * second.draw.weight;
  const auto other_pressure = static_cast<std::uint64_t>(second.load.pressure) * first.draw.weight;
  if (one_pressure != other_pressure) return one_pressure < other_pressure;
  // Equally full, or no limit is known: whoever has less to do; one that was passed over makes up for it.
  return first.load.requests * second.draw.weight < second.load.requests * first.draw.weight;
}

std::optional<Taken> KeyChoice::take_from(const TurnTier& tier) {
  std::array<TurnTier::Draw, kDraws> draws;
  const auto [count, next] = tier.draw(draws);
  look_ahead(tier, next);
  // The two with the least of their day spent, weight for weight; whose turn is first wins among equals.
  std::array<const TurnTier::Draw*, 2> best{};
  const auto less = [this](const TurnTier::Draw& left, const TurnTier::Draw& right) {
    return lane_.day_pressure[left.slot].load(std::memory_order_relaxed) * right.weight <
           lane_.day_pressure[right.slot].load(std::memory_order_relaxed) * left.weight;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const TurnTier::Draw& draw = draws[i];
    if (!lane_.ready.contains(draw.slot)) continue;
    if (best[0] == nullptr || less(draw, *best[0])) {
      best = {&draw, best[0]};
    } else if (best[1] == nullptr || less(draw, *best[1])) {
      best[1] = &draw;
    }
  }
  if (best[1] != nullptr) {
    if (has_more_headroom(candidate(*best[1]), candidate(*best[0]))) std::swap(best[0], best[1]);
  }
  for (const TurnTier::Draw* draw : best) {
    if (draw == nullptr) continue;
    if (auto taken = try_slot(draw->slot, Depth::Ready)) return taken;
  }
  return search(lane_.ready, tier, draws[count - 1].slot, Depth::Ready);
}

std::optional<Taken> KeyChoice::search(const ReadySet& set, const TurnTier& tier, std::uint32_t from,
                                       Depth depth) {
  const auto mask = snapshot_.tiers.size() == 1 ? std::span<const std::uint64_t>{} : tier.mask();
  std::uint32_t next = from;
  bool is_around = false;
  for (;;) {
    // A few at a time: the first one after a long row of resting keys would get the share of them all.
    std::array<Candidate, kDraws> found;
    std::size_t count = 0;
    while (count < found.size() && !(is_around && next >= from)) {
      const auto slot = set.find_from(next, mask);
      if (!slot) break;
      // A second time past the end: everything has been looked at.
      if (is_around && *slot < next) break;
      is_around = is_around || *slot < next;
      // Those that were tried or came back meanwhile stay in the set: once around is enough.
      if (is_around && *slot >= from) break;
      found[count++] = candidate({*slot, 1});
      next = *slot + 1;
      if (next < set.capacity()) continue;
      is_around = true;
      next = 0;
    }
    if (count == 0) return std::nullopt;
    std::sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), has_more_headroom);
    for (std::size_t i = 0; i < count; ++i) {
      if (auto taken = try_slot(found[i].draw.slot, depth)) return taken;
    }
  }
}

bool KeyChoice::was_tried(std::int64_t id) const {
  const auto& tried = asked_.demand.tried;
  return !tried.empty() && std::find(tried.begin(), tried.end(), id) != tried.end();
}

std::optional<Taken> KeyChoice::try_slot(std::uint32_t slot, Depth depth) {
  const auto& entry = snapshot_.entries.at(slot);
  if (entry == nullptr) {
    set_aside_for_good(slot);
    return std::nullopt;
  }
  const Standing standing = standing_of(*entry, asked_);
  const bool may_take = !was_tried(entry->id());
  if (standing.obstacle == Obstacle::None) return may_take ? claim(entry, depth) : std::nullopt;
  const bool is_believed = standing.obstacle == Obstacle::Believed && depth != Depth::Ready;
  const bool is_doubtful = standing.obstacle == Obstacle::Doubtful && depth == Depth::Doubtful;
  if (is_believed || is_doubtful) {
    // What will perhaps be refused is asked by a few at a time, what will probably be by one.
    const std::uint32_t at_once = is_believed ? kBelievedAtOnce : 1;
    const bool has_room = entry->project().ledger(asked_.model).in_flight() < at_once;
    return may_take && has_room ? claim(entry, depth) : std::nullopt;
  }
  set_aside(entry, standing);
  return std::nullopt;
}

std::optional<Taken> KeyChoice::claim(const SlotMap::Entry& entry, Depth depth) {
  KeyRuntime& runtime = entry->runtime();
  const Now now{asked_.time.wall, asked_.time.steady};
  const auto day_limit = entry->day_limit();
  if (!runtime.reserve(asked_.tokens, day_limit, now)) return std::nullopt;
  ModelLedger& ledger = entry->project().ledger(asked_.model);
  if (!ledger.begin(asked_.time, asked_.tokens)) {
    runtime.unreserve(asked_.tokens);
    return std::nullopt;
  }
  if (!runtime.claim_trial(now.steady) || (entry->minute() && entry->minute()->admit(now.steady))) {
    ledger.withdraw(asked_.time, asked_.tokens);
    runtime.unreserve(asked_.tokens);
    return std::nullopt;
  }
  runtime.touch(now);
  if (depth == Depth::Ready) {
    lane_.day_pressure[entry->slot()].store(
        static_cast<std::uint8_t>(ledger.day_pressure(asked_.time, asked_.beliefs)),
        std::memory_order_relaxed);
  }
  return Taken{entry, &ledger};
}

void KeyChoice::set_aside_for_good(std::uint32_t slot) {
  lane_.take_out(slot);
  // An edit that was published meanwhile has woken the key before it was taken out.
  if (published_.version() != version_) lane_.bring_back(slot);
}

void KeyChoice::set_aside(const SlotMap::Entry& entry, const Standing& standing) {
  const std::uint32_t slot = entry->slot();
  // What rests of an unlisted model says nothing of the others that share its lane.
  if (asked_.model == ModelTable::kUnlisted && standing.obstacle == Obstacle::Resting) return;
  switch (standing.obstacle) {
    case Obstacle::Spent:
      entry->runtime().has_waiters.store(true);
      break;
    case Obstacle::Probing:
      entry->project().ledger(asked_.model).has_waiters.store(true);
      break;
    default:
      break;
  }
  lane_.take_out(slot);
  if (standing.obstacle == Obstacle::Believed) lane_.believed.insert(slot);
  if (standing.obstacle == Obstacle::Doubtful) lane_.doubtful.insert(slot);
  if (standing.obstacle > Obstacle::Dead) schedule(entry, standing);
  // Whoever changed its state or edited it in between has woken it before it was taken out.
  if (published_.version() != version_ || standing_of(*entry, asked_).obstacle != standing.obstacle)
    lane_.bring_back(slot);
}

void KeyChoice::schedule(const SlotMap::Entry& entry, const Standing& standing) {
  const std::int64_t at = asked_.time.ms + std::max<std::int64_t>(1, standing.wait_ms);
  const bool is_bench = standing.obstacle == Obstacle::Benched;
  if (!standing.is_projects) {
    lane_.returns.add({at, entry->slot(), is_bench, {}});
    return;
  }
  ModelLedger& ledger = entry->project().ledger(asked_.model);
  const std::int64_t generation = snapshot_.lanes->generation();
  const std::int64_t known = ledger.scheduled.load();
  const bool is_known = (known & 0xFF) == generation && known >> 8 > asked_.time.ms && known >> 8 <= at;
  if (is_known) return;
  ledger.scheduled.store(at << 8 | generation);
  lane_.returns.add({at, Returns::kWholeProject, false, Ref<Project>(&entry->project())});
}

bool KeyChoice::still_away(Returns::Item& item) const {
  std::optional<std::int64_t> wait;
  const auto look = [&](std::uint32_t slot) {
    const auto& entry = snapshot_.entries.at(slot);
    if (entry == nullptr) return;
    const Standing standing = standing_of(*entry, asked_);
    if (standing.obstacle <= Obstacle::Dead || (standing.obstacle == Obstacle::Benched) != item.is_bench)
      return;
    // Those beyond a limit are asked again as soon as what is on its way has ended.
    const bool is_beyond = standing.obstacle == Obstacle::Doubtful || standing.obstacle == Obstacle::Believed;
    const std::int64_t away = is_beyond ? std::min(standing.wait_ms, kBeyondWaitMs) : standing.wait_ms;
    wait = std::min(wait.value_or(Returns::kNever), std::max<std::int64_t>(1, away));
  };
  if (item.slot != Returns::kWholeProject) {
    look(item.slot);
  } else {
    item.project->for_each_slot(look);
  }
  if (wait) {
    item.at = asked_.time.ms + *wait;
  } else if (item.project != nullptr) {
    if (ModelLedger* ledger = item.project->find_ledger(asked_.model)) ledger->scheduled.store(0);
  }
  return wait.has_value();
}

std::optional<std::chrono::milliseconds> KeyChoice::first_return() {
  const std::int64_t at =
      lane_.returns.earliest(false, [this](Returns::Item& item) { return still_away(item); });
  if (at == Returns::kNever) return std::nullopt;
  return std::chrono::milliseconds{std::max<std::int64_t>(1, at - asked_.time.ms)};
}

}  // namespace geminate::keys
