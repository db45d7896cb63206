// Small pictures of images, as textures for platform_web.cpp. Decoded by the browser; one that is no longer drawn is
// freed with the next frame.
mergeInto(LibraryManager.library, {
  $Thumbs__deps: ['$Page', '$GL'],
  $Thumbs__postset: 'Thumbs.all = new Map();',
  $Thumbs: {
    all: null,  // a Map (emscripten cannot write one down here): id → {name, seen}; name 0: not there (yet)
    side: 96,   // device pixels

    // The image's middle, as a square.
    draw: function(image) {
      const canvas = document.createElement('canvas'), part = Math.min(image.width, image.height);
      canvas.width = canvas.height = Thumbs.side;
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(
          image, (image.width - part) / 2, (image.height - part) / 2, part, part, 0, 0, Thumbs.side, Thumbs.side);
      return canvas;
    },
    upload: function(canvas) {
      const texture = GLctx.createTexture(), name = GL.getNewId(GL.textures);
      GL.textures[name] = texture;
      texture.name = name;
      GLctx.bindTexture(GLctx.TEXTURE_2D, texture);
      GLctx.texParameteri(GLctx.TEXTURE_2D, GLctx.TEXTURE_MIN_FILTER, GLctx.LINEAR);
      GLctx.texParameteri(GLctx.TEXTURE_2D, GLctx.TEXTURE_WRAP_S, GLctx.CLAMP_TO_EDGE);
      GLctx.texParameteri(GLctx.TEXTURE_2D, GLctx.TEXTURE_WRAP_T, GLctx.CLAMP_TO_EDGE);
      GLctx.texImage2D(GLctx.TEXTURE_2D, 0, GLctx.RGBA, GLctx.RGBA, GLctx.UNSIGNED_BYTE, canvas);
      GLctx.bindTexture(GLctx.TEXTURE_2D, null);
      return name;
    },
    make: function(id, blob) {
      const thumb = {name: 0, seen: true};
      Thumbs.all.set(id, thumb);
      createImageBitmap(blob).then(function(image) {
        // Nobody may want it any more.
        if (Thumbs.all.get(id) === thumb) {
          thumb.name = Thumbs.upload(Thumbs.draw(image));
          thumb.seen = true;
          Page.request(2);
        }
        image.close();
      }, function() {});  // a kind that this browser cannot show
    },
    drop: function(id, thumb) {
      Thumbs.all.delete(id);
      if (!thumb.name) return;
      GLctx.deleteTexture(GL.textures[thumb.name]);
      GL.textures[thumb.name] = null;
    },
  },

  web_thumbnail__deps: ['$Thumbs'],
  web_thumbnail: function(id, bytes, length, type) {
    if (!Thumbs.all.has(id)) Thumbs.make(id, new Blob([HEAPU8.slice(bytes, bytes + length)], {type: UTF8ToString(type)}));
    const thumb = Thumbs.all.get(id);
    thumb.seen = true;
    return thumb.name;
  },
  web_sweep_thumbnails__deps: ['$Thumbs'],
  web_sweep_thumbnails: function() {
    Thumbs.all.forEach(function(thumb, id) {
      if (!thumb.seen) Thumbs.drop(id, thumb);
      thumb.seen = false;
    });
  },
  web_forget_thumbnails__deps: ['$Thumbs'],
  web_forget_thumbnails: function() { Thumbs.all.clear(); },
});
