// Keeps one DOM element per node of the SemanticTree over the canvas: what screen readers read and tests address.
// The elements let the pointer through; clicked by name (a screen reader, a test) they press the widget below.
mergeInto(LibraryManager.library, {
  $Mirror__deps: ['$Page', '$Input'],
  $Mirror__postset: 'Mirror.elements = new Map();',
  $Mirror: {
    elements: null,  // id → element; a Map, which emscripten cannot write down here
    tags: {button: 'button', columnheader: 'div', textbox: 'input', heading: 'div', link: 'a'},

    make: function(node) {
      const element = document.createElement(Mirror.tags[node.role] || 'div');
      if (node.role === 'text') {
        element.dataset.text = '';
      } else {
        element.setAttribute('role', node.role);
      }
      element.tabIndex = -1;
      element.id = 'w' + node.id;
      element.dataset.role = node.role;
      element.addEventListener('click', function(event) {
        event.stopPropagation();
        event.preventDefault();
        _ui_activate(node.id);
        Page.settle(4);
        if (Input.wantsText) Input.followFocus();
      });
      if (node.role === 'textbox') Mirror.listenTyped(element, node.id);
      return element;
    },
    // A screen reader or a test that sets the element's value: type it into the widget.
    listenTyped: function(element, id) {
      element.autocomplete = 'off';
      element.addEventListener('input', function() {
        const text = element.value;
        _ui_activate(id);
        Page.settle(3);
        _ui_chord(97);
        Page.settle(2);
        if (text) {
          Page.withText(text, _ui_text);
        } else {
          _ui_key(522, 1);
          _ui_key(522, 0);
        }
        Page.settle(4);
      });
    },

    set: function(element, name, value) {
      if (value === undefined || value === null || value === '') {
        if (element.hasAttribute(name)) element.removeAttribute(name);
      } else if (element.getAttribute(name) !== String(value)) {
        element.setAttribute(name, value);
      }
    },
    describe: function(element, node) {
      if (node.role === 'text') {
        if (element.textContent !== node.name) element.textContent = node.name;
      } else {
        Mirror.set(element, 'aria-label', node.name);
      }
      Mirror.set(element, 'aria-description', node.description);
      Mirror.set(element, 'aria-checked', node.checked);
      Mirror.set(element, 'aria-expanded', node.expanded);
      Mirror.set(element, 'aria-disabled', node.disabled);
      Mirror.set(element, 'aria-current', node.current ? 'page' : undefined);
      Mirror.set(element, 'aria-selected', node.selected);
      Mirror.set(element, 'aria-invalid', node.invalid);
      Mirror.set(element, 'aria-sort', node.sort);
      Mirror.set(element, 'aria-level', node.level);
      Mirror.set(element, 'aria-rowcount', node.rows);
      Mirror.set(element, 'aria-rowindex', node.row);
      Mirror.set(element, 'aria-modal', node.role === 'dialog' ? true : undefined);
      if (node.role === 'slider') {
        Mirror.set(element, 'aria-valuetext', node.value);
        Mirror.set(element, 'aria-valuemin', '0');
        Mirror.set(element, 'aria-valuemax', node.most);
        Mirror.set(element, 'aria-valuenow', node.now);
        return;
      }
      if (node.secret && element.type !== 'password') element.type = 'password';
      if (node.value !== undefined && !node.secret && element.value !== node.value) element.value = node.value;
    },
    place: function(element, rect) {
      const style = element.style;
      style.left = rect[0] + 'px';
      style.top = rect[1] + 'px';
      style.width = rect[2] + 'px';
      style.height = rect[3] + 'px';
    },
    elementOf: function(node) {
      let element = Mirror.elements.get(node.id);
      if (!element || element.dataset.role !== node.role) {
        if (element) element.remove();
        element = Mirror.make(node);
        Mirror.elements.set(node.id, element);
      }
      return element;
    },
    // Puts the children into reading order; moving is rare, so mostly this only compares.
    order: function(children, parent) {
      let next = parent.firstChild;
      for (const child of children) {
        if (child === next) {
          next = next.nextSibling;
        } else {
          parent.insertBefore(child, next);
        }
      }
    },
    // The DOM's own focus stays on the canvas or the textarea, which say what has it inside.
    follow: function(node) {
      for (const element of [Page.canvas, Page.typing]) {
        Mirror.set(element, 'aria-activedescendant', node && 'w' + node.id);
      }
    },
    update: function(nodes) {
      const root = document.getElementById('mirror');
      const seen = new Map(), children = new Map([[root, []]]);
      for (const node of nodes) {
        const element = Mirror.elementOf(node);
        Mirror.describe(element, node);
        Mirror.place(element, node.rect);
        seen.set(node.id, element);
        children.set(element, []);
        children.get(seen.get(node.parent) || root).push(element);
      }
      Mirror.elements.forEach(function(element, id) {
        if (seen.has(id)) return;
        element.remove();
        Mirror.elements.delete(id);
      });
      children.forEach(Mirror.order);
      Mirror.follow(nodes.find(function(node) { return node.focused; }));
      window['geminate']['nodes'] = nodes;
    },
  },

  web_mirror__deps: ['$Mirror'],
  web_mirror: function(json) {
    // The console must go on drawing whatever happens here.
    try {
      Mirror.update(JSON.parse(UTF8ToString(json)));
    } catch (fault) {
      console.error(fault);
    }
  },
});
