// Latin words to their phonetic fold and consonant frame: as names/fold.py.
#pragma once
#include <array>
#include <cstring>

#include "words.hpp"

namespace tocsin {

struct Spelling {
  const char *spelt, *sound;
};
// The longest spelling first among those that begin alike.
inline constexpr Spelling DIGRAPHS[] = {
    {"shch", "s"}, {"tsch", "c"}, {"sch", "s"}, {"tch", "c"}, {"kh", "x"},  {"sh", "s"},  {"ch", "c"},  {"th", "t"},
    {"dh", "d"},   {"gh", "g"},   {"ph", "f"},  {"zh", "z"},  {"dj", "j"},  {"dz", "z"},  {"ts", "s"},  {"tz", "s"},
    {"ck", "k"},   {"oo", "u"},   {"ou", "u"},  {"ow", "u"},  {"ee", "i"},  {"ei", "i"},  {"ie", "i"},  {"ey", "i"},
    {"iy", "i"},   {"ay", "ai"},  {"aw", "au"}, {"ew", "ev"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"},
};

inline bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// The spellings by their first letter.
struct Spellings {
  struct Entry {
    string_view spelt, sound;
  };
  std::array<vector<Entry>, 26> by_letter;

  Spellings() {
    for (const Spelling& s : DIGRAPHS) by_letter[s.spelt[0] - 'a'].push_back({s.spelt, s.sound});
  }
};

inline void spell_sounds(string_view token, bool consonants, string& out) {
  static const Spellings known;
  out.clear();
  for (size_t i = 0; i < token.size();) {
    const char c = token[i];
    size_t taken = 0;
    if (c >= 'a' && c <= 'z' && !(consonants && is_vowel(c)))
      for (const auto& s : known.by_letter[c - 'a']) {
        const size_t n = s.spelt.size();
        if (token.size() - i < n || token[i + 1] != s.spelt[1] || token.compare(i, n, s.spelt) != 0) continue;
        out += s.sound;
        taken = n;
        break;
      }
    if (!taken) out += c;
    i += taken ? taken : 1;
  }
}

inline void drop_doubled(string& s) { s.erase(std::unique(s.begin(), s.end()), s.end()); }

inline string fold_token(string_view token) {
  string out;
  spell_sounds(token, false, out);
  for (char& c : out) c = c == 'q' ? 'k' : c == 'w' ? 'v' : c == 'o' ? 'u' : (c == 'e' || c == 'y') ? 'i' : c;
  drop_doubled(out);
  return out;
}

inline void drop_last_h(string& frame) {
  if (frame.size() > 2 && frame.back() == 'h') frame.pop_back();
}

inline string frame_token(string_view token) {
  if (token.empty()) return {};
  static thread_local string in;
  spell_sounds(token, true, in);
  string out;
  for (char& c : in) c = (c == 'x' || c == 'c' || c == 'q') ? 'k' : c;
  out += is_vowel(in[0]) ? 'a' : in[0] == 'y' ? 'i' : in[0];
  for (size_t i = 1; i < in.size(); i++)
    if (!is_vowel(in[i]) && in[i] != 'y' && in[i] != 'w') out += in[i];
  drop_doubled(out);
  drop_last_h(out);
  return out;
}

}  // namespace tocsin
