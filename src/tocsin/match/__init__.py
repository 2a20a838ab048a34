"""Matching: an index of listed names, a scorer whose table can be read, and reasons for every hit."""

from tocsin.match.engine import ENGINE
from tocsin.match.index import build_index
from tocsin.match.search import Index, check_query, compare_names, open_index

__all__ = ["ENGINE", "Index", "build_index", "check_query", "compare_names", "open_index"]
