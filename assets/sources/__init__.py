"""How any source is asked, read and refused."""
