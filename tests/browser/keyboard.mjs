// Everything by keys alone, in a real browser: the way through the page and out of it, the palette, a key made and
// changed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';
import { addKey } from './traffic.mjs';

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  await addKey(stand, { key_string: 'AIzaKeyboard-a3F9', description: 'main' });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const kMostStops = 60;
const focused = () => tab.page.evaluate(() => window.geminate.nodes.find((node) => node.focused)?.name ?? null);
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
    for (const name of ['Proxy keys', 'Search keys', '…a3F9 main', 'Actions for …a3F9 main'])
      assert.ok(way.includes(name), `${name} in ${way.join(', ')}`);
    assert.equal(new Set(way).size, way.length, way.join(', '));
    await enterThePage();
    assert.equal(await tabLeaves('Tab'), false);
    assert.equal(await tabLeaves('Shift+Tab'), true);
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
