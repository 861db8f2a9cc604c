"""Tables of steps, a module a subject: from where a step leads to where, and the one function that takes it."""
