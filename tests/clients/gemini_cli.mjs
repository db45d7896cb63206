// Google's own command-line agent, unmodified, with nothing but its base URL set to the server: it answers a prompt by
// way of a tool call, and the thought's signature comes back to Gemini as it was.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { kModel, kToken, Served } from './served.mjs';
import { turn, Upstream } from './upstream.mjs';

const kSignature = Buffer.from('what was thought before the call').toString('base64');
const kPatience = 100_000;
const program = join(
  createRequire(import.meta.url).resolve('@google/gemini-cli/package.json'),
  '..',
  'bundle',
  'gemini.js',
);

let upstream;
let served;
let home;

// Reads the file that was asked for, then says what stands in it.
function readThenTell({ method, body }) {
  const result = body.contents.at(-1).parts.find((part) => part.functionResponse)?.functionResponse;
  const call = { functionCall: { name: 'read_file', args: { file_path: 'answer.txt' } }, thoughtSignature: kSignature };
  const answer = turn([result ? { text: `It says ${result.response.output.trim()}.` } : call]);
  return method === 'streamGenerateContent' ? { events: [answer] } : { json: answer };
}

before(async () => {
  upstream = await Upstream.start(readThenTell);
  served = await Served.start({ upstream: upstream.url });
  home = mkdtempSync(join(tmpdir(), 'geminate-gemini-cli-'));
  mkdirSync(join(home, '.gemini'));
  mkdirSync(join(home, 'work'));
  writeFileSync(join(home, 'work', 'answer.txt'), 'forty-two\n');
  const settings = {
    security: { auth: { selectedType: 'gemini-api-key' } },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  };
  writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
});
after(async () => {
  await served?.stop();
  await upstream?.stop();
  if (home) rmSync(home, { recursive: true, force: true });
});

function run(prompt) {
  const args = ['-m', kModel, '--approval-mode', 'yolo', '--skip-trust', '-o', 'json', '-p', prompt];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: join(home, 'work'),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: kPatience,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      GEMINI_API_KEY: kToken,
      GOOGLE_GEMINI_BASE_URL: served.url,
      GEMINI_CLI_NO_RELAUNCH: '1',
    },
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (complaints += bytes));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, complaints }));
  });
}

test('gemini-cli answers a prompt by way of a tool call', { timeout: kPatience }, async () => {
  const { code, output, complaints } = await run('What does answer.txt say?');
  assert.equal(code, 0, complaints);
  const told = JSON.parse(output);
  assert.equal(told.response, 'It says forty-two.');
  assert.equal(told.stats.tools.byName.read_file.success, 1);
  const [model] = Object.values(told.stats.models);
  assert.equal(model.api.totalErrors, 0);
  assert.equal(model.tokens.total, 36);
  const [asked, last] = upstream.taken();
  assert.ok(asked.path.startsWith(`/v1beta/models/${kModel}:`), asked.path);
  assert.match(asked.headers['x-goog-api-key'], /^demo-key-/);
  const called = last.body.contents.flatMap(({ parts }) => parts).find((part) => part.functionCall);
  assert.equal(called.thoughtSignature, kSignature);
});
