// Text files that are dropped on the page or chosen, for platform_web.cpp. Other kinds (images) are left to others.
mergeInto(LibraryManager.library, {
  $Files__deps: ['$Page'],
  $Files: {
    most: (16 << 20) + 1,  // bytes; one more than is taken, so that C++ says what is too large
    depth: 0,              // of the drag: entering a child comes before leaving its parent

    // Whether text files are being dragged; their types are known before they are dropped, their names are not.
    isText: function(event) {
      const items = event.dataTransfer ? Array.from(event.dataTransfer.items) : [];
      const files = items.filter(function(item) { return item.kind === 'file'; });
      return files.length > 0 && !files.some(function(item) { return /^(image|video|audio)\//.test(item.type); });
    },
    mark: function(on) { document.body.classList.toggle('dropping', on); },
    listen: function() {
      document.addEventListener('dragenter', function(event) {
        if (!Files.isText(event)) return;
        event.preventDefault();
        ++Files.depth;
        Files.mark(true);
      });
      document.addEventListener('dragover', function(event) {
        if (Files.isText(event)) event.preventDefault();
      });
      document.addEventListener('dragleave', function() {
        Files.depth = Math.max(0, Files.depth - 1);
        if (Files.depth === 0) Files.mark(false);
      });
      document.addEventListener('drop', function(event) {
        Files.depth = 0;
        Files.mark(false);
        if (!Files.isText(event)) return;
        event.preventDefault();
        Files.read(Array.from(event.dataTransfer.files));
      });
    },

    // Windows likes to write UTF-16.
    decode: function(bytes) {
      const head = new Uint8Array(bytes.slice(0, 2));
      const wide = head[0] === 0xFF && head[1] === 0xFE ? 'utf-16le' : head[0] === 0xFE && head[1] === 0xFF ? 'utf-16be' : '';
      return new TextDecoder(wide || 'utf-8').decode(bytes);
    },
    read: function(files) {
      if (files.length === 0) return;
      const name = files[0].name + (files.length > 1 ? ' +' + (files.length - 1) : '');
      Promise.all(files.map(function(file) { return file.slice(0, Files.most).arrayBuffer(); })).then(function(parts) {
        Files.offer(name, parts.map(Files.decode).join('\n'));
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
  },

  web_pick_file__deps: ['$Files'],
  web_pick_file: function() {
    const choice = document.createElement('input');
    choice.type = 'file';
    choice.multiple = true;
    choice.accept = '.txt,.csv,.tsv,.json,text/*,application/json';
    choice.addEventListener('change', function() { Files.read(Array.from(choice.files)); });
    choice.click();
  },
});
