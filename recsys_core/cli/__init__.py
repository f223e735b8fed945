"""The command line: one file a command group, over the same functions as the pages."""
