// The grid of keys, driven by name: search, filters, columns, the selection, what is done to many keys at once, and
// what the drawer tells. In the mode and language of the arguments.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';
import { addKey, ask_many } from './traffic.mjs';

const [, , mode, language] = process.argv;
const memory = mode === 'memory';
const chinese = language === 'zh';
const say = (zh, en) => (chinese ? zh : en);
const kChange = memory ? say('(内存模式下，更改仅当前会话有效)', '(Memory mode: changes last for this run only)') : undefined;
const kAction = memory ? say('(此操作仅影响当前会话)', '(This affects the current run only)') : undefined;
const kSearch = say('搜索 Key', 'Search keys');
const kClear = say('取消选择', 'Clear selection');

let stand, browser, tab;
before(async () => {
  stand = await Stand.start(mode);
  for (const key of await stand.keys()) await stand.api(`/api/manage/keys/delete/${key.id}`, { method: 'DELETE' });
  for (let i = 1; i <= 6; ++i) {
    await addKey(stand, {
      key_string: `AIzaGridKey-000${i}`,
      description: `key ${i}`,
      project: i <= 3 ? 'alpha' : 'beta',
      tags: i % 2 ? ['odd'] : [],
      is_active: i !== 6,
    });
  }
  browser = await launch();
  tab = await Console.open(browser, stand, { locale: say('zh-CN', 'en-US'), size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const row = (i) => `…000${i} key ${i}`;
const names = async () => (await tab.rows()).map((name) => Number(/ key (\d)$/.exec(name)[1])).sort();
const keyOf = async (i) => (await stand.keys()).find((key) => key.description === `key ${i}`);
const box = (i) => say(`选择 ${row(i)}`, `Select ${row(i)}`);
const selected = (count) => tab.appears('text', say(`已选 ${count} 个`, `${count} selected`));
async function search(text) {
  await (text ? tab.type(kSearch, text) : tab.clear(kSearch));
  return names();
}
async function rowCommand(i, command) {
  await tab.press('button', say(`${row(i)} 的操作`, `Actions for ${row(i)}`));
  await tab.press('menuitem', command);
}
// A command of the selection bar's menu.
async function more(command) {
  await tab.press('button', say('更多操作', 'More actions'));
  await tab.press('menuitem', command);
}

test(`the grid of keys in ${mode} mode, ${language}`, async (story) => {
  const step = steps(story, `grid-${mode}-${language}`, () => tab);
  await step('answers the query box', async () => {
    await tab.type(say('管理员密钥', 'Admin key'), kAdminKey);
    await tab.press('button', say('登录', 'Sign in'));
    await tab.appears('row', row(1));
    assert.deepEqual(await search('project:alpha'), [1, 2, 3]);
    assert.deepEqual(await search('tag:odd -project:alpha'), [5]);
    assert.deepEqual(await search('state:disabled'), [6]);
    assert.deepEqual(await search('used>1000'), []);
    await search('colour:red');
    await tab.appears('text', say(/没有“colour”这个条件/, /There is no condition “colour”/));
    assert.equal(await tab.find('textbox', kSearch).getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await search(''), [1, 2, 3, 4, 5, 6]);
  });

  await step('filters by state with one press, and takes it back with another', async () => {
    const disabled = say(/^停用/, /^Disabled/);
    await tab.press('checkbox', disabled);
    assert.deepEqual(await names(), [6]);
    await tab.press('checkbox', disabled);
    assert.equal((await names()).length, 6);
  });

  await step('hides, sorts and remembers columns', async () => {
    await tab.press('button', say('列', 'Columns'));
    await tab.press('menuitem', say('最近使用', 'Last used'));
    await tab.press('menuitem', say('优先级', 'Priority'));
    await tab.key('Escape');
    await tab.disappears('columnheader', say('最近使用', 'Last used'));
    await tab.appears('columnheader', say('优先级', 'Priority'));
    await tab.press('columnheader', say('项目', 'Project'));
    await tab.press('columnheader', say('项目', 'Project'));
    assert.equal(await tab.find('columnheader', say('项目', 'Project')).getAttribute('aria-sort'), 'descending');
    await tab.page.reload();
    await tab.page.waitForFunction(() => window.geminate !== undefined);
    await tab.appears('row', row(1));
    await tab.appears('columnheader', say('优先级', 'Priority'));
    assert.equal(await tab.find('columnheader', say('最近使用', 'Last used')).count(), 0);
    assert.equal(await tab.find('columnheader', say('项目', 'Project')).getAttribute('aria-sort'), 'descending');
    await tab.press('button', say('列', 'Columns'));
    await tab.press('menuitem', say('恢复默认列', 'Default columns'));
    await tab.appears('columnheader', say('最近使用', 'Last used'));
    await tab.key('Escape');
  });

  await step('resizes a column by its edge, and remembers it', async () => {
    const head = () => tab.find('columnheader', say('项目', 'Project')).boundingBox();
    const before = await head();
    const middle = before.y + before.height / 2;
    await tab.page.mouse.move(before.x + before.width + 6, middle);
    await tab.page.mouse.down();
    await tab.page.mouse.move(before.x + before.width + 46, middle, { steps: 4 });
    await tab.page.mouse.up();
    await tab.idle();
    const wider = (await head()).width;
    assert.ok(wider > before.width + 20, `${before.width} → ${wider}`);
    await tab.page.reload();
    await tab.page.waitForFunction(() => window.geminate !== undefined);
    await tab.appears('row', row(1));
    assert.ok(Math.abs((await head()).width - wider) < 2);
  });

  await step('selects over filtered rows, with Shift, and by keyboard', async () => {
    await search('project:alpha');
    await tab.press('checkbox', say('全选', 'Select all'));
    await selected(3);
    await search('');
    await tab.press('checkbox', box(5));
    await selected(4);
    await search('project:beta');
    await tab.appears('text', say('其中 3 个未显示', '3 of them not shown'));
    await search('');
    await tab.press('link', kClear);
    await tab.press('columnheader', say('Key · 描述', 'Key · description'));
    const order = await tab.rows();
    const checkboxAt = (i) => tab.find('checkbox', say(`选择 ${order[i]}`, `Select ${order[i]}`));
    await checkboxAt(1).click({ force: true });
    await tab.idle();  // the bar of the selection moves the rows
    await tab.page.keyboard.down('Shift');
    await checkboxAt(4).click({ force: true });
    await tab.page.keyboard.up('Shift');
    await tab.idle();
    await selected(4);
    await tab.key('Escape');
    await tab.disappears('text', say(/^已选/, /selected$/));
    await tab.key('Control+a');
    await selected(6);
    await tab.key('Escape');
  });

  await step('says what an edit of many would change, does it, and takes it back', async () => {
    await tab.key('Control+a');
    await tab.press('button', say('停用', 'Disable'));
    const dialog = tab.dialog(say('停用所选 Key', 'Disable the selected keys'));
    await tab.appears('text', say('将更改 5 个 Key', 'This changes 5 keys'), dialog);
    await tab.appears('text', say('1 个已是如此，不受影响', '1 is that way already and stays'), dialog);
    await tab.screenshot(`grid-${mode}-${language}-bulk`);
    await tab.press('button', say('更改 5 个', 'Change 5'), dialog);
    await tab.appears('status', say(/已停用 5 个 Key/, /Disabled 5 keys/));
    assert.equal((await stand.keys()).filter((key) => key.is_active).length, 0);
    await tab.press('link', say('撤销', 'Undo'));
    await tab.toast(say(/已撤销 5 个 Key 的更改/, /Took back the change of 5 keys/), kChange);
    assert.equal((await stand.keys()).filter((key) => key.is_active).length, 5);
    assert.equal((await keyOf(6)).is_active, false);
  });

  await step('enables, and sets project, tags and limits of many', async () => {
    const edit = async (command, title, field, value, change, check) => {
      await more(command);
      const dialog = tab.dialog(title);
      await tab.type(field, value, dialog);
      await tab.press('button', say(`更改 ${change} 个`, `Change ${change}`), dialog);
      await tab.toast(new RegExp(say(`已更改 ${change} 个 Key`, `Changed ${change} keys`)), kChange);
      assert.ok((await stand.keys()).every(check), title);
    };
    await edit(say('设定项目…', 'Set project…'), say('设定所选 Key 的项目', 'Set the project of the selected keys'), say('项目', 'Project'), 'gamma', 6, (key) => key.project === 'gamma');
    await edit(say('添加标签…', 'Add tags…'), say('为所选 Key 添加标签', 'Add tags to the selected keys'), say('标签', 'Tags'), 'odd, new', 6, (key) => key.tags.includes('new') && key.tags.includes('odd'));
    await edit(say('移除标签…', 'Remove tags…'), say('移除所选 Key 的标签', 'Remove tags from the selected keys'), say('标签', 'Tags'), 'odd', 6, (key) => key.tags.join() === 'new');
    await edit(say('设定每日上限…', 'Set tokens per day…'), say('设定所选 Key 的每日 Token 上限', 'Set tokens per day of the selected keys'), say('每日 Token 上限', 'Tokens per day'), '600,000', 6, (key) => key.max_tokens_per_day === 600000);
    await edit(say('设定每分钟上限…', 'Set requests per minute…'), say('设定所选 Key 的每分钟请求上限', 'Set requests per minute of the selected keys'), say('每分钟请求上限', 'Requests per minute'), '50', 6, (key) => key.rate_limit_per_minute === 50);
    await tab.press('button', say('启用', 'Enable'));
    await tab.press('button', say('更改 1 个', 'Change 1'), tab.dialog());
    await tab.toast(say(/已启用 1 个 Key/, /Enabled 1 key(?!s)/), kChange);
  });

  await step('checks many at upstream', async () => {
    await tab.key('Control+a');
    await tab.press('button', say('检测', 'Check'));
    const dialog = tab.dialog(say('检测所选 Key', 'Check the selected keys'));
    await tab.appears('text', say(/将向上游检测 6 个 Key/, /asks upstream about 6 keys/), dialog);
    await tab.press('button', say('检测 6 个', 'Check 6'), dialog);
    await tab.appears('status', say(/正在检测 6 个 Key/, /Checking 6 keys/));
    const { checks } = await stand.api('/api/manage/keys/checks');
    assert.equal(checks[0].total, 6);
  });

  await step('deletes the selected ones after a question', async () => {
    await tab.key('Escape');
    for (const i of [4, 5, 6]) await tab.press('checkbox', box(i));
    await tab.press('button', say('删除…', 'Delete…'));
    await tab.press('button', say('删除 3 个 Key', 'Delete 3 keys'), tab.dialog(say('删除 3 个 Key？', 'Delete 3 keys?')));
    await tab.toast(say(/已删除 3 个 Key/, /Deleted 3 keys/), kAction);
    assert.deepEqual((await names()), [1, 2, 3]);
  });

  await step('tells in the drawer what a key did: quotas, requests of a day, history in the page’s language', async () => {
    for (const i of [2, 3]) {
      const { id } = await keyOf(i);
      await stand.api(`/api/manage/keys/update/${id}`, { method: 'PUT', body: '{"is_active":false}' });
    }
    await ask_many(stand, 3);
    const { id } = await keyOf(1);
    // What is scrolled out of sight is not in the mirror.
    await tab.page.setViewportSize({ width: 1440, height: 1700 });
    await tab.idle();
    await rowCommand(1, say('编辑', 'Edit'));
    const drawer = tab.dialog(row(1));
    const chart = tab.find('img', say('最近一天的请求', 'Requests in the last day'), drawer);
    await chart.waitFor({ state: 'attached' });
    await tab.appears('text', 'gemini-2.5-flash', drawer);
    assert.match(await chart.getAttribute('aria-description'), say(/^3 次请求/, /^3 requests/));
    await tab.appears('text', 'gemini-2.5-flash', drawer);
    await tab.appears('text', say(/^每日请求 3 \//, /^Requests a day 3 \//), drawer);
    await tab.appears('text', say('由管理员操作', 'by an admin'), drawer);
    await tab.screenshot(`grid-${mode}-${language}-drawer`);
    await tab.press('link', say('该 Key 的请求', 'Requests of this key'), drawer);
    await tab.appears('heading', say('请求记录', 'Requests'));
    assert.equal(await tab.value(say('搜索请求', 'Search requests')), `key:#${id}`);
    assert.equal((await tab.rows()).length, 3);
  });

  await step('copies a key’s id', async () => {
    await tab.press('link', say('代理 Key', 'Proxy keys'));
    await tab.appears('row', row(1));
    await rowCommand(1, say('复制编号', 'Copy id'));
    await tab.appears('status', say('已复制到剪贴板', 'Copied to the clipboard'));
    assert.equal(await tab.clipboard(), String((await keyOf(1)).id));
  });

  await step('has room for the drawer’s commands on a phone', async () => {
    await rowCommand(1, say('编辑', 'Edit'));
    const drawer = tab.dialog(row(1));
    await drawer.waitFor({ state: 'attached' });
    await tab.page.setViewportSize({ width: 390, height: 844 });
    await tab.page.waitForFunction(() => document.querySelector('[role=dialog]').getBoundingClientRect().width === 390);
    await tab.idle();
    const boxes = [];
    for (const name of [say('删除…', 'Delete…'), say('立即检测', 'Check now'), say('保存更改', 'Save changes')])
      boxes.push(await tab.find('button', name, drawer).boundingBox());
    for (let i = 1; i < boxes.length; ++i) assert.ok(boxes[i - 1].x + boxes[i - 1].width <= boxes[i].x, JSON.stringify(boxes));
    assert.ok(boxes[2].x + boxes[2].width <= 390);
    await tab.screenshot(`grid-${mode}-${language}-phone`);
  });

  await step('reports which part of a long edit failed, why, and tries that again', async () => {
    await tab.key('Escape');
    await tab.page.setViewportSize({ width: 1440, height: 900 });
    const text = Array.from({ length: 2100 }, (_, i) => `AIzaOneOfMany-${String(i).padStart(6, '0')}`).join(' ');
    await stand.api('/api/manage/keys/import', { method: 'POST', body: JSON.stringify({ text }) });
    await tab.press('button', say('刷新', 'Refresh'));
    await tab.appears('text', say('显示 2,103 行，共 2,103 行', '2,103 of 2,103 rows'));
    await tab.key('Control+a');
    await tab.press('button', say('停用', 'Disable'));
    const dialog = tab.dialog(say('停用所选 Key', 'Disable the selected keys'));
    await tab.appears('text', say('将更改 2,101 个 Key', 'This changes 2,101 keys'), dialog);
    let steps = 0;
    tab.expectProblems(/status of 409/);
    await tab.page.route('**/api/manage/keys/bulk', (route) => {
      if (++steps !== 2) return route.continue();
      const body = JSON.stringify({ error: { code: 'conflict', message: 'somebody was faster', field: null } });
      return route.fulfill({ status: 409, contentType: 'application/json', body });
    });
    await tab.press('button', say('更改 2,101 个', 'Change 2,101'), dialog);
    const report = tab.dialog(say('部分 Key 未能更改', 'Some keys could not be changed'));
    await tab.appears('alert', say('成功 2,000 个，失败 101 个', '2,000 done, 101 failed'), report);
    await tab.appears('text', /101.*somebody was faster/, report);
    await tab.screenshot(`grid-${mode}-${language}-report`);
    await tab.press('button', say('重试失败的 101 个', 'Try the 101 again'), report);
    await tab.appears('status', say(/已停用 101 个 Key/, /Disabled 101 keys/));
    assert.equal((await stand.keys()).filter((key) => key.is_active).length, 0);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});
