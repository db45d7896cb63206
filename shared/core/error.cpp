#include "shared/core/error.h"

#include <array>

namespace geminate {
namespace {

constexpr std::array kFaces = {
#define X(name, status, management, openai_type, openai_code, gemini, anthropic) \
  ErrorFace{ErrorCode::name, #name, status, management, openai_type, openai_code, gemini, anthropic},
#include "shared/core/errors.def"
#undef X
};

}  // namespace

std::span<const ErrorFace> error_faces() { return kFaces; }

const ErrorFace& face_of(ErrorCode code) { return kFaces[static_cast<std::size_t>(code)]; }

}  // namespace geminate
