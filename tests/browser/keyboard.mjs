// Everything by keys alone, in a real browser: the way through the page and out of it, the palette, a key made and
// changed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';
import { addKey, ask_many } from './traffic.mjs';

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  await addKey(stand, { key_string: 'AIzaKeyboard-a3F9', description: 'main' });
  await addKey(stand, { key_string: 'AIzaKeyboard-c777', description: 'other' });
  await stand.api('/api/manage/tokens/add', { method: 'POST', body: JSON.stringify({ description: 'nightly' }) });
  await ask_many(stand, 3);
  const aliases = [{ alias: 'gpt-4o', model: 'gemini-2.5-pro' }, { alias: 'o3', model: 'gemini-3-pro' }];
  await stand.api('/api/manage/aliases/update', { method: 'PUT', body: JSON.stringify({ aliases }) });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const kMostStops = 60;
const focusedNode = () => tab.page.evaluate(() => window.geminate.nodes.find((node) => node.focused) ?? {});
const focused = async () => (await focusedNode()).name ?? null;
// The place of the row that has the focus, from 1 on, as assistive technology is told.
const row = async () => {
  const active = await tab.page.evaluate(() => {
    const at = document.activeElement.getAttribute('aria-activedescendant');
    const element = at && document.getElementById(at);
    return element && { role: element.getAttribute('role'), index: element.getAttribute('aria-rowindex'), selected: element.getAttribute('aria-selected') };
  });
  return active?.role === 'row' ? { at: Number(active.index) - 1, selected: active.selected === 'true' } : null;
};
const go = async (path) => {
  await tab.page.goto(`${stand.url}/manage/${path}`);
  await tab.page.waitForFunction(() => window.geminate !== undefined);
  await tab.idle();
};
// From the page's beginning on.
const tabToTable = async () => {
  await enterThePage();
  for (let i = 0; i < kMostStops && !(await row()); ++i) assert.equal(await tabLeaves(), false, 'there is a table');
};
const enterThePage = () => tab.page.evaluate(() => document.getElementById('canvas').focus());
// Presses Tab; whether the browser was left to move the focus on by itself.
const tabLeaves = async (key = 'Tab') => {
  await tab.page.evaluate(() => {
    window.addEventListener('keydown', (event) => (window.left = !event.defaultPrevented), { once: true });
  });
  await tab.key(key);
  return tab.page.evaluate(() => window.left);
};
const tabTo = async (name) => {
  for (let i = 0; i < kMostStops && (await focused()) !== name; ++i) await tab.key('Tab');
  assert.equal(await focused(), name);
};
const choose = async (words) => {
  await tab.key('Control+k');
  await tab.dialog(/Command palette|命令面板/).waitFor({ state: 'attached' });
  await tab.page.keyboard.type(words);
  await tab.idle();
};

test('the console without a pointer', async (story) => {
  const step = steps(story, 'keyboard', () => tab);
  await step('logs in', async () => {
    tab = await Console.open(browser, stand, { locale: 'en-US' });
    await tab.page.keyboard.type(kAdminKey);
    await tab.key('Enter');
    await tab.appears('row', '…a3F9 main');
    await tab.idle();
  });

  await step('Tab goes through the page and out of it, and Shift+Tab back', async () => {
    await enterThePage();
    const way = [];
    while (way.length < kMostStops && !(await tabLeaves())) way.push(await focused());
    assert.ok(way.length < kMostStops, 'Tab leaves');
    for (const name of ['Proxy keys', 'Search keys', 'Columns']) assert.ok(way.includes(name), `${name} in ${way.join(', ')}`);
    assert.equal(new Set(way).size, way.length, way.join(', '));
    await enterThePage();
    assert.equal(await tabLeaves('Tab'), false);
    assert.equal(await tabLeaves('Shift+Tab'), true);
  });

  await step('every table is one stop, and keys go from row to row', async () => {
    for (const [path, first] of [['tokens'], ['requests'], ['settings', 'Prices'], ['models'], ['keys']]) {
      await go(path);
      if (first) await tab.press('link', first);
      await tab.dataRows().first().waitFor({ state: 'attached' });
      await tabToTable();
      assert.equal((await row()).at, 1, path);
      await tab.key('ArrowDown');
      assert.equal((await row()).at, 2, path);
      await tab.key('Home');
      assert.equal((await row()).at, 1, path);
      const left = await tabLeaves();
      const then = await focusedNode();
      assert.ok(left || !['row', 'cell', 'columnheader'].includes(then.role), `${path}: ${then.role} ${then.name}`);
      if (!left) await tab.key('Shift+Tab');
      if (!left) assert.equal((await row()).at, 1, `${path}: back to the row that was left`);
    }
  });

  await step('shows where the focus is', async () => {
    await enterThePage();
    await tabTo('Columns');
    await tab.screenshot('keyboard-focus');
  });

  await step('makes a key by the palette', async () => {
    await choose('add key');
    await tab.screenshot('palette');
    await tab.key('Enter');
    await tab.dialog('Add proxy keys').waitFor({ state: 'attached' });
    await tab.page.keyboard.type('AIzaKeyboard-b001');
    await tabTo('Description');
    await tab.page.keyboard.type('spare');
    await tabTo('Add key');
    await tab.key('Enter');
    await tab.appears('row', '…b001 spare');
  });

  await step('opens it, changes it and saves it', async () => {
    await choose('b001');
    await tab.key('Enter');
    const drawer = tab.dialog('…b001 spare');
    await drawer.waitFor({ state: 'attached' });
    await tabTo('Project');
    await tab.page.keyboard.type('beta');
    await tab.key('Enter');
    await drawer.waitFor({ state: 'detached' });
    assert.equal((await stand.keys()).find(({ description }) => description === 'spare').project, 'beta');
  });

  await step('rows out of sight are reached, selected and opened', async () => {
    for (let i = 1; i <= 60; ++i) await addKey(stand, { key_string: `AIzaKeyboard-${1000 + i}` });
    const keys = (await stand.keys()).length;
    await go('keys');
    await tab.dataRows().first().waitFor({ state: 'attached' });
    await tabToTable();
    await tab.key('End');
    assert.deepEqual(await row(), { at: keys, selected: false });
    await tab.key('Space');
    await tab.key('Shift+ArrowUp');
    await tab.key('Shift+ArrowUp');
    assert.deepEqual(await row(), { at: keys - 2, selected: true });
    await tab.appears('text', /3 selected/);
    await tab.screenshot('keyboard-rows');
    await tab.key('PageUp');
    const further = (await row()).at;
    assert.ok(further < keys - 5, `${further}`);
    const name = await focused();
    await tab.key('Enter');
    await tab.dialog(name).waitFor({ state: 'attached' });
    await tab.key('Escape');
    await tab.dialog(name).waitFor({ state: 'detached' });
    assert.equal((await row())?.at, further, 'the focus comes back to the row');
    await tab.key('Home');
    await tab.key('ArrowUp');
    assert.equal((await focusedNode()).role, 'columnheader');
    await tab.key('ArrowDown');
    await tab.key('ArrowRight');
    assert.equal((await focusedNode()).role, 'button');
  });

  await step('lists the shortcuts, and turns to the other language', async () => {
    await tab.key('Escape');
    await tab.key('?');
    await tab.dialog('Keyboard shortcuts').waitFor({ state: 'attached' });
    await tab.screenshot('shortcuts');
    await tab.key('Escape');
    await choose('切换到中文');
    await tab.key('Enter');
    await tab.appears('heading', '管理代理 Key (数据库存储模式)');
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});
