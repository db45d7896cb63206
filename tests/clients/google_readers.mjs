// How `@google/genai` and `@ai-sdk/google`, unmodified, read an answer that has come through Geminate as it is.
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { APICallError } from '@ai-sdk/provider';
import { ApiError, GoogleGenAI } from '@google/genai';
import { expectationOf } from './expectations.mjs';
import { contentOfStream, contentOfWhole, kPrompt, usageOfModel } from './vercel_model.mjs';

function genaiFound(answers) {
  const { text, thoughts, calls, reason, prompt, completion, total, cached, thinking } = expectationOf(answers);
  // Gemini's own dialect has calls without an id.
  const named = calls.map((call, index) => ({ id: `call ${index}`, ...call }));
  return { text, thoughts, calls: named, reason, usage: { prompt, completion, total, cached, thinking } };
}

export const genaiReader = {
  name: '@google/genai',
  reasonOf: ({ reason }) => reason,
  errors: { base: ApiError },
  open: (url, token) => {
    const client = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl: url } });
    return {
      whole: async (model) =>
        genaiFound([await client.models.generateContent({ model, contents: 'what was recorded?' })]),
      streamed: async (model) => {
        const answers = [];
        for await (const answer of await client.models.generateContentStream({
          model,
          contents: 'what was recorded?',
        })) {
          answers.push(answer);
        }
        return genaiFound(answers);
      },
    };
  },
};

const vercelReason = ({ reason, filtered, cutOff, calls }) => {
  if (!reason || !['STOP', 'MAX_TOKENS', 'SAFETY'].includes(reason)) return undefined;
  return filtered ? 'content-filter' : cutOff ? 'length' : calls.length ? 'tool-calls' : 'stop';
};

export const vercelGoogleReader = {
  name: '@ai-sdk/google',
  reasonOf: vercelReason,
  errors: { base: APICallError },
  open: (url, token) => {
    const provider = createGoogleGenerativeAI({ apiKey: token, baseURL: url + '/v1beta' });
    const found = ({ content, finishReason, usage }) => ({
      ...contentOfWhole(content),
      reason: finishReason.unified,
      // It does not count what a tool put into the prompt.
      usage: {
        ...usageOfModel(usage, usage.raw?.totalTokenCount ?? 0),
        prompt: (usage.inputTokens.total ?? 0) + (usage.raw?.toolUsePromptTokenCount ?? 0),
      },
    });
    return {
      whole: async (model) => found(await provider(model).doGenerate({ prompt: kPrompt })),
      streamed: async (model) => found(await contentOfStream(await provider(model).doStream({ prompt: kPrompt }))),
    };
  },
};
