#include "backend/keys/pool_entry.h"

#include <new>
#include <utility>

namespace geminate::keys {

PoolEntry::PoolEntry(const UpstreamKey& row, std::uint32_t slot, KeyRuntime& runtime, Project& project,
                     std::shared_ptr<RateWindow> minute)
    : slot_(slot), runtime_(&runtime), project_(&project), row_(row, std::move(minute)) {}

Ref<const PoolEntry> PoolEntry::make(const UpstreamKey& row, std::uint32_t slot, KeyRuntime& runtime,
                                     Project& project, std::shared_ptr<RateWindow> minute) {
  void* memory = ::operator new(sizeof(PoolEntry) - sizeof(PackedRow) + PackedRow::size_of(row));
  return Ref<const PoolEntry>(new (memory) PoolEntry(row, slot, runtime, project, std::move(minute)));
}

void PoolEntry::let_go() const {
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  auto* self = const_cast<PoolEntry*>(this);
  self->~PoolEntry();
  ::operator delete(self);
}

UpstreamKey PoolEntry::row() const {
  UpstreamKey row = row_.unpacked(id());
  if (!project_->name().empty()) row.project = project_->name();
  return row;
}

}  // namespace geminate::keys
