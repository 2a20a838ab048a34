// Names to the arrays of an index: as match/words.py, byte for byte.
#pragma once
#include <compare>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#ifdef _WIN32
#include <filesystem>
#endif

#include "finder.hpp"
#include "known.hpp"

namespace tocsin {

inline FILE* open_to_write(const string& path) {
#ifdef _WIN32  // where narrow paths are not UTF-8
  return _wfopen(std::filesystem::path(std::u8string(path.begin(), path.end())).c_str(), L"wb");
#else
  return std::fopen(path.c_str(), "wb");
#endif
}

class Writer {
 public:
  const Tables* tables = nullptr;

  // One name; false when it has no words.
  bool add(const vector<OwnWord>& words, const string& text, uint32_t entity, uint8_t kind, bool weak, bool person) {
    if (words.empty()) return false;
    vector<Word> views;
    for (const OwnWord& w : words) views.push_back(w.view());
    double total = 0, silent = 0;
    uint8_t initials = 0;
    vector<uint32_t> filed;
    for (size_t i = 0; i < words.size(); i++) {
      const uint32_t v = file(views[i], person);
      filed.push_back(v);
      words_of_name_.push_back(v);
      total += views[i].weight;
      if (views[i].is_silent()) silent += views[i].weight;
      initials += views[i].kind == INITIAL;
    }
    close(filed, total, silent, initials, text, entity, kind, weak, person);
    return true;
  }

  // Takes an index that was built by the same rules, so that its names need no analysis.
  void remember(Known known) {
    known_ = std::move(known);
    known_.prepare();
    number_of_.assign(known_.index.words(), Known::NONE);
  }

  // As `add`, for a name that is known; false when it is not.
  bool add_known(string_view text, uint32_t entity, uint8_t kind, bool weak, bool person) {
    const uint32_t known = known_.find(text, person);
    if (known == Known::NONE) return false;
    vector<uint32_t> filed;
    for (uint32_t v : known_.index.words_of_name.at(known)) {
      if (number_of_[v] == Known::NONE) number_of_[v] = file(known_.index.word(v), person);
      filed.push_back(number_of_[v]);
      words_of_name_.push_back(number_of_[v]);
    }
    const Index& its = known_.index;
    close(filed, its.name_weight.at(known), its.name_silent.at(known), its.name_initials.at(known), text, entity, kind, weak, person);
    return true;
  }

  // Write all arrays into the folder; gives the numbers of names, of words and of runs.
  std::array<size_t, 3> write(const string& folder) {
    folder_ = folder;
    known_ = Known();
    number_anew();
    put("words.records", records_);
    put("words.data", data_.data(), data_.size());
    Index index;
    index.records = {records_.data(), records_.size()};
    index.data = {data_.data(), data_.size()};
    for (bool person : {true, false}) {
      vector<uint64_t> items;
      for (uint32_t v = 0; v < records_.size(); v++) {
        if (static_cast<bool>(word_person_[v]) != person) continue;
        make_keys(*tables->readings, index.word(v), false, keys_);
        for (uint32_t key : keys_) items.push_back(static_cast<uint64_t>(key) << 32 | v);
      }
      put_table(person ? "keys.person" : "keys.other", items);
    }
    const size_t runs = put_runs(index);
    put_postings();
    put("names.words.offsets", offsets_);
    put("names.words.values", words_of_name_);
    put("names.weight", total_);
    put("names.silent", silent_);
    put("names.initials", initials_);
    put("names.kind", kind_);
    put("names.person", person_);
    put("names.weak", weak_);
    put("names.entity", entity_);
    put("names.text.offsets", text_offsets_);
    put("names.text.data", text_.data(), text_.size());
    return {entity_.size(), records_.size(), runs};
  }

 private:
  struct Posting {
    uint32_t word, later, name;
  };
  void close(const vector<uint32_t>& filed, double total, double silent, uint8_t initials, string_view text, uint32_t entity,
             uint8_t kind, bool weak, bool person) {
    const uint32_t number = static_cast<uint32_t>(entity_.size());
    offsets_.push_back(words_of_name_.size());
    for (uint32_t v : filed) {  // a word that is there twice is filed twice, since it covers twice as much
      const bool first = initials || records_[v].weight + silent >= DOMINANT_FROM * total;
      postings_.push_back({v, static_cast<uint32_t>(first ? 0 : 1), number});
    }
    total_.push_back(total);
    silent_.push_back(silent);
    initials_.push_back(initials);
    kind_.push_back(kind);
    person_.push_back(person);
    weak_.push_back(weak);
    entity_.push_back(entity);
    text_.append(text);
    text_offsets_.push_back(text_.size());
  }
  uint32_t file(const Word& w, bool person) {
    key_.assign(1, person ? 'p' : 'o');
    key_ += static_cast<char>('a' + w.kind);
    key_ += static_cast<char>('a' + w.script);
    key_ += w.text;
    key_ += '\n';
    key_ += w.written;
    auto [it, fresh] = numbers_.try_emplace(key_, static_cast<uint32_t>(records_.size()));
    if (fresh) {
      WordRecord r{};
      r.offset = data_.size();
      r.weight = w.weight;
      r.text = static_cast<uint16_t>(w.text.size());
      r.fold = static_cast<uint16_t>(w.fold.size());
      r.frames = static_cast<uint16_t>(w.frames.size());
      r.written = static_cast<uint16_t>(w.written.size());
      r.families = static_cast<uint8_t>(w.n_families);
      r.nicks = static_cast<uint8_t>(w.n_nicks);
      r.kind = static_cast<uint8_t>(w.kind | w.traits << 4);
      r.script = w.script;
      r.hints = make_hints(w);
      data_.append(reinterpret_cast<const char*>(w.families), 4 * size_t{w.n_families});
      data_.append(reinterpret_cast<const char*>(w.nicks), 4 * size_t{w.n_nicks});
      data_ += w.text;
      data_ += w.fold;
      data_ += w.frames;
      data_ += w.written;
      data_.resize((data_.size() + 3) / 4 * 4);
      records_.push_back(r);
      word_person_.push_back(person);
    }
    return it->second;
  }

  // Numbers the words in the order of their texts, so that those which begin alike stand together.
  void number_anew() {
    numbers_ = Map<uint32_t>();
    const size_t words = records_.size();
    auto text_of = [&](uint32_t v) {
      const WordRecord& r = records_[v];
      return string_view(data_).substr(r.offset + size_t{4} * (r.families + r.nicks), r.text);
    };
    vector<uint32_t> order(words), number(words);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return text_of(a) < text_of(b); });
    vector<WordRecord> records;
    vector<uint8_t> of_person;
    string data;
    records.reserve(words);
    data.reserve(data_.size());
    for (uint32_t v : order) {
      number[v] = static_cast<uint32_t>(records.size());
      WordRecord r = records_[v];
      const size_t from = r.offset;
      r.offset = data.size();
      data.append(data_, from, (r.bytes() + 3) / 4 * 4);
      records.push_back(r);
      of_person.push_back(word_person_[v]);
    }
    records_ = std::move(records);
    word_person_ = std::move(of_person);
    data_ = std::move(data);
    for (Posting& p : postings_) p.word = number[p.word];
    for (uint32_t& v : words_of_name_) v = number[v];
  }

  void put(const string& name, const void* data, size_t bytes) const {
    const string path = folder_ + "/" + name;
    FILE* file = open_to_write(path);
    const bool written = file && (!bytes || std::fwrite(data, 1, bytes, file) == bytes);  // an empty array has no data at all
    const bool closed = file && std::fclose(file) == 0;
    if (!written || !closed) throw std::runtime_error(name);
  }
  template <class T>
  void put(const string& name, const vector<T>& values) const {
    put(name, values.data(), values.size() * sizeof(T));
  }
  void put_table(const string& name, vector<uint64_t>& items) const {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    int bits = 0;
    while ((items.size() >> (bits + 1)) > 0) bits++;
    vector<uint32_t> buckets, keys, values;
    keys.reserve(items.size());
    values.reserve(items.size());
    for (uint64_t item : items) {
      keys.push_back(static_cast<uint32_t>(item >> 32));
      values.push_back(static_cast<uint32_t>(item));
    }
    items = vector<uint64_t>();
    size_t at = 0;
    for (uint64_t bucket = 0; bucket <= (uint64_t{1} << bits); bucket++) {
      while (at < keys.size() && (static_cast<uint64_t>(keys[at]) >> (32 - bits)) < bucket) at++;
      buckets.push_back(static_cast<uint32_t>(at));
    }
    put(name + ".buckets", buckets);
    put(name + ".keys", keys);
    put(name + ".values", values);
  }
  // The runs of words that could be written as one, each once, in the order of their words; gives how many.
  size_t put_runs(const Index& index) const {
    struct Of {
      std::array<uint32_t, MOST_JOINED> words;  // numbered from one; 0 for none
      uint32_t name;
      auto operator<=>(const Of&) const = default;
    };
    vector<Of> found;
    Word words[MAX_TOKENS];
    for (uint32_t name = 0; name < entity_.size(); name++) {
      const uint32_t* numbers = words_of_name_.data() + offsets_[name];
      const int n = index.read_words({numbers, static_cast<size_t>(offsets_[name + 1] - offsets_[name])}, words);
      each_run(words, n, [&](Run run) {
        Of& of = found.emplace_back(Of{{}, name});
        for (int i = run.start; i < run.stop; i++) of.words[static_cast<size_t>(i - run.start)] = numbers[i] + 1;
      });
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    vector<uint64_t> joins[2], letters, word_offsets{0}, name_offsets{0};
    vector<uint32_t> of_run, names, keys;
    OwnWord join;
    for (size_t at = 0; at < found.size();) {
      const Of& first = found[at];
      const uint32_t number = static_cast<uint32_t>(letters.size());
      const size_t before = of_run.size();
      for (uint32_t word : first.words)
        if (word) of_run.push_back(word - 1);
      const int n = index.read_words({of_run.data() + before, of_run.size() - before}, words);
      join_words(words, Run{0, n}, join);
      make_join_keys(*tables->readings, join.view(), false, true, keys);
      if (Finder::may_shift(words, Run{0, n})) keys.push_back(Finder::shift_key(join.text, words[0].text.size()));
      for (uint32_t key : keys) joins[person_[first.name]].push_back(static_cast<uint64_t>(key) << 32 | number);
      letters.push_back(join.script == LATIN ? pack_letters(join.text) : 0);
      word_offsets.push_back(of_run.size());
      for (; at < found.size() && found[at].words == first.words; at++) names.push_back(found[at].name);
      name_offsets.push_back(names.size());
    }
    found = vector<Of>();
    for (bool person : {true, false}) put_table(person ? "joins.person" : "joins.other", joins[person]);
    put("runs.words.offsets", word_offsets);
    put("runs.words.values", of_run);
    put("runs.names.offsets", name_offsets);
    put("runs.names.values", names);
    put("runs.letters", letters);
    return letters.size();
  }
  void put_postings() {
    const size_t words = records_.size();
    vector<uint64_t> offsets(words + 1, 0);
    vector<uint32_t> dominant(words, 0);
    for (const Posting& p : postings_) {
      offsets[p.word + 1]++;
      dominant[p.word] += !p.later;
    }
    for (size_t v = 0; v < words; v++) offsets[v + 1] += offsets[v];
    vector<uint64_t> next(offsets.begin(), offsets.end() - 1), later(words);
    for (size_t v = 0; v < words; v++) later[v] = offsets[v] + dominant[v];
    vector<uint32_t> values(postings_.size());
    for (const Posting& p : postings_) values[p.later ? later[p.word]++ : next[p.word]++] = p.name;
    postings_ = vector<Posting>();
    put("names_of_word.offsets", offsets);
    put("names_of_word.values", values);
    put("names_of_word.dominant", dominant);
  }

  Known known_;
  vector<uint32_t> number_of_;  // of the known words, here
  string folder_, key_, text_, data_;
  Map<uint32_t> numbers_;
  vector<uint32_t> keys_, words_of_name_, entity_;
  vector<WordRecord> records_;
  vector<uint8_t> word_person_, initials_, kind_, person_, weak_;
  vector<double> total_, silent_;
  vector<Posting> postings_;
  vector<uint64_t> offsets_{0}, text_offsets_{0};
};

}  // namespace tocsin
