"""From what is known of each roster entry to its requirements and its verdict, and the tables that outsiders read."""
