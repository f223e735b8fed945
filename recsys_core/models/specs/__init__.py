"""One light spec a model: words, settings, what it can do. Nothing heavier than this is imported to read them."""
