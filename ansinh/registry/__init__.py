"""The insurance database: persons, identifiers, households, employers, participation, contributions, cards."""
