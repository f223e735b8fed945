"""From a file, a folder or a database to a dataset: receive, look, confirm, take in, and again next week."""
