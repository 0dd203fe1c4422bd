"""casecourse: courseware for teaching cases in public administration."""

__version__ = "0.1.0"
