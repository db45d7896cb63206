// Settings that the sanitizers' runtimes ask their executable for, before main. Linked into executables of
// sanitized builds only; an environment variable such as ASAN_OPTIONS still wins.

// The runtimes look these names up, so they stand outside every namespace and keep the reserved spelling.
extern "C" {

const char* __asan_default_options();
const char* __ubsan_default_options();
const char* __tsan_default_options();
const char* __tsan_default_suppressions();

const char* __asan_default_options() {
  return "detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1";
}

const char* __ubsan_default_options() { return "print_stacktrace=1"; }

const char* __tsan_default_options() { return "second_deadlock_stack=1:history_size=4"; }

// Debian's libpistache is not instrumented: ThreadSanitizer sees its memory accesses, not its
// synchronisation. Of a lock that it takes and gives back by a jump into the C library, only the second half
// is seen, as ours.
const char* __tsan_default_suppressions() {
  return "called_from_lib:libpistache.so\nmutex:geminate::http::PistacheTransport::admit\n";
}

}  // extern "C"
