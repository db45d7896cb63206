// Which fonts a browser has: fontconfig told of a few folders alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kFonts = '/usr/share/fonts/truetype';
export const kLatin = ['dejavu'];      // knows no hanzi
export const kPinned = ['wqy'];        // Latin and hanzi in one hand, the same wherever the tests run

// `environment` for a browser that has only these, and how to clean up after it.
export function onlyFonts(folders) {
  const folder = mkdtempSync(join(tmpdir(), 'geminate-fonts-'));
  const lines = folders.map((name) => `<dir>${kFonts}/${name}</dir>`).join('');
  const file = join(folder, 'fonts.conf');
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${lines}<cachedir>${folder}/cache</cachedir></fontconfig>`);
  return {
    environment: { ...process.env, FONTCONFIG_FILE: file },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
