"""One kind of scorer a file, each with `build(description, array) -> Scorer`; `inference.scorers` names them."""
