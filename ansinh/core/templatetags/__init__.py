"""Template filters that speak Vietnamese conventions."""
