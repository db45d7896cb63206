// What every page looks like, on one pinned font, against small pictures that are kept (tests/golden/console): at a desk
// and on a phone, light and dark, in both languages. They catch what has moved or changed its colour, not how a letter's
// edge is drawn. GEMINATE_UPDATE_GOLDEN=1 renews them; look at the difference before committing it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Console, launch } from './console.mjs';
import { kPinned, onlyFonts } from './fonts.mjs';
import { decode, encode, shrunk } from './picture.mjs';
import { Stand } from './stand.mjs';
import { addKey } from './traffic.mjs';

const kFolder = join(process.env.GEMINATE_REPOSITORY, 'tests/golden/console');
// Upstream's, without a request that the dashboard would count.
const kModels = { models: [{ name: 'models/gemini-2.5-flash', displayName: 'Gemini 2.5 Flash', outputTokenLimit: 65536, supportedGenerationMethods: ['generateContent'] }] };
const kPages = ['keys', 'tokens', 'requests', 'dashboard', 'settings', 'playground', 'models'];
const kSizes = [
  { width: 1440, height: 900, side: 15 },
  { width: 390, height: 844, side: 10 },
];
// In a picture that is kept: not to be compared.
const kMasked = [255, 0, 255];
// Of 255; colours are kept in steps of 8.
const kSameColour = 16;
// Squares that may differ all the same, such as where two edges fall between two pixels.
const kMostOff = 3;

const kKeys = [
  { key_string: 'AIzaGolden-a3F9', description: '客户端 A 主力', project: 'alpha', max_tokens_per_day: 600000, rate_limit_per_minute: 10, tags: ['主力', 'prod'] },
  { key_string: 'AIzaGolden-Qx71', description: '批量翻译', project: 'alpha', max_tokens_per_day: 300000 },
  { key_string: 'AIzaGolden-7Yhc', description: 'service-ops', project: 'gamma' },
  { key_string: 'AIzaGolden-rP4a', description: '待轮换', project: 'delta', is_active: false },
  { key_string: 'AIzaGolden-e2Lv', description: '图像任务', project: 'epsilon', expires_at: '2020-01-01T00:00:00Z' },
];

let stand, browser, fonts;
before(async () => {
  stand = await Stand.start('database');
  for (const key of kKeys) await addKey(stand, key);
  await stand.api('/api/manage/aliases/update', {
    method: 'PUT',
    body: JSON.stringify({ aliases: [{ alias: 'gpt-4o', model: 'gemini-2.5-pro', note: '旧版客户端' }, { alias: 'gpt-4*', model: 'gemini-2.5-flash' }] }),
  });
  // No token is made: its last characters would be others each time. The environment's is in the list.
  fonts = onlyFonts(kPinned);
  browser = await launch([], fonts.environment);
});
after(async () => {
  await browser?.close();
  await stand?.stop();
  fonts?.remove();
});

// Where something stands that is another one each time: a time, an address, a chart over the hours with what is written
// below it.
function changing(tab) {
  return tab.page.evaluate(() => {
    const over = ({ role }) => role === 'img' || role === 'slider';
    const other = ({ name }) => /\d:\d\d|刚刚|\d ?(秒|分钟)|just now|\bago\b|\bPORT\b|BASE_URL|DATA_DIR|\/tmp\//.test(name);
    return window.geminate.nodes
      .filter((node) => over(node) || other(node))
      .map((node) => [node.rect[0], node.rect[1], node.rect[2], node.rect[3] + (over(node) ? 64 : 0)]);
  });
}

function mask(small, side, rects) {
  for (const [left, top, width, height] of rects) {
    const [right, bottom] = [Math.ceil((left + width + 2) / side), Math.ceil((top + height + 2) / side)];
    for (let y = Math.max(0, Math.floor((top - 2) / side)); y < Math.min(bottom, small.height); ++y) {
      for (let x = Math.max(0, Math.floor((left - 2) / side)); x < Math.min(right, small.width); ++x)
        small.data.set(kMasked, (y * small.width + x) * 3);
    }
  }
}

// Squares that differ, as "column,row".
function differences(seen, kept) {
  assert.deepEqual([seen.width, seen.height], [kept.width, kept.height]);
  const off = [];
  for (let at = 0; at < seen.data.length; at += 3) {
    const [a, b] = [seen, kept].map(({ data }) => [...data.subarray(at, at + 3)]);
    const masked = [a, b].some((colour) => colour.every((value, each) => value === kMasked[each]));
    if (!masked && a.some((value, each) => Math.abs(value - b[each]) > kSameColour))
      off.push(`${(at / 3) % seen.width},${Math.floor(at / 3 / seen.width)}`);
  }
  return off;
}

async function compare(tab, name, side) {
  await tab.idle();
  const small = shrunk(decode(await tab.page.screenshot()), side);
  mask(small, side, await changing(tab));
  const file = join(kFolder, `${name}.png`);
  if (process.env.GEMINATE_UPDATE_GOLDEN) {
    mkdirSync(kFolder, { recursive: true });
    if (!existsSync(file) || differences(small, decode(readFileSync(file))).length > 0) writeFileSync(file, encode(small));
    return [];
  }
  const off = differences(small, decode(readFileSync(file)));
  if (off.length <= kMostOff) return [];
  await tab.screenshot(`golden-${name}`);
  writeFileSync(join(process.env.GEMINATE_ARTIFACTS, 'console', `golden-${name}-small.png`), encode(small));
  return [`${name}: ${off.length} squares of ${side} pixels differ: ${off.slice(0, 12).join(' ')}; GEMINATE_UPDATE_GOLDEN=1 renews the picture`];
}

async function bothLights(tab, name, side) {
  const wrong = [];
  for (const light of ['light', 'dark']) {
    await tab.page.emulateMedia({ colorScheme: light });
    wrong.push(...(await compare(tab, `${name}-${light}`, side)));
  }
  return wrong;
}

for (const { width, height, side } of kSizes) {
  for (const [language, locale] of [['zh', 'zh-CN'], ['en', 'en-US']]) {
    test(`every page at ${width}x${height} in ${language}`, async () => {
      const tab = await Console.open(browser, stand, { size: { width, height }, locale, touch: width < 500 });
      await tab.page.route('**/api/manage/playground/**', (route) => route.fulfill({ json: kModels }));
      const name = (page) => `${page}-${width}x${height}-${language}`;
      const wrong = await bothLights(tab, name('login'), side);
      await tab.logInAnyLanguage();
      await tab.dataRows().first().waitFor({ state: 'attached' });
      await tab.page.mouse.move(width - 2, height - 2);
      for (const page of kPages) {
        await tab.page.goto(`${stand.url}/manage/${page}`);
        await tab.page.waitForFunction(() => window.geminate !== undefined);
        await tab.appears('heading', /./);
        wrong.push(...(await bothLights(tab, name(page), side)));
      }
      assert.deepEqual(wrong, []);
      tab.assertNoProblems();
      await tab.close();
    });
  }
}

test('the comparison sees what moved and what changed its colour, and no soft edge', async () => {
  const tab = await Console.open(browser, stand, { size: { width: 1440, height: 900 }, locale: 'en-US' });
  await tab.appears('heading', 'Sign in to the console');
  const whole = decode(await tab.page.screenshot());
  const { x, y, width, height } = await tab.find('button', 'Sign in').boundingBox();
  const kept = shrunk(whole, 15);
  const changed = (change) => {
    const data = Buffer.from(whole.data);
    const each = (from, to) => {
      for (let row = Math.round(from.y); row < from.y + from.height; ++row) {
        for (let column = Math.round(from.x); column < from.x + from.width; ++column) {
          const at = (row * whole.width + column) * whole.channels;
          for (let channel = 0; channel < 3; ++channel) data[at + channel] = to(at + channel, row);
        }
      }
    };
    change(each);
    return differences(shrunk({ ...whole, data }, 15), kept).length;
  };
  const button = { x, y, width, height };
  const stride = whole.width * whole.channels;
  assert.ok(changed((each) => each({ ...button, height: height + 8 }, (at) => whole.data[at - 8 * stride])) > kMostOff, 'moved by 8 pixels');
  assert.ok(changed((each) => each(button, (at) => Math.min(255, whole.data[at] + 40))) > kMostOff, 'another colour');
  const all = { x: 0, y: 0, width: whole.width, height: whole.height };
  const soft = changed((each) => each(all, (at, row) => (row === 0 ? whole.data[at] : (whole.data[at] * 7 + whole.data[at - stride]) / 8)));
  assert.equal(soft, 0, 'softer edges');
  await tab.close();
});
