"""Real and synthetic shoppers in one log, and what that does to segments and clusters."""
