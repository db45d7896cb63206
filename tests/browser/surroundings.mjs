// What the console owes to whatever it runs in: how it loads, what it says where it cannot run, and that it works
// zoomed, by touch, by input method and on plain http.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Console, launch } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';
import { addKey } from './traffic.mjs';

const kOtherName = 'geminate.test';
const kPhone = { width: 390, height: 844 };

let stand, browser;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch([`--host-resolver-rules=MAP ${kOtherName} 127.0.0.1`]);
  for (let i = 1; i <= 4; ++i) {
    await addKey(stand, { key_string: `AIzaSurroundings-000${i}`, description: `key ${i}` });
  }
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

test('says truly how much of the program is there', async (context) => {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    window.seen = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        if (target.id === 'loading-bar') window.seen.push([target.value, document.getElementById('loading-text').textContent]);
      }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['value'] });
  });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const slow = { offline: false, latency: 0, downloadThroughput: 150_000, uploadThroughput: -1 };
  await network.send('Network.emulateNetworkConditions', slow);
  await page.goto(`${stand.url}/manage/keys`);
  await page.waitForFunction(() => window.geminate?.idle());
  const { promised, real, seen, painted } = await page.evaluate(async () => {
    const program = document.getElementById('program');
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return {
      promised: Number(program.dataset.bytes),
      real: (await (await fetch(program.href)).arrayBuffer()).byteLength,
      seen: window.seen,
      painted: paint && paint.startTime - performance.getEntriesByType('navigation')[0].responseEnd,
    };
  });
  context.diagnostic(`the shell was painted ${painted?.toFixed(0)} ms after its HTML, at 150 kB/s; the bar moved ${seen.length} times`);
  assert.equal(promised, real);
  const values = seen.map(([value]) => value);
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
  assert.equal(values.at(-1), 100);
  assert.ok(values.some((value) => value > 0 && value < 100), values.join());
  for (const [value, text] of seen) assert.ok(text.includes(`${Math.floor(value)}%`), `${text} at ${value}`);
  await page.close();
});

// Scripts and program, as they travel: brotli, which Chromium takes from this machine's own address.
const kMostBytes = 250_000;
const kMostBytesLater = 115_000;

test('fetches less than 250 kB before there is something to work with', async (context) => {
  const sizes = new Map();
  const tab = await Console.open(browser, stand, {
    locale: 'en-US',
    before: async (page) => {
      const network = await page.context().newCDPSession(page);
      const names = new Map();
      network.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, new URL(response.url).pathname));
      network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(names.get(requestId), encodedDataLength));
      await network.send('Network.enable');
    },
  });
  await enter(tab);
  const programs = [...sizes].filter(([name]) => /\.(js|wasm)$/.test(name ?? ''));
  const bytes = (of) => programs.filter(([name]) => of(name.includes('/later.'))).reduce((sum, [, size]) => sum + size, 0);
  const first = bytes((later) => !later), rest = bytes((later) => later);
  context.diagnostic(`scripts and program take ${first} bytes, what comes later ${rest}`);
  assert.equal(programs.length, 4, programs.join());
  assert.ok(first < kMostBytes && rest < kMostBytesLater, `${first} and ${rest} bytes: ${programs.join(' ')}`);
  await tab.close();
});

const kMissing = [
  {
    what: 'WebGL 2',
    take: () => (HTMLCanvasElement.prototype.getContext = () => null),
    words: { 'zh-CN': /WebGL 2.*硬件加速/, 'en-US': /WebGL 2.*hardware acceleration/ },
  },
  {
    what: 'WebAssembly',
    take: () => delete window.WebAssembly,
    words: { 'zh-CN': /WebAssembly.*浏览器/, 'en-US': /WebAssembly.*browser/ },
  },
];
for (const { what, take, words } of kMissing) {
  for (const locale of ['zh-CN', 'en-US']) {
    test(`says in words that ${what} is missing (${locale})`, async () => {
      const context = await browser.newContext({ locale });
      const page = await context.newPage();
      const faults = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.addInitScript(take);
      await page.goto(`${stand.url}/manage/keys`);
      await page.getByText(words[locale]).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), locale === 'zh-CN' ? 'zh-CN' : 'en');
      const file = `without-${what.replace(' ', '')}-${locale}.png`;
      await page.screenshot({ path: join(process.env.GEMINATE_ARTIFACTS, 'console', file) });
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
}

async function enter(tab) {
  await tab.logInAnyLanguage();
  await tab.dataRows().first().waitFor({ state: 'attached' });
  await tab.idle();
}

test('keeps everything inside the window at 200 %', async () => {
  const halves = { desk: { width: 720, height: 450 }, laptop: { width: 512, height: 384 } };
  for (const [name, size] of Object.entries(halves)) {
    const tab = await Console.open(browser, stand, { size, scale: 2, locale: 'en-US' });
    await enter(tab);
    const outside = await tab.page.evaluate(() =>
      window.geminate.nodes
        .filter(({ rect: [left, , width] }) => left < -1 || left + width > innerWidth + 1)
        .map(({ role, name }) => `${role} ${name}`),
    );
    assert.deepEqual(outside, []);
    await tab.screenshot(`zoomed-${name}`);
    await tab.close();
  }
});

test('gives fingers targets of 44 pixels', async () => {
  const tab = await Console.open(browser, stand, { size: kPhone, touch: true, locale: 'en-US' });
  await enter(tab);
  const noneIsSmall = async (where) => {
    const small = await tab.page.evaluate(() => {
      const pressed = ['button', 'checkbox', 'menuitem', 'option', 'textbox', 'columnheader'];
      // Cut off by the edge of what scrolls, a widget is not what a finger meets.
      const whole = ({ rect }) => rect[0] > 0 && rect[1] >= 0 && rect[0] + rect[2] < innerWidth && rect[1] + rect[3] < innerHeight;
      return window.geminate.nodes
        .filter((node) => pressed.includes(node.role) && !node.disabled && whole(node) && Math.min(node.rect[2], node.rect[3]) < 44)
        .map(({ role, name, rect }) => `${role} ${name} ${rect[2]}×${rect[3]}`);
    });
    assert.deepEqual(small, [], where);
  };
  const touch = async (name) => {
    const { x, y, width, height } = await tab.find('button', name).first().boundingBox();
    await tab.page.touchscreen.tap(x + width / 2, y + height / 2);
    await tab.idle();
  };
  await tab.page.touchscreen.tap(200, 20);
  await tab.idle();
  await noneIsSmall('keys');
  await touch('Open menu');
  await tab.dialog('Navigation').waitFor({ state: 'attached' });
  await noneIsSmall('navigation');
  await tab.key('Escape');
  await touch('Add key');
  await tab.dialog('Add proxy keys').waitFor({ state: 'attached' });
  await noneIsSmall('adding keys');
  await tab.close();
});

// Frames that are drawn in a second in which nothing happens. A look at the server's list may fall into it; one quiet
// second is what is asked for.
async function drawnAtRest(tab) {
  let drawn;
  for (let attempt = 0; attempt < 5 && drawn !== 0; ++attempt) {
    const before = await tab.frames();
    await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    drawn = (await tab.frames()) - before;
  }
  return drawn;
}

// Nothing is animated, for nobody; whoever asks for less motion has it.
for (const reducedMotion of ['reduce', 'no-preference']) {
  test(`moves nothing by itself, motion: ${reducedMotion}`, async () => {
    const tab = await Console.open(browser, stand, { reducedMotion, locale: 'en-US' });
    assert.equal(await tab.page.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches), reducedMotion === 'reduce');
    await enter(tab);
    await tab.press('button', 'Add key');
    await tab.dialog('Add proxy keys').waitFor({ state: 'attached' });
    // What the server tells behind it (counts, that it listens) has come; a fade that frames drive would stand still here.
    await drawnAtRest(tab);
    const atOnce = await tab.page.screenshot();
    await tab.page.mouse.move(3, 3);
    await tab.page.mouse.move(5, 5);
    await tab.idle();
    assert.ok(atOnce.equals(await tab.page.screenshot()), 'the ground behind the dialog is still changing');
    assert.equal(await drawnAtRest(tab), 0, 'a dialog');
    await tab.key('Escape');
    let asked = false;
    await tab.page.route(/\/api\/manage\/requests(\?|$)/, () => (asked = true));  // never answered
    await tab.find('link', 'Requests').click({ force: true });
    await tab.appears('heading', 'Requests');
    assert.equal(await drawnAtRest(tab), 0, 'a list that is on its way');
    assert.ok(asked);
    await tab.screenshot('loading');
    await tab.close();
  });
}

test('shows what is being composed where it will stand', async () => {
  const tab = await Console.open(browser, stand, {});
  await tab.logIn();
  await tab.type('搜索 Key', 'ab');
  const devtools = await tab.page.context().newCDPSession(tab.page);
  await devtools.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  await tab.idle();
  const seen = await tab.page.evaluate(() => {
    const typing = document.getElementById('typing');
    const { left, top, right, bottom } = typing.getBoundingClientRect();
    return { text: typing.value, opacity: getComputedStyle(typing).opacity, left, top, right, bottom };
  });
  const field = await tab.find('textbox', '搜索 Key').boundingBox();
  const places = JSON.stringify({ seen, field });
  assert.equal(seen.text, 'nihao');
  assert.equal(seen.opacity, '1');
  assert.ok(seen.left > field.x + 10 && seen.right < field.x + field.width, places);
  assert.ok(seen.top >= field.y - 2 && seen.bottom <= field.y + field.height + 2, places);
  await tab.screenshot('composing');
  await devtools.send('Input.insertText', { text: '你好' });
  assert.equal(await tab.value('搜索 Key'), 'ab你好');
  tab.assertNoProblems();
  await tab.close();
});

test('works on plain http, the clipboard included', async () => {
  const other = { url: stand.url.replace('127.0.0.1', kOtherName) };
  const tab = await Console.open(browser, other, {});
  tab.expectProblems(/Cross-Origin-Opener-Policy header has been ignored/);
  assert.equal(await tab.page.evaluate(() => window.isSecureContext || navigator.clipboard !== undefined), false);
  await tab.type('管理员密钥', kAdminKey);
  await tab.press('button', '登录');
  await tab.dataRows().first().waitFor({ state: 'attached' });
  await tab.type('搜索 Key', '0003');
  await tab.key('Control+a');
  await tab.key('Control+c');
  await tab.clear('搜索 Key');
  await tab.key('Control+v');
  assert.equal(await tab.value('搜索 Key'), '0003');
  assert.deepEqual(await tab.rows(), ['…0003 key 3']);
  tab.assertNoProblems();
  await tab.close();
});
