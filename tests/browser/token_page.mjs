// Client tokens in one of the two modes (the argument): made with limits, shown once with an example, used up to a
// limit, searched, edited against somebody else's edit, given another secret, disabled, deleted. Then what the page
// looks like, from a desk to a phone, in both lights and languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { kAdminKey, Stand } from './stand.mjs';
import { addKey, ask } from './traffic.mjs';

const mode = process.argv[2];
assert.ok(mode === 'memory' || mode === 'database', 'which mode?');
const memory = mode === 'memory';
const kChangeNote = '(内存模式下，更改仅当前会话有效)';
const kActionNote = '(此操作仅影响当前会话)';
const changeNote = memory ? kChangeNote : undefined;
const kLooks = [
  { name: '1440-light-zh', size: { width: 1440, height: 900 } },
  { name: '1440-dark-en', size: { width: 1440, height: 900 }, dark: true, locale: 'en-US' },
  { name: '1024-light-en', size: { width: 1024, height: 768 }, locale: 'en-US' },
  { name: '390-dark-zh', size: { width: 390, height: 844 }, dark: true, touch: true },
  { name: '390-light-en', size: { width: 390, height: 844 }, locale: 'en-US', touch: true },
];

let stand, browser, tab, secret;
before(async () => {
  stand = await Stand.start(mode);
  await addKey(stand, { key_string: 'AIzaServesTheTokens' });
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/tokens', size: { width: 1440, height: 900 } });
  await tab.logIn();
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const made = async () => (await stand.tokens()).find((token) => token.origin !== 'environment');
const change = (id, body) => stand.api(`/api/manage/tokens/update/${id}`, { method: 'PUT', body: JSON.stringify(body) });
const rowName = (description) => `…${secret.slice(-4)} ${description}`;

test(`client tokens in ${mode} mode`, async (story) => {
  const step = steps(story, `tokens-${mode}`, () => tab);
  await step('opens by its own address and lists the environment’s token', async () => {
    await tab.appears('heading', '访问令牌');
    assert.equal(new URL(tab.page.url()).pathname, '/manage/tokens');
    assert.equal(await tab.page.title(), '访问令牌');
    const [only] = await stand.tokens();
    await tab.appears('row', `…${only.token_preview}`);
    await tab.appears('cell', '环境变量');
    await tab.press('button', /的操作/);
    assert.equal(await tab.find('menuitem', '删除…').count(), 0);
    assert.equal(await tab.find('menuitem', '更换…').count(), 0);
    await tab.key('Escape');
  });

  await step('says which fields are wrong, its own and the server’s', async () => {
    await tab.find('button', '创建令牌').first().click({ force: true });
    await tab.idle();
    const drawer = tab.dialog('创建访问令牌');
    await tab.type('预算（美元）', 'much', drawer);
    await tab.type('每日请求上限', '-3', drawer);
    await tab.press('button', '创建令牌', drawer);
    const wrong = async (name) => tab.find('textbox', name, drawer).getAttribute('aria-description');
    assert.match(await wrong('预算（美元）'), /请输入金额/);
    assert.match(await wrong('每日请求上限'), /请输入正整数/);
    await tab.clear('预算（美元）', drawer);
    await tab.clear('每日请求上限', drawer);
    await tab.type('允许的地址', 'not-an-address', drawer);
    tab.expectProblems(/400 \(Bad Request\)/);
    await tab.press('button', '创建令牌', drawer);
    await drawer.locator('[aria-invalid=true]').first().waitFor({ state: 'attached' });
    assert.match(await wrong('允许的地址'), /not-an-address/);
    await tab.screenshot(`tokens-${mode}-field-error`);
    await tab.clear('允许的地址', drawer);
  });

  await step('makes a token with limits and shows it this once', async () => {
    const drawer = tab.dialog('创建访问令牌');
    await tab.compose('描述', 'jicheng', '集成测试', drawer);
    await tab.type('每分钟请求上限', '30', drawer);
    await tab.type('每日请求上限', '2', drawer);
    await tab.type('每日 Token 上限', '600,000', drawer);
    await tab.type('预算（美元）', '12.50', drawer);
    await tab.press('checkbox', '每日', drawer);
    await tab.type('可用模型', 'gemini-2.5-flash, gemini-3-*', drawer);
    await tab.press('checkbox', '裁剪', drawer);
    await tab.type('上下文窗口', '32,000', drawer);
    if (memory) await drawer.getByText(kChangeNote, { exact: true }).first().waitFor({ state: 'attached' });
    await tab.press('button', '创建令牌', drawer);
    const shown = tab.dialog('令牌已创建');
    await shown.waitFor({ state: 'attached' });
    await tab.toast(/已创建令牌/, changeNote);
    secret = await tab.value('完整令牌', shown);
    await tab.screenshot(`tokens-${mode}-made`);
    const token = await made();
    assert.equal(token.description, '集成测试');
    assert.equal(token.rate_limit_per_minute, 30);
    assert.equal(token.requests_per_day, 2);
    assert.equal(token.max_tokens_per_day, 600000);
    assert.equal(token.max_cost_usd, 12.5);
    assert.equal(token.cost_period, 'day');
    assert.deepEqual(token.models, ['gemini-2.5-flash', 'gemini-3-*']);
    assert.equal(token.enable_context_management, true);
    assert.equal(token.context_window, 32000);
    assert.ok(secret.endsWith(token.token_preview));
  });

  await step('tells how to use it here, in three dialects', async () => {
    const shown = tab.dialog('令牌已创建');
    const example = () => shown.getByRole('textbox', { name: '示例命令' }).inputValue();
    assert.ok((await example()).includes(`${stand.url}/v1beta/models/gemini-2.5-flash:generateContent`));
    assert.ok((await example()).includes(secret));
    await tab.press('checkbox', 'Anthropic', shown);
    assert.ok((await example()).includes(`${stand.url}/v1/messages`));
    await tab.press('checkbox', 'OpenAI', shown);
    await tab.press('button', '复制示例', shown);
    const copied = await tab.clipboard();
    assert.ok(copied.includes(`${stand.url}/v1/chat/completions`));
    assert.ok(copied.includes(`authorization: Bearer ${secret}`));
  });

  await step('copies it', async () => {
    await tab.press('button', '复制令牌', tab.dialog('令牌已创建'));
    assert.equal(await tab.clipboard(), secret);
    await tab.press('button', '关闭', tab.dialog('令牌已创建'));
    assert.equal(await tab.page.getByText(secret).count(), 0);
    assert.equal(JSON.stringify(await stand.tokens()).includes(secret), false);
  });

  await step('lets a client in with it, and shows what it used of its limits', async () => {
    assert.equal(await stand.letsIn(secret), true);
    assert.equal((await ask(stand, { token: secret })).status, 200);
    await tab.press('button', '刷新');
    const row = tab.find('row', rowName('集成测试'));
    const today = await made();
    await tab.appears('cell', `${today.requests_today} / 2`, row);
    await tab.appears('cell', `${today.tokens_used_today} / 600,000`, row);
    await tab.appears('cell', /\$0.*\/ \$12\.50/, row);
  });

  await step('says when it is at its limit', async () => {
    await change((await made()).id, { requests_per_day: (await made()).requests_today });
    assert.equal((await ask(stand, { token: secret })).status, 429);
    await tab.press('button', '刷新');
    await tab.appears('cell', '已达上限', tab.find('row', rowName('集成测试')));
    await tab.screenshot(`tokens-${mode}`);
  });

  await step('searches and filters', async () => {
    await tab.type('搜索令牌', 'gemini-3');
    assert.deepEqual(await tab.rows(), [rowName('集成测试')]);
    await tab.type('搜索令牌', 'nobody');
    await tab.appears('heading', '没有符合条件的令牌');
    await tab.press('button', '清除筛选');
    assert.equal((await tab.rows()).length, 2);
    await tab.press('checkbox', '已达上限');
    assert.deepEqual(await tab.rows(), [rowName('集成测试')]);
    await tab.press('checkbox', '全部');
    assert.equal((await tab.rows()).length, 2);
  });

  await step('edits it, and shows that somebody else did, too', async () => {
    await tab.command(rowName('集成测试'), '编辑');
    const drawer = tab.dialog(`编辑令牌 ${rowName('集成测试')}`);
    await drawer.waitFor({ state: 'attached' });
    await tab.screenshot(`tokens-${mode}-drawer`);
    assert.equal(await tab.value('每分钟请求上限', drawer), '30');
    await tab.type('描述', 'ci', drawer);
    await tab.clear('每分钟请求上限', drawer);
    await change((await made()).id, { tokens_per_minute: 5000 });
    tab.expectProblems(/409 \(Conflict\)/);
    await tab.press('button', '保存更改', drawer);
    await tab.appears('alert', /已被他人修改/, drawer);
    await tab.page.waitForFunction(
      () => [...document.querySelectorAll('input')].some((field) => field.value === '5000'),
    );
    assert.equal(await tab.value('描述', drawer), 'ci');
    await tab.press('button', '保存更改', drawer);
    await tab.toast(/已保存令牌/, changeNote);
    const token = await made();
    assert.equal(token.description, 'ci');
    assert.equal(token.rate_limit_per_minute, null);
    assert.equal(token.tokens_per_minute, 5000);
    assert.equal(token.max_cost_usd, 12.5);
  });

  await step('gives it another secret, with and without a grace time', async () => {
    const first = secret;
    await tab.command(rowName('ci'), '更换…');
    let question = tab.dialog(`更换令牌 ${rowName('ci')}？`);
    await question.waitFor({ state: 'attached' });
    if (memory) await question.getByText(kChangeNote, { exact: true }).first().waitFor({ state: 'attached' });
    await tab.screenshot(`tokens-${mode}-rotate`);
    await tab.press('checkbox', '1 小时', question);
    await tab.press('button', '更换令牌', question);
    let shown = tab.dialog('令牌已更换');
    await shown.waitFor({ state: 'attached' });
    secret = await tab.value('完整令牌', shown);
    await shown.getByText(/旧令牌仍可使用，直到 \d{4}-/).first().waitFor({ state: 'attached' });
    await tab.press('button', '关闭', shown);
    await tab.toast(/已更换令牌/, changeNote);
    assert.notEqual(secret, first);
    assert.equal(await stand.letsIn(first), true);
    assert.equal(await stand.letsIn(secret), true);

    const second = secret;
    await tab.command(rowName('ci'), '更换…');
    question = tab.dialog(`更换令牌 ${rowName('ci')}？`);
    await tab.press('checkbox', '立即失效', question);
    await tab.press('button', '更换令牌', question);
    shown = tab.dialog('令牌已更换');
    await shown.waitFor({ state: 'attached' });
    secret = await tab.value('完整令牌', shown);
    await shown.getByText('旧令牌已失效', { exact: true }).first().waitFor({ state: 'attached' });
    await tab.press('button', '关闭', shown);
    await tab.toast(/已更换令牌/, changeNote);
    assert.equal(await stand.letsIn(second), false);
    assert.equal(await stand.letsIn(secret), true);
  });

  await step('disables it: the client is refused at once', async () => {
    await tab.command(rowName('ci'), '停用');
    await tab.toast(/已停用令牌/, changeNote);
    await tab.appears('cell', '停用', tab.find('row', rowName('ci')));
    assert.equal(await stand.letsIn(secret), false);
    await tab.command(rowName('ci'), '启用');
    await tab.toast(/已启用令牌/, changeNote);
    assert.equal(await stand.letsIn(secret), true);
  });

  await step('leads to its requests and back', async () => {
    const { id } = await made();
    await tab.command(rowName('ci'), '查看请求');
    await tab.appears('heading', '请求记录');
    assert.equal(await tab.value('搜索请求'), `token:#${id}`);
    await tab.page.locator('[role=row][aria-label]').first().waitFor({ state: 'attached' });
    await tab.page.goBack();
    await tab.appears('heading', '访问令牌');
  });

  await step('limits the environment’s token for this run, and says so', async () => {
    const environment = (await stand.tokens()).find((token) => token.origin === 'environment');
    const name = `…${environment.token_preview}`;
    await tab.command(name, '编辑');
    const drawer = tab.dialog(`编辑令牌 ${name}`);
    await drawer.getByText(/来自环境变量 CLIENT_TOKENS/).first().waitFor({ state: 'attached' });
    await tab.type('每分钟 Token 上限', '123456', drawer);
    await tab.press('button', '保存更改', drawer);
    await tab.toast(/已保存令牌/, changeNote);
    const limited = (await stand.tokens()).find((token) => token.origin === 'environment');
    assert.equal(limited.tokens_per_minute, 123456);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});

const kExamples = [
  { description: 'CI', requests_per_day: 1000, max_tokens_per_day: 600000, max_cost_usd: 20 },
  { description: '客服机器人', max_tokens_per_day: 2000000, max_cost_usd: 150, cost_period: 'month', models: ['gemini-2.5-*'] },
  { description: 'batch translation of the whole catalogue, nightly', rate_limit_per_minute: 120, requests_per_day: 1 },
  { description: '已离职', is_active: false },
  { description: 'trial', expires_at: '2020-01-01T00:00:00Z' },
];

test(`what the tokens of ${mode} mode look like`, async (all) => {
  for (const body of kExamples) await stand.api('/api/manage/tokens/add', { method: 'POST', body: JSON.stringify(body) });
  for (const look of kLooks) {
    await all.test(look.name, async () => {
      const seen = await Console.open(browser, stand, { ...look, path: '/manage/tokens' });
      await seen.page.getByRole('textbox').first().click({ force: true });
      await seen.page.keyboard.type(kAdminKey);
      await seen.key('Enter');
      const first = seen.page.locator('[role=row][aria-label]').first();
      await first.waitFor({ state: 'attached' });
      await seen.idle();
      const picture = async (name) => {
        await seen.screenshot(`tokens-${mode}-${look.name}-${name}`);
        const overhanging = await seen.page.evaluate(() =>
          window.geminate.nodes.filter(({ rect: [left, , width] }) => left < -1 || left + width > window.innerWidth + 1));
        assert.deepEqual(overhanging, []);
      };
      await picture('list');
      await seen.page.locator('[role=row][aria-label]').nth(1).click({ force: true, position: { x: look.touch ? 60 : 300, y: 22 } });
      await seen.dialog().waitFor({ state: 'attached' });
      await seen.idle();
      await picture('drawer');
      await seen.key('Escape');
      await seen.find('button', /^(创建令牌|Make token)$/).first().click({ force: true });
      await seen.dialog().waitFor({ state: 'attached' });
      await seen.idle();
      await picture('make');
      await seen.find('button', /^(创建令牌|Make token)$/, seen.dialog()).click({ force: true });
      await seen.dialog(/令牌已创建|The token was made/).waitFor({ state: 'attached' });
      await seen.idle();
      await picture('made');
      seen.assertNoProblems();
      await seen.close();
    });
  }
});

test(`deletes a token of ${mode} mode after a question`, async (story) => {
  const step = steps(story, `tokens-${mode}-delete`, () => tab);
  await step('names it', async () => {
    await tab.press('button', '刷新');
    const name = rowName('ci');
    await tab.command(name, '删除…');
    const question = tab.dialog(`删除令牌 ${name}？`);
    await question.waitFor({ state: 'attached' });
    if (memory) await question.getByText(kActionNote, { exact: true }).first().waitFor({ state: 'attached' });
    await tab.press('button', '删除令牌', question);
    await tab.toast(/已删除令牌/, memory ? kActionNote : undefined);
    await tab.disappears('row', name);
    assert.equal(await stand.letsIn(secret), false);
  });
  await step('had nothing to complain about', () => tab.assertNoProblems());
});
