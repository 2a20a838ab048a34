// How alike two words are: as match/similarity.py, digit for digit. Costs are in hundredths of a letter.
#pragma once
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "readings.hpp"

namespace tocsin {

enum Rule : uint8_t { NONE, SAME, SPELLING, FAMILY, NICK, SCRIPT, INITIALS, JOIN, CUT_OFF, TRANSLATED };

struct Likeness {
  double value = 0;
  Rule rule = NONE;
};

constexpr int FOLD_COST = 15, OTHER = 100, SWAP = 35, DOUBLED = 30, FIRST = 30;
constexpr int VOWEL_FOR_VOWEL = 45, VOWEL_ADDED = 55, WEAK_ADDED = 60;
constexpr double FRAME_FLOOR = 0.86, FAMILY_FLOOR = 0.95, FAMILY_FOLD = 0.97, NICKNAME = 0.90, ABJAD_SAME = 0.96;
constexpr double ABJAD_SHORT = 0.84, ABJAD_NEAR = 0.74, LEAST = 0.66;
constexpr size_t SOUND_CHANGED = 4;
constexpr double READING_LEAST = 0.02, ROUNDING_SHARE = 1e-3, READING_NONE = 0.75, READING_FULL = 0.96, READING_MORE = 0.03, READING_MOST = 0.99;

struct Confused {
  char a, b;
  int cost;
};
inline constexpr Confused CONFUSED[] = {
    {'i', 'y', 20}, {'e', 'y', 40}, {'o', 'u', 30}, {'a', 'e', 35}, {'e', 'i', 30}, {'v', 'w', 30}, {'u', 'w', 40},
    {'o', 'w', 60}, {'k', 'q', 20}, {'c', 'k', 25}, {'c', 's', 40}, {'s', 'z', 35}, {'j', 'y', 45}, {'g', 'j', 40},
    {'g', 'q', 50}, {'g', 'k', 60}, {'d', 't', 55}, {'b', 'p', 55}, {'f', 'v', 55}, {'f', 'p', 60}, {'m', 'n', 70},
    {'h', 'k', 60}, {'h', 'x', 50}, {'k', 'x', 50}, {'d', 'z', 60}, {'s', 'x', 60}, {'j', 'z', 60}, {'i', 'j', 50},
    {'b', 'v', 60}, {'c', 'z', 60}, {'i', 'l', 60}, {'l', 'r', 80}, {'c', 'g', 70},
};

struct Costs {
  std::array<std::array<uint8_t, 128>, 128> change;
  std::array<uint8_t, 128> add;

  Costs() {
    const char* vowels = "aeiou";
    for (int a = 0; a < 128; a++)
      for (int b = 0; b < 128; b++) change[a][b] = a == b ? 0 : OTHER;
    for (const char* a = vowels; *a; a++)
      for (const char* b = vowels; *b; b++)
        if (*a != *b) change[static_cast<int>(*a)][static_cast<int>(*b)] = VOWEL_FOR_VOWEL;
    for (const Confused& c : CONFUSED)
      change[static_cast<int>(c.a)][static_cast<int>(c.b)] = change[static_cast<int>(c.b)][static_cast<int>(c.a)] =
          static_cast<uint8_t>(c.cost);
    add.fill(OTHER);
    for (const char* a = vowels; *a; a++) add[static_cast<int>(*a)] = VOWEL_ADDED;
    for (char c : {'h', 'y', 'w'}) add[static_cast<int>(c)] = WEAK_ADDED;
  }
};

inline const Costs& costs() {
  static const Costs table;
  return table;
}

inline int cost_of_adding(const Costs& t, string_view word, size_t at) {
  if (!at) return OTHER;
  if (word[at - 1] == word[at]) return DOUBLED;
  return t.add[word[at] & 127];
}

// What a change costs more in the first letters of two words.
inline int dearer_first(int change) { return change ? std::min(OTHER, change + FIRST) - change : 0; }

// Weighted optimal string alignment. `most`: give up above this cost (the true cost may then be any greater number).
inline int cost_of_letters(string_view a, string_view b, int most = 1 << 20) {
  const Costs& t = costs();
  a = a.substr(0, 64);
  b = b.substr(0, 64);
  const size_t m = b.size();
  int rows[3][66], add_b[65];
  int *before = rows[0], *last = rows[1], *row = rows[2];
  last[0] = 0;
  for (size_t j = 0; j < m; j++) {
    add_b[j] = cost_of_adding(t, b, j);
    last[j + 1] = last[j] + add_b[j];
  }
  int least_before = 0;
  for (size_t i = 0; i < a.size(); i++) {
    const int add_a = cost_of_adding(t, a, i);
    const auto& change_from = t.change[a[i] & 127];
    const int letter = a[i], swapped = i ? a[i - 1] : -1;
    int left = last[0] + add_a, corner = last[0];
    if (!i && m) corner += dearer_first(change_from[b[0] & 127]);
    row[0] = left;
    int least = left;
    for (size_t j = 0; j < m; j++) {
      const int above = last[j + 1];
      left = std::min(corner + change_from[b[j] & 127], std::min(above + add_a, left + add_b[j]));
      if (b[j] == swapped && j && b[j - 1] == letter) left = std::min(left, before[j - 1] + SWAP);
      row[j + 1] = left;
      least = std::min(least, left);
      corner = above;
    }
    if (least > most && least_before > most) return least;  // a swap reaches back two rows
    least_before = least;
    int* free = before;
    before = last;
    last = row;
    row = free;
  }
  return last[m];
}

// Letters of two words on average; short words are held to three.
inline double mean_letters(string_view a, string_view b) { return std::max(3.0, static_cast<double>(a.size() + b.size()) / 2); }

// What it costs to spell one Latin word as the other, or their folds where these are nearer; more than `most` may be told as more.
inline int cost_of_spelling(string_view text_a, string_view fold_a, string_view text_b, string_view fold_b, int most = 1 << 20) {
  const int cost = cost_of_letters(text_a, text_b, most);
  if (cost <= FOLD_COST || (fold_a == text_a && fold_b == text_b)) return cost;
  return std::min(cost, cost_of_letters(fold_a, fold_b, std::min(most, cost - FOLD_COST)) + FOLD_COST);
}

// Likenesses of less than `least` may be told as any that are less.
inline double compare_words(string_view text_a, string_view fold_a, string_view frame_a, string_view text_b,
                            string_view fold_b, string_view frame_b, double least = LEAST) {
  if (text_a.size() < 2 || text_b.size() < 2) return 0;
  const double length = mean_letters(text_a, text_b);
  const bool framed = frame_a == frame_b && frame_a.size() >= 3;
  const int most = static_cast<int>((1 - (framed ? FRAME_FLOOR : least)) * length * 100) + 1;
  double value = 1 - (cost_of_spelling(text_a, fold_a, text_b, fold_b, most) / 100.0) / length;
  if (framed) value = std::max(value, FRAME_FLOOR);
  return value >= LEAST ? value : 0;
}

// ---- keys (match/keys.py)

// The keys of all that `text` becomes when one letter is left out, and, with `twice`, when two are.
inline void add_deleted(char tag, string_view text, bool twice, vector<uint32_t>& out) {
  uint32_t before = hash_key(tag, {});  // of the letters before `i`
  for (size_t i = 0; i < text.size(); before = hash_on(before, text.substr(i++, 1))) {
    if (i && text[i] == text[i - 1]) continue;  // the same word again
    out.push_back(hash_on(before, text.substr(i + 1)));
    if (!twice) continue;
    uint32_t between = before;  // of the letters before `j` without `i`
    for (size_t j = i + 1; j < text.size(); between = hash_on(between, text.substr(j++, 1)))
      out.push_back(hash_on(between, text.substr(j + 1)));
  }
}

// The tag of the sounds of Latin words (L) or of others (R): those of the own side when filed, of the other when asked. With
// sounds left out it is a small letter.
inline char tag_sounds(const Word& w, bool asked) { return (w.script == LATIN) != asked ? 'L' : 'R'; }

// Short words meet when one of them has a sound more; only long ones (SOUND_CHANGED) when a sound is another.
inline void add_sound_keys(const Readings& readings, const Word& w, bool asked, vector<uint32_t>& out) {
  static thread_local vector<string> sounds, foreign;
  const char tag = tag_sounds(w, asked), less = static_cast<char>(tag + 'a' - 'A');
  hear_word(readings, w, sounds);
  hear_foreign(readings, w, foreign);
  sounds.insert(sounds.end(), foreign.begin(), foreign.end());
  for (const string& s : sounds) {
    out.push_back(hash_key(tag, s));
    if (asked) out.push_back(hash_key(less, s));
    if (s.size() < (w.is_abjad() ? 4u : 3u)) continue;
    if (asked) add_deleted(tag, s, false, out);
    if (!asked || s.size() >= SOUND_CHANGED) add_deleted(less, s, false, out);
  }
  hear_otherwise(readings, w, sounds);
  for (const string& s : sounds) out.push_back(hash_key(tag, s));
}

// The keys under which a word is filed, or with `asked` those under which it looks for others.
inline void make_keys(const Readings& readings, const Word& w, bool asked, vector<uint32_t>& out) {
  out.clear();
  if (w.kind == NUMBER || w.kind == INITIAL || w.kind == PARTICLE || w.kind == STOP) {
    out.push_back(hash_key('=', w.text));
    return;
  }
  out.push_back(hash_key('F', w.fold));
  each_frame(w.frames, [&](string_view f) { out.push_back(hash_key('K', f)); });
  if (!w.written.empty()) out.push_back(hash_key('W', w.written));
  for (uint32_t i = 0; i < w.n_families; i++) out.push_back(hash_key('S', std::to_string(w.families[i])));
  for (uint32_t i = 0; i < w.n_nicks; i++) out.push_back(hash_key('N', std::to_string(w.nicks[i])));
  if (!w.is_abjad() && w.fold.size() >= 4) add_deleted('F', w.fold, false, out);
  each_frame(w.frames, [&](string_view f) {
    if (f.size() >= 4 && f.size() <= LONGEST_WORD) add_deleted('K', f, f.size() >= 6, out);
  });
  add_sound_keys(readings, w, asked, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

inline bool share_key(const vector<uint32_t>& a, const vector<uint32_t>& b) {
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) return true;
    a[i] < b[j] ? i++ : j++;
  }
  return false;
}

// A word against which many others are held: unit-cost optimal string alignment in one machine word (Hyyro 2003).
struct Pattern {
  uint64_t places[128];
  size_t size = 0;

  explicit Pattern(string_view text) : size(std::min<size_t>(text.size(), 64)) {
    std::memset(places, 0, sizeof places);
    for (size_t i = 0; i < size; i++) places[text[i] & 127] |= uint64_t{1} << i;
  }
  int distance(string_view text) const {
    if (!size) return static_cast<int>(text.size());
    uint64_t vp = size == 64 ? ~uint64_t{0} : (uint64_t{1} << size) - 1, vn = 0, d0 = 0, before = 0;
    const uint64_t last = uint64_t{1} << (size - 1);
    int distance = static_cast<int>(size);
    for (char c : text) {
      const uint64_t here = places[c & 127];
      const uint64_t swap = (((~d0) & here) << 1) & before;
      d0 = ((((here & vp) + vp) ^ vp) | here | vn) | swap;
      uint64_t hp = vn | ~(d0 | vp), hn = d0 & vp;
      distance += (hp & last) != 0;
      distance -= (hn & last) != 0;
      hp = (hp << 1) | 1;
      hn <<= 1;
      vp = hn | ~(d0 | hp);
      vn = hp & d0;
      before = here;
    }
    return distance;
  }
};

inline int most_edits(size_t letters) { return letters <= 5 ? 1 : letters <= 8 ? 2 : letters <= 12 ? 3 : 4; }

// Whether one word is Latin and the other of a script with readings.
inline bool are_readable(const Readings& readings, const Word& a, const Word& b) {
  if ((a.script == LATIN) == (b.script == LATIN)) return false;
  return readings.find_units(a.script == LATIN ? b.script : a.script) != nullptr;
}

// What the Latin word of the two gains as a reading of the other.
inline Weighed weigh_readable(const Readings& readings, const Word& a, const Word& b) {
  const Word &latin = a.script == LATIN ? a : b, &other = a.script == LATIN ? b : a;
  return weigh_reading(readings, spell(readings, other), latin.text);
}

// Whether few enough letters or sounds differ in two words that share a key.
inline bool is_alike(const Readings& readings, const Word& a, const Word& b, const Pattern& fold_a, const Pattern& text_a) {
  if (a.is_abjad() || b.is_abjad() || a.frame() == b.frame() || are_readable(readings, a, b)) return true;
  const int most = most_edits(std::min(a.fold.size(), b.fold.size()));
  auto within = [most](string_view x, string_view y, const Pattern& pattern) {
    return std::abs(static_cast<int>(x.size()) - static_cast<int>(y.size())) <= most && pattern.distance(y) <= most;
  };
  return within(a.fold, b.fold, fold_a) || within(a.text, b.text, text_a);
}

// What tells most Latin words apart at first sight: which letters are in the text and in the fold (11 bits each, letters
// that share a bit are rarely both in a word), and 10 bits of a hash of the frame. As match/words.py.
inline uint32_t make_hints(const Word& w) {
  static constexpr string_view LETTERS = "aeinrolsmhtdukbcgyzjfvpwqx";
  static const std::array<uint8_t, 128> BITS = [] {
    std::array<uint8_t, 128> bits{};
    for (size_t i = 0; i < LETTERS.size(); i++) bits[static_cast<size_t>(LETTERS[i])] = static_cast<uint8_t>(i % 11);
    for (char c = '0'; c <= '9'; c++) bits[static_cast<size_t>(c)] = static_cast<uint8_t>(c - '0');
    return bits;
  }();
  if (w.script != LATIN) return 0;
  auto mask = [](string_view letters) {
    uint32_t found = 0;
    for (char c : letters) found |= 1u << BITS[c & 127];
    return found;
  };
  return hash_key('K', w.frame()) >> 22 << 22 | mask(w.text) << 11 | mask(w.fold);
}

// The least number of edits between two words with these letters: none takes more than one letter away.
inline int least_edits(uint32_t letters, uint32_t others) {
  return std::max(std::popcount(letters & ~others), std::popcount(others & ~letters));
}

inline bool is_near(const Readings& readings, const Word& a, const Word& b) {
  static thread_local vector<uint32_t> keys_a, keys_b;
  make_keys(readings, a, true, keys_a);
  make_keys(readings, b, false, keys_b);
  return share_key(keys_a, keys_b) && is_alike(readings, a, b, Pattern(a.fold), Pattern(a.text));
}

// The keys of a word made of neighbours: its fold, its frames and its sounds.
inline void make_join_keys(const Readings& readings, const Word& w, bool asked, bool is_run, vector<uint32_t>& out) {
  static thread_local vector<string> sounds;
  out.clear();
  out.push_back(hash_key('F', w.fold));
  each_frame(w.frames, [&](string_view f) { out.push_back(hash_key('K', f)); });
  if (is_run ? !w.is_fused() : w.script != LATIN && !w.is_syllabic()) {  // lists are full of runs
    hear_word(readings, w, sounds);
    for (const string& s : sounds) {
      out.push_back(hash_key(tag_sounds(w, asked), s));
      if (asked && !w.is_syllabic()) out.push_back(hash_key(static_cast<char>(tag_sounds(w, asked) + 'a' - 'A'), s));
    }
  } else {
    add_sound_keys(readings, w, asked, out);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

// Whether two words share one of these keys.
struct JoinKeys {  // of a join and of a word, where they have been made: one is held against many
  const vector<uint32_t>*join = nullptr, *word = nullptr;
  const Spelt* spelt = nullptr;  // of the word
};

inline bool share_join_key(const Readings& readings, const Word& join, const Word& word, JoinKeys known) {
  static thread_local vector<uint32_t> keys_join, keys_word;
  if (join.fold == word.fold) return true;
  if (!known.join) make_join_keys(readings, join, true, true, keys_join);
  if (!known.word) make_join_keys(readings, word, false, false, keys_word);
  return share_key(known.join ? *known.join : keys_join, known.word ? *known.word : keys_word);
}

// ---- words of other scripts

inline vector<uint32_t> to_code_points(string_view s) {
  vector<uint32_t> out;
  for (size_t i = 0; i < s.size();) {
    const uint8_t c = static_cast<uint8_t>(s[i]);
    const int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    uint32_t point = more == 3 ? c & 7 : more == 2 ? c & 15 : more == 1 ? c & 31 : c;
    i++;
    for (int k = 0; k < more && i < s.size(); k++) point = point << 6 | (static_cast<uint8_t>(s[i++]) & 63);
    out.push_back(point);
  }
  return out;
}

inline int count_edits(string_view a, string_view b) { return Pattern(a).distance(b); }  // of at most 64 letters

inline int count_edits(const vector<uint32_t>& a, const vector<uint32_t>& b) {  // optimal string alignment, unit costs
  vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); j++) last[j] = static_cast<int>(j);
  for (size_t i = 0; i < a.size(); i++) {
    row[0] = static_cast<int>(i) + 1;
    for (size_t j = 0; j < b.size(); j++) {
      int best = std::min(last[j] + (a[i] != b[j]), std::min(last[j + 1], row[j]) + 1);
      if (i && j && a[i] == b[j - 1] && a[i - 1] == b[j]) best = std::min(best, before[j - 1] + 1);
      row[j + 1] = best;
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

inline bool share_frame(const Word& a, const Word& b, size_t* longest = nullptr) {
  bool found = false;
  each_frame(a.frames, [&](string_view f) {
    each_frame(b.frames, [&](string_view g) {
      if (f != g) return;
      found = true;
      if (longest) *longest = std::max(*longest, f.size());
    });
  });
  return found;
}

inline Likeness compare_written(const Word& q, const Word& c, bool near) {
  if (q.written == c.written) return {1.0, SAME};
  const auto a = to_code_points(q.written), b = to_code_points(c.written);
  if (q.is_syllabic() && a.size() == 1 && b.size() == 1) return {};
  if (!near) return {};
  double value = 1 - count_edits(a, b) / std::max(3.0, static_cast<double>(std::max(a.size(), b.size())));
  if (q.is_abjad() && share_frame(q, c)) value = std::max(value, 0.85);
  if (value >= LEAST) return {value, SPELLING};
  return {};
}

inline Likeness compare_frames(const Word& q, const Word& c) {
  size_t longest = 0;
  if (share_frame(q, c, &longest)) return {longest > 2 ? ABJAD_SAME : ABJAD_SHORT, SCRIPT};
  bool near = false;
  each_frame(q.frames, [&](string_view f) {
    each_frame(c.frames, [&](string_view g) {
      if (!near && std::min(f.size(), g.size()) >= 4 && count_edits(f, g) <= 1) near = true;
    });
  });
  if (near) return {ABJAD_NEAR, SCRIPT};
  return {};
}

enum Nearness : uint8_t { UNKNOWN, NEAR, FAR };  // what is known already of `is_near`

inline bool is_translation(const Word& a, const Word& b) {
  for (uint32_t i = 0; i < a.n_nicks; i++)
    if (a.nicks[i] >= FIRST_TRANSLATION && share(&a.nicks[i], 1, b.nicks, b.n_nicks)) return true;
  return false;
}

// The least share that a reading must gain for a likeness of `least`, a little less for rounding.
inline double least_share(double least, bool is_syllabic) {
  double needed = std::max(0.0, (least - READING_NONE) / (READING_FULL - READING_NONE));
  if (is_syllabic) needed = std::sqrt(needed);
  return std::min(1.0, std::max(READING_LEAST, needed)) - ROUNDING_SHARE;
}

// Likenesses of less than `least` may be told as none. `spelt`: the word that is not Latin, where it has been spelt.
inline Likeness compare_reading(const Readings& readings, const Word& q, const Word& c, double least, const Spelt* spelt) {
  const bool is_syllabic = q.is_syllabic() || c.is_syllabic();
  const Word &latin = q.script == LATIN ? q : c, &other = q.script == LATIN ? c : q;
  double share = weigh_reading(readings, spelt ? *spelt : spell(readings, other), latin.text, least_share(least, is_syllabic)).share();
  if (share < READING_LEAST) return {};
  if (is_syllabic) share = std::min(share, share * share);
  if (share <= 1) return {READING_NONE + (READING_FULL - READING_NONE) * share, SCRIPT};
  return {std::min(READING_MOST, READING_FULL + READING_MORE * (share - 1)), SCRIPT};
}

inline Likeness compare_tokens(const Readings& readings, const Word& q, const Word& c, Nearness known = UNKNOWN, double least = 0,
                               const Spelt* spelt = nullptr) {
  auto near = [&] { return known == UNKNOWN ? is_near(readings, q, c) : known == NEAR; };
  if (q.script == c.script) {
    if (q.text == c.text && q.written == c.written) return {1.0, SAME};
    if (q.script != LATIN) return compare_written(q, c, near());
  }
  if (share(q.families, q.n_families, c.families, c.n_families))
    return {q.fold != c.fold || q.script != c.script ? FAMILY_FLOOR : FAMILY_FOLD, FAMILY};
  if (share(q.nicks, q.n_nicks, c.nicks, c.n_nicks)) {
    if (q.script != c.script && is_translation(q, c)) return {FAMILY_FLOOR, FAMILY};
    if (q.script == LATIN && c.script == LATIN && near()) {
      const double value = compare_words(q.text, q.fold, q.frame(), c.text, c.fold, c.frame());
      if (value > NICKNAME) return {value, SPELLING};
    }
    return {NICKNAME, is_translation(q, c) ? TRANSLATED : NICK};
  }
  if (q.script != c.script) {
    if (q.text == c.text && !q.is_abjad() && !c.is_abjad()) return {1.0, SCRIPT};
    if (q.n_families && c.n_families && (q.is_abjad() || c.is_abjad())) return {};  // known as two names
    if (are_readable(readings, q, c)) return near() ? compare_reading(readings, q, c, least, spelt) : Likeness{};
    if (q.is_abjad() || c.is_abjad()) return compare_frames(q, c);
    if (!near()) return {};
    const double value = compare_words(q.text, q.fold, q.frame(), c.text, c.fold, c.frame());
    if (value >= LEAST) return {value, SCRIPT};
    return {};
  }
  if (!near()) return {};
  const double value = compare_words(q.text, q.fold, q.frame(), c.text, c.fold, c.frame());
  if (value > 0) return {value, SPELLING};
  return {};
}

}  // namespace tocsin
