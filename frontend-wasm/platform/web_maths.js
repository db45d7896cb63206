// What ImGui draws circles with, which the browser knows already; CMakeLists.txt gives its functions these names.
mergeInto(LibraryManager.library, {
  geminate_sine: function(x) { return Math.sin(x); },
  geminate_cosine: function(x) { return Math.cos(x); },
  geminate_arc_cosine: function(x) { return Math.acos(x); },
  geminate_remainder: function(x, y) { return x % y; },
});
