// Debian's Firefox, which has WebGL 2 only where there is a screen: an X server that shows nothing.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.GEMINATE_REPOSITORY, 'tests/package.json'));
const puppeteer = require('puppeteer-core');
export const kPatience = 60_000;

// An X server on a free display; resolves with its name.
export function startScreen() {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.on('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    child.stdout.on('data', (bytes) => {
      said += bytes;
      if (said.includes('\n')) resolve({ child, name: `:${said.trim()}` });
    });
  });
}

export function launchFox(screen, env = process.env) {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.GEMINATE_FIREFOX || '/usr/bin/firefox-esr',
    headless: false,
    env: { ...env, DISPLAY: screen.name, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
    extraPrefsFirefox: { 'intl.accept_languages': 'zh-CN,zh', 'webgl.force-enabled': true, 'datareporting.policy.dataSubmissionEnabled': false },
    protocolTimeout: kPatience,
  });
}
