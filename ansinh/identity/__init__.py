"""Who is this person: verification against the population database, clerical review."""
