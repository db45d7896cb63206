// The dashboard: figures, charts with their words, periods, lists that lead on; and what it looks like.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey, ask, ask_many } from './traffic.mjs';

const kLooks = [
  { name: '1440-light-zh', size: { width: 1440, height: 900 } },
  { name: '1024-dark-en', size: { width: 1024, height: 768 }, dark: true, locale: 'en-US' },
  { name: '390-light-en', size: { width: 390, height: 844 }, locale: 'en-US', touch: true },
  { name: '390-dark-zh', size: { width: 390, height: 844 }, dark: true, touch: true },
];

let stand, browser, tab, cameToRest;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/dashboard', size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

// Only what is in sight is there to be found: scrolls the page until it is. The forecast comes every 20 s.
async function scrollTo(role, name) {
  const end = Date.now() + 40_000;
  const isThere = async () => (await tab.find(role, name).count()) !== 0;
  await tab.page.mouse.move(640, 500);
  do {
    await tab.page.mouse.wheel(0, -5000);
    await tab.idle();
    for (let turns = 0; turns < 40 && !(await isThere()); ++turns) {
      await tab.page.mouse.wheel(0, 150);
      await tab.idle();
    }
  } while (!(await isThere()) && Date.now() < end);
  await tab.appears(role, name);
}
const stateOf = async (preview) => (await stand.keys()).find((key) => key.key_preview === preview).state;
async function becomes(preview, state) {
  const end = Date.now() + 30_000;
  while ((await stateOf(preview)) !== state) {
    assert.ok(Date.now() < end, `${preview} did not become ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function described(name) {
  await scrollTo('img', name);
  return tab.find('img', name).getAttribute('aria-description');
}

test('the dashboard', async (story) => {
  const step = steps(story, 'dashboard', () => tab);
  await step('opens by its own address, with nothing to show yet', async () => {
    await tab.logIn();
    await tab.appears('text', /^成功请求 0/);
    assert.equal(await tab.page.title(), '总览');
  });

  await step('counts what is asked without being reloaded', async () => {
    await addKey(stand, { key_string: 'AIzaDash-a3F9', description: '主力' });
    await addKey(stand, { key_string: 'AIzaDash-b001', description: '备用', is_active: false });
    await ask_many(stand, 12);
    await ask_many(stand, 4, { model: 'gemini-2.5-pro', stream: true });
    await ask(stand, { model: 'no-such-model' });
    await tab.appears('text', /^成功请求 16/);
    await tab.appears('text', /^失败请求 1 /);
  });

  await step('tells each chart in words', async () => {
    assert.match(await described('请求数'), /^17，成功 最高 16，在 \d{4}-\d\d-\d\d/);
    assert.match(await described('耗时'), /P95 最高/);
    assert.match(await described('首字节时间'), /P50 最高/);
    assert.match(await described('Token 用量'), /输入 最高/);
    assert.match(await described('费用（美元）'), /^\$0\.\d+/);
  });

  await step('shows the keys by their states', async () => {
    await scrollTo('heading', 'Key 状态');
    await tab.appears('text', '可用 1');
    await tab.appears('text', '停用 1');
  });

  await step('shows other periods', async () => {
    for (const period of ['最近一小时', '最近 30 天', '最近 7 天']) {
      await scrollTo('checkbox', period);
      await tab.press('checkbox', period);
      assert.equal(await tab.find('checkbox', period).getAttribute('aria-checked'), 'true');
      await tab.appears('text', /^成功请求 16/);
    }
    await tab.press('checkbox', '最近一天');
  });

  await step('says plainly that no limit is known', async () => {
    await scrollTo('heading', '额度预测 · 今天');
    await scrollTo('text', /^gemini-2\.5-flash: 上限未知/);
  });

  await step('says when the pool runs out, once a limit is known', async () => {
    const [key] = await stand.keys();
    const limit = { key_id: key.id, model: 'gemini-2.5-flash', requests_per_day: 20 };
    await stand.api('/api/manage/quotas/update', { method: 'PUT', body: JSON.stringify(limit) });
    await tab.press('button', '刷新');
    await tab.appears('text', /^gemini-2\.5-flash: 预计 \d{4}-\d\d-\d\d \d\d:\d\d 用完/);
    await tab.appears('text', /^gemini-2\.5-flash: .*请求 12 \/ 20/);
    await scrollTo('text', /^gemini-2\.5-pro: 上限未知/);
  });

  await step('shows who is down, and why, as it happens', async () => {
    await scrollTo('slider', '查看的时刻');
    await tab.appears('link', /^…b001 备用 · 停用/);
    await addKey(stand, { key_string: 'sim-dead-d00d', description: '泄露' });
    await becomes('d00d', 'dead');
    await tab.appears('link', /^…d00d 泄露 · 失效 · 始于 /);
    assert.match(await described('Key 池状态图'), /现在，可用 1，失效 1，停用 1/);
    await tab.screenshot('dashboard-pool-now');
  });

  await step('shows the pool as it was', async () => {
    const slider = tab.find('slider', '查看的时刻');
    assert.equal(await slider.getAttribute('aria-valuenow'), '96');
    const { width } = await slider.boundingBox();
    await slider.click({ force: true, position: { x: width / 2, y: 30 } });
    await tab.idle();
    const then = Number(await slider.getAttribute('aria-valuenow'));
    assert.ok(then > 40 && then < 56, `half a day ago, not ${then}`);
    await tab.appears('status', /(小时前|昨天)$/);
    assert.match(await described('Key 池状态图'), /尚未添加 3/);
    await tab.appears('text', '所有 Key 都可用');
    await tab.screenshot('dashboard-pool-then');
  });

  await step('moves through the day by the keyboard', async () => {
    const slider = tab.find('slider', '查看的时刻');
    const now = async () => Number(await slider.getAttribute('aria-valuenow'));
    const before = await now();
    await tab.key('ArrowLeft');
    assert.equal(await now(), before - 1);
    await tab.key('ArrowRight');
    await tab.key('ArrowRight');
    assert.equal(await now(), before + 1);
    await tab.key('Home');
    assert.equal(await now(), 0);
    await tab.key('End');
    assert.equal(await now(), 96);
    await tab.press('button', '上一次');
    assert.ok((await now()) >= 95);
    await tab.appears('link', /^…d00d 泄露/);
    await tab.press('button', '现在');
    assert.equal(await now(), 96);
  });

  await step('leads from a fallen key to what happened to it', async () => {
    await tab.press('link', /^…d00d 泄露/);
    await tab.dialog(/…d00d/).waitFor({ state: 'attached' });
    await tab.page.goBack();
    await tab.appears('heading', '总览');
  });

  await step('leads from an error to the requests that met it', async () => {
    await scrollTo('link', /^404 · /);
    await tab.press('link', /^404 · .*no-such-model/);
    await tab.appears('heading', '请求记录');
    assert.equal(await tab.value('搜索请求'), 'status:404 model:no-such-model');
    assert.equal((await tab.rows()).length, 1);
    await tab.page.goBack();
    await tab.appears('heading', '总览');
  });

  await step('leads from a model to its requests', async () => {
    await tab.page.mouse.move(700, 600);
    await tab.page.mouse.wheel(0, 3000);
    await tab.idle();
    await tab.press('link', /^gemini-2\.5-pro /);
    await tab.appears('heading', '请求记录');
    assert.equal(await tab.value('搜索请求'), 'model:gemini-2.5-pro');
    assert.equal((await tab.rows()).length, 4);
  });

  await step('comes to rest', async () => {
    await tab.page.goBack();
    await tab.appears('heading', '总览');
    await tab.idle();
    cameToRest = Date.now();
  });
});

for (const look of kLooks) {
  test(`looks right at ${look.name}`, async () => {
    const seen = await Console.open(browser, stand, { ...look, path: '/manage/dashboard' });
    await seen.logInAnyLanguage();
    await seen.appears('text', /^(成功请求|Served) 16/);
    await seen.idle();
    await seen.screenshot(`dashboard-${look.name}`);
    await seen.page.mouse.move(look.size.width / 2, look.size.height / 2);
    await seen.page.mouse.wheel(0, 500);
    await seen.idle();
    await seen.screenshot(`dashboard-${look.name}-below`);
    await seen.page.mouse.wheel(0, 500);
    await seen.idle();
    await seen.screenshot(`dashboard-${look.name}-further`);
    await seen.page.mouse.wheel(0, 5000);
    await seen.idle();
    await seen.screenshot(`dashboard-${look.name}-end`);
    const overhanging = await seen.page.evaluate(() =>
      window.geminate.nodes.filter(({ rect: [left, , width] }) => left < -1 || left + width > window.innerWidth + 1));
    assert.deepEqual(overhanging, []);
    await seen.page.goto(`${stand.url}/manage/requests`);
    await seen.page.waitForFunction(() => window.geminate !== undefined);
    await seen.dataRows().first().waitFor({ state: 'attached' });
    await seen.idle();
    await seen.screenshot(`requests-${look.name}`);
    seen.assertNoProblems();
    await seen.close();
  });
}

test('draws nothing and asks nothing while nothing happens', async () => {
  // What the last request set in motion comes to its end: sums after 5 s, the forecast after 20. Most of that has
  // passed while the pictures were taken.
  const left = Math.max(0, cameToRest + 22_000 - Date.now());
  await tab.page.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait)), left);
  await tab.idle();
  const asked = [];
  tab.page.on('request', (request) => asked.push(request.url()));
  const frames = await tab.frames();
  await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 6000)));
  assert.deepEqual(asked, []);
  assert.equal((await tab.frames()) - frames, 0);
  tab.assertNoProblems();
});
