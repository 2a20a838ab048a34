// What an alignment says about two names, and what that gives: as match/features.py, match/persons.py and match/engine.py.
#pragma once
#include "align.hpp"

namespace tocsin {

enum Feature {
  COVER_HIGH, COVER_LOW, CONFLICT, EXTRA_QUERY, EXTRA_CANDIDATE, DEFICIT, INFO, THIN, NUMBERS, F_INITIALS, ORDER, FORMS,
  FATHER_SON, SHORT_SLIP, VAGUE, CLASHES, SLIP, CONFUSED_NAMES, READING, PET, TRANSLATION,
  SECOND_SLIP, SECOND_SURNAME, INITIAL_CLASH, HEAD, LONE_SLIP, STEM, DROPPED, VOWELS, LOOSE, COMMON, FEATURES
};
using Features = std::array<double, FEATURES>;

constexpr double MUCH_LEFT = 0.5;  // weight that one side has left over more than the other
constexpr size_t SIGNS = 2;        // of a Chinese word that may be a name of a person
constexpr double CLEAR = 0.98;  // a word of a name of another subject than a person that is met is at least so alike

// What a reading gains to be vague wholly, and not at all.
constexpr double VAGUE_UP_TO = 400, CLEAR_FROM = 1000, SYLLABIC_UP_TO = 600, SYLLABIC_FROM = 1400;

constexpr double LEAST_TELLING = 0.15;  // articles and titles tell less, and are not asked how vague they are

// What the words of two persons must tell where one name is written without vowels, and how much more for what is left over.
constexpr double ENOUGH_TOLD = 2.2, UNMET = 1.0, SON_TOLD = 0.3, ONE_TOLD = 0.8;

inline Word join_run(const Word* words, int from, int to, OwnWord& room) {
  if (to - from == 1) return words[from];
  join_words(words, Run{from, to}, room);
  return room.view();
}

inline double vagueness(const Readings& readings, const Word* query, const Word* candidate, const Pair& p) {
  const Word &q = query[p.q0], &c = candidate[p.c0];
  if (q.script == c.script || q.kind == INITIAL || c.kind == INITIAL || share(q.families, q.n_families, c.families, c.n_families) ||
      share(q.nicks, q.n_nicks, c.nicks, c.n_nicks))
    return 0;
  if (are_readable(readings, q, c)) {
    static thread_local OwnWord room_q, room_c;
    const Word whole_q = join_run(query, p.q0, p.q1, room_q), whole_c = join_run(candidate, p.c0, p.c1, room_c);
    const int gain = weigh_readable(readings, whole_q, whole_c).gain;
    const bool syllabic = q.is_syllabic() || c.is_syllabic();
    const string_view written = whole_q.script == LATIN ? whole_c.written : whole_q.written;
    if (syllabic && count_code_points(written) == 1) return 1.0;  // a single sign
    const double least = syllabic ? SYLLABIC_UP_TO : VAGUE_UP_TO, clear = syllabic ? SYLLABIC_FROM : CLEAR_FROM;
    return std::min(1.0, std::max(0.0, (clear - gain) / (clear - least)));
  }
  if (q.is_abjad() || c.is_abjad()) {
    size_t longest = 0;
    const bool any = share_frame(q, c, &longest);
    if (!any) longest = 3;
    return longest == 1 ? 1.0 : longest == 2 ? 0.7 : longest == 3 ? 0.3 : 0.0;
  }
  return std::min(q.text.size(), c.text.size()) <= 4 ? 1.0 : 0.0;
}

inline double sum_weights(const Word* w, int from, int to) {
  double sum = 0;
  for (int i = from; i < to; i++) sum += w[i].weight;
  return sum;
}

inline bool is_son(const Word& w) {
  static const char* const SON[] = {"bin", "ben", "ibn", "bn", "bint", "binti", "ould", "wuld"};
  if (w.kind != PARTICLE) return false;
  for (const char* son : SON)
    if (w.text == son) return true;
  return false;
}

inline int patronymic(const Word* w, int n) {
  int at = -1;
  for (int i = 0; i < n; i++) {
    if (!is_son(w[i])) continue;
    if (at >= 0) return -1;
    at = i;
  }
  return at > 0 && at < n - 1 ? at : -1;
}

inline bool ends_with(string_view s, string_view end) { return s.size() >= end.size() && s.substr(s.size() - end.size()) == end; }

// Daniel and Daniela, Mario and Maria, but not the surnames Ivanov and Ivanova.
inline bool is_other_gender(string_view q, string_view c) {
  const string_view man = ends_with(c, "a") ? q : c, woman = ends_with(c, "a") ? c : q;
  if (!ends_with(woman, "a")) return false;
  for (const char* end : {"a", "ov", "ev", "in", "sky", "ski"})
    if (ends_with(man, end)) return false;
  const string_view stem = woman.substr(0, woman.size() - 1);
  return stem == man || (ends_with(man, "o") && stem == man.substr(0, man.size() - 1));
}

// 1 for two names that the name data know as different ones, 0.5 for two common ones that are not spelt much alike.
inline double weigh_known(const Word& q, const Word& c, double value) {
  if (share(q.nicks, q.n_nicks, c.nicks, c.n_nicks)) return 0;
  if ((q.n_families || q.n_nicks) && (c.n_families || c.n_nicks)) return 1;
  if (!(q.traits & PERSONAL) || !(c.traits & PERSONAL)) return 0;
  return is_other_gender(q.text, c.text) ? 1 : value < ALIKE ? 0.5 : 0;
}

inline double left_head(const Word* w, int n, uint32_t rest) {
  int first = -1, names = 0;
  for (int i = n - 1; i >= 0; i--)
    if (w[i].kind == NAME) first = i, names++;
  return names > 1 && (rest >> first & 1) ? w[first].weight : 0.0;
}

inline bool is_of_organisations(const Word& w) {
  if (w.kind == LEGAL || w.kind == NUMBER) return true;
  if (w.kind != NAME) return false;
  for (uint32_t i = 0; i < w.n_families; i++)
    if (w.families[i] >= FIRST_WORD) return true;
  return w.weight < ORG_WEIGHT && !w.is_abjad();  // without vowels, only names of persons tell less
}

inline bool reads_as_person(const Word* q, int n) {
  int names = 0, personal = 0, signs = 0;
  for (int i = 0; i < n; i++) {
    if (is_of_organisations(q[i]) && !(q[i].traits & PERSONAL)) return false;
    names += q[i].kind == NAME;
    personal += q[i].kind == NAME && (q[i].traits & PERSONAL);
    signs += q[i].kind == NAME && q[i].script == HAN && count_code_points(q[i].written) <= SIGNS;
  }
  return (personal && personal * 2 >= names) || (signs == n && n > 1 && n <= 3);
}

inline bool is_second_surname(int n, const Word* c, int m, const Alignment& al) {
  const int last = m - 1;
  if (last < 2 || !(al.rest_c >> (last - 1) & 1)) return false;
  const Word &given = c[0], &fathers = c[last - 1], &mothers = c[last];
  if (!(given.traits & HISPANIC) || !(mothers.traits & HISPANIC) || fathers.kind != NAME || fathers.n_nicks) return false;
  for (const Pair& p : al.pairs)
    if (p.c1 - 1 == last && p.q1 == n) return true;
  return false;
}

inline double find_initial_clash(const Word* q, int n, const Word* c, int m, const Alignment& al) {
  bool initial[2] = {false, false}, named[2] = {false, false};
  auto look = [](const Word* w, int count, uint32_t rest, bool& initial, bool& named) {
    for (int i = 0; i < count; i++)
      if (rest >> i & 1) {
        initial = initial || w[i].kind == INITIAL;
        named = named || w[i].kind == INITIAL || w[i].kind == NAME;
      }
  };
  look(q, n, al.rest_q, initial[0], named[0]);
  look(c, m, al.rest_c, initial[1], named[1]);
  if (initial[0] && initial[1]) return 2;
  return (initial[0] && named[1]) || (initial[1] && named[0]) ? 1 : 0;
}

// How little is alike of two surnames before the ending that both have: "Jonsdottir", "Tomasdottir".
inline double weigh_stems(const Word& q, const Word& c) {
  static const char* const ENDINGS[] = {
      "opoulos", "iewicz", "dottir", "shvili", "evich", "evski", "evsky", "ewicz", "ovich", "ovski", "ovsky", "uddin", "ullah", "zadeh",
      "allah", "adze", "enko", "escu", "evic", "oglu", "ovic", "pour", "sson", "wicz", "zade", "dze", "ian", "sen", "yan"};
  if (q.script != LATIN || c.script != LATIN) return 0;
  for (const char* end : ENDINGS) {
    if (!ends_with(q.text, end) || !ends_with(c.text, end)) continue;
    const size_t length = string_view(end).size();
    if (q.text.size() < length + 2 || c.text.size() < length + 2) return 0;
    const string_view stem_q = q.text.substr(0, q.text.size() - length), stem_c = c.text.substr(0, c.text.size() - length);
    return std::min(1.0, cost_of_letters(stem_q, stem_c) / 100.0 / mean_letters(stem_q, stem_c));
  }
  return 0;
}

// How much less alike two Latin words are than their consonants make them: "Calvo", "Kuliyeva".
inline double weigh_vowels(const Word& q, const Word& c, double value) {
  if (q.script != LATIN || c.script != LATIN || std::abs(value - FRAME_FLOOR) > 1e-6) return 0;
  return std::max(0.0, value - (1 - cost_of_spelling(q.text, q.fold, c.text, c.fold) / 100.0 / mean_letters(q.text, c.text)));
}

// Whether all names that are left over are known to the name data.
inline bool are_known(const Word* w, int n, uint32_t rest) {
  for (int i = 0; i < n; i++)
    if ((rest >> i & 1) && w[i].kind == NAME && !w[i].n_families && !w[i].n_nicks) return false;
  return true;
}

// Names are left over on one side only, and it has two of a country of two surnames, one of them left over.
inline bool has_more_surnames(const Word* w, int n, uint32_t rest) {
  int met = 0, named = 0, left = 0;
  for (int i = 0; i < n; i++) {
    const bool over = rest >> i & 1, hispanic = w[i].traits & HISPANIC;
    named += !over && w[i].kind == NAME;
    met += !over && hispanic;
    left += over && hispanic;
  }
  return named <= 2 && met && (left || met == named);
}

// The features that the gates need: the shares of weight that were met. The rest only when `all`.
inline void make_features(const Readings& readings, const Word* q, int n, const Word* c, int m, const Alignment& al, bool person, Features& f) {
  f.fill(0);
  double met_q = 0, met_c = 0, deficit = 0, info = 0, vague = 0, slip = 0, second_slip = 0, short_slip = 0, confused = 0, told = 0;
  double stem = 0, vowels = 0, clearest = 0;
  int strong = 0, vague_of = 0, initials = 0, pet = 0, translated = 0;
  for (const Pair& p : al.pairs) {
    const double wq = sum_weights(q, p.q0, p.q1), wc = sum_weights(c, p.c0, p.c1);
    if (p.rule == INITIALS) {
      initials++, vague_of++;
      met_q += wq * (wq < wc ? INITIAL_SHORT : INITIAL_LONG);
      met_c += wc * (wc < wq ? INITIAL_SHORT : INITIAL_LONG);
      info += 0.3;
      continue;
    }
    if (std::max(wq, wc) >= LEAST_TELLING) vague += vagueness(readings, q, c, p), vague_of++;
    const double weight = (wq + wc) / 2;
    met_q += wq * p.value;
    met_c += wc * p.value;
    deficit += weight * (1 - p.value);
    info += weight * std::max(0.0, (p.value - 0.5) * 2);
    if (std::min(wq, wc) > STRONG) told += std::min(wq, wc) * std::max(0.0, (p.value - 0.5) * 2);
    else if (is_son(q[p.q0])) told += SON_TOLD;
    if (weight > STRONG) {
      strong++;
      clearest = std::max(clearest, p.value);
      second_slip = std::max(second_slip, std::min(slip, 1 - p.value));
      slip = std::max(slip, 1 - p.value);
      pet += p.rule == NICK;
      translated += p.rule == TRANSLATED;
      if (p.rule == SPELLING) {
        confused += weigh_known(q[p.q0], c[p.c0], p.value);
        stem = std::max(stem, weigh_stems(q[p.q0], c[p.c0]));
        vowels = std::max(vowels, weigh_vowels(q[p.q0], c[p.c0], p.value));
      }
      if (p.rule == SPELLING && p.value < 0.9) short_slip += std::min(q[p.q0].text.size(), c[p.c0].text.size()) <= 4 ? 1.0 : 0.0;
    }
  }
  double rest_q = 0, rest_c = 0;
  int named_q = 0, named_c = 0, many_q = 0, many_c = 0;
  bool number_q = false, number_c = false, form_q = false, form_c = false;
  static thread_local string words_q, words_c;
  words_q.clear();
  words_c.clear();
  auto look = [](const Word* w, int count, uint32_t rest, double& sum, int& named, bool& number, bool& form, string& letters, int& many) {
    for (int i = 0; i < count; i++) {
      many += w[i].weight > STRONG;
      if (!(rest >> i & 1)) continue;
      sum += w[i].weight;
      named += w[i].kind == NAME || w[i].kind == BINDER || (w[i].kind == PARTICLE && i == count - 1);
      number = number || w[i].kind == NUMBER;
      form = form || w[i].kind == LEGAL;
      if (w[i].kind == NAME) letters += w[i].text;
    }
    if (letters.size() > REST_LETTERS) letters.resize(REST_LETTERS);
  };
  look(q, n, al.rest_q, rest_q, named_q, number_q, form_q, words_q, many_q);
  look(c, m, al.rest_c, rest_c, named_c, number_c, form_c, words_c, many_c);
  double alike = 0;
  if (!words_q.empty() && !words_c.empty() && !(are_known(q, n, al.rest_q) && are_known(c, m, al.rest_c))) {
    const double longest = static_cast<double>(std::max(words_q.size(), words_c.size()));
    alike = std::max(0.0, (1.0 - count_edits(words_q, words_c) / longest) - 0.3);
  }
  double cover_q = met_q / sum_weights(q, 0, n), cover_c = met_c / sum_weights(c, 0, m);
  if (initials && !strong && q[0].script != c[0].script) cover_q = cover_c = 0;  // an initial begins nearly any name in other letters
  f[COVER_HIGH] = std::max(cover_q, cover_c);
  f[COVER_LOW] = std::min(cover_q, cover_c);
  f[CONFLICT] = std::min(rest_q, rest_c) * (1 - alike);
  f[EXTRA_QUERY] = std::max(0.0, rest_q - rest_c);
  f[EXTRA_CANDIDATE] = std::max(0.0, rest_c - rest_q);
  f[DEFICIT] = deficit;
  f[INFO] = std::min(INFO_CAP, info);
  if (strong + initials * 0.5 <= 1) f[THIN] = many_q > 1 && many_c > 1 ? 1.0 : many_q > 1 || many_c > 1 ? 0.75 : 0.50;
  f[NUMBERS] = number_q && number_c ? 1.0 : number_q || number_c ? 0.5 : 0.0;
  f[F_INITIALS] = initials;
  f[FORMS] = form_q && form_c ? 1.0 : 0.0;
  int order = 0, swaps = 0, before = -1;
  for (const Pair& p : al.pairs) {
    if (q[p.q0].kind != NAME) continue;
    if (order) swaps += before > p.c0;
    before = p.c0;
    order++;
  }
  // The family name stands first in Chinese and Korean, and first or last in Latin.
  const bool any_order = q[0].script != c[0].script && (q[0].is_syllabic() || c[0].is_syllabic());
  f[ORDER] = order > 1 && !any_order ? static_cast<double>(swaps) / (order - 1) : 0.0;
  if (person) {
    const int son_q = patronymic(q, n), son_c = patronymic(c, m);
    if (son_q >= 0 && son_c >= 0) {
      int count = 0, crossed = 0;
      for (const Pair& p : al.pairs) {
        if (q[p.q0].kind != NAME || c[p.c0].kind != NAME) continue;
        count++;
        crossed += (p.q0 < son_q) != (p.c0 < son_c);
      }
      f[FATHER_SON] = count >= 2 && crossed >= 2 && crossed >= count - 1 ? 1.0 : 0.0;
    }
  }
  f[SHORT_SLIP] = short_slip;
  f[VAGUE] = vague / std::max(1, vague_of);
  f[CLASHES] = std::min({named_q, named_c, 2}) * (1 - alike);
  f[SLIP] = slip;
  f[CONFUSED_NAMES] = confused;
  f[READING] = person ? 0.5 : reads_as_person(q, n) ? 0.0 : 1.0;
  f[PET] = pet;
  f[STEM] = stem;
  f[LOOSE] = person && std::abs(rest_q - rest_c) >= MUCH_LEFT ? slip : 0.0;
  f[VOWELS] = vowels;
  f[TRANSLATION] = translated;
  f[SECOND_SLIP] = second_slip;
  f[LONE_SLIP] = clearest < CLEAR && !person ? slip : 0.0;
  if (person) {
    if (std::max(n, m) > 1 && (q[0].is_abjad() || c[0].is_abjad())) {
      const double common = ENOUGH_TOLD - told + UNMET * (1 - f[COVER_LOW]);
      f[COMMON] = std::max(0.0, strong > 1 ? common : std::min(ONE_TOLD, common));
    }
    f[SECOND_SURNAME] = is_second_surname(n, c, m, al);
    f[INITIAL_CLASH] = find_initial_clash(q, n, c, m, al);
    const bool whole = q[0].is_syllabic() || c[0].is_syllabic();
    if (!named_q != !named_c)
      f[DROPPED] = whole || (named_q ? has_more_surnames(q, n, al.rest_q) : has_more_surnames(c, m, al.rest_c));
    const double left_q = left_head(q, n, al.rest_q), left_c = left_head(c, m, al.rest_c);
    const double left = (left_q > 0) != (left_c > 0) ? std::max(left_q, left_c) : 0.0;
    f[HEAD] = left > COMMONEST ? left : 0.0;
  }
}

// ---- the scorer (match/engine.py)

constexpr double LOWEST = -8.0, EQUAL = 6.0;

struct Engine {
  double bias = 0, gate_low = 0, gate_high = 0, highest = 0, weak_highest = 0;
  std::array<vector<std::pair<double, double>>, FEATURES> steps;

  double points(int feature, double value) const {
    const auto& s = steps[feature];
    if (s.empty()) return 0;
    if (value <= s[0].first) return s[0].second;
    for (size_t k = 1; k < s.size(); k++)
      if (value <= s[k].first)
        return s[k - 1].second + (s[k].second - s[k - 1].second) * ((value - s[k - 1].first) / (s[k].first - s[k - 1].first));
    return s.back().second;
  }
  // The most that values up to this one give.
  double most_points(int feature, double value) const {
    double most = points(feature, value);
    for (const auto& [at, given] : steps[feature])
      if (at <= value) most = std::max(most, given);
    return most;
  }
  double weigh(const Features& f) const {
    if (f[COVER_LOW] < gate_low || f[COVER_HIGH] < gate_high) return LOWEST;
    double total = bias;
    for (int i = 0; i < FEATURES; i++) total += points(i, f[i]);
    return std::max(LOWEST, std::min(highest, total));
  }
};

inline bool is_equal(const Word* q, int n, const Word* c, int m) {
  if (n != m) return false;
  for (int i = 0; i < n; i++)
    if (q[i].text != c[i].text || q[i].script != c[i].script || q[i].written != c[i].written) return false;
  return true;
}

template <class Like>
inline double weigh_names(const Readings& readings, const Engine& engine, const Word* q, int n, const Word* c, int m, bool person,
                          Room& room, Like&& likeness, Features* features = nullptr) {
  if (!n || !m) return LOWEST;
  if (!features && is_equal(q, n, c, m)) return EQUAL;
  const Alignment& al = align(readings, q, n, c, m, person, room, likeness);
  if (!features && al.pairs.empty() && engine.gate_low > 0) return LOWEST;
  Features f;
  make_features(readings, q, n, c, m, al, person, f);
  if (features) *features = f;
  return engine.weigh(f);
}

}  // namespace tocsin
