// Fetches and starts the console, and shows how far that is.
'use strict';

var Module = (function() {
  const program = document.getElementById('program');
  const loading = document.getElementById('loading');
  const chinese = /^zh/i.test(navigator.language || '');
  const say = function(zh, en) { document.getElementById('loading-text').textContent = chinese ? zh : en; };
  document.documentElement.lang = chinese ? 'zh-CN' : 'en';
  const loads = function(percent) {
    say('正在加载控制台… ' + percent + '%', 'Loading the console… ' + percent + '%');
  };
  const fail = function(zh, en) {
    loading.classList.add('failed');
    say(zh, en);
  };

  // The stream yields bytes as they were before compression; the build wrote how many into the page.
  const counted = function(answer) {
    const total = Number(program.dataset.bytes) || 0;
    const bar = document.getElementById('loading-bar');
    let got = 0;
    const count = new TransformStream({
      transform: function(chunk, next) {
        got += chunk.length;
        if (total) {
          const share = Math.min(100, 100 * got / total);
          loads(Math.floor(share));
          bar.value = share;
        }
        next.enqueue(chunk);
      }
    });
    return new Response(answer.body.pipeThrough(count), {headers: {'Content-Type': 'application/wasm'}});
  };

  const crashed = function() {
    document.body.appendChild(loading);
    fail('控制台出错，请刷新页面', 'The console failed; reload the page');
  };
  const missing = function() { throw new Error('this part of the console has not been loaded'); };

  // What the first part can do without. It takes what it needs of the first part and puts itself into its table.
  const complete = function(first, delay) {
    fetch(program.dataset.later)
        .then(function(answer) {
          if (!answer.ok) return crashed();
          return WebAssembly.instantiateStreaming(answer, {f: first}).then(function() {
            Module.whole = true;
            Module._ui_completed();
          });
        })
        .catch(function(error) {
          // The server cannot be reached, or what came was cut off.
          console.warn(error);
          setTimeout(complete, delay * 1000, first, Math.min(30, delay * 2));
        });
  };

  const compile = function(imports, done) {
    imports.l = new Proxy({}, {get: function() { return missing; }});
    fetch(program.href)
        .then(function(answer) {
          if (!answer.ok) throw new Error(answer.status + ' ' + answer.statusText);
          return WebAssembly.instantiateStreaming(counted(answer), imports);
        })
        .then(function(started) {
          done(started.instance, started.module);
          complete(started.instance.exports, 1);
        })
        .catch(function(error) { fail('控制台无法启动：' + error.message, 'The console could not start: ' + error.message); });
    return {};
  };

  loads(0);
  if (!window.WebAssembly) {
    // The script that comes next takes it for granted; what is wrong has been said.
    window.onerror = function() { return true; };
    fail('此浏览器不支持 WebAssembly，请使用较新的浏览器', 'This browser has no WebAssembly; please use a newer browser');
    return {instantiateWasm: function() { return {}; }};
  }
  if (!document.createElement('canvas').getContext('webgl2')) {
    fail('此浏览器无法使用 WebGL 2：请开启硬件加速，或使用其他浏览器',
         'WebGL 2 is not available here: turn on hardware acceleration, or use another browser');
    return {instantiateWasm: function() { return {}; }};
  }
  return {
    canvas: document.getElementById('canvas'),
    instantiateWasm: compile,
    onFirstFrame: function() { loading.remove(); },
    onAbort: crashed,
  };
})();
