"""The diagnosis in each format; all from the same model."""
