// Names in any script to words. ASCII is read here, and so are Latin letters with marks, each asked of Python once; pieces
// of text in other letters are read in Python once (names.analysis.read_chunk), and kept.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "analysis.hpp"

namespace tocsin {

namespace nb = nanobind;

inline OwnWord to_word(nb::handle item) {
  nb::tuple t = nb::cast<nb::tuple>(item);
  OwnWord w;
  w.text = nb::cast<string>(t[0]);
  w.kind = static_cast<Kind>(nb::cast<int>(t[1]) & 7);
  w.weight = nb::cast<double>(t[2]);
  w.fold = nb::cast<string>(t[3]);
  w.frames = nb::cast<string>(t[4]);
  w.families = nb::cast<vector<uint32_t>>(t[5]);
  w.nicks = nb::cast<vector<uint32_t>>(t[6]);
  nb::bytes written = nb::cast<nb::bytes>(t[7]);
  w.written.assign(written.c_str(), written.size());
  w.script = static_cast<uint8_t>(nb::cast<int>(t[8]));
  w.traits = nb::cast<uint32_t>(t[9]);
  return w;
}

inline nb::tuple from_word(const OwnWord& w) {
  return nb::make_tuple(w.text, static_cast<int>(w.kind), w.weight, w.fold, w.frames, w.families, w.nicks,
                        nb::bytes(w.written.data(), w.written.size()), static_cast<int>(w.script), w.traits);
}

// How many bytes of space (as str.isspace) begin at `at`; 0 for none.
inline size_t space_at(string_view s, size_t at) {
  const auto byte = [&](size_t i) { return at + i < s.size() ? static_cast<uint8_t>(s[at + i]) : 0; };
  const uint8_t c = byte(0);
  if (c < 0x80) return is_space(s[at]) ? 1 : 0;
  if (c == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
  if (c == 0xE1) return byte(1) == 0x9A && byte(2) == 0x80 ? 3 : 0;
  if (c == 0xE3) return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : 0;
  if (c != 0xE2) return 0;
  if (byte(1) == 0x81) return byte(2) == 0x9F ? 3 : 0;
  if (byte(1) != 0x80) return 0;
  const uint8_t last = byte(2);
  return (last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF ? 3 : 0;
}

inline bool is_ascii(string_view s) {
  for (char c : s)
    if (static_cast<uint8_t>(c) >= 0x80) return false;
  return true;
}

// Used under Python's lock only.
class Reader {
 public:
  Reader(nb::handle tables, nb::object read_chunk, nb::object read_letter)
      : keep_(nb::borrow(tables)), read_chunk_(std::move(read_chunk)), read_letter_(std::move(read_letter)) {
    tables_ = nb::cast<const Tables*>(tables);
  }
  Reader(const Reader&) = delete;
  const Tables& tables() const { return *tables_; }

  vector<OwnWord> read(string_view text, bool person) {
    if (is_ascii(text)) return analyse_ascii(*tables_, text, person, false, cache_);
    string swapped;
    text = text.substr(0, end_of(text, MAX_NAME));
    if (person && std::count(text.begin(), text.end(), ',') == 1) {
      const size_t comma = text.find(',');
      swapped = string(text.substr(comma + 1)) + " " + string(text.substr(0, comma));
      text = swapped;
    }
    if (chunks_[person].size() > 200000) chunks_[person].clear();
    vector<Chunk*> chunks;
    bool plain = true;
    for (size_t at = 0; at < text.size();) {
      if (const size_t n = space_at(text, at)) {
        at += n;
        continue;
      }
      const size_t from = at;
      while (at < text.size() && !space_at(text, at)) at++;
      chunks.push_back(&find_chunk(text.substr(from, at - from), person));
      plain = plain && chunks.back()->plain;
    }
    if (plain) {
      string joined;
      for (const Chunk* c : chunks) {
        if (!joined.empty()) joined += ' ';
        joined += c->text;
      }
      return analyse_ascii(*tables_, joined, person, true, cache_);
    }
    vector<Cut> cuts;
    for (Chunk* c : chunks) {
      if (!c->read) read_words(*c, person);
      cuts.insert(cuts.end(), c->cuts.begin(), c->cuts.end());
    }
    return finish(*tables_, std::move(cuts), person, cache_);
  }

 private:
  struct Chunk {
    bool plain = false, read = false;  // whether its letters are all Latin; whether its words have been read
    string written, text;              // as it was, and in ASCII
    vector<Cut> cuts;
    vector<std::unique_ptr<OwnWord>> words;
  };

  static size_t end_of(string_view s, size_t most) {  // of the first `most` code points
    size_t at = 0;
    for (; at < s.size() && most; most--) {
      at++;
      while (at < s.size() && (static_cast<uint8_t>(s[at]) & 0xC0) == 0x80) at++;
    }
    return at;
  }

  Chunk& find_chunk(string_view text, bool person) {
    auto& known = chunks_[person];
    auto it = known.find(text);
    if (it != known.end()) return it->second;
    Chunk chunk;
    chunk.written = text;
    chunk.plain = to_latin(text, chunk.text);
    if (!chunk.plain) read_words(chunk, person);
    return known.emplace(chunk.written, std::move(chunk)).first->second;
  }

  void read_words(Chunk& chunk, bool person) {
    nb::tuple read = nb::cast<nb::tuple>(read_chunk_(nb::str(chunk.written.data(), chunk.written.size()), person));
    if (!chunk.plain) {
      chunk.plain = !read[0].is_none();
      if (chunk.plain) chunk.text = nb::cast<string>(read[0]);
    }
    for (nb::handle item : nb::cast<nb::iterable>(read[1])) {
      Cut cut;
      if (nb::isinstance<nb::str>(item)) {
        cut.text = nb::cast<string>(item);
      } else {
        chunk.words.push_back(std::make_unique<OwnWord>(to_word(item)));
        cut.ready = chunk.words.back().get();
        cut.text = cut.ready->text;
      }
      chunk.cuts.push_back(std::move(cut));
    }
    chunk.read = true;
  }

  // Text of nothing but ASCII and letters that are read one by one, as names.analysis.to_plain gives it.
  bool to_latin(string_view text, string& out) {
    string letters;
    for (size_t at = 0; at < text.size();) {
      if (static_cast<uint8_t>(text[at]) < 0x80) {
        letters += text[at++];
        continue;
      }
      const size_t from = at++;
      while (at < text.size() && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) at++;
      const Letter& letter = find_letter(text.substr(from, at - from));
      if (!letter.known) return false;
      letters += letter.text;
    }
    out = drop_marks(letters);
    return true;
  }

  struct Letter {
    bool known = false;
    string text;
  };

  const Letter& find_letter(string_view written) {
    auto it = letters_.find(written);
    if (it != letters_.end()) return it->second;
    if (letters_.size() > 10000) letters_.clear();
    Letter letter;
    nb::object read = read_letter_(nb::str(written.data(), written.size()));
    letter.known = !read.is_none();
    if (letter.known) letter.text = nb::cast<string>(read);
    return letters_.emplace(string(written), std::move(letter)).first->second;
  }

  nb::object keep_, read_chunk_, read_letter_;
  const Tables* tables_;
  WordCache cache_;
  Map<Chunk> chunks_[2];
  Map<Letter> letters_;
};

}  // namespace tocsin
