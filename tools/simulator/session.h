#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "tools/simulator/site.h"
#include "tools/simulator/wire.h"

namespace geminate::simulator {

/// Serves the requests of one connection, one after the other, until either side leaves.
asio::awaitable<void> serve(std::shared_ptr<Wire> wire, Site& site);

}  // namespace geminate::simulator
