#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/keys/resource_owners.h"
#include "backend/proxy/upload_tickets.h"
#include "backend/upstream/resource_scan.h"

namespace geminate::proxy {

struct ExchangePlan;

/// What one request has to do with things that belong to the key that made them. Part of its plan; the
/// exchange fills in the rest as it goes.
struct ResourceTrack {
  // ---- of the request
  /// All that path and body name.
  std::vector<std::string> named;
  /// The path's, which is one of them or empty, and whether the path ends with it.
  std::string of_path;
  bool path_is_whole = false;
  /// How names stand in its answer; none: its answers tell of none.
  std::optional<upstream::ResourceScan::Of> told_as;
  /// The request goes on with an upload.
  std::optional<UploadTicket> upload;

  // ---- of the exchange
  /// Who alone can serve it, and for the sake of which name.
  std::optional<keys::ResourceOwner> owner;
  std::string owned;
  /// Of the present attempt's answer; how many of its names were remembered.
  std::optional<upstream::ResourceScan> scan;
  std::size_t remembered = 0;
};

/// Looks at the plan's target and at `body`, for a native request the client's, and gives the plan what there
/// is to track; most have nothing. A search over a body that names nothing, whose long strings cost next to
/// nothing.
void track_resources(ExchangePlan& plan, std::string_view body);

/// For a request that carries a ticket.
void bind_upload(ExchangePlan& plan, const UploadTicket& ticket);

}  // namespace geminate::proxy
