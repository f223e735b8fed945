"""What the columns of a log are for, found by their names and by what they hold."""
