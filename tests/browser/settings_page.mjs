// The settings page in one of the two modes (the argument): origins, search, changes at run time with faults and
// conflicts, limits, prices, health; and what it looks like.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { kAdminKey, kClientToken, Stand } from './stand.mjs';
import { addKey, ask } from './traffic.mjs';

const mode = process.argv[2];
assert.ok(mode === 'memory' || mode === 'database', 'which mode?');
const memory = mode === 'memory';
const kChangeNote = memory ? '(内存模式下，更改仅当前会话有效)' : undefined;
const kLooks = [
  { name: '1440-light-zh', size: { width: 1440, height: 900 } },
  { name: '1024-dark-en', size: { width: 1024, height: 768 }, dark: true, locale: 'en-US' },
  { name: '390-light-en', size: { width: 390, height: 844 }, locale: 'en-US', touch: true },
  { name: '390-dark-zh', size: { width: 390, height: 844 }, dark: true, touch: true },
];

let stand, browser, tab;
before(async () => {
  stand = await Stand.start(mode);
  await addKey(stand, { key_string: 'AIzaSettings-a3F9', project: 'alpha' });
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/settings', size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const setting = async (name) =>
  (await stand.api('/api/manage/settings/data')).settings.find((each) => each.name === name);
const change = (name, value) =>
  stand.api('/api/manage/settings/update', { method: 'PUT', body: JSON.stringify({ changes: [{ name, value }] }) });
// Rows outside of the window are not in the mirror: the search brings one into sight.
async function show(name) {
  await tab.type('搜索设置', name);
}

test(`settings in ${mode} mode`, async (story) => {
  const step = steps(story, `settings-${mode}`, () => tab);
  await step('opens by its own address and tells where values come from', async () => {
    await tab.logIn();
    await tab.appears('heading', '设置');
    assert.equal(await tab.page.title(), '设置');
    await tab.appears('text', new RegExp(`^KEY_STORAGE_MODE ${mode} · 环境变量 · 默认 memory`));
    await show('HOST');
    await tab.appears('text', /^HOST 127\.0\.0\.1 · 默认/);
    await tab.screenshot(`settings-${mode}-search`);
  });

  await step('tells of secrets only whether they are set', async () => {
    await show('ADMIN');
    await tab.appears('text', /^ADMIN_API_KEY 已设置 · 环境变量/);
    await show('ENCRYPTION');
    await tab.appears('text', /^KEY_ENCRYPTION_KEY 未设置 · 默认/);
    const page = await tab.page.content();
    for (const secret of [kAdminKey, kClientToken]) assert.equal(page.includes(secret), false);
  });

  await step('finds by Chinese words and filters', async () => {
    await tab.clear('搜索设置');
    await tab.compose('搜索设置', 'zhengwen', '正文');
    await tab.appears('text', /^MAX_BODY_BYTES 64 MiB/);
    await tab.disappears('text', /^HOST /);
    await tab.press('button', '清除搜索');
    await tab.press('checkbox', '已在此修改');
    await tab.appears('heading', '没有符合条件的设置');
    await tab.press('checkbox', '可在线修改');
    await tab.disappears('text', /^KEY_STORAGE_MODE /);
    await tab.press('checkbox', '全部');
  });

  await step('offers no pencil for what is read at the start', async () => {
    await show('DATA_DIR');
    await tab.appears('text', /^DATA_DIR /);
    assert.equal(await tab.find('button', '修改 DATA_DIR').count(), 0);
  });

  await step('says at the field what is wrong with a value', async () => {
    await show('MAX_HEADERS');
    await tab.press('button', '修改 MAX_HEADERS');
    const dialog = tab.dialog('修改 MAX_HEADERS');
    await tab.type('值', '3', dialog);
    tab.expectProblems(/status of 400/);
    await tab.press('button', '保存更改', dialog);
    const field = tab.find('textbox', '值', dialog);
    await tab.page.waitForFunction(
      (element) => element.getAttribute('aria-invalid') === 'true',
      await field.elementHandle(),
    );
    await tab.screenshot(`settings-${mode}-fault`);
    assert.equal((await setting('MAX_HEADERS')).value, '100');
    await tab.press('button', '取消', dialog);
    await tab.dialog('放弃未保存的更改？').waitFor({ state: 'attached' });
    await tab.press('button', '继续编辑');
    assert.equal(await tab.value('值', dialog), '3');
    await tab.press('button', '取消', dialog);
    await tab.discard();
    await dialog.waitFor({ state: 'detached' });
  });

  await step('changes a limit, which holds for the next request', async () => {
    await show('MAX_BODY_BYTES');
    await tab.press('button', '修改 MAX_BODY_BYTES');
    const dialog = tab.dialog('修改 MAX_BODY_BYTES');
    assert.equal(await tab.value('值', dialog), '64 MiB');
    await tab.type('值', '1 KiB', dialog);
    await tab.key('Enter');
    await tab.toast(/^MAX_BODY_BYTES 已改为 1 KiB/, kChangeNote);
    await tab.appears('text', /^MAX_BODY_BYTES 1 KiB · 在此修改 · 默认 64 MiB/);
    const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'x'.repeat(2000) }] }] });
    const answer = await fetch(`${stand.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': kClientToken },
      body,
    });
    assert.equal(answer.status, 413);
  });

  await step('reconciles with somebody else’s change', async () => {
    await show('QUEUE_LIMIT');
    await tab.press('button', '修改 QUEUE_LIMIT');
    const dialog = tab.dialog('修改 QUEUE_LIMIT');
    await change('QUEUE_LIMIT', '7');
    await tab.type('值', '9', dialog);
    tab.expectProblems(/status of 409/);
    await tab.press('button', '保存更改', dialog);
    await tab.appears('alert', /已被他人修改/, dialog);
    assert.equal(await tab.value('值', dialog), '9');
    await tab.idle();
    await tab.press('button', '保存更改', dialog);
    await tab.toast(/^QUEUE_LIMIT 已改为 9/, kChangeNote);
    assert.equal((await setting('QUEUE_LIMIT')).value, '9');
  });

  await step('chooses among words', async () => {
    await show('CHECK_ON_ADD');
    await tab.press('button', '修改 CHECK_ON_ADD');
    const dialog = tab.dialog('修改 CHECK_ON_ADD');
    await tab.press('checkbox', 'off', dialog);
    await tab.press('button', '保存更改', dialog);
    await tab.toast(/^CHECK_ON_ADD 已改为 off/, kChangeNote);
  });

  await step('goes back to what the environment says', async () => {
    await show('MAX_BODY_BYTES');
    await tab.press('button', '修改 MAX_BODY_BYTES');
    const dialog = tab.dialog('修改 MAX_BODY_BYTES');
    await tab.screenshot(`settings-${mode}-dialog`);
    await tab.press('button', '恢复', dialog);
    await tab.toast(/^MAX_BODY_BYTES 已恢复为 64 MiB/, kChangeNote);
    assert.equal((await setting('MAX_BODY_BYTES')).origin, 'default');
  });

  await step('sets limits of a project and model', async () => {
    assert.equal((await ask(stand)).status, 200);
    await tab.press('link', '额度限制');
    await tab.press('button', '设置限制');
    const dialog = tab.dialog('设置限制');
    await tab.press('button', '保存更改', dialog);
    assert.equal(await tab.find('textbox', '项目', dialog).getAttribute('aria-invalid'), 'true');
    await tab.type('项目', 'alpha', dialog);
    await tab.type('模型', 'gemini-2.5-pro', dialog);
    await tab.type('每分钟请求', '15', dialog);
    await tab.press('button', '保存更改', dialog);
    await tab.toast(/已保存 gemini-2\.5-pro 的限制/, kChangeNote);
    const row = tab.find('row', 'alpha · gemini-2.5-pro');
    await tab.appears('cell', '0 / 15 管理员', row);
    await row.click({ force: true });
    await tab.idle();
    const again = tab.dialog('alpha · gemini-2.5-pro 的限制');
    await tab.clear('每分钟请求', again);
    await tab.type('每日请求', '100', again);
    await tab.press('button', '保存更改', again);
    await tab.toast(/已保存 gemini-2\.5-pro 的限制/, kChangeNote);
    await tab.appears('cell', '0 / 100 管理员', tab.find('row', 'alpha · gemini-2.5-pro'));
    const { quotas } = await stand.api('/api/manage/quotas/data');
    const quota = quotas.find((each) => each.model === 'gemini-2.5-pro' && each.project === 'alpha');
    assert.equal(quota.requests_per_minute, null);
    assert.equal(quota.requests_per_day.amount, 100);
  });

  await step('sets a price and gives it back', async () => {
    await tab.press('link', '价格');
    await tab.press('button', '添加价格');
    const dialog = tab.dialog('添加价格');
    await tab.type('模型', 'my-model', dialog);
    await tab.type('输入', '0.5', dialog);
    await tab.type('输出', 'viel', dialog);
    await tab.type('缓存命中', '0.1', dialog);
    await tab.press('button', '保存更改', dialog);
    assert.equal(await tab.find('textbox', '输出', dialog).getAttribute('aria-invalid'), 'true');
    await tab.type('输出', '2', dialog);
    await tab.press('button', '保存更改', dialog);
    await tab.toast(/已保存 my-model 的价格/, kChangeNote);
    const row = tab.find('row', 'my-model');
    await tab.appears('cell', '$0.5', row);
    await row.click({ force: true });
    await tab.idle();
    await tab.press('button', '恢复内置价格', tab.dialog('my-model 的价格'));
    await tab.toast(/my-model 已恢复内置价格/, kChangeNote);
    await tab.disappears('row', 'my-model');
  });

  await step('tells what runs and how it is', async () => {
    await tab.press('link', '关于与状态');
    await tab.appears('alert', /一切正常/);
    await tab.appears('text', new RegExp(`^存储模式 ${memory ? '内存' : '数据库'}`));
    await tab.appears('text', /^工作线程 1/);
    await tab.appears('text', memory ? /^Key 数据库 – · 内存模式不写入磁盘/ : /^Key 数据库 \d+/);
  });

  await step(memory ? 'a restart brings the environment’s values back' : 'a restart keeps them', async () => {
    tab.expectProblems(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|Failed to fetch|status of 401|ERR_NETWORK/);
    await stand.restart();
    assert.equal((await setting('QUEUE_LIMIT')).value, memory ? '1000' : '9');
    assert.equal((await setting('QUEUE_LIMIT')).origin, memory ? 'default' : 'console');
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});

for (const look of kLooks) {
  test(`looks right at ${look.name} in ${mode} mode`, async () => {
    await change('QUEUE_LIMIT', '500');
    await addKey(stand, { key_string: 'AIzaSettings-b001', project: 'beta' });
    await ask(stand);
    for (const [project, model, limits] of [
      ['alpha', 'gemini-2.5-flash', { requests_per_minute: 15, requests_per_day: 1500, tokens_per_minute: 1000000 }],
      ['beta', 'gemini-2.5-pro', { requests_per_minute: 5, tokens_per_day: 250000 }],
    ]) {
      const body = JSON.stringify({ project, model, ...limits });
      await stand.api('/api/manage/quotas/update', { method: 'PUT', body });
    }
    const seen = await Console.open(browser, stand, { ...look, path: '/manage/settings' });
    await seen.page.getByRole('textbox').first().click({ force: true });
    await seen.page.keyboard.type(kAdminKey);
    await seen.key('Enter');
    await seen.appears('text', /^KEY_STORAGE_MODE /);
    const picture = async (name) => {
      await seen.idle();
      await seen.screenshot(`settings-${mode}-${look.name}-${name}`);
      const overhanging = await seen.page.evaluate(() =>
        window.geminate.nodes
          .filter(({ rect: [left, , width] }) => left < -1 || left + width > window.innerWidth + 1)
          .map(({ role, name: title }) => `${role} ${title}`));
      assert.deepEqual(overhanging, []);
    };
    await picture('settings');
    await seen.page.mouse.move(look.size.width / 2, look.size.height / 2);
    await seen.page.mouse.wheel(0, 900);
    await picture('below');
    await seen.find('button', /^(修改|Change) /).first().click({ force: true });
    await seen.dialog().waitFor({ state: 'attached' });
    await picture('dialog');
    await seen.key('Escape');
    await seen.page.mouse.wheel(0, -5000);
    await seen.idle();
    for (const [name, link, shown] of [
      ['quotas', /^(额度限制|Quota limits)$/, ['heading', /./]],
      ['prices', /^(价格|Prices)$/, ['row', /gemini/]],
      ['about', /^(关于与状态|About and health)$/, ['alert', /./]],
    ]) {
      await seen.press('link', link);
      await seen.appears(...shown);
      await picture(name);
    }
    seen.assertNoProblems();
    await seen.close();
  });
}
