"""Lists of the user's own: any file, and a small description that says what the list is and what its fields mean.

A description (docs/importing.md) makes a `Source` like that of a published list. It is kept with each state of the list, as
one of its files, so that a state can always be read again as it was.
"""
