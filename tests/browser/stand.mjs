// A server in front of a simulator, for one test file. The server can be killed and comes back on its port with
// its data.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const kAdminKey = 'admin-secret-for-the-tests';
export const kClientToken = 'client-token-for-the-tests';
export const kEnvironmentKeys = ['AIzaEnvironmentKeyNumber-0001', 'AIzaEnvironmentKeyNumber-0002'];
const kPatience = 60_000;

// What `pattern` finds first in a stream of the child; rejects when the child ends before.
function said(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    let log = '';
    const late = setTimeout(() => reject(new Error(`nothing matched ${pattern} in:\n${log}`)), kPatience);
    stream.on('data', (bytes) => {
      log += bytes;
      const match = pattern.exec(log);
      if (match) {
        clearTimeout(late);
        resolve(match[1]);
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code} after:\n${log}`)));
  });
}

async function end(child, signal) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

// How long Gemini's day goes on: it ends at midnight in California, and takes what was counted of it along.
export function untilPacificMidnight(now = new Date()) {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles', hourCycle: 'h23', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const part = Object.fromEntries(clock.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  return (86_400 - part.hour * 3600 - part.minute * 60 - part.second) * 1000;
}
// A story tells of one day: none begins when its day is about to end.
const kStory = 120_000;
async function dayLongEnough() {
  const left = untilPacificMidnight();
  if (left <= kStory) await new Promise((resolve) => setTimeout(resolve, left));
}

export class Stand {
  constructor(mode) {
    this.mode = mode;
    // Short: the settings page shows it, and on a phone a longer one takes a second line or not, by its letters.
    this.folder = mkdtempSync(join(tmpdir(), 'gem-'));
    this.port = 0;
  }

  static async start(mode) {
    await dayLongEnough();
    const stand = new Stand(mode);
    stand.simulator = spawn(process.env.GEMINATE_SIMULATOR, [], { stdio: ['ignore', 'pipe', 'inherit'] });
    stand.upstream = 'http://' + (await said(stand.simulator, stand.simulator.stdout, /listening on (\S+)/));
    await stand.revive();
    return stand;
  }

  // Starts the server, the first time or again.
  async revive() {
    this.server = spawn(process.env.GEMINATE_SERVER, [], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH,
        KEY_STORAGE_MODE: this.mode,
        GEMINI_API_KEYS: kEnvironmentKeys.join(','),
        ADMIN_API_KEY: kAdminKey,
        CLIENT_TOKENS: kClientToken,
        GEMINI_BASE_URL: this.upstream,
        DATA_DIR: join(this.folder, 'data'),
        PORT: String(this.port),
        WORKERS: '1',
      },
    });
    if (!process.env.GEMINATE_QUIET) this.server.stderr.pipe(process.stderr, { end: false });
    this.url = (await said(this.server, this.server.stderr, /listening.*?(http:\/\/[\w.:[\]]+)/)).replace(/\/$/, '');
    this.port = Number(new URL(this.url).port);
  }

  kill() {
    return end(this.server, 'SIGKILL');
  }
  async restart() {
    await end(this.server, 'SIGTERM');
    await this.revive();
  }
  async stop() {
    await end(this.server, 'SIGTERM');
    await end(this.simulator, 'SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  // The management API as scripts use it, to see what the server itself thinks.
  async api(path, options = {}) {
    const headers = { authorization: `Bearer ${kAdminKey}`, 'content-type': 'application/json' };
    const answer = await fetch(this.url + path, { headers, ...options });
    return answer.status === 204 ? null : answer.json();
  }
  async keys() {
    return (await this.api('/api/manage/keys/data')).keys;
  }
  async tokens() {
    return (await this.api('/api/manage/tokens/data')).tokens;
  }
  // Whether a client gets in with that token; what it then gets depends on the keys.
  async letsIn(token) {
    const answer = await fetch(`${this.url}/v1beta/models`, { headers: { 'x-goog-api-key': token } });
    await answer.arrayBuffer();
    return answer.status !== 401;
  }
}
