"""Linli (邻里): an operating system for a neighbourhood."""

__version__ = "0.1.0"
