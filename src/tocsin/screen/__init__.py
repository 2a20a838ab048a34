"""Screening of rows: files of customers to queries, a stream of results, and writing them."""

from tocsin.screen.batch import Matcher, screen_rows
from tocsin.screen.columns import COLUMNS, make_plan, parse_mapping
from tocsin.screen.reading import Options, make_row, read_rows
from tocsin.screen.results import RowFault, RowResult, Summary
from tocsin.screen.rows import Row, make_query, parse_birth
from tocsin.screen.writing import open_writer

__all__ = [
    "COLUMNS", "Matcher", "Options", "Row", "RowFault", "RowResult", "Summary", "make_plan", "make_query", "make_row",
    "open_writer", "parse_birth", "parse_mapping", "read_rows", "screen_rows",
]
