"""Template tags of the design system, one module for each family."""
