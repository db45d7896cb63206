// Stands in for the generated table when the server is built without the console.
#include "backend/http/embedded_files.h"

namespace geminate::http {

std::span<const EmbeddedFile> embedded_files() { return {}; }

}  // namespace geminate::http
