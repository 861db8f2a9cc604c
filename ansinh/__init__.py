"""An Sinh, the platform on which Vietnam Social Security carries out and measures its Project 06 plan."""
