#include "frontend-wasm/app/snippets.h"

#include <algorithm>

namespace geminate::ui {
namespace {

bool has_images(const PromptDraft& draft) { return image_count(draft) > 0; }

/// For a shell: nothing inside single quotes means anything but their end.
std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

/// Stands for an image's data in a body that is cut there; JSON holds no such character.
constexpr char kCut = '\x01';

/// The body with its images, as commands that print it: arguments may be too small for an image, a pipe is
/// not.
std::string printing_commands(const PromptDraft& draft, bool thinks) {
  const std::string body = prompt_body(
      draft, thinks, [](const PromptImage& image) { return "\"" + (kCut + image.name) + kCut + "\""; });
  std::string commands = "{\n";
  std::string_view rest = body;
  while (true) {
    const auto begin = rest.find(kCut);
    commands += "  printf %s " + shell_quoted(rest.substr(0, begin)) + "\n";
    if (begin == std::string_view::npos) break;
    const auto end = rest.find(kCut, begin + 1);
    commands += "  base64 < " + shell_quoted(rest.substr(begin + 1, end - begin - 1)) + " | tr -d '\\n'\n";
    rest.remove_prefix(end + 1);
  }
  return commands + "} | ";
}

std::string curl(const PromptDraft& draft, bool thinks, const std::string& address) {
  std::string code = has_images(draft) ? printing_commands(draft, thinks) : "";
  code += "curl -N " + shell_quoted(address) +
          " \\\n  -H 'Content-Type: application/json' \\\n  -H 'x-goog-api-key: " +
          std::string(kTokenPlaceholder) + "' \\\n  --data-binary @-";
  // Quoted, the mark lets the shell look at nothing; as a line of its own it is not JSON's.
  if (!has_images(draft)) code += " <<'JSON'\n" + prompt_body(draft, thinks) + "\nJSON";
  return code + "\n";
}

std::string python(const PromptDraft& draft, bool thinks, const std::string& address) {
  const std::string body = prompt_body(draft, thinks, [](const PromptImage& image) {
    return "base64.b64encode(open(" + json_quoted(image.name) + ", \"rb\").read()).decode()";
  });
  return std::string(has_images(draft) ? "import base64\n" : "") + R"(import json
import urllib.request

url = )" +
         json_quoted(address) +
         R"(
body = )" +
         body +
         R"(

request = urllib.request.Request(
    url,
    data=json.dumps(body).encode(),
    headers={"Content-Type": "application/json", "x-goog-api-key": ")" +
         std::string(kTokenPlaceholder) + R"("},
)
with urllib.request.urlopen(request) as answer:
    for line in answer:
        if not line.startswith(b"data: "):
            continue
        event = json.loads(line[6:])
        for candidate in event.get("candidates", []):
            for part in candidate.get("content", {}).get("parts", []):
                print(part.get("text", ""), end="", flush=True)
print()
)";
}

std::string javascript(const PromptDraft& draft, bool thinks, const std::string& address) {
  const std::string body = prompt_body(draft, thinks, [](const PromptImage& image) {
    return "(await readFile(" + json_quoted(image.name) + ")).toString('base64')";
  });
  return std::string(has_images(draft) ? "import { readFile } from 'node:fs/promises';\n\n" : "") +
         "const url = " + json_quoted(address) + ";\nconst body = " + body + R"(;

const answer = await fetch(url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'x-goog-api-key': ')" +
         std::string(kTokenPlaceholder) + R"(' },
  body: JSON.stringify(body),
});
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
let rest = '';
for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + piece).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    if (!line.startsWith('data: ')) continue;
    const event = JSON.parse(line.slice(6));
    for (const part of event.candidates?.[0]?.content?.parts ?? []) process.stdout.write(part.text ?? '');
  }
}
console.log();
)";
}

}  // namespace

std::string snippet(SnippetLanguage language, const PromptDraft& draft, bool thinks,
                    std::string_view origin) {
  const std::string address = prompt_path(origin, draft);
  switch (language) {
    case SnippetLanguage::Curl:
      return curl(draft, thinks, address);
    case SnippetLanguage::Python:
      return python(draft, thinks, address);
    case SnippetLanguage::JavaScript:
      break;
  }
  return javascript(draft, thinks, address);
}

}  // namespace geminate::ui
