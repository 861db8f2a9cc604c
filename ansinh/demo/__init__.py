"""A country of invented people to try An Sinh on; it only calls the acts of the rooms below."""
