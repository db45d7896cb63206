// The console in Debian's Firefox, over WebDriver BiDi. Without a screen Firefox has no WebGL 2, so it draws into an
// X server that shows nothing. What is tested is what browsers do differently: keys, text, clipboard, focus, drawing.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { steps } from './console.mjs';
import { kPatience, launchFox, startScreen } from './screen.mjs';
import { Stand, kAdminKey } from './stand.mjs';

class Fox {
  constructor(page) {
    this.page = page;
    this.problems = [];
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }
  async idle() {
    await this.page.waitForFunction(() => window.geminate?.idle() === true, { timeout: kPatience });
  }
  // Where the named widget stands; waits until there is one.
  async place(role, name, within = '') {
    const found = await this.page.waitForFunction(
      (wanted, called, parent) => {
        const root = parent ? document.querySelector(`#mirror [role=dialog][aria-label="${parent}"]`) : document;
        const element = [...(root?.querySelectorAll(`[data-role="${wanted}"]`) ?? [])].find(
          (each) => (each.getAttribute('aria-label') ?? each.textContent) === called);
        if (!element) return null;
        const { left, top, width, height } = element.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2, value: element.value ?? '' };
      },
      { timeout: kPatience }, role, name, within);
    return found.jsonValue();
  }
  async press(role, name, within) {
    await this.idle();
    const { x, y } = await this.place(role, name, within);
    await this.page.mouse.click(x, y);
    await this.idle();
  }
  async chord(key) {
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press(key);
    await this.page.keyboard.up('Control');
    await this.idle();
  }
  async write(name, text, within) {
    await this.press('textbox', name, within);
    await this.chord('a');
    // One at a time, as letters that no key stands for are put in as an input method puts them.
    for (const letter of text) await this.page.keyboard.type(letter);
    await this.idle();
  }
  async value(name, within) {
    await this.idle();
    return (await this.place('textbox', name, within)).value;
  }
  async screenshot(name) {
    const folder = join(process.env.GEMINATE_ARTIFACTS, 'console');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

let stand, screen, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  screen = await startScreen();
  browser = await launchFox(screen);
  tab = new Fox(await browser.newPage());
  await tab.page.setViewport({ width: 1280, height: 800 });
});
after(async () => {
  await browser?.close();
  screen?.child.kill();
  await stand?.stop();
});

test('the console in Firefox', async (story) => {
  const step = steps(story, 'firefox', () => tab);
  await step('starts and lets the admin in', async () => {
    await tab.page.goto(`${stand.url}/manage/keys`);
    await tab.place('heading', '登录管理控制台');
    await tab.idle();
    await tab.page.keyboard.type(kAdminKey);
    await tab.page.keyboard.press('Enter');
    await tab.place('heading', '管理代理 Key (数据库存储模式)');
    await tab.place('heading', '还没有代理 Key');
  });

  await step('adds a key with a Chinese description', async () => {
    await tab.press('button', '添加 Key');
    await tab.write('Key', 'AIzaFirefox-a3F9', '添加代理 Key');
    await tab.write('描述', '火狐 a', '添加代理 Key');
    assert.equal(await tab.value('描述', '添加代理 Key'), '火狐 a');
    await tab.press('button', '添加 Key', '添加代理 Key');
    await tab.place('row', '…a3F9 火狐 a');
    await tab.press('button', '知道了');
    const [key] = await stand.keys();
    assert.equal(key.description, '火狐 a');
  });

  await step('copies and pastes through the clipboard', async () => {
    await tab.write('搜索 Key', 'a3F9');
    await tab.chord('a');
    await tab.chord('c');
    await tab.write('搜索 Key', 'x');
    await tab.chord('a');
    await tab.chord('v');
    assert.equal(await tab.value('搜索 Key'), 'a3F9');
    await tab.press('button', '清除搜索');
  });

  await step('edits the key', async () => {
    const name = '…a3F9 火狐 a';
    await tab.press('row', name);
    await tab.write('项目', 'beta', name);
    await tab.press('button', '保存更改', name);
    await tab.place('cell', 'beta');
    assert.equal((await stand.keys())[0].project, 'beta');
    await tab.screenshot('firefox-keys');
  });

  await step('goes on with the keyboard alone', async () => {
    await tab.chord('k');
    await tab.place('dialog', '命令面板');
    await tab.page.keyboard.type('a3F9');
    await tab.place('option', '…a3F9 火狐 a');
    await tab.page.keyboard.press('Enter');
    await tab.place('dialog', '…a3F9 火狐 a');
    await tab.screenshot('firefox-key');
    await tab.page.keyboard.press('Escape');
  });

  await step('had nothing to complain about', () => assert.deepEqual(tab.problems, []));
});
