"""Products that are not there yet: what shoppers would ask for that no real product is near, and new products drawn for a taste."""
