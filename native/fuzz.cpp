// A libFuzzer target for the kernel (`make fuzz`): whatever comes in, it stays within its memory, ends, and keeps its laws.
//
// The first byte of an input says what is tried with the rest:
//   W a name is read to words          P two names, one a line, are weighed
//   F a name is found in an index      D a name is asked of an index of which some bytes were changed
// The index is made at the start, from the names below. Letters beyond ASCII are told by a stand-in for names.letters, and what is
// not read by its letters is read by a stand-in that gives words of all scripts, within the limits that names.analysis keeps.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "checking.hpp"
#include "reader.hpp"
#include "writer.hpp"

using namespace tocsin;

namespace {

const char* const LISTED[] = {
    "Zaki ur Rehman Lakhvari", "Salman bin Muhammad", "Abd al-Rahman Salman", "H. Qurbani", "Hafizullah Nooruddin", "O'Neil, Saint-Jean",
    "JC Juncker", "Robert Bob", "Li Na", "Ali", "Maximilian Alexander Konstantinopolski", "Army of Nurabad",
    "Nurabad Trading Limited Liability Company", "Brigade forty four", "Bank of Nurabad 42", "U.S.A. Nurabad & Sons", "SiemensAG",
    "محمد سعید", "عبدالرحمن", "Аслан Ахмедов", "习近平", "김정은", "लश्कर-ए-नूराबाद", "José Peña",
};

Tables make_tables() {
  Tables t;
  t.particles = {{"al", "al"}, {"el", "al"}, {"bin", "bin"}, {"ibn", "bin"}, {"ben", "bin"}, {"ur", "al"}, {"de", "de"}, {"van", "van"}};
  t.org_stops = {{"of", "of"}, {"the", "the"}, {"and", "and"}, {"e", "of"}};
  t.legal_forms = {{"ltd", "ltd"}, {"limited", "ltd"}, {"llc", "llc"}, {"gmbh", "gmbh"}, {"company", "co"}};
  t.number_words = {{"forty", "40"}, {"four", "4"}, {"one", "1"}};
  t.roman = {{"ii", "2"}, {"iii", "3"}, {"iv", "4"}, {"vii", "7"}, {"viii", "8"}, {"ix", "9"}};
  t.same_name = {{"mohammed", {1}}, {"muhammad", {1}}, {"mohd", {1}}, {"yusuf", {2}}, {"joseph", {2, 3}}, {"jose", {3}}, {"rahman", {4}},
                 {"rehman", {4}}, {"salman", {5}}, {"robert", {6}}};
  t.nicknames = {{"bob", {1}}, {"robert", {1}}};
  t.same_word = {{"army", {7}}, {"lashkar", {7}}, {"bank", {8}}};
  t.person_bands = {{"mohammed", 0.3}, {"muhammad", 0.3}, {"ali", 0.4}};
  t.org_bands = {{"trading", 0.3}, {"bank", 0.4}};
  t.titles = {{"haji", true}, {"dr", true}};
  t.binders = {{"din", true}, {"ullah", true}, {"abd", true}};
  t.phrases["limited"] = {{{"limited", "liability", "company"}, {"llc"}}, {{"limited", "company"}, {"ltd"}}};
  t.hispanic = {{"jose", true}, {"pena", true}};
  t.script_words = {{"بن", {PARTICLE, "bin"}}, {"ООО", {LEGAL, "ooo"}}, {"氏", {TITLE, "mr"}}};
  t.written_names = {{"محمد", {1}}};
  t.plainest = {"", "muhammad", "yusuf", "jose", "rahman"};
  t.unvocalised_bands = {{"muhammad", 0.3}, {"rahman", 0.5}, {"said", 0.4}};
  t.frame_letters = {{"م", {"m"}}, {"ح", {"h"}}, {"د", {"d"}}, {"س", {"s"}}, {"ع", {""}}, {"ي", {""}}, {"ل", {"l"}}, {"ا", {""}},
                     {"ذ", {"d", "z"}}, {"ج", {"j", "g"}}, {"ک", {"k"}}};
  t.din_written = {"уддин", "иддин"};
  t.surnames = {{"山田", true}, {"高", true}};
  t.given = {{"太郎", true}, {"山田太", true}};
  auto readings = std::make_shared<Readings>();
  for (const auto& [unit, line] : {std::pair("م", "m=10"), std::pair("ح", "h=20 kh=90"), std::pair("د", "d=10"), std::pair("س", "s=10 c=120"),
                                   std::pair("ع", "a=40 e=80 -=60"), std::pair("ي", "i=30 y=40 ei=90"), std::pair("ل", "l=10")})
    readings->add(ARABIC, unit, line);
  for (const auto& [unit, line] : {std::pair("김", "kim=20 gim=60"), std::pair("정", "jong=40 jung=50 chung=90"), std::pair("은", "un=20 eun=40")})
    readings->add(HANGUL, unit, line);
  for (const auto& [unit, line] : {std::pair("^李$", "li=20 lee=60"), std::pair("g", "g=20 k=120"), std::pair("uang", "uang=60 ong=90")})
    readings->add(HAN, unit, line);
  readings->add(CANTONESE, vector<string>{"光", "广"}, "kwong=10 gwong=90");
  readings->add(JAPANESE, "ヤ", "ya=5");
  readings->kana["山田"] = {"ヤマダ", "ヤマタ"};
  readings->prepare();
  t.readings = std::move(readings);
  return t;
}

Engine make_engine() {
  Engine e;
  e.bias = -2.9;
  e.gate_low = 0.4;
  e.gate_high = 0.75;
  e.highest = 4.0;
  e.weak_highest = 0.4;
  e.steps[COVER_HIGH] = {{0.75, 0.0}, {1.0, 0.47}};
  e.steps[COVER_LOW] = {{0.4, 0.0}, {0.7, 2.0}, {1.0, 4.3}};
  e.steps[CONFLICT] = {{0, 0.0}, {0.2, 0.0}, {1.2, -2.5}};
  e.steps[EXTRA_QUERY] = {{0, 0.0}, {0.5, -0.9}};
  e.steps[EXTRA_CANDIDATE] = {{0, 0.0}, {0.5, -0.6}};
  e.steps[DEFICIT] = {{0, 0.0}, {0.1, -0.9}};
  e.steps[INFO] = {{0.5, 0.0}, {3.0, 4.6}};
  e.steps[NUMBERS] = {{0, 0.0}, {1.0, -3.0}};
  e.steps[ORDER] = {{0, 0.0}, {1.0, -2.4}};
  e.steps[FATHER_SON] = {{0, 0.0}, {1, -6.0}};
  e.steps[SLIP] = {{0, 0.0}, {0.3, -1.1}};
  e.steps[CONFUSED_NAMES] = {{0, 0.0}, {2, -4.2}};
  e.steps[READING] = {{0, 0.0}, {0.5, 1.4}, {1, 2.5}};
  return e;
}

void expect(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %s\n", law);
  std::abort();
}

string letters_of(string_view text, const char* alphabet, size_t most) {
  string out;
  const size_t count = std::strlen(alphabet);
  for (char c : text.substr(0, most)) out += alphabet[static_cast<uint8_t>(c) % count];
  return out;
}

// What names.analysis.read_chunk could give for some text.
Chunk read_foreign(string_view text, bool person) {
  Chunk chunk;
  const uint32_t by = hash_key('c', text);
  string latin;
  for (char c : text)
    if (is_letter(c) || is_digit(c)) latin += lower(c);
  if (by % 3 == 0) {
    chunk.plain = true;
    chunk.text = latin;
    if (!latin.empty()) chunk.add(latin.substr(0, MAX_TOKEN));
    return chunk;
  }
  OwnWord w;
  w.script = static_cast<uint8_t>(1 + by / 3 % 15);
  w.text = w.fold = letters_of(text, "bdfghjklmnrstz", MAX_TOKEN);
  for (uint32_t i = 0; i <= (by >> 8) % MOST_FRAMES; i++) {
    if (i) w.frames += '\n';
    w.frames += letters_of(text.substr(std::min<size_t>(i, text.size())), "abdfghjklmnrstz", MAX_TOKEN + 1);
  }
  if (!w.view().is_abjad()) {  // whose letters are read as Latin ones
    w.fold = fold_token(w.text);
    w.frames = frame_token(w.text);
  }
  w.written = text;
  w.weight = person ? 0.45 + 0.65 * ((by >> 16) % 8) / 8 : 0.12 + ((by >> 16) % 8) / 8.0;
  if ((by >> 20) % 4 == 0) w.families = {by % 9};
  chunk.add(std::move(w));
  return chunk;
}

// What names.letters.tell_letter could give: what the letters of a script are, but for some that are not told.
std::optional<Letter> tell_letter(string_view written) {
  const uint32_t by = hash_key('t', written);
  if (by % 11 == 0) return std::nullopt;
  const uint8_t c = static_cast<uint8_t>(written[0]);
  Letter letter;
  letter.script = c >= 0xEA ? HANGUL : c >= 0xE4 ? HAN : c >= 0xE0 ? 7 + by / 11 % 2 : c >= 0xD8 ? ARABIC : c >= 0xD6 ? HEBREW : CYRILLIC;
  letter.form = by % 7 ? string(written) : letter.script == ARABIC ? "" : "ا";
  letter.ascii = letters_of(written, "abdfghjklmnrstz", by % 3);
  if (by % 13 == 0) letter.script = LATIN, letter.dropped = by % 2;
  return letter;
}

using Files = std::map<string, vector<char>>;

vector<char> read_file(const string& path) {
  std::ifstream in(path, std::ios::binary);
  return vector<char>(std::istreambuf_iterator<char>(in), {});
}

const char* const ARRAYS[] = {
    "words.records", "words.data", "keys.other.buckets", "keys.other.keys", "keys.other.values", "keys.person.buckets",
    "keys.person.keys", "keys.person.values", "joins.other.buckets", "joins.other.keys", "joins.other.values",
    "joins.person.buckets", "joins.person.keys", "joins.person.values", "names_of_word.offsets", "names_of_word.values",
    "names_of_word.dominant", "names.words.offsets", "names.words.values", "runs.words.offsets", "runs.words.values",
    "runs.names.offsets", "runs.names.values", "runs.letters", "names.weight", "names.silent", "names.initials",
    "names.person", "names.weak",
};

Files write_listed(Reader& reader) {
  char folder[] = "fuzz-index-XXXXXX";
  if (!mkdtemp(folder)) std::abort();
  Writer().write(folder);  // an index of no names is one too
  Writer writer;
  writer.tables = &reader.tables();
  uint32_t entity = 0;
  for (const char* name : LISTED) {
    for (bool person : {true, false}) writer.add(reader.read(name, person), name, entity, 0, entity % 7 == 6, person);
    entity++;
  }
  writer.write(folder);
  Files files;
  for (const char* name : ARRAYS) files[name] = read_file(string(folder) + "/" + name);
  for (const char* name : ARRAYS) std::remove((string(folder) + "/" + name).c_str());
  for (const char* name : {"names.kind", "names.entity", "names.text.offsets", "names.text.data"})
    std::remove((string(folder) + "/" + name).c_str());
  rmdir(folder);
  return files;
}

template <class T>
void lay(const Files& files, const string& name, Array<T>& array) {
  const vector<char>& bytes = files.at(name);
  array.data = reinterpret_cast<const T*>(bytes.data());
  array.size = bytes.size() / sizeof(T);
}

void lay_files(const Files& files, Index& x) {
  lay_index(x, [&](const string& name, auto& array) { lay(files, name, array); });
}

struct Kernel {
  const Tables tables = make_tables();
  const Engine engine = make_engine();
  Reader reader{tables, read_foreign, [](string_view) { return std::optional<string>(); }, tell_letter,
                [](string_view text) { return hash_key('n', text) % 5 > 0; }};
  const Files files = write_listed(reader);
  Finder finder, in_blocks;
  Scratch scratch, other_scratch;
  Room room;

  Kernel() {
    for (Finder* f : {&finder, &in_blocks}) {
      f->tables = &tables;
      lay_files(files, f->index);
    }
    in_blocks.whole = in_blocks.block = 7;
  }
};

Kernel& kernel() {
  static Kernel* made = new Kernel;
  return *made;
}

vector<Word> to_views(const vector<OwnWord>& words) {
  vector<Word> views;
  for (const OwnWord& w : words) views.push_back(w.view());
  return views;
}

void check_words(const vector<OwnWord>& words) {
  expect(words.size() <= MAX_TOKENS, "a name has at most MAX_TOKENS words");
  for (const OwnWord& w : words) {
    expect(w.text.size() <= LONGEST_WORD && w.fold.size() <= LONGEST_WORD, "a word is at most LONGEST_WORD long");
    expect(w.frames.size() <= MOST_FRAMES * (LONGEST_WORD + 1), "frames are at most MOST_FRAMES");
    expect(w.weight > 0 && w.weight <= HEAVIEST_WORD, "a word weighs something, and not too much");
    expect(w.kind <= BINDER, "a word is of a known kind");
  }
}

void try_words(string_view name) {
  Kernel& k = kernel();
  for (bool person : {true, false}) {
    const vector<OwnWord> words = k.reader.read(name, person), again = k.reader.read(name, person);
    check_words(words);
    expect(words.size() == again.size(), "a name is read alike twice");
    for (size_t i = 0; i < words.size(); i++)
      expect(words[i].text == again[i].text && words[i].frames == again[i].frames, "a name is read alike twice");
  }
}

double weigh(const vector<Word>& q, const vector<Word>& c, bool person, Features* features) {
  Kernel& k = kernel();
  return weigh_names(*k.tables.readings, k.engine, q.data(), static_cast<int>(q.size()), c.data(), static_cast<int>(c.size()), person, k.room,
                     [&](int i, int j) { return compare_pair(k.tables, q[i], c[j], person); }, features);
}

void try_pair(string_view text) {
  const size_t line = std::min(text.find('\n'), text.size());
  const string_view query = text.substr(0, line), listed = text.substr(std::min(line + 1, text.size()));
  for (bool person : {true, false}) {
    const vector<OwnWord> q = kernel().reader.read(query, person), c = kernel().reader.read(listed, person);
    const vector<Word> qv = to_views(q), cv = to_views(c);
    const double logit = weigh(qv, cv, person, nullptr);
    expect(logit >= LOWEST && logit <= EQUAL, "log-odds are within their bounds");
    expect(q.empty() || weigh(qv, qv, person, nullptr) == EQUAL, "a name equals itself");
    if (q.empty() || c.empty()) continue;
    Features f;
    weigh(qv, cv, person, &f);
    for (double value : f) expect(std::isfinite(value) && value >= 0, "features are numbers, none below 0");
    expect(f[COVER_HIGH] <= 1 + 1e-9, "no more is covered than there is");
  }
}

// Whether nothing meets in the two names but initials and tie words, of either side.
bool are_initials_met(const Finder& finder, const vector<OwnWord>& query, uint32_t name, bool person) {
  Word listed[MAX_TOKENS];
  const int m = finder.index.words_of(name, listed);
  const vector<Word> words = to_views(query);
  Room room;
  const Alignment& al = align(*finder.tables->readings, words.data(), static_cast<int>(words.size()), listed, m, person, room,
                              [&](int i, int j) { return compare_pair(*finder.tables, words[i], listed[j], person); });
  return std::all_of(al.pairs.begin(), al.pairs.end(), [&](const Pair& p) {
    return p.rule == INITIALS || (p.q1 - p.q0 == 1 && words[p.q0].is_silent()) ||
           (p.c1 - p.c0 == 1 && listed[p.c0].is_silent());
  });
}

void try_find(string_view text) {
  if (text.empty()) return;
  Kernel& k = kernel();
  const uint8_t how = static_cast<uint8_t>(text[0]);
  const bool person = how & 1;
  const double least = vector<double>{-7.5, -1.0, 0.85}[how / 2 % 3];
  const vector<OwnWord> words = k.reader.read(text.substr(1), person);
  // A name of initials and tie words alone is looked for as it is written, not among all that it could stand for.
  if (std::all_of(words.begin(), words.end(), [](const OwnWord& w) { return w.view().is_silent(); })) return;
  vector<Score> found, all, other;
  k.finder.search(to_views(words), k.engine, person, least, k.scratch, found);
  k.in_blocks.search(to_views(words), k.engine, person, least, k.other_scratch, other);
  expect(std::equal(found.begin(), found.end(), other.begin(), other.end(),
                    [](const Score& a, const Score& b) { return a.name == b.name && a.logit == b.logit; }),
         "searching block by block finds the same");
  k.finder.search_all(to_views(words), k.engine, person, least, k.scratch, all);
  // Nor are names of which only initials are met: no word of theirs is looked for.
  std::erase_if(all, [&](const Score& score) {
    const auto is_same = [&](const Score& other) { return other.name == score.name; };
    return std::none_of(found.begin(), found.end(), is_same) && are_initials_met(k.finder, words, score.name, person);
  });
  expect(found.size() == all.size(), "searching finds what comparing with every name finds");
  for (size_t i = 0; i < found.size(); i++)
    expect(found[i].name == all[i].name && std::abs(found[i].logit - all[i].logit) < 1e-6,
           "searching finds what comparing with every name finds");
}

// One change after the other: of which array, what is done, where, and with what.
Files damage(string_view changes) {
  Files files = kernel().files;
  const auto take = [&](size_t bytes) {
    uint64_t value = 0;
    for (; bytes && !changes.empty(); bytes--, changes.remove_prefix(1)) value = value << 8 | static_cast<uint8_t>(changes[0]);
    return value;
  };
  while (!changes.empty()) {
    vector<char>& array = files[ARRAYS[take(1) % std::size(ARRAYS)]];
    const uint64_t what = take(1), at = take(2);
    if (what % 5 == 0) {
      array = vector<char>(array.begin(), array.begin() + static_cast<ptrdiff_t>(at % (array.size() + 1)));
      continue;
    }
    const size_t width = size_t{1} << (what % 5 - 1);  // 1, 2, 4 or 8 bytes
    const uint64_t value = take(width);
    if (array.size() < width) continue;
    std::memcpy(array.data() + at * width % (array.size() - width + 1), &value, width);
  }
  return files;
}

void check_arrays(const Files& files) {
  Array<uint64_t> offsets;
  Array<uint32_t> numbers;
  Array<double> weights;
  Index index;
  lay_files(files, index);
  for (const char* name : {"names_of_word.offsets", "names.words.offsets", "runs.words.offsets", "runs.names.offsets"}) {
    lay(files, name, offsets);
    is_rising(offsets);
  }
  for (const char* name : {"keys.person.keys", "names.words.values", "runs.words.values", "runs.names.values"}) {
    lay(files, name, numbers);
    is_rising(numbers);
    find_highest(numbers);
  }
  for (const char* name : {"names.weight", "names.silent"}) {
    lay(files, name, weights);
    are_weights(weights, 0, HEAVIEST_WORD * MAX_TOKENS);
  }
  are_sound(index.records, index.data.size);
}

void try_damaged(string_view text) {
  if (text.empty()) return;
  Kernel& k = kernel();
  const Files files = damage(text.substr(1));
  check_arrays(files);
  Finder finder;
  finder.tables = &k.tables;
  lay_files(files, finder.index);
  const uint8_t how = static_cast<uint8_t>(text[0]);
  if (how % 3 == 0) finder.whole = finder.block = 7;
  const bool person = how & 1;
  const vector<OwnWord> words = k.reader.read(LISTED[how / 2 % std::size(LISTED)], person);
  Scratch scratch;
  vector<Score> found;
  finder.search(to_views(words), k.engine, person, -7.5, scratch, found);
  for (const Score& s : found) expect(s.name < finder.index.names() && s.logit <= EQUAL, "what is found is there");
  if (how % 5 == 0) finder.search_all(to_views(words), k.engine, person, -7.5, scratch, found);  // slow
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (!size) return 0;
  const string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'W': try_words(rest); break;
    case 'P': try_pair(rest); break;
    case 'F': try_find(rest); break;
    case 'D': try_damaged(rest); break;
    default: break;
  }
  return 0;
}
