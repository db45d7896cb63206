// The browser's side of fetch_transport.cpp's streams: an answer that is told piece by piece as it arrives. They
// are not counted as calls on their way: like the live feed they may go on for minutes.
mergeInto(LibraryManager.library, {
  $Streams__deps: ['$Page', 'malloc', 'free'],
  $Streams__postset: 'Streams.running = new Map();',
  $Streams: {
    running: null,  // a Map: id → AbortController

    head: function(id, response) {
      if (!Streams.running.has(id)) return;
      Page.withText(response.headers.get('x-request-id') || '', function(text) {
        _ui_stream_head(id, response.status, text);
      });
    },
    piece: function(id, bytes) {
      if (!Streams.running.has(id)) return;
      const at = _malloc(bytes.length + 1);
      HEAPU8.set(bytes, at);
      try {
        _ui_stream_piece(id, at, bytes.length);
      } finally {
        _free(at);
      }
    },
    end: function(id, whole) {
      if (Streams.running.delete(id)) _ui_stream_end(id, whole ? 1 : 0);
    },
    pump: function(id, reader) {
      return reader.read().then(function(part) {
        if (part.done) return undefined;
        Streams.piece(id, part.value);
        return Streams.pump(id, reader);
      });
    },
  },

  web_stream__deps: ['$Streams'],
  web_stream: function(id, path, body, size) {
    const controller = new AbortController();
    Streams.running.set(id, controller);
    fetch(UTF8ToString(path), {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: {'Content-Type': 'application/json'},
      body: HEAPU8.slice(body, body + size),
      signal: controller.signal,
    }).then(function(response) {
      Streams.head(id, response);
      return Streams.pump(id, response.body.getReader());
    }).then(function() { Streams.end(id, true); }, function(fault) {
      // Faults of ours must not look like a connection that broke.
      if (fault instanceof WebAssembly.RuntimeError) throw fault;
      Streams.end(id, false);
    });
  },

  web_stream_abort__deps: ['$Streams'],
  web_stream_abort: function(id) {
    const controller = Streams.running.get(id);
    Streams.running.delete(id);
    if (controller) controller.abort();
  },
});
