"""Ranking and beyond-accuracy metrics, how a split is scored, intervals and paired tests (numpy and scipy only)."""
