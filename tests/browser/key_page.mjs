// The key page in one of the two modes (the argument), from the first look to a restart of the server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand, kEnvironmentKeys } from './stand.mjs';

const mode = process.argv[2];
assert.ok(mode === 'memory' || mode === 'database', 'which mode?');
const memory = mode === 'memory';

// Promised word for word.
const kTitle = memory ? '管理代理 Key (内存存储模式)' : '管理代理 Key (数据库存储模式)';
const kBanner =
  '警告：当前为内存存储模式。所有对代理 Key 的添加、编辑或删除操作均为临时性调整，不会被永久保存，应用重启后将丢失并从环境变量重新加载初始 Key 列表。';
const kChangeNote = '(内存模式下，更改仅当前会话有效)';
const kActionNote = '(此操作仅影响当前会话)';
const kAtStart = memory ? kEnvironmentKeys.length : 0;

const kTyped = 'AIzaTypedByHand-a3F9';
const kPasted = ['AIzaPastedTogether-b001', 'AIzaPastedTogether-b002', 'AQ.PastedTogether-b003'];

let stand, browser, tab;
before(async () => {
  stand = await Stand.start(mode);
  browser = await launch();
  tab = await Console.open(browser, stand);
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

async function noteIsShown(note, within) {
  const found = within.getByText(note, { exact: true });
  if (memory) {
    await found.first().waitFor({ state: 'attached' });
  } else {
    assert.equal(await found.count(), 0, 'database mode calls nothing temporary');
  }
}

async function keyNamed(description) {
  return (await stand.keys()).find((key) => key.description === description);
}

test(`the key page in ${mode} mode`, async (story) => {
  const step = steps(story, `keys-${mode}`, () => tab);
  await step('shows the title, and the banner in memory mode alone', async () => {
    await tab.logIn();
    await tab.appears('heading', kTitle);
    await tab.appears(...(memory ? ['row', '…0001'] : ['heading', '还没有代理 Key']));
    assert.equal(await tab.page.title(), kTitle);
    assert.equal(await tab.find('alert', kBanner).count(), memory ? 1 : 0);
    assert.equal((await stand.keys()).length, kAtStart);
    await tab.screenshot(`keys-${mode}-at-start`);
  });

  await step('adds a key that is typed, with a description by input method', async () => {
    await tab.find('button', '添加 Key').first().click({ force: true });
    await tab.idle();
    const dialog = tab.dialog('添加代理 Key');
    await dialog.waitFor({ state: 'attached' });
    await noteIsShown(kChangeNote, dialog);
    await tab.type('Key', kTyped, dialog);
    await tab.compose('描述', 'zhuli', '客户端主力', dialog);
    assert.equal(await tab.value('描述', dialog), '客户端主力');
    await tab.screenshot(`keys-${mode}-add`);
    await tab.press('button', '添加 Key', dialog);
    await tab.toast(/已添加 Key …a3F9/, memory ? kChangeNote : undefined);
    await tab.appears('row', '…a3F9 客户端主力');
    const key = await keyNamed('客户端主力');
    assert.equal(key.key_preview, 'a3F9');
    assert.equal(key.state, 'ready');
  });

  await step('refuses the same key again, in its field, and keeps the draft', async () => {
    tab.expectProblems(/status of 409/);
    await tab.find('button', '添加 Key').first().click({ force: true });
    await tab.idle();
    const dialog = tab.dialog('添加代理 Key');
    await tab.type('Key', kTyped, dialog);
    await tab.press('button', '添加 Key', dialog);
    await tab.appears('text', '该 Key 已在列表中');
    assert.equal(await tab.value('Key', dialog), kTyped);
    await tab.press('button', '取消', dialog);
    await tab.discard();
    await dialog.waitFor({ state: 'detached' });
  });

  await step('takes several pasted keys after a preview', async () => {
    const requests = [];
    tab.page.on('request', (request) => {
      if (request.method() !== 'GET') requests.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    await tab.find('button', '添加 Key').first().click({ force: true });
    await tab.idle();
    const dialog = tab.dialog('添加代理 Key');
    await tab.paste('Key', [...kPasted, kTyped].join('\n'), dialog);
    await tab.press('button', '预览 4 个', dialog);
    await tab.press('button', '导入 3 个', tab.dialog('导入预览'));
    await tab.toast(/已导入 3 个 Key，重复 1 个/, memory ? kChangeNote : undefined);
    await tab.appears('row', '…b003');
    assert.equal((await stand.keys()).length, kAtStart + 4);
    assert.deepEqual(requests, ['POST /api/manage/keys/import', 'POST /api/manage/keys/import']);
  });

  await step('edits a key in its drawer', async () => {
    await tab.command('…b001', '编辑');
    const drawer = tab.dialog('…b001');
    await drawer.waitFor({ state: 'attached' });
    await noteIsShown(kChangeNote, drawer);
    await tab.type('描述', 'batch', drawer);
    await tab.compose('项目', 'shuju', '数据平台', drawer);
    await tab.screenshot(`keys-${mode}-edit`);
    await tab.type('每日 Token 上限', '600,000', drawer);
    await tab.press('button', '保存更改', drawer);
    await tab.toast(/已保存 Key …b001/, memory ? kChangeNote : undefined);
    const key = await keyNamed('batch');
    assert.equal(key.project, '数据平台');
    assert.equal(key.max_tokens_per_day, 600000);
    assert.equal(key.revision, 2);
    await tab.appears('row', '…b001 batch');
  });

  await step('says in the field what cannot be', async () => {
    await tab.command('…b001 batch', '编辑');
    const drawer = tab.dialog('…b001 batch');
    await tab.type('每日 Token 上限', 'many', drawer);
    await tab.press('button', '保存更改', drawer);
    await tab.appears('text', '请输入正整数，留空表示不限');
    await tab.press('button', '取消', drawer);
    await tab.discard();
    await drawer.waitFor({ state: 'detached' });
    assert.equal((await keyNamed('batch')).max_tokens_per_day, 600000);
  });

  await step('disables and enables', async () => {
    await tab.command('…b001 batch', '停用');
    await tab.toast(/已停用 Key …b001/, memory ? kChangeNote : undefined);
    await tab.appears('cell', '停用', tab.find('row', '…b001 batch'));
    assert.equal((await keyNamed('batch')).is_active, false);
    await tab.command('…b001 batch', '启用');
    await tab.toast(/已启用 Key …b001/, memory ? kChangeNote : undefined);
    assert.equal((await keyNamed('batch')).is_active, true);
  });

  await step('searches as one types, Chinese too, and sorts', async () => {
    await tab.compose('搜索 Key', 'zhuli', '主力');
    assert.deepEqual(await tab.rows(), ['…a3F9 客户端主力']);
    await tab.screenshot(`keys-${mode}-search`);
    await tab.press('button', '清除搜索');
    assert.equal((await tab.rows()).length, kAtStart + 4);
    await tab.press('columnheader', 'Key · 描述');
    const upwards = (await tab.rows()).filter((name) => / /.test(name));
    await tab.press('columnheader', 'Key · 描述');
    const downwards = (await tab.rows()).filter((name) => / /.test(name));
    assert.deepEqual(downwards, [...upwards].reverse());
    assert.equal(await tab.find('columnheader', 'Key · 描述').getAttribute('aria-sort'), 'descending');
  });

  await step('asks before it deletes, and deletes', async () => {
    await tab.command('…b002', '删除…');
    const question = tab.dialog(/删除 Key …b002/);
    await question.waitFor({ state: 'attached' });
    await noteIsShown(kActionNote, question);
    await tab.press('button', '取消', question);
    await question.waitFor({ state: 'detached' });
    assert.equal((await stand.keys()).length, kAtStart + 4);
    await tab.command('…b002', '删除…');
    await tab.screenshot(`keys-${mode}-delete`);
    await tab.press('button', '删除 Key', tab.dialog(/删除 Key …b002/));
    await tab.toast(/已删除 Key …b002/, memory ? kActionNote : undefined);
    await tab.disappears('row', '…b002');
    assert.equal((await stand.keys()).length, kAtStart + 3);
  });

  await step('deletes several at once', async () => {
    await tab.press('checkbox', '选择 …b001 batch');
    await tab.press('checkbox', '选择 …b003');
    await tab.appears('text', '已选 2 个');
    await tab.screenshot(`keys-${mode}-selected`);
    await tab.press('button', '删除…');
    await tab.press('button', '删除 2 个 Key', tab.dialog('删除 2 个 Key？'));
    await tab.toast(/已删除 2 个 Key/, memory ? kActionNote : undefined);
    await tab.disappears('row', '…b003');
    assert.equal((await stand.keys()).length, kAtStart + 1);
  });

  await step('shows what others changed without being asked', async () => {
    const key = await keyNamed('客户端主力');
    const body = JSON.stringify({ description: '别处改的' });
    await stand.api(`/api/manage/keys/update/${key.id}`, { method: 'PUT', body });
    await tab.appears('row', '…a3F9 别处改的');
  });

  await step('after a restart, has what the mode promises', async () => {
    tab.expectProblems(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING|status of 401/);
    await stand.restart();
    const previews = (await stand.keys()).map((key) => key.key_preview).sort();
    assert.deepEqual(previews, memory ? ['0001', '0002'] : ['a3F9']);
    await tab.page.reload();
    await tab.page.waitForFunction(() => window.geminate !== undefined);
    await tab.idle();
    if ((await tab.find('heading', '登录管理控制台').count()) > 0) await tab.logIn();
    await tab.appears('heading', kTitle);
    await tab.appears('row', memory ? '…0001' : '…a3F9 别处改的');
    assert.equal((await tab.rows()).length, memory ? 2 : 1);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});
