"""Linkage judged on data of its own: invented people whose truth is known, a peer and a floor in the same run."""
