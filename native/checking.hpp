// Whether the arrays of an index are as a writer leaves them: what match/soundness.py asks of each.
#pragma once
#include "index.hpp"

namespace tocsin {

template <class T>
inline bool is_rising(const Array<T>& array) {
  for (size_t i = 1; i < array.size; i++)
    if (array.data[i] < array.data[i - 1]) return false;
  return true;
}

template <class T>
inline T find_highest(const Array<T>& array) {
  T highest = 0;
  for (size_t i = 0; i < array.size; i++) highest = std::max(highest, array.data[i]);
  return highest;
}

inline bool are_weights(const Array<double>& array, double least, double most) {
  for (size_t i = 0; i < array.size; i++)
    if (!(array.data[i] >= least && array.data[i] <= most)) return false;
  return true;
}

inline bool are_sound(const Array<WordRecord>& records, size_t data) {
  for (size_t i = 0; i < records.size; i++)
    if (!records.data[i].is_sound(data)) return false;
  return true;
}

}  // namespace tocsin
