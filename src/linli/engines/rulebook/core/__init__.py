"""Plain rules of the rulebook: reading packs and counting periods. No Django here."""
