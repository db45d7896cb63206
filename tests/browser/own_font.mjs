// Hanzi where the system has no font for them: the page brings its own then, and only then.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch } from './console.mjs';
import { kLatin, kPinned, onlyFonts } from './fonts.mjs';
import { crop, decode } from './picture.mjs';
import { launchFox, startScreen } from './screen.mjs';
import { Stand } from './stand.mjs';

let stand;
before(async () => (stand = await Stand.start('memory')));
after(() => stand?.stop());

const isFont = (url) => /\.woff2$/.test(new URL(url).pathname);

// Opens the login in a browser of its own; what it fetched, and four characters of its title, each as a picture.
async function look(environment) {
  const browser = await launch([], environment);
  try {
    const context = await browser.newContext({ viewport: { width: 1024, height: 768 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const answers = [];
    page.on('response', (answer) => isFont(answer.url()) && answers.push(answer));
    const tab = new Console(page, stand);
    await tab.watch();
    await page.goto(`${stand.url}/manage/keys`);
    await page.waitForFunction(() => window.geminate !== undefined);
    await tab.appears('heading', '登录管理控制台');
    await page.evaluate(() => document.fonts.ready.then(() => new Promise((resolve) => requestAnimationFrame(resolve))));
    await tab.idle();
    await tab.screenshot(environment ? 'own-font' : 'system-font');
    const title = await tab.find('heading', '登录管理控制台').boundingBox();
    const picture = decode(await page.screenshot());
    const letter = { y: Math.round(title.y), width: Math.round(title.width / 7), height: Math.round(title.height) };
    const letters = [0, 1, 2, 3].map((at) => crop(picture, { ...letter, x: Math.round(title.x + (title.width * at) / 7) }).toString('base64'));
    const fonts = answers.map((answer) => ({ status: answer.status(), headers: answer.headers() }));
    tab.assertNoProblems();
    tab.assertPolicyKept();
    return { fonts, letters, own: await page.evaluate(() => document.documentElement.dataset.han) };
  } finally {
    await browser.close();
  }
}

test('is fetched where the system has none, once, and its hanzi are drawn', async (story) => {
  const only = onlyFonts(kLatin);
  story.after(only.remove);
  const { fonts, letters, own } = await look(only.environment);
  assert.equal(own, 'own');
  assert.equal(fonts.length, 1);
  assert.equal(fonts[0].status, 200);
  assert.equal(fonts[0].headers['content-type'], 'font/woff2');
  assert.match(fonts[0].headers['cache-control'], /immutable/);
  story.diagnostic(`the font has ${fonts[0].headers['content-length']} bytes`);
  assert.equal(new Set(letters).size, letters.length, 'no two hanzi look alike');
});

test('is not fetched where the system has one', async () => {
  const { fonts, letters, own } = await look();
  assert.equal(own, undefined);
  assert.deepEqual(fonts, []);
  assert.equal(new Set(letters).size, letters.length);
});

// Firefox draws a box of its own for each character that no font has.
for (const [fonts, fetched] of [[kLatin, 1], [[...kLatin, ...kPinned], 0]]) {
  test(`is fetched by Firefox ${fetched ? '' : 'only '}where the system has none: ${fonts.join(', ')}`, async (story) => {
    const only = onlyFonts(fonts);
    const screen = await startScreen();
    const fox = await launchFox(screen, only.environment);
    story.after(async () => {
      await fox.close();
      screen.child.kill();
      only.remove();
    });
    const page = await fox.newPage();
    let asked = 0;
    page.on('request', (request) => (asked += isFont(request.url())));
    await page.goto(`${stand.url}/manage/keys`);
    await page.waitForFunction(() => window.geminate?.idle() === true, { timeout: 60_000 });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    assert.equal(await page.evaluate(() => document.documentElement.dataset.han ?? ''), fetched ? 'own' : '');
    assert.equal(asked, fetched);
  });
}
