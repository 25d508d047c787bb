"""The portal's side: importing KS's extract, and fetching it through the API."""
