"""Large logs counted many records at a time, as columns of numpy; the same counts as record by record.

`log_tally.py` with `events.py` is the plain reader: the oracle of this one in the tests, and its slow
path for every record that is not of the usual shape. Imported where a log is large only: to import
numpy takes longer than the plain reader needs for some megabytes.
"""
