"""The program ``linli``: one module for each group of commands."""
