"""The parts of the page Taste map: the map and its controls, what was marked on it, steering, and what is inside the model."""
