// Names in any script to words. ASCII is read here, and so are Latin letters with marks and plain words of one other script,
// each letter being asked for once; other pieces of text are read by another, which is names.analysis.read_chunk (module.cpp
// hands it over), once, and kept.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "foreign.hpp"

namespace tocsin {

using ReadChunk = std::function<Chunk(string_view, bool person)>;
// A Latin letter or quotation mark beyond ASCII, in ASCII, if it reads so wherever it stands.
using ReadLetter = std::function<std::optional<string>(string_view)>;

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

// For one thread at a time, as under Python's lock. Reading a chunk may let another thread in, which may read, and drop what
// is kept: so a name holds its chunks until it has been read.
class Reader {
 public:
  Reader(const Tables& tables, ReadChunk read_chunk, ReadLetter read_letter, TellLetter tell_letter, IsComposed is_composed)
      : tables_(&tables),
        read_chunk_(std::move(read_chunk)),
        read_letter_(std::move(read_letter)),
        foreign_(tables, std::move(tell_letter), std::move(is_composed)) {}
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
    if (chunks_[person].size() > MOST_CHUNKS) chunks_[person].clear();
    vector<Kept> chunks;
    bool plain = true;
    for (size_t at = 0; at < text.size();) {
      if (const size_t n = space_at(text, at)) {
        at += n;
        continue;
      }
      const size_t from = at;
      while (at < text.size() && !space_at(text, at)) at++;
      chunks.push_back(find_chunk(text.substr(from, at - from), person));
      plain = plain && chunks.back()->plain;
    }
    if (plain) {
      string joined;
      for (const Kept& c : chunks) {
        if (!joined.empty()) joined += ' ';
        joined += c->text;
      }
      return analyse_ascii(*tables_, joined, person, true, cache_);
    }
    vector<Cut> cuts;
    for (Kept& c : chunks) {
      if (c->unread) c = keep_chunk(c->written, person);
      cuts.insert(cuts.end(), c->cuts.begin(), c->cuts.end());
    }
    return finish(*tables_, std::move(cuts), person, cache_);
  }

 private:
  using Kept = std::shared_ptr<const Chunk>;
  static constexpr size_t MOST_CHUNKS = 200000, MOST_LETTERS = 10000;

  static size_t end_of(string_view s, size_t most) {  // of the first `most` code points
    size_t at = 0;
    for (; at < s.size() && most; most--) {
      at++;
      while (at < s.size() && (static_cast<uint8_t>(s[at]) & 0xC0) == 0x80) at++;
    }
    return at;
  }

  Kept find_chunk(string_view text, bool person) {
    auto& known = chunks_[person];
    auto it = known.find(text);
    if (it != known.end()) return it->second;
    Chunk chunk;
    if (!to_latin(text, chunk.text)) return keep_chunk(string(text), person);
    chunk.plain = chunk.unread = true;
    chunk.written = text;
    return known[string(text)] = std::make_shared<const Chunk>(std::move(chunk));
  }

  Kept keep_chunk(const string& text, bool person) {
    Chunk read;
    if (!foreign_.read(text, person, read)) read = read_chunk_(text, person);
    auto chunk = std::make_shared<const Chunk>(std::move(read));
    return chunks_[person][text] = std::move(chunk);
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
      const std::optional<string> letter = find_letter(text.substr(from, at - from));
      if (!letter) return false;
      letters += *letter;
    }
    out = drop_marks(letters);
    return true;
  }

  std::optional<string> find_letter(string_view written) {
    auto it = letters_.find(written);
    if (it != letters_.end()) return it->second;
    if (letters_.size() > MOST_LETTERS) letters_.clear();
    return letters_[string(written)] = read_letter_(written);
  }

  const Tables* tables_;
  ReadChunk read_chunk_;
  ReadLetter read_letter_;
  ForeignReader foreign_;
  WordCache cache_;
  Map<Kept> chunks_[2];
  Map<std::optional<string>> letters_;
};

}  // namespace tocsin
