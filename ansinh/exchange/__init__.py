"""Everything that crosses the agency's wall, one module per counterpart."""
