"""The workspace on disk: registry database, sealed artifacts, atomic writes, deletion."""
