// Draws single glyphs with the browser's 2D canvas for canvas_font.cpp.
mergeInto(LibraryManager.library, {
  $Glyphs: {
    context: null,
    // Faces by number, as stage.cpp counts them. Names before the generic ones: a system's "sans-serif" is often
    // a poor match for Chinese beside Latin.
    families: [
      '"Inter","Segoe UI",-apple-system,BlinkMacSystemFont,"Helvetica Neue","Roboto","PingFang SC","Hiragino Sans GB",' +
          '"Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","WenQuanYi Micro Hei",system-ui,sans-serif',
      '"JetBrains Mono","SF Mono",ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace,"WenQuanYi Micro Hei"',
    ],
    // The page's own, for hanzi where the system has none. Nobody fetches it who does not need it: browsers look through
    // what is named before they ask the system for a font that has the character.
    ownHan: '"Geminate Han"',
    // Whether the system has no semibold of its own, for Latin and for hanzi; those letters are drawn with a rim.
    thin: null,
    face: -1,
    pixels: 0,
    digitWidth: 0,
    select: function(face, pixels) {
      if (!Glyphs.context) Glyphs.grow(128);
      if (Glyphs.face === face && Glyphs.pixels === pixels) return;
      Glyphs.face = face;
      Glyphs.pixels = pixels;
      Glyphs.context.textBaseline = 'alphabetic';
      Glyphs.context.fillStyle = Glyphs.context.strokeStyle = '#fff';
      Glyphs.context.lineJoin = 'round';
      if (!Glyphs.thin) Glyphs.look();
      Glyphs.context.font = Glyphs.font(face, pixels);
      Glyphs.digitWidth = 0;
      for (const digit of '0123456789') {
        Glyphs.digitWidth = Math.max(Glyphs.digitWidth, Glyphs.context.measureText(digit).width);
      }
    },
    font: function(face, pixels) {
      return (face === 1 ? '600 ' : '') + pixels + 'px ' + Glyphs.families[face === 2 ? 1 : 0];
    },
    // At the fonts, before the first letter and when a font has come.
    look: function() {
      if (!Glyphs.families[0].includes(Glyphs.ownHan) && !Glyphs.hasHan()) Glyphs.takeOwnHan();
      Glyphs.thin = ['H', '管'].map(Glyphs.isThin);
    },
    // What no font has is drawn as a box, as is a number that means no character, or not at all. Firefox writes the
    // number into the box: two boxes differ in up to 0.45 of their ink, a hanzi and a box in 0.85 and more.
    hasHan: function() {
      const missing = Glyphs.sample(0, '\u0378');
      return ['管', '理', '键'].every(function(letter) {
        const drawn = Glyphs.sample(0, letter);
        let off = 0, ink = 0;
        for (let at = 3; at < drawn.length; at += 4) {
          off += Math.abs(drawn[at] - missing[at]);
          ink += Math.max(drawn[at], missing[at]);
        }
        return off > ink * 0.65;
      });
    },
    takeOwnHan: function() {
      Glyphs.families = Glyphs.families.map(function(names) { return names + ',' + Glyphs.ownHan; });
      document.documentElement.dataset.han = 'own';
      document.fonts.addEventListener('loadingdone', function() {
        Glyphs.thin = null;
        Glyphs.face = -1;
      });
      document.fonts.load(Glyphs.font(0, 16), '管');
    },
    sample: function(face, letter) {
      Glyphs.context.font = Glyphs.font(face, 48);
      Glyphs.context.clearRect(0, 0, 64, 64);
      Glyphs.context.fillText(letter, 4, 52);
      return Glyphs.context.getImageData(0, 0, 64, 64).data;
    },
    // Ink that does not grow with the weight means that there is one weight only.
    isThin: function(letter) {
      const ink = [0, 1].map(function(face) {
        return Glyphs.sample(face, letter).reduce(function(sum, value) { return sum + value; }, 0);
      });
      return ink[1] < ink[0] * 1.03;
    },
    rimOf: function(codepoint) {
      return Glyphs.face === 1 && Glyphs.thin[codepoint < 0x2E80 ? 0 : 1] ? Glyphs.pixels * 0.035 : 0;
    },
    // Figures in a column must stand under each other, whatever the font does.
    shift: function(codepoint, width) {
      return codepoint >= 48 && codepoint <= 57 ? Math.round((Glyphs.digitWidth - width) / 2) : 0;
    },
    grow: function(side) {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = side;
      Glyphs.context = canvas.getContext('2d', {willReadFrequently: true});
      Glyphs.face = -1;
    },
  },

  web_glyph_measure__deps: ['$Glyphs'],
  web_glyph_measure: function(face, codepoint, pixels, out) {
    Glyphs.select(face, pixels);
    const ink = Glyphs.context.measureText(String.fromCodePoint(codepoint));
    const shift = Glyphs.shift(codepoint, ink.width);
    HEAPF32.set(
        [
          shift ? Glyphs.digitWidth : ink.width, shift - ink.actualBoundingBoxLeft, shift + ink.actualBoundingBoxRight,
          ink.actualBoundingBoxAscent, ink.actualBoundingBoxDescent
        ],
        out >> 2);
  },

  web_glyph_draw__deps: ['$Glyphs'],
  web_glyph_draw: function(codepoint, x, baseline, width, height, alpha) {
    const side = Math.max(width, height);
    if (side > Glyphs.context.canvas.width) {
      const face = Glyphs.face, pixels = Glyphs.pixels;
      Glyphs.grow(side);
      Glyphs.select(face, pixels);
    }
    const glyph = String.fromCodePoint(codepoint), context = Glyphs.context;
    const shift = Glyphs.shift(codepoint, context.measureText(glyph).width);
    context.clearRect(0, 0, width, height);
    context.fillText(glyph, x + shift, baseline);
    const rim = Glyphs.rimOf(codepoint);
    if (rim) {
      context.lineWidth = rim;
      context.strokeText(glyph, x + shift, baseline);
    }
    const pixels = context.getImageData(0, 0, width, height).data;
    for (let i = 0; i < width * height; ++i) HEAPU8[alpha + i] = pixels[4 * i + 3];
  },
});
