// How well a Latin word reads a word of another script, and the sounds under which both are filed: as names/readings.py.
#pragma once
#include <array>
#include <climits>
#include <cmath>
#include <cstring>
#include <memory>

#include "words.hpp"

namespace tocsin {

constexpr int UNREAD = 700, UNWRITTEN = 700, VOWEL = 60, SILENT_E = 150, TWICE = 100, OF_LETTER = 300, LEAST_BEST = 300, LIKELY = 200;
constexpr size_t MOST_UNITS = 40, OPEN = 2, MOST_SPELT = 50000;

struct Sound {
  const char* spelt;
  const char* ways[2];  // the second may be null
};
inline constexpr Sound SOUNDS[] = {
    {"shch", {"S"}}, {"tsch", {"S"}}, {"sch", {"S"}}, {"tch", {"S"}}, {"kh", {"K"}}, {"sh", {"S"}}, {"ch", {"S", "K"}},
    {"th", {"T", "S"}}, {"dh", {"T"}}, {"gh", {"K"}}, {"ph", {"P"}}, {"zh", {"S"}}, {"dj", {"S"}}, {"dz", {"S"}}, {"ts", {"S"}},
    {"tz", {"S"}}, {"ck", {"K"}}, {"ce", {"S"}}, {"ci", {"S"}}, {"cy", {"S"}}, {"cz", {"S"}}, {"ge", {"K", "S"}},
    {"gi", {"K", "S"}}, {"gy", {"K", "S"}}, {"x", {"KS"}}, {"j", {"S", ""}}, {"ll", {"R", ""}}, {"w", {"P", ""}}, {"b", {"P"}},
    {"p", {"P"}}, {"f", {"P"}}, {"v", {"P"}}, {"t", {"T"}}, {"d", {"T"}}, {"s", {"S"}}, {"z", {"S"}}, {"k", {"K"}}, {"g", {"K"}},
    {"q", {"K"}}, {"c", {"K"}}, {"r", {"R"}}, {"l", {"R"}}, {"m", {"M"}}, {"n", {"N"}},
};

using Ways = vector<string>;

// The sounds of the spellings in a word, one after the other; the longest spelling that fits is heard.
template <class Do>
inline void each_sound(string_view text, Do&& act) {
  static const std::array<vector<const Sound*>, 26> by_letter = [] {
    std::array<vector<const Sound*>, 26> all;
    for (const Sound& s : SOUNDS) all[s.spelt[0] - 'a'].push_back(&s);
    for (auto& some : all)
      std::stable_sort(some.begin(), some.end(), [](auto* a, auto* b) { return std::strlen(a->spelt) > std::strlen(b->spelt); });
    return all;
  }();
  for (size_t i = 0; i < text.size();) {
    size_t taken = 0;
    if (text[i] >= 'a' && text[i] <= 'z')
      for (const Sound* s : by_letter[text[i] - 'a']) {
        const size_t n = std::strlen(s->spelt);
        if (text.compare(i, n, s->spelt) != 0) continue;
        act(*s);
        taken = n;
        break;
      }
    i += taken ? taken : 1;
  }
}

inline string first_sounds(string_view text) {
  string out;
  each_sound(text, [&](const Sound& s) { out += s.ways[0]; });
  return out;
}

// All ways when few are open; otherwise only the first open ones vary.
inline void combine(const vector<const Ways*>& options, vector<string>& out) {
  out.assign(1, string());
  size_t seen = 0;
  for (const Ways* ways : options) {
    const bool open = ways->size() > 1 && ++seen <= OPEN;
    const size_t before = out.size();
    if (open)
      for (size_t i = 0; i < before; i++) out.push_back(out[i] + (*ways)[1]);
    for (size_t i = 0; i < before; i++) out[i] += (*ways)[0];
  }
  for (string& s : out) s.erase(std::unique(s.begin(), s.end()), s.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

inline void hear_latin(string_view text, vector<string>& out) {
  static const std::array<Ways, std::size(SOUNDS)> known = [] {
    std::array<Ways, std::size(SOUNDS)> all;
    for (size_t i = 0; i < std::size(SOUNDS); i++)
      for (const char* way : SOUNDS[i].ways)
        if (way) all[i].emplace_back(way);
    return all;
  }();
  static thread_local vector<const Ways*> options;
  options.clear();
  each_sound(text, [&](const Sound& s) { options.push_back(&known[static_cast<size_t>(&s - SOUNDS)]); });
  combine(options, out);
}

// ---- the readings of the name data

struct Unit {
  vector<std::pair<string, int>> readings;  // what is read, and what it gains
  int best = 0, most = 0;                   // what the likeliest gains, and what any could
  Ways sounds;
};

struct Units {
  Map<Unit> known;
  size_t longest = 0;  // in code points
  bool has_vowels = true;
};

inline size_t code_point_size(char first) {
  const uint8_t c = static_cast<uint8_t>(first);
  return c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
}

inline size_t count_code_points(string_view s) {
  size_t n = 0;
  for (size_t at = 0; at < s.size(); at += code_point_size(s[at])) n++;
  return n;
}

struct Readings {
  std::array<std::shared_ptr<Units>, 16> of_script;
  std::shared_ptr<Units> first;  // of the script that was added first
  std::array<int, 128> letters;

  Readings() { letters.fill(OF_LETTER); }

  const Units* find_units(uint8_t script) const {
    if (script == HIRAGANA) script = KATAKANA;
    if (script == SYRIAC) script = HEBREW;
    return script < of_script.size() ? of_script[script].get() : nullptr;
  }
  int tell(string_view text) const {
    int sum = 0;
    for (char c : text) sum += letters[c & 127];
    return sum;
  }
  // One unit with its line of readings: "sh=90 s=200 -=460".
  void add(uint8_t script, const string& unit, string_view line) {
    auto& units = of_script[script];
    if (!units) units = std::make_shared<Units>();
    if (!first) first = units;
    units->has_vowels = !(script >= ARABIC && script <= SYRIAC);
    units->longest = std::max(units->longest, count_code_points(unit));
    Unit& u = units->known[unit];
    int first_cost = 0;
    for (size_t at = 0; at < line.size();) {
      const size_t end = std::min(line.find(' ', at), line.size()), is = line.find('=', at);
      string text(line.substr(at, is - at));
      if (text == "-") text.clear();
      const int cost = std::stoi(string(line.substr(is + 1, end - is - 1)));
      if (u.readings.empty()) first_cost = cost;
      u.readings.emplace_back(text, tell(text) - cost);
      const string sounds = first_sounds(text);
      if (cost - first_cost <= LIKELY && u.sounds.size() < 2 && std::find(u.sounds.begin(), u.sounds.end(), sounds) == u.sounds.end())
        u.sounds.push_back(sounds);
      at = end + 1;
    }
    u.best = u.readings.front().second;
    for (const auto& [_, gain] : u.readings) u.most = std::max(u.most, gain);
  }
};

inline void put_code_point(string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 63));
  } else {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 63));
    out += static_cast<char>(0x80 | (c & 63));
  }
}

// Korean syllables in their letters, and hiragana as katakana (both are of three bytes).
inline string spell_written(string_view written, uint8_t script) {
  if (script != HANGUL && script != HIRAGANA) return string(written);
  string out;
  for (size_t at = 0; at < written.size();) {
    const size_t n = std::min(code_point_size(written[at]), written.size() - at);
    const uint32_t c = n != 3 ? 0
                              : (static_cast<uint8_t>(written[at]) & 15u) << 12 | (static_cast<uint8_t>(written[at + 1]) & 63u) << 6 |
                                    (static_cast<uint8_t>(written[at + 2]) & 63u);
    if (script == HANGUL && c >= 0xAC00 && c <= 0xD7A3) {
      const uint32_t s = c - 0xAC00;
      put_code_point(out, 0x1100 + s / 588);
      put_code_point(out, 0x1161 + s % 588 / 28);
      if (s % 28) put_code_point(out, 0x11A7 + s % 28);
    } else if (script == HIRAGANA && c >= 0x3041 && c <= 0x3096) {
      put_code_point(out, c + 0x60);
    } else {
      out += written.substr(at, n);
    }
    at += n;
  }
  return out;
}

// A word of another script cut into its units; what is in no unit is passed over.
struct Spelt {
  const Units* units = nullptr;
  vector<const Unit*> cut;
  vector<int> rest;  // what each unit and those behind it could gain at most
  int best = LEAST_BEST;

  void assign(const Readings& readings, string_view text, string_view written, uint8_t script) {
    cut.clear();
    best = LEAST_BEST;
    units = readings.find_units(script);
    if (!units) return;
    string word = "^" + spell_written(written, script) + "$";
    if (script == HAN && !units->known.contains(word)) word = "^" + string(text) + "$";
    vector<size_t> ends;  // of code points
    for (size_t at = 0; at < word.size();) ends.push_back(at = std::min(word.size(), at + code_point_size(word[at])));
    for (size_t i = 0; i < ends.size() && cut.size() < MOST_UNITS;) {
      const size_t from = i ? ends[i - 1] : 0;
      size_t taken = 0;
      for (size_t n = std::min(units->longest, ends.size() - i); n && !taken; n--)
        if (const Unit* u = find(units->known, string_view(word).substr(from, ends[i + n - 1] - from))) {
          cut.push_back(u);
          taken = n;
        }
      i += taken ? taken : 1;
    }
    int sum = 0;
    for (const Unit* u : cut) sum += u->best;
    best = std::max(best, sum);
    rest.assign(cut.size() + 1, 0);
    for (size_t i = cut.size(); i--;) rest[i] = rest[i + 1] + cut[i]->most;
  }
};

// The spelt form of a word; those of the words last met are kept, since one word is held against many.
inline const Spelt& spell(const Readings& readings, const Word& w) {
  static thread_local Map<Spelt> known;
  static thread_local std::shared_ptr<const Units> known_of;  // of any script; held, so that its place is not used again
  static thread_local string key;
  if (known_of != readings.first || known.size() > MOST_SPELT) known.clear();
  known_of = readings.first;
  key.assign(1, static_cast<char>('a' + w.script));
  key += w.text;
  key += '\n';
  key += w.written;
  const auto [it, fresh] = known.try_emplace(key);
  if (fresh) it->second.assign(readings, w.text, w.written, w.script);
  return it->second;
}

inline void hear_word(const Readings& readings, const Word& w, vector<string>& out) {
  if (w.script == LATIN) return hear_latin(w.text, out);
  const Spelt& spelt = spell(readings, w);
  out.clear();
  if (!spelt.units) return;
  static thread_local vector<const Ways*> options;
  options.clear();
  for (const Unit* u : spelt.cut) options.push_back(&u->sounds);
  combine(options, out);
}

// What the best explanation of a Latin word as a reading gains; anything less than `least` when it gains less than that. No
// unit gains more than its readings, and none of these more than its letters tell: a word that cannot get there is left early.
inline int weigh_reading(const Readings& readings, const Spelt& spelt, string_view latin, int least = INT_MIN) {
  static thread_local vector<int> row, after, told, unwritten, left;
  static thread_local std::array<vector<size_t>, 128> places;  // of each letter: a reading is tried only where it begins
  const size_t m = latin.size();
  told.resize(m);
  unwritten.resize(m);
  row.resize(m + 1);
  after.resize(m + 1);
  row[0] = 0;
  for (size_t j = 0; j < m; j++) {
    const char c = latin[j];
    places[c & 127].push_back(j);
    const bool vowel = c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
    told[j] = readings.letters[c & 127];
    unwritten[j] = vowel && !spelt.units->has_vowels ? -VOWEL : told[j] - UNWRITTEN;
    if (j && c == latin[j - 1]) unwritten[j] = std::max(unwritten[j], -TWICE);
    if (c == 'e' && j + 1 == m) unwritten[j] = std::max(unwritten[j], -SILENT_E);
    row[j + 1] = row[j] + unwritten[j];
  }
  bool left_early = false;
  left.assign(m + 1, 0);  // what the letters from here on tell
  for (size_t j = m; j--;) left[j] = left[j + 1] + told[j];
  for (size_t i = 0; i < spelt.cut.size(); i++) {
    const Unit* unit = spelt.cut[i];
    if (least > 0) {
      int most = 0;
      for (size_t j = 0; j <= m; j++) most = std::max(most, row[j] + std::min(spelt.rest[i], left[j]));
      left_early = most < least;
      if (left_early) break;
    }
    for (size_t j = 0; j <= m; j++) after[j] = row[j] - UNREAD;
    for (size_t j = 0; j < m; j++) after[j + 1] = std::max(after[j + 1], row[j] + told[j] - UNREAD);
    for (const auto& [text, gain] : unit->readings) {
      const size_t n = text.size();
      if (!n) {
        for (size_t j = 0; j <= m; j++) after[j] = std::max(after[j], row[j] + gain);
        continue;
      }
      for (size_t j : places[text[0] & 127]) {
        if (j + n > m) break;
        if (std::memcmp(latin.data() + j, text.data(), n) == 0) after[j + n] = std::max(after[j + n], row[j] + gain);
      }
    }
    for (size_t j = 0; j < m; j++) after[j + 1] = std::max(after[j + 1], after[j] + unwritten[j]);
    std::swap(row, after);
  }
  for (char c : latin) places[c & 127].clear();
  return left_early ? least - 1 : row[m];
}

}  // namespace tocsin
