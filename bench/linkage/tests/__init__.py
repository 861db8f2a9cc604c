"""Tests of the bench itself: without its peers, small and quick."""
