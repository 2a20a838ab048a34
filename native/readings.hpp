// How well a Latin word reads a word of another script, and the sounds under which both are filed: as names/readings.py.
#pragma once
#include <array>
#include <bit>
#include <climits>
#include <cmath>
#include <cstring>
#include <deque>
#include <memory>

#include "words.hpp"

namespace tocsin {

constexpr int UNREAD = 700, UNWRITTEN = 700, UNHEARD = 600, VOWEL = 60, SILENT_E = 150, TWICE = 100, OF_LETTER = 300, LEAST_BEST = 300, LIKELY = 200, LEAST_LOST = 90, OTHER_WAY = 150, BY_SOUND = 60, IN_FOREIGN = 0;
constexpr double OTHER_LEAST = 0.5, FOREIGN_LEAST = 0.05;
constexpr size_t MOST_UNITS = 40, OPEN = 2, MOST_SPELT = 50000;
constexpr size_t PARTS = 3, PART_BITS = 9;  // of the bits of the letters, for tables of what some of them tell and lose
constexpr uint32_t LETTER_BITS = (1u << 27) - 1;

struct Sound {
  const char* spelt;
  const char* ways[2];  // the second may be null
};
inline constexpr Sound SOUNDS[] = {
    {"shch", {"S"}}, {"tsch", {"S"}}, {"sch", {"S"}}, {"tch", {"S"}}, {"kh", {"K"}}, {"sh", {"S"}}, {"ch", {"S", "K"}},
    {"th", {"T", "S"}}, {"dh", {"T"}}, {"gh", {"K"}}, {"ph", {"P"}}, {"zh", {"S"}}, {"dj", {"S"}}, {"dz", {"S"}}, {"ts", {"S"}},
    {"tz", {"S"}}, {"ck", {"K"}}, {"ce", {"S"}}, {"ci", {"S"}}, {"cy", {"S"}}, {"cz", {"S"}}, {"ge", {"K", "S"}},
    {"gi", {"K", "S"}}, {"gy", {"K", "S"}}, {"ux", {"KS", ""}}, {"x", {"KS"}}, {"j", {"S", ""}}, {"ll", {"R", ""}}, {"w", {"P", ""}}, {"b", {"P"}},
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

inline uint32_t letter_bit(char c) { return 1u << (c & 31); }
inline uint64_t pair_bit(char a, char b) { return uint64_t{1} << ((a * 13 + b) & 63); }

// What the letters of a Latin word tell: which there are (a bit for each), which stand side by side (a bit for each pair, shared
// by some), what all tell and what the most telling one does.
struct Letters {
  uint64_t pairs = 0;
  uint32_t mask = 0, told = 0;
  int16_t most = 0;
  uint16_t size = 0;
  char first = 0, last = 0;

  void add(char c, int tells) {
    if (size++)
      pairs |= pair_bit(last, c);
    else
      first = c;
    last = c;
    mask |= letter_bit(c);
    told += static_cast<uint32_t>(tells);
    most = std::max(most, static_cast<int16_t>(tells));
  }
  void add(const Letters& other) {
    if (!other.size) return;
    if (size)
      pairs |= pair_bit(last, other.first);
    else
      first = other.first;
    last = other.last;
    pairs |= other.pairs;
    mask |= other.mask;
    told += other.told;
    most = std::max(most, other.most);
    size = static_cast<uint16_t>(size + other.size);
  }
};

// The letters of a run of Latin words as an index holds them: which there are (27 bits), how many (5), which stand side by
// side (32). 0 for what has other signs than letters. As match/words.py.
inline uint64_t pack_letters(string_view text) {
  uint32_t mask = 0, pairs = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] < 'a' || text[i] > 'z') return 0;
    mask |= letter_bit(text[i]);
    if (i) pairs |= 1u << (std::countr_zero(pair_bit(text[i - 1], text[i])) & 31);
  }
  if (text.size() > 31) return 0;
  return uint64_t{pairs} << 32 | static_cast<uint32_t>(text.size()) << 27 | mask;
}

struct Reading {
  string text;
  int gain;
};

// What a reading needs of a word: its letters and pairs of letters, as those of `Letters`.
struct Need {
  uint64_t pairs;
  uint32_t letters;
  int gain;

  bool is_met(const Letters& word) const { return !(letters & ~word.mask) && !(pairs & ~word.pairs); }
};

// Some needs side by side, so that the processor can ask a word for all of them at once.
struct Needs {
  static constexpr size_t SIZE = 8;
  uint32_t letters[SIZE], low[SIZE], high[SIZE];  // `low` and `high`: halves of the pairs
  int gain[SIZE];

  Needs() {
    std::fill_n(letters, SIZE, ~LETTER_BITS);  // met by no word
    std::fill_n(low, SIZE, 0u);
    std::fill_n(high, SIZE, 0u);
    std::fill_n(gain, SIZE, 0);
  }
  void set(size_t at, const Need& need) {
    letters[at] = need.letters;
    low[at] = static_cast<uint32_t>(need.pairs);
    high[at] = static_cast<uint32_t>(need.pairs >> 32);
    gain[at] = need.gain;
  }
#if defined(__GNUC__)
  using Lanes = uint32_t __attribute__((vector_size(16)));
#else
  using Lanes = uint32_t;
#endif
  // What a word has not, as it is asked of it.
  struct Lacking {
    Lanes letters, low, high;

    explicit Lacking(const Letters& word)
        : letters(~(Lanes{} + word.mask)),
          low(~(Lanes{} + static_cast<uint32_t>(word.pairs))),
          high(~(Lanes{} + static_cast<uint32_t>(word.pairs >> 32))) {}
  };
  // A bit for each that a word meets.
  uint32_t find_met(const Lacking& lacking) const {
#if defined(__GNUC__)
    using Two = uint64_t __attribute__((vector_size(16)));
    Lanes met = {};
    for (size_t from = 0; from < SIZE; from += 4) {
      Lanes a, b, c;
      std::memcpy(&a, letters + from, sizeof a);
      std::memcpy(&b, low + from, sizeof b);
      std::memcpy(&c, high + from, sizeof c);
      const Lanes missed = (a & lacking.letters) | (b & lacking.low) | (c & lacking.high);
      met |= reinterpret_cast<Lanes>(missed == 0u) & (from ? Lanes{16, 32, 64, 128} : Lanes{1, 2, 4, 8});
    }
    const Two halves = reinterpret_cast<Two>(met);
    const uint64_t bits = halves[0] | halves[1];
    return static_cast<uint32_t>(bits | bits >> 32);
#else
    uint32_t met = 0;
    for (uint32_t k = 0; k < SIZE; k++)
      met |= ((letters[k] & lacking.letters) | (low[k] & lacking.low) | (high[k] & lacking.high)) ? 0u : 1u << k;
    return met;
#endif
  }
};

struct Unit {
  vector<Reading> readings;   // what gains most first
  vector<Need> needs;         // of each reading
  vector<Needs> blocks;       // the same
  vector<Reading> by_letter;  // those of any letters, by the first one
  uint32_t firsts = 0;        // the letters that they begin with,
  std::array<uint16_t, 33> from{};  // and where those that begin with each stand, by its bit; behind the last, their end
  int silent = INT_MIN / 2;   // what it gains without any letter
  int best = 0;              // what the likeliest gains
  int highest = 0;           // what it could gain in any word
  uint32_t letters = 0;      // of all readings
  size_t longest = 1;        // letters that it could take: a reading, or any one
  Ways sounds;

  // The most that it could gain in a word of these letters.
  int find_most(const Letters& word, const Needs::Lacking& lacking) const {
    for (const Needs& some : blocks)
      if (const uint32_t met = some.find_met(lacking))
        return std::max(some.gain[std::countr_zero(met)], word.most - UNREAD);
    return word.most - UNREAD;
  }
};

// What a letter costs that no unit gives: vowels little where they are not written, any less in signs that stand for sounds.
enum Loss : uint8_t { NOT_OF_VOWELS, OF_LETTERS, OF_SOUNDS };
constexpr uint8_t LOSSES = 3;

inline int cost_of_unwritten(Loss loss) { return loss == OF_SOUNDS ? UNHEARD : UNWRITTEN; }

struct Units {
  Map<const Unit*> known;
  std::deque<Unit> own;  // that `known` points to
  size_t longest = 0;    // in code points
  Loss loss = OF_LETTERS;

  bool has_vowels() const { return loss != NOT_OF_VOWELS; }
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
  std::array<std::shared_ptr<Units>, SCRIPTS + LANGUAGES> of_script;  // and of languages in which Chinese signs are read
  Map<vector<string>> kana;  // of Japanese names
  std::shared_ptr<Units> first;  // of the script that was added first
  std::array<int, 128> letters;

  Readings() { letters.fill(OF_LETTER); }


  Letters count_letters(string_view text) const {
    Letters out;
    for (char c : text) out.add(c, letters[c & 127]);
    return out;
  }
  // The least that these letters (by their bits) lose in a word in no reading of which they are, with what they tell.
  int sum_lost(uint32_t bits, const Units& units) const { return sum(lost_[units.loss], bits); }
  // The same without what they tell.
  int sum_left(uint32_t bits, const Units& units) const { return sum(left_[units.loss], bits); }
  // The letters of a run of words from what an index holds of it (`pack_letters`): at least as much as they are.
  Letters unpack_letters(uint64_t packed) const {
    Letters out;
    const uint64_t pairs = packed >> 32;
    out.pairs = pairs | pairs << 32;
    out.mask = static_cast<uint32_t>(packed) & LETTER_BITS;
    out.size = static_cast<uint16_t>(static_cast<uint32_t>(packed) >> 27);
    int told = 0;
    for (size_t part = 0; part < PARTS; part++) {
      const uint32_t bits = out.mask >> part * PART_BITS & ((1u << PART_BITS) - 1);
      told += told_[part][bits];
      out.most = std::max(out.most, static_cast<int16_t>(most_[part][bits]));
    }
    const int again = static_cast<int>(out.size) - std::popcount(out.mask);
    out.told = static_cast<uint32_t>(told + std::max(0, again) * out.most);
    return out;
  }
  // To be called when the letters are known.
  void prepare() {
    for (size_t part = 0; part < PARTS; part++)
      for (uint32_t bits = 0; bits < 1u << PART_BITS; bits++) {
        int told = 0, most = 0, left_over[LOSSES] = {};
        for (uint32_t left = bits; left; left &= left - 1) {
          const int bit = std::countr_zero(left) + static_cast<int>(part * PART_BITS);
          const int tells = bit < 1 || bit > 26 ? 0 : letters[static_cast<size_t>('`' + bit)];
          told += tells;
          most = std::max(most, tells);
          for (uint8_t loss = 0; loss < LOSSES; loss++) left_over[loss] += find_lost(bit, static_cast<Loss>(loss));
        }
        told_[part][bits] = told;
        most_[part][bits] = most;
        for (uint8_t loss = 0; loss < LOSSES; loss++) {
          left_[loss][part][bits] = left_over[loss];
          lost_[loss][part][bits] = left_over[loss] + told;
        }
      }
  }
  // The least that a letter (by its bit) loses in a word in no reading of which it is.
  int find_lost(int bit, Loss loss) const {
    const char c = static_cast<char>('`' + bit);
    if (bit < 1 || bit > 26) return 0;
    const bool vowel = c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
    int lost = vowel && loss == NOT_OF_VOWELS ? VOWEL : std::max(LEAST_LOST, cost_of_unwritten(loss) - letters[c & 127]);
    if (c == 'e') lost = std::min(lost, SILENT_E);
    return std::max(0, lost);
  }

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
  void add(uint8_t script, const string& unit, string_view line) { add(script, vector<string>{unit}, line); }
  // Units that are read alike.
  void add(uint8_t script, const vector<string>& alike, string_view line) {
    auto& units = of_script[script];
    if (!units) units = std::make_shared<Units>();
    if (!first) first = units;
    units->loss = script >= ARABIC && script <= SYRIAC ? NOT_OF_VOWELS : script == FOREIGN ? OF_SOUNDS : OF_LETTERS;
    Unit& u = units->own.emplace_back();
    for (const string& unit : alike) {
      units->longest = std::max(units->longest, count_code_points(unit));
      units->known[unit] = &u;
    }
    int first_cost = 0, first_gain = 0;
    for (size_t at = 0; at < line.size();) {
      const size_t end = std::min(line.find(' ', at), line.size()), is = line.find('=', at);
      string text(line.substr(at, is - at));
      if (text == "-") text.clear();
      const int cost = std::stoi(string(line.substr(is + 1, end - is - 1)));
      const int gain = tell(text) - cost;
      if (u.readings.empty()) first_cost = cost, first_gain = gain;
      const Letters known = count_letters(text);
      u.readings.push_back({text, gain});
      u.needs.push_back({known.pairs, known.mask, gain});
      if (text.empty()) {
        u.silent = std::max(u.silent, gain);
      } else {
        u.by_letter.push_back({text, gain});
        u.firsts |= letter_bit(text[0]);
      }
      u.letters |= known.mask;
      u.longest = std::max(u.longest, text.size());
      const string sounds = first_sounds(text);
      if (cost - first_cost <= LIKELY && u.sounds.size() < 2 && std::find(u.sounds.begin(), u.sounds.end(), sounds) == u.sounds.end())
        u.sounds.push_back(sounds);
      at = end + 1;
    }
    u.best = first_gain;
    u.highest = *std::max_element(letters.begin(), letters.end()) - UNREAD;
    for (const Reading& r : u.readings) u.highest = std::max(u.highest, r.gain);
    auto gains_more = [](const auto& a, const auto& b) { return a.gain > b.gain; };
    std::stable_sort(u.readings.begin(), u.readings.end(), gains_more);
    std::stable_sort(u.needs.begin(), u.needs.end(), gains_more);
    u.blocks.resize((u.needs.size() + Needs::SIZE - 1) / Needs::SIZE);
    for (size_t i = 0; i < u.needs.size(); i++) u.blocks[i / Needs::SIZE].set(i % Needs::SIZE, u.needs[i]);
    auto bit_of = [](const Reading& r) { return r.text[0] & 31; };
    std::stable_sort(u.by_letter.begin(), u.by_letter.end(), [&](const auto& a, const auto& b) { return bit_of(a) < bit_of(b); });
    for (const Reading& r : u.by_letter) u.from[static_cast<size_t>(bit_of(r)) + 1]++;
    for (size_t bit = 1; bit < u.from.size(); bit++) u.from[bit] = static_cast<uint16_t>(u.from[bit] + u.from[bit - 1]);
  }

 private:
  using Table = std::array<std::array<int, 1 << PART_BITS>, PARTS>;
  static int sum(const Table& table, uint32_t bits) {
    int sum = 0;
    for (size_t part = 0; part < PARTS; part++, bits >>= PART_BITS) sum += table[part][bits & ((1u << PART_BITS) - 1)];
    return sum;
  }
  Table told_{}, most_{};
  std::array<Table, LOSSES> lost_{}, left_{};
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

// What a letter of a Latin word gains (less than nothing) that is in no reading, unless it is written twice or ends the word.
inline int weigh_unwritten(const Readings& readings, char c, const Units& units) {
  const bool vowel = c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
  return vowel && !units.has_vowels() ? -VOWEL : std::min(-LEAST_LOST, readings.letters[c & 127] - cost_of_unwritten(units.loss));
}

using Rest = std::array<int, MOST_UNITS + 1>;  // the most that the units of a word from each on could gain

// How a word gains as a reading, beside what the likeliest reading would.
struct Weighed {
  int gain, best;

  double share() const { return static_cast<double>(gain) / best; }
};

// A word of another script cut into the units of that script or of a language; what is in no unit is passed over.
struct Way {
  const Units* units = nullptr;
  vector<const Unit*> cut;
  int best = LEAST_BEST;
  bool is_whole = false;  // whether it is one unit
  int lost = 0;          // what is lost when the word is read so
  double least = 0;      // of what the likeliest reading gains, to be read so at all
  uint32_t letters = 0;  // of all readings
  size_t longest = 0;    // letters that the units could take
  int most = 0;          // that the units could gain in any word,
  bool all_gain = true;  // and whether each of them could gain anything

  int least_gain(double share) const { return static_cast<int>(std::max(share, least) * best) + lost; }
  Way(const Units& of, string_view word) : units(&of) {
    vector<size_t> ends;  // of code points
    for (size_t at = 0; at < word.size();) ends.push_back(at = std::min(word.size(), at + code_point_size(word[at])));
    for (size_t i = 0; i < ends.size() && cut.size() < MOST_UNITS;) {
      const size_t from = i ? ends[i - 1] : 0;
      size_t taken = 0;
      for (size_t n = std::min(units->longest, ends.size() - i); n && !taken; n--)
        if (const Unit* const* u = find(units->known, word.substr(from, ends[i + n - 1] - from))) {
          cut.push_back(*u);
          taken = n;
        }
      i += taken ? taken : 1;
    }
    int sum = 0;
    for (const Unit* u : cut) {
      sum += u->best;
      letters |= u->letters;
      longest += u->longest;
      most += u->highest;
      all_gain = all_gain && u->highest >= 0;
    }
    best = std::max(best, sum);
  }
  // Whether a Latin word of these letters, in whatever order, could gain as much as `least`. Letters that are in no reading,
  // and those beyond what the units take, are left over and lose something each; a unit that gains nothing may take any one.
  // `rest` becomes the most that the units from each on could gain.
  bool could_gain(const Readings& readings, const Letters& latin, int least, int* rest) const {
    return tells_enough(readings, latin, least) && reads_enough(readings, latin, Needs::Lacking(latin), least, rest);
  }
  // The same by what its letters tell, without those that are in no reading.
  bool tells_enough(const Readings& readings, const Letters& latin, int least) const {
    if (latin.size > LONGEST_WORD) return true;
    const uint32_t foreign = latin.mask & ~letters;
    return static_cast<int>(latin.told) - (foreign ? readings.sum_lost(foreign, *units) : 0) >= least;
  }
  // The same by what the units could read.
  bool reads_enough(const Readings& readings, const Letters& latin, const Needs::Lacking& lacking, int least, int* rest) const {
    const bool is_cut = latin.size > LONGEST_WORD;  // what is longer is cut off
    const int lost = all_gain && !is_cut ? count_lost(readings, latin) : 0;
    if (most - lost < least) return false;
    bool all = all_gain;
    int spent = 0;  // of what the units could gain in any word
    rest[cut.size()] = 0;
    for (size_t i = cut.size(); i--;) {
      const int gain = cut[i]->find_most(latin, lacking);
      all = all && gain >= 0;
      rest[i] = rest[i + 1] + gain;
      spent += cut[i]->highest - gain;
      if (most - spent < least) return false;
    }
    return rest[0] - (all ? lost : 0) >= least;
  }
  bool could_gain(const Readings& readings, const Letters& latin, int least) const {
    Rest rest;
    return could_gain(readings, latin, least, rest.data());
  }
  // The least that is lost by the letters of a Latin word that are in no reading, or are more than the units could take.
  int count_lost(const Readings& readings, const Letters& latin) const {
    const uint32_t foreign = latin.mask & ~letters;
    const int lost = readings.sum_left(foreign, *units);
    if (latin.size <= longest) return lost;
    const int more = static_cast<int>(latin.size - longest) - std::popcount(foreign);
    return lost + std::max(0, more) * (units->has_vowels() ? LEAST_LOST : VOWEL);
  }
};

// A word of another script in each way in which it may be read, as names.readings.spell_ways gives them.
struct Spelt {
  vector<Way> ways;

  void assign(const Readings& readings, string_view text, string_view written, uint8_t script);
  // Whether a Latin word of these letters could gain as much of what the likeliest reading does.
  bool could_gain(const Readings& readings, const Letters& latin, double share) const {
    for (const Way& way : ways)
      if (way.could_gain(readings, latin, way.least_gain(share))) return true;
    return ways.empty();
  }

 private:
  // Adds the word as it is read in a language sign by sign, if that has all its signs.
  void add_signs(const Readings& readings, const string& whole, string_view written, uint8_t language) {
    const Units* units = readings.find_units(language);
    if (!units || written.empty()) return;
    for (size_t at = 0; at < written.size(); at += code_point_size(written[at]))
      if (!units->known.contains(written.substr(at, code_point_size(written[at])))) return;
    ways.emplace_back(*units, whole);
  }
};

// The spelt form of a word; those of the words last met are kept, since one word is held against many.
inline const Spelt& spell(const Readings& readings, const Word& w) {
  struct Kept {
    Map<Spelt> known;
    std::shared_ptr<const Units> of;  // of any script; held, so that its place is not used again
    string key;
    const Spelt* last = nullptr;      // and the word that it is of
    string text, written;
    uint8_t script = LATIN;
  };
  static thread_local const std::unique_ptr<Kept> kept = std::make_unique<Kept>();
  Kept& k = *kept;
  if (k.of != readings.first || k.known.size() > MOST_SPELT) k.known.clear(), k.last = nullptr;
  if (k.last && k.script == w.script && k.text == w.text && k.written == w.written) return *k.last;
  k.of = readings.first;
  k.key.assign(1, static_cast<char>('a' + w.script));
  k.key += w.text;
  k.key += '\n';
  k.key += w.written;
  const auto [it, fresh] = k.known.try_emplace(k.key);
  if (fresh) it->second.assign(readings, w.text, w.written, w.script);
  k.last = &it->second;
  k.text = w.text;
  k.written = w.written;
  k.script = w.script;
  return it->second;
}

inline void hear_way(const Way& way, vector<string>& out) {
  static thread_local vector<const Ways*> options;
  options.clear();
  for (const Unit* u : way.cut) options.push_back(&u->sounds);
  combine(options, out);
}

inline void hear_word(const Readings& readings, const Word& w, vector<string>& out) {
  if (w.script == LATIN) return hear_latin(w.text, out);
  const Spelt& spelt = spell(readings, w);
  out.clear();
  if (!spelt.ways.empty()) hear_way(spelt.ways[0], out);
}

// The sounds of a word of Chinese signs as a name of another language.
inline void hear_foreign(const Readings& readings, const Word& w, vector<string>& out) {
  out.clear();
  if (w.script != HAN) return;
  const Units* foreign = readings.find_units(FOREIGN);
  for (const Way& way : spell(readings, w).ways)
    if (way.units == foreign) hear_way(way, out);
}

// The sounds of a word in the ways beside the first; of a Chinese family name in all its spellings.
inline void hear_otherwise(const Readings& readings, const Word& w, vector<string>& out) {
  out.clear();
  if (w.script != HAN) return;
  static thread_local vector<string> sounds;
  const Spelt& spelt = spell(readings, w);
  for (size_t i = 1; i < spelt.ways.size(); i++) {
    hear_way(spelt.ways[i], sounds);
    out.insert(out.end(), sounds.begin(), sounds.end());
  }
  if (!spelt.ways.empty() && spelt.ways[0].is_whole)
    for (const Reading& reading : spelt.ways[0].cut[0]->readings) out.push_back(first_sounds(reading.text));
}

// What weighing a reading writes; one for each thread.
struct ReadingRoom {
  std::array<int, LONGEST_WORD + 1> rows[2], left;
  std::array<int, LONGEST_WORD> told, unwritten;
  Rest rest;
  std::array<uint64_t, 128> places{};  // of each letter of the word that is weighed, one bit each; none in between
};

// What the best explanation of a Latin word as a reading gains; anything less than `least` when it gains less than that. No
// unit gains more than its best reading of which all letters are in the word: a word that cannot get there is left early.
inline int weigh_way(const Readings& readings, const Way& spelt, string_view latin, int least = INT_MIN) {
  static thread_local const std::unique_ptr<ReadingRoom> room = std::make_unique<ReadingRoom>();
  ReadingRoom& r = *room;  // looked for once: what is a thread's own is found at some cost
  latin = latin.substr(0, LONGEST_WORD);
  const size_t m = latin.size(), units = spelt.cut.size();
  Letters letters;
  int *row = r.rows[0].data(), *after = r.rows[1].data();
  for (size_t j = 0; j < m; j++) {
    r.told[j] = readings.letters[latin[j] & 127];
    letters.add(latin[j], r.told[j]);
  }
  if (least > 0 && !spelt.could_gain(readings, letters, least, r.rest.data())) return least - 1;
  row[0] = 0;
  for (size_t j = 0; j < m; j++) {
    const char c = latin[j];
    r.places[c & 127] |= uint64_t{1} << j;
    r.unwritten[j] = weigh_unwritten(readings, c, *spelt.units);
    if (j && c == latin[j - 1]) r.unwritten[j] = std::max(r.unwritten[j], -TWICE);
    if (c == 'e' && j + 1 == m) r.unwritten[j] = std::max(r.unwritten[j], -SILENT_E);
    row[j + 1] = row[j] + r.unwritten[j];
  }
  bool left_early = false;
  r.left[m] = 0;  // what the letters from here on tell
  for (size_t j = m; j--;) r.left[j] = r.left[j + 1] + r.told[j];
  for (size_t i = 0; i < units && !left_early; i++) {
    if (least > 0) {
      int most = INT_MIN;
      for (size_t j = 0; j <= m; j++) most = std::max(most, row[j] + std::min(r.rest[i], r.left[j]));
      left_early = most < least;
      if (left_early) break;
    }
    for (size_t j = 0; j <= m; j++) after[j] = row[j] - UNREAD;
    for (size_t j = 0; j < m; j++) after[j + 1] = std::max(after[j + 1], row[j] + r.told[j] - UNREAD);
    const Unit& unit = *spelt.cut[i];
    for (size_t k = 0; k < unit.needs.size(); k++) {
      if (!unit.needs[k].is_met(letters)) continue;
      const Reading& reading = unit.readings[k];
      const size_t n = reading.text.size();
      if (!n) {
        for (size_t j = 0; j <= m; j++) after[j] = std::max(after[j], row[j] + reading.gain);
        continue;
      }
      uint64_t at = r.places[reading.text[0] & 127];  // where all letters of the reading stand, by its first
      for (size_t l = 1; l < n && at; l++) at &= l < 64 ? r.places[reading.text[l] & 127] >> l : 0;
      for (; at; at &= at - 1) {
        const size_t j = static_cast<size_t>(std::countr_zero(at));
        after[j + n] = std::max(after[j + n], row[j] + reading.gain);
      }
    }
    for (size_t j = 0; j < m; j++) after[j + 1] = std::max(after[j + 1], after[j] + r.unwritten[j]);
    std::swap(row, after);
  }
  for (char c : latin) r.places[c & 127] = 0;
  return left_early ? least - 1 : row[m];
}

// Weighs many Latin words as readings of one word, as `weigh_way` does, when they come in the order of their letters: what
// one begins with as the one before it did is weighed once, and no word is weighed further than it could gain enough.
class ReadingWalk {
 public:
  // `readings` and `way` must outlast the walk; what gains less than `least` is told as less.
  void begin(const Readings& readings, const Way& way, int least) {
    readings_ = &readings;
    way_ = &way;
    least_ = least;
    units_ = way.cut.size();
    if (columns_.empty()) columns_.resize((LONGEST_WORD + 2) * (MOST_UNITS + 1));
    rest_[units_] = 0;
    for (size_t i = units_; i--;) rest_[i] = rest_[i + 1] + way.cut[i]->highest;
    same_ = 0;
    halves_.clear();
    int* column = column_of(0);
    column[0] = 0;
    for (size_t i = 0; i < units_; i++) column[i + 1] = column[i] + std::max(-UNREAD, way.cut[i]->silent);
    halves_from_[0] = halves_to_[0] = 0;
    depth_ = 0;
    hopeless_ = !is_hopeful(0, rest_.data());
  }

  int least() const { return least_; }
  // To be called for each word, asked or not: how many letters it begins with as the one before it did.
  void part_from_last(size_t same) { same_ = std::min(same_, same); }
  // Whether a word gains enough of whose letters `could_gain` has told the `rest`.
  bool gains_enough(string_view latin, const int* rest) { return weigh(latin, rest) >= least_; }

 private:
  struct Half {  // a reading of which some letters have been met: what it will have gained, and how many
    const Reading* reading;
    int gained;
    uint16_t unit, met;
  };

  // What a word gains, or anything less than `least` when it gains less. `rest`: see `Way::could_gain`.
  int weigh(string_view latin, const int* rest) {
    latin = latin.substr(0, LONGEST_WORD);
    const size_t m = latin.size();
    if (!turn_back()) return least_ - 1;
    while (depth_ < m) {
      if (!is_hopeful(depth_, rest)) return least_ - 1;
      if (depth_ + 1 == m && latin[depth_] == 'e') {
        step(latin, -SILENT_E);
        return column_of(m)[units_];
      }
      hopeless_ = !step(latin, INT_MIN);
      depth_++;
      if (hopeless_) return least_ - 1;
    }
    return column_of(m)[units_];
  }
  // Goes back to where a word parts from the one weighed before it; false when that began hopelessly already.
  bool turn_back() {
    if (hopeless_ && same_ >= depth_) return false;
    hopeless_ = false;
    depth_ = std::min(same_, depth_);
    same_ = LONGEST_WORD;
    return true;
  }
  int* column_of(size_t depth) { return columns_.data() + depth * (MOST_UNITS + 1); }

  // Weighs one letter more; whether a word that goes on so could gain enough.
  bool step(string_view latin, int least_unwritten) {
    const char c = latin[depth_];
    const int told = readings_->letters[c & 127];
    int unwritten = std::max(weigh_unwritten(*readings_, c, *way_->units), least_unwritten);
    if (depth_ && c == latin[depth_ - 1]) unwritten = std::max(unwritten, -TWICE);
    const int* last = column_of(depth_);
    int* now = column_of(depth_ + 1);
    halves_.resize(halves_to_[depth_]);
    std::fill(now, now + units_ + 1, INT_MIN / 2);
    for (size_t h = halves_from_[depth_], to = halves_to_[depth_]; h < to; h++)
      if (const Half half = halves_[h]; half.reading->text[half.met] == c) meet(half, now);
    for (size_t i = 0; i < units_; i++) {
      const Unit& unit = *way_->cut[i];
      if (!(unit.firsts & letter_bit(c)) || last[i] + rest_[i] < least_) continue;
      for (size_t at = unit.from[c & 31]; at < unit.from[(c & 31) + 1]; at++)
        if (const Reading& reading = unit.by_letter[at]; reading.text[0] == c)
          meet({&reading, last[i] + reading.gain, static_cast<uint16_t>(i), 0}, now);
    }
    halves_from_[depth_ + 1] = halves_to_[depth_];
    halves_to_[depth_ + 1] = halves_.size();
    now[0] = last[0] + unwritten;
    for (size_t i = 0; i < units_; i++)
      now[i + 1] = std::max(std::max(now[i + 1], last[i + 1] + unwritten),
                            std::max(last[i] + told - UNREAD, now[i] + std::max(-UNREAD, way_->cut[i]->silent)));
    return is_hopeful(depth_ + 1, rest_.data());
  }
  // One letter more of a reading: it ends, or goes on while it could gain enough.
  void meet(Half half, int* now) {
    if (++half.met == half.reading->text.size())
      now[half.unit + 1] = std::max(now[half.unit + 1], half.gained);
    else if (half.gained + rest_[half.unit + 1] >= least_)
      halves_.push_back(half);
  }
  // Whether what was gained by now could become enough, with what the units from each on could gain yet.
  bool is_hopeful(size_t depth, const int* rest) const {
    const int* column = columns_.data() + depth * (MOST_UNITS + 1);
    for (size_t i = 0; i <= units_; i++)
      if (column[i] + rest[i] >= least_) return true;
    for (size_t h = halves_from_[depth]; h < halves_to_[depth]; h++)
      if (halves_[h].gained + rest[halves_[h].unit + 1] >= least_) return true;
    return false;
  }

  const Readings* readings_ = nullptr;
  const Way* way_ = nullptr;
  int least_ = 0;
  size_t units_ = 0, depth_ = 0;   // letters of the last word that have been weighed,
  size_t same_ = 0;                // and how many of its letters a word begins with
  bool hopeless_ = false;
  vector<int> columns_;            // for each number of letters what each number of units has gained
  vector<Half> halves_;
  std::array<size_t, LONGEST_WORD + 2> halves_from_{}, halves_to_{};
  Rest rest_{};  // in any word
};

// The same for the way in which the word is explained best; shares below `share` may be told too low.
inline Weighed weigh_reading(const Readings& readings, const Spelt& spelt, string_view latin, double share = -1) {
  Weighed best{0, LEAST_BEST};
  bool first = true;
  for (const Way& way : spelt.ways) {
    if (!first) share = std::max(share, best.share());  // of no use is what gains less
    const Weighed found{weigh_way(readings, way, latin, share > 0 || way.lost ? way.least_gain(share) : INT_MIN) - way.lost, way.best};
    if (first || (found.share() >= way.least && found.share() > best.share())) best = found;
    first = false;
  }
  return best;
}

// Whether a Latin word gains at least this share of what the likeliest reading does, in any way.
inline bool can_read(const Readings& readings, const Spelt& spelt, string_view latin, double share) {
  for (const Way& way : spelt.ways) {
    const int least = way.least_gain(share);
    if (weigh_way(readings, way, latin, least) >= least) return true;
  }
  return false;
}

inline void Spelt::assign(const Readings& readings, string_view text, string_view written, uint8_t script) {
  ways.clear();
  const Units* units = readings.find_units(script);
  if (!units) return;
  const string whole = "^" + spell_written(written, script) + "$", pinyin = "^" + string(text) + "$";
  const bool in_pinyin = script == HAN && !units->known.contains(whole);
  Way& first = ways.emplace_back(*units, in_pinyin ? pinyin : whole);
  if (script != HAN) return;
  first.is_whole = !in_pinyin;
  if (in_pinyin) {
    first.best = std::max(first.best, weigh_way(readings, first, text));
    if (const Units* wade = readings.find_units(WADE)) ways.emplace_back(*wade, pinyin);
    for (uint8_t language : {CANTONESE, HOKKIEN}) add_signs(readings, whole, written, language);
    if (count_code_points(written) > 1) add_signs(readings, whole, written, FOREIGN);
    if (Way& last = ways.back(); last.units == readings.find_units(FOREIGN)) last.best = std::max(last.best, weigh_way(readings, last, text));
  }
  const Units* japanese = readings.find_units(JAPANESE);
  const vector<string>* kana = find(readings.kana, written);
  if (kana && japanese)
    for (const string& reading : *kana) ways.emplace_back(*japanese, "^" + reading + "$");
  else if (count_code_points(written) > 1)
    add_signs(readings, whole, written, JAPANESE);
  const Units* foreign = readings.find_units(FOREIGN);
  for (size_t i = 1; i < ways.size(); i++) {
    ways[i].lost = ways[i].units == japanese ? BY_SOUND : ways[i].units == foreign ? IN_FOREIGN : OTHER_WAY;
    ways[i].least = ways[i].units == foreign ? FOREIGN_LEAST : OTHER_LEAST;
  }
}

}  // namespace tocsin
