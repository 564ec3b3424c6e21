"""Triage: from the words of a report to a suggestion where, what, how urgent, and to whom.

Pure functions; nothing here knows a database. Start with ``pipeline.triage``.
"""
