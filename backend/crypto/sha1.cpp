#include "backend/crypto/sha1.h"

#include <array>
#include <bit>
#include <cstdint>

namespace geminate::crypto {
namespace {

// libsodium has no SHA-1, and the library that has one belongs to the edges that speak TLS.

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kLengthBytes = 8;
using State = std::array<std::uint32_t, 5>;

std::uint32_t word_at(const char* bytes) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

void append_word(std::string& text, std::uint64_t word, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text.push_back(static_cast<char>(word >> shift));
}

std::uint32_t mixed(int round, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5A827999U;
  if (round < 40) return (b ^ c ^ d) + 0x6ED9EBA1U;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCU;
  return (b ^ c ^ d) + 0xCA62C1D6U;
}

void take_block(State& state, const char* block) {
  std::array<std::uint32_t, 80> words;
  for (std::size_t i = 0; i < 16; ++i) words[i] = word_at(block + 4 * i);
  for (std::size_t i = 16; i < words.size(); ++i)
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  auto [a, b, c, d, e] = state;
  for (int round = 0; round < 80; ++round) {
    const std::uint32_t next =
        std::rotl(a, 5) + mixed(round, b, c, d) + e + words[static_cast<std::size_t>(round)];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

}  // namespace

std::string sha1(std::string_view message) {
  State state{0x67452301U, 0xEFCDAB89U, 0x98BADCFEU, 0x10325476U, 0xC3D2E1F0U};
  const std::size_t whole = message.size() - message.size() % kBlockBytes;
  for (std::size_t at = 0; at < whole; at += kBlockBytes) take_block(state, message.data() + at);
  std::string rest(message.substr(whole));
  rest.push_back('\x80');
  while (rest.size() % kBlockBytes != kBlockBytes - kLengthBytes) rest.push_back('\0');
  append_word(rest, std::uint64_t{message.size()} * 8, kLengthBytes);
  for (std::size_t at = 0; at < rest.size(); at += kBlockBytes) take_block(state, rest.data() + at);
  std::string hash;
  for (const std::uint32_t word : state) append_word(hash, word, 4);
  return hash;
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
  std::string padded = key.size() > kBlockBytes ? sha1(key) : std::string(key);
  padded.resize(kBlockBytes, '\0');
  std::string inner = padded;
  std::string outer = padded;
  for (char& byte : inner) byte = static_cast<char>(byte ^ 0x36);
  for (char& byte : outer) byte = static_cast<char>(byte ^ 0x5C);
  return sha1(outer.append(sha1(inner.append(message))));
}

}  // namespace geminate::crypto
