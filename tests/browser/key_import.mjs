// Many keys at once: pasted, dropped and chosen, with the preview before anything is added, and what the export
// hands out. In the mode and language of the arguments.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';

const [, , mode, language] = process.argv;
const memory = mode === 'memory';
const chinese = language === 'zh';
const say = (zh, en) => (chinese ? zh : en);
const kNote = memory ? say('(内存模式下，更改仅当前会话有效)', '(Memory mode: changes last for this run only)') : undefined;

let stand, browser, tab;
before(async () => {
  stand = await Stand.start(mode);
  browser = await launch();
  tab = await Console.open(browser, stand, { locale: say('zh-CN', 'en-US') });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const dialog = () => tab.dialog();
const preview = () => tab.dialog(say('导入预览', 'Preview of the import'));
async function openDialog() {
  await tab.find('button', say('添加 Key', 'Add key')).first().click({ force: true });
  await tab.idle();
  await tab.dialog(say('添加代理 Key', 'Add proxy keys')).waitFor({ state: 'attached' });
}
async function drop(files) {
  await tab.page.evaluate((all) => {
    const data = new DataTransfer();
    for (const { name, type, content } of all) data.items.add(new File([content], name, { type }));
    for (const kind of ['dragenter', 'dragover', 'drop'])
      document.getElementById('canvas').dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }, files);
  await tab.idle();
}
const lines = async () => (await tab.find('row', say(/^第 \d+ 行/, /^Line \d+/), preview()).all()).length;

test(`an import in ${mode} mode, ${language}`, async (story) => {
  const step = steps(story, `import-${mode}-${language}`, () => tab);
  let before;
  await step('shows what is new, there already and not to be used, before anything is added', async () => {
    await tab.type(say('管理员密钥', 'Admin key'), kAdminKey);
    await tab.press('button', say('登录', 'Sign in'));
    await tab.appears('heading', say(/管理代理 Key/, /Manage proxy keys/));
    await stand.api('/api/manage/keys/add', { method: 'POST', body: JSON.stringify({ key_string: 'AIzaAlreadyThere-9999' }) });
    before = (await stand.keys()).length;
    await openDialog();
    const text = 'AIzaImported-b001, AIzaImported-b002\nAIzaAlreadyThere-9999\nAIzaImported-b001\nsk-密钥-broken';
    await tab.paste(say('Key', 'Keys'), text, dialog());
    await tab.press('button', say('预览 5 个', 'Preview 5'), dialog());
    await preview().waitFor({ state: 'attached' });
    for (const row of [
      say('第 1 行 …b001 新增', 'Line 1 …b001 New'),
      say('第 1 行 …b002 新增', 'Line 1 …b002 New'),
      say('第 2 行 …9999 已在池中', 'Line 2 …9999 In the pool already'),
      say('第 3 行 …b001 与第 1 行重复', 'Line 3 …b001 Same as line 1'),
      say('第 4 行 …oken 含有空白、控制字符或非 ASCII 字符', 'Line 4 …oken It holds blanks, control or non-ASCII characters'),
    ])
      await tab.appears('row', row, preview());
    assert.equal((await stand.keys()).length, before, 'nothing was added yet');
    await tab.screenshot(`import-${mode}-${language}-preview`);
  });

  await step('filters the preview', async () => {
    await tab.press('checkbox', say(/^重复/, /^Duplicate/), preview());
    assert.equal(await lines(), 2);
    await tab.press('checkbox', say(/^不可用/, /^Rejected/), preview());
    assert.equal(await lines(), 1);
    await tab.press('checkbox', say(/^全部/, /^All/), preview());
    assert.equal(await lines(), 5);
  });

  await step('leads back to the text, with nothing lost', async () => {
    await tab.press('button', say('返回修改', 'Back'), preview());
    assert.match(await tab.value(say('Key', 'Keys'), dialog()), /b002/);
    await tab.press('button', say('预览 5 个', 'Preview 5'), dialog());
    await preview().waitFor({ state: 'attached' });
  });

  await step('adds the new ones and reports the rest', async () => {
    await tab.press('button', say('导入 2 个', 'Import 2'), preview());
    await tab.toast(say(/已导入 2 个 Key，重复 2 个/, /Imported 2 keys, duplicates: 2/), kNote);
    const report = tab.dialog(say('导入结果', 'Report of the import'));
    await tab.appears('alert', say('导入 2 个，重复 2 个，不可用 1 个，未导入 0 个', '2 imported, 2 duplicate, 1 rejected, 0 not imported'), report);
    await tab.screenshot(`import-${mode}-${language}-report`);
    await tab.press('button', say('关闭', 'Close'), report);
    await report.waitFor({ state: 'detached' });
    assert.equal((await stand.keys()).length, before + 2);
    await tab.appears('row', '…b002');
  });

  await step('takes a dropped CSV with projects and descriptions', async () => {
    await drop([{ name: 'keys.csv', type: 'text/csv', content: '﻿key,project,description,tags\nAIzaFromFile-c001,alpha,"one, two",filed\nAIzaFromFile-c002,beta,,filed\n' }]);
    await preview().waitFor({ state: 'attached' });
    await tab.appears('text', say('keys.csv，共 2 个', '2 from keys.csv'), preview());
    await tab.appears('cell', 'alpha · one, two · filed', preview());
    await tab.screenshot(`import-${mode}-${language}-file`);
    await tab.press('button', say('导入 2 个', 'Import 2'), preview());
    await tab.toast(say(/已导入 2 个 Key，重复 0 个/, /Imported 2 keys, duplicates: 0/), kNote);
    const key = (await stand.keys()).find((each) => each.key_preview === 'c001');
    assert.equal(key.project, 'alpha');
    assert.equal(key.description, 'one, two');
  });

  await step('opens a file that is chosen with the keyboard', async () => {
    await openDialog();
    const chooser = tab.page.waitForEvent('filechooser');
    await tab.find('button', say('选择文件…', 'Choose file…'), dialog()).dispatchEvent('click');
    await (await chooser).setFiles({ name: 'keys.json', mimeType: 'application/json', buffer: Buffer.from('[{"api_key":"AIzaFromJson-d001","tags":["t1","t2"]},"AIzaFromJson-d002"]') });
    await preview().waitFor({ state: 'attached' });
    await tab.press('button', say('导入 2 个', 'Import 2'), preview());
    await tab.toast(say(/已导入 2 个 Key/, /Imported 2 keys/), kNote);
    assert.deepEqual((await stand.keys()).find((each) => each.key_preview === 'd001').tags, ['t1', 't2']);
  });

  await step('says what a file lacks', async () => {
    await drop([{ name: 'export.json', type: 'application/json', content: '{"rows":[]}' }]);
    await tab.appears('text', say(/无法识别此 JSON/, /This JSON was not understood/));
    await tab.press('button', say('取消', 'Cancel'), dialog());
  });

  await step('takes a long paste in slices and stays usable', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => `AIzaOneOfMany-${String(i).padStart(6, '0')}`).join('\n');
    await openDialog();
    await tab.paste(say('Key', 'Keys'), many, dialog());
    await preview().waitFor({ state: 'attached' });
    await tab.appears('text', say('粘贴的文本，共 5,000 个', '5,000 from the pasted text'), preview());
    await tab.press('button', say('导入 5,000 个', 'Import 5,000'), preview());
    await tab.toast(say(/已导入 5000 个 Key/, /Imported 5000 keys/), kNote);
    assert.equal((await stand.keys()).length, before + 5006);
  });

  await step('hands out as a file what is shown or selected, without a key', async () => {
    const saved = async (form, count) => {
      await tab.press('button', say('导出', 'Export'));
      const download = tab.page.waitForEvent('download');
      await tab.find('menuitem', form).click({ force: true });
      const file = await download;
      await tab.toast(say(`已导出 ${count} 个 Key 的信息（不含完整 Key）`, count === 1 ? 'Exported 1 key, without its text' : `Exported ${count} keys, without their texts`));
      const content = readFileSync(await file.path(), 'utf8');
      assert.doesNotMatch(content, /AIza/);
      return { name: file.suggestedFilename(), content };
    };
    await tab.type(say('搜索 Key', 'Search keys'), 'tag:filed');
    assert.equal((await tab.rows()).length, 2);
    const csv = await saved(say('导出 CSV（2 个）', 'CSV of 2'), 2);
    assert.match(csv.name, /^geminate-keys-\d{4}-\d\d-\d\d\.csv$/);
    const table = csv.content.trimEnd().split('\r\n');
    assert.equal(table.length, 3);
    assert.match(table[0], /id,key_preview,fingerprint,description,project/);
    assert.ok(table.some((line) => /,c001,.*,"one, two",alpha,filed,/.test(line)), csv.content);
    await tab.press('checkbox', say('选择 …c002', 'Select …c002'));
    const json = await saved(say('导出 JSON（1 个）', 'JSON of 1'), 1);
    const { keys } = JSON.parse(json.content);
    assert.deepEqual(keys.map((key) => [key.key_preview, key.project]), [['c002', 'beta']]);
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});
