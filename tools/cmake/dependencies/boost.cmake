# Headers only, for Beast's HTTP parsers.
geminate_header_dependency(boost boost/beast/http/parser.hpp)

if(GEMINATE_SANITIZER STREQUAL "thread")
  # Asio's fences stand beside locks that the sanitizer does see; that it cannot see the fences is no news.
  target_compile_options(geminate_dep_boost INTERFACE -Wno-tsan)
endif()
