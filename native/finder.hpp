// A query against an index: candidates by their words, bounded, then scored. Finds all that match/candidates.py finds.
#pragma once
#include <memory>
#include <mutex>

#include "analysis.hpp"
#include "index.hpp"

namespace tocsin {

constexpr int BUILD = 10;  // of the kernel: as match/kernel.py; another one where what passes between the two changes
constexpr double HEAVIEST = 1.15, DOMINANT_FROM = 0.70, ROUNDING = 1e-6;
constexpr size_t CACHED = 64 << 20;  // bytes that a thread keeps of what it knows of words of queries
constexpr size_t AHEAD = 32;         // names of which what is needed is called up together
constexpr size_t FEW = 256;          // postings of a word of a query that are kept side by side

// A word of the vocabulary that a word of the query may be a spelling of.
struct Near {
  uint32_t word, names;  // its number, and how many names have it
  double value, weight;
  Rule rule;
};

// What is known of a word of queries: its likenesses, and the names in which it stands as several words.
struct Nearby {
  struct Posting {
    uint32_t name;
    float value, weight;  // how alike; how much of the name it is
  };
  vector<Near> words;
  vector<Posting> joined;
  size_t postings = 0;     // of all these words together
  vector<Posting> listed;  // the postings, where they are few
  double heaviest = 0;     // of these words
};

struct Score {
  uint32_t name;
  double logit;
};

struct Tally {  // of a listed name
  uint32_t epoch = 0;
  float of_query = 0;   // how much of the query it could cover at best, joins aside,
  float of_name = 0;    // and how much of the name could be covered, joins and all
  uint16_t joined = 0;  // bits of the query's words that could meet in a join,
  uint16_t joins = 0;   // and which joins these are: `QUERY_JOINS`, `NAME_JOINS`, `SHIFTS`
};

struct Mark {  // where the likenesses of a word to the words of this query stand
  uint32_t epoch = 0, row = 0;
};

// Everything that one thread writes while it searches.
struct Scratch {
  vector<Mark> marks;      // of words
  vector<Likeness> rows;   // one of each word of the query in a row
  vector<Tally> tallies;
  vector<uint32_t> touched;
  uint32_t epoch = 0, look = 0;
  vector<uint32_t> seen;   // the last look in which a word was found
  Map<Nearby> cache;
  Map<vector<uint32_t>> written_as_one;  // the words that a run of words of a query could be
  size_t cached = 0;
  vector<uint32_t> keys, found, joined;
  Room room;
  WordCache words;
  vector<Letters> letters;  // of the words of the vocabulary that were looked at
  vector<ReadingWalk> walks;  // one for each way of reading a word
  string key;

  void prepare(const Index& index) {
    if (marks.size() != index.words() || tallies.size() != index.names() || epoch == UINT32_MAX) {
      marks.assign(index.words(), Mark());
      tallies.assign(index.names(), Tally());
      letters.assign(index.words(), Letters());
      seen.assign(index.words(), 0);
      look = 0;
      epoch = 0;
    }
    epoch++;
    rows.clear();
    touched.clear();
    if (cached > CACHED) {
      cache.clear();
      written_as_one.clear();
      cached = 0;
    }
  }
};

class Finder {
 public:
  const Tables* tables = nullptr;
  Index index;

  void search(const vector<Word>& query, const Engine& engine, bool person, double least, Scratch& s, vector<Score>& out) const {
    out.clear();
    const int n = static_cast<int>(query.size());
    if (!n || !index.names()) return;
    s.prepare(index);
    Ask ask{query, engine, person, least, n};
    prepare(ask, s);
    collect(ask, s);
    sift(ask, s);
    for (uint32_t name : s.touched) score(ask, s, name, out);
    s.room.joins = QUERY_JOINS | NAME_JOINS;
  }

  // Every listed name against the query: what `search` must find, for tests. Only words are not compared twice.
  void search_all(const vector<Word>& query, const Engine& engine, bool person, double least, Scratch& s, vector<Score>& out) const {
    out.clear();
    s.prepare(index);
    const int n = static_cast<int>(query.size());
    Word words[MAX_TOKENS];
    for (uint32_t name = 0; name < index.names(); name++) {
      if (static_cast<bool>(index.name_person.at(name)) != person) continue;
      const int m = index.words_of(name, words);
      for (int j = 0; j < m; j++) {
        Mark& mark = s.marks[words[j].number];
        if (mark.epoch == s.epoch) continue;
        mark = {s.epoch, static_cast<uint32_t>(s.rows.size())};
        for (const Word& w : query) s.rows.push_back(compare_pair(*tables, w, words[j], person));
      }
      const double logit = weigh_names(*tables->readings, engine, query.data(), n, words, m, person, s.room,
                                       [&](int i, int j) { return s.rows[s.marks[words[j].number].row + i]; });
      add(engine, name, logit, least, out);
    }
  }

 private:
  struct Part {
    const Nearby* near;  // kept by the cache until the next query
    double weight;
    int at;              // which word of the query it is
  };
  struct Ask {
    const vector<Word>& query;
    const Engine& engine;
    bool person;
    double least;
    int n = 0;
    double total = 0, free = 0, cut = 0, slack = 0;
    double unseen = 0, unseen_name = 0;  // what words could cover of the query, and of a name, whose names were not read
    double told = 0;      // the most that words which are not looked for could tell
    double needed = 0;    // the share of the query that a name must cover, joins aside
    int initials = 0;
    uint32_t looked = 0;  // bits of the query's words that are looked for
    vector<Part> parts = {};
  };

  void prepare(Ask& ask, Scratch& s) const {
    bool any = false;
    for (const Word& w : ask.query) {
      if (w.is_silent()) ask.told += most_info(w);
      ask.total += w.weight;
      if (w.is_silent()) ask.free += w.weight;
      ask.initials += w.kind == INITIAL;
      any = any || !w.is_silent() || may_be_misspelt(w);
    }
    if (is_cut(ask.query.data(), ask.n)) {
      ask.cut = CUT * ask.query[ask.n - 1].weight;
    }
    for (int f = 0; f < FEATURES; f++) {
      if (f == COVER_HIGH || f == COVER_LOW || f == INFO || f == READING) continue;
      double most = 0;
      for (const auto& step : ask.engine.steps[f]) most = std::max(most, step.second);
      ask.slack += most;
    }
    ask.slack += ask.engine.points(READING, ask.person ? 0.5 : 1.0);
    ask.needed = find_needed(ask);
    for (int i = 0; i < ask.n; i++) {
      const Word& w = ask.query[i];
      if (any && w.is_silent() && !may_be_misspelt(w)) continue;
      ask.looked |= 1u << i;
      const Nearby& found = find_near(w, ask.person, s);
      for (const Near& near : found.words) set_row(s, near, i, ask.n);
      ask.parts.push_back({&found, w.weight, i});
    }
    std::stable_sort(ask.parts.begin(), ask.parts.end(),
                     [](const Part& a, const Part& b) { return a.near->postings < b.near->postings; });
  }

  // The most that meeting this word of a query could tell, unless it meets several words as one.
  static double most_info(const Word& w) {
    return w.kind == PARTICLE || w.kind == STOP ? w.weight : (w.weight + HEAVIEST) / 2;  // tie words meet their like only
  }

  // The least share of the query that could bring a name to the score asked for: no smaller one does, whatever else is met.
  double find_needed(const Ask& ask) const {
    const Engine& engine = ask.engine;
    if (ask.least <= LOWEST) return engine.gate_low;
    vector<std::pair<double, double>> words;  // what each tells by weight, and its weight: those that tell most come first
    for (const Word& w : ask.query) words.push_back({-most_info(w) / w.weight, w.weight});
    std::sort(words.begin(), words.end());
    auto reaches = [&](double share) {
      double room = share * ask.total, info = 0;
      for (const auto& [tells, weight] : words) {
        info -= tells * std::min(room, weight);
        room -= std::min(room, weight);
      }
      const double most = engine.bias + ask.slack + engine.most_points(COVER_HIGH, 1) + engine.most_points(COVER_LOW, share) +
                          engine.most_points(INFO, std::min(INFO_CAP, info));
      return most + ROUNDING >= ask.least;
    };
    double low = engine.gate_low, high = 1 - 1e-4;  // names that are equal score whatever the steps say
    if (reaches(low)) return low;
    for (int i = 0; i < 10; i++) {
      const double middle = (low + high) / 2;
      (reaches(middle) ? high : low) = middle;
    }
    return low;
  }

  static bool may_be_misspelt(const Word& w) { return w.kind == LEGAL && w.text.size() >= MISSPELT_FROM; }

  void set_row(Scratch& s, const Near& near, int i, int n) const {
    Mark& mark = s.marks[near.word];
    if (mark.epoch != s.epoch) {
      mark = {s.epoch, static_cast<uint32_t>(s.rows.size())};
      s.rows.resize(s.rows.size() + n);
    }
    s.rows[mark.row + i] = {near.value, near.rule};
  }

  const Nearby& find_near(const Word& w, bool person, Scratch& s) const {
    make_cache_key(w, person, static_cast<char>('a' + w.kind), s.key);
    if (const Nearby* known = find(s.cache, s.key)) return *known;
    Nearby& nearby = s.cache[s.key];
    make_keys(*tables->readings, w, true, s.keys);
    find_filed(s.keys, person, s);
    const bool form = may_be_misspelt(w);
    const Pattern fold(w.fold), text(w.text);
    const uint32_t hints = make_hints(w);
    s.found.erase(std::remove_if(s.found.begin(), s.found.end(),
                                 [&](uint32_t v) { return !could_be_alike(w, hints, index.records.data[v]); }),
                  s.found.end());
    drop_unreadable(w, 0, s);
    for (uint32_t v : s.found) fetch(index.data, index.records.data[v].offset);
    for (uint32_t v : s.found) {
      const Word word = index.word(v);
      if (form && word.kind != NAME) continue;
      const Likeness like = compare_pair(*tables, w, word, person, is_alike(*tables->readings, w, word, fold, text) ? NEAR : FAR);
      if (like.value <= 0) continue;
      const uint32_t names = static_cast<uint32_t>(index.names_of_word.at(v).size);
      nearby.words.push_back({v, names, like.value, word.weight, like.rule});
      nearby.postings += names;
      nearby.heaviest = std::max(nearby.heaviest, word.weight);
    }
    find_joined(w, person, s, nearby.joined);
    if (nearby.postings <= FEW)
      for (const Near& near : nearby.words)
        for (uint32_t name : index.names_of_word.at(near.word))
          if (name < index.names()) nearby.listed.push_back({name, static_cast<float>(near.value), static_cast<float>(near.weight * near.value)});
    s.cached += 256 + nearby.words.size() * sizeof(Near) + (nearby.joined.size() + nearby.listed.size()) * sizeof(Nearby::Posting);
    return nearby;
  }

  // The names some words of which, written as one, could be this word.
  void find_joined(const Word& w, bool person, Scratch& s, vector<Nearby::Posting>& out) const {
    if (!is_joinable(w)) return;
    make_join_keys(*tables->readings, w, true, false, s.keys);
    s.found.clear();
    index.joins[person].each_of(s.keys, [&](uint32_t name) {
      fetch(index.words_of_name.offsets, name);
      s.found.push_back(name);
    });
    std::sort(s.found.begin(), s.found.end());
    s.found.erase(std::unique(s.found.begin(), s.found.end()), s.found.end());
    for (uint32_t name : s.found) fetch(index.words_of_name.values, index.words_of_name.offsets.at(name));
    for (uint32_t name : s.found)
      for (uint32_t v : index.words_of_name.at(name)) fetch(index.records, v);
    make_join_keys(*tables->readings, w, false, false, s.keys);
    Spelt spelt;  // of its own: what `spell` gives may be dropped while others are spelt
    if (w.script != LATIN) spelt = spell(*tables->readings, w);
    const JoinKeys known{nullptr, &s.keys, w.script == LATIN ? nullptr : &spelt};
    const bool is_read = !spelt.ways.empty();
    Word words[MAX_TOKENS];
    for (uint32_t name : s.found) {
      if (is_read && !could_read_joined(name, w, spelt, s)) continue;
      const int n = index.words_of(name, words);
      const double weight = weigh_run(*tables->readings, words, n, w, person, s.room.join, known);
      if (weight > 0) out.push_back({name, 1, static_cast<float>(weight)});
    }
  }

  // What the letters of a word of the vocabulary tell.
  const Letters& letters_of(uint32_t v, Scratch& s) const {
    Letters& known = s.letters[v];
    if (!known.size) known = tables->readings->count_letters(index.word(v).text);
    return known;
  }

  // Drops, of the words found for one of another script, the Latin ones that cannot be what it is read as.
  void drop_unreadable(const Word& w, double least, Scratch& s) const {
    if (w.script == LATIN || (w.kind != NAME && w.kind != BINDER && w.kind != TITLE)) return;
    const Spelt& spelt = spell(*tables->readings, w);
    const size_t ways = spelt.ways.size();
    if (!ways) return;
    if (s.walks.size() < ways) s.walks.resize(ways);
    for (size_t k = 0; k < ways; k++)
      s.walks[k].begin(*tables->readings, spelt.ways[k], spelt.ways[k].least_gain(least_share(least, w.is_syllabic())));
    auto is_unreadable = [&](uint32_t v) {
      const WordRecord& r = index.records.data[v];
      const Kind kind = static_cast<Kind>(r.kind & 7);
      if (r.script != LATIN || (kind != NAME && kind != BINDER && kind != TITLE)) return false;
      if ((w.n_families && r.families) || (w.n_nicks && r.nicks)) return false;
      const string_view text = index.text_of(v);
      if (text == w.text) return false;
      for (size_t k = 0; k < ways; k++)
        if (s.walks[k].gains_enough(letters_of(v, s), text)) return false;
      return true;
    };
    s.found.erase(std::remove_if(s.found.begin(), s.found.end(), is_unreadable), s.found.end());
  }

  // Whether some Latin words of a name, written as one, could be what a word of another script is read as; true of other names.
  bool could_read_joined(uint32_t name, const Word& w, const Spelt& spelt, Scratch& s) const {
    const Span numbers = index.words_of_name.at(name);
    for (size_t start = 0; start + 1 < numbers.size; start++) {
      Letters run;
      for (size_t stop = start; stop < numbers.size && stop < start + MOST_JOINED; stop++) {
        const uint32_t v = numbers.data[stop];
        if (v >= index.words() || index.records.data[v].script != LATIN) {
          if (stop == start) return true;
          break;
        }
        run.add(letters_of(v, s));
        if (stop > start && could_read(*tables->readings, run, w, spelt, JOIN_LEAST_LONG)) return true;
      }
    }
    return false;
  }

  // The words of the vocabulary under any of these keys, rising, into `found`.
  void find_filed(const vector<uint32_t>& keys, bool person, Scratch& s) const {
    s.found.clear();
    if (++s.look == 0) s.seen.assign(index.words(), s.look++);
    index.keys[person].each_of(keys, [&](uint32_t v) {
      if (v >= index.words() || s.seen[v] == s.look) return;
      s.seen[v] = s.look;
      fetch(index.records, v);
      s.found.push_back(v);
    });
    std::sort(s.found.begin(), s.found.end());
  }

  // Whether a word could be like another one, as far as its record tells; its letters stand elsewhere.
  static bool could_be_alike(const Word& w, uint32_t hints, const WordRecord& r) {
    auto spelt = [](Kind kind) { return kind == NAME || kind == TITLE || kind == BINDER; };
    if (!spelt(w.kind) || !spelt(static_cast<Kind>(r.kind & 7)) || w.script != LATIN || r.script != LATIN) return true;
    if ((w.n_families && r.families) || (w.n_nicks && r.nicks) || hints >> 22 == r.hints >> 22) return true;
    const int most = most_edits(std::min<size_t>(w.fold.size(), r.fold));
    auto within = [most](size_t a, size_t b, uint32_t letters, uint32_t others) {
      return std::abs(static_cast<int>(a) - static_cast<int>(b)) <= most && least_edits(letters, others) <= most;
    };
    return within(w.fold.size(), r.fold, hints & 2047, r.hints & 2047) ||
           within(w.text.size(), r.text, hints >> 11 & 2047, r.hints >> 11 & 2047);
  }

  Tally& touch(Scratch& s, uint32_t name) const {
    Tally& t = s.tallies[name];
    if (t.epoch != s.epoch) {
      t = {s.epoch, 0, 0, 0, 0};
      s.touched.push_back(name);
    }
    return t;
  }

  void touch_joined(Scratch& s, uint32_t name, double of_name, uint32_t words, uint8_t joins) const {
    if (name >= s.tallies.size()) return;
    Tally& t = touch(s, name);
    t.of_name += static_cast<float>(of_name);
    t.joined |= static_cast<uint16_t>(words);
    t.joins |= joins;
  }

  void collect(Ask& ask, Scratch& s) const {
    collect_joins(ask, s);
    const bool tight = !ask.initials && ask.cut == 0 && ask.engine.gate_high >= DOMINANT_FROM;
    double left = ask.free + ask.cut;
    for (const Part& p : ask.parts) left += p.weight;
    for (size_t k = 0; k < ask.parts.size(); k++) {
      const Part& p = ask.parts[k];
      const bool last = k + 1 == ask.parts.size();
      const bool too_little = left + ROUNDING < ask.needed * ask.total;
      const bool alone = last && k && tight && left + ROUNDING < ask.engine.gate_high * ask.total;
      if (too_little || alone) {
        // No new name can be covered from here on, but by its initials, or by this word alone if it is most of it.
        scan_first(p, s, alone);
        if (s.touched.size() * 8 < p.near->postings) {
          ask.unseen += p.weight;
          ask.unseen_name += p.near->heaviest;
        } else {
          scan_known(p, s);
        }
      } else {
        scan(p, s);
      }
      left -= p.weight;
    }
  }

  static void add(Tally& t, float of_query, float of_name) {
    t.of_query += of_query;
    t.of_name += of_name;
  }

  void scan(const Part& p, Scratch& s) const {
    const float weight = static_cast<float>(p.weight);
    if (p.near->postings <= FEW) {
      for (const auto& listed : p.near->listed) add(touch(s, listed.name), weight * listed.value, listed.weight);
      return;
    }
    for (const Near& near : p.near->words) {
      const float of_query = weight * static_cast<float>(near.value);
      const float of_name = static_cast<float>(near.weight * near.value);
      for (uint32_t name : index.names_of_word.at(near.word))
        if (name < s.tallies.size()) add(touch(s, name), of_query, of_name);
    }
  }

  // The names with initials, and, when it could be `alone`, those that a word could cover: they stand first among its names.
  void scan_first(const Part& p, Scratch& s, bool alone) const {
    for (const Near& near : p.near->words) {
      const Span names = index.names_of_word.at(near.word);
      const size_t count = std::min<size_t>(index.dominant.at(near.word), names.size);
      for (size_t i = 0; i < count; i++)
        if (names.data[i] < s.tallies.size() && (alone || index.name_initials.at(names.data[i]))) touch(s, names.data[i]);
    }
  }

  void scan_known(const Part& p, Scratch& s) const {
    const float weight = static_cast<float>(p.weight);
    if (p.near->postings <= FEW) {
      for (const auto& listed : p.near->listed)
        if (Tally& t = s.tallies[listed.name]; t.epoch == s.epoch) add(t, weight * listed.value, listed.weight);
      return;
    }
    for (const Near& near : p.near->words) {
      const float of_query = weight * static_cast<float>(near.value);
      const float of_name = static_cast<float>(near.weight * near.value);
      for (uint32_t name : index.names_of_word.at(near.word)) {
        if (name >= s.tallies.size()) continue;
        Tally& t = s.tallies[name];
        if (t.epoch == s.epoch) add(t, of_query, of_name);
      }
    }
  }

  // The words of the vocabulary that some words of a query, written as one, could be. Those of other scripts are kept: there
  // are many to compare with, since the signs of a Chinese or Korean name are few and may sound like much.
  const vector<uint32_t>& find_written_as_one(const Word& join, bool person, bool tied, Scratch& s) const {
    const bool kept = join.script != LATIN;
    if (kept) {
      make_cache_key(join, person, tied ? 'T' : 'J', s.key);
      if (const vector<uint32_t>* known = find(s.written_as_one, s.key)) return *known;
    }
    vector<uint32_t>& out = kept ? s.written_as_one[s.key] : s.joined;
    out.clear();
    make_join_keys(*tables->readings, join, true, true, s.keys);
    find_filed(s.keys, person, s);
    drop_unreadable(join, least_of_joined(join), s);
    for (uint32_t v : s.found)
      if (compare_joined(*tables->readings, join, index.word(v), person, tied, {&s.keys}) > 0) out.push_back(v);
    if (kept) s.cached += 256 + out.size() * sizeof(uint32_t);
    return out;
  }

  static void make_cache_key(const Word& w, bool person, char what, string& key) {
    key.assign({person ? 'p' : 'o', what, static_cast<char>('a' + w.script)});
    key += w.text;
    key += '\n';
    key += w.written;
  }

  void collect_joins(Ask& ask, Scratch& s) const {
    const KeyTable& joins = index.joins[ask.person];
    for (const Part& part : ask.parts)
      for (const auto& run : part.near->joined) touch_joined(s, run.name, run.weight, 1u << part.at, NAME_JOINS);
    OwnWord& own = s.room.join;
    each_run(ask.query.data(), ask.n, [&](Run run) {
      join_words(ask.query.data(), run, own);
      const Word join = own.view();
      const uint32_t joined = bits(run.start, run.stop);
      for (uint32_t v : find_written_as_one(join, ask.person, has_tie(ask.query.data(), run), s))
        for (uint32_t name : index.names_of_word.at(v)) touch_joined(s, name, index.weight_of(v), joined, QUERY_JOINS);
      if (!may_shift(ask.query.data(), run)) return;
      const int own_split = static_cast<int>(ask.query[run.start].text.size());
      s.keys.clear();
      for (int split = own_split - SHIFTED_BY; split <= own_split + SHIFTED_BY; split++)
        if (split != own_split && split > 0 && split < static_cast<int>(own.text.size()))
          s.keys.push_back(shift_key(own.text, split));
      joins.each_of(s.keys, [&](uint32_t name) { touch_joined(s, name, index.name_weight.at(name), joined, SHIFTS); });
    });
  }

 public:
  static bool may_shift(const Word* words, Run run) {
    if (run.stop - run.start != 2) return false;
    size_t letters = 0;
    for (int i = run.start; i < run.stop; i++) {
      if (words[i].script != LATIN || words[i].kind == NUMBER || words[i].kind == LEGAL) return false;
      letters += words[i].text.size();
    }
    return letters >= 6;
  }
  static uint32_t shift_key(string_view text, size_t split) {
    return hash_on(hash_on(hash_key('J', text.substr(0, split)), " "), text.substr(split));
  }

 private:
  // Leaves of the touched names those that could pass, rising. What is read of each is called up some names before.
  void sift(const Ask& ask, Scratch& s) const {
    auto& names = s.touched;
    names.erase(std::remove_if(names.begin(), names.end(), [&](uint32_t name) { return !could_cover(ask, s.tallies[name], name); }),
                names.end());
    size_t kept = 0;
    for (size_t from = 0; from < names.size(); from += AHEAD) {
      const size_t to = std::min(names.size(), from + AHEAD);
      for (size_t i = from; i < to; i++) {
        fetch(index.words_of_name.offsets, names[i]);
        fetch(index.name_weight, names[i]);
        fetch(index.name_silent, names[i]);
      }
      for (size_t i = from; i < to; i++) fetch(index.words_of_name.values, index.words_of_name.offsets.at(names[i]));
      for (size_t i = from; i < to; i++)
        for (uint32_t v : index.words_of_name.at(names[i]))
          if (v < s.marks.size()) fetch(Array<Mark>{s.marks.data(), s.marks.size()}, v);
      for (size_t i = from; i < to; i++)
        if (could_pass(ask, s, names[i])) names[kept++] = names[i];
    }
    names.resize(kept);
    std::sort(names.begin(), names.end());
  }

  double most_of_query(const Ask& ask, double initials) const {  // beyond the words that are looked for
    return ask.free + ask.cut + initials * INITIAL_LONG * HEAVIEST;
  }

  bool could_cover(const Ask& ask, const Tally& t, uint32_t name) const {
    if (t.joins) return true;
    const double more = ask.unseen + most_of_query(ask, index.name_initials.at(name));
    return (t.of_query + more) * 1.00001 >= ask.needed * ask.total;
  }

  bool could_pass(const Ask& ask, Scratch& s, uint32_t name) const {
    const Tally& t = s.tallies[name];
    const double initials = index.name_initials.at(name);
    const double more_q = most_of_query(ask, initials);
    if (static_cast<bool>(index.name_person.at(name)) != ask.person) return false;
    const double weight = index.name_weight.at(name), silent = index.name_silent.at(name);
    const double more_c = silent + ask.initials * INITIAL_LONG * HEAVIEST + (ask.cut > 0 ? HEAVIEST : 0.0);
    const double most_c = (t.of_name + ask.unseen_name) * 1.00001 + more_c;
    const double most_q = t.joins ? ask.total : (t.of_query + ask.unseen) * 1.00001 + more_q;
    if (std::max(most_q / ask.total, most_c / weight) + ROUNDING < ask.engine.gate_high) return false;
    if (most_c / weight + ROUNDING < ask.engine.gate_low) return false;
    double of_query = 0, of_name = 0, told = 0;
    exact_cover(ask, s, name, of_query, of_name, told);
    if (t.joins) of_name = most_c - more_c;
    auto reaches = [&](double more_of_query, double more_of_name, double more_told) {
      const double met_q = of_query + more_of_query, met_c = of_name + more_of_name;
      const double share_q = std::min(1.0, met_q / ask.total + ROUNDING), share_c = std::min(1.0, met_c / weight + ROUNDING);
      const double low = std::min(share_q, share_c), high = std::max(share_q, share_c);
      if (low < ask.engine.gate_low || high < ask.engine.gate_high) return false;
      if (low >= 1 - 1e-5) return true;
      double info = (std::min(met_q, ask.total) + std::min(met_c, weight)) / 2 + 0.3 * (ask.initials + initials);
      if (!t.joins) info = std::min(info, told + ask.told + more_told + 0.3 * initials);
      const double most = ask.engine.bias + ask.slack + ask.engine.points(COVER_HIGH, high) + ask.engine.points(COVER_LOW, low) +
                          ask.engine.points(INFO, std::min(INFO_CAP, info));
      return most + ROUNDING >= ask.least;
    };
    if (ask.cut <= 0) return reaches(more_q, more_c, 0);
    // The last word of the query may be met by its beginning: that is looked up only where it would matter.
    return reaches(more_q, more_c, most_info(ask.query[ask.n - 1])) &&
           (has_beginning(ask, name) || reaches(more_q - ask.cut, more_c - HEAVIEST, 0));
  }

  // Whether a word of the name begins as the last word of a query that may have been cut off.
  bool has_beginning(const Ask& ask, uint32_t name) const {
    for (uint32_t v : index.words_of_name.at(name))
      if (v < index.words() && is_beginning(ask.query[ask.n - 1], index.word(v))) return true;
    return false;
  }

  // The best that each word of either side could meet, one word at a time, and no more words of one side than of the other;
  // a word that could meet in a join meets in full.
  void exact_cover(const Ask& ask, const Scratch& s, uint32_t name, double& of_query, double& of_name, double& told) const {
    double best_q[MAX_TOKENS] = {}, told_q[MAX_TOKENS] = {}, best_c[MAX_TOKENS];
    int met_q = 0, met_c = 0;
    const Tally& t = s.tallies[name];
    for (uint32_t v : index.words_of_name.at(name)) {
      if (v >= s.marks.size() || s.marks[v].epoch != s.epoch) continue;
      const Likeness* row = s.rows.data() + s.marks[v].row;
      const double weight = index.weight_of(v);
      double best = 0;
      for (int i = 0; i < ask.n; i++) {
        best = std::max(best, row[i].value);
        best_q[i] = std::max(best_q[i], row[i].value);
        told_q[i] = std::max(told_q[i], (ask.query[i].weight + weight) * (row[i].value - 0.5));
      }
      if (best > 0 && met_c < static_cast<int>(MAX_TOKENS)) best_c[met_c++] = best * weight;
    }
    for (int i = 0; i < ask.n; i++) {
      if (t.joined >> i & 1) {
        of_query += ask.query[i].weight;
        told += told_q[i];
      } else if (best_q[i] > 0) {
        best_q[met_q] = best_q[i] * ask.query[i].weight;
        told_q[met_q++] = told_q[i];
      }
    }
    const int met = t.joins ? std::max(met_q, met_c) : std::min(met_q, met_c);
    of_query += sum_largest(best_q, met_q, met);
    told += sum_largest(told_q, met_q, met);
    of_name = sum_largest(best_c, met_c, met);
  }

  static double sum_largest(double* values, int count, int most) {
    if (most < count) std::partial_sort(values, values + most, values + count, std::greater<>());
    double sum = 0;
    for (int i = 0; i < std::min(count, most); i++) sum += values[i];
    return sum;
  }

  void score(const Ask& ask, Scratch& s, uint32_t name, vector<Score>& out) const {
    Word words[MAX_TOKENS];
    const int m = index.words_of(name, words);
    s.room.joins = s.tallies[name].joins;
    const double logit = weigh_names(
        *tables->readings, ask.engine, ask.query.data(), ask.n, words, m, ask.person, s.room, [&](int i, int j) -> Likeness {
          const Word &q = ask.query[i], &c = words[j];
          if (is_compared_directly(q, c, ask.looked >> i & 1)) return compare_pair(*tables, q, c, ask.person);
          const Mark& mark = s.marks[c.number];
          return mark.epoch == s.epoch ? s.rows[mark.row + i] : Likeness();
        });
    add(ask.engine, name, logit, ask.least, out);
  }

  // Tie words, initials and numbers are not looked for by their neighbours; comparing them costs nothing.
  static bool is_compared_directly(const Word& q, const Word& c, bool looked) {
    auto light = [](Kind k) { return k == INITIAL || k == PARTICLE || k == STOP || k == NUMBER; };
    return !looked || light(q.kind) || light(c.kind) || (q.kind == LEGAL && c.kind == LEGAL);
  }

  void add(const Engine& engine, uint32_t name, double logit, double least, vector<Score>& out) const {
    if (index.name_weak.at(name)) logit = std::min(logit, engine.weak_highest);
    if (logit >= least) out.push_back({name, logit});
  }
};

}  // namespace tocsin
