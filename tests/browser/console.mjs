// The console in a browser tab. Everything is found by role and name, as a screen reader finds it; clicks are real
// mouse events at the widget's place (`force`: the named elements let the pointer through to the canvas).
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { kAdminKey } from './stand.mjs';

const kFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const kPatience = 30_000;
const kPolicy = 'content security policy';
export const kSize = { width: 1024, height: 768 };
// One pixel.
export const kPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

// Steps of one story: each begins where the one before it ended, so after a failed one the rest is skipped. What
// was on screen when it failed is kept.
export function steps(story, title, tab) {
  let failed = false;
  return (name, run) =>
    story.test(name, async (step) => {
      if (failed) return step.skip('an earlier step failed');
      try {
        await run();
        tab()?.assertPolicyKept?.();
      } catch (error) {
        failed = true;
        await tab().screenshot(`failed-${title}`).catch(() => {});
        throw error;
      }
    });
}

export async function launch(flags = [], env = process.env) {
  const executablePath = process.env.GEMINATE_CHROMIUM || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...kFlags, ...flags], env });
}

export class Console {
  // `options`: path, locale, size, scale, dark, touch, reducedMotion, before (is given the page before it loads).
  static async open(browser, stand, options = {}) {
    const context = await browser.newContext({
      viewport: options.size ?? kSize,
      deviceScaleFactor: options.scale ?? 1,
      locale: options.locale ?? 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      colorScheme: options.dark ? 'dark' : 'light',
      reducedMotion: options.reducedMotion ?? 'no-preference',
      hasTouch: options.touch ?? false,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(kPatience);
    const page = await context.newPage();
    const tab = new this(page, stand);
    await tab.watch();
    await options.before?.(page);
    const answer = await page.goto(stand.url + (options.path ?? '/manage/keys'));
    tab.headers = answer.headers();
    await page.waitForFunction(() => window.geminate !== undefined);
    await tab.idle();
    return tab;
  }

  constructor(page, stand) {
    this.page = page;
    this.stand = stand;
    this.problems = [];
    this.violations = [];
    this.expected = [];
  }

  async watch() {
    this.page.on('console', (message) => {
      if (message.text().startsWith(kPolicy)) this.violations.push(message.text());
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    this.page.on('pageerror', (error) => this.problems.push(`uncaught ${error.stack ?? error}`));
    await this.page.addInitScript((policy) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`${policy}: ${event.violatedDirective} ${event.blockedURI}`);
      });
    }, kPolicy);
    // What was read aloud since the last input: a toast is gone after some seconds, which a busy machine may need.
    await this.page.addInitScript(() => {
      window.told = [];
      new MutationObserver((changes) => {
        for (const { target } of changes) window.told.push(target.dataset.said);
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-said'] });
    });
  }
  forgetTold() {
    return this.page.evaluate(() => void (window.told = []));
  }

  // Problems that a test provokes, such as the browser's own line about an answer of 401.
  expectProblems(pattern) {
    this.expected.push(pattern);
  }
  assertNoProblems() {
    // Chromium talks about its own software drawing.
    const own = /GPU stall due to ReadPixels|GroupMarkerNotSet|Automatic fallback to software WebGL|swiftshader/i;
    const left = this.problems.filter((text) => !own.test(text) && !this.expected.some((each) => each.test(text)));
    assert.deepEqual(left, []);
  }

  // Nothing may be expected of these, in no test.
  assertPolicyKept() {
    assert.deepEqual(this.violations, []);
  }

  // No frame is owed and no call to the server is on its way.
  async idle() {
    await this.page.waitForFunction(() => window.geminate.idle());
  }
  frames() {
    return this.page.evaluate(() => window.geminate.frames());
  }

  // `text` is what merely stands there; it has no role.
  find(role, name, within = this.page) {
    const options = { name, exact: typeof name === 'string' };
    if (role === 'text') return within.getByText(name, options);
    if (role === 'cell') return within.getByRole('gridcell', options);
    // A command that is on or off is a role of its own.
    if (role === 'menuitem') return within.getByRole(role, options).or(within.getByRole('menuitemcheckbox', options));
    return within.getByRole(role, options);
  }
  async appears(role, name, within) {
    await this.find(role, name, within).first().waitFor({ state: 'attached' });
  }
  async disappears(role, name, within) {
    await this.find(role, name, within).first().waitFor({ state: 'detached' });
  }
  // While something moves its place is not yet where it will be.
  async press(role, name, within) {
    await this.find(role, name, within).first().waitFor({ state: 'attached' });
    await this.idle();
    await this.forgetTold();
    await this.find(role, name, within).click({ force: true });
    await this.idle();
  }
  // A key press, such as Escape.
  async key(name) {
    await this.forgetTold();
    await this.page.keyboard.press(name);
    await this.idle();
  }
  dialog(name) {
    return this.find('dialog', name ?? /./);
  }

  // Rows that hold something, without a table's head.
  dataRows() {
    return this.page.locator('[role=row][aria-label]');
  }

  async focus(name, within) {
    await this.press('textbox', name, within);
  }
  async type(name, text, within) {
    await this.focus(name, within);
    await this.key('Control+a');
    await this.page.keyboard.type(text);
    await this.idle();
  }
  async clear(name, within) {
    await this.focus(name, within);
    await this.key('Control+a');
    await this.key('Delete');
  }
  async paste(name, text, within) {
    await this.page.evaluate((content) => navigator.clipboard.writeText(content), text);
    await this.focus(name, within);
    await this.key('Control+v');
  }
  // As an input method does: letters first, then what was chosen.
  async compose(name, letters, chosen, within) {
    await this.focus(name, within);
    const devtools = await this.page.context().newCDPSession(this.page);
    for (let length = 1; length <= letters.length; ++length) {
      const text = letters.slice(0, length);
      await devtools.send('Input.imeSetComposition', { text, selectionStart: length, selectionEnd: length });
    }
    await devtools.send('Input.insertText', { text: chosen });
    await devtools.detach();
    await this.idle();
  }
  async value(name, within) {
    await this.idle();
    return this.find('textbox', name, within).inputValue();
  }
  clipboard() {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
  // A file that is pasted ('paste') or dropped on the page ('drop').
  give(kind, name, type, bytes) {
    return this.page.evaluate(
      ({ kind, name, type, data }) => {
        const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        const carried = new DataTransfer();
        carried.items.add(new File([raw], name, { type }));
        const options = { bubbles: true, cancelable: true };
        const event =
          kind === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: carried, ...options })
            : new DragEvent('drop', { dataTransfer: carried, ...options });
        document.getElementById('canvas').dispatchEvent(event);
      },
      { kind, name, type, data: bytes.toString('base64') },
    );
  }

  // Names of the rows in sight, from top to bottom.
  async rows() {
    await this.idle();
    return this.dataRows().evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  }
  // Opens a row's menu and presses one of its commands.
  async command(row, name) {
    await this.press('button', row instanceof RegExp ? new RegExp(`${row.source}.*(的操作|Actions)`) : `${row} 的操作`);
    await this.press('menuitem', name);
  }
  // A toast with that text and the mode's note; it is closed, so that it lies over nothing.
  async toast(text, note) {
    const wanted = text instanceof RegExp ? { source: text.source } : { name: text };
    const told = await this.page.waitForFunction(({ source, name }) => {
      const shown = window.geminate.nodes.filter(({ role }) => role === 'status').map((node) => node.name);
      return [...shown, ...window.told].find((each) => (source ? new RegExp(source).test(each) : each === name));
    }, wanted);
    const whole = await told.jsonValue();
    assert.equal(/[（(].*(会话|run only|current run).*[)）]$/.exec(whole)?.[0], note, whole);
    const close = this.find('button', /知道了|Dismiss/);
    while ((await close.count()) > 0) {
      await close.first().click({ force: true });
      await this.idle();
    }
  }

  async logIn() {
    await this.type('管理员密钥', kAdminKey);
    await this.press('button', '登录');
    await this.disappears('heading', '登录管理控制台');
    await this.idle();
  }

  // The answer to whether changes that were not saved may be lost.
  async discard() {
    const question = this.dialog(/放弃未保存的更改|Discard unsaved changes/);
    await question.waitFor({ state: 'attached' });
    await this.press('button', /放弃更改|Discard changes/, question);
  }

  async logInAnyLanguage() {
    await this.page.getByRole('textbox').first().click({ force: true });
    await this.page.keyboard.type(kAdminKey);
    await this.key('Enter');
  }

  // The same page in another window, in the other light: quicker than a page of its own.
  async lookAt({ size, dark }) {
    await this.page.setViewportSize(size);
    await this.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await this.page.waitForFunction(({ width, height }) => {
      const canvas = document.getElementById('canvas').getBoundingClientRect();
      return Math.round(canvas.width) === width && Math.round(canvas.height) === height;
    }, size);
    await this.idle();
  }

  async screenshot(name) {
    const folder = join(process.env.GEMINATE_ARTIFACTS, 'console');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
  async close() {
    await this.page.context().close();
    this.assertPolicyKept();
  }
}
