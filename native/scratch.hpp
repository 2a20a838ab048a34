// What a search writes down while it works: kept from one query to the next, one for each thread.
#pragma once
#include "index.hpp"

namespace tocsin {

constexpr size_t CACHED = 64 << 20;  // bytes that a thread keeps of what it knows of words of queries
constexpr size_t MOST_SPELT_WORDS = 20000;  // of the vocabulary that are kept as they are spelt
constexpr uint32_t WHOLE = 1 << 17;  // names that are tallied in one go, and
constexpr uint32_t BLOCK = 1 << 17;  // of more than these so many at once, so that their tallies stay near the processor

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
  float alike = 0;      // how alike the likest join is, at most,
  uint16_t joined = 0;  // bits of the query's words that could meet in one,
  uint16_t joins = 0;   // and which joins these are: `QUERY_JOINS`, `NAME_JOINS`, `SHIFTS`

  void add(float query, float name) {
    of_query += query;
    of_name += name;
  }
};

// The tallies of some names that follow each other.
class Tallies {
 public:
  void begin(uint32_t from, uint32_t to) {
    from_ = from;
    if (tallies_.size() < to - from || epoch_ == UINT32_MAX) {
      tallies_.assign(std::max<size_t>(tallies_.size(), to - from), Tally());
      epoch_ = 0;
    }
    size_ = to - from;
    epoch_++;
    touched_.clear();
  }
  // Of a name that was touched; null for others.
  Tally* find(uint32_t name) {
    const uint32_t at = name - from_;  // more than there are for a name before the first
    return at < size_ && tallies_[at].epoch == epoch_ ? &tallies_[at] : nullptr;
  }
  const Tally& of(uint32_t touched) const { return tallies_[touched - from_]; }
  // Null for a name that is none of these.
  Tally* touch(uint32_t name) {
    const uint32_t at = name - from_;
    if (at >= size_) return nullptr;
    Tally& t = tallies_[at];
    if (t.epoch != epoch_) {
      t = {epoch_, 0, 0, 0, 0, 0};
      touched_.push_back(name);
    }
    return &t;
  }
  // The names that were touched; rising where they are many.
  vector<uint32_t>& touched() {
    if (touched_.size() < size_ / 16) return touched_;
    touched_.clear();
    for (uint32_t at = 0; at < size_; at++)
      if (tallies_[at].epoch == epoch_) touched_.push_back(from_ + at);
    return touched_;
  }
  size_t count() const { return touched_.size(); }

 private:
  vector<Tally> tallies_;
  vector<uint32_t> touched_;
  uint32_t from_ = 0, size_ = 0, epoch_ = 0;
};

// Names of one word, rising, that are still to be read, and what each could cover.
struct Source {
  const uint32_t *at, *end;
  float of_query, of_name;
  bool first;     // whether the word could cover each of these names alone, or they have initials
  uint32_t next;  // in the same block
};

// The names of many words by blocks, so that all of a block are read before the next, and no word is asked in vain.
class Calendar {
 public:
  // `block`: names in one.
  void begin(size_t parts, size_t blocks, uint32_t block) {
    blocks_ = blocks;
    block_ = block;
    heads_.assign(parts * blocks, NONE);
    sources_.clear();
  }
  void add(size_t part, Span names, float of_query, float of_name, bool first) {
    if (!names.size) return;
    sources_.push_back({names.begin(), names.end(), of_query, of_name, first, NONE});
    put(part, 0, static_cast<uint32_t>(sources_.size() - 1));
  }
  bool has(size_t part, size_t block) const { return heads_[part * blocks_ + block] != NONE; }
  // Lets `act` read from each source that has names in the block: it leaves those of later blocks.
  template <class Do>
  void each(size_t part, size_t block, Do&& act) {
    uint32_t at = heads_[part * blocks_ + block];
    while (at != NONE) {
      Source& source = sources_[at];
      const uint32_t next = source.next;
      act(source);
      if (source.at < source.end) put(part, block + 1, at);
      at = next;
    }
  }

 private:
  static constexpr uint32_t NONE = UINT32_MAX;
  void put(size_t part, size_t from, uint32_t number) {
    Source& source = sources_[number];
    const size_t block = *source.at / block_;
    if (block < from || block >= blocks_) return;  // of a damaged index
    uint32_t& head = heads_[part * blocks_ + block];
    source.next = head;
    head = number;
  }

  size_t blocks_ = 0;
  uint32_t block_ = BLOCK;
  vector<uint32_t> heads_;
  vector<Source> sources_;
};

// What is known of a word of the vocabulary at first sight: half a line of the processor's cache.
struct Glance {
  enum : uint8_t { KNOWN = 1, READS = 2, FAMILIES = 4, NICKS = 8 };  // READS: a Latin word that others may be read as
  Letters letters;
  uint8_t what = 0;
};
static_assert(sizeof(Glance) == 32);

struct Mark {  // where the likenesses of a word to the words of this query stand
  uint32_t epoch = 0, row = 0;
};

struct Scratch {
  // A name that some words of which, or of the query, could stand as one on the other side.
  struct Join {
    uint32_t name;
    float of_name, alike;
    uint16_t joined, joins;  // as those of `Tally`
  };
  struct Passed {
    uint32_t name;
    uint16_t joins;
  };
  vector<Mark> marks;     // of words
  vector<Likeness> rows;  // one of each word of the query in a row
  vector<double> weights;  // of the words that have rows
  Tallies tallies;
  Calendar calendar;
  vector<Join> touched_joined;
  vector<Passed> passed;
  uint32_t epoch = 0, look = 0;
  Map<Nearby> cache;
  // A word of the vocabulary that a run of words of a query could be, and how alike they are.
  using WrittenAsOne = std::pair<uint32_t, double>;
  Map<vector<WrittenAsOne>> written_as_one;
  size_t cached = 0;
  vector<uint32_t> keys, found;
  vector<WrittenAsOne> joined;
  Room room;
  WordCache words;
  vector<uint32_t> seen;   // the last look in which a word was found
  vector<Glance> glances;  // of the words of the vocabulary
  vector<std::unique_ptr<Spelt>> spelt;  // of those in other scripts
  size_t spelt_count = 0;
  struct Readable {  // a Latin word that may be what another one is read as
    uint32_t word, ways;  // bits of the ways; none for one that is not asked
    size_t rests;         // where in `rests` stands what the units could gain in each of these ways
  };
  vector<ReadingWalk> walks;  // one for each way of reading a word
  vector<Readable> readable;
  vector<int> rests;
  string key;

  void prepare(const Index& index) {
    if (marks.size() != index.words() || epoch == UINT32_MAX) {
      marks.assign(index.words(), Mark());
      glances.assign(index.words(), Glance());
      seen.assign(index.words(), 0);
      forget_spelt(index);
      look = 0;
      epoch = 0;
    }
    epoch++;
    rows.clear();
    weights.clear();
    touched_joined.clear();
    passed.clear();
    if (spelt_count > MOST_SPELT_WORDS) forget_spelt(index);
    if (cached > CACHED) {
      cache.clear();
      written_as_one.clear();
      cached = 0;
    }
  }

 private:
  void forget_spelt(const Index& index) {
    spelt.clear();
    spelt.resize(index.words());
    spelt_count = 0;
  }
};

}  // namespace tocsin
