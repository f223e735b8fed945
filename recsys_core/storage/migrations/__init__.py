"""The registry's schema over time: Alembic revisions, run when a workspace is opened and its registry is not at `HEAD`.

A new one: change `tables.py`, add `versions/NNNN_words.py` with the next number, set `HEAD` to it; tests compare all three.
"""

HEAD = "0002"
