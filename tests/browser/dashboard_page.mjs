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

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/dashboard', size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const described = (name) => tab.find('img', name).getAttribute('aria-description');

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
    await tab.appears('text', '可用 1');
    await tab.appears('text', '停用 1');
  });

  await step('shows other periods', async () => {
    for (const period of ['最近一小时', '最近 30 天', '最近 7 天']) {
      await tab.press('checkbox', period);
      assert.equal(await tab.find('checkbox', period).getAttribute('aria-checked'), 'true');
      await tab.appears('text', /^成功请求 16/);
    }
    await tab.press('checkbox', '最近一天');
  });

  await step('draws nothing and asks nothing while nothing happens', async () => {
    await tab.idle();
    await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 6000)));
    await tab.idle();
    const asked = [];
    tab.page.on('request', (request) => asked.push(request.url()));
    const frames = await tab.frames();
    await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 6000)));
    assert.deepEqual(asked, []);
    assert.equal((await tab.frames()) - frames, 0);
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

  await step('had nothing to complain about', () => tab.assertNoProblems());
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
