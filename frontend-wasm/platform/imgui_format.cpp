// ImGui's formatting, by our own function; see imconfig.h.
#include <imgui.h>
#include <imgui_internal.h>

#include "shared/core/plain_format.h"

int ImFormatString(char* buf, size_t buf_size, const char* fmt, ...) {
  va_list args;
  va_start(args, fmt);
  const int length = ImFormatStringV(buf, buf_size, fmt, args);
  va_end(args);
  return length;
}

int ImFormatStringV(char* buf, size_t buf_size, const char* fmt, va_list args) {
  const int length = geminate::format_plain(buf, buf == nullptr ? 0 : buf_size, fmt, args);
  // What is cut counts as much as there was room for, as in ImGui's own.
  return buf == nullptr || length < static_cast<int>(buf_size) ? length : static_cast<int>(buf_size) - 1;
}
