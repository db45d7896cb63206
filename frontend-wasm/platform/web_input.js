// Pointer, keyboard, input methods and the clipboard, for platform_web.cpp.
mergeInto(LibraryManager.library, {
  $Input__deps: ['$Page', '$Files'],
  $Input: {
    composing: false,
    wantsText: false,
    clip: null,       // what ImGui copied during the running copy event
    inClipEvent: false,
    copying: null,    // what our own copy button copies
    finger: null,     // the touch that is down: where it began, whether it scrolls

    // ImGuiKey numbers of the keys that are not letters or figures.
    keys: {
      Tab: 512, ArrowLeft: 513, ArrowRight: 514, ArrowUp: 515, ArrowDown: 516, PageUp: 517, PageDown: 518, Home: 519,
      End: 520, Insert: 521, Delete: 522, Backspace: 523, ' ': 524, Enter: 525, Escape: 526
    },

    listen: function() {
      Input.listenPointer(Page.canvas);
      [Page.canvas, Page.typing].forEach(Input.listenKeys);
      Input.listenTyping(Page.typing);
      Input.listenClipboard();
    },

    // --- pointer
    move: function(event) {
      const box = Page.canvas.getBoundingClientRect();
      _ui_pointer(event.clientX - box.left, event.clientY - box.top, event.pointerType === 'touch' ? 1 : 0);
    },
    press: function(event, down) {
      _ui_button(event.button === 1 ? 2 : event.button === 2 ? 1 : 0, down);
      Page.settle(3);
      Input.followFocus();
    },
    // Only inside the gesture may a page open the on-screen keyboard, so the focus moves here and not in a frame.
    followFocus: function() {
      const target = Input.wantsText ? Page.typing : Page.canvas;
      if (document.activeElement !== target) target.focus({preventScroll: true});
    },
    listenPointer: function(canvas) {
      canvas.addEventListener('pointerdown', function(event) {
        event.preventDefault();
        canvas.setPointerCapture(event.pointerId);
        Input.move(event);
        Page.settle(2);  // what lies below others can be pressed only after the pointer has been over it
        if (event.pointerType === 'touch') {
          Input.finger = {id: event.pointerId, x: event.clientX, y: event.clientY, scrolls: false};
        } else {
          Input.press(event, 1);
        }
      });
      canvas.addEventListener('pointermove', function(event) {
        if (event.pointerType === 'touch') {
          Input.drag(event);
        } else {
          Input.move(event);
        }
        Page.request(2);
      });
      canvas.addEventListener('pointerup', function(event) {
        if (event.pointerType === 'touch') {
          Input.lift(event);
        } else {
          Input.move(event);
          Input.press(event, 0);
        }
      });
      canvas.addEventListener('pointercancel', function() { Input.finger = null; });
      canvas.addEventListener('pointerleave', function(event) {
        if (event.pointerType === 'touch') return;
        _ui_pointer_left();
        Page.request(2);
      });
      canvas.addEventListener('contextmenu', function(event) { event.preventDefault(); });
      canvas.addEventListener('wheel', function(event) {
        event.preventDefault();
        if (event.ctrlKey) return;
        const pixels = event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 600 : 1;
        _ui_scroll(-event.deltaX * pixels, -event.deltaY * pixels);
        Page.request(4);
      }, {passive: false});
    },
    // A finger that moves scrolls what it touches; only one that stays presses.
    drag: function(event) {
      const finger = Input.finger;
      if (!finger || finger.id !== event.pointerId) return;
      const dx = event.clientX - finger.x, dy = event.clientY - finger.y;
      if (!finger.scrolls && Math.hypot(dx, dy) < 8) return;
      finger.scrolls = true;
      finger.x = event.clientX;
      finger.y = event.clientY;
      _ui_scroll(dx, dy);
    },
    lift: function(event) {
      const finger = Input.finger;
      Input.finger = null;
      if (finger && !finger.scrolls) {
        Input.move(event);
        Page.settle(1);
        Input.press(event, 1);
        Input.press(event, 0);
      }
      _ui_pointer_left();
      Page.settle(1);
    },

    // --- keyboard
    listenKeys: function(element) {
      element.addEventListener('keydown', function(event) { Input.key(event, 1); });
      element.addEventListener('keyup', function(event) { Input.key(event, 0); });
      element.addEventListener('focus', function() {
        _ui_focus(1);
        Page.request(2);
      });
      element.addEventListener('blur', function(event) {
        if (event.relatedTarget === Page.canvas || event.relatedTarget === Page.typing) return;
        _ui_focus(0);
        Page.request(2);
      });
    },
    keyNumber: function(event) {
      const letter = event.key.length === 1 ? event.key.toLowerCase().charCodeAt(0) : 0;
      if (letter >= 97 && letter <= 122) return 546 + letter - 97;
      if (letter >= 48 && letter <= 57) return 536 + letter - 48;
      return Input.keys[event.key] || 0;
    },
    key: function(event, down) {
      if (event.isComposing || event.keyCode === 229) return;
      const command = event.ctrlKey || event.metaKey;
      _ui_modifiers((command ? 1 : 0) | (event.shiftKey ? 2 : 0) | (event.altKey ? 4 : 0));
      if (down && command && Input.shortcut(event)) return;
      if (down && event.key === 'Tab' && _ui_tab_leaves(event.shiftKey ? 1 : 0)) return;
      // What is typed into a field comes as an event of its own, which draws.
      if (!command && event.target === Page.typing && event.key.length === 1) return;
      const number = Input.keyNumber(event);
      if (number) _ui_key(number, down);
      const own = number >= 512 && number <= 526 && !(event.key === ' ' && event.target === Page.typing);
      if (own) event.preventDefault();
      // Into a text field the characters come through its textarea; elsewhere they may be shortcuts such as "/".
      if (down && event.target === Page.canvas && !command && !event.altKey && event.key.length === 1) {
        if (event.key === '/') event.preventDefault();
        Page.withText(event.key, _ui_text);
      }
      Page.request(down ? 3 : 1);
      if (down) Input.afterKey();
    },
    // Tab may have moved from a button to a text field or back.
    afterKey: function() {
      Page.settle(2);
      Input.followFocus();
    },
    // True when the key is not ImGui's: copy and paste come as events of their own, and the rest of Ctrl is the browser's.
    shortcut: function(event) {
      const letter = event.key.toLowerCase();
      if (letter === 'x' && event.target === Page.typing) {  // no `cut` event comes for an empty textarea
        event.preventDefault();
        _ui_chord(120);
        Page.settle(3);
        return true;
      }
      // Nothing on a canvas can be selected by the browser: Ctrl+A is a command of the page, wherever the focus is, and
      // so is Ctrl+K.
      const ours = letter === 'a' || letter === 'k' || (['z', 'y'].includes(letter) && Input.wantsText);
      if (ours) event.preventDefault();
      return !ours && letter.length === 1;
    },

    // --- input methods and on-screen keyboards, through the hidden textarea
    listenTyping: function(typing) {
      typing.addEventListener('compositionstart', function() {
        Input.composing = true;
        typing.classList.add('composing');
        Page.settle(3);  // or the preedit shows at the caret's old place
      });
      typing.addEventListener('compositionend', function(event) {
        Input.composing = false;
        typing.classList.remove('composing');
        typing.style.width = '';
        if (event.data) Page.withText(event.data, _ui_text);
        typing.value = '';
        Page.request(3);
      });
      typing.addEventListener('input', function(event) {
        if (event.isComposing || Input.composing) {
          typing.style.width = Input.widthOf(typing.value) + 'em';
          return;
        }
        if (typing.value) {
          Page.withText(typing.value, _ui_text);
        } else if (event.inputType === 'deleteContentBackward') {
          _ui_key(523, 1);
          _ui_key(523, 0);
        }
        typing.value = '';
        _ui_frame(0);  // takes the text
        _ui_frame(0);  // has what it changed, so that one frame shows it all
        Page.owed = 0;
        Page.request(1);
      });
    },

    // Of what is being composed, roughly: hanzi are one em wide, Latin letters less.
    widthOf: function(text) {
      let width = 0.5;
      for (const letter of text) width += letter.codePointAt(0) < 0x2E80 ? 0.62 : 1;
      return width;
    },

    // --- clipboard: by events and execCommand, since navigator.clipboard does not exist on plain http
    isOurs: function(event) {
      return event.target === Page.typing || event.target === Page.canvas || event.target === document.body;
    },
    listenClipboard: function() {
      document.addEventListener('paste', function(event) {
        if (!Input.isOurs(event)) return;
        event.preventDefault();
        const text = event.clipboardData.getData('text/plain');
        if (!text) return;
        // ImGui lays a field's whole text out in every frame: what is long goes to where files go.
        if (text.length > 20000 && Files.offer('', text)) return;
        Page.withText(text, _ui_set_clipboard);
        _ui_chord(118);
        Page.settle(4);
      });
      ['copy', 'cut'].forEach(function(name) {
        document.addEventListener(name, function(event) {
          if (!Input.isOurs(event)) return;
          const text = Input.copying !== null ? Input.copying : Input.copyFromFocus(name === 'copy' ? 99 : 120);
          if (text === null) return;
          event.clipboardData.setData('text/plain', text);
          event.preventDefault();
        });
      });
    },
    copyFromFocus: function(letter) {
      Input.clip = null;
      Input.inClipEvent = true;
      _ui_chord(letter);
      Page.settle(4);
      Input.inClipEvent = false;
      return Input.clip;
    },
  },

  web_typing__deps: ['$Input'],
  web_typing: function(wanted, x, y, height) {
    const changed = Input.wantsText !== !!wanted;
    Input.wantsText = !!wanted;
    const style = Page.typing.style;
    style.left = x + 'px';
    style.top = y + 'px';
    style.height = height + 'px';
    style.fontSize = height * 0.78 + 'px';
    if (changed && (document.activeElement === Page.canvas || document.activeElement === Page.typing)) Input.followFocus();
  },
  web_copy__deps: ['$Input'],
  web_copy: function(text) {
    Input.clip = UTF8ToString(text);
    if (Input.inClipEvent) return;
    Input.copying = Input.clip;
    let copied = false;
    try {
      copied = document.execCommand('copy');
    } catch (refused) {
    }
    Input.copying = null;
    if (!copied && navigator.clipboard) navigator.clipboard.writeText(Input.clip).catch(function() {});
  },
});
