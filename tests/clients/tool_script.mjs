// Gemini 3 as an agent's loop meets it: five steps of two parallel calls each, then an answer made of the results. Like
// the real one it takes no step of the current turn whose first call has lost its thought signature.
import { requestFaults } from './gemini_rules.mjs';
import { turn } from './upstream.mjs';

export const kSteps = 5;
export const kTool = {
  name: 'degrees_in',
  description: 'How warm it is there.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
export const kTask = 'How warm is it in ten cities?';

const kCities = ['Oslo', 'Lima', 'Cairo', 'Quito', 'Perth', 'Delhi', 'Osaka', 'Turin', 'Dakar', 'Hanoi'];
const degreesOf = (city) => 10 + kCities.indexOf(city);

// What the client's tool gives back.
export const toolResult = ({ city }) => JSON.stringify({ city, degrees: degreesOf(city) });

// What the loop has to end with.
export const kAnswer = kCities.map((city) => `${city}: ${degreesOf(city)}`).join(', ');

const signatureOf = (step) => Buffer.from(`the thought before step ${step}`).toString('base64');

function refused(message) {
  return { status: 400, json: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } } };
}

const isTask = ({ role, parts }) => role === 'user' && parts.some((part) => part.text !== undefined);

function faultOfStep(calls, results, step) {
  if (calls.length !== 2 || results.length !== 2)
    return `step ${step} has ${calls.length} calls, ${results.length} results`;
  if (calls[0].thoughtSignature !== signatureOf(step)) {
    return `Function call is missing a thought_signature in functionCall parts (step ${step})`;
  }
  for (const [place, { functionCall }] of calls.entries()) {
    const city = kCities[2 * step + place];
    if (functionCall.args.city !== city) return `step ${step} asked for ${city}`;
    const result = results.find(({ functionResponse: { id } }) => id && id === functionCall.id) ?? results[place];
    const told = JSON.stringify(result.functionResponse.response);
    if (!told.includes(String(degreesOf(city)))) return `the result for ${city} is another's: ${told}`;
  }
  return '';
}

// For Upstream.start. What it thinks of a request stands in it alone, so that loops may run side by side.
export function agentScript({ withIds = false, native = false } = {}) {
  return ({ method, body }) => {
    // Google's own clients write schemas with types in small letters, which Google takes and we do not send.
    const faults = native ? [] : requestFaults(method, body);
    if (faults.length) return refused(faults.join('; '));
    const turnsSince = body.contents.slice(body.contents.findLastIndex(isTask) + 1);
    const step = turnsSince.length / 2;
    for (let done = 0; done < step; ++done) {
      const calls = turnsSince[2 * done].parts.filter((part) => part.functionCall);
      const results = turnsSince[2 * done + 1].parts.filter((part) => part.functionResponse);
      const fault = faultOfStep(calls, results, done);
      if (fault) return refused(fault);
    }
    const answer =
      step < kSteps ? turn(callsOf(step, withIds)) : turn([{ text: kAnswer, thoughtSignature: signatureOf(step) }]);
    return method === 'streamGenerateContent' ? { events: inPieces(answer) } : { json: answer };
  };
}

function callsOf(step, withIds) {
  const call = (place) => ({
    functionCall: {
      ...(withIds && { id: `gemini-call-${step}-${place}` }),
      name: kTool.name,
      args: { city: kCities[2 * step + place] },
    },
  });
  return [
    { text: 'I have to ask for them.', thought: true },
    { ...call(0), thoughtSignature: signatureOf(step) },
    call(1),
  ];
}

// A part at a time, the reason last, as Gemini streams.
function inPieces(answer) {
  const [{ content, finishReason }] = answer.candidates;
  const pieces = content.parts.map((part) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: [part] } }],
  }));
  return [...pieces, { ...answer, candidates: [{ index: 0, finishReason }] }];
}
