// Files that are dropped on the page, pasted or chosen, for platform_web.cpp. Several texts at once are one text; what
// nobody takes as a text, and all else, is told file by file, as it is.
mergeInto(LibraryManager.library, {
  $Files__deps: ['$Page', 'malloc', 'free'],
  $Files: {
    mostText: (16 << 20) + 1,  // bytes; one more than is taken, so that C++ says what is too large
    most: 32 << 20,            // bytes; larger files are told of but not read
    depth: 0,                  // of the drag: entering a child comes before leaving its parent

    // HEIC has no type in most browsers. While files are dragged their types are known, their names are not.
    isText: function(file) {
      return !/^(image|video|audio)\//.test(file.type) && !/\.hei[cf]$/i.test(file.name || '');
    },
    carried: function(event) {
      const items = event.dataTransfer ? Array.from(event.dataTransfer.items) : [];
      return items.filter(function(item) { return item.kind === 'file'; });
    },
    mark: function(on) { document.body.classList.toggle('dropping', on); },
    listen: function() {
      document.addEventListener('dragenter', function(event) {
        if (Files.carried(event).length === 0) return;
        event.preventDefault();
        ++Files.depth;
        Files.mark(Files.carried(event).every(Files.isText));
      });
      // Without this, the browser would leave the page for the file.
      document.addEventListener('dragover', function(event) {
        if (Files.carried(event).length === 0) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      });
      document.addEventListener('dragleave', function() {
        Files.depth = Math.max(0, Files.depth - 1);
        if (Files.depth === 0) Files.mark(false);
      });
      document.addEventListener('drop', function(event) {
        Files.depth = 0;
        Files.mark(false);
        if (Files.take(event.dataTransfer && event.dataTransfer.files)) event.preventDefault();
      });
      // Before web_input.js, which takes texts. Where there is text, that is what was meant.
      document.addEventListener('paste', function(event) {
        const clipboard = event.clipboardData;
        if (!clipboard || clipboard.getData('text/plain') || !Files.take(clipboard.files)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      }, {capture: true});
    },

    // True when there are any.
    take: function(list) {
      const files = Array.from(list || []);
      if (files.length > 0 && files.every(Files.isText)) {
        Files.readTexts(files);
      } else {
        Files.giveAll(files);
      }
      return files.length > 0;
    },
    // Windows likes to write UTF-16.
    decode: function(bytes) {
      const head = new Uint8Array(bytes.slice(0, 2));
      const wide = head[0] === 0xFF && head[1] === 0xFE ? 'utf-16le' : head[0] === 0xFE && head[1] === 0xFF ? 'utf-16be' : '';
      return new TextDecoder(wide || 'utf-8').decode(bytes);
    },
    readTexts: function(files) {
      const name = files[0].name + (files.length > 1 ? ' +' + (files.length - 1) : '');
      Promise.all(files.map(function(file) { return file.slice(0, Files.mostText).arrayBuffer(); })).then(function(parts) {
        if (!Files.offer(name, parts.map(Files.decode).join('\n'))) Files.giveAll(files);
      }, function(fault) { console.error(fault); });
    },
    // Text ends at its first zero for C++; keys hold none.
    offer: function(name, text) {
      const content = text.indexOf('\0') < 0 ? text : text.split('\0').join(' ');
      return Page.withText(name, function(nameAt) {
        const taken = Page.withText(content, function(textAt) { return _ui_offer_text(nameAt, textAt); });
        Page.request(3);
        return taken === 1;
      });
    },

    // In their order.
    giveAll: function(files) {
      let turn = Promise.resolve();
      for (const file of files) {
        const bytes = file.size > Files.most ? Promise.resolve(new ArrayBuffer(0)) : file.arrayBuffer();
        turn = turn.then(function() { return bytes; }).then(function(buffer) {
          Files.give(file, new Uint8Array(buffer));
        }, function() {});  // a folder, or a file that is gone
      }
    },
    give: function(file, bytes) {
      const at = _malloc(bytes.length + 1);
      HEAPU8.set(bytes, at);
      try {
        Page.withText(file.name, function(name) {
          Page.withText(file.type, function(type) { _ui_file_given(name, type, at, bytes.length, file.size); });
        });
      } finally {
        _free(at);
      }
      Page.request(3);
    },
  },

  // Only within a gesture may a page open the browser's choice of files.
  web_pick_files__deps: ['$Files'],
  web_pick_files: function(accept) {
    const choice = document.createElement('input');
    choice.type = 'file';
    choice.multiple = true;
    choice.accept = UTF8ToString(accept);
    choice.addEventListener('change', function() { Files.take(choice.files); });
    choice.click();
  },
});
