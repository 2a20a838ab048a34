// A query against an index: candidates by their words, bounded, then scored. Finds all that match/candidates.py finds.
#pragma once
#include <memory>
#include <mutex>

#include "analysis.hpp"
#include "scratch.hpp"

namespace tocsin {

constexpr int BUILD = 14;  // of the kernel: as match/kernel.py; another one where what passes between the two changes
constexpr double HEAVIEST = 1.15, DOMINANT_FROM = 0.70, ROUNDING = 1e-6;
constexpr size_t AHEAD = 32;         // names of which what is needed is called up together
constexpr size_t FEW = 256;          // postings of a word of a query that are kept side by side

class Finder {
 public:
  const Tables* tables = nullptr;
  Index index;
  uint32_t whole = WHOLE, block = BLOCK;

  void search(const vector<Word>& query, const Engine& engine, bool person, double least, Scratch& s, vector<Score>& out) const {
    out.clear();
    const int n = static_cast<int>(query.size());
    if (!n || !index.names()) return;
    s.prepare(index);
    Ask ask{query, engine, person, least, n};
    prepare(ask, s);
    collect(ask, s);
    for (const Scratch::Passed& passed : s.passed) score(ask, s, passed, out);
    s.room.joins = QUERY_JOINS | NAME_JOINS;
  }

  // Every listed name against the query: what `search` must find, for tests. Only words are not compared twice.
  void search_all(const vector<Word>& query, const Engine& engine, bool person, double least, Scratch& s, vector<Score>& out) const {
    out.clear();
    const int n = static_cast<int>(query.size());
    if (!n) return;
    s.prepare(index);
    Word words[MAX_TOKENS];
    for (uint32_t name = 0; name < index.names(); name++) {
      if (static_cast<bool>(index.name_person.at(name)) != person) continue;
      const int m = index.words_of(name, words);
      for (int j = 0; j < m; j++) {
        Mark& mark = s.marks[words[j].number];
        if (mark.epoch == s.epoch) continue;
        mark = {s.epoch, static_cast<uint32_t>(s.rows.size()) / static_cast<uint32_t>(n)};
        for (const Word& w : query) s.rows.push_back(compare_pair(*tables, w, words[j], person));
      }
      const double logit = weigh_names(*tables->readings, engine, query.data(), n, words, m, person, s.room,
                                       [&](int i, int j) { return row_of(s, s.marks[words[j].number], n)[i]; });
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
    double total = 0, free = 0, slack = 0;
    double unseen = 0, unseen_name = 0;  // what words could cover of the query, and of a name, whose names were not read now
    double told = 0;      // the most that words which are not looked for could tell
    double needed = 0;    // the share of the query that a name must cover, joins aside
    bool tight = false;   // whether no name can pass that meets one word alone, unless that is most of either
    int initials = 0;
    uint32_t looked = 0;  // bits of the query's words that are looked for
    vector<Part> parts = {};
    vector<std::pair<uint32_t, uint32_t>> begun = {};  // for each initial the words of the vocabulary that begin so: from, to
  };

  void prepare(Ask& ask, Scratch& s) const {
    bool any = false;
    for (const Word& w : ask.query) {
      if (w.is_silent()) ask.told += most_info(w);
      ask.total += w.weight;
      if (w.is_silent()) ask.free += w.weight;
      if (w.kind == INITIAL) {
        ask.initials++;
        ask.begun.push_back(find_begun(w.text));
      }
      any = any || !w.is_silent() || may_be_misspelt(w);
    }
    for (int f = 0; f < FEATURES; f++) {
      if (f == COVER_HIGH || f == COVER_LOW || f == INFO || f == READING) continue;
      double most = 0;
      for (const auto& step : ask.engine.steps[f]) most = std::max(most, step.second);
      ask.slack += most;
    }
    ask.slack += ask.engine.points(READING, ask.person ? 0.5 : 1.0);
    ask.needed = find_needed(ask);
    ask.tight = !ask.initials && ask.engine.gate_high >= DOMINANT_FROM;
    for (int i = 0; i < ask.n; i++) {
      const Word& w = ask.query[i];
      if (any && w.is_silent() && !may_be_misspelt(w)) continue;
      ask.looked |= 1u << i;
      const Nearby& found = find_near(w, ask.person, i + 1 == ask.n && is_cut(ask.query.data(), ask.n), s);
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
      mark = {s.epoch, static_cast<uint32_t>(s.weights.size())};
      s.weights.push_back(near.weight);
      s.rows.resize(s.rows.size() + n);
    }
    s.rows[mark.row * static_cast<size_t>(n) + i] = {near.value, near.rule};
  }
  // The likenesses of a word to the `n` words of the query.
  static const Likeness* row_of(const Scratch& s, const Mark& mark, int n) { return s.rows.data() + mark.row * static_cast<size_t>(n); }

  // The likenesses of a word of a query; of one that may have been `cut` off, to the words that begin with it too.
  const Nearby& find_near(const Word& w, bool person, bool cut, Scratch& s) const {
    make_cache_key(w, person, static_cast<char>((cut ? 'k' : 'a') + w.kind), s.key);
    if (const Nearby* known = find(s.cache, s.key)) return *known;
    Nearby& nearby = s.cache[s.key];
    make_keys(*tables->readings, w, true, s.keys);
    find_filed(s.keys, person, s);
    const bool form = may_be_misspelt(w);
    const Pattern fold(w.fold), text(w.text);
    const uint32_t hints = make_hints(w);
    if (w.script == LATIN) {
      for (uint32_t v : s.found) fetch(index.records, v);
      s.found.erase(std::remove_if(s.found.begin(), s.found.end(),
                                   [&](uint32_t v) { return !could_be_alike(w, hints, index.records.data[v]); }),
                    s.found.end());
    }
    keep_readable(w, 0, s);
    for (uint32_t v : s.found) fetch(index.data, index.records.data[v].offset);
    const Spelt* own = w.script == LATIN ? nullptr : &spell(*tables->readings, w);  // nothing else is spelt meanwhile
    for (uint32_t v : s.found) {
      const Word word = index.word(v);
      if (form && word.kind != NAME) continue;
      const Nearness near = is_alike(*tables->readings, w, word, fold, text) ? NEAR : FAR;
      const Likeness like = compare_pair(*tables, w, word, person, near, w.script == LATIN && word.script != LATIN ? &spelt_of(v, s) : own);
      if (like.value <= 0) continue;
      const uint32_t names = static_cast<uint32_t>(index.names_of_word.at(v).size);
      nearby.words.push_back({v, names, like.value, word.weight, like.rule});
    }
    if (cut) find_cut(w, nearby.words);
    for (const Near& near : nearby.words) {
      nearby.postings += near.names;
      nearby.heaviest = std::max(nearby.heaviest, near.weight);
    }
    find_joined(w, person, s, nearby.joined);
    if (nearby.postings <= FEW)
      for (const Near& near : nearby.words) {
        const uint32_t* const later = first_of(near.word).end();
        const Span names = index.names_of_word.at(near.word);
        for (const uint32_t* name = names.begin(); name != names.end(); name++)
          if (*name < index.names())
            nearby.listed.push_back({*name, static_cast<float>(near.value), static_cast<float>(near.weight * near.value), name < later});
      }
    s.cached += 256 + nearby.words.size() * sizeof(Near) + (nearby.joined.size() + nearby.listed.size()) * sizeof(Nearby::Posting);
    return nearby;
  }

  // The words of the vocabulary that begin with some letters: they stand together, since it is in the order of its texts.
  std::pair<uint32_t, uint32_t> find_begun(string_view letters) const {
    auto find_first = [&](auto&& is_before) {
      uint32_t from = 0, left = static_cast<uint32_t>(index.words());
      while (left) {
        const uint32_t half = left / 2;
        if (is_before(index.text_of(from + half))) from += half + 1, left -= half + 1;
        else left = half;
      }
      return from;
    };
    return {find_first([&](string_view text) { return text < letters; }),
            find_first([&](string_view text) { return text.substr(0, letters.size()) <= letters; })};
  }

  // The words that begin with the last one of a query, which may have been cut off; `near` holds those that it is like, rising.
  void find_cut(const Word& w, vector<Near>& near) const {
    if (w.text.size() < 2) return;
    const size_t alike = near.size();
    const auto [from, to] = find_begun(w.text);
    for (uint32_t v = from; v < to; v++) {
      const Word word = index.word(v);
      if (!is_beginning(w, word)) continue;
      const auto known = std::lower_bound(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(alike), v,
                                          [](const Near& n, uint32_t number) { return n.word < number; });
      if (known == near.begin() + static_cast<std::ptrdiff_t>(alike) || known->word != v)
        near.push_back({v, static_cast<uint32_t>(index.names_of_word.at(v).size), CUT, word.weight, CUT_OFF});
      else if (known->value < CUT)
        known->value = CUT, known->rule = CUT_OFF;
    }
  }

  // The names some words of which, written as one, could be this word.
  void find_joined(const Word& w, bool person, Scratch& s, vector<Nearby::Posting>& out) const {
    if (!is_joinable(w)) return;
    make_join_keys(*tables->readings, w, true, false, s.keys);
    s.found.clear();
    index.joins[person].each_of(s.keys, [&](uint32_t run) {
      fetch(index.run_letters, run);
      s.found.push_back(run);
    });
    Spelt spelt;  // of its own: what `spell` gives may be dropped while others are spelt
    if (w.script != LATIN) spelt = spell(*tables->readings, w);
    if (!spelt.ways.empty()) drop_unreadable_runs(w, spelt, s);
    std::sort(s.found.begin(), s.found.end());
    s.found.erase(std::unique(s.found.begin(), s.found.end()), s.found.end());
    for (uint32_t run : s.found) fetch(index.words_of_run.values, index.words_of_run.offsets.at(run));
    for (uint32_t run : s.found)
      for (uint32_t v : index.words_of_run.at(run)) fetch(index.records, v);
    make_join_keys(*tables->readings, w, false, false, s.keys);
    const JoinKeys known{nullptr, &s.keys, w.script == LATIN ? nullptr : &spelt};
    Word words[MAX_TOKENS];
    for (uint32_t run : s.found) {
      const Run all{0, index.read_words(index.words_of_run.at(run), words)};
      bool joined = false;
      if (all.stop < 2) continue;
      const float alike = static_cast<float>(compare_run(*tables->readings, words, all, w, person, s.room.join, joined, known));
      if (alike <= 0) continue;
      for (uint32_t name : index.names_of_run.at(run)) out.push_back({name, alike, static_cast<float>(s.room.join.weight) * alike});
    }
  }

  // Drops, of the runs found for a word of another script, those of Latin words that cannot be what it is read as.
  void drop_unreadable_runs(const Word& w, const Spelt& spelt, Scratch& s) const {
    const double share = least_share(JOIN_LEAST_LONG, w.is_syllabic());
    const Letters own = tables->readings->count_letters(w.text);
    s.found.erase(std::remove_if(s.found.begin(), s.found.end(),
                                 [&](uint32_t run) {
                                   const uint64_t packed = index.run_letters.at(run);
                                   if (!packed) return false;
                                   const Letters letters = tables->readings->unpack_letters(packed);
                                   if (letters.size == own.size && letters.mask == own.mask) return false;  // it may be written the same
                                   return !spelt.could_gain(*tables->readings, letters, share);
                                 }),
                  s.found.end());
  }

  // What a word of the vocabulary is at first sight, found out once.
  const Glance& glance_at(uint32_t v, Scratch& s) const {
    Glance& known = s.glances[v];
    if (!known.what) {
      const WordRecord& r = index.records.data[v];
      known.letters = tables->readings->count_letters(index.text_of(v));
      known.what = Glance::KNOWN;
      if (r.script == LATIN && is_spelt(static_cast<Kind>(r.kind & 7))) known.what |= Glance::READS;
      if (r.families) known.what |= Glance::FAMILIES;
      if (r.nicks) known.what |= Glance::NICKS;
    }
    return known;
  }

  const Spelt& spelt_of(uint32_t v, Scratch& s) const {
    std::unique_ptr<Spelt>& known = s.spelt[v];
    if (!known) {
      const Word word = index.word(v);
      known = std::make_unique<Spelt>();
      known->assign(*tables->readings, word.text, word.written, word.script);
      s.spelt_count++;
    }
    return *known;
  }
  static bool is_spelt(Kind kind) { return kind == NAME || kind == BINDER || kind == TITLE; }

  // Drops, of the words found for a Latin one, those of other scripts that cannot be read so.
  void drop_unread(const Word& w, double least, Scratch& s) const {
    if (!is_spelt(w.kind)) return;
    const Letters letters = tables->readings->count_letters(w.text);
    auto is_unread = [&](uint32_t v) {
      const WordRecord& r = index.records.data[v];
      if (r.script == LATIN || !is_spelt(static_cast<Kind>(r.kind & 7)) || !tables->readings->find_units(r.script)) return false;
      if ((w.n_families && r.families) || (w.n_nicks && r.nicks) || index.text_of(v) == w.text) return false;
      const bool is_syllabic = r.script == HAN || r.script == HANGUL;
      return !spelt_of(v, s).could_gain(*tables->readings, letters, least_share(least, is_syllabic));
    };
    s.found.erase(std::remove_if(s.found.begin(), s.found.end(), is_unread), s.found.end());
  }

  // Drops, of the words found for one of another script, the Latin ones that cannot be what it is read as, and puts them in
  // order. Their letters are asked first: most words of a large vocabulary go no further.
  void drop_unreadable(const Word& w, double least, Scratch& s) const {
    const Spelt& spelt = spell(*tables->readings, w);
    const size_t ways = is_spelt(w.kind) ? spelt.ways.size() : 0;
    if (!ways) {
      std::sort(s.found.begin(), s.found.end());
      return;
    }
    const Letters own = tables->readings->count_letters(w.text);
    const uint8_t known = static_cast<uint8_t>((w.n_families ? Glance::FAMILIES : 0) | (w.n_nicks ? Glance::NICKS : 0));
    auto is_asked = [&](uint32_t v, const Glance& g) {
      if (!(g.what & Glance::READS) || (g.what & known)) return false;
      return g.letters.size != own.size || g.letters.mask != own.mask || index.text_of(v) != w.text;
    };
    const double share = least_share(least, w.is_syllabic());
    if (s.walks.size() < ways) s.walks.resize(ways);
    for (size_t k = 0; k < ways; k++) s.walks[k].begin(*tables->readings, spelt.ways[k], spelt.ways[k].least_gain(share));
    for (uint32_t v : s.found) fetch(Array<Glance>{s.glances.data(), s.glances.size()}, v);
    s.readable.clear();
    size_t end = 0;  // of what is used of `rests`
    for (uint32_t v : s.found) {
      Scratch::Readable readable{v, 0, end};
      if (const Glance& glance = glance_at(v, s); is_asked(v, glance)) {
        const Letters& letters = glance.letters;
        const Needs::Lacking lacking(letters);
        if (s.rests.size() < end + ways * (MOST_UNITS + 1)) s.rests.resize(2 * s.rests.size() + ways * (MOST_UNITS + 1));
        for (size_t k = 0; k < ways; k++) {
          const Way& way = spelt.ways[k];
          if (!way.tells_enough(*tables->readings, letters, s.walks[k].least())) continue;
          if (!way.reads_enough(*tables->readings, letters, lacking, s.walks[k].least(), &s.rests[end])) continue;
          readable.ways |= 1u << k;
          end += way.cut.size() + 1;
        }
        if (!readable.ways) continue;
      }
      fetch(index.data, index.records.data[v].offset);
      s.readable.push_back(readable);
    }
    std::sort(s.readable.begin(), s.readable.end(), [](const auto& a, const auto& b) { return a.word < b.word; });
    s.found.clear();
    string_view before;
    for (const Scratch::Readable& readable : s.readable) {
      const string_view text = index.text_of(readable.word);
      const size_t same = static_cast<size_t>(std::mismatch(text.begin(), text.end(), before.begin(), before.end()).first - text.begin());
      before = text;
      for (size_t k = 0; k < ways; k++) s.walks[k].part_from_last(same);
      bool is_read = !readable.ways;
      size_t at = readable.rests;
      for (uint32_t left = readable.ways; left && !is_read; left &= left - 1) {
        const size_t k = static_cast<size_t>(std::countr_zero(left));
        is_read = s.walks[k].gains_enough(text, &s.rests[at]);
        at += spelt.ways[k].cut.size() + 1;
      }
      if (is_read) s.found.push_back(readable.word);
    }
  }

  // Drops, of the words found for another one, those that could not be a reading of it, nor it of them, and puts them in order.
  void keep_readable(const Word& w, double least, Scratch& s) const {
    if (w.script != LATIN) return drop_unreadable(w, least, s);
    drop_unread(w, least, s);
    std::sort(s.found.begin(), s.found.end());
  }

  // The words of the vocabulary under any of these keys into `found`.
  void find_filed(const vector<uint32_t>& keys, bool person, Scratch& s) const {
    s.found.clear();
    if (++s.look == 0) s.seen.assign(index.words(), s.look++);
    index.keys[person].each_of(keys, [&](uint32_t v) {
      if (v >= index.words() || s.seen[v] == s.look) return;
      s.seen[v] = s.look;
      s.found.push_back(v);
    });
  }

  // Whether a word could be like another one, as far as its record tells; its letters stand elsewhere.
  static bool could_be_alike(const Word& w, uint32_t hints, const WordRecord& r) {
    if (!is_spelt(w.kind) || !is_spelt(static_cast<Kind>(r.kind & 7)) || w.script != LATIN || r.script != LATIN) return true;
    if ((w.n_families && r.families) || (w.n_nicks && r.nicks) || hints >> 22 == r.hints >> 22) return true;
    const int most = most_edits(std::min<size_t>(w.fold.size(), r.fold));
    auto within = [most](size_t a, size_t b, uint32_t letters, uint32_t others) {
      return std::abs(static_cast<int>(a) - static_cast<int>(b)) <= most && least_edits(letters, others) <= most;
    };
    return within(w.fold.size(), r.fold, hints & 2047, r.hints & 2047) ||
           within(w.text.size(), r.text, hints >> 11 & 2047, r.hints >> 11 & 2047);
  }

  // Where the names that words of a query meet are read: all of them, or only so far as they could matter.
  enum Reach : uint8_t { ALL, FIRST, KNOWN };  // FIRST: those that a word could cover alone, and those touched before

  // Which names could pass, with the joins to look for, into `passed`, rising.
  void collect(Ask& ask, Scratch& s) const {
    collect_joins(ask, s);
    s.tallies.forget();
    vector<Reach> reaches;
    double left = ask.free;
    for (const Part& p : ask.parts) left += p.weight;
    for (size_t k = 0; k < ask.parts.size(); k++) {
      const bool last = k + 1 == ask.parts.size();
      const bool too_little = left + ROUNDING < ask.needed * ask.total;
      const bool alone = last && k && ask.tight && left + ROUNDING < ask.engine.gate_high * ask.total;
      // No new name can be covered from here on, but by its initials, or by this word alone if it is most of it.
      reaches.push_back(too_little ? KNOWN : alone ? FIRST : ALL);
      left -= ask.parts[k].weight;
    }
    const uint32_t names = static_cast<uint32_t>(index.names());
    const uint32_t size = names <= whole ? names : block;
    const size_t blocks = (names + size_t{size} - 1) / size;
    auto join = s.touched_joined.cbegin();
    if (blocks > 1) {
      std::sort(s.touched_joined.begin(), s.touched_joined.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
      s.calendar.begin(ask.parts.size(), blocks, size);
      for (size_t k = 0; k < ask.parts.size(); k++)
        each_source(ask, k, reaches[k], s, [&](const Source& source) { s.calendar.add(k, source); });
    }
    for (size_t at = 0; at < blocks; at++) {
      const uint32_t from = static_cast<uint32_t>(at * size), to = std::min(names, from + size);
      s.tallies.begin(from, to);
      for (; join != s.touched_joined.cend() && (blocks == 1 || join->name < to); ++join)
        if (Tally* t = s.tallies.touch(join->name)) {
          t->of_name += join->of_name;
          t->alike = std::max(t->alike, join->alike);
          t->joined |= join->joined;
          t->joins |= join->joins;
        }
      ask.unseen = ask.unseen_name = 0;
      for (size_t k = 0; k < ask.parts.size(); k++) {
        if (blocks == 1) scan(ask, k, reaches[k], s);
        else if (s.calendar.has(k, at)) scan_block(ask, k, reaches[k], at, blocks, s);
      }
      sift(ask, s);
    }
  }

  // All names of the words that a word of the query may be.
  void scan(Ask& ask, size_t part, Reach reach, Scratch& s) const {
    const Part& p = ask.parts[part];
    if (reach != ALL) scan_first(p, reach == FIRST, s);
    const bool all = reach == ALL;
    if (!all && s.tallies.count() * 8 < p.near->postings) return leave_unseen(ask, p, s);
    auto add = [&](uint32_t name, const Source& source) {
      if (Tally* t = all ? s.tallies.touch(name) : s.tallies.find(name)) t->add(source);
    };
    if (p.near->postings <= FEW) {
      for (const auto& listed : p.near->listed) add(listed.name, make_source(ask, part, listed.value, listed.weight, {}, listed.first));
      return;
    }
    each_source(ask, part, reach, s, [&](const Source& source) {
      for (const uint32_t* name = source.at; name != source.end; name++) {
        if (source.number) s.tallies.wait(*name, source);
        else add(*name, source);
      }
    });
  }

  // `of_name`: how much of each name the word is, as far as it is met.
  Source make_source(const Ask& ask, size_t part, double value, double of_name, Span names, bool first) const {
    const Part& p = ask.parts[part];
    const bool enough = first || !ask.tight || p.weight + ask.free + ROUNDING >= ask.engine.gate_high * ask.total;
    const float of_query = static_cast<float>(p.weight) * static_cast<float>(value);
    return {names.begin(), names.end(), of_query, static_cast<float>(of_name), first, enough ? Tally::ENOUGH : static_cast<uint8_t>(part + 1)};
  }

  // The names of the words that a word of the query may be; first those that each could cover alone. Where they are `ALL` read,
  // the others may wait.
  template <class Do>
  void each_source(const Ask& ask, size_t part, Reach reach, Scratch& s, Do&& act) const {
    for (const Near& near : ask.parts[part].near->words) {
      const Span names = index.names_of_word.at(near.word), first = first_of(near.word);
      act(make_source(ask, part, near.value, near.weight * near.value, first, true));
      Source later = make_source(ask, part, near.value, near.weight * near.value, {first.end(), names.size - first.size}, false);
      if (reach == ALL && later.part != Tally::ENOUGH) s.tallies.enter(later);
      act(later);
    }
  }

  static void leave_unseen(Ask& ask, const Part& p, Scratch& s) {
    s.tallies.list_waiting();
    ask.unseen += p.weight;
    ask.unseen_name += p.near->heaviest;
  }

  // The names with initials, and, when it could be `alone`, those that a word could cover: they stand first among its names.
  void scan_first(const Part& p, bool alone, Scratch& s) const {
    for (const Near& near : p.near->words)
      for (uint32_t name : first_of(near.word))
        if (alone || index.name_initials.at(name)) s.tallies.touch(name);
  }
  Span first_of(uint32_t word) const {
    const Span names = index.names_of_word.at(word);
    return {names.data, std::min<size_t>(index.dominant.at(word), names.size)};
  }

  void scan_block(Ask& ask, size_t part, Reach reach, size_t at, size_t blocks, Scratch& s) const {
    const uint64_t to = (at + 1) * uint64_t{block};
    const Part& p = ask.parts[part];
    const bool all = reach == ALL, skipped = !all && s.tallies.count() * 8 * blocks < p.near->postings;
    s.calendar.each(part, at, [&](Source& source) {
      if (skipped && !source.first) {
        source.at = std::lower_bound(source.at, source.end, to);
        return;
      }
      for (; source.at < source.end && *source.at < to; source.at++) {
        const uint32_t name = *source.at;
        const bool touches = all || (source.first && (reach == FIRST || index.name_initials.at(name)));
        if (source.number) s.tallies.wait(name, source);
        else if (Tally* t = touches ? s.tallies.touch(name) : s.tallies.find(name)) t->add(source);
      }
    });
    if (skipped) leave_unseen(ask, p, s);
  }

  // The words of the vocabulary that some words of a query, written as one, could be. Those of other scripts are kept: there
  // are many to compare with, since the signs of a Chinese or Korean name are few and may sound like much.
  const vector<Scratch::WrittenAsOne>& find_written_as_one(const Word& join, bool person, bool tied, Scratch& s) const {
    const bool kept = join.script != LATIN;
    if (kept) {
      make_cache_key(join, person, static_cast<char>((tied ? 'T' : 'J') + (join.is_fused() ? 'a' - 'A' : 0)), s.key);
      if (const auto* known = find(s.written_as_one, s.key)) return *known;
    }
    vector<Scratch::WrittenAsOne>& out = kept ? s.written_as_one[s.key] : s.joined;
    out.clear();
    make_join_keys(*tables->readings, join, true, true, s.keys);
    find_filed(s.keys, person, s);
    if (join.script == LATIN) {
      auto differs = [&](uint32_t v) {
        const WordRecord& r = index.records.data[v];
        return r.script == LATIN && !may_be_one(join.text.size(), r.text);
      };
      s.found.erase(std::remove_if(s.found.begin(), s.found.end(), differs), s.found.end());
    }
    keep_readable(join, least_of_joined(join), s);
    for (uint32_t v : s.found)
      if (const double alike = compare_joined(*tables->readings, join, index.word(v), person, tied, {&s.keys}); alike > 0)
        out.push_back({v, alike});
    if (kept) s.cached += 256 + out.size() * sizeof(Scratch::WrittenAsOne);
    return out;
  }

  static void make_cache_key(const Word& w, bool person, char what, string& key) {
    key.assign({person ? 'p' : 'o', what, static_cast<char>('a' + w.script)});
    key += w.text;
    key += '\n';
    key += w.written;
  }

  // `of_name`: what is covered of the name by a join that is so alike.
  static void touch_joined(Scratch& s, uint32_t name, double of_name, double alike, uint32_t words, uint8_t joins) {
    s.touched_joined.push_back({name, static_cast<float>(of_name), static_cast<float>(alike), static_cast<uint16_t>(words), joins});
  }

  void collect_joins(const Ask& ask, Scratch& s) const {
    const KeyTable& joins = index.joins[ask.person];
    for (const Part& part : ask.parts)
      for (const auto& run : part.near->joined) touch_joined(s, run.name, run.weight, run.value, 1u << part.at, NAME_JOINS);
    OwnWord& own = s.room.join;
    each_run(ask.query.data(), ask.n, [&](Run run) {
      join_words(ask.query.data(), run, own);
      const Word join = own.view();
      const uint32_t joined = bits(run.start, run.stop);
      for (const auto& [v, alike] : find_written_as_one(join, ask.person, has_tie(ask.query.data(), run), s))
        for (uint32_t name : index.names_of_word.at(v)) touch_joined(s, name, index.weight_of(v) * alike, alike, joined, QUERY_JOINS);
      if (!may_shift(ask.query.data(), run)) return;
      const int own_split = static_cast<int>(ask.query[run.start].text.size());
      s.keys.clear();
      for (int split = own_split - SHIFTED_BY; split <= own_split + SHIFTED_BY; split++)
        if (split != own_split && split > 0 && split < static_cast<int>(own.text.size()))
          s.keys.push_back(shift_key(own.text, split));
      joins.each_of(s.keys, [&](uint32_t shifted) {
        for (uint32_t name : index.names_of_run.at(shifted)) touch_joined(s, name, index.name_weight.at(name), 1, joined, SHIFTS);
      });
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
  // The touched names that could pass. What is read of each is called up some names before.
  void sift(const Ask& ask, Scratch& s) const {
    auto& names = s.tallies.touched();
    if (ask.tight && ask.unseen == 0) {
      auto meets_too_little = [&](uint32_t name) {
        const Tally& t = s.tallies.of(name);
        return t.met != Tally::ENOUGH && !t.joins;
      };
      names.erase(std::remove_if(names.begin(), names.end(), meets_too_little), names.end());
    }
    size_t kept = 0;
    for (size_t i = 0; i < names.size(); i++) {
      if (i + AHEAD < names.size()) {
        const uint32_t later = names[i + AHEAD];
        fetch(index.name_initials, later);
        fetch(index.name_person, later);
        fetch(index.name_weight, later);
        fetch(index.name_silent, later);
      }
      const uint32_t name = names[i];
      const Tally& t = s.tallies.of(name);
      if (could_cover(ask, t, name) && could_open(ask, t, name)) names[kept++] = name;
    }
    names.resize(kept);
    const size_t before = s.passed.size();
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
        if (const Tally& t = s.tallies.of(names[i]); could_pass(ask, s, names[i], t)) s.passed.push_back({names[i], t.joins});
    }
    std::sort(s.passed.begin() + static_cast<std::ptrdiff_t>(before), s.passed.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  double most_of_query(const Ask& ask, double initials) const {  // beyond the words that are looked for
    return ask.free + initials * INITIAL_LONG * HEAVIEST;
  }

  bool could_cover(const Ask& ask, const Tally& t, uint32_t name) const {
    if (t.joins) return true;
    const double more = ask.unseen + most_of_query(ask, index.name_initials.at(name));
    return (t.of_query + more) * 1.00001 >= ask.needed * ask.total;
  }

  // The most that could be covered of a name, beyond what of its words is met and with it.
  double most_of_name(const Ask& ask, uint32_t name) const {
    return index.name_silent.at(name) + ask.initials * INITIAL_LONG * HEAVIEST;
  }
  double most_of_name(const Ask& ask, const Tally& t, uint32_t name) const {
    return (t.of_name + ask.unseen_name) * 1.00001 + most_of_name(ask, name);
  }

  // Whether the gates of the engine could open for a name, as far as its tally tells.
  bool could_open(const Ask& ask, const Tally& t, uint32_t name) const {
    if (static_cast<bool>(index.name_person.at(name)) != ask.person) return false;
    const double more_q = most_of_query(ask, index.name_initials.at(name));
    const double most_q = (t.of_query + ask.unseen + weigh_joined(ask, t) * t.alike) * 1.00001 + more_q;
    const double most_c = most_of_name(ask, t, name), weight = index.name_weight.at(name);
    if (std::max(most_q / ask.total, most_c / weight) + ROUNDING < ask.engine.gate_high) return false;
    return most_c / weight + ROUNDING >= ask.engine.gate_low;
  }

  // What the words of the query weigh that could meet in a join.
  static double weigh_joined(const Ask& ask, const Tally& t) {
    double sum = 0;
    for (uint32_t left = t.joined; left; left &= left - 1) sum += ask.query[static_cast<size_t>(std::countr_zero(left))].weight;
    return sum;
  }

  bool could_pass(const Ask& ask, const Scratch& s, uint32_t name, const Tally& t) const {
    const double initials = index.name_initials.at(name), weight = index.name_weight.at(name);
    const double more_q = most_of_query(ask, initials);
    double more_c = most_of_name(ask, name);
    double of_query = 0, of_name = 0, told = 0;
    exact_cover(ask, s, name, t, of_query, of_name, told);
    if (t.joins) of_name = most_of_name(ask, t, name) - more_c;
    if (ask.initials) more_c = index.name_silent.at(name) + most_begun(ask, name);
    const double told_joined = t.joins ? (weigh_joined(ask, t) + weight) * std::max(0.0, t.alike * 1.00001 - 0.5) : 0;
    auto reaches = [&](double more_of_query, double more_of_name) {
      const double met_q = of_query + more_of_query, met_c = of_name + more_of_name;
      const double share_q = std::min(1.0, met_q / ask.total + ROUNDING), share_c = std::min(1.0, met_c / weight + ROUNDING);
      const double low = std::min(share_q, share_c), high = std::max(share_q, share_c);
      if (low < ask.engine.gate_low || high < ask.engine.gate_high) return false;
      if (low >= 1 - 1e-5) return true;
      double info = (std::min(met_q, ask.total) + std::min(met_c, weight)) / 2 + 0.3 * (ask.initials + initials);
      info = std::min(info, told + told_joined + ask.told + 0.3 * initials);
      const double most = ask.engine.bias + ask.slack + ask.engine.points(COVER_HIGH, high) + ask.engine.points(COVER_LOW, low) +
                          ask.engine.points(INFO, std::min(INFO_CAP, info));
      return most + ROUNDING >= ask.least;
    };
    return reaches(more_q, more_c);
  }

  // The most that the initials of a query could cover of a name: of words that begin so.
  double most_begun(const Ask& ask, uint32_t name) const {
    double sum = 0;
    for (const auto& [from, to] : ask.begun) {
      double most = 0;
      for (uint32_t v : index.words_of_name.at(name)) {
        if (v < from || v >= to) continue;
        const double weight = index.weight_of(v);
        most = std::max(most, weight * (weight < weight_of_kind(INITIAL) ? INITIAL_SHORT : INITIAL_LONG));
      }
      sum += most;
    }
    return sum;
  }

  // The best that each word of either side could meet, one word at a time, and no more words of one side than of the other;
  // a word that could meet in a join meets as the likest of them.
  void exact_cover(const Ask& ask, const Scratch& s, uint32_t name, const Tally& t, double& of_query, double& of_name, double& told) const {
    double best_q[MAX_TOKENS] = {}, told_q[MAX_TOKENS] = {}, best_c[MAX_TOKENS];
    int met_q = 0, met_c = 0;
    for (uint32_t v : index.words_of_name.at(name)) {
      if (v >= s.marks.size() || s.marks[v].epoch != s.epoch) continue;
      const Likeness* row = row_of(s, s.marks[v], ask.n);
      const double weight = s.weights[s.marks[v].row];
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
        of_query += ask.query[i].weight * std::max<double>(best_q[i], t.alike * 1.00001);
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

  void score(const Ask& ask, Scratch& s, const Scratch::Passed& passed, vector<Score>& out) const {
    Word words[MAX_TOKENS];
    const int m = index.words_of(passed.name, words);
    s.room.joins = static_cast<uint8_t>(passed.joins);
    const double logit = weigh_names(
        *tables->readings, ask.engine, ask.query.data(), ask.n, words, m, ask.person, s.room, [&](int i, int j) -> Likeness {
          const Word &q = ask.query[i], &c = words[j];
          if (is_compared_directly(q, c, ask.looked >> i & 1)) return compare_pair(*tables, q, c, ask.person);
          const Mark& mark = s.marks[c.number];
          return mark.epoch == s.epoch ? row_of(s, mark, ask.n)[i] : Likeness();
        });
    add(ask.engine, passed.name, logit, ask.least, out);
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
