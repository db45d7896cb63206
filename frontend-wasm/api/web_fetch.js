// The browser's side of fetch_transport.cpp: one fetch a call, at most `timeout` long.
mergeInto(LibraryManager.library, {
  $Calls__deps: ['$Page', 'malloc', 'free'],
  $Calls__postset: 'Calls.running = new Map();',
  $Calls: {
    running: null,  // a Map (emscripten cannot write one down here): id → {controller, timer}

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
    fetch(UTF8ToString(path), options)
        .then(function(response) {
          return response.arrayBuffer().then(function(buffer) {
            Calls.answer(id, response.status, new Uint8Array(buffer));
          });
        })
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
