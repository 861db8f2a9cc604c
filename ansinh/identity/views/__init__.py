"""Pages of verification, one module a subject."""
