"""Matching: an index of listed names, a scorer whose table can be read, and reasons for every hit."""

from tocsin.match.contacts import read_email, read_phone, read_wallet, read_website
from tocsin.match.engine import DEFAULT_ENGINE, Engine, find_engines, load_engine
from tocsin.match.index import build_index, verify_index
from tocsin.match.search import Index, check_query, compare_names, open_index, score_names
from tocsin.match.sentences import FEATURES as FEATURE_WORDS

__all__ = [
    "DEFAULT_ENGINE", "FEATURE_WORDS", "Engine", "Index", "build_index", "check_query", "compare_names", "find_engines",
    "load_engine", "open_index", "read_email", "read_phone", "read_wallet", "read_website", "score_names",
    "verify_index",
]
