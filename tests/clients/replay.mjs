// Recorded answers of Gemini, replayed by an upstream: a request for the model "replay-<number>" gets that answer.
import { expectationOf } from './expectations.mjs';
import { eventsOf, recorded } from './recordings.mjs';

const kGenerate = /:(generateContent|streamGenerateContent)$/;

// [{ id, model, status, events, streamedOnly, expected }], errors among them.
export function recordedAnswers() {
  const exchanges = ['gemini.jsonl', 'vertex.jsonl'].flatMap(recorded);
  return exchanges
    .filter(({ request }) => kGenerate.test(request.path))
    .map(({ id, request, response }, index) => {
      const streamedOnly = request.path.endsWith(':streamGenerateContent');
      const events = streamedOnly && response.status === 200 ? eventsOf(response.body) : [response.body];
      return {
        id,
        model: `replay-${index}`,
        status: response.status,
        events,
        streamedOnly,
        expected: expectationOf(events),
      };
    });
}

// For Upstream.start: by the model's name.
export function replaying(answers) {
  const byModel = new Map(answers.map((answer) => [answer.model, answer]));
  return ({ model, method }) => {
    const { status, events } = byModel.get(model);
    if (status !== 200 || method !== 'streamGenerateContent') return { status, json: events[0] };
    return { events };
  };
}

// Calls `use` for each item, a few at a time, and gives back what failed, as texts.
export async function failuresOf(items, use, width = 8) {
  const failures = [];
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) {
      try {
        await use(item);
      } catch (error) {
        failures.push(`${item.id}: ${error.stack.slice(0, 700)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return failures;
}
