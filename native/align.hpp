// Which word of the query met which word of the listed name: as match/align.py.
#pragma once
#include "similarity.hpp"
#include "sounds.hpp"

namespace tocsin {

constexpr double INITIAL_FITS = 0.70, INITIAL_SHORT = 0.9, INITIAL_LONG = 0.7, JOINED = 0.985, SHIFTED = 0.97, CUT = 0.90;
constexpr double JOIN_LEAST_LONG = 0.84, JOIN_LEAST_SHORT = 0.93, JOIN_LEAST_READ = 0.755, MISSPELT_FORM = 0.80;
constexpr double INFO_CAP = 3.0, STRONG = 0.30, ORG_WEIGHT = 1.12, ALIKE = 0.90, COMMONEST = 0.66;
constexpr int SHIFTED_BY = 2, JOINED_APART = 2;  // letters; what is written as one has as many more or less than its words
constexpr size_t MISSPELT_FROM = 5, MISSPELT_WORD = 4, SHORTEST = 4, SHORTEST_SIGNS = 3, LONGEST = 16, MOST_JOINED = 4, TYING = 3, JOIN_FRAME = 5, REST_LETTERS = 64;

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
    const size_t shortest = first.is_syllabic() ? SHORTEST_SIGNS : SHORTEST;
    bool tied = ties(first), named = !is_tie(first);
    for (int stop = start + 2; stop <= std::min<int>(start + MOST_JOINED, n); stop++) {
      const Word& last = words[stop - 1];
      letters += last.text.size();
      if (last.kind == NUMBER || last.script != first.script || letters > LONGEST) break;
      tied = tied || ties(last);
      named = named || !is_tie(last);
      if (!stands_alone(last) && letters >= shortest && named && (stop == start + 2 || tied)) act(Run{start, stop});
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
  out.traits = FUSED;  // written so, and cut by us
  for (int i = run.start + 1; i < run.stop; i++) out.traits &= words[i].traits;
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

inline Likeness compare_pair(const Tables& tables, const Word& a, const Word& b, bool person, Nearness near = UNKNOWN,
                             const Spelt* spelt = nullptr) {
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
  const Likeness found = compare_tokens(*tables.readings, a, b, near, 0, spelt);
  if (found.rule == SPELLING && !person && is_a_sign(a, b)) return {};
  return found;
}

// Whether Latin words of so many letters could be one of so many.
inline bool may_be_one(size_t letters, size_t of_one) {
  return std::abs(static_cast<int>(letters) - static_cast<int>(of_one)) <= JOINED_APART;
}

inline double least_of_joined(const Word& join) { return join.is_fused() ? JOIN_LEAST_READ : JOIN_LEAST_LONG; }

inline double compare_joined(const Readings& readings, const Word& join, const Word& word, bool person, bool tied,
                             JoinKeys known = {}) {
  if (join.script != LATIN || word.script != LATIN) {
    const bool abjad = join.is_abjad() || word.is_abjad();
    if (join.text.size() < (abjad && !tied ? JOIN_FRAME : 3)) return 0;
    const bool near = are_readable(readings, join, word);  // the keys of a join are among those of a word
    const double least = least_of_joined(join);
    if (!near && !share_join_key(readings, join, word, known)) return 0;
    const double value = compare_tokens(readings, join, word, near ? NEAR : UNKNOWN, least).value;
    return value >= least && (!near || share_join_key(readings, join, word, known)) ? value : 0;  // keys cost more to make
  }
  if (!may_be_one(join.text.size(), word.text.size()) || word.text.size() < 4) return 0;
  if (join.text == word.text) return 1;
  if (!person && join.fold != word.fold) return 0;
  const double least = std::min(join.text.size(), word.text.size()) >= 7 ? JOIN_LEAST_LONG : JOIN_LEAST_SHORT;
  const double value = compare_words(join.text, join.fold, join.frame(), word.text, word.fold, word.frame(), least);
  return value >= least && share_join_key(readings, join, word, known) ? value : 0;  // keys cost more to make
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

// Whether a Latin word of these letters could be what a word of another script is read as, or be written the same.
inline bool could_read(const Readings& readings, const Letters& latin, const Word& word, const Spelt& spelt, double least) {
  if (latin.size == word.text.size() && latin.mask == readings.count_letters(word.text).mask) return true;
  return spelt.could_gain(readings, latin, least_share(least, word.is_syllabic()));
}

// How alike a run and a word are, found out with little work for most; `joined` tells whether `join` is that of the run yet.
inline double compare_run(const Readings& readings, const Word* many, Run run, const Word& word, bool person, OwnWord& join,
                          bool& joined, JoinKeys known = {}) {
  const Word& first = many[run.start];
  if (first.script == LATIN && word.script == LATIN) {
    size_t letters = 0;
    for (int i = run.start; i < run.stop; i++) letters += many[i].text.size();
    if (!may_be_one(letters, word.text.size()) || word.text.size() < 4) return 0;
  }
  if (!may_join(first, word)) return 0;
  if (first.script == LATIN && are_readable(readings, first, word)) {
    Letters latin;
    for (int i = run.start; i < run.stop; i++) latin.add(readings.count_letters(many[i].text));
    const Spelt& spelt = known.spelt ? *known.spelt : spell(readings, word);
    const double least = JOIN_LEAST_LONG;
    if (!could_read(readings, latin, word, spelt, least)) return 0;
    if (!joined) {  // weighed before it is made: most are left here
      join.text.clear();
      for (int i = run.start; i < run.stop; i++) join.text += many[i].text;
      const double needed = least_share(least, word.is_syllabic());
      if (join.text != word.text && !can_read(readings, spelt, join.text, needed)) return 0;
    }
  }
  if (!joined) join_words(many, run, join);
  joined = true;
  return compare_joined(readings, join.view(), word, person, has_tie(many, run), known);
}

// Whether one name of two reads a word of an alphabet, or is read so, no worse than the two do together.
inline bool is_read_alone(const Readings& readings, const Word* many, Run run, const Word& join, const Word& word) {
  if (join.is_syllabic() || word.is_syllabic() || !are_readable(readings, join, word) || run.stop - run.start != 2) return false;
  const Word &first = many[run.start], &second = many[run.start + 1];
  if (first.kind != NAME || second.kind != NAME) return false;
  const int gain = weigh_readable(readings, join, word).gain;
  return weigh_readable(readings, first, word).gain >= gain || weigh_readable(readings, second, word).gain >= gain;
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
      if (is_read_alone(readings, many, run, room.join.view(), one[j])) continue;
      if (!room.join.view().is_fused()) value *= JOINED;
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

}  // namespace tocsin
