// The program comes in two parts (frontend-wasm/app/parts.h). While the later one is on its way, the log-in and the
// list of keys work, and what needs it waits.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Console, launch } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey } from './traffic.mjs';

const kLater = '**/later.*.wasm';

// Settled, but for what is on its way.
class HalfConsole extends Console {
  async idle() {
    await this.page.waitForFunction(() => {
      const whole = Module.whole;
      Module.whole = true;
      const idle = window.geminate.idle();
      Module.whole = whole;
      return idle;
    });
  }
  whole() {
    return this.page.waitForFunction(() => Module.whole);
  }
}

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  for (const [n, project] of [[1, 'alpha'], [2, 'alpha'], [3, 'beta']])
    await addKey(stand, { key_string: `AIzaTwoParts-000${n}`, project, description: `Nr. ${n}` });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});
afterEach(async () => {
  tab.assertNoProblems();
  await tab.close();
});

// The console with its later part held back until `release`.
async function open(path) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  tab = await HalfConsole.open(browser, stand, {
    path,
    before: (page) => page.route(kLater, (route) => released.then(() => route.continue())),
  });
  return { release: () => (release(), tab.whole()) };
}

test('the list of keys works before the rest is there', async () => {
  const { release } = await open();
  await tab.logIn();
  await tab.appears('row', /Nr\. 1/);
  await tab.type('搜索 Key', 'project:alpha');
  assert.equal((await tab.rows()).length, 2);
  await tab.clear('搜索 Key');
  await tab.press('checkbox', /^停用/);
  await tab.appears('heading', '没有符合条件的 Key');
  await tab.press('checkbox', /^停用/);
  await tab.press('columnheader', '状态');
  await tab.press('button', '列');
  await tab.press('menuitem', '优先级');
  await tab.key('Escape');
  await tab.press('checkbox', /^选择 .*0003/);
  await tab.press('checkbox', '全选');
  await tab.press('button', /Nr\. 2.* 的操作/);
  await tab.key('Escape');
  await tab.page.mouse.wheel(0, 300);
  await tab.lookAt({ size: { width: 390, height: 844 }, dark: true });
  await tab.lookAt({ size: { width: 1440, height: 900 }, dark: false });
  await tab.type('搜索 Key', 'alpha');
  await release();
  await tab.page.waitForFunction(() => window.geminate.idle());
  assert.equal(await tab.value('搜索 Key'), 'alpha');
});

test('what needs the rest is done when it is there', async () => {
  const { release } = await open();
  await tab.logIn();
  await tab.appears('row', /Nr\. 1/);
  await tab.press('button', '添加 Key');
  assert.equal(await tab.dialog().count(), 0);
  await release();
  await tab.appears('dialog', '添加代理 Key');
});

test('a page whose code is on its way shows what it will be', async () => {
  const { release } = await open('/manage/settings');
  await tab.logIn();
  await tab.appears('heading', '设置');
  await tab.screenshot('page-on-its-way');
  await tab.press('link', '访问令牌');
  await tab.appears('heading', '访问令牌');
  await tab.press('link', '设置');
  await tab.appears('heading', '设置');
  await release();
  await tab.appears('text', /^KEY_STORAGE_MODE /);
});

test('a part that was cut off is asked for again', async () => {
  let tries = 0;
  tab = await Console.open(browser, stand, {
    before: (page) => page.route(kLater, (route) => (++tries < 3 ? route.abort() : route.continue())),
  });
  tab.expectProblems(/Failed to (fetch|load)/);
  assert.equal(tries, 3);
  await tab.logIn();
  await tab.press('link', '访问令牌');
  await tab.appears('button', '创建令牌');
});

test('says so when the rest is not there any more', async () => {
  tab = await HalfConsole.open(browser, stand, { before: (page) => page.route(kLater, (route) => route.fulfill({ status: 404 })) });
  tab.expectProblems(/status of 404/);
  await tab.page.getByText('控制台出错，请刷新页面').waitFor();
});
