// docs/UNSUPPORTED.md as the test reads it: what may be refused because Gemini has nothing like it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = join(import.meta.dirname, '..', '..', 'docs', 'UNSUPPORTED.md');

// Rows of the tables: | dialect | field | value | why |, with `*` where any value is refused.
const rows = readFileSync(document, 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`|`$/g, '')))
  .filter((cells) => cells.length === 6 && /^(OpenAI|Anthropic)/.test(cells[1]))
  .map(([, dialect, field, value, why]) => ({ dialect, field, value, why, used: 0 }));

// "messages.3.content[0].type" → ["messages", 3, "content", 0, "type"]
const stepsOf = (field) =>
  field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

const nameOf = (steps) =>
  steps
    .map((step) => (typeof step === 'number' ? '[]' : `.${step}`))
    .join('')
    .replace(/^\./, '');

const at = (body, steps) => steps.reduce((value, step) => value?.[step], body);

// The field that an error names: OpenAI's `param`, the first word of Anthropic's message.
export function refusedField(dialect, answer) {
  if (dialect === 'OpenAI') return answer.error?.param ?? '';
  return answer.error?.message?.match(/^[`"']?([a-z_]+(?:[.[][\w\]]+)*)/)?.[1] ?? '';
}

// The row that allows the refusal, and how the refused thing is called in the counts.
export function refusal(dialect, field, body) {
  const steps = stepsOf(field);
  // "tools[2].type" and "tools[2]" both speak of the tool.
  for (let length = steps.length; length > 0; --length) {
    const here = steps.slice(0, length);
    const value = at(body, here);
    const kind = value?.type ?? value;
    const row = rows.find(
      (candidate) =>
        candidate.dialect === dialect &&
        candidate.field === nameOf(here) &&
        value !== undefined &&
        (candidate.value === '*' || candidate.value === kind),
    );
    if (!row) continue;
    ++row.used;
    return { row, name: row.value === '*' ? row.field : `${row.field}: ${row.value}` };
  }
  const value = at(body, steps);
  return { row: null, name: `${nameOf(steps)}${typeof value === 'object' ? '' : `: ${value}`}` };
}
