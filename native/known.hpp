// The names of an index that was built before, by their texts: what was analysed once is not analysed again.
#pragma once
#include "index.hpp"

namespace tocsin {

class Known {
 public:
  static constexpr uint32_t NONE = UINT32_MAX;
  Index index;
  Array<uint64_t> offsets;  // where each name's text begins
  Array<char> data;

  // Files the names by text.
  void prepare() {
    const size_t names = index.names();
    size_t slots = 16;
    while (slots < 2 * names) slots *= 2;
    table_.assign(slots, NONE);
    for (uint32_t n = 0; n < names; n++) {
      size_t at = slot_of(text_of(n), index.name_person.at(n));
      while (table_[at] != NONE) at = (at + 1) & (slots - 1);
      table_[at] = n;
    }
  }

  // The number of the name of this text in this reading, whosever it is; NONE when there is none, or it cannot be used.
  uint32_t find(string_view text, bool person) const {
    if (table_.empty()) return NONE;
    for (size_t at = slot_of(text, person); table_[at] != NONE; at = (at + 1) & (table_.size() - 1)) {
      const uint32_t n = table_[at];
      if (static_cast<bool>(index.name_person.at(n)) == person && text_of(n) == text) return is_sound(n) ? n : NONE;
    }
    return NONE;
  }

 private:
  string_view text_of(uint32_t n) const {
    const uint64_t from = offsets.at(n), to = offsets.at(n + size_t{1});
    return from <= to && to <= data.size ? string_view(data.data + from, to - from) : string_view();
  }
  size_t slot_of(string_view text, bool person) const {
    return (std::hash<string_view>{}(text) * 2 + person) & (table_.size() - 1);
  }
  bool is_sound(uint32_t n) const {
    const Span words = index.words_of_name.at(n);
    for (uint32_t v : words)
      if (v >= index.words() || !index.records.data[v].is_sound(index.data.size)) return false;
    return words.size > 0 && words.size <= MAX_TOKENS;
  }

  vector<uint32_t> table_;
};

}  // namespace tocsin
