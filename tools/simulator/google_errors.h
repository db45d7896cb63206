#pragma once

#include <string>
#include <string_view>

#include "tools/simulator/behaviour.h"
#include "tools/simulator/reply.h"

namespace geminate::simulator {

/// The answers that Google's API gives when it refuses. All pure.

/// For a fault that is an error answer (not for stalls, cuts and the like).
Reply fault_reply(const Behaviour& behaviour, std::string_view key, std::string_view model);
/// The error object of Fault::ErrorInStream, for an event of a stream.
std::string stream_error_object(const Behaviour& behaviour, std::string_view model);

Reply invalid_key_reply(bool array = false);
/// No credential at all.
Reply missing_key_reply(bool array = false);
Reply unknown_model_reply(std::string_view model, std::string_view method);
/// 400 INVALID_ARGUMENT; `field` becomes a BadRequest violation when there is one.
Reply bad_request_reply(std::string_view message, std::string_view field = {});
Reply wrong_owner_reply(std::string_view resource);
/// A path that no service has: Google's front end sends a page.
Reply no_such_path_reply(std::string_view path);

}  // namespace geminate::simulator
