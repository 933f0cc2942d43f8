"""What runs on the host, and how it is reached through WP-CLI or plain PHP."""
