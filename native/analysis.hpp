// An ASCII name to words: as names/analysis.py does it, which is the reference.
#pragma once
#include "sounds.hpp"

namespace tocsin {

inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return is_lower(c) || is_upper(c); }
inline bool is_wordly(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); }
inline char lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }

inline string drop_marks(string_view text) {
  string plain, out;
  for (char c : text)
    if (!std::strchr("\"()[]{}", c) || !c) plain += c == '`' ? '\'' : c;
  for (size_t i = 0; i < plain.size(); i++) {
    const char before = i ? plain[i - 1] : '\0', after = i + 1 < plain.size() ? plain[i + 1] : '\0';
    const bool ends = i + 1 == plain.size() || is_space(after) || after == '-' || after == ',' || after == '.';
    const bool gone = plain[i] == '\'' && i &&
                      ((is_wordly(before) && (is_wordly(after) || ends)) ||
                       ((is_space(before) || before == '-') && is_wordly(after)));
    if (!gone) out += plain[i];
  }
  return out;
}

inline bool is_fusable(char c) { return is_upper(c) && !is_vowel(lower(c)); }

// "JC Juncker" as "J C Juncker".
inline string split_fused_initials(string_view t) {
  string out;
  for (size_t i = 0; i < t.size(); i++) {
    if (is_fusable(t[i]) && (i == 0 || !is_letter(t[i - 1])) && i + 2 < t.size() && is_fusable(t[i + 1]) && is_space(t[i + 2])) {
      size_t k = i + 2;
      while (k < t.size() && is_space(t[k])) k++;
      if (k + 1 < t.size() && is_upper(t[k]) && is_lower(t[k + 1])) {
        out += t[i];
        out += ' ';
        out += t[++i];
        continue;
      }
    }
    out += t[i];
  }
  return out;
}

// "U.S.A." as "USA", and "&" as "and".
inline string join_dotted(string_view text) {
  string t, out;
  for (char c : text) c == '&' ? t += " and " : t += c;
  for (size_t i = 0; i < t.size();) {
    if (is_letter(t[i]) && (i == 0 || !is_wordly(t[i - 1]))) {
      size_t k = i;
      string letters;
      while (k + 1 < t.size() && is_letter(t[k]) && t[k + 1] == '.') {
        letters += t[k];
        k += 2;
      }
      if (letters.size() >= 2) {
        if (k < t.size() && is_letter(t[k]) && (k + 1 == t.size() || !is_wordly(t[k + 1]))) letters += t[k++];
        out += letters;
        i = k;
        continue;
      }
    }
    out += t[i++];
  }
  return out;
}

inline bool breaks_camel(string_view t, size_t p) {
  if (!p || p >= t.size() || !is_upper(t[p]) || !is_lower(t[p - 1]) || p + 1 >= t.size() || !is_lower(t[p + 1])) return false;
  return (p >= 2 && is_lower(t[p - 2])) || (p + 2 < t.size() && is_lower(t[p + 2]));
}

inline bool has_prefix_capital(string_view t) {
  static const char* const PREFIXES[] = {"Mac", "Mc", "De", "Di", "Le", "La", "Al", "El"};
  for (size_t i = 0; i < t.size(); i++) {
    if (i && is_wordly(t[i - 1])) continue;
    for (const char* prefix : PREFIXES) {
      const size_t n = std::strlen(prefix);
      if (t.compare(i, n, prefix) == 0 && i + n < t.size() && is_upper(t[i + n])) return true;
    }
  }
  return false;
}

inline vector<string> cut_latin(string_view t) {
  bool camel = false;
  for (size_t p = 1; p < t.size() && !camel; p++) camel = breaks_camel(t, p);
  camel = camel && !has_prefix_capital(t);
  vector<string> words(1);
  for (size_t p = 0; p < t.size(); p++) {
    const char c = lower(t[p]);
    const bool part = is_lower(c) || is_digit(c);
    if ((!part || (camel && breaks_camel(t, p))) && !words.back().empty()) words.emplace_back();
    if (part) words.back() += c;
  }
  if (words.back().empty()) words.pop_back();
  for (string& w : words)
    if (w.size() > MAX_TOKEN) w.resize(MAX_TOKEN);
  return words;
}

// A word as it was cut from a name: Latin text, or a word of another script that has been read already.
struct Cut {
  string text;
  const OwnWord* ready = nullptr;

  const string& written() const { return ready && !ready->written.empty() ? ready->written : text; }
};

// "Nasiruddin" as "nasir din".
inline bool split_din(string_view word, vector<Cut>& out) {
  static const vector<string> ENDINGS = [] {
    vector<string> all;
    for (const char* end : {"ddine", "ddin", "ddeen"})
      for (char vowel : {'a', 'e', 'i', 'u'}) all.push_back(vowel + string(end));
    for (const char* end : {"udine", "udeen", "udin"}) all.emplace_back(end);
    return all;
  }();
  for (const string& end : ENDINGS) {
    if (word.size() < end.size() || word.compare(word.size() - end.size(), end.size(), end) != 0) continue;
    if (word.size() - end.size() < 3) return false;
    out.push_back({string(word.substr(0, word.size() - end.size()))});
    out.push_back({"din"});
    return true;
  }
  return false;
}

inline void split_compound(const Tables& tables, const Cut& cut, vector<Cut>& out) {
  const string& word = cut.text;
  if (!cut.ready && word.size() >= 8 && word.compare(0, 3, "abd") == 0 && !find(tables.same_name, word)) {
    for (size_t n : {5, 6, 4, 3}) {
      if (word.size() < n + 4 || !find(tables.same_name, string_view(word).substr(n))) continue;
      size_t k = 3, vowels = 0;  // abd, then one or two vowels and at most one of lrsdntz
      while (k < n && vowels < 2 && is_vowel(word[k])) k++, vowels++;
      if (k < n && vowels && std::strchr("lrsdntz", word[k])) k++;
      if (k != n) continue;
      out.push_back({word.substr(0, n)});
      out.push_back({word.substr(n)});
      return;
    }
  }
  if (!cut.ready && split_din(word, out)) return;
  out.push_back(cut);
}

inline vector<Cut> replace_phrases(const Tables& tables, const vector<Cut>& words) {
  vector<Cut> out;
  for (size_t i = 0; i < words.size();) {
    size_t taken = 0;
    if (const auto* options = find(tables.phrases, words[i].written())) {
      for (const Phrase& p : *options) {
        bool met = i + p.words.size() <= words.size();
        for (size_t k = 0; met && k < p.words.size(); k++) met = words[i + k].written() == p.words[k];
        if (!met) continue;
        for (const string& word : p.shorter) out.push_back({word});
        taken = p.words.size();
        break;
      }
    }
    if (!taken) out.push_back(words[i]);
    i += taken ? taken : 1;
  }
  return out;
}

// The number in "42", "no42" or "42nd", without leading zeros; empty when the word is none.
inline string read_number(string_view w) {
  if (w.size() > 2 && w.substr(0, 2) == "no" && is_digit(w[2])) w.remove_prefix(2);
  size_t n = 0;
  while (n < w.size() && is_digit(w[n])) n++;
  if (!n) return {};
  const string_view tail = w.substr(n);
  if (!tail.empty() && tail != "st" && tail != "nd" && tail != "rd" && tail != "th") return {};
  size_t zeros = 0;
  while (zeros < n && w[zeros] == '0') zeros++;
  return zeros == n ? "0" : string(w.substr(zeros, n - zeros));
}

inline Kind classify(const Tables& tables, const string& word, bool person, string& text) {
  text = read_number(word);
  if (!text.empty()) return NUMBER;
  text = word;
  if (person) {
    if (word.size() > 1 && find(tables.particles, word)) return PARTICLE;
    if (find(tables.titles, word)) return TITLE;
    if (find(tables.binders, word)) return BINDER;
    return word.size() == 1 ? INITIAL : NAME;
  }
  const string* number = find(tables.number_words, word);
  if (!number) number = find(tables.roman, word);
  if (number) {
    text = *number;
    return NUMBER;
  }
  if (find(tables.legal_forms, word)) return LEGAL;
  return find(tables.org_stops, word) ? STOP : NAME;
}

inline vector<uint32_t> find_families_of(const Tables& tables, const string& text, bool person) {
  if (!person)
    if (const auto* words = find(tables.same_word, text); words && !words->empty()) return *words;
  const auto* names = find(tables.same_name, text);
  return names ? *names : vector<uint32_t>();
}

// What a name weighs that tells this much (1 for a rare one); short syllables are shared by many.
inline double weigh_name(double tells, bool person, bool is_short) {
  if (person && is_short) tells = std::min(tells, 0.65);
  return person ? 0.45 + 0.65 * tells : 0.12 + tells;
}

inline OwnWord make_word(const Tables& tables, const string& text, Kind kind, bool person) {
  OwnWord w;
  w.kind = kind;
  w.text = text;
  w.fold = fold_token(w.text);
  w.frames = frame_token(w.text);
  w.families = find_families_of(tables, w.text, person);
  if (person)
    if (const auto* nicks = find(tables.nicknames, w.text)) w.nicks = *nicks;
  if (w.kind == NAME) w.traits = (find(tables.person_bands, w.text) ? PERSONAL : 0) | (find(tables.hispanic, w.text) ? HISPANIC : 0);
  w.weight = weight_of_kind(w.kind);
  if (w.kind == NAME) {
    const double* band = find(person ? tables.person_bands : tables.org_bands, w.text);
    w.weight = weigh_name(band ? *band : 1.0, person, w.text.size() <= 3);
  }
  return w;
}

inline OwnWord make_word(const Tables& tables, const string& word, bool person) {
  string text;
  const Kind kind = classify(tables, word, person, text);
  return make_word(tables, text, kind, person);
}

inline bool adds_up(const string& tens, const string& ones) {
  return tens.size() == 2 && tens[1] == '0' && tens[0] >= '2' && tens[0] <= '9' && ones.size() == 1 && ones[0] != '0';
}

// Words that were made before, of one kind of name.
struct WordCache {
  Map<OwnWord> known[2];
};

inline const OwnWord& make_word_once(const Tables& tables, const string& word, bool person, WordCache& cache) {
  auto& known = cache.known[person];
  auto it = known.find(word);
  if (it != known.end()) return it->second;
  if (known.size() > 50000) known.clear();
  return known.emplace(word, make_word(tables, word, person)).first->second;
}

// Roman numbers behind a person's name; "Vi", "Xi", "V" may be names or initials.
inline bool is_numeral(string_view w) {
  return w == "ii" || w == "iii" || w == "iv" || w == "vii" || w == "viii" || w == "ix";
}

inline vector<OwnWord> finish(const Tables& tables, vector<Cut> cuts, bool person, WordCache& cache) {
  if (person) {
    vector<Cut> parts;
    for (const Cut& cut : cuts) split_compound(tables, cut, parts);
    cuts = std::move(parts);
  } else {
    cuts = replace_phrases(tables, cuts);
  }
  if (cuts.size() > MAX_TOKENS) cuts.resize(MAX_TOKENS);
  vector<OwnWord> kept;
  kept.reserve(cuts.size());
  auto is_ben = [](const Cut& cut) { return cut.text == "ben" && (!cut.ready || cut.ready->kind == PARTICLE); };
  if (cuts.size() > 1 && person && is_ben(cuts[0])) {  // "Ben Smith"; a patronymic never comes first
    kept.push_back(make_word(tables, "ben", NAME, true));
    cuts.erase(cuts.begin());
  }
  if (person && cuts.size() == 1 && !cuts[0].ready && cuts[0].text.size() > 1 && find(tables.particles, cuts[0].text)) {
    kept.push_back(make_word(tables, cuts[0].text, NAME, true));  // what stands alone ties nothing
    return kept;
  }
  for (size_t at = 0; at < cuts.size(); at++) {
    const Cut& cut = cuts[at];
    const bool numeral = person && (at || !kept.empty()) && at + 1 == cuts.size() && !cut.ready && is_numeral(cut.text);
    const OwnWord number = numeral ? make_word(tables, *find(tables.roman, cut.text), NUMBER, true) : OwnWord();
    const OwnWord& w = numeral ? number : cut.ready ? *cut.ready : make_word_once(tables, cut.text, person, cache);
    OwnWord* before = kept.empty() ? nullptr : &kept.back();
    if (before && w.kind == NUMBER && before->kind == NUMBER && adds_up(before->text, w.text)) {
      before->text = std::to_string(std::stoi(before->text) + std::stoi(w.text));
      before->fold = fold_token(before->text);
      before->frames = frame_token(before->text);
      before->families.clear();
      before->nicks.clear();
    } else if (!before || w.kind != NAME || w.text != before->text || w.text.size() < 4) {
      kept.push_back(w);
    }
  }
  return kept;
}

// The words of an ASCII name, at most MAX_TOKENS. `is_plain` says that names.analysis.to_plain has been at the text.
inline vector<OwnWord> analyse_ascii(const Tables& tables, string_view text, bool person, bool is_plain, WordCache& cache) {
  string swapped;
  if (!is_plain) text = text.substr(0, MAX_NAME);
  if (!is_plain && person && std::count(text.begin(), text.end(), ',') == 1) {
    const size_t comma = text.find(',');
    swapped = string(text.substr(comma + 1)) + " " + string(text.substr(0, comma));
    text = swapped;
  }
  const string plain = is_plain ? string(text) : drop_marks(text);
  vector<Cut> cuts;
  for (string& word : cut_latin(person ? split_fused_initials(plain) : join_dotted(plain))) cuts.push_back({std::move(word)});
  return finish(tables, std::move(cuts), person, cache);
}

}  // namespace tocsin
