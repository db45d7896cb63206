// The browser's side of platform_web.cpp: when to draw, and everything around the canvas.
mergeInto(LibraryManager.library, {
  $Page__deps: ['malloc', 'free'],
  $Page: {
    canvas: null,
    typing: null,  // the hidden <textarea>
    owed: 0,       // frames still to be drawn
    animation: 0,
    timer: 0,
    unsaved: false,
    frames: 0,
    requests: 0,  // API calls in flight; fetch_transport counts them
    dark: null,   // what the system prefers
    look: '',
    path: null,   // what the address bar is about to show
    pathTimer: 0,

    withText: function(text, use) {
      const size = lengthBytesUTF8(text) + 1, at = _malloc(size);
      stringToUTF8(text, at, size);
      try {
        return use(at);
      } finally {
        _free(at);
      }
    },
    request: function(count) {
      Page.owed = Math.max(Page.owed, count);
      if (!Page.animation) Page.animation = requestAnimationFrame(Page.draw);
    },
    draw: function() {
      Page.animation = 0;
      Page.owed = Math.max(0, Page.owed - 1);
      ++Page.frames;
      // The mirror may lag while much moves; what is settled it shows.
      _ui_frame(Page.owed === 0 || Page.frames % 8 === 0 ? 2 : 1);
      if (Page.owed > 0) Page.request(0);
    },
    // Lays out without drawing, inside a DOM handler: focus, copying and on-screen keyboards are allowed only
    // there. ImGui spreads one event's consequences over a few frames.
    settle: function(count) {
      for (let i = 0; i < count; ++i) _ui_frame(0);
      Page.request(3);
    },
    // The browser knows to the pixel where rounding put the canvas; an emulated screen density confuses it.
    pixels: function(computed, exact) {
      return exact && Math.abs(exact - computed) < 2 ? exact : Math.round(computed);
    },
    resize: function(entry) {
      const box = Page.canvas.getBoundingClientRect();
      const ratio = window.devicePixelRatio || 1;
      const exact = entry && entry.devicePixelContentBoxSize && entry.devicePixelContentBoxSize[0];
      const width = Page.pixels(box.width * ratio, exact && exact.inlineSize);
      const height = Page.pixels(box.height * ratio, exact && exact.blockSize);
      if (Page.canvas.width !== width || Page.canvas.height !== height) {
        Page.canvas.width = width;
        Page.canvas.height = height;
      }
      _ui_resize(box.width, box.height, ratio);
      // At once: a canvas that was resized is blank until it is drawn.
      _ui_frame(0);
      _ui_frame(1);
      Page.request(2);
    },
    watchSize: function() {
      const observer = new ResizeObserver(function(entries) { Page.resize(entries[0]); });
      try {
        observer.observe(Page.canvas, {box: 'device-pixel-content-box'});
      } catch (unsupported) {
        observer.observe(Page.canvas);
      }
      const watchRatio = function() {
        matchMedia('(resolution:' + devicePixelRatio + 'dppx)').addEventListener('change', function() {
          Page.resize();
          watchRatio();
        }, {once: true});
      };
      watchRatio();
    },
    watchSurroundings: function() {
      const redraw = function() { Page.request(3); };
      document.addEventListener('visibilitychange', redraw);
      Page.dark = matchMedia('(prefers-color-scheme: dark)');
      Page.dark.addEventListener('change', redraw);
      window.addEventListener('online', redraw);
      window.addEventListener('beforeunload', function(event) {
        if (Page.unsaved) event.preventDefault();
      });
      window.addEventListener('pagehide', Page.showPath);
      window.addEventListener('popstate', function() {
        Page.path = null;
        Page.withText(location.pathname + location.search, _ui_path_changed);
        Page.request(3);
      });
      Page.canvas.addEventListener('webglcontextlost', function(event) { event.preventDefault(); });
      Page.canvas.addEventListener('webglcontextrestored', function() {
        _ui_context_restored();
        Page.request(3);
      });
      if (document.fonts) {
        document.fonts.addEventListener('loadingdone', function() {
          _ui_fonts_changed();
          Page.request(3);
        });
      }
    },
    // A search is part of the address, but telling the browser costs more than the search itself: it is told when the
    // typing rests, or the page is left.
    showPathSoon: function(to) {
      Page.path = to;
      clearTimeout(Page.pathTimer);
      Page.pathTimer = setTimeout(Page.showPath, 600);
    },
    showPath: function() {
      clearTimeout(Page.pathTimer);
      if (Page.path !== null && location.pathname + location.search !== Page.path) history.replaceState(null, '', Page.path);
      Page.path = null;
    },
    storageOf: function(name) { return name.startsWith('tab.') ? sessionStorage : localStorage; },
    idle: function() { return Module['whole'] && Page.frames > 0 && !Page.animation && Page.owed === 0 && Page.requests === 0; },
  },

  web_start__deps: ['$Page', '$Input', '$Files', '$Mirror'],
  web_start: function() {
    Page.canvas = document.getElementById('canvas');
    Page.typing = document.getElementById('typing');
    window['geminate'] = {'idle': Page.idle, 'frames': function() { return Page.frames; },
                          'memory': function() { return HEAPU8.length; }};
    Page.watchSize();
    Page.watchSurroundings();
    Input.listen();
    Files.listen();
    Page.canvas.focus({preventScroll: true});
    Page.resize();
  },
  web_first_frame: function() {
    if (Module['onFirstFrame']) Module['onFirstFrame']();
  },
  web_request_frames__deps: ['$Page'],
  web_request_frames: function(count) { Page.request(count); },
  web_request_frame_in__deps: ['$Page'],
  web_request_frame_in: function(seconds) {
    clearTimeout(Page.timer);
    Page.timer = setTimeout(function() { Page.request(1); }, Math.max(16, seconds * 1000));
  },
  web_set_cursor__deps: ['$Page'],
  web_set_cursor: function(name) {
    const cursor = UTF8ToString(name);
    if (Page.canvas.style.cursor !== cursor) Page.canvas.style.cursor = cursor;
  },
  web_zone_minutes: function() { return -new Date().getTimezoneOffset(); },
  web_path__deps: ['$Page'],
  web_path: function() { Page.withText(location.pathname + location.search, _ui_take_text); },
  web_origin__deps: ['$Page'],
  web_origin: function() { Page.withText(location.origin, _ui_take_text); },
  web_show_path__deps: ['$Page'],
  web_show_path: function(path, replaces) {
    const to = UTF8ToString(path);
    if (replaces) return Page.showPathSoon(to);
    Page.showPath();
    if (location.pathname + location.search !== to) history.pushState(null, '', to);
  },
  web_guard_leaving__deps: ['$Page'],
  web_guard_leaving: function(unsaved) { Page.unsaved = unsaved !== 0; },
  web_set_title: function(title) { document.title = UTF8ToString(title); },
  // Storage may be forbidden; the console then just remembers nothing.
  web_remembered__deps: ['$Page'],
  web_remembered: function(name) {
    try {
      const key = UTF8ToString(name);
      const value = Page.storageOf(key).getItem(key);
      if (value === null) return 0;
      Page.withText(value, _ui_take_text);
      return 1;
    } catch (forbidden) {
      return 0;
    }
  },
  web_remember__deps: ['$Page'],
  web_remember: function(name, value) {
    try {
      const key = UTF8ToString(name);
      Page.storageOf(key).setItem(key, UTF8ToString(value));
    } catch (forbidden) {
    }
  },
  web_prefers_dark__deps: ['$Page'],
  web_prefers_dark: function() { return Page.dark.matches ? 1 : 0; },
  web_prefers_chinese: function() { return /^zh/i.test((navigator.languages || [navigator.language])[0] || '') ? 1 : 0; },
  web_set_page_look__deps: ['$Page'],
  web_set_page_look: function(dark, chinese) {
    const look = dark + ' ' + chinese;
    if (look === Page.look) return;  // asked in every frame, and each setting makes the browser think
    Page.look = look;
    document.documentElement.dataset.look = dark ? 'dark' : 'light';
    document.documentElement.lang = chinese ? 'zh-CN' : 'en';
  },
  web_save_file: function(name, content) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([UTF8ToString(content)], {type: 'text/plain'}));
    link.download = UTF8ToString(name);
    link.click();
    setTimeout(function() { URL.revokeObjectURL(link.href); }, 1000);
  },
});
