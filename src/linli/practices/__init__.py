"""Practices: one folder each, found by :mod:`linli.kernel.practice`. They never meet here."""
