"""Text to comparable forms: scripts, transliteration, tokens, name parts, countries, name data."""
