"""Answers and course → progress, tallies and tables for the instructor."""
