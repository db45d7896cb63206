// The browser's side of fetch_transport.cpp: one fetch a call, at most `timeout` long.
mergeInto(LibraryManager.library, {
  $Calls__deps: ['$Page', 'malloc', 'free'],
  $Calls__postset: 'Calls.running = new Map(); Calls.kept = new Map();',
  $Calls: {
    // Maps (emscripten cannot write one down here).
    running: null,    // id → {controller, timer}
    kept: null,       // path → {etag, bytes}: what the server may call unchanged
    mostKept: 1 << 20,  // bytes of one answer

    // The answer's bytes, whether they came now or earlier. `path` is empty where there may be no earlier ones.
    read: function(path, response) {
      const earlier = Calls.kept.get(path);
      if (response.status === 304 && earlier) return Promise.resolve({status: 200, bytes: earlier.bytes});
      return response.arrayBuffer().then(function(buffer) {
        const bytes = new Uint8Array(buffer), etag = response.headers.get('etag');
        if (path && etag && response.status === 200 && bytes.length <= Calls.mostKept) Calls.kept.set(path, {etag: etag, bytes: bytes});
        return {status: response.status, bytes: bytes};
      });
    },

    // Takes the call off the list; false when it was aborted, and nobody wants its answer any more.
    finish: function(id) {
      const call = Calls.running.get(id);
      if (!call) return false;
      clearTimeout(call.timer);
      Calls.running.delete(id);
      --Page.requests;
      return true;
    },
    // `bytes` is copied; the callee reads it before it returns.
    answer: function(id, status, bytes) {
      if (!Calls.finish(id)) return;
      const at = _malloc(bytes.length + 1);
      HEAPU8.set(bytes, at);
      try {
        _ui_answered(id, status, at, bytes.length);
      } finally {
        _free(at);
      }
    },
  },

  web_fetch__deps: ['$Calls'],
  web_fetch: function(id, verb, path, body, timeout) {
    const controller = new AbortController();
    const options = {
      method: UTF8ToString(verb),
      credentials: 'same-origin',
      cache: 'no-store',
      // A redirect would be a login page of something in between.
      redirect: 'error',
      signal: controller.signal,
    };
    const address = UTF8ToString(path);
    // Questions with a query are too many to keep.
    const plain = options.method === 'GET' && address.indexOf('?') < 0 ? address : '';
    if (Calls.kept.has(plain)) options.headers = {'If-None-Match': Calls.kept.get(plain).etag};
    const text = UTF8ToString(body);
    if (text) {
      options.body = text;
      options.headers = {'Content-Type': 'application/json'};
    }
    Calls.running.set(id, {
      controller: controller,
      timer: setTimeout(function() { controller.abort(); }, timeout * 1000),
    });
    ++Page.requests;
    fetch(address, options)
        .then(function(response) { return Calls.read(plain, response); })
        .then(function(answer) { Calls.answer(id, answer.status, answer.bytes); })
        .catch(function(fault) {
          // Faults of ours (a trap in the wasm) come along here too; they must not look like a lost server.
          if (!Calls.running.has(id)) throw fault;
          Calls.answer(id, 0, new Uint8Array(0));
        });
  },

  web_abort__deps: ['$Calls'],
  web_abort: function(id) {
    const call = Calls.running.get(id);
    if (!call) return;
    Calls.finish(id);
    call.controller.abort();
  },
});
