#pragma once

#include <vector>

#include "backend/app/key_health.h"
#include "backend/auth/address_block.h"
#include "backend/config/config.h"
#include "backend/http/listener_options.h"
#include "backend/observe/log.h"
#include "backend/proxy/exchange.h"
#include "backend/usage/recorder.h"

namespace geminate::app {

// What the settings mean for each part of the server: at its start, and when one changes while it runs. Pure.

/// How many event loops there are.
unsigned worker_count(const config::Config& config);
observe::LogOptions log_options(const config::Config& config);
http::ListenerOptions listener_options(const config::Config& config);
KeyHealthOptions health_options(const config::Config& config);
usage::RecorderOptions recorder_options(const config::Config& config);
/// All but the address, which stays.
/// UPSTREAM_ALLOWED_ADDRESSES, which has been checked.
std::vector<auth::AddressBlock> allowed_addresses(const config::Config& config);
/// What of UPSTREAM_PROXY must not be seen, in each of its spellings.
std::vector<Secret> proxy_secrets(const config::Config& config);
void put_into(proxy::UpstreamSettings& upstream, const config::Config& config);

}  // namespace geminate::app
