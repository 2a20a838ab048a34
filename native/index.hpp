// The mapped arrays of an index (match/index.py), read in place. Every offset and number is checked where it is used, so
// that a damaged file can give wrong answers at worst, never a read outside of it.
#pragma once
#include "features.hpp"

namespace tocsin {

template <class T>
struct Array {
  const T* data = nullptr;
  size_t size = 0;

  T at(size_t i) const { return i < size ? data[i] : T(); }
};

// Has the item read into the cache of the processor while other work goes on; only a hint.
template <class T>
inline void fetch(const Array<T>& array, size_t i) {
#if defined(__GNUC__)
  if (i < array.size) __builtin_prefetch(array.data + i);
#endif
}

struct Span {
  const uint32_t* data;
  size_t size;
  const uint32_t* begin() const { return data; }
  const uint32_t* end() const { return data + size; }
};

struct Groups {
  Array<uint64_t> offsets;
  Array<uint32_t> values;

  Span at(size_t i) const {
    if (i + 1 >= offsets.size) return {nullptr, 0};
    const uint64_t from = offsets.data[i], to = offsets.data[i + 1];
    if (from > to || to > values.size) return {nullptr, 0};
    return {values.data + from, static_cast<size_t>(to - from)};
  }
};

struct KeyTable {
  Array<uint32_t> buckets, keys, values;
  int shift = 32;

  void prepare() {
    size_t count = buckets.size ? buckets.size - 1 : 0;
    int bits = 0;
    while (bits < 32 && (size_t{1} << bits) < count) bits++;
    shift = 32 - bits;
  }
  template <class Do>
  void each(uint32_t key, Do&& act) const {
    if (!keys.size) return;
    const size_t bucket = bucket_of(key);
    const size_t from = buckets.at(bucket), to = std::min<size_t>(buckets.at(bucket + 1), std::min(keys.size, values.size));
    for (size_t i = from; i < to; i++)
      if (keys.data[i] == key) act(values.data[i]);
  }
  // As `each` for several keys. They stand far apart, so that all are called up before the first is read.
  template <class Do>
  void each_of(const vector<uint32_t>& several, Do&& act) const {
    if (!keys.size) return;
    for (uint32_t key : several) fetch(buckets, bucket_of(key));
    for (uint32_t key : several) {
      const size_t from = buckets.at(bucket_of(key));
      fetch(keys, from);
      fetch(values, from);
    }
    for (uint32_t key : several) each(key, act);
  }

 private:
  size_t bucket_of(uint32_t key) const { return shift >= 32 ? 0 : key >> shift; }
};

// One word of the vocabulary: where its data begin (families, nicks, then the four texts), and how long each is.
struct WordRecord {
  uint64_t offset;
  double weight;
  uint16_t text, fold, frames, written;
  uint8_t families, nicks, kind, script;  // of `kind`, traits are from bit 4
  uint32_t hints;  // `make_hints`

  size_t bytes() const { return size_t{4} * (families + nicks) + text + fold + frames + written; }
  // Whether a writer could have made it: sizes and a weight as analysis gives them, and data that are there.
  bool is_sound(size_t data) const {
    return offset % 4 == 0 && offset <= data && bytes() <= data - offset && text <= LONGEST_WORD && fold <= LONGEST_WORD &&
           frames <= MOST_FRAMES * (LONGEST_WORD + 1) && weight >= 0 && weight <= HEAVIEST_WORD && (kind & 15) <= BINDER && kind >> 4 <= MOST_TRAITS && script < SCRIPTS;
  }
};
static_assert(sizeof(WordRecord) == 32);

struct Index {
  Array<WordRecord> records;
  Array<char> data;            // of words
  KeyTable keys[2], joins[2];  // of words and of runs of words; of other names, of persons' names
  Groups names_of_word, words_of_name, words_of_run, names_of_run;
  Array<uint64_t> run_letters;  // `pack_letters`
  Array<uint32_t> dominant;    // how many of a word's names, the first, could be covered by this word alone
  Array<double> name_weight, name_silent;
  Array<uint8_t> name_initials, name_person, name_weak;

  size_t words() const { return records.size; }
  size_t names() const { return name_weight.size; }
  size_t runs() const { return run_letters.size; }

  Word word(uint32_t v) const {
    Word w;
    w.number = v;
    const WordRecord& r = records.data[v];
    if (!r.is_sound(data.size)) return w;
    const char* at = data.data + r.offset;
    w.families = reinterpret_cast<const uint32_t*>(at);
    w.nicks = w.families + r.families;
    w.n_families = r.families;
    w.n_nicks = r.nicks;
    at += 4 * (r.families + r.nicks);
    w.text = string_view(at, r.text);
    w.fold = string_view(at + r.text, r.fold);
    w.frames = string_view(at + r.text + r.fold, r.frames);
    w.written = string_view(at + r.text + r.fold + r.frames, r.written);
    w.weight = r.weight;
    w.kind = static_cast<Kind>(r.kind & 7);
    w.script = r.script;
    w.traits = r.kind >> 4;
    return w;
  }
  string_view text_of(uint32_t v) const {
    const WordRecord& r = records.data[v];
    if (!r.is_sound(data.size)) return {};
    return {data.data + r.offset + size_t{4} * (r.families + r.nicks), r.text};
  }
  double weight_of(uint32_t v) const {
    const WordRecord& r = records.data[v];
    return r.is_sound(data.size) ? r.weight : 0;
  }
  int words_of(uint32_t name, Word* out) const { return read_words(words_of_name.at(name), out); }
  int read_words(Span numbers, Word* out) const {
    int n = 0;
    for (uint32_t v : numbers)
      if (v < words() && n < static_cast<int>(MAX_TOKENS)) out[n++] = word(v);
    return n;
  }
};

// Puts the arrays of an index into their places: `lay(name, array)` fills each, by the name of its file.
template <class Lay>
inline void lay_index(Index& x, Lay&& lay) {
  auto lay_table = [&](const string& name, KeyTable& table) {
    lay(name + ".buckets", table.buckets);
    lay(name + ".keys", table.keys);
    lay(name + ".values", table.values);
    table.prepare();
  };
  auto lay_groups = [&](const string& name, Groups& groups) {
    lay(name + ".offsets", groups.offsets);
    lay(name + ".values", groups.values);
  };
  lay(string("words.records"), x.records);
  lay(string("words.data"), x.data);
  lay_table("keys.other", x.keys[0]);
  lay_table("keys.person", x.keys[1]);
  lay_table("joins.other", x.joins[0]);
  lay_table("joins.person", x.joins[1]);
  lay_groups("names_of_word", x.names_of_word);
  lay_groups("names.words", x.words_of_name);
  lay_groups("runs.words", x.words_of_run);
  lay_groups("runs.names", x.names_of_run);
  lay(string("runs.letters"), x.run_letters);
  lay(string("names_of_word.dominant"), x.dominant);
  lay(string("names.weight"), x.name_weight);
  lay(string("names.silent"), x.name_silent);
  lay(string("names.initials"), x.name_initials);
  lay(string("names.person"), x.name_person);
  lay(string("names.weak"), x.name_weak);
}

}  // namespace tocsin
