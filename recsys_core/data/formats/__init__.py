"""One file a form that a log may come in: each makes of it a `Source` that DuckDB can scan."""
