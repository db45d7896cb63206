// What ImGui's renderer is told of WebGL's state. It asks for some twenty values before each frame, to put
// them back after it, and in a browser every such question waits for the process that draws: milliseconds in
// which the page stands still. Nobody else draws here, so what stands there between two frames is known:
// WebGL's own defaults, as the specification gives them. CMakeLists.txt hands the renderer these functions
// under GL's names.

#include <GLES3/gl3.h>

#include <charconv>
#include <cstdarg>
#include <string_view>
#include <system_error>

extern "C" {
void geminate_gl_get_integers(GLenum name, GLint* values);
GLboolean geminate_gl_is_enabled(GLenum capability);
int geminate_read_glsl_version(const char* text, const char* format, ...);
int geminate_gl_complains(void* file, const char* format, ...);
}

/// The renderer's name for fprintf, with which it tells of shaders that do not compile; what is wrong with
/// WebGL is told by the page.
extern "C" int geminate_gl_complains(void*, const char*, ...) { return 0; }

/// The renderer's name for sscanf, which it asks once, for the number in "#version 300 es"; the C library's
/// is ten kilobytes.
extern "C" int geminate_read_glsl_version(const char* text, const char* format, ...) {
  const std::string_view line = text;
  constexpr std::string_view kBefore = "#version ";
  if (!line.starts_with(kBefore)) return 0;
  std::va_list values;
  va_start(values, format);
  int* version = va_arg(values, int*);
  va_end(values);
  const auto [end, fault] =
      std::from_chars(line.data() + kBefore.size(), line.data() + line.size(), *version);
  return fault == std::errc{} ? 1 : 0;
}

extern "C" void geminate_gl_get_integers(GLenum name, GLint* values) {
  switch (name) {
    case GL_ACTIVE_TEXTURE:
      *values = GL_TEXTURE0;
      return;
    case GL_BLEND_EQUATION_RGB:
    case GL_BLEND_EQUATION_ALPHA:
      *values = GL_FUNC_ADD;
      return;
    case GL_BLEND_SRC_RGB:
    case GL_BLEND_SRC_ALPHA:
      *values = GL_ONE;
      return;
    case GL_VIEWPORT:  // set anew before each frame
    case GL_SCISSOR_BOX:
      values[0] = values[1] = values[2] = values[3] = 0;
      return;
    case GL_BLEND_DST_RGB:
    case GL_BLEND_DST_ALPHA:
    case GL_CURRENT_PROGRAM:
    case GL_TEXTURE_BINDING_2D:
    case GL_SAMPLER_BINDING:
    case GL_ARRAY_BUFFER_BINDING:
    case GL_ELEMENT_ARRAY_BUFFER_BINDING:
    case GL_PIXEL_UNPACK_BUFFER_BINDING:
    case GL_VERTEX_ARRAY_BINDING:
      *values = 0;
      return;
    default:
      glGetIntegerv(name, values);
  }
}

extern "C" GLboolean geminate_gl_is_enabled(GLenum) { return GL_FALSE; }
