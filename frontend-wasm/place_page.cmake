# Puts the page's own files (folder FROM) beside the compiled program (folder TO).
file(SIZE "${TO}/index.wasm" PROGRAM_BYTES)
configure_file("${FROM}/index.html" "${TO}/index.html" @ONLY)
foreach(name shell.js shell.css)
  file(COPY "${FROM}/${name}" DESTINATION "${TO}")
endforeach()
