"""What the app's pages are made of. Nothing here is drawn on import."""
