"""Numbers to SVG coordinates, a module a picture; no colours, no words."""
