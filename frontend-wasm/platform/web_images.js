// Files that are dropped on the page, pasted or picked: each is read as it is and told to platform_web.cpp, whose
// page takes what it can use.
mergeInto(LibraryManager.library, {
  $Images__deps: ['$Page', 'malloc', 'free'],
  $Images: {
    most: 32 << 20,  // bytes; larger ones are told of but not read

    tell: function(file, bytes) {
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
    // True when there are any; they are told of in their order.
    take: function(list) {
      const files = Array.from(list || []);
      let turn = Promise.resolve();
      for (const file of files) {
        const bytes = file.size > Images.most ? Promise.resolve(new ArrayBuffer(0)) : file.arrayBuffer();
        turn = turn.then(function() { return bytes; }).then(function(buffer) {
          Images.tell(file, new Uint8Array(buffer));
        }, function() {});  // a folder, or a file that is gone
      }
      return files.length > 0;
    },
    listen: function() {
      const carriesFiles = function(event) {
        return event.dataTransfer && Array.from(event.dataTransfer.types).includes('Files');
      };
      // Without both, the browser would leave the page for the file.
      document.addEventListener('dragover', function(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      });
      document.addEventListener('drop', function(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        Images.take(event.dataTransfer.files);
      });
      // Before web_input.js, which takes texts. Where there is text, that is what was meant.
      document.addEventListener('paste', function(event) {
        const carried = event.clipboardData;
        if (!carried || carried.getData('text/plain') || !Images.take(carried.files)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      }, {capture: true});
    },
  },

  web_watch_files__deps: ['$Images'],
  web_watch_files: function() { Images.listen(); },
  // Only within a gesture may a page open the browser's choice of files.
  web_pick_files__deps: ['$Images'],
  web_pick_files: function(accept) {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.accept = UTF8ToString(accept);
    input.addEventListener('change', function() { Images.take(input.files); });
    input.click();
  },
});
