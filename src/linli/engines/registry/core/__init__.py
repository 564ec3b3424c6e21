"""Plain rules of the registry: identifiers, coordinates, addresses, tables. No Django here."""
