"""Faults: kills, power cuts, full disks, crowds and flipped bytes, and what must survive each of them."""
