"""Files in, dataset out: reading, column roles, cleaning, encoding, splits."""
