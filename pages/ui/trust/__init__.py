"""What the Data page says of a dataset: rows and reasons, what is in it, who shops and what is sold, and its routine."""
