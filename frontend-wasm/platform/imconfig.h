#pragma once
// Dear ImGui's compile-time choices for the console, in the browser and in native tests alike.

#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS
#define IMGUI_DISABLE_DEFAULT_SHELL_FUNCTIONS
#define IMGUI_DISABLE_FILE_FUNCTIONS
#define IMGUI_DISABLE_DEMO_WINDOWS
#define IMGUI_DISABLE_DEBUG_TOOLS

// In platform/imgui_format.cpp.
#define IMGUI_DISABLE_DEFAULT_FORMAT_FUNCTIONS

// Glyphs are drawn by the browser (platform/web_glyphs.js).
#define IMGUI_DISABLE_DEFAULT_FONT

// Names are typed by people: emoji and rare hanzi lie beyond 16 bits.
#define IMGUI_USE_WCHAR32

// Reports every widget to testing/test_hooks, which makes the page readable for screen readers and tests.
#define IMGUI_ENABLE_TEST_ENGINE

// With this name ImGui asks ImGuiFreeType::GetFontLoader() for its default loader, which we answer with our
// own (platform/): stb_truetype and FreeType are then neither needed nor linked.
#define IMGUI_ENABLE_FREETYPE
