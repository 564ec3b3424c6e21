"""Tables from strangers, read row by row with bounded memory, and tables for strangers.

``reading.open_table`` takes CSV and XLSX in; ``columns.guess_columns`` finds out what stands
where; ``exporting`` writes what no spreadsheet program will run.
"""
