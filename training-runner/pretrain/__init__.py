"""Scripts that make the base models committed under bases/."""
