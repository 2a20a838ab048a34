// Words of names, and what the name data say of them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tocsin {

using std::string;
using std::string_view;
using std::vector;

constexpr uint32_t PERSONAL = 1, HISPANIC = 2, FUSED = 4, MOST_TRAITS = 7;  // traits of a word (names/analysis.py)
constexpr uint32_t FIRST_WORD = 100000, FIRST_TRANSLATION = 300000;  // numbers of families (names/tables.py)

enum Kind : uint8_t { NAME, PARTICLE, TITLE, INITIAL, NUMBER, LEGAL, STOP, BINDER };
enum Script : uint8_t { LATIN = 0, ARABIC = 1, HEBREW = 2, SYRIAC = 3, HAN = 4, HANGUL = 5, CYRILLIC = 6, GREEK = 9, ARMENIAN = 11, HIRAGANA = 13, KATAKANA = 14 };
enum Language : uint8_t { CANTONESE = 16, HOKKIEN, JAPANESE, WADE, FOREIGN };  // in which Chinese signs are read, numbered behind the scripts

constexpr size_t MAX_TOKENS = 16, MAX_TOKEN = 40, MAX_NAME = 1000, CUT_FROM = 30;
constexpr size_t LONGEST_WORD = 64, MOST_FRAMES = 6, SCRIPTS = 16, LANGUAGES = 5;  // more than any word has: a damaged index may say otherwise
constexpr double HEAVIEST_WORD = 2;

inline double weight_of_kind(Kind kind) {
  switch (kind) {
    case PARTICLE: return 0.12;
    case TITLE: return 0.12;
    case INITIAL: return 0.30;
    case NUMBER: return 0.55;
    case LEGAL: return 0.15;
    case STOP: return 0.06;
    case BINDER: return 0.35;
    default: return 0.0;
  }
}

// One word of a name. Views reach into the index's mapped files, or into the `Text` that owns a query's words.
struct Word {
  string_view text, fold, frames, written;  // frames: one a line
  const uint32_t* families = nullptr;
  const uint32_t* nicks = nullptr;
  uint32_t n_families = 0, n_nicks = 0;
  uint32_t traits = 0;
  uint32_t number = UINT32_MAX;  // in the vocabulary of an index
  double weight = 0;
  Kind kind = NAME;
  uint8_t script = LATIN;

  bool is_abjad() const { return script >= ARABIC && script <= SYRIAC; }
  bool is_syllabic() const { return script == HAN || script == HANGUL; }
  bool is_fused() const { return traits & FUSED; }
  bool is_silent() const { return kind == PARTICLE || kind == STOP || kind == LEGAL || kind == INITIAL; }
  string_view frame() const { return is_abjad() ? frames.substr(0, frames.find('\n')) : frames; }
};

template <class Do>
inline void each_frame(string_view frames, Do&& act) {
  for (size_t at = 0;;) {
    const size_t end = frames.find('\n', at);
    act(frames.substr(at, end == string_view::npos ? end : end - at));
    if (end == string_view::npos) return;
    at = end + 1;
  }
}

inline bool share(const uint32_t* a, uint32_t na, const uint32_t* b, uint32_t nb) {
  for (uint32_t i = 0; i < na; i++)
    for (uint32_t j = 0; j < nb; j++)
      if (a[i] == b[j]) return true;
  return false;
}

// A word with its own memory, as analysis makes it.
struct OwnWord {
  string text, fold, frames, written;
  vector<uint32_t> families, nicks;
  uint32_t traits = 0;
  double weight = 0;
  Kind kind = NAME;
  uint8_t script = LATIN;

  Word view() const {
    Word w;
    w.text = text; w.fold = fold; w.frames = frames; w.written = written;
    w.families = families.data(); w.n_families = static_cast<uint32_t>(families.size());
    w.nicks = nicks.data(); w.n_nicks = static_cast<uint32_t>(nicks.size());
    w.weight = weight; w.kind = kind; w.script = script; w.traits = traits;
    return w;
  }
};

struct Hash {
  using is_transparent = void;
  size_t operator()(string_view s) const { return std::hash<string_view>{}(s); }
};
template <class Value>
using Map = std::unordered_map<string, Value, Hash, std::equal_to<>>;

struct Phrase {
  vector<string> words, shorter;
};

// A word as it is written in another script: what it is, and the Latin word that stands for it.
struct ScriptWord {
  Kind kind;
  string latin;
};

struct Readings;

// The name data (`names/tables.py`), handed over once.
struct Tables {
  Map<string> particles, org_stops, legal_forms, number_words, roman;
  Map<bool> titles, binders, hispanic;
  Map<vector<uint32_t>> same_name, nicknames, same_word;
  Map<double> person_bands, org_bands;
  Map<vector<Phrase>> phrases;
  // Of other scripts (`foreign.hpp`).
  Map<ScriptWord> script_words;
  Map<vector<uint32_t>> written_names;
  Map<double> unvocalised_bands;
  Map<vector<string>> frame_letters;
  Map<bool> surnames, given;
  vector<string> plainest, din_written;
  std::shared_ptr<const Readings> readings;
};

template <class Value>
inline const Value* find(const Map<Value>& map, string_view key) {
  auto it = map.find(key);
  return it == map.end() ? nullptr : &it->second;
}

inline uint32_t hash_on(uint32_t h, string_view more) {  // FNV-1a, as match/keys.py
  for (char c : more) h = (h ^ static_cast<uint8_t>(c)) * 0x01000193u;
  return h;
}

inline uint32_t hash_key(char tag, string_view text) {
  return hash_on((0x811C9DC5u ^ static_cast<uint8_t>(tag)) * 0x01000193u, text);
}

}  // namespace tocsin
