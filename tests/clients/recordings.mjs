// Real exchanges, which are no part of the project: where they are absent, the tests that need them are skipped.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.GEMINATE_RECORDINGS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'recordings');

// For node:test's `skip`: false, or why.
export const absent = existsSync(join(folder, 'gemini.jsonl')) ? false : `no recordings in ${folder}`;

// [{ id, request: { method, path, query, headers, body }, response: { status, headers, body } }]
export function recorded(file) {
  if (absent) return [];
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

// The JSON objects of a stream, which is recorded as its whole text or, from before `alt=sse`, as an array.
export function eventsOf(body) {
  if (Array.isArray(body)) return body;
  const data = String(body)
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: '));
  return data.map((line) => JSON.parse(line.slice('data: '.length)));
}
