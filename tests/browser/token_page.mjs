// Client tokens in one of the two modes (the argument): made, shown once, copied, used, disabled, deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand } from './stand.mjs';

const mode = process.argv[2];
assert.ok(mode === 'memory' || mode === 'database', 'which mode?');
const memory = mode === 'memory';
const kChangeNote = '(内存模式下，更改仅当前会话有效)';
const kActionNote = '(此操作仅影响当前会话)';

let stand, browser, tab, secret;
before(async () => {
  stand = await Stand.start(mode);
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/tokens' });
  await tab.logIn();
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const made = async () => (await stand.tokens()).find((token) => token.origin !== 'environment');

test(`client tokens in ${mode} mode`, async (story) => {
  const step = steps(story, `tokens-${mode}`, () => tab);
  await step('opens by its own address and lists the environment’s token', async () => {
    await tab.appears('heading', '访问令牌');
    assert.equal(new URL(tab.page.url()).pathname, '/manage/tokens');
    assert.equal(await tab.page.title(), '访问令牌');
    const [only] = await stand.tokens();
    await tab.appears('row', `…${only.token_preview}`);
    await tab.appears('cell', '环境变量');
    assert.equal(await tab.find('button', /的操作/).getAttribute('aria-disabled'), 'true');
  });

  await step('makes a token and shows it this once', async () => {
    await tab.find('button', '创建令牌').first().click({ force: true });
    await tab.idle();
    const dialog = tab.dialog('创建访问令牌');
    await tab.compose('描述', 'jicheng', '集成测试', dialog);
    await tab.type('每分钟请求上限', '30', dialog);
    await tab.press('button', '创建令牌', dialog);
    const shown = tab.dialog('令牌已创建');
    await shown.waitFor({ state: 'attached' });
    secret = await tab.value('完整令牌', shown);
    await tab.screenshot(`tokens-${mode}-made`);
    const token = await made();
    assert.equal(token.description, '集成测试');
    assert.equal(token.rate_limit_per_minute, 30);
    assert.ok(secret.endsWith(token.token_preview));
  });

  await step('copies it', async () => {
    await tab.press('button', '复制令牌', tab.dialog('令牌已创建'));
    assert.equal(await tab.clipboard(), secret);
    await tab.press('button', '关闭', tab.dialog('令牌已创建'));
    await tab.toast(/已创建令牌/, memory ? kChangeNote : undefined);
    assert.equal(await tab.page.getByText(secret).count(), 0);
    assert.equal(JSON.stringify(await stand.tokens()).includes(secret), false);
  });

  await step('lets a client in with it', async () => assert.equal(await stand.letsIn(secret), true));

  await step('edits it', async () => {
    const name = `…${secret.slice(-4)} 集成测试`;
    await tab.command(name, '编辑');
    const dialog = tab.dialog(`编辑令牌 ${name}`);
    assert.equal(await tab.value('每分钟请求上限', dialog), '30');
    await tab.clear('每分钟请求上限', dialog);
    await tab.type('描述', 'ci', dialog);
    await tab.press('button', '保存更改', dialog);
    await tab.toast(/已保存令牌/, memory ? kChangeNote : undefined);
    const token = await made();
    assert.equal(token.description, 'ci');
    assert.equal(token.rate_limit_per_minute, null);
  });

  await step('disables it: the client is refused at once', async () => {
    const name = `…${secret.slice(-4)} ci`;
    await tab.command(name, '停用');
    await tab.toast(/已停用令牌/, memory ? kChangeNote : undefined);
    await tab.appears('cell', '停用', tab.find('row', name));
    assert.equal(await stand.letsIn(secret), false);
    await tab.screenshot(`tokens-${mode}`);
    await tab.command(name, '启用');
    await tab.toast(/已启用令牌/, memory ? kChangeNote : undefined);
    assert.equal(await stand.letsIn(secret), true);
  });

  await step('deletes it after a question', async () => {
    const name = `…${secret.slice(-4)} ci`;
    await tab.command(name, '删除…');
    const question = tab.dialog(`删除令牌 ${name}？`);
    await question.waitFor({ state: 'attached' });
    if (memory) await question.getByText(kActionNote, { exact: true }).first().waitFor({ state: 'attached' });
    await tab.press('button', '删除令牌', question);
    await tab.toast(/已删除令牌/, memory ? kActionNote : undefined);
    await tab.disappears('row', name);
    assert.equal(await stand.letsIn(secret), false);
    assert.equal((await stand.tokens()).length, 1);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});
