// Keeps one DOM element per node of the SemanticTree over the canvas: what screen readers read and tests address.
// The elements let the pointer through; clicked by name (a screen reader, a test) they press the widget below.
// The tree says what is in what; the containers that ARIA asks for besides (a table's head row, a row's cells, a list of
// tabs, the main landmark) are made here, so that no page has to think of them.
mergeInto(LibraryManager.library, {
  $Mirror__deps: ['$Page', '$Input'],
  $Mirror__postset: 'Mirror.elements = new Map(); Mirror.containers = new Map(); Mirror.told = new Set(); Mirror.nodes = new Map();',
  $Mirror: {
    // Maps and a Set, which emscripten cannot write down here.
    elements: null,    // a node's id → its element
    containers: null,  // what it is for → an element that stands for no node
    nodes: null,       // by id, as they were told
    told: null,        // ids of messages that were read aloud
    tags: {button: 'button', columnheader: 'div', textbox: 'input', heading: 'div', link: 'a'},
    // Stand beside the main landmark, not in it.
    ownRegions: ['navigation', 'dialog', 'status'],

    // The keyboard goes from row to row, which is what ARIA calls a grid.
    gridRoles: {table: 'grid', cell: 'gridcell'},

    roleOf: function(node) {
      if (node.role === 'menuitem' && node.checked !== undefined) return 'menuitemcheckbox';
      return Mirror.gridRoles[node.role] || node.role;
    },
    make: function(node) {
      const element = document.createElement(Mirror.tags[node.role] || 'div');
      element.node = node.id;  // another one when it is used again
      if (node.role === 'text') {
        element.dataset.text = '';
      } else {
        element.setAttribute('role', Mirror.roleOf(node));
      }
      element.tabIndex = -1;
      element.id = 'w' + node.id;
      element.dataset.role = node.role;
      element.addEventListener('click', function(event) {
        event.stopPropagation();
        event.preventDefault();
        _ui_activate(element.node);
        Page.settle(4);
        if (Input.wantsText) Input.followFocus();
      });
      if (node.role === 'textbox') Mirror.listenTyped(element);
      return element;
    },
    // A screen reader or a test that sets the element's value: type it into the widget.
    listenTyped: function(element) {
      element.autocomplete = 'off';
      element.addEventListener('input', function() {
        const text = element.value;
        _ui_activate(element.node);
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
    // Asking the document is slow, so that what the element was told before is compared.
    states: ['description', 'checked', 'expanded', 'disabled', 'selected', 'invalid', 'sort', 'level'],
    describe: function(element, node) {
      const before = element.told || {};
      element.told = node;
      if (node.role === 'text' || node.role === 'columnheader') {
        if (before.name !== node.name) element.textContent = node.name;
      } else if (before.name !== node.name) {
        Mirror.set(element, 'aria-label', node.name);
      }
      for (const state of Mirror.states) {
        if (before[state] !== node[state]) Mirror.set(element, 'aria-' + state, node[state]);
      }
      if (before.current !== node.current) Mirror.set(element, 'aria-current', node.current ? 'page' : undefined);
      if (node.role === 'dialog' && !before.role) Mirror.set(element, 'aria-modal', true);
      if (node.role === 'slider') {
        Mirror.set(element, 'aria-valuetext', node.value);
        Mirror.set(element, 'aria-valuemin', '0');
        Mirror.set(element, 'aria-valuemax', node.most);
        Mirror.set(element, 'aria-valuenow', node.now);
        return;
      }
      if (node.value !== undefined && !node.secret && element.value !== node.value) element.value = node.value;
    },
    place: function(element, rect) {
      const place = rect.join();
      if (element.place === place) return;
      element.place = place;
      const style = element.style;
      style.left = rect[0] + 'px';
      style.top = rect[1] + 'px';
      style.width = rect[2] + 'px';
      style.height = rect[3] + 'px';
    },
    suits: function(element, node) {
      return element.dataset.role === node.role && (node.role === 'text' || element.getAttribute('role') === Mirror.roleOf(node));
    },
    elementOf: function(update, node) {
      let element = Mirror.elements.get(node.id);
      if (element && Mirror.suits(element, node)) return element;
      if (element) element.remove();
      // Other rows of a list are the same elements with other words: browsers make elements slowly.
      const left = update.left.get(node.role);
      while (left && left.length > 0) {
        element = left.pop();
        if (!Mirror.suits(element, node)) continue;
        Mirror.elements.delete(element.node);
        element.node = node.id;
        element.id = 'w' + node.id;
        Mirror.elements.set(node.id, element);
        return element;
      }
      element = Mirror.make(node);
      Mirror.elements.set(node.id, element);
      return element;
    },
    // The parts of rows that are no longer there, by role, those first in the page last.
    leftOver: function(nodes) {
      const stays = new Set(), left = new Map();
      for (const node of nodes) stays.add(node.id);
      Mirror.elements.forEach(function(element, id) {
        if (stays.has(id) || !['row', 'cell', 'text', 'checkbox', 'button', 'switch'].includes(element.dataset.role)) return;
        if (!element.closest('[role=row]')) return;
        if (!left.has(element.dataset.role)) left.set(element.dataset.role, []);
        left.get(element.dataset.role).push(element);
      });
      left.forEach(function(elements) { elements.reverse(); });
      return left;
    },
    // An element that stands for no node. `inside`: where it belongs, when it is new in this update.
    container: function(update, key, role, inside, rect) {
      let element = Mirror.containers.get(key);
      if (!element) {
        element = document.createElement('div');
        element.setAttribute('role', role);
        Mirror.containers.set(key, element);
      }
      if (!update.children.has(element)) {
        update.children.set(element, []);
        update.children.get(inside).push(element);
      }
      Mirror.place(element, rect);
      return element;
    },
    // Where a node's element belongs.
    holder: function(update, node) {
      let parent = update.nodes.get(node.parent);
      // A menu is drawn in the row whose button opened it, but lies above the page.
      while (parent && node.role === 'menu' && parent.role !== 'dialog') parent = update.nodes.get(parent.parent);
      const element = parent ? Mirror.elements.get(parent.id) :
          Mirror.ownRegions.includes(node.role) ? update.root : update.main;
      const role = parent ? parent.role : '';
      if (node.role === 'row' && role !== 'table') {
        const table = Mirror.container(update, 'rows of ' + node.parent, 'grid', element, node.rect);
        Mirror.set(table, 'aria-label', document.title);
        return table;
      }
      if (role === 'table' && node.role !== 'row') {
        const head = Mirror.container(update, 'head of ' + parent.id, 'row', element, node.rect);
        if (node.role === 'columnheader') return head;
        return Mirror.container(update, 'head ' + node.id, 'columnheader', head, node.rect);
      }
      if (node.role === 'tab') return Mirror.container(update, 'tabs of ' + node.parent, 'tablist', element, node.rect);
      if (role === 'row' && node.role !== 'cell') return Mirror.container(update, 'cell ' + node.id, 'gridcell', element, node.rect);
      return element;
    },
    // A row of which nothing but the edge is in sight.
    fill: function(update, row) {
      const element = Mirror.elements.get(row.id);
      if (!update.children.get(element).length) Mirror.container(update, 'cell of ' + row.id, 'gridcell', element, row.rect);
    },
    // Empty cells have no node, so a cell says itself in which column it stands: under the head whose edge it shares.
    columnOf: function(rect, heads) {
      const off = function(head) {
        return Math.min(Math.abs(head[0] - rect[0]), Math.abs(head[0] + head[2] - rect[0] - rect[2]));
      };
      let nearest = 0;
      for (let at = 1; at < heads.length; ++at) if (off(heads[at]) < off(heads[nearest])) nearest = at;
      return nearest;
    },
    // Positions in the whole table, of which only a part is here; the head is its first row.
    number: function(update, table) {
      const inside = update.inside.get(table.id) || [];
      const heads = inside.filter(function(node) { return node.role !== 'row'; })
                        .sort(function(a, b) { return a.rect[0] - b.rect[0]; });
      const rects = heads.map(function(head) { return head.rect; });
      const cellOf = function(node, kind) { return Mirror.containers.get(kind + node.id) || Mirror.elements.get(node.id); };
      heads.forEach(function(head, at) { Mirror.set(cellOf(head, 'head '), 'aria-colindex', at + 1); });
      let columns = heads.length;
      for (const row of inside) {
        if (row.role !== 'row') continue;
        Mirror.set(Mirror.elements.get(row.id), 'aria-rowindex', row.row + (heads.length ? 1 : 0));
        if (!heads.length) continue;
        for (const node of update.inside.get(row.id) || []) {
          if (node.role === 'menu') continue;
          // A command behind the last column has no head.
          const behind = node.role !== 'cell' && node.rect[0] > rects[rects.length - 1][0] + rects[rects.length - 1][2];
          const column = behind ? heads.length : Mirror.columnOf(node.rect, rects);
          columns = Math.max(columns, column + 1);
          Mirror.set(cellOf(node, 'cell '), 'aria-colindex', column + 1);
        }
      }
      const element = Mirror.elements.get(table.id);
      Mirror.set(element, 'aria-rowcount', table.rows + (heads.length ? 1 : 0));
      Mirror.set(element, 'aria-colcount', columns || undefined);
      const head = Mirror.containers.get('head of ' + table.id);
      if (head) Mirror.set(head, 'aria-rowindex', 1);
    },
    // Puts the children into reading order; moving is rare, so mostly this only compares.
    order: function(children, parent) {
      const column = function(element) { return Number(element.getAttribute('aria-colindex')); };
      if (parent.getAttribute('role') === 'row') children.sort(function(a, b) { return column(a) - column(b); });
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
    // A region that was there before its text is what screen readers watch; the mirror's elements come with theirs.
    tell: function(nodes) {
      const told = new Set();
      for (const node of nodes) {
        if (node.role !== 'status' && node.role !== 'alert') continue;
        const key = node.id + ' ' + node.name;
        told.add(key);
        if (Mirror.told.has(key)) continue;
        const region = document.getElementById(node.role === 'alert' ? 'said-now' : 'said');
        region.dataset.said = node.name;  // for tests
        region.textContent = node.name;
        setTimeout(function() { region.textContent = ''; }, 1000);
      }
      Mirror.told = told;
    },
    forget: function(elements, used) {
      elements.forEach(function(element, key) {
        if (used.has(element)) return;
        element.remove();
        elements.delete(key);
      });
    },
    // `news`: nodes, or of those that stand as they did just the id.
    update: function(news) {
      const nodes = news.map(function(one) { return typeof one === 'number' ? Mirror.nodes.get(one) : one; });
      const root = document.getElementById('mirror');
      const update = {root: root, main: null, nodes: new Map(), inside: new Map(), children: new Map([[root, []]]),
                      left: Mirror.leftOver(nodes)};
      nodes.forEach(function(node, at) {
        const stays = node !== news[at];
        const element = stays ? Mirror.elements.get(node.id) : Mirror.elementOf(update, node);
        if (!stays) {
          Mirror.describe(element, node);
          Mirror.place(element, node.rect);
        }
        update.nodes.set(node.id, node);
        if (!update.inside.has(node.parent)) update.inside.set(node.parent, []);
        update.inside.get(node.parent).push(node);
        update.children.set(element, []);
      });
      update.main = Mirror.container(update, 'main', 'main', root, [0, 0, innerWidth, innerHeight]);
      for (const node of nodes) update.children.get(Mirror.holder(update, node)).push(Mirror.elements.get(node.id));
      for (const node of nodes) if (node.role === 'row') Mirror.fill(update, node);
      for (const node of nodes) if (node.role === 'table') Mirror.number(update, node);
      Mirror.forget(Mirror.elements, update.children);
      Mirror.forget(Mirror.containers, update.children);
      update.children.forEach(Mirror.order);
      // In a list below the field that is typed in, what is chosen there is more than the field.
      const focused = nodes.filter(function(node) { return node.focused; });
      Mirror.follow(focused.find(function(node) { return node.role === 'option'; }) || focused[0]);
      Mirror.tell(nodes);
      Mirror.nodes = update.nodes;
      window['geminate']['nodes'] = nodes;
    },
  },

  web_mirror__deps: ['$Mirror'],
  web_mirror: function(json) {
    // The console must go on drawing whatever happens here.
    try {
      Mirror.update(JSON.parse(UTF8ToString(json)));
      return 1;
    } catch (fault) {
      console.error(fault);
      return 0;
    }
  },
});
