// A word of another script, as names/analysis.py reads it, which is the reference: text of one script, told letter by letter.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "analysis.hpp"
#include "readings.hpp"

namespace tocsin {

// What a letter or mark is wherever it stands, as names.letters.tell_letter gives it.
struct Letter {
  uint8_t script = LATIN;  // of a letter; LATIN for a mark
  string form, ascii;      // as it is compared, and in ASCII
  bool dropped = false;    // whether it is a mark that words without vowels are read without

  bool is_mark() const { return script == LATIN; }
};
using TellLetter = std::function<std::optional<Letter>(string_view)>;  // none for one that is not to be read alone
using IsComposed = std::function<bool(string_view)>;                   // whether a text is in normal form C

// What a piece of text without spaces holds: its words, and its ASCII form when all its letters are Latin.
struct Chunk {
  bool plain = false, unread = false;  // whether its letters are all Latin; whether its words are still to be read
  string text, written;  // in ASCII; as it was, where unread
  vector<Cut> cuts;
  vector<std::unique_ptr<OwnWord>> words;  // of other scripts; the cuts point to them

  void add(string word) {
    cuts.emplace_back();
    cuts.back().text = std::move(word);
  }
  void add(OwnWord word) {
    words.push_back(std::make_unique<OwnWord>(std::move(word)));
    cuts.emplace_back();
    cuts.back().text = words.back()->text;
    cuts.back().ready = words.back().get();
  }
};

// Where a name in signs or syllables without spaces is cut, as names.signs.split_family does.
class FamilySplitter {
 public:
  FamilySplitter(const Tables& tables, uint8_t script, const vector<string>& signs)
      : tables_(tables), readings_(*tables.readings), script_(script), signs_(signs) {}

  // How many signs each part has.
  vector<size_t> split() const {
    const size_t n = signs_.size();
    if (script_ == HAN) {
      vector<size_t> parts = split_japanese();
      if (parts.empty()) parts = split_married();
      if (!parts.empty()) return parts;
    }
    for (size_t family : {2, 1})
      if (family < n && n <= family + 2 && is_family(0, family)) return {family, n - family};
    return {n};
  }

 private:
  static constexpr size_t MOST_GIVEN = 3, MARRIED = 4;

  string join(size_t from, size_t to) const {
    string out;
    for (size_t i = from; i < to; i++) out += signs_[i];
    return out;
  }
  bool is_family(size_t from, size_t to) const {
    const Units* units = readings_.find_units(script_);
    return units && units->known.contains("^" + spell_written(join(from, to), script_) + "$");
  }
  bool are_signs_of(uint8_t language, size_t from) const {
    const Units* units = readings_.find_units(language);
    return units && std::all_of(signs_.begin() + static_cast<std::ptrdiff_t>(from), signs_.end(),
                                [&](const string& sign) { return units->known.contains(sign); });
  }
  vector<size_t> split_japanese() const {
    const size_t n = signs_.size();
    if (n < 3) return {};
    if (n == 3 && tables_.given.contains(join(0, n))) return {n};
    const bool is_chinese = n == 3 && is_family(0, 1);
    for (size_t length : {2, 3, 1}) {
      if (length >= n || n - length > MOST_GIVEN || !tables_.surnames.contains(join(0, length))) continue;
      if (tables_.given.contains(join(length, n)) && !(is_chinese && length == 1))
        return is_chinese ? vector<size_t>(n, 1) : vector<size_t>{length, n - length};
      if (!is_chinese && std::max(length, n - length) > 1 && are_signs_of(JAPANESE, length)) return {length, n - length};
    }
    return {};
  }
  vector<size_t> split_married() const {
    if (signs_.size() != MARRIED || is_family(0, 2) || !is_family(0, 1) || !is_family(1, 2) || are_signs_of(FOREIGN, 2)) return {};
    return {1, 1, MARRIED - 2};
  }

  const Tables& tables_;
  const Readings& readings_;
  uint8_t script_;
  const vector<string>& signs_;
};

// Consonants of words whose vowels are not written (names/abjad.py), and what names they may be (names/unvocalised.py).
class AbjadReader {
 public:
  explicit AbjadReader(const Tables& tables) : tables_(&tables) {}

  // The consonant frames of a word, one a line, the likeliest first.
  string read_frames(const vector<string>& letters) const {
    vector<const vector<string>*> ways;
    for (size_t i = 0; i < letters.size() && ways.size() < MOST_LETTERS; i++) {
      if (i && letters[i] == ASPIRATE && is_aspirated(letters[i - 1])) continue;
      const vector<string>* known = find(tables_->frame_letters, letters[i]);
      ways.push_back(known && !known->empty() ? known : &silent());
    }
    if (ways.empty()) return {};
    const vector<string> heads = find_heads(letters[0], *ways[0]);
    vector<size_t> open;  // letters that vary: the first ones that are read in more than one way
    for (size_t i = 1; i < ways.size() && open.size() < OPEN_LETTERS; i++)
      if (ways[i]->size() > 1) open.push_back(i);
    vector<string> frames;
    vector<size_t> choice(open.size());
    do {
      string rest;
      for (size_t i = 1, k = 0; i < ways.size(); i++) rest += (*ways[i])[k < open.size() && open[k] == i ? choice[k++] : 0];
      for (const string& head : heads) {
        string frame = head + rest;
        tidy(frame);
        const string shorter = drop_digraphs(frame);
        add(frames, std::move(frame));
        add(frames, shorter);
        if (frames.size() >= MOST_FRAMES) {
          frames.resize(MOST_FRAMES);
          return join(frames);
        }
      }
    } while (advance(choice, open, ways));
    return join(frames);
  }

  bool is_known(const string& written) const {
    return tables_->written_names.contains(written) || (count_code_points(written) == 4 && tables_->script_words.contains(written));
  }

  vector<uint32_t> find_families(const string& written, uint8_t script, string_view frames) {
    if (const auto* known = find(tables_->written_names, written)) return *known;
    prepare();
    const vector<uint32_t>* families = nullptr;
    each_frame(frames, [&](string_view frame) {
      if (!families) families = find(families_, frame);
    });
    vector<uint32_t> out;
    if (!families) return out;
    const Weigher weigher(*tables_->readings, tables_->readings->find_units(script), written);
    for (uint32_t n : *families)
      if (weigher.gain(tables_->plainest.at(n)) >= LEAST_READ * weigher.best()) out.push_back(n);
    return out;
  }

  // How much the name of its frame tells that a word reads as best: under 1 for common names.
  double find_share(const string& frame, const string& written, uint8_t script) {
    if (const auto* known = find(tables_->written_names, written)) {
      double least = 1.0;
      for (uint32_t n : *known)
        if (const double* band = find(tables_->unvocalised_bands, tables_->plainest.at(n))) least = std::min(least, *band);
      return least;
    }
    prepare();
    double best = LEAST_READ, found = 1.0;
    const auto* names = find(bands_, frame);
    if (!names) return found;
    const Weigher weigher(*tables_->readings, tables_->readings->find_units(script), written);
    for (const auto& [share, name] : *names) {
      const double read = static_cast<double>(weigher.gain(name)) / weigher.best();
      if (read > best) best = read, found = share;
    }
    return found;
  }

 private:
  static constexpr size_t MOST_LETTERS = 40, OPEN_LETTERS = 2;
  static constexpr double LEAST_READ = 0.6;
  static constexpr string_view ASPIRATE = "ھ";

  class Weigher {
   public:
    Weigher(const Readings& readings, const Units* units, const string& written) : readings_(&readings) {
      if (units) way_.emplace(*units, "^" + written + "$");
    }
    int gain(string_view latin) const { return way_ ? weigh_way(*readings_, *way_, latin) : 0; }
    int best() const { return way_ ? way_->best : LEAST_BEST; }

   private:
    const Readings* readings_;
    std::optional<Way> way_;
  };

  static const vector<string>& silent() {
    static const vector<string> ways{""};
    return ways;
  }
  static bool is_aspirated(string_view letter) {
    for (string_view c : {"ب", "پ", "ت", "ٹ", "د", "ڈ", "ج", "چ", "ک", "گ"})
      if (letter == c) return true;
    return false;
  }
  static vector<string> find_heads(string_view letter, const vector<string>& ways) {
    if (letter == "ی" || letter == "ي" || letter == "י") return {"i", "a"};
    if (letter == "و" || letter == "ו") return {"w", "v", "a"};
    vector<string> heads;
    for (const string& way : ways) heads.push_back(way.empty() ? "a" : way);
    return heads;
  }
  static void tidy(string& frame) {
    drop_doubled(frame);
    drop_last_h(frame);
  }
  // "azhr" as "azr": اظہر is written "Azhar", in which zh looks like one sound.
  static string drop_digraphs(string_view frame) {
    string out;
    for (size_t i = 0; i < frame.size(); i++) {
      out += frame[i];
      if (std::strchr("zstdgk", frame[i]) && i + 1 < frame.size() && frame[i + 1] == 'h') i++;
    }
    return out;
  }
  static void add(vector<string>& frames, string frame) {
    if (std::find(frames.begin(), frames.end(), frame) == frames.end()) frames.push_back(std::move(frame));
  }
  static string join(const vector<string>& frames) {
    string out = frames[0];
    for (size_t i = 1; i < frames.size(); i++) out += '\n' + frames[i];
    return out;
  }
  // The next of all choices, the last letter varying first; false when there is none.
  static bool advance(vector<size_t>& choice, const vector<size_t>& open, const vector<const vector<string>*>& ways) {
    for (size_t k = open.size(); k--;) {
      if (++choice[k] < ways[open[k]]->size()) return true;
      choice[k] = 0;
    }
    return false;
  }

  // What stands under each frame of consonants: the family, where all its names are of one, and the common names.
  void prepare() {
    if (prepared_) return;
    prepared_ = true;
    std::map<string, vector<uint32_t>> families;
    for (const auto& [name, numbers] : tables_->same_name) {
      auto& of = families[frame_token(name)];
      for (uint32_t n : numbers)
        if (n < tables_->plainest.size() && std::find(of.begin(), of.end(), n) == of.end()) of.push_back(n);
    }
    for (auto& [frame, numbers] : families)
      if (numbers.size() == 1 && frame.size() > 2) families_[frame] = numbers;
    for (const auto& [name, share] : tables_->unvocalised_bands) bands_[frame_token(name)].emplace_back(share, name);
    for (auto& [frame, names] : bands_) std::sort(names.begin(), names.end());
  }

  const Tables* tables_;
  bool prepared_ = false;
  Map<vector<uint32_t>> families_;
  Map<vector<std::pair<double, string>>> bands_;
};

// Reads pieces of text all letters of which are of one other script. For one thread at a time.
class ForeignReader {
 public:
  ForeignReader(const Tables& tables, TellLetter tell_letter, IsComposed is_composed)
      : tables_(&tables), abjad_(tables), tell_letter_(std::move(tell_letter)), is_composed_(std::move(is_composed)) {}

  // Fills `out` and gives true; false, and nothing, for text that is not so simple.
  bool read(string_view text, bool person, Chunk& out) {
    uint8_t script = LATIN;
    bool marks = false;
    LettersRead letters;
    for (size_t at = 0; at < text.size();) {
      const size_t n = std::min(code_point_size(text[at]), text.size() - at);
      const std::shared_ptr<const Letter> letter = n > 1 ? find_letter(text.substr(at, n)) : nullptr;
      if (!letter) return false;
      if (letter->is_mark()) {
        marks = true;
      } else {
        if (script != LATIN && letter->script != script) return false;
        script = letter->script;
      }
      letters.push_back(letter);
      at += n;
    }
    if (script == LATIN || (marks && !is_composed_(text))) return false;
    const bool is_abjad = script >= ARABIC && script <= SYRIAC, is_syllabic = script == HAN || script == HANGUL;
    if (is_abjad) return read_abjad(letters, text, script, person, out);
    if (is_syllabic) return !marks && person && read_syllables(letters, script, out);
    return read_letters(letters, script, person, out);
  }

 private:
  using LettersRead = vector<std::shared_ptr<const Letter>>;
  static constexpr size_t MOST_LETTERS = 50000;
  static constexpr string_view ARTICLE = "ال", AND_ARTICLE = "وال";

  static bool begins_with(string_view text, std::initializer_list<string_view> any) {
    return std::any_of(any.begin(), any.end(), [&](string_view with) { return text.substr(0, with.size()) == with; });
  }

  std::shared_ptr<const Letter> find_letter(string_view written) {
    auto it = known_.find(written);
    if (it != known_.end()) return it->second;
    if (known_.size() > MOST_LETTERS) known_.clear();
    std::optional<Letter> told = tell_letter_(written);  // which may let another thread in
    return known_[string(written)] = told ? std::make_shared<const Letter>(std::move(*told)) : nullptr;
  }

  bool read_abjad(const LettersRead& letters, string_view text, uint8_t script, bool person, Chunk& out) {
    vector<string> forms;
    string written;
    for (const auto& letter : letters) {
      if (letter->is_mark() && !letter->dropped) return false;
      if (letter->is_mark() || letter->form.empty()) continue;
      forms.push_back(letter->form);
      written += letter->form;
    }
    if (forms.empty()) return false;
    if (script == ARABIC && !begins_with(text, {"أ", "إ", "آ"})) {  // no article begins so: ألبرت is Albert
      const size_t article = begins_with(written, {AND_ARTICLE}) ? 3 : begins_with(written, {ARTICLE}) ? 2 : 0;
      if (article && forms.size() >= article + 2 && !abjad_.is_known(written)) {
        out.add(make_word("al", string(ARTICLE), {}, script, person));
        forms.erase(forms.begin(), forms.begin() + static_cast<std::ptrdiff_t>(article));
        written = written.substr(article == 3 ? AND_ARTICLE.size() : ARTICLE.size());
      }
    }
    const string frames = abjad_.read_frames(forms);
    out.add(make_word(frames.substr(0, frames.find('\n')).substr(0, MAX_TOKEN), written, frames, script, person));
    return true;
  }

  bool read_syllables(const LettersRead& letters, uint8_t script, Chunk& out) {
    vector<string> signs;
    for (const auto& letter : letters) signs.push_back(letter->form);
    size_t at = 0;
    bool fused = false;
    for (size_t size : FamilySplitter(*tables_, script, signs).split()) {
      string written, ascii;
      for (const size_t end = at + size; at < end; at++) {
        written += signs[at];
        ascii += letters[at]->ascii;
      }
      if (ascii.empty()) continue;
      OwnWord word = make_word(ascii.substr(0, MAX_TOKEN), written, {}, script, true);
      if (fused) word.traits |= FUSED;
      fused = true;
      out.add(std::move(word));
    }
    return true;
  }

  bool read_letters(const LettersRead& letters, uint8_t script, bool person, Chunk& out) {
    string written;
    for (const auto& letter : letters) written += letter->form;
    string_view ending;
    if (person)
      for (const string& din : tables_->din_written) {
        if (written.size() < din.size() || written.compare(written.size() - din.size(), din.size(), din) != 0) continue;
        if (count_code_points(written) < count_code_points(din) + 3) continue;
        ending = din;
        break;
      }
    written.resize(written.size() - ending.size());
    string ascii;
    size_t size = 0;  // of what has been put into ASCII, as it is written
    for (const auto& letter : letters) {
      size += letter->form.size();
      if (size > written.size()) break;
      ascii += letter->ascii;
    }
    if (!ascii.empty()) out.add(make_word(ascii.substr(0, MAX_TOKEN), written, {}, script, person));
    if (!ending.empty()) out.add("din");
    return true;
  }

  // As names.analysis.make_token. `frames` are of words whose vowels are not written.
  OwnWord make_word(const string& ascii, const string& written, const string& frames, uint8_t script, bool person) {
    OwnWord w;
    w.script = script;
    w.written = written;
    w.kind = classify(ascii, written, script, person, w.text);
    const bool is_abjad = w.view().is_abjad(), by_frames = is_abjad && w.kind != PARTICLE;
    w.frames = by_frames ? frames : frame_token(w.text);
    w.fold = is_abjad ? w.frames.substr(0, w.frames.find('\n')) : fold_token(w.text);
    if (is_abjad) w.families = abjad_.find_families(written, script, w.frames);
    else w.families = find_families_of(*tables_, w.text, person);
    if (person && !is_abjad)
      if (const auto* nicks = find(tables_->nicknames, w.text)) w.nicks = *nicks;
    w.weight = weight_of_kind(w.kind);
    if (w.kind != NAME) return w;
    double share = 1.0;
    if (is_abjad) share = abjad_.find_share(w.text, written, script);
    else if (const double* band = find(person ? tables_->person_bands : tables_->org_bands, w.text)) share = *band;
    if (tables_->written_names.contains(written) || (is_abjad && share < 1)) w.traits = PERSONAL;
    w.weight = weigh_name(share, person, w.text.size() <= (is_abjad ? 2u : 3u));
    return w;
  }

  Kind classify(const string& ascii, const string& written, uint8_t script, bool person, string& text) const {
    text = read_number(ascii);
    if (!text.empty()) return NUMBER;
    text = ascii;
    if (written == ARTICLE) {
      text = "al";
      return PARTICLE;
    }
    const bool is_cased = script == CYRILLIC || script == GREEK || script == ARMENIAN;
    if (person && is_cased && count_code_points(written) == 1) return INITIAL;
    const ScriptWord* known = find(tables_->script_words, written);
    if (person && !known && is_akshara(written)) {
      text = ascii.substr(0, 1);
      return INITIAL;
    }
    if (!known) return NAME;
    const bool of_persons = known->kind == PARTICLE || known->kind == TITLE || known->kind == BINDER || known->kind == INITIAL;
    if (known->kind != NAME && of_persons != person) return NAME;
    text = known->latin;
    return known->kind;
  }

  // One syllable of Hindi or Bengali: a letter, with or without the sign of a vowel.
  static bool is_akshara(string_view written) {
    auto code_point = [](string_view s) {
      return (static_cast<uint8_t>(s[0]) & 15u) << 12 | (static_cast<uint8_t>(s[1]) & 63u) << 6 | (static_cast<uint8_t>(s[2]) & 63u);
    };
    auto is_in = [](uint32_t c, uint32_t from, uint32_t to) { return c >= from && c <= to; };
    if ((written.size() != 3 && written.size() != 6) || code_point_size(written[0]) != 3) return false;
    const uint32_t first = code_point(written);
    if (!is_in(first, 0x905, 0x939) && !is_in(first, 0x985, 0x9B9)) return false;
    if (written.size() == 3) return true;
    const uint32_t sign = code_point(written.substr(3));
    return code_point_size(written[3]) == 3 && (is_in(sign, 0x93E, 0x94C) || is_in(sign, 0x9BE, 0x9CC));
  }

  const Tables* tables_;
  AbjadReader abjad_;
  TellLetter tell_letter_;
  IsComposed is_composed_;
  Map<std::shared_ptr<const Letter>> known_;
};

}  // namespace tocsin
