// The page of requests: the list, its live tail, search, endless scrolling, and the story of a request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey, ask, ask_many } from './traffic.mjs';

let stand, browser, tab, failing;
before(async () => {
  stand = await Stand.start('memory');
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/requests', size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const row = (status, model) => new RegExp(`^${status} · ${model} · `);

test('the page of requests', async (story) => {
  const step = steps(story, 'requests', () => tab);
  await step('opens by its own address and says that there is nothing yet', async () => {
    await tab.logIn();
    await tab.appears('heading', '还没有请求');
    assert.equal(await tab.page.title(), '请求记录');
    assert.equal(await tab.find('link', '请求记录').getAttribute('aria-current'), 'page');
    await tab.screenshot('requests-empty');
  });

  await step('shows a request by itself when it ends', async () => {
    await ask(stand);
    await tab.appears('row', row(200, 'gemini-2.5-flash'));
    await ask(stand, { model: 'gemini-2.5-pro', stream: true });
    await tab.appears('row', row(200, 'gemini-2.5-pro'));
    const [first] = await tab.rows();
    assert.match(first, row(200, 'gemini-2.5-pro'));
  });

  await step('stays as it is with the tail off, and catches up', async () => {
    await tab.press('checkbox', '实时');
    assert.equal(await tab.find('checkbox', '实时').getAttribute('aria-checked'), 'false');
    await ask(stand, { model: 'gemini-2.0-flash', openai: true });
    assert.equal((await tab.rows()).length, 2);
    await tab.press('checkbox', '实时');
    await tab.appears('row', row(200, 'gemini-2.0-flash'));
  });

  await step('finds failed ones by a press', async () => {
    failing = await ask(stand, { model: 'no-such-model', behaviour: 'location' });
    await tab.press('checkbox', '拒绝 4xx');
    assert.equal(await tab.value('搜索请求'), 'status:4xx');
    await tab.appears('row', row(failing.status, 'no-such-model'));
    assert.equal((await tab.rows()).length, 1);
    await tab.screenshot('requests-4xx');
  });

  await step('searches by model, dialect, token, duration and id', async () => {
    const found = async (text) => {
      await tab.type('搜索请求', text);
      await tab.key('Enter');
      await tab.idle();
      return (await tab.rows()).length;
    };
    assert.equal(await found('model:gemini-2.5-pro'), 1);
    assert.equal(await found('dialect:openai'), 1);
    assert.equal(await found('token:#1234'), 0);
    assert.equal(await found('took<60s dialect:gemini'), 3);
    assert.equal(await found(failing.id), 1);
    assert.equal(await found('key:0001 took>1min'), 0);
  });

  await step('says at the field what cannot be searched', async () => {
    await tab.type('搜索请求', 'status:banana');
    await tab.key('Enter');
    await tab.appears('text', /“banana”不是状态/);
    assert.equal(await tab.find('textbox', '搜索请求').getAttribute('aria-invalid'), 'true');
    await tab.press('button', '清除搜索');
    await tab.appears('row', row(200, 'gemini-2.5-pro'));
  });

  await step('tells a request’s story and leads to its key', async () => {
    await addKey(stand, { key_string: 'AIzaStory-a3F9', description: '主力', priority: 5 });
    const told = await ask(stand);
    await tab.appears('text', /已显示 5 条/);
    await tab.dataRows().first().click({ force: true, position: { x: 300, y: 22 } });
    const drawer = tab.dialog(`请求编号 ${told.id}`);
    await drawer.waitFor({ state: 'attached' });
    await tab.appears('text', /第 1 次尝试：Key/, drawer);
    await tab.appears('text', '结束：成功', drawer);
    await tab.appears('text', /正常 · 上游状态 200/, drawer);
    await tab.screenshot('requests-story');
    await tab.press('button', '复制编号', drawer);
    assert.equal(await tab.clipboard(), told.id);
    const link = drawer.getByRole('link', { name: /查看 Key/ }).first();
    const name = (await link.getAttribute('aria-label')).replace('查看 Key ', '');
    await link.click({ force: true });
    await tab.idle();
    await tab.appears('heading', '管理代理 Key (内存存储模式)');
    await tab.dialog(name).waitFor({ state: 'attached' });
    await tab.page.goBack();
    await tab.appears('heading', '请求记录');
    await drawer.waitFor({ state: 'attached' });
    await tab.key('Escape');
  });

  await step('loads older ones as one scrolls down', async () => {
    await ask_many(stand, 130);
    await tab.page.reload();
    await tab.page.waitForFunction(() => window.geminate !== undefined);
    await tab.appears('text', /已显示 100 条，向下滚动/);
    await tab.page.mouse.move(700, 500);
    await tab.page.mouse.wheel(0, 6000);
    await tab.appears('text', '已显示 135 条');
  });

  await step('asks for nothing and draws nothing while nothing happens', async () => {
    await tab.page.mouse.move(5, 890);
    await tab.idle();
    const asked = [];
    tab.page.on('request', (request) => asked.push(request.url()));
    // What the traffic before has moved is fetched once more; then there is nothing left to do.
    let frames;
    for (let attempt = 0; attempt < 3; ++attempt) {
      await tab.idle();
      frames = await tab.frames();
      asked.length = 0;
      await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 6000)));
      if (asked.length === 0) break;
    }
    assert.deepEqual(asked, []);
    assert.equal((await tab.frames()) - frames, 0);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});

test('one feed serves two tabs, and the second goes on when the first is closed', async () => {
  const context = tab.page.context();
  const feeds = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/api/manage/live')) feeds.push(request.url());
  });
  const page = await context.newPage();
  const other = new Console(page, stand);
  await other.watch();
  await page.goto(`${stand.url}/manage/requests`);
  await page.waitForFunction(() => window.geminate !== undefined);
  await other.appears('row', row(200, 'gemini-2.5-flash'));
  await ask(stand, { model: 'gemini-for-two' });
  await other.appears('row', row(404, 'gemini-for-two'));
  assert.deepEqual(feeds, []);
  await tab.page.close();
  await page.waitForEvent('request', {
    predicate: (request) => request.url().endsWith('/api/manage/live'),
    timeout: 20_000,
  }).catch((error) => { if (feeds.length === 0) throw error; });
  await ask(stand, { model: 'gemini-for-one' });
  await other.appears('row', row(404, 'gemini-for-one'));
  other.assertNoProblems();
});
