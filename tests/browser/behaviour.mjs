// What the console does with an address, with what was typed and not saved, and with a session that ends meanwhile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey, ask } from './traffic.mjs';

let stand, browser, tab, key, request;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  await addKey(stand, { key_string: 'AIzaBehaviour-a3F9', description: '主力', project: 'alpha' });
  await addKey(stand, { key_string: 'AIzaBehaviour-b001', description: '备用' });
  key = (await stand.keys()).find(({ description }) => description === '主力');
  request = await ask(stand);
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const kName = '…a3F9 主力';
const kQuestion = '放弃未保存的更改？';
const address = () => decodeURIComponent(new URL(tab.page.url()).pathname + new URL(tab.page.url()).search);
const go = async (path) => {
  await tab.page.goto(stand.url + path);
  await tab.page.waitForFunction(() => window.geminate !== undefined);
  await tab.idle();
};
const keyAtServer = async () => (await stand.keys()).find(({ id }) => id === key.id);

test('addresses, changes that were not saved, and sessions', async (story) => {
  const step = steps(story, 'behaviour', () => tab);
  await step('a link opens the page, the search and the key, after the login', async () => {
    tab = await Console.open(browser, stand, { path: `/manage/keys/${key.id}?q=${encodeURIComponent('project:alpha')}` });
    await tab.logIn();
    await tab.dialog(kName).waitFor({ state: 'attached' });
    await tab.key('Escape');
    assert.equal(await tab.value('搜索 Key'), 'project:alpha');
    assert.deepEqual(await tab.rows(), [kName]);
    assert.equal(address(), '/manage/keys?q=project:alpha');
  });

  await step('Back closes what was opened, Forward opens it again', async () => {
    await tab.find('row', kName).click({ force: true, position: { x: 300, y: 22 } });
    await tab.dialog(kName).waitFor({ state: 'attached' });
    await tab.idle();
    assert.equal(address(), `/manage/keys/${key.id}?q=project:alpha`);
    await tab.page.goBack();
    await tab.dialog(kName).waitFor({ state: 'detached' });
    await tab.page.goForward();
    await tab.dialog(kName).waitFor({ state: 'attached' });
    await tab.page.reload();
    await tab.dialog(kName).waitFor({ state: 'attached' });
    await tab.idle();
  });

  await step('a form with changes is not closed without a question', async () => {
    await tab.type('项目', 'beta', tab.dialog(kName));
    await tab.press('button', '取消', tab.dialog(kName));
    const question = tab.dialog(kQuestion);
    await question.waitFor({ state: 'attached' });
    await tab.screenshot('unsaved');
    await tab.press('button', '继续编辑', question);
    assert.equal(await tab.value('项目', tab.dialog(kName)), 'beta');
  });

  await step('nor left by Back, nor by leaving the page', async () => {
    await tab.page.goBack();
    await tab.dialog(kQuestion).waitFor({ state: 'attached' });
    await tab.idle();
    assert.equal(address(), `/manage/keys/${key.id}?q=project:alpha`);
    await tab.press('button', '继续编辑', tab.dialog(kQuestion));
    const asked = new Promise((resolve) => {
      tab.page.once('dialog', async (dialog) => {
        await dialog.dismiss();
        resolve(dialog.type());
      });
    });
    await tab.page.evaluate(() => void setTimeout(() => location.reload(), 0));
    assert.equal(await asked, 'beforeunload');
    assert.equal(await tab.value('项目', tab.dialog(kName)), 'beta');
  });

  await step('a session that ends asks for the login over the page, and all goes on', async () => {
    tab.expectProblems(/status of 401/);
    await tab.page.context().clearCookies();
    await tab.press('button', '保存更改', tab.dialog(kName));
    await tab.appears('text', '登录已失效，请重新登录');
    await tab.screenshot('session-over');
    assert.equal(address(), `/manage/keys/${key.id}?q=project:alpha`);
    await tab.logIn();
    await tab.dialog(kName).waitFor({ state: 'attached' });
    assert.equal(await tab.value('项目', tab.dialog(kName)), 'beta');
    await tab.press('button', '保存更改', tab.dialog(kName));
    await tab.toast(/已保存/);
    assert.equal((await keyAtServer()).project, 'beta');
  });

  await step('a conflict is shown at the field where both changed something', async () => {
    await go(`/manage/keys/${key.id}`);
    await tab.dialog(kName).waitFor({ state: 'attached' });
    await tab.type('项目', 'mine', tab.dialog(kName));
    tab.expectProblems(/status of 409/);
    const { revision } = await keyAtServer();
    const theirs = { project: 'theirs', user_id: 'li', revision };
    await stand.api(`/api/manage/keys/update/${key.id}`, { method: 'PUT', body: JSON.stringify(theirs) });
    assert.equal((await keyAtServer()).project, 'theirs');
    await tab.press('button', '保存更改', tab.dialog(kName));
    const told = '已被他人改为“theirs”，保存将覆盖';
    await tab.appears('text', told);
    assert.equal(await tab.find('textbox', '项目', tab.dialog(kName)).getAttribute('aria-description'), told);
    assert.equal(await tab.value('项目', tab.dialog(kName)), 'mine');
    await tab.screenshot('conflict');
    await tab.press('button', '保存更改', tab.dialog(kName));
    await tab.toast(/已保存/);
    const saved = await keyAtServer();
    assert.deepEqual([saved.project, saved.user_id], ['mine', 'li']);
  });

  await step('links lead to a request and to a period of the dashboard', async () => {
    await go(`/manage/requests/${request.id}`);
    await tab.dialog(/./).waitFor({ state: 'attached' });
    await go('/manage/dashboard?period=week');
    await tab.appears('checkbox', '最近 7 天');
    assert.equal(await tab.find('checkbox', '最近 7 天').getAttribute('aria-checked'), 'true');
    await tab.press('checkbox', '最近一小时');
    // What is no place of its own comes into the address a moment later.
    await tab.page.waitForURL((url) => url.search === '?period=hour');
    assert.equal(address(), '/manage/dashboard?period=hour');
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});
