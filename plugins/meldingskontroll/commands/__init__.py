"""The groups of the command, one module each; `cli` only mounts them."""
