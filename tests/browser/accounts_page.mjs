// Accounts, sessions and the second factor, the login with them, what a viewer gets to see, and the audit log that
// tells of it all. The story in database mode in English; what memory mode says of it in Chinese; and what it looks like.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';
import { addKey } from './traffic.mjs';

const kPassword = 'a password of hers';
const kDesk = { width: 1440, height: 900 };
const kLooks = [
  { name: '1440-light', size: kDesk },
  { name: '1024-dark', size: { width: 1024, height: 768 }, dark: true },
  { name: '390-dark', size: { width: 390, height: 844 }, dark: true, touch: true },
  { name: '390-light', size: { width: 390, height: 844 }, touch: true },
];

// RFC 6238 with an app's usual choices.
function codeOf(secret, at = Date.now()) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  await addKey(stand, { key_string: 'AIzaAccounts-a3F9', description: 'main' });
  browser = await launch();
  tab = await Console.open(browser, stand, { path: '/manage/accounts', locale: 'en-US', size: kDesk });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

async function logInAs(seen, name, password, code) {
  await seen.press('link', 'Use another account');
  await seen.type('Account', name);
  await seen.type('Password', password);
  await seen.key('Enter');
  if (!code) return;
  await seen.type('Code', code());
  await seen.key('Enter');
}
const rowMenu = async (name) => {
  await tab.find('row', name).first().click({ force: true });
  await tab.idle();
};

test('accounts, sessions and second factors', async (story) => {
  const step = steps(story, 'accounts', () => tab);
  let viewer, secret;

  await step('shows who may log in and who is logged in', async () => {
    await tab.logInAnyLanguage();
    await tab.appears('heading', 'Accounts & sessions');
    await tab.appears('row', 'admin');
    await tab.appears('row', 'admin (this session)');
    await tab.appears('text', 'admin · Admin');
  });

  await step('adds an account, with its faults said at their fields', async () => {
    await tab.press('button', 'Add account');
    const dialog = tab.dialog('Add account');
    await tab.type('Account', 'vera', dialog);
    await tab.type('Password', 'short', dialog);
    tab.expectProblems(/status of 4\d\d/);
    await tab.press('button', 'Add account', dialog);
    await tab.appears('text', 'the password must have 12 characters at least', dialog);
    await tab.screenshot('accounts-en-add');
    await tab.type('Password', kPassword, dialog);
    await tab.press('button', 'Add account', dialog);
    await tab.toast('Added account vera');
    await tab.appears('row', 'vera');
  });

  await step('lets her in as a viewer, who changes nothing', async () => {
    viewer = await Console.open(browser, stand, { locale: 'en-US', size: kDesk });
    viewer.expectProblems(/status of 40\d/);
    await logInAs(viewer, 'vera', 'not her password');
    await viewer.appears('text', 'That name or password is not right');
    await viewer.screenshot('login-named-en');
    await viewer.type('Password', kPassword);
    await viewer.key('Enter');
    await viewer.appears('row', /a3F9/);
    await viewer.appears('text', 'vera · Viewer');
    assert.equal(await viewer.find('button', 'Add key').count(), 0);
    await viewer.screenshot('viewer-en');
    await viewer.press('link', 'Audit log');
    await viewer.appears('heading', 'For admins only');
  });

  await step('turns her second factor on, and asks for it from then on', async () => {
    await viewer.press('link', 'Accounts & sessions');
    assert.equal(await viewer.find('row', 'admin').count(), 0);
    await viewer.press('button', 'Set up second factor');
    await viewer.type('Password', kPassword, viewer.dialog());
    await viewer.press('button', 'Continue');
    secret = await viewer.value('Secret', viewer.dialog());
    assert.match(await viewer.value('otpauth address', viewer.dialog()), /^otpauth:\/\/totp\//);
    await viewer.screenshot('accounts-en-factor');
    await viewer.type('Code', codeOf(secret), viewer.dialog());
    await viewer.press('button', 'Turn on');
    await viewer.dialog('Recovery codes').waitFor({ state: 'attached' });
    await viewer.screenshot('accounts-en-codes');
    await viewer.press('button', 'Copy codes');
    const codes = (await viewer.clipboard()).trim().split('\n');
    assert.ok(codes.length >= 8, codes.join());
    await viewer.press('button', 'Close', viewer.dialog());
    await viewer.press('button', 'Sign out');
    await viewer.appears('heading', 'Sign in to the console');
    await logInAs(viewer, 'vera', kPassword, () => codes[0]);
    await viewer.appears('button', 'Remove second factor');
  });

  await step('ends her session from afar', async () => {
    await tab.press('button', 'Refresh');
    await tab.find('row', 'vera').last().click({ force: true });
    await tab.press('button', 'End session', tab.dialog('End the session?'));
    await tab.toast('The session has ended');
    await viewer.press('button', 'Refresh');
    await viewer.appears('heading', 'Sign in to the console');
    await viewer.close();
  });

  await step('changes and deletes her account', async () => {
    await rowMenu('vera');
    const dialog = tab.dialog('Account vera');
    await tab.press('checkbox', 'Admin', dialog);
    await tab.press('checkbox', 'Take the second factor away, for somebody who lost it', dialog);
    await tab.screenshot('accounts-en-edit');
    await tab.press('button', 'Save changes', dialog);
    await tab.toast('Saved account vera');
    const [, vera] = (await stand.api('/api/manage/accounts/data')).accounts;
    assert.equal(vera.role, 'admin');
    assert.equal(vera.has_second_factor, false);
    await rowMenu('vera');
    await tab.press('button', 'Delete account…', dialog);
    await tab.press('button', 'Delete account', tab.dialog('Delete account vera?'));
    await tab.toast('Deleted account vera');
    await tab.disappears('row', 'vera');
  });

  await step('tells of it in the audit log, which holds', async () => {
    await tab.press('link', 'Audit log');
    await tab.appears('row', 'admin accounts/delete');
    await tab.press('button', 'Verify');
    await tab.appears('alert', /^The log is whole and unaltered/);
    await tab.type('Action', 'keys/');
    await tab.key('Enter');
    await tab.disappears('row', 'admin accounts/delete');
    await tab.screenshot('audit-en-filtered');
    await tab.find('row', 'admin keys/add').first().click({ force: true });
    await tab.appears('text', /^None → .*a3F9/, tab.dialog('keys/add'));
    await tab.screenshot('audit-en-row');
    await tab.key('Escape');
    const download = tab.page.waitForEvent('download');
    await tab.press('button', 'Export');
    assert.equal((await download).suggestedFilename(), 'audit.jsonl');
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});

for (const touch of [false, true]) {
  test(`looks right ${touch ? 'on a phone' : 'at a desk'} in Chinese`, async () => {
    const looks = kLooks.filter((look) => (look.touch ?? false) === touch);
    const seen = await Console.open(browser, stand, { ...looks[0], path: '/manage/accounts' });
    await seen.logInAnyLanguage();
    for (const [path, heading] of [['accounts', '会话'], ['audit', '审计日志']]) {
      if (path === 'audit') {
        if (touch) await seen.press('button', '打开菜单');
        await seen.press('link', '审计日志');
      }
      for (const look of looks) {
        await seen.lookAt(look);
        await seen.appears('heading', heading);
        await seen.screenshot(`${path}-${look.name}-zh`);
        const overhanging = await seen.page.evaluate(() =>
          window.geminate.nodes
            .filter(({ rect: [left, , width] }) => left < -1 || left + width > window.innerWidth + 1)
            .map(({ role, name: title }) => `${role} ${title}`));
        assert.deepEqual(overhanging, []);
      }
    }
    seen.assertNoProblems();
    await seen.close();
  });
}
