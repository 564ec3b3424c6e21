"""The ground floor: ids, time, scope, actors, the one queue, audit, files, keys.

kernel knows no domain and no HTML. It imports nothing else of Linli.
"""
