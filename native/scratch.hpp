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
    bool first = false;   // as that of `Source`
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

// Names of one word, rising, that are still to be read, and what each could cover.
struct Source {
  const uint32_t *at = nullptr, *end = nullptr;
  float of_query = 0, of_name = 0;
  bool first = false;    // whether the word could cover each of these names alone, or they have initials
  uint8_t part = 0;      // of the query, counted from 1; `Tally::ENOUGH` where this one could be enough for these names
  uint16_t number = 0;   // where `Tallies` knows it, or 0
  uint32_t next = UINT32_MAX;  // in the same block
};

struct Tally {  // of a listed name
  float of_query = 0;   // how much of the query it could cover at best, joins aside,
  float of_name = 0;    // and how much of the name could be covered, joins and all
  float alike = 0;      // how alike the likest join is, at most,
  uint16_t joined = 0;  // bits of the query's words that could meet in one,
  uint8_t joins = 0;    // and which joins these are: `QUERY_JOINS`, `NAME_JOINS`, `SHIFTS`
  uint8_t met = 0;      // by which part of the query, if by one alone

  static constexpr uint8_t ENOUGH = UINT8_MAX;  // of `met`: by several parts, or by one that could be enough

  void add(const Source& source) {
    of_query += source.of_query;
    of_name += source.of_name;
    met = met == 0 || met == source.part ? source.part : ENOUGH;
  }
};

// The tallies of some names that follow each other. A name that one part of a query meets and that needs another one has none
// before that comes: it waits, with no more written down than the source that it is of, since most wait in vain.
class Tallies {
 public:
  // Before a search: none of its sources is known.
  void forget() { sources_.assign(1, Source()); }
  // Gives a source its number, where there is one left: its names may wait then.
  void enter(Source& source) {
    if (sources_.size() == LISTED) return;
    source.number = static_cast<uint16_t>(sources_.size());
    sources_.push_back(source);
  }
  void begin(uint32_t from, uint32_t to) {
    from_ = from;
    size_ = to - from;
    if (marks_.size() < size_) {
      marks_.resize(size_);
      tallies_.resize(size_);
    }
    if (++epoch_ == EPOCHS) {
      std::fill(marks_.begin(), marks_.end(), uint16_t{0});
      epoch_ = 1;
    }
    touched_.clear();
    waiting_.clear();
    called_ = 0;
  }
  // The tally of a name that was met; null for others.
  Tally* find(uint32_t name) {
    const uint32_t at = name - from_;  // more than there are for a name before the first
    return at < size_ && is_met(at) ? &list(at) : nullptr;
  }
  // Null for a name that is none of these.
  Tally* touch(uint32_t name) {
    const uint32_t at = name - from_;
    return at < size_ ? &list(at) : nullptr;
  }
  // Has a name of a source, which has a number, wait for another part of the query, unless it was met by one.
  void wait(uint32_t name, const Source& source) {
    const uint32_t at = name - from_;
    if (at >= size_) return;
    if (is_met(at)) return list(at).add(source);
    marks_[at] = mark(source.number);
    waiting_.push_back(at);
  }
  // Lets no name wait any longer.
  void list_waiting() {
    for (uint32_t at : waiting_) list(at);
  }
  const Tally& of(uint32_t touched) const { return tallies_[touched - from_]; }
  // The names that have tallies; rising where they are many.
  vector<uint32_t>& touched() {
    if (touched_.size() < size_ / 16) return touched_;
    touched_.clear();
    for (uint32_t at = 0; at < size_; at++)
      if (marks_[at] == mark(LISTED)) touched_.push_back(from_ + at);
    return touched_;
  }
  size_t count() const { return touched_.size() + waiting_.size() - called_; }  // of the names that were met

 private:
  static constexpr uint32_t SOURCE_BITS = 10, LISTED = (1u << SOURCE_BITS) - 1, EPOCHS = 1u << (16 - SOURCE_BITS);

  uint16_t mark(uint32_t source) const { return static_cast<uint16_t>(epoch_ << SOURCE_BITS | source); }
  bool is_met(uint32_t at) const { return marks_[at] >> SOURCE_BITS == epoch_; }
  Tally& list(uint32_t at) {
    Tally& tally = tallies_[at];
    if (marks_[at] == mark(LISTED)) return tally;
    tally = Tally();
    if (is_met(at)) {
      tally.add(sources_[marks_[at] & LISTED]);
      called_++;
    }
    marks_[at] = mark(LISTED);
    touched_.push_back(from_ + at);
    return tally;
  }

  vector<uint16_t> marks_;  // of each name: in which epoch it was met, and the source of which it waits, or `LISTED`
  vector<Tally> tallies_;
  vector<Source> sources_{Source()};
  vector<uint32_t> touched_, waiting_;
  size_t called_ = 0;  // of those that waited
  uint32_t from_ = 0, size_ = 0, epoch_ = 0;
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
  void add(size_t part, const Source& source) {
    if (source.at == source.end) return;
    sources_.push_back(source);
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
