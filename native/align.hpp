// Which word of the query met which word of the listed name, and what that says: as match/align.py and match/features.py.
#pragma once
#include "similarity.hpp"
#include "sounds.hpp"

namespace tocsin {

constexpr double INITIAL_FITS = 0.70, INITIAL_SHORT = 0.9, INITIAL_LONG = 0.7, JOINED = 0.985, SHIFTED = 0.97, CUT = 0.90;
constexpr double JOIN_LEAST_LONG = 0.84, JOIN_LEAST_SHORT = 0.93, JOIN_LEAST_READ = 0.77, MISSPELT_FORM = 0.80;
constexpr double INFO_CAP = 3.0, STRONG = 0.30, ORG_WEIGHT = 1.12, ALIKE = 0.90, COMMONEST = 0.66;
constexpr int SHIFTED_BY = 2;
constexpr size_t MISSPELT_FROM = 5, MISSPELT_WORD = 4, SHORTEST = 4, LONGEST = 16, MOST_JOINED = 4, TYING = 3, JOIN_FRAME = 5, REST_LETTERS = 64;

struct Run {
  int start, stop;
};

inline bool ties(const Word& w) { return w.kind == PARTICLE || w.kind == BINDER || (w.kind == NAME && w.text.size() <= TYING); }
inline bool stands_alone(const Word& w) { return w.kind == NUMBER || w.kind == INITIAL; }
inline bool is_tie(const Word& w) { return w.kind == PARTICLE || w.kind == STOP; }

template <class Do>
inline void each_run(const Word* words, int n, Do&& act) {
  for (int start = 0; start + 1 < n; start++) {
    const Word& first = words[start];
    if (stands_alone(first)) continue;
    size_t letters = first.text.size();
    bool tied = ties(first), named = !is_tie(first);
    for (int stop = start + 2; stop <= std::min<int>(start + MOST_JOINED, n); stop++) {
      const Word& last = words[stop - 1];
      letters += last.text.size();
      if (last.kind == NUMBER || last.script != first.script || letters > LONGEST) break;
      tied = tied || ties(last);
      named = named || !is_tie(last);
      if (!stands_alone(last) && letters >= SHORTEST && named && (stop == start + 2 || tied)) act(Run{start, stop});
    }
  }
}

// Whether a tie word or a name that always stands with another (Abd, Allah) is in a run.
inline bool has_tie(const Word* words, Run run) {
  for (int i = run.start; i < run.stop; i++)
    if (words[i].kind == PARTICLE || words[i].kind == BINDER) return true;
  return false;
}

inline void join_words(const Word* words, Run run, OwnWord& out) {
  out.text.clear();
  out.written.clear();
  out.weight = 0;
  out.kind = NAME;
  out.script = words[run.start].script;
  for (int i = run.start; i < run.stop; i++) out.weight += words[i].weight;
  for (int i = run.start; i < run.stop; i++) out.written += words[i].written;
  if (!words[run.start].is_abjad()) {
    for (int i = run.start; i < run.stop; i++) out.text += words[i].text;
    out.fold = fold_token(out.text);
    out.frames = frame_token(out.text);
    return;
  }
  string frame(words[run.start].frame());
  for (int i = run.start + 1; i < run.stop; i++) {
    string_view next = words[i].frame();
    if (!next.empty() && next[0] == 'a') next.remove_prefix(1);
    frame += next;
  }
  drop_doubled(frame);
  drop_last_h(frame);
  out.text = out.fold = out.frames = frame;
}

inline Likeness compare_tied(const Word& a, const Word& b, const Map<string>& table) {
  if (a.kind != b.kind) return {};
  if (a.text == b.text) return {1.0, SAME};
  const string *x = find(table, a.text), *y = find(table, b.text);
  const bool equal = x && y ? *x == *y : !x && !y;
  if (equal) return {0.9, FAMILY};
  return {};
}

// Whether one of two words is an abbreviation or a registration ("AEG", "YV2567"): one letter more or less is another.
inline bool is_a_sign(const Word& a, const Word& b) {
  if (std::min(a.text.size(), b.text.size()) < MISSPELT_WORD) return true;
  for (const Word* w : {&a, &b})
    for (char c : w->text)
      if (c >= '0' && c <= '9') return true;
  return false;
}

inline Likeness compare_pair(const Tables& tables, const Word& a, const Word& b, bool person, Nearness near = UNKNOWN) {
  if (a.kind == NUMBER || b.kind == NUMBER) {
    if (a.kind == b.kind && a.text == b.text) return {1.0, SAME};
    return {};
  }
  if (a.kind == INITIAL || b.kind == INITIAL) {
    if (a.text == b.text) return {1.0, SAME};
    if (!person) return {};
    const Word &small = a.kind == INITIAL ? a : b, &large = a.kind == INITIAL ? b : a;
    const bool fits = (large.kind == NAME || large.kind == BINDER) && !large.is_abjad() &&
                      large.text.size() > small.text.size() + 1 &&
                      large.text.compare(0, small.text.size(), small.text) == 0;
    if (fits) return {INITIAL_FITS, INITIALS};
    return {};
  }
  if ((a.kind == LEGAL) != (b.kind == LEGAL) && (a.kind == NAME || b.kind == NAME) &&
      std::min(a.text.size(), b.text.size()) >= MISSPELT_FROM) {
    const Likeness found = compare_tokens(*tables.readings, a, b, near);
    if (found.value >= MISSPELT_FORM) return found;
    return {};
  }
  if (a.kind == LEGAL || b.kind == LEGAL) return compare_tied(a, b, tables.legal_forms);
  if (a.kind == PARTICLE || b.kind == PARTICLE) return compare_tied(a, b, tables.particles);
  if (a.kind == STOP || b.kind == STOP) return compare_tied(a, b, tables.org_stops);
  const Likeness found = compare_tokens(*tables.readings, a, b, near);
  if (found.rule == SPELLING && !person && is_a_sign(a, b)) return {};
  return found;
}

inline double compare_joined(const Readings& readings, const Word& join, const Word& word, bool person, bool tied,
                             JoinKeys known = {}) {
  if (!share_join_key(readings, join, word, known)) return 0;
  if (join.script != LATIN || word.script != LATIN) {
    const bool near = are_readable(readings, join, word);  // the keys of a join are among those of a word
    const double value = compare_tokens(readings, join, word, near ? NEAR : UNKNOWN).value;
    const bool abjad = join.is_abjad() || word.is_abjad();
    const size_t shortest = abjad && !tied ? JOIN_FRAME : 3;
    return value >= (join.is_syllabic() ? JOIN_LEAST_READ : JOIN_LEAST_LONG) && join.text.size() >= shortest ? value : 0;
  }
  const int apart = static_cast<int>(join.text.size()) - static_cast<int>(word.text.size());
  if (std::abs(apart) > 2 || word.text.size() < 4) return 0;
  if (join.text == word.text) return 1;
  if (!person && join.fold != word.fold) return 0;
  const double value = compare_words(join.text, join.fold, join.frame(), word.text, word.fold, word.frame());
  const double least = std::min(join.text.size(), word.text.size()) >= 7 ? JOIN_LEAST_LONG : JOIN_LEAST_SHORT;
  return value >= least ? value : 0;
}

inline bool is_shifted(const Word& q0, const Word& q1, const Word& c0, const Word& c1) {
  for (const Word* w : {&q0, &q1, &c0, &c1})
    if (w->script != LATIN || w->kind == NUMBER || w->kind == LEGAL) return false;
  const size_t n = q0.text.size() + q1.text.size();
  const int moved = std::abs(static_cast<int>(q0.text.size()) - static_cast<int>(c0.text.size()));
  if (n < 6 || n != c0.text.size() + c1.text.size() || moved == 0 || moved > SHIFTED_BY) return false;
  for (size_t k = 0; k < n; k++) {
    const char x = k < q0.text.size() ? q0.text[k] : q1.text[k - q0.text.size()];
    const char y = k < c0.text.size() ? c0.text[k] : c1.text[k - c0.text.size()];
    if (x != y) return false;
  }
  return true;
}

inline bool is_cut(const Word* words, int n) {
  size_t letters = 0;
  for (int i = 0; i < n; i++) letters += words[i].text.size() + 1;
  return letters > CUT_FROM && words[n - 1].kind == NAME && words[n - 1].script == LATIN;
}

inline bool is_beginning(const Word& a, const Word& b) {
  return b.script == LATIN && b.kind == NAME && a.text.size() >= 2 && a.text.size() < b.text.size() &&
         b.text.compare(0, a.text.size(), a.text) == 0;
}

struct Pair {
  int8_t q0, q1, c0, c1;  // half-open
  Rule rule;
  double value;
  double gain;
};

inline double gain_of(double value, double a, double b) { return value * (std::min(a, b) + 0.5 * std::max(a, b)) + value - 1; }

struct Alignment {
  vector<Pair> pairs;
  uint32_t rest_q = 0, rest_c = 0;  // bits of the words left over
};

// Words of the query that stand in the name as one, words of the name that stand in the query as one, moved spaces.
constexpr uint8_t QUERY_JOINS = 1, NAME_JOINS = 2, SHIFTS = 4;

// Room that is used again from one comparison to the next.
struct Room {
  uint8_t joins = QUERY_JOINS | NAME_JOINS;  // which to look for: a search knows where there are none
  vector<Pair> offers;
  Alignment alignment;
  OwnWord join;
};

// Whether a run that begins with `first` could join to `word`: a shared fold or frame begins with the same letter.
inline bool may_join(const Word& first, const Word& word) {
  if (first.script != word.script) return true;  // what is read in more than one way may begin with another letter
  if (first.script == LATIN && first.text.size() < 4) return true;  // its letters may sound otherwise with the next ones
  auto head = [](string_view s) { return s.empty() ? '\0' : s[0]; };
  if (head(first.script == LATIN ? first.fold : first.frame()) == head(word.fold)) return true;
  bool met = false;
  each_frame(word.frames, [&](string_view f) { met = met || head(f) == head(first.frame()); });
  return met;
}

// Whether other words, written as one, are compared with this one.
inline bool is_joinable(const Word& word) {
  return word.text.size() >= 3 && (word.kind == NAME || word.kind == BINDER || word.kind == TITLE);
}

// How alike a run and a word are, found out with little work for most; `joined` tells whether `join` is that of the run yet.
inline double compare_run(const Readings& readings, const Word* many, Run run, const Word& word, bool person, OwnWord& join,
                          bool& joined, JoinKeys known = {}) {
  const Word& first = many[run.start];
  if (first.script == LATIN && word.script == LATIN) {
    int apart = -static_cast<int>(word.text.size());
    for (int i = run.start; i < run.stop; i++) apart += static_cast<int>(many[i].text.size());
    if (std::abs(apart) > 2 || word.text.size() < 4) return 0;
  }
  if (!may_join(first, word)) return 0;
  if (!joined) join_words(many, run, join);
  joined = true;
  return compare_joined(readings, join.view(), word, person, has_tie(many, run), known);
}

// The weight of the words of a name that could stand for `word` when written as one; 0 when there are none.
inline double weigh_run(const Readings& readings, const Word* many, int n, const Word& word, bool person, OwnWord& join,
                        JoinKeys known) {
  double most = 0;
  each_run(many, n, [&](Run run) {
    bool joined = false;
    if (compare_run(readings, many, run, word, person, join, joined, known) > 0) most = std::max(most, join.weight);
  });
  return most;
}

inline void offer_joins(const Readings& readings, const Word* many, int n, const Word* one, int m, bool swap, bool person,
                        Room& room) {
  each_run(many, n, [&](Run run) {
    bool joined = false, legal = false;
    for (int i = run.start; i < run.stop; i++) legal = legal || many[i].kind == LEGAL;
    for (int j = 0; j < m; j++) {
      if (!is_joinable(one[j])) continue;
      double value = compare_run(readings, many, run, one[j], person, room.join, joined);
      if (value <= 0 || (value < 1 && legal)) continue;
      value *= JOINED;
      Pair p;
      p.rule = JOIN;
      p.value = value;
      p.gain = gain_of(value, room.join.weight, one[j].weight) + 0.02;
      const int8_t s = static_cast<int8_t>(run.start), e = static_cast<int8_t>(run.stop), at = static_cast<int8_t>(j);
      if (swap) {
        p.q0 = at; p.q1 = at + 1; p.c0 = s; p.c1 = e;
      } else {
        p.q0 = s; p.q1 = e; p.c0 = at; p.c1 = at + 1;
      }
      room.offers.push_back(p);
    }
  });
}

inline uint32_t bits(int from, int to) { return ((1u << to) - 1) & ~((1u << from) - 1); }

// `likeness(i, j)` gives the likeness of two words, or compares them.
template <class Like>
inline const Alignment& align(const Readings& readings, const Word* q, int n, const Word* c, int m, bool person, Room& room,
                              Like&& likeness) {
  auto& offers = room.offers;
  offers.clear();
  const int last = n && is_cut(q, n) ? n - 1 : -1;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++) {
      Likeness found = likeness(i, j);
      if (i == last && found.value < CUT && is_beginning(q[i], c[j])) found = {CUT, CUT_OFF};
      if (found.value <= 0) continue;
      double gain = gain_of(found.value, q[i].weight, c[j].weight);
      gain = gain + (i == j ? 0.01 : 0.0);
      const int8_t a = static_cast<int8_t>(i), b = static_cast<int8_t>(j);
      offers.push_back(Pair{a, static_cast<int8_t>(a + 1), b, static_cast<int8_t>(b + 1), found.rule, found.value, gain});
    }
  if (room.joins & QUERY_JOINS) offer_joins(readings, q, n, c, m, false, person, room);
  if (room.joins & NAME_JOINS) offer_joins(readings, c, m, q, n, true, person, room);
  for (int i = 0; i + 1 < n; i++)
    for (int j = 0; j + 1 < m; j++)
      if (is_shifted(q[i], q[i + 1], c[j], c[j + 1])) {
        const double wq = q[i].weight + q[i + 1].weight, wc = c[j].weight + c[j + 1].weight;
        const int8_t a = static_cast<int8_t>(i), b = static_cast<int8_t>(j);
        offers.push_back(Pair{a, static_cast<int8_t>(a + 2), b, static_cast<int8_t>(b + 2), JOIN, SHIFTED,
                              gain_of(SHIFTED, wq, wc) + 0.02});
      }
  std::sort(offers.begin(), offers.end(), [](const Pair& x, const Pair& y) {
    if (x.gain != y.gain) return x.gain > y.gain;
    if (x.q0 != y.q0) return x.q0 < y.q0;
    if (x.q1 != y.q1) return x.q1 < y.q1;
    if (x.c0 != y.c0) return x.c0 < y.c0;
    return x.c1 < y.c1;
  });
  Alignment& out = room.alignment;
  out.pairs.clear();
  uint32_t free_q = bits(0, n), free_c = bits(0, m);
  for (const Pair& p : offers) {
    const uint32_t a = bits(p.q0, p.q1), b = bits(p.c0, p.c1);
    if ((free_q & a) != a || (free_c & b) != b) continue;
    free_q &= ~a;
    free_c &= ~b;
    out.pairs.push_back(p);
  }
  std::sort(out.pairs.begin(), out.pairs.end(), [](const Pair& x, const Pair& y) { return x.q0 < y.q0; });
  out.rest_q = free_q;
  out.rest_c = free_c;
  return out;
}

// ---- features

enum Feature {
  COVER_HIGH, COVER_LOW, CONFLICT, EXTRA_QUERY, EXTRA_CANDIDATE, DEFICIT, INFO, THIN, NUMBERS, F_INITIALS, ORDER, FORMS,
  FATHER_SON, SHORT_SLIP, VAGUE, CLASHES, SLIP, CONFUSED_NAMES, READING, PET, TRANSLATION,
  SECOND_SLIP, SECOND_SURNAME, INITIAL_CLASH, HEAD, LONE_SLIP, FEATURES
};
using Features = std::array<double, FEATURES>;

// What a reading gains to be vague wholly, and not at all.
constexpr double VAGUE_UP_TO = 400, CLEAR_FROM = 1000, SYLLABIC_UP_TO = 600, SYLLABIC_FROM = 1400;

inline Word join_run(const Word* words, int from, int to, OwnWord& room) {
  if (to - from == 1) return words[from];
  join_words(words, Run{from, to}, room);
  return room.view();
}

inline double vagueness(const Readings& readings, const Word* query, const Word* candidate, const Pair& p) {
  const Word &q = query[p.q0], &c = candidate[p.c0];
  if (q.script == c.script || share(q.families, q.n_families, c.families, c.n_families) ||
      share(q.nicks, q.n_nicks, c.nicks, c.n_nicks))
    return 0;
  if (are_readable(readings, q, c)) {
    static thread_local OwnWord room_q, room_c;
    const Word whole_q = join_run(query, p.q0, p.q1, room_q), whole_c = join_run(candidate, p.c0, p.c1, room_c);
    const int gain = weigh_readable(readings, whole_q, whole_c).first;
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

inline int patronymic(const Word* w, int n) {
  static const char* const SON[] = {"bin", "ben", "ibn", "bn", "bint", "binti", "ould", "wuld"};
  int at = -1;
  for (int i = 0; i < n; i++) {
    if (w[i].kind != PARTICLE) continue;
    for (const char* son : SON)
      if (w[i].text == son) {
        if (at >= 0) return -1;
        at = i;
        break;
      }
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
inline double known_apart(const Word& q, const Word& c, double value) {
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
  return w.weight < ORG_WEIGHT;
}

inline bool reads_as_person(const Word* q, int n) {
  int names = 0, personal = 0;
  for (int i = 0; i < n; i++) {
    if (is_of_organisations(q[i])) return false;
    names += q[i].kind == NAME;
    personal += q[i].kind == NAME && (q[i].traits & PERSONAL);
  }
  return personal && personal * 2 >= names;
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

inline bool have_initial_clash(const Word* q, int n, const Word* c, int m, const Alignment& al) {
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
  return (initial[0] && named[1]) || (initial[1] && named[0]);
}

// The features that the gates need: the shares of weight that were met. The rest only when `all`.
inline void make_features(const Readings& readings, const Word* q, int n, const Word* c, int m, const Alignment& al, bool person, Features& f) {
  f.fill(0);
  double met_q = 0, met_c = 0, deficit = 0, info = 0, vague = 0, slip = 0, second_slip = 0, short_slip = 0, confused = 0;
  int strong = 0, initials = 0, pet = 0, translated = 0;
  for (const Pair& p : al.pairs) {
    const double wq = sum_weights(q, p.q0, p.q1), wc = sum_weights(c, p.c0, p.c1);
    if (p.rule == INITIALS) {
      initials++;
      met_q += wq * (wq < wc ? INITIAL_SHORT : INITIAL_LONG);
      met_c += wc * (wc < wq ? INITIAL_SHORT : INITIAL_LONG);
      info += 0.3;
      continue;
    }
    vague += vagueness(readings, q, c, p);
    const double weight = (wq + wc) / 2;
    met_q += wq * p.value;
    met_c += wc * p.value;
    deficit += weight * (1 - p.value);
    info += weight * std::max(0.0, (p.value - 0.5) * 2);
    if (weight > STRONG) {
      strong++;
      second_slip = std::max(second_slip, std::min(slip, 1 - p.value));
      slip = std::max(slip, 1 - p.value);
      pet += p.rule == NICK;
      translated += p.rule == TRANSLATED;
      if (p.rule == SPELLING) confused += known_apart(q[p.q0], c[p.c0], p.value);
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
      named += w[i].kind == NAME || w[i].kind == BINDER;
      number = number || w[i].kind == NUMBER;
      form = form || w[i].kind == LEGAL;
      if (w[i].kind == NAME) letters += w[i].text;
    }
    if (letters.size() > REST_LETTERS) letters.resize(REST_LETTERS);
  };
  look(q, n, al.rest_q, rest_q, named_q, number_q, form_q, words_q, many_q);
  look(c, m, al.rest_c, rest_c, named_c, number_c, form_c, words_c, many_c);
  double alike = 0;
  if (!words_q.empty() && !words_c.empty()) {
    const double longest = static_cast<double>(std::max(words_q.size(), words_c.size()));
    alike = std::max(0.0, (1.0 - count_edits(words_q, words_c) / longest) - 0.3);
  }
  const double cover_q = met_q / sum_weights(q, 0, n), cover_c = met_c / sum_weights(c, 0, m);
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
  f[VAGUE] = vague / std::max<size_t>(1, al.pairs.size());
  f[CLASHES] = std::min({named_q, named_c, 2}) * (1 - alike);
  f[SLIP] = slip;
  f[CONFUSED_NAMES] = confused;
  f[READING] = person ? 0.5 : reads_as_person(q, n) ? 0.0 : 1.0;
  f[PET] = pet;
  f[TRANSLATION] = translated;
  f[SECOND_SLIP] = second_slip;
  f[LONE_SLIP] = strong == 1 && !person ? slip : 0.0;
  if (person) {
    f[SECOND_SURNAME] = is_second_surname(n, c, m, al);
    f[INITIAL_CLASH] = have_initial_clash(q, n, c, m, al);
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
