#pragma once

#include <rapidjson/rapidjson.h>

namespace geminate::codec {

// Debian's cereal uses the system's RapidJSON; cereal's own releases bring a copy in a namespace of theirs.
#ifdef CEREAL_RAPIDJSON_NAMESPACE
namespace rj = CEREAL_RAPIDJSON_NAMESPACE;
#else
namespace rj = rapidjson;
#endif

}  // namespace geminate::codec
