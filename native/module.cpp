// The Python face of the kernel: tocsin.match._kernel. What it promises is in match/kernel.py.
#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "checking.hpp"
#include "reader.hpp"
#include "writer.hpp"

namespace nb = nanobind;
using namespace tocsin;

namespace {

constexpr int MOST_THREADS = 64;
const unsigned MOST_SCRATCHES = std::max(1u, std::thread::hardware_concurrency());

template <class Value>
void fill(Map<Value>& map, nb::handle from) {
  for (auto [key, value] : nb::cast<nb::dict>(from)) map.emplace(nb::cast<string>(key), nb::cast<Value>(value));
}

void fill_set(Map<bool>& map, nb::handle from) {
  for (nb::handle word : nb::cast<nb::iterable>(from)) map.emplace(nb::cast<string>(word), true);
}

vector<string> split(const string& text) {
  vector<string> words(1);
  for (char c : text) {
    if (c == ' ') words.emplace_back();
    else words.back() += c;
  }
  return words;
}

Tables* make_tables(nb::dict d) {
  auto t = std::make_unique<Tables>();
  fill(t->particles, d["particles"]);
  fill(t->org_stops, d["org_stops"]);
  fill(t->legal_forms, d["legal_forms"]);
  fill(t->number_words, d["number_words"]);
  fill(t->roman, d["roman"]);
  fill(t->same_name, d["same_name"]);
  fill(t->nicknames, d["nicknames"]);
  fill(t->same_word, d["same_word"]);
  fill(t->person_bands, d["person_bands"]);
  fill(t->org_bands, d["org_bands"]);
  fill_set(t->titles, d["titles"]);
  fill_set(t->binders, d["binders"]);
  fill_set(t->hispanic, d["hispanic"]);
  fill(t->written_names, d["written_names"]);
  fill(t->unvocalised_bands, d["unvocalised_bands"]);
  fill(t->frame_letters, d["frame_letters"]);
  fill_set(t->surnames, d["surnames"]);
  fill_set(t->given, d["given"]);
  t->plainest = nb::cast<vector<string>>(d["plainest"]);
  t->din_written = nb::cast<vector<string>>(d["din_written"]);
  for (auto [word, known] : nb::cast<nb::dict>(d["script_words"])) {
    auto [kind, latin] = nb::cast<std::pair<int, string>>(known);
    t->script_words.emplace(nb::cast<string>(word), ScriptWord{static_cast<Kind>(kind & 7), latin});
  }
  for (nb::handle item : nb::cast<nb::iterable>(d["legal_phrases"])) {
    auto [phrase, shorter] = nb::cast<std::pair<string, string>>(item);
    Phrase p{split(phrase), split(shorter)};
    t->phrases[p.words[0]].push_back(std::move(p));
  }
  for (auto& [_, options] : t->phrases)
    std::stable_sort(options.begin(), options.end(),
                     [](const Phrase& a, const Phrase& b) { return a.words.size() > b.words.size(); });
  auto readings = std::make_shared<Readings>();
  for (auto [letter, tells] : nb::cast<nb::dict>(d["letters"]))
    readings->letters[nb::cast<string>(letter).at(0) & 127] = nb::cast<int>(tells);
  for (auto [script, units] : nb::cast<nb::dict>(d["readings"]))
    for (auto [unit, line] : nb::cast<nb::dict>(units))
      readings->add(static_cast<uint8_t>(nb::cast<int>(script)), nb::cast<string>(unit), nb::cast<string>(line));
  for (auto [script, lines] : nb::cast<nb::dict>(d["signs"]))
    for (auto [line, signs] : nb::cast<nb::dict>(lines))
      readings->add(static_cast<uint8_t>(nb::cast<int>(script)), nb::cast<vector<string>>(signs), nb::cast<string>(line));
  for (auto [name, kana] : nb::cast<nb::dict>(d["kana"])) readings->kana[nb::cast<string>(name)] = nb::cast<vector<string>>(kana);
  readings->prepare();
  t->readings = std::move(readings);
  return t.release();
}

nb::tuple to_tuple(nb::handle item, size_t size) {  // nanobind looks into a tuple unasked how long it is
  nb::tuple t = nb::cast<nb::tuple>(item);
  if (t.size() != size) throw nb::value_error("a tuple of another size was expected");
  return t;
}

OwnWord to_word(nb::handle item) {
  nb::tuple t = to_tuple(item, 10);
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

nb::tuple from_word(const OwnWord& w) {
  return nb::make_tuple(w.text, static_cast<int>(w.kind), w.weight, w.fold, w.frames, w.families, w.nicks,
                        nb::bytes(w.written.data(), w.written.size()), static_cast<int>(w.script), w.traits);
}

// A reader that asks Python for what is not ASCII. Used under Python's lock only.
class PyReader : public Reader {
 public:
  PyReader(nb::handle tables, nb::object read_chunk, nb::object read_letter, nb::object tell_letter, nb::object is_composed)
      : Reader(*nb::cast<const Tables*>(tables),
               [read_chunk](string_view text, bool person) {
                 nb::tuple read = to_tuple(read_chunk(nb::str(text.data(), text.size()), person), 2);
                 Chunk chunk;
                 chunk.plain = !read[0].is_none();
                 if (chunk.plain) chunk.text = nb::cast<string>(read[0]);
                 for (nb::handle item : nb::cast<nb::iterable>(read[1])) {
                   if (nb::isinstance<nb::str>(item)) chunk.add(nb::cast<string>(item));
                   else chunk.add(to_word(item));
                 }
                 return chunk;
               },
               [read_letter](string_view letter) {
                 const nb::object read = read_letter(nb::str(letter.data(), letter.size()));
                 return read.is_none() ? std::optional<string>() : nb::cast<string>(read);
               },
               [tell_letter](string_view written) -> std::optional<Letter> {
                 const nb::object told = tell_letter(nb::str(written.data(), written.size()));
                 if (told.is_none()) return std::nullopt;
                 const nb::tuple t = to_tuple(told, 4);
                 return Letter{static_cast<uint8_t>(nb::cast<int>(t[0])), nb::cast<string>(t[1]), nb::cast<string>(t[2]), nb::cast<bool>(t[3])};
               },
               [is_composed](string_view text) { return nb::cast<bool>(is_composed(nb::str(text.data(), text.size()))); }),
        keep_(nb::borrow(tables)) {}

 private:
  nb::object keep_;
};

vector<Word> to_views(const vector<OwnWord>& words) {
  vector<Word> views;
  views.reserve(words.size());
  for (const OwnWord& w : words) views.push_back(w.view());
  return views;
}

Engine* make_engine(double bias, double low, double high, double highest, double weak,
                    const vector<vector<std::pair<double, double>>>& steps) {
  if (steps.size() != FEATURES) throw nb::value_error("steps");
  auto e = std::make_unique<Engine>();
  e->bias = bias;
  e->gate_low = low;
  e->gate_high = high;
  e->highest = highest;
  e->weak_highest = weak;
  for (int i = 0; i < FEATURES; i++) e->steps[i] = steps[i];
  return e.release();
}

// What a Python object holds as bytes, for as long as this lives.
class Bytes {
 public:
  explicit Bytes(nb::handle from) {
    if (PyObject_GetBuffer(from.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nb::python_error();
  }
  ~Bytes() { PyBuffer_Release(&view_); }
  Bytes(const Bytes&) = delete;

  template <class T>
  Array<T> as() const {
    return {static_cast<const T*>(view_.buf), static_cast<size_t>(view_.len) / sizeof(T)};
  }

 private:
  Py_buffer view_;
};

// The arrays of an index that Python mapped, held for as long as this lives.
class Mapped {
 public:
  Mapped() = default;
  Mapped(const Mapped&) = delete;
  template <class T>
  void lay(nb::dict arrays, const string& name, Array<T>& array) {
    held_.push_back(std::make_unique<Bytes>(arrays[name.c_str()]));
    array = held_.back()->as<T>();
  }

 private:
  vector<std::unique_ptr<Bytes>> held_;
};

// Do the same work on several threads at once; on fewer where the system gives no more of them. What one of them throws (no
// memory is left) is thrown here, when all have ended.
template <class Do>
void each_thread(int threads, Do&& act) {
  std::mutex mutex;
  std::exception_ptr failed;
  auto work = [&] {
    try {
      act();
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex);
      failed = std::current_exception();
    }
  };
  vector<std::thread> pool;
  pool.reserve(MOST_THREADS);
  try {
    while (static_cast<int>(pool.size()) + 1 < std::min(threads, MOST_THREADS)) pool.emplace_back(work);
  } catch (const std::system_error&) {
  }
  work();
  for (std::thread& t : pool) t.join();
  if (failed) std::rethrow_exception(failed);
}

class PyFinder {
 public:
  // `block`: names that are tallied at once, for tests; 0 for as many as is best.
  PyFinder(nb::handle reader, nb::dict arrays, uint32_t block) : keep_(nb::borrow(reader)), reader_(nb::cast<PyReader*>(reader)) {
    finder_.tables = &reader_->tables();
    if (block) finder_.whole = finder_.block = block;
    lay_index(finder_.index, [&](const string& name, auto& array) { mapped_.lay(arrays, name, array); });
  }
  PyFinder(const PyFinder&) = delete;

  vector<std::pair<uint32_t, double>> score(string_view name, bool person, const Engine& engine, double least, bool all) {
    const vector<OwnWord> words = reader_->read(name, person);
    vector<Score> found;
    {
      nb::gil_scoped_release free;
      Borrowed scratch(*this);
      if (all) finder_.search_all(to_views(words), engine, person, least, *scratch, found);
      else finder_.search(to_views(words), engine, person, least, *scratch, found);
    }
    return to_pairs(found);
  }

  // Each name in each of the readings asked for (1: another subject's, 2: a person's, 3: both), over threads: which name,
  // which listed name, log-odds.
  vector<std::tuple<size_t, uint32_t, double>> score_many(nb::list names, const vector<int>& readings, const Engine& engine,
                                                          const vector<double>& least, int threads) {
    struct Job {
      string_view text;  // held by the list, which Python keeps
      vector<OwnWord> words[2];
      bool is_ascii = false;
    };
    const size_t count = names.size();
    if (readings.size() != count || least.size() != count) throw nb::value_error("readings");
    vector<Job> jobs(count);
    for (size_t i = 0; i < count; i++) {
      jobs[i].text = nb::cast<string_view>(names[i]);
      jobs[i].is_ascii = is_ascii(jobs[i].text);
      for (int person : {0, 1})
        if (!jobs[i].is_ascii && (readings[i] >> person & 1)) jobs[i].words[person] = reader_->read(jobs[i].text, person);
    }
    vector<vector<Score>> found(count);
    {
      nb::gil_scoped_release free;
      std::atomic<size_t> next{0};
      each_thread(threads, [&] {
        Borrowed scratch(*this);
        vector<Score> some;
        for (size_t from; (from = next.fetch_add(64)) < count;) {
          for (size_t i = from; i < std::min(count, from + 64); i++) {
            Job& job = jobs[i];
            for (int person : {1, 0}) {
              if (!(readings[i] >> person & 1)) continue;
              if (job.is_ascii) job.words[person] = analyse_ascii(*finder_.tables, job.text, person, false, scratch->words);
              finder_.search(to_views(job.words[person]), engine, person, least[i], *scratch, some);
              found[i].insert(found[i].end(), some.begin(), some.end());
            }
          }
        }
      });
    }
    vector<std::tuple<size_t, uint32_t, double>> out;
    for (size_t i = 0; i < count; i++)
      for (const Score& s : found[i]) out.emplace_back(i, s.name, s.logit);
    return out;
  }

 private:
  static vector<std::pair<uint32_t, double>> to_pairs(const vector<Score>& scores) {
    vector<std::pair<uint32_t, double>> out;
    out.reserve(scores.size());
    for (const Score& s : scores) out.emplace_back(s.name, s.logit);
    return out;
  }

  // One of the few that work at once, waited for without the GIL. There are no more of them than processors: each keeps what
  // it has met, so that with one for each of forty waiting threads all words would be new forty times.
  class Borrowed {
   public:
    explicit Borrowed(PyFinder& finder) : finder_(finder) {
      std::unique_lock<std::mutex> lock(finder.mutex_);
      finder.given_.wait(lock, [&] { return !finder.idle_.empty() || finder.made_ < MOST_SCRATCHES; });
      if (finder.idle_.empty()) {
        finder.idle_.reserve(MOST_SCRATCHES);  // so that giving it back needs no memory
        scratch_ = std::make_unique<Scratch>();
        finder.made_++;
      } else {
        scratch_ = std::move(finder.idle_.back());
        finder.idle_.pop_back();
      }
    }
    Borrowed(const Borrowed&) = delete;
    ~Borrowed() {
      {
        std::lock_guard<std::mutex> lock(finder_.mutex_);
        if (std::uncaught_exceptions() > before_) finder_.made_--;  // what broke off in it may be half done
        else finder_.idle_.push_back(std::move(scratch_));
      }
      finder_.given_.notify_one();
    }
    Scratch& operator*() { return *scratch_; }
    Scratch* operator->() { return scratch_.get(); }

   private:
    PyFinder& finder_;
    std::unique_ptr<Scratch> scratch_;
    const int before_ = std::uncaught_exceptions();
  };

  nb::object keep_;
  PyReader* reader_;
  Finder finder_;
  Mapped mapped_;
  std::mutex mutex_;
  std::condition_variable given_;
  vector<std::unique_ptr<Scratch>> idle_;
  unsigned made_ = 0;
};

class PyWriter {
 public:
  explicit PyWriter(nb::handle reader) : keep_(nb::borrow(reader)), reader_(nb::cast<PyReader*>(reader)) {
    writer_.tables = &reader_->tables();
  }
  PyWriter(const PyWriter&) = delete;

  // The arrays of an index that the same rules made.
  void remember(nb::dict arrays) {
    Known known;
    lay_index(known.index, [&](const string& name, auto& array) { mapped_.lay(arrays, name, array); });
    mapped_.lay(arrays, "names.text.offsets", known.offsets);
    mapped_.lay(arrays, "names.text.data", known.data);
    writer_.remember(std::move(known));
  }

  bool add(string_view name, nb::bytes text, uint32_t entity, int kind, bool weak, bool person) {
    if (writer_.add_known(string_view(text.c_str(), text.size()), entity, static_cast<uint8_t>(kind), weak, person)) return true;
    return writer_.add(reader_->read(name, person), string(text.c_str(), text.size()), entity, static_cast<uint8_t>(kind), weak,
                       person);
  }
  std::array<size_t, 3> write(const string& folder) {
    nb::gil_scoped_release free;
    return writer_.write(folder);
  }

 private:
  nb::object keep_;
  PyReader* reader_;
  Mapped mapped_;
  Writer writer_;
};

// Two names as they are read, and what compares them.
struct Both {
  const PyReader& reader;
  const Engine& engine;
  const bool person;
  const vector<OwnWord> q, c;
  const vector<Word> qv = to_views(q), cv = to_views(c);
  Room room;

  Both(PyReader& of, const Engine& by, string_view query, string_view listed, bool as_person)
      : reader(of), engine(by), person(as_person), q(of.read(query, as_person)), c(of.read(listed, as_person)) {}
  double weigh(Features* features = nullptr) {
    return weigh_names(*reader.tables().readings, engine, qv.data(), static_cast<int>(qv.size()), cv.data(), static_cast<int>(cv.size()),
                       person, room, [&](int i, int j) { return compare_pair(reader.tables(), qv[i], cv[j], person); }, features);
  }
  vector<double> list_features() {
    Features f;
    f.fill(0);
    weigh(&f);
    return vector<double>(f.begin(), f.end());
  }
};

nb::tuple weigh(PyReader& reader, const Engine& engine, string_view query, string_view listed, bool person) {
  Both both(reader, engine, query, listed, person);
  return nb::make_tuple(both.weigh(), both.list_features());
}

// The features of two names; which words met: from and to on both sides, likeness and rule (as `Rule` numbers them); and
// which were left over on either side.
nb::tuple explain(PyReader& reader, const Engine& engine, string_view query, string_view listed, bool person) {
  Both both(reader, engine, query, listed, person);
  const vector<double> features = both.list_features();
  nb::list pairs;
  for (const Pair& p : both.room.alignment.pairs)
    pairs.append(nb::make_tuple(static_cast<int>(p.q0), static_cast<int>(p.q1), static_cast<int>(p.c0), static_cast<int>(p.c1), p.value,
                                static_cast<int>(p.rule)));
  auto list_bits = [](uint32_t rest) {
    vector<int> at;
    for (; rest; rest &= rest - 1) at.push_back(std::countr_zero(rest));
    return at;
  };
  const nb::tuple left = nb::make_tuple(list_bits(both.room.alignment.rest_q), list_bits(both.room.alignment.rest_c));
  return nb::make_tuple(features, pairs, left);
}

}  // namespace

NB_MODULE(_kernel, m) {
  nb::set_leak_warnings(false);
  m.attr("FEATURES") = static_cast<int>(FEATURES);
  m.attr("BUILD") = BUILD;
  nb::class_<Tables>(m, "Tables").def("__init__", [](Tables* t, nb::dict d) { new (t) Tables(std::move(*std::unique_ptr<Tables>(make_tables(d)))); });
  nb::class_<Engine>(m, "Engine").def(
      "__init__", [](Engine* t, double bias, double low, double high, double highest, double weak,
                     const vector<vector<std::pair<double, double>>>& steps) {
        new (t) Engine(*std::unique_ptr<Engine>(make_engine(bias, low, high, highest, weak, steps)));
      });
  nb::class_<PyReader>(m, "Reader").def(nb::init<nb::handle, nb::object, nb::object, nb::object, nb::object>());
  nb::class_<PyFinder>(m, "Finder")
      .def(nb::init<nb::handle, nb::dict, uint32_t>())
      .def("score", &PyFinder::score)
      .def("score_many", &PyFinder::score_many);
  nb::class_<PyWriter>(m, "Writer")
      .def(nb::init<nb::handle>())
      .def("remember", &PyWriter::remember)
      .def("add", &PyWriter::add)
      .def("write", &PyWriter::write);
  m.def("analyse", [](PyReader& reader, string_view name, bool person) {
    nb::list out;
    for (const OwnWord& w : reader.read(name, person)) out.append(from_word(w));
    return out;
  });
  m.def("is_rising", [](nb::handle array, int width) {
    const Bytes bytes(array);
    return width == 8 ? is_rising(bytes.as<uint64_t>()) : is_rising(bytes.as<uint32_t>());
  });
  m.def("find_highest", [](nb::handle array, int width) -> uint32_t {
    const Bytes bytes(array);
    return width == 1 ? find_highest(bytes.as<uint8_t>()) : find_highest(bytes.as<uint32_t>());
  });
  m.def("are_weights", [](nb::handle array, double least, double most) {
    return are_weights(Bytes(array).as<double>(), least, most);
  });
  m.def("are_sound", [](nb::handle records, size_t data) { return are_sound(Bytes(records).as<WordRecord>(), data); });
  m.def("weigh", &weigh);
  m.def("weigh_reading", [](const Tables& tables, string_view spelt, int script, string_view latin) {
    const Units* units = tables.readings->find_units(static_cast<uint8_t>(script));
    if (!units) return nb::make_tuple(0, LEAST_BEST);
    const Way way(*units, spelt);
    return nb::make_tuple(weigh_way(*tables.readings, way, latin), way.best);
  });
  m.def("explain", &explain);
  m.def("cost_of_letters", [](string_view a, string_view b) { return cost_of_letters(a, b); });
}
