// The page of models in one of the two modes and languages (the arguments): aliases added, changed, deleted, with
// faults and conflicts, in force for the next request; and what it looks like.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { kClientToken, Stand } from './stand.mjs';
import { addKey, ask } from './traffic.mjs';

const [mode, language] = process.argv.slice(2);
assert.ok(mode === 'memory' || mode === 'database', 'which mode?');
assert.ok(language === 'zh' || language === 'en', 'which language?');
const memory = mode === 'memory';
const locale = language === 'zh' ? 'zh-CN' : 'en-US';
const say = {
  zh: {
    page: '模型', refresh: '刷新', command: /模型/, none: '还没有别名', add: '添加别名', alias: '别名', model: 'Gemini 模型', note: '备注',
    save: '保存更改', cancel: '取消', keep: '继续编辑', remove: '删除别名', unsaved: '放弃未保存的更改？', theirs: /已被他人修改/,
    saved: '已保存别名', deleted: '已删除别名', named: '别名 ', twice: /重复/, temporary: /^内存模式：别名仅当前会话有效/,
    change: memory ? '(内存模式下，更改仅当前会话有效)' : undefined,
  },
  en: {
    page: 'Models', refresh: 'Refresh', command: /Models/, none: 'No aliases yet', add: 'Add alias', alias: 'Alias', model: 'Gemini model', note: 'Note',
    save: 'Save changes', cancel: 'Cancel', keep: 'Keep editing', remove: 'Delete alias', unsaved: 'Discard unsaved changes?', theirs: /Someone else changed it/,
    saved: 'Saved alias', deleted: 'Deleted alias', named: 'Alias ', twice: /is there twice/, temporary: /^Memory mode: aliases last/,
    change: memory ? '(Memory mode: changes last for this run only)' : undefined,
  },
}[language];
const kLooks = [
  { name: '1440-light', size: { width: 1440, height: 900 } },
  { name: '1440-dark', size: { width: 1440, height: 900 }, dark: true },
  { name: '1024-dark', size: { width: 1024, height: 768 }, dark: true },
  { name: '390-light', size: { width: 390, height: 844 }, touch: true },
  { name: '390-dark', size: { width: 390, height: 844 }, dark: true, touch: true },
];

let stand, browser, tab;
before(async () => {
  stand = await Stand.start(mode);
  await addKey(stand, { key_string: 'AIzaModels-a3F9' });
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/models', locale, size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const list = async () => (await stand.api('/api/manage/aliases/data')).aliases;
const set = (aliases) => stand.api('/api/manage/aliases/update', { method: 'PUT', body: JSON.stringify({ aliases }) });
const openRow = async (name) => {
  await tab.find('row', name).click({ force: true });
  await tab.idle();
  return tab.dialog(say.named + name);
};

test(`aliases in ${mode} mode in ${language}`, async (story) => {
  const step = steps(story, `models-${mode}-${language}`, () => tab);
  await step('opens by its own address and says what aliases are for', async () => {
    await tab.logInAnyLanguage();
    await tab.appears('heading', say.page);
    assert.equal(await tab.page.title(), say.page);
    await tab.appears('heading', say.none);
    await tab.appears('text', /gpt-4o .*gemini-2\.5-pro/);
    assert.equal(await tab.find('alert', say.temporary).count(), memory ? 1 : 0);
    await tab.screenshot(`models-${mode}-${language}-empty`);
  });

  await step('adds one, which holds for the next request', async () => {
    assert.equal((await ask(stand, { model: 'gpt-4o' })).status, 404);
    await tab.press('button', say.add);
    const dialog = tab.dialog(say.add);
    await tab.press('button', say.save, dialog);
    assert.equal(await tab.find('textbox', say.alias, dialog).getAttribute('aria-invalid'), 'true');
    assert.equal(await tab.find('textbox', say.model, dialog).getAttribute('aria-invalid'), 'true');
    await tab.type(say.alias, 'gpt-4o', dialog);
    await tab.type(say.model, 'gemini-2.5-flash', dialog);
    await tab.type(say.note, 'old client', dialog);
    await tab.screenshot(`models-${mode}-${language}-dialog`);
    await tab.key('Enter');
    await tab.toast(`${say.saved} gpt-4o${memory ? ` ${say.change}` : ''}`, say.change);
    const row = tab.find('row', 'gpt-4o');
    await tab.appears('cell', 'gemini-2.5-flash', row);
    await tab.appears('cell', 'old client', row);
    assert.deepEqual(await list(), [{ alias: 'gpt-4o', model: 'gemini-2.5-flash', note: 'old client' }]);
    assert.equal((await ask(stand, { model: 'gpt-4o' })).status, 200);
    const models = await fetch(`${stand.url}/v1/models`, { headers: { authorization: `Bearer ${kClientToken}` } });
    assert.ok((await models.json()).data.some(({ id }) => id === 'gpt-4o'));
  });

  await step('says at the field what is wrong', async () => {
    await tab.press('button', say.add);
    const dialog = tab.dialog(say.add);
    await tab.type(say.alias, 'gpt-4o', dialog);
    await tab.type(say.model, 'gemini-2.5-pro', dialog);
    tab.expectProblems(/status of 400/);
    await tab.press('button', say.save, dialog);
    await tab.appears('text', say.twice, dialog);
    assert.equal(await tab.find('textbox', say.alias, dialog).getAttribute('aria-invalid'), 'true');
    await tab.screenshot(`models-${mode}-${language}-fault`);
    await tab.press('button', say.cancel, dialog);
    await tab.dialog(say.unsaved).waitFor({ state: 'attached' });
    await tab.press('button', say.keep);
    assert.equal(await tab.value(say.model, dialog), 'gemini-2.5-pro');
    await tab.type(say.alias, 'gpt-4*', dialog);
    await tab.press('button', say.save, dialog);
    await tab.toast(new RegExp(`^${say.saved} gpt-4\\*`), say.change);
  });

  await step('reconciles with somebody else’s change', async () => {
    const dialog = await openRow('gpt-4o');
    await set([{ alias: 'gpt-4o', model: 'gemini-2.5-flash', note: 'of another' }, { alias: 'o3', model: 'gemini-2.5-pro' }]);
    await tab.type(say.model, 'gemini-2.5-flash-lite', dialog);
    tab.expectProblems(/status of 409/);
    await tab.press('button', say.save, dialog);
    await tab.appears('alert', say.theirs, dialog);
    assert.equal(await tab.value(say.model, dialog), 'gemini-2.5-flash-lite');
    assert.equal(await tab.value(say.note, dialog), 'of another');
    await tab.press('button', say.save, dialog);
    await tab.toast(new RegExp(`^${say.saved} gpt-4o`), say.change);
    assert.deepEqual(
      (await list()).map(({ alias, model, note }) => `${alias} ${model} ${note}`),
      ['gpt-4o gemini-2.5-flash-lite of another', 'o3 gemini-2.5-pro '],
    );
  });

  await step('deletes one', async () => {
    const dialog = await openRow('o3');
    await tab.press('button', say.remove, dialog);
    await tab.toast(new RegExp(`^${say.deleted} o3`), say.change);
    await tab.disappears('row', 'o3');
    assert.equal((await list()).length, 1);
  });

  await step('is found in the command palette and in the navigation', async () => {
    await tab.press('link', language === 'zh' ? '请求记录' : 'Requests');
    assert.equal(new URL(tab.page.url()).pathname, '/manage/requests');
    await tab.key('Control+k');
    await tab.page.keyboard.type(say.page);
    await tab.key('Enter');
    await tab.appears('row', 'gpt-4o');
    assert.equal(new URL(tab.page.url()).pathname, '/manage/models');
    await tab.press('link', language === 'zh' ? '请求记录' : 'Requests');
    await tab.press('link', say.page);
    await tab.appears('row', 'gpt-4o');
  });

  await step(memory ? 'a restart forgets them' : 'a restart keeps them', async () => {
    tab.expectProblems(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|Failed to fetch|status of 401|ERR_NETWORK/);
    await stand.restart();
    assert.equal((await list()).length, memory ? 0 : 1);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});

// Fingers want a page of their own; size and light change while it is open.
for (const touch of [false, true]) {
  test(`looks right ${touch ? 'on a phone' : 'at a desk'} in ${mode} mode in ${language}`, async () => {
    const looks = kLooks.filter((look) => (look.touch ?? false) === touch);
    const seen = await Console.open(browser, stand, { ...looks[0], locale, path: '/manage/models' });
    await seen.logInAnyLanguage();
    for (const look of looks) {
      await seen.lookAt(look);
      await set([
        { alias: 'gpt-4o', model: 'gemini-2.5-pro', note: language === 'zh' ? '旧版聊天客户端，年底停用' : 'The old chat client, gone by the end of the year' },
        { alias: 'gpt-4*', model: 'gemini-2.5-flash' },
        { alias: 'claude-sonnet-4-5-20250929', model: 'gemini-3-pro-preview', note: 'agents' },
        { alias: 'openai/text-embedding-3-small', model: 'gemini-embedding-001' },
        { alias: `a-very-long-name-${'x'.repeat(90)}`, model: `gemini-${'y'.repeat(100)}`, note: 'z '.repeat(120) },
      ]);
      await seen.press('button', say.refresh);
      await seen.appears('row', 'gpt-4o');
      const picture = async (name) => {
        await seen.idle();
        await seen.screenshot(`models-${mode}-${language}-${look.name}-${name}`);
        const overhanging = await seen.page.evaluate(() =>
          window.geminate.nodes
            .filter(({ rect: [left, , width] }) => left < -1 || left + width > window.innerWidth + 1)
            .map(({ role, name: title }) => `${role} ${title}`));
        assert.deepEqual(overhanging, []);
      };
      await picture('list');
      await seen.find('row', 'gpt-4o').click({ force: true });
      await seen.dialog(`${say.named}gpt-4o`).waitFor({ state: 'attached' });
      await picture('dialog');
      await seen.key('Escape');
      await set([]);
      await seen.press('button', say.refresh);
      await seen.appears('heading', say.none);
      await picture('empty');
    }
    seen.assertNoProblems();
    await seen.close();
  });
}
